import { expect, test } from 'vitest';
import { daySearch } from './day-search.ts';
import { isCameraOff, localStartOf } from '../local-start.ts';

test.each([
  [{}, {}],
  [{ clip: '12' }, { clip: 12 }],
  [
    { clip: 12, t: '47.9' },
    { clip: 12, t: 47 },
  ],
  [{ clip: 12, t: -3 }, { clip: 12 }],
  [{ clip: 'x', t: 47 }, {}],
])('the address %j of a day means %j', (search, meaning) => {
  expect(daySearch(search)).toEqual(meaning);
});

test('a capture starts by the clocks where the car was, whatever the camera’s clock said', () => {
  const startedAt = Date.UTC(2026, 5, 28, 12, 34, 16);
  const wrong = { localStart: '2026-06-28T13:34:16', startedAt, zoneOffsetMinutes: 120 };
  expect(localStartOf(wrong)).toBe('2026-06-28T14:34:16');
  expect(isCameraOff(wrong)).toBe(true);
  expect(isCameraOff({ ...wrong, zoneOffsetMinutes: 60 })).toBe(false);
  expect(localStartOf({ localStart: '2026-06-28T13:34:16', startedAt })).toBe('2026-06-28T13:34:16');
});
