import { expect, test } from 'vitest';
import { isBackupDue } from './backup-plan.ts';

const at = (text: string) => Date.parse(`${text}:00Z`);
const base = { startedAt: at('2026-06-01T00:00'), offsetMinutes: 0 };

test.each([
  ['at three the next night', '2026-06-28T03:00', '2026-06-27T03:01', true],
  ['before three it waits for the night', '2026-06-28T02:59', '2026-06-27T03:01', false],
  ['once a night is enough', '2026-06-28T09:00', '2026-06-28T03:00', false],
  [
    'one made by hand in the evening does not replace that of the night',
    '2026-06-29T03:00',
    '2026-06-28T22:00',
    true,
  ],
  [
    'one made by hand at one at night belongs to the night before',
    '2026-06-28T03:00',
    '2026-06-28T01:00',
    true,
  ],
  ['a machine that is off at night makes it up by day', '2026-06-28T14:00', '2026-06-26T14:00', true],
  ['also before three, when the last is too old', '2026-06-28T01:00', '2026-06-26T14:00', true],
  ['a last backup a little in the future counts as just made', '2026-06-28T03:00', '2026-06-28T04:00', false],
  ['one far in the future was made by a wrong clock', '2026-06-28T03:00', '2030-01-01T00:00', true],
])('%s', (_name, now, last, due) => {
  expect(isBackupDue({ ...base, now: at(now), lastAt: at(last) })).toBe(due);
});

test('the night is that of the place, not of Greenwich', () => {
  const moment = { ...base, lastAt: at('2026-06-27T18:30'), now: at('2026-06-28T18:10') };
  expect(isBackupDue({ ...moment, offsetMinutes: 9 * 60 })).toBe(true);
  expect(isBackupDue({ ...moment, offsetMinutes: 8 * 60 })).toBe(false);
});

test('the first one is made ten minutes after the start', () => {
  const moment = { ...base, lastAt: null };
  expect(isBackupDue({ ...moment, now: base.startedAt + 9 * 60_000 })).toBe(false);
  expect(isBackupDue({ ...moment, now: base.startedAt + 10 * 60_000 })).toBe(true);
});
