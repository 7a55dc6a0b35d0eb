import { describe, expect, test } from 'vitest';
import { everything, type ArchiveMonth } from './archive-months.ts';
import {
  barsOf,
  barsPath,
  daysOfRange,
  gripAt,
  moved,
  rangeOfDays,
  spanOf,
  stepOfKey,
  ticksOf,
  type DayRange,
  type Grip,
  type SliderSpan,
} from './slider-plan.ts';

const listed = (...months: string[]) =>
  months.map((month, index) => ({ month, version: 'v', journeys: 1, distanceM: 1000 * (index + 1) }));
const span: SliderSpan = { first: '2026-03-01', last: '2026-06-28', end: 119 };

test.each<[string, string[], string, SliderSpan | null]>([
  ['nothing', [], '2026-06-28', null],
  ['the newest month is not over', ['2026-06', '2026-03'], '2026-06-28', span],
  [
    'an old archive ends with its month',
    ['2024-02'],
    '2026-06-28',
    { first: '2024-02-01', last: '2024-02-29', end: 28 },
  ],
  ['a clock in the future', ['2027-12'], '2026-06-28', { first: '2027-12-01', last: '2027-12-31', end: 30 }],
])('the span of the slider: %s', (_, months, today, expected) => {
  expect(spanOf(listed(...months), today)).toEqual(expected);
});

test.each<[string, { from?: string; to?: string }, DayRange]>([
  ['no filter is everything', {}, { from: 0, to: 119 }],
  ['days within', { from: '2026-03-11', to: '2026-04-01' }, { from: 10, to: 31 }],
  ['days outside are its ends', { from: '2020-01-01', to: '2030-01-01' }, { from: 0, to: 119 }],
  ['the wrong way round', { from: '2026-04-01', to: '2026-03-11' }, { from: 10, to: 31 }],
])('the range of an address: %s', (_, days, expected) => {
  expect(rangeOfDays(span, days)).toEqual(expected);
});

test('an end of the span stays open in the address', () => {
  expect(daysOfRange(span, { from: 0, to: 119 })).toEqual({ from: undefined, to: undefined });
  expect(daysOfRange(span, { from: 10, to: 119 })).toEqual({ from: '2026-03-11', to: undefined });
  expect(daysOfRange(span, { from: 0, to: 31 })).toEqual({ from: undefined, to: '2026-04-01' });
});

test.each<[Grip, number, DayRange]>([
  ['from', 5, { from: 15, to: 30 }],
  ['from', 50, { from: 30, to: 30 }],
  ['from', -50, { from: 0, to: 30 }],
  ['to', -25, { from: 10, to: 10 }],
  ['to', 500, { from: 10, to: 119 }],
  ['both', 500, { from: 99, to: 119 }],
  ['both', -500, { from: 0, to: 20 }],
  ['both', 1.6, { from: 12, to: 32 }],
])('%s moved by %i days', (grip, by, expected) => {
  expect(moved(span, { from: 10, to: 30 }, { grip, by })).toEqual(expected);
});

test.each<[string, DayRange, number, ReturnType<typeof gripAt>]>([
  ['near its beginning', { from: 10, to: 30 }, 12, { grip: 'from', start: { from: 10, to: 30 } }],
  ['near its end', { from: 10, to: 30 }, 30, { grip: 'to', start: { from: 10, to: 30 } }],
  ['within it', { from: 10, to: 30 }, 20, { grip: 'both', start: { from: 10, to: 30 } }],
  ['beside it', { from: 10, to: 30 }, 60.7, { grip: 'new', start: { from: 60, to: 60 } }],
  ['everything is shown', { from: 0, to: 119 }, 50.2, { grip: 'new', start: { from: 50, to: 50 } }],
  ['an end of everything', { from: 0, to: 119 }, 119.5, { grip: 'to', start: { from: 0, to: 119 } }],
  ['both ends are there', { from: 10, to: 10 }, 10.2, { grip: 'from', start: { from: 10, to: 10 } }],
])('a pointer takes %s', (_, range, day, expected) => {
  expect(gripAt(span, range, { day, reach: 3 })).toEqual(expected);
});

test.each([
  ['ArrowLeft', -1],
  ['ArrowUp', 1],
  ['PageUp', 30],
  ['Home', -119],
  ['End', 119],
  ['Tab', null],
  ['a', null],
])('the key %s', (key, step) => {
  expect(stepOfKey(key, span)).toBe(step);
});

describe('bars', () => {
  const journey = { id: 1, endedAt: 0, zone: 'Europe/Berlin', isTriage: false, line: [] };
  const months: ArchiveMonth[] = [
    {
      month: '2026-03',
      version: 'v',
      stops: [],
      journeys: [
        // Shortly after midnight of the 8th in Berlin, the 7th in UTC.
        { ...journey, cameraId: 1, startedAt: Date.UTC(2026, 2, 7, 23, 30), distanceM: 400 },
        { ...journey, cameraId: 2, startedAt: Date.UTC(2026, 2, 31, 12), distanceM: 100 },
      ].map((each) => ({ ...each, endedAt: each.startedAt + 1 })),
    },
  ];
  const { cameraId } = everything;

  test('are those of the months until every journey is there', () => {
    const bars = barsOf(span, listed('2026-04', '2026-03'), { months: [], isWhole: false, cameraId });
    expect(bars).toEqual([
      { from: 0, to: 30, distanceM: 2000 },
      { from: 31, to: 60, distanceM: 1000 },
    ]);
  });

  test('are weeks then, by the days where the car was, of the car that is chosen', () => {
    const bars = barsOf(span, listed('2026-03'), { months, isWhole: true, cameraId });
    expect(bars).toHaveLength(18);
    expect(bars[1]).toEqual({ from: 7, to: 13, distanceM: 400 });
    expect(bars[4]).toMatchObject({ distanceM: 100 });
    const own = barsOf(span, listed('2026-03'), { months, isWhole: true, cameraId: 2 });
    expect(own.map(({ distanceM }) => distanceM).filter(Boolean)).toEqual([100]);
  });

  test('stay months in a long archive, of the car that is chosen', () => {
    const long = { first: '2016-03-01', last: '2026-06-28', end: 3771 };
    const bars = barsOf(long, listed('2026-03'), { months, isWhole: true, cameraId: 2 });
    expect(bars).toEqual([{ from: 3652, to: 3682, distanceM: 100 }]);
  });

  test('are one path, in which little is still seen', () => {
    expect(
      barsPath([
        { from: 0, to: 0, distanceM: 1e6 },
        { from: 1, to: 1, distanceM: 0 },
        { from: 2, to: 2, distanceM: 1 },
      ]),
    ).toBe('M0 100v-100h1v100zM2 100v-4h1v4z');
  });
});

test('as many months or years are named as there is room for', () => {
  expect(ticksOf(span, 8).map(({ label }) => label)).toEqual([
    '2026-03-01',
    '2026-04-01',
    '2026-05-01',
    '2026-06-01',
  ]);
  expect(ticksOf(span, 3).map(({ label }) => label)).toEqual(['2026-03-01', '2026-05-01']);
  const long: SliderSpan = { first: '2016-03-01', last: '2026-06-28', end: 3771 };
  expect(ticksOf(long, 6).map(({ label }) => label.slice(0, 4))).toEqual([
    '2018',
    '2020',
    '2022',
    '2024',
    '2026',
  ]);
});
