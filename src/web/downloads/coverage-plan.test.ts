import { expect, test } from 'vitest';
import type { ChannelCoverage, DayCoverage } from '../../shared/queue.ts';
import { coverageLabel, coverageParts, coverageWeeks, dayMissing } from './coverage-plan.ts';

const channel = (over: Partial<ChannelCoverage> = {}): ChannelCoverage => ({
  channel: 'front',
  archived: 92,
  waiting: 0,
  held: 0,
  failed: 0,
  skipped: 0,
  lost: 0,
  gone: 0,
  listed: 0,
  neverRecorded: 0,
  ...over,
});
const day = (name: string, ...channels: ChannelCoverage[]): DayCoverage => ({
  day: name,
  cameraId: 1,
  captures: 94,
  channels,
});

test('a bar has a part for everything that there is, archived first', () => {
  expect(coverageParts(channel({ waiting: 2, lost: 1 }))).toEqual([
    { look: 'archived', clips: 92 },
    { look: 'waiting', clips: 2 },
    { look: 'lost', clips: 1 },
  ]);
});

test('a bar can be read as a sentence', () => {
  expect(coverageLabel(channel({ waiting: 2, lost: 1 }))).toBe('Front: 92 archived, 2 waiting and 1 lost');
  expect(coverageLabel(channel({ archived: 0, listed: 3 }))).toBe('Front: nothing to fetch');
});

test('a day says what it lacks over its channels, the worst first', () => {
  const rear = channel({ channel: 'rear', waiting: 3, lost: 1 });
  expect(dayMissing(day('2026-09-03', channel({ waiting: 2 }), rear))).toEqual([
    { text: '1 lost', tone: 'red' },
    { text: '5 waiting', tone: 'accent' },
  ]);
  expect(dayMissing(day('2026-09-03', channel()))[0]?.text).toBe('All archived');
  expect(dayMissing(day('2026-09-03', channel({ archived: 0, gone: 5 })))[0]?.text).toBe('5 removed since');
  expect(dayMissing(day('2026-09-03', channel({ archived: 0, listed: 5 })))[0]?.text).toBe(
    'Nothing to fetch',
  );
});

test('days are put into weeks that begin on Monday', () => {
  const days = ['2026-09-03', '2026-08-31', '2026-08-30', '2026-08-02'].map((name) => day(name, channel()));
  expect(coverageWeeks(days, '2026-09-04').map(({ monday, days: of }) => [monday, of.length])).toEqual([
    ['2026-08-31', 2],
    ['2026-08-24', 1],
    ['2026-07-27', 1],
  ]);
  expect(coverageWeeks(days, '2026-09-04').map(({ title }) => title)).toEqual([
    'This week',
    'Last week',
    expect.stringMatching(/^Week of .*27/),
  ]);
});
