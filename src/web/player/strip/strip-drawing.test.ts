import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { TrackPoint } from '../../../shared/tracks.ts';
import { barsOf, gapsOf, pieceAt, piecesOf, type Piece } from './lane-bars-plan.ts';
import { speedLine, topOf } from './speed-line-plan.ts';
import { ticksOf } from './ticks-plan.ts';

const words = () => 'Waiting on the card';
const begin = Date.UTC(2026, 8, 3, 15);
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const inUtc = () => 0;

const namedOf = (ms: number, width: number, aheadMs = inUtc, from = begin) => {
  const { ticks } = ticksOf({ from, to: from + ms, width }, aheadMs);
  return ticks
    .filter(({ isNamed }) => isNamed)
    .map(({ at }) => new Date(at + aheadMs()).toISOString().slice(11, 19));
};

describe('the lines of the clock axis', () => {
  test.each<[what: string, seen: { ms: number; width: number }, first: string[], hasSeconds: boolean]>([
    ['ten seconds', { ms: 10 * second, width: 1200 }, ['15:00:00', '15:00:01', '15:00:02'], true],
    ['a minute', { ms: minute, width: 1200 }, ['15:00:00', '15:00:05', '15:00:10'], true],
    ['ten minutes', { ms: 10 * minute, width: 1200 }, ['15:00:00', '15:01:00', '15:02:00'], false],
    ['ten minutes on a phone', { ms: 10 * minute, width: 320 }, ['15:00:00', '15:05:00', '15:10:00'], false],
    ['an hour', { ms: hour, width: 1200 }, ['15:00:00', '15:05:00', '15:10:00'], false],
    ['an hour on a phone', { ms: hour, width: 340 }, ['15:00:00', '15:15:00', '15:30:00'], false],
    ['a day', { ms: 24 * hour, width: 1200 }, ['16:00:00', '18:00:00', '20:00:00'], false],
    ['a week', { ms: 168 * hour, width: 340 }, ['00:00:00', '00:00:00', '00:00:00'], false],
  ])('of %s are read well', (_, { ms, width }, first, hasSeconds) => {
    expect(namedOf(ms, width).slice(0, 3)).toEqual(first);
    expect(ticksOf({ from: begin, to: begin + ms, width }, inUtc).hasSeconds).toBe(hasSeconds);
  });
  test('lie on full hours of the clocks where the car was, half-hour zones too', () => {
    expect(namedOf(6 * hour, 600, () => 5.5 * hour).every((name) => name.endsWith(':00:00'))).toBe(true);
  });
  test('stay on full hours when the clocks are put back on the way', () => {
    const change = begin + 5 * hour;
    const ahead = (at: number) => (at < change ? 2 : 1) * hour;
    const { ticks } = ticksOf({ from: begin, to: begin + 24 * hour, width: 600 }, ahead);
    const named = ticks.filter(({ isNamed }) => isNamed).map(({ at }) => at + ahead(at));
    expect(named.length).toBeGreaterThan(4);
    expect(named.every((local) => local % (3 * hour) === 0)).toBe(true);
  });
  test('never come too near to each other, nor lie outside', () => {
    const zones = fc.constantFrom(0, 2 * hour, -3.5 * hour, 5.75 * hour);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 2000, max: 8 * 24 * hour }),
        fc.integer({ min: 200, max: 2500 }),
        zones,
        (from, ms, width, ahead) => {
          const { ticks } = ticksOf({ from, to: from + ms, width }, () => ahead);
          const named = ticks.filter(({ isNamed }) => isNamed);
          for (const [index, { x }] of named.entries())
            if (index > 0) expect(x - (named[index - 1]?.x ?? 0)).toBeGreaterThan(60);
          for (const { x } of ticks) expect(x >= 0 && x <= width + 1e-6).toBe(true);
        },
      ),
    );
  });
  test('there are none on a strip without time or width', () => {
    expect(ticksOf({ from: 1, to: 1, width: 100 }, inUtc).ticks).toEqual([]);
    expect(ticksOf({ from: 1, to: 2, width: 0 }, inUtc).ticks).toEqual([]);
  });
});

const piece = (from: number, to: number, over: Partial<Piece> = {}): Piece => ({
  from: begin + from * minute,
  to: begin + to * minute,
  isHere: true,
  pin: null,
  cause: null,
  ...over,
});
const missing = { isHere: false, cause: 'Waiting on the card' };

type Lane = Parameters<typeof piecesOf>[0];
/** Segments as far as bars go by them. */
const laneOf = (...segments: [from: number, to: number, clip?: object, hasFile?: boolean][]): Lane =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is left out is not read
  ({
    segments: segments.map(([from, to, clip = {}, hasFile = true]) => ({
      from: begin + from * minute,
      to: begin + to * minute,
      hasFile,
      clip: { kept: false, locked: false, ...clip },
    })),
  }) as unknown as Lane;

