import { expect, test } from 'vitest';
import { passSchema, type Pass } from '../../shared/tracks.ts';
import { directionOf, passDays, passLink, passTime, passWords } from './pass-words.ts';

/** At 15:47:12 of 3 September 2026 in London, the 42nd second of its clip. */
const at = Date.UTC(2026, 8, 3, 14, 47, 12);

function pass(over: Partial<Pass> = {}): Pass {
  return passSchema.parse({
    cameraId: 1,
    journeyId: 1,
    clipId: 9,
    offsetMs: 42_000,
    at,
    leftAt: at + 4000,
    zone: 'Europe/London',
    speedMps: 17.3,
    courseDegrees: 44,
    position: { latitude: 53.8, longitude: -1.6 },
    archived: true,
    ...over,
  });
}

test('a pass says how fast and where to, in the units of the reader', () => {
  expect(passWords(pass(), 'km')).toBe('62\u00a0km/h to the north-east');
  expect(passWords(pass(), 'miles')).toBe('39\u00a0mph to the north-east');
  expect(passWords(pass({ speedMps: null }), 'km')).toBe('to the north-east');
  expect(passWords(pass({ speedMps: null, courseDegrees: null }), 'km')).toBe('');
});

test('a car that stands drives nowhere, and a long stay is told', () => {
  const stay = pass({ speedMps: 0.2, leftAt: at + 12 * 60_000 });
  expect(passWords(stay, 'km')).toBe('Standing for 12\u00a0min');
  expect(passWords({ ...stay, speedMps: 10, courseDegrees: 180 }, 'km')).toBe(
    '36\u00a0km/h to the south, inside for 12\u00a0min',
  );
});

test('directions are those of the compass, all the way round', () => {
  expect([0, 22, 23, 90, 181, 270, 338, 359, -90, 405].map(directionOf)).toEqual([
    'to the north',
    'to the north',
    'to the north-east',
    'to the east',
    'to the south',
    'to the west',
    'to the north',
    'to the north',
    'to the west',
    'to the north-east',
  ]);
});

test('the time of a pass is on the clocks where it was, not where the reader is', () => {
  expect(passTime(pass(), 'en-GB')).toBe('15:47:12');
  expect(passTime(pass({ zone: 'Asia/Tokyo' }), 'en-GB')).toBe('23:47:12');
});

test('its link plays just before the place comes into view, on the day its clip begins', () => {
  expect(passLink(pass())).toEqual({ day: '2026-09-03', clip: 9, t: 40 });
  const afterMidnight = Date.UTC(2026, 8, 3, 23, 0, 10);
  expect(passLink(pass({ at: afterMidnight, offsetMs: 30_000 })).day).toBe('2026-09-03');
  expect(passLink(pass({ offsetMs: 500 })).t).toBe(0);
});

test('passes stand under their days, newest first as they come', () => {
  const days = passDays([pass(), pass({ at: at - 3_600_000 }), pass({ at: at - 86_400_000 })], '2026-09-04');
  expect(days.map(({ day, passes }) => [day, passes.length])).toEqual([
    ['2026-09-03', 2],
    ['2026-09-02', 1],
  ]);
});
