import { describe, expect, test } from 'vitest';
import { wallOf, ZoneOffsets } from '../lib/zones.ts';
import { hearAgain, noteFixes, withJob, type ClockBook } from './clock-book-policy.ts';
import { readBook } from './clock-book.ts';
import { verdictOf, voteOf, type FixClock, type Vote } from './gps-clock-policy.ts';

const zones = new ZoneOffsets();
const hourMs = 3_600_000;

function fix(named: string, offsetMs: number, change: Partial<FixClock> = {}): FixClock {
  return { wallMs: wallOf(named), offsetMs, jumpMs: null, zone: 'Europe/Berlin', ...change };
}

test.each([
  ['behind by the zone, in summer', fix('2026-07-15T12:00:00', -2 * hourMs + 3000), null, 'utc', false],
  ['behind by the zone, in winter', fix('2026-01-15T12:00:00', -hourMs - 60_000), null, 'utc', false],
  [
    'ahead by the zone in the west',
    fix('2026-07-15T12:00:00', 4 * hourMs, { zone: 'America/New_York' }),
    null,
    'utc',
    false,
  ],
  [
    'behind by a zone of half an hour',
    fix('2026-07-15T12:00:00', -5.5 * hourMs, { zone: 'Asia/Kolkata' }),
    null,
    'utc',
    false,
  ],
  ['the time of the name', fix('2026-07-15T12:00:00', 45_000), null, 'local', false],
  [
    'the time of the name in winter in London',
    fix('2026-01-15T12:00:00', 0, { zone: 'Europe/London' }),
    null,
    'nothing',
    false,
  ],
  [
    'the time of the name of a camera set to UTC',
    fix('2026-07-15T12:00:00', 0),
    'UTC+00:00',
    'nothing',
    false,
  ],
  ['off by a week', fix('2026-07-15T12:00:00', -7 * 24 * hourMs), null, 'outlier', false],
  ['off by ten minutes', fix('2026-07-15T12:00:00', -2 * hourMs + 600_000), null, 'outlier', false],
  [
    'a jump by the zone to the time of the name',
    fix('2026-07-15T12:00:00', 0, { jumpMs: 2 * hourMs }),
    null,
    'local',
    true,
  ],
  [
    'a jump by another zone to the time of the name',
    fix('2026-07-15T12:00:00', 0, { jumpMs: 3 * hourMs }),
    null,
    'local',
    true,
  ],
  ['a jump by days', fix('2026-07-15T12:00:00', 0, { jumpMs: 72 * hourMs }), null, 'local', false],
  [
    'a jump by the zone though the name is off',
    fix('2026-07-10T12:00:00', 120 * hourMs, { jumpMs: 2 * hourMs }),
    null,
    'local',
    true,
  ],
  [
    "a receiver's own clock that was set right",
    fix('2026-07-15T12:00:00', -2 * hourMs, { jumpMs: 5 * hourMs }),
    null,
    'utc',
    false,
  ],
] as const)('records that are %s', (...[, own, zone, side, isProof]) => {
  expect(voteOf(own, zone, zones)).toEqual({ for: side, isProof });
});

const votes = (counts: Partial<Record<Vote['for'] | 'proof', number>>): Vote[] =>
  Object.entries(counts).flatMap(([side, count]) =>
    Array.from({ length: count }, (): Vote =>
      side === 'proof' ? { for: 'local', isProof: true } : { for: side as Vote['for'], isProof: false },
    ),
  );

const empty: ClockBook = { eras: [], jobs: [] };
const drive = (day: number, offsetMs: number, count = 5) =>
  Array.from({ length: count }, (_, index) =>
    fix(`2026-07-${String(day).padStart(2, '0')}T12:0${index}:00`, offsetMs),
  );
const context = (firmware: string | null, day: number) => ({
  camera: { firmware, zone: null },
  zones,
  now: Date.UTC(2026, 6, day, 20),
});