describe('the bars of a lens', () => {
  test('are one for recordings that follow each other', () => {
    expect(piecesOf(laneOf([0, 1], [1, 2], [2.02, 3]), words)).toEqual([piece(0, 3)]);
  });
  test('are apart where nothing was recorded, something is missing, locked or kept', () => {
    const lane = laneOf([0, 1], [2, 3], [3, 4, {}, false], [4, 5, { locked: true }], [5, 6, { kept: true }]);
    expect(piecesOf(lane, words)).toEqual([
      piece(0, 1),
      piece(2, 3),
      piece(3, 4, missing),
      piece(4, 5, { pin: 'locked' }),
      piece(5, 6, { pin: 'kept' }),
    ]);
  });
  test('lie within the view, and are wide enough to be seen', () => {
    const scale = { from: begin + minute, to: begin + 11 * minute, width: 100 };
    const bars = barsOf([piece(0, 2), piece(5, 5.01), piece(9, 20), piece(30, 40)], scale);
    expect(bars.map(({ x, width }) => [x, width])).toEqual([
      [0, 10],
      [40, 1.5],
      [80, 20],
    ]);
  });
  test('are drawn as one where nobody could tell them apart', () => {
    const scale = { from: begin, to: begin + 24 * hour, width: 300 };
    expect(barsOf([piece(0, 10), piece(10.1, 20), piece(20, 22, missing)], scale)).toHaveLength(2);
  });
  test('never leave the view', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 90 })));
    fc.assert(
      fc.property(
        pairs,
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 2000 }),
        (all, from, width) => {
          const scale = { from: begin + from * minute, to: begin + (from + 60) * minute, width };
          for (const bar of barsOf(
            all.map(([at, length]) => piece(at, at + length)),
            scale,
          )) {
            expect(bar.x).toBeGreaterThanOrEqual(0);
            expect(bar.x + bar.width).toBeLessThanOrEqual(width + 1e-6);
          }
        },
      ),
    );
  });
  test('a gap has its cause, or was not recorded', () => {
    const bounds = { from: begin, to: begin + 10 * minute };
    expect(gapsOf([piece(1, 3), piece(3, 4, missing), piece(6, 9.99)], bounds)).toEqual([
      { from: begin, to: begin + minute, cause: null },
      { from: begin + 3 * minute, to: begin + 4 * minute, cause: 'Waiting on the card' },
      { from: begin + 4 * minute, to: begin + 6 * minute, cause: null },
    ]);
  });
  test('the piece of an instant is the one that has begun and not ended', () => {
    const pieces = [piece(1, 3), piece(3, 4, missing)];
    expect(pieceAt(pieces, begin + 3 * minute)?.cause).toBe('Waiting on the card');
    expect(pieceAt(pieces, begin + 4 * minute)).toBeNull();
  });
});

const points = (...speeds: (number | null)[]): TrackPoint[] =>
  speeds.map((mps, index) => [begin + index * second, 0, 0, mps, null]);

describe('the line of the speed', () => {
  const scale = { from: begin, to: begin + 10 * second, width: 100 };
  test('goes from point to point, the fastest at the top', () => {
    expect(speedLine(points(0, 10, 20), scale, 42).line).toBe('M0 42L10 22L20 2');
  });
  test('lies on the ground where it is filled', () => {
    expect(speedLine(points(0, 20), scale, 42).area).toBe('M0 42L10 2L10 42L0 42Z');
  });
  test('is broken where nobody knows the speed', () => {
    const far: TrackPoint[] = [
      ...points(5, 6),
      [begin + 60 * second, 0, 0, 5, 0],
      [begin + 61 * second, 0, 0, 6, 0],
    ];
    const long = { from: begin, to: begin + 100 * second, width: 1000 };
    expect(speedLine(far, long, 42).line.match(/M/g)).toHaveLength(2);
  });
  test('keeps the peak of what falls on one pixel', () => {
    const narrow = { from: begin, to: begin + 100 * second, width: 20 };
    const many = points(...Array.from({ length: 100 }, (_, index) => (index === 50 ? 40 : 10)));
    const { line } = speedLine(many, narrow, 42);
    expect(line).toContain(' 2L');
    expect(line.match(/L/g)?.length).toBeLessThan(15);
  });
  test('is none without speeds', () => {
    expect(speedLine(points(null, null), scale, 42)).toEqual({ line: '', area: '' });
    expect(topOf([])).toBe(10);
  });
});
