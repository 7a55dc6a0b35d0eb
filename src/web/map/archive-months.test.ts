import { expect, test } from 'vitest';
import type { MapMonth } from '../../shared/map-months.ts';
import { encodeLine } from '../../shared/polyline.ts';
import { filterExpression } from './archive-layers.ts';
import { nextFeed, stopFeatures, type Fed } from './archive-feed-plan.ts';
import {
  carOf,
  decodeMonth,
  everything,
  hasJourneyIn,
  journeyOf,
  passesFilter,
  totalsOf,
  type ArchiveFilter,
  type ArchiveMonth,
} from './archive-months.ts';

const sent: MapMonth = {
  month: '2026-06',
  version: '1-a',
  zones: ['Europe/Berlin', 'Europe/London'],
  journeys: {
    id: [7, 9],
    cameraId: [1, 2],
    startedAt: [1000, 5000],
    lengthMs: [500, 600],
    distanceM: [1200, 800],
    zone: [1, 0],
    isTriage: [0, 1],
    line: [
      encodeLine([
        [11.5, 48.1],
        [11.6, 48.2],
      ]),
      '',
    ],
  },
  stops: {
    id: [3],
    cameraId: [1],
    startedAt: [1500],
    lengthMs: [100],
    position: [encodeLine([[11.6, 48.2]])],
  },
};
const month = decodeMonth(sent);

test('a month comes back row by row', () => {
  expect(month.journeys).toEqual([
    {
      id: 7,
      cameraId: 1,
      startedAt: 1000,
      endedAt: 1500,
      distanceM: 1200,
      zone: 'Europe/London',
      isTriage: false,
      line: [
        [11.5, 48.1],
        [11.6, 48.2],
      ],
    },
    expect.objectContaining({ id: 9, endedAt: 5600, zone: 'Europe/Berlin', isTriage: true, line: [] }),
  ]);
  expect(month.stops).toEqual([{ id: 3, cameraId: 1, startedAt: 1500, endedAt: 1600, at: [11.6, 48.2] }]);
});

test.each<[string, Partial<ArchiveFilter>, boolean]>([
  ['everything', {}, true],
  ['it ends just within', { from: 1500 }, true],
  ['it ended before', { from: 1501 }, false],
  ['it begins just within', { to: 1000 }, true],
  ['it begins after', { to: 999 }, false],
  ['its car', { cameraId: 1 }, true],
  ['another car', { cameraId: 2 }, false],
])('a filter: %s', (_, filter, expected) => {
  const [journey] = month.journeys;
  if (!journey) throw new Error('there is one');
  expect(passesFilter(journey, { ...everything, ...filter })).toBe(expected);
});

test('the map library is asked for what the filter says, and for no more than it says', () => {
  expect(filterExpression(everything)).toEqual(['all', ['==', ['get', 'kind'], 'journey']]);
  expect(filterExpression({ from: 5, to: 9, cameraId: 2 })).toEqual([
    'all',
    ['==', ['get', 'kind'], 'journey'],
    ['<=', ['get', 'startedAt'], 9],
    ['>=', ['get', 'endedAt'], 5],
    ['==', ['get', 'cameraId'], 2],
  ]);
});

test('sums and look-ups', () => {
  expect(totalsOf([month], everything)).toEqual({ journeys: 2, distanceM: 2000 });
  expect(totalsOf([month], { ...everything, from: 5000 })).toEqual({ journeys: 1, distanceM: 800 });
  expect(journeyOf([month], 9)?.startedAt).toBe(5000);
  expect(journeyOf([month], 8)).toBeNull();
  const box = { west: 11.55, south: 48.15, east: 12, north: 49 };
  expect(hasJourneyIn([month], everything, box)).toBe(true);
  expect(hasJourneyIn([month], { ...everything, from: 5000 }, box)).toBe(false);
  expect(hasJourneyIn([month], everything, { ...box, west: 11.7 })).toBe(false);
});

test('journeys carry the first camera of their car', () => {
  const cameras = [
    { id: 1, vehicle: null },
    { id: 2, vehicle: 'Van' },
    { id: 3, vehicle: 'Van' },
    { id: 4, vehicle: '' },
  ];
  expect([undefined, 1, 2, 3, 4, 9].map((id) => carOf(cameras, id))).toEqual([null, 1, 2, 2, 4, 9]);
});

const named = (name: string, ids: number[], version = 'v'): ArchiveMonth => ({
  month: name,
  version,
  stops: [],
  journeys: ids.map((id) => ({
    id,
    cameraId: 1,
    startedAt: id,
    endedAt: id,
    distanceM: 1,
    zone: 'UTC',
    isTriage: false,
    line: [
      [0, 0],
      [0, 89],
    ],
  })),
});

/** Every step from nothing or from what was there before. */
function stepsOf(months: ArchiveMonth[], most: number, before: Fed = new Map()) {
  const steps: { add: unknown[]; remove: number[] }[] = [];
  let fed = before;
  for (let next = nextFeed(fed, months, most); next; next = nextFeed(fed, months, most)) {
    steps.push({ add: next.add.map(({ id }) => id), remove: next.remove });
    fed = next.fed;
  }
  return { steps, fed };
}

test('the map gets whole months, as many as fit into a part, and at least one', () => {
  const months = [named('2026-03', [1, 2]), named('2026-02', [3]), named('2026-01', [4, 5, 6, 7])];
  expect(stepsOf(months, 3).steps).toEqual([
    { add: [1, 2, 3], remove: [] },
    { add: [4, 5, 6, 7], remove: [] },
  ]);
});

test('a month that changed is taken away and comes again; one that is gone is taken away', () => {
  const { fed } = stepsOf([named('2026-03', [1, 2]), named('2026-02', [3])], 9);
  expect(stepsOf([named('2026-03', [2, 8], 'w')], 9, fed).steps).toEqual([
    { add: [2, 8], remove: [3, 1, 2] },
  ]);
  expect(nextFeed(fed, [named('2026-03', [1, 2]), named('2026-02', [3])], 9)).toBeNull();
});

test('a journey that moved to another month stays on the map', () => {
  const { fed } = stepsOf([named('2026-03', [1]), named('2026-02', [2])], 9);
  expect(stepsOf([named('2026-03', [1, 2], 'w'), named('2026-02', [5], 'w')], 2, fed).steps).toEqual([
    { add: [1, 2], remove: [1] },
    { add: [5], remove: [] },
  ]);
});

test('lines end where the map of the web does, and a journey without one is not drawn', () => {
  expect(nextFeed(new Map(), [named('2026-03', [1])], 9)?.add[0]?.geometry).toEqual({
    type: 'LineString',
    coordinates: [
      [0, 0],
      [0, 85],
    ],
  });
  expect(nextFeed(new Map(), [month], 9)?.add.map(({ id }) => id)).toEqual([7]);
});

test('stops are those that pass', () => {
  expect(stopFeatures([month], everything).map(({ properties }) => properties)).toEqual([{ id: 3 }]);
  expect(stopFeatures([month], { ...everything, from: 2000 })).toEqual([]);
});