describe('several clips together', () => {
  test.each([
    ['two are too few', { utc: 2 }, 'unknown', 'unknown'],
    ['three are enough', { utc: 3 }, 'unknown', 'utc'],
    ['three of its own time', { local: 3 }, 'unknown', 'local'],
    ['one cold start is enough', { proof: 1 }, 'unknown', 'local'],
    ['clips whose clock was wrong do not count', { utc: 3, outlier: 20, nothing: 20 }, 'unknown', 'utc'],
    ['clips that contradict each other decide nothing', { utc: 4, local: 3 }, 'unknown', 'unknown'],
    ['what was found out stays while nothing is said', { nothing: 30 }, 'utc', 'utc'],
    ['what was found out stays while clips contradict', { utc: 3, local: 2 }, 'local', 'local'],
    ['what was found out gives way to many', { utc: 12, local: 2 }, 'local', 'utc'],
    ['a receiver that jumped once among many that are UTC', { utc: 9, proof: 1 }, 'unknown', 'utc'],
  ] as const)('%s', (_what, counts, before, after) => {
    expect(verdictOf(votes(counts), before)).toBe(after);
  });
});

describe('what is remembered', () => {
  test('is found out by the clips of one drive, and noted once', () => {
    const first = noteFixes(empty, drive(1, -2 * hourMs), context('V1', 1));
    expect(first.isFound).toBe(true);
    expect(first.book.eras).toMatchObject([{ firmware: 'V1', clock: 'utc' }]);
    expect(noteFixes(first.book, drive(1, -2 * hourMs), context('V1', 2))).toEqual({
      book: first.book,
      isFound: false,
    });
  });

  test('begins anew with another firmware, and stays for what was recorded before', () => {
    const one = noteFixes(empty, drive(1, -2 * hourMs), context('V1', 1)).book;
    const changed = noteFixes(one, drive(9, 0), context('V2', 8));
    expect(changed.isFound).toBe(true);
    expect(changed.book.eras).toMatchObject([
      { firmware: 'V1', clock: 'utc' },
      { firmware: 'V2', clock: 'local' },
    ]);
  });

  test('is bounded, however many clips are read', () => {
    let book = empty;
    for (let day = 1; day <= 28; day++)
      for (let hour = 0; hour < 20; hour++) {
        const named = `2026-07-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00`;
        book = noteFixes(book, [fix(named, -2 * hourMs)], context('V1', 28)).book;
      }
    expect(JSON.stringify(book).length).toBeLessThan(5000);
    const old = noteFixes(book, [fix('2026-01-01T00:00:00', -hourMs)], context('V1', 28));
    expect(old).toEqual({ book, isFound: false });
  });

  test('is heard once more when the zone of the camera is said', () => {
    const book = noteFixes(empty, drive(1, 0), context('V1', 1)).book;
    expect(book.eras[0]?.clock).toBe('local');
    expect(hearAgain(book, 'UTC+00:00', zones).eras[0]?.clock).toBe('unknown');
    expect(hearAgain(book, null, zones).eras[0]?.clock).toBe('local');
  });

  test('a book that cannot be read is an empty one', () => {
    for (const text of [null, '', '[]', '{"eras":3}', '{']) expect(readBook(text)).toEqual(empty);
    const book = noteFixes(empty, drive(1, 0), context('V1', 1)).book;
    expect(readBook(JSON.stringify(book))).toEqual(book);
  });

  test('the same work is not done twice', () => {
    const part = { from: '2026-07-01T00:00:00', to: '2026-07-02T00:00:00', afresh: true };
    const all = { from: null, to: null, afresh: false };
    const book = withJob(withJob(withJob(empty, part), all), part);
    expect(book.jobs).toEqual([
      { ...all, downTo: null },
      { ...part, downTo: null },
    ]);
    expect(withJob(book, { ...all, afresh: true }).jobs).toEqual([{ ...all, afresh: true, downTo: null }]);
  });
});
