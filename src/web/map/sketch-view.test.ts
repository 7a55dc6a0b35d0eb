import { expect, test } from 'vitest';
import { everything, type ArchiveMonth } from './archive-months.ts';
import {
  bunchesOf,
  densityPaths,
  journeysAt,
  lookOfBox,
  movedLook,
  pathAround,
  pathScale,
  viewOf,
} from './sketch-view.ts';

const size = { width: 800, height: 400 };
const view = viewOf({ longitude: 11, latitude: 48, zoom: 10 }, size);
const span = { cameraId: 1, startedAt: 0, endedAt: 1 };

const at = ([x, y]: [number, number]): [number, number] => {
  const { longitude, latitude } = view.unplace(x, y);
  return [longitude, latitude];
};

/** Journeys along given pixels of the view. */
const month = (lines: [number, number][][], stops: [number, number][] = []): ArchiveMonth => {
  return {
    month: '2026-06',
    version: 'v',
    journeys: lines.map((line, index) => ({
      ...span,
      id: index + 1,
      startedAt: index,
      endedAt: index + 1,
      distanceM: 1,
      zone: 'UTC',
      isTriage: false,
      line: line.map(at),
    })),
    stops: stops.map((stop, index) => ({ ...span, id: index + 1, at: at(stop) })),
  };
};

test('pixels and positions are each other, and the middle is in the middle', () => {
  expect(view.place([11, 48])).toEqual([400, 200]);
  const { longitude, latitude } = view.unplace(123, 45);
  const [x, y] = view.place([longitude, latitude]);
  expect([x, y]).toEqual([expect.closeTo(123, 6), expect.closeTo(45, 6)]);
});

test.each([
  ['a town', { west: 11, south: 48, east: 11.4, north: 48.2 }],
  ['across the antimeridian', { west: 179, south: -18, east: -179, north: -16 }],
  ['a point', { west: 11, south: 48, east: 11, north: 48 }],
])('a box is shown whole: %s', (_, box) => {
  const shown = viewOf(lookOfBox(box, size), size);
  const corners = [shown.place([box.west, box.north]), shown.place([box.east, box.south])];
  for (const [x, y] of corners) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(size.width);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(size.height);
  }
});

test('what is dragged goes along, and what is zoomed around stays', () => {
  const corner = view.unplace(100, 100);
  const at = [corner.longitude, corner.latitude] as const;
  const dragged = viewOf(movedLook(view, { dragged: [30, -20] }), size).place(at);
  expect(dragged).toEqual([expect.closeTo(130, 4), expect.closeTo(80, 4)]);
  const zoomed = viewOf(movedLook(view, { zoomed: 1, around: [100, 100] }), size).place(at);
  expect(zoomed).toEqual([expect.closeTo(100, 4), expect.closeTo(100, 4)]);
});

test('a path around an origin lies where its points do', () => {
  const [first = [0, 0], second = [0, 0]] =
    month([
      [
        [100, 100],
        [300, 250],
      ],
    ]).journeys[0]?.line ?? [];
  const path = pathAround([[first, second], [first]], [11, 48]);
  const numbers = path.match(/-?[\d.]+/g)?.map(Number) ?? [];
  const scale = pathScale(view);
  expect(numbers.map((value) => value * scale)).toEqual(
    [-300, -100, -100, 50].map((value) => expect.closeTo(value, -0.5) as number),
  );
});

test('journeys are found near a pixel, those that pass the filter, newest first', () => {
  const months = [
    month([
      [
        [0, 100],
        [800, 100],
      ],
      [
        [400, 0],
        [400, 400],
      ],
      [
        [0, 300],
        [800, 300],
      ],
    ]),
  ];
  const at = { view, filter: everything, at: [400, 105] as const, reach: 8 };
  expect(journeysAt(months, at)).toEqual([2, 1]);
  expect(journeysAt(months, { ...at, filter: { ...everything, from: 2 } })).toEqual([2]);
  expect(journeysAt(months, { ...at, at: [200, 200] })).toEqual([]);
});

test('stops close to each other are one bunch, and those out of view none', () => {
  const months = [
    month(
      [],
      [
        [10, 10],
        [20, 30],
        [700, 300],
        [-50, 10],
      ],
    ),
  ];
  const bunches = bunchesOf(months, view, everything).toSorted((a, b) => b.count - a.count);
  expect(bunches.map(({ count }) => count)).toEqual([2, 1]);
  expect(bunches[0]?.at).toEqual([expect.closeTo(15, 3), expect.closeTo(20, 3)]);
});

test('squares where more journeys come through are of a denser level; one journey counts once', () => {
  const line: [number, number][] = [
    [2, 102],
    [52, 102],
    [2, 102],
  ];
  const often = Array.from({ length: 40 }, () => line);
  const paths = densityPaths(
    [
      month([
        ...often,
        [
          [2, 202],
          [52, 202],
          [2, 202],
        ],
      ]),
    ],
    view,
    everything,
  );
  expect(paths.at(-1)).toContain('M0 100h5v5h-5z');
  expect(paths[0]).toContain('M0 200h5v5h-5z');
  expect(paths.join('').match(/M/g)).toHaveLength(22);
});
