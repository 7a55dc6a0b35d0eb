import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutAtAntimeridian, linesAt, outlineOf, simplifyAt, splitUnseen } from './line-policy.ts';

const point = (at: number, longitude: number, latitude: number) => ({ at: at * 1000, longitude, latitude });

describe('lines for a zoom', () => {
  test('a straight road is two points, from afar and from near', () => {
    const road = Array.from({ length: 200 }, (_, index) => point(index, 11 + index * 0.001, 0));
    for (const zoom of [3, 16]) expect(simplifyAt(road, zoom)).toHaveLength(2);
  });

  test('a coarser line has no point that a finer one lacks, and keeps both ends', () => {
    const positions = fc.array(
      fc.record({
        latitude: fc.double({ min: 40, max: 41, noNaN: true }),
        longitude: fc.double({ min: 8, max: 9, noNaN: true }),
      }),
      { minLength: 2, maxLength: 60 },
    );
    fc.assert(
      fc.property(positions, fc.integer({ min: 4, max: 12 }), (line, zoom) => {
        const [far, near] = [simplifyAt(line, zoom), simplifyAt(line, zoom + 2)];
        expect(far.every((one) => near.includes(one))).toBe(true);
        expect([far[0], far.at(-1)]).toEqual([line[0], line.at(-1)]);
      }),
    );
  });

  test('where nothing is known for long and far, there is no line', () => {
    const known = [point(0, 11, 48), point(1, 11.001, 48), point(600, 11.2, 48), point(601, 11.201, 48)];
    expect(splitUnseen(known)).toHaveLength(2);
    expect(splitUnseen([point(0, 11, 48), point(600, 11.2, 48)])).toHaveLength(1);
    expect(linesAt([point(0, 11, 48)], 10)).toEqual([]);
  });

  test('a sketch has at most 60 points', () => {
    const zigzag = Array.from({ length: 5000 }, (_, index) =>
      point(index, 11 + index * 0.0001, 48 + (index % 2) * 0.01),
    );
    expect(outlineOf(zigzag).length).toBeLessThanOrEqual(60);
    expect(outlineOf(zigzag.slice(0, 5))).toHaveLength(5);
    expect(outlineOf([])).toEqual([]);
  });
});

test('a line across the antimeridian is two that meet at it', () => {
  expect(
    cutAtAntimeridian([
      [179, 10],
      [-179, 12],
    ]),
  ).toEqual([
    [
      [179, 10],
      [180, 11],
    ],
    [
      [-180, 11],
      [-179, 12],
    ],
  ]);
});
