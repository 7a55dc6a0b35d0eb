import { expect, test } from 'vitest';
import type { Line } from './map-types.ts';
import { sketchOf, unwrapped, zoomOf } from './sketch-plan.ts';

const frame = { width: 200, height: 100, margin: 10 };
const pixels = (d: string) =>
  d
    .slice(1)
    .split('L')
    .map((pair) => pair.split(' ').map(Number));

test('lines lie within the frame, north up and east to the right', () => {
  const line: Line = [
    [-1.6, 53.8],
    [-1.5, 53.9],
  ];
  const [from = [], to = []] = pixels(sketchOf([line], frame).paths[0]!.d);
  expect(to[0]).toBeGreaterThan(from[0]!);
  expect(to[1]).toBeLessThan(from[1]!);
  for (const [x = -1, y = -1] of [from, to]) {
    expect(x >= 10 && x <= 190 && y >= 10 && y <= 90).toBe(true);
  }
});

test('a pixel and its position name the same place', () => {
  const sketch = sketchOf([], frame, { west: 170, south: -20, east: -170, north: -10 });
  const { latitude, longitude } = sketch.unplace(150, 30);
  expect(longitude).toBeLessThan(0);
  const [x, y] = sketch.place([longitude, latitude]);
  expect(x).toBeCloseTo(150);
  expect(y).toBeCloseTo(30);
});

test('a drive over the antimeridian is as wide as it is, not as the world', () => {
  const line: Line = [
    [179.95, 52],
    [-179.95, 52.01],
  ];
  expect(unwrapped(line)[1]![0]).toBeCloseTo(180.05);
  const sketch = sketchOf([line], frame);
  expect(sketch.metresPerPixel(52)).toBeLessThan(100);
});

test('a car that stood still is a dot, and no line at all is nothing', () => {
  const still: Line = [
    [8.5, 47.3],
    [8.5, 47.3],
  ];
  const sketch = sketchOf([still, []], frame);
  expect(sketch.paths[0]!.from).toEqual([100, 50]);
  expect(sketch.paths[1]).toEqual({ d: '', from: null, to: null });
  expect(Number.isFinite(sketch.metresPerPixel(47))).toBe(true);
});

test('the zoom of a sketch is that of a map which shows as much', () => {
  expect(zoomOf(40_075_016.7 / 512)).toBeCloseTo(0);
  expect(zoomOf(40_075_016.7 / 512 / 2 ** 12)).toBeCloseTo(12);
});
