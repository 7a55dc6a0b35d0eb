import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLine, encodeLine } from './polyline.ts';

test.each<[string, [number, number][], [number, number][]]>([
  ['nothing', [], []],
  ['a point', [[11.5, 48.1]], [[11.5, 48.1]]],
  [
    'west and south',
    [
      [-0.1278, -51.5074],
      [-0.128, -51.5],
    ],
    [
      [-0.1278, -51.5074],
      [-0.128, -51.5],
    ],
  ],
  [
    'points closer than a step',
    [
      [1, 2],
      [1.00001, 2.00001],
      [1.1, 2],
    ],
    [
      [1, 2],
      [1.1, 2],
    ],
  ],
  [
    'a line that stands still',
    [
      [1, 2],
      [1, 2],
    ],
    [
      [1, 2],
      [1, 2],
    ],
  ],
  [
    'across the antimeridian',
    [
      [179.9, 1],
      [-179.9, 1],
      [179.95, 1],
    ],
    [
      [179.9, 1],
      [180.1, 1],
      [179.95, 1],
    ],
  ],
])('%s comes back as it was', (_, line, back) => {
  expect(decodeLine(encodeLine(line))).toEqual(back);
});

const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true });

test('any line comes back to 11 m, in letters that JSON leaves alone', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(degrees(80), degrees(85)), { maxLength: 30 }), (line) => {
      const text = encodeLine(line);
      expect(JSON.stringify(text)).toBe(`"${text}"`);
      const back = decodeLine(text);
      const [first, last] = [back[0], back.at(-1)];
      expect(first?.[0] ?? 0).toBeCloseTo(line[0]?.[0] ?? 0, 3);
      expect(last?.[1] ?? 0).toBeCloseTo(line.at(-1)?.[1] ?? 0, 3);
    }),
  );
});
