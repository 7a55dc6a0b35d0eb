import { expect, test } from 'vitest';
import { distanceM } from '../../shared/geo.ts';
import type { RouteMap, TrackPoint } from '../../shared/tracks.ts';
import {
  boxFeatures,
  boxOfCorners,
  circleOf,
  cornersOf,
  isAlmost,
  journeyFeatures,
  placeFeatures,
  speedFeatures,
} from './map-data.ts';

function mapOf(coordinates: [number, number][]): RouteMap {
  const properties = {
    kind: 'journey',
    id: 7,
    cameraId: 1,
    startedAt: 0,
    endedAt: 1,
    isTriage: false,
  } as const;
  return {
    type: 'FeatureCollection',
    features: [{ type: 'Feature', properties, geometry: { type: 'LineString', coordinates } }],
  };
}

test('a line over the antimeridian goes on eastwards instead of around the world', () => {
  const [line] = journeyFeatures(
    mapOf([
      [179.9, -16.5],
      [-179.9, -16.6],
      [-179.8, -16.7],
    ]),
  ).features;
  const [first, ...rest] = (line!.geometry as GeoJSON.MultiLineString).coordinates[0]!.map(([x]) => x!);
  expect(first).toBe(179.9);
  expect(rest.map((x) => Math.round(x * 10) / 10)).toEqual([180.1, 180.2]);
});

test('a line keeps which journey it is, and without journeys there is nothing to draw', () => {
  const [line] = journeyFeatures(mapOf([[0, 0]])).features;
  expect(line?.properties).toMatchObject({ id: 7, kind: 'journey' });
  expect(journeyFeatures(null).features).toEqual([]);
});

test('a track is cut where its speed takes another colour, without gaps between', () => {
  const speeds = [1, 1, 10, 10, null, null];
  const points = speeds.map((speed, index): TrackPoint => [index * 1000, index / 1000, 53, speed, null]);
  const stretches = speedFeatures([points]).features;
  expect(stretches.map(({ properties }) => properties?.['step'])).toEqual([0, 2, -1]);
  const lines = stretches.map(({ geometry }) => (geometry as GeoJSON.LineString).coordinates);
  expect(lines[0]!.at(-1)).toEqual(lines[1]![0]);
  expect(lines[1]!.at(-1)).toEqual(lines[2]![0]);
});

test('the circle of a place is as large on the ground as its radius says, in the far north too', () => {
  for (const latitude of [0, 53.8, 78, -66]) {
    const middle = { latitude, longitude: 15 };
    for (const [longitude, y] of circleOf({ ...middle, radiusM: 500 })) {
      expect(distanceM(middle, { latitude: y, longitude })).toBeCloseTo(500, -1);
    }
  }
});

test('a place is a circle and a name in its middle', () => {
  const place = { id: 3, name: 'Home', latitude: 53.8, longitude: -1.5, radiusM: 75, isHome: true };
  const features = placeFeatures([place]).features;
  expect(features.map(({ geometry }) => geometry.type)).toEqual(['Polygon', 'Point']);
  expect(features.map(({ properties }) => properties)).toEqual([
    { id: 3, name: 'Home', isHome: true, isSuggested: false },
    { id: 3, name: 'Home', isHome: true, isSuggested: false },
  ]);
});

test('a box over the antimeridian is drawn eastwards, and its corners make the same box again', () => {
  const box = { west: 178, south: -18, east: -178, north: -16 };
  expect(cornersOf(box)).toEqual([
    [178, -18],
    [182, -16],
  ]);
  expect(boxOfCorners([178, -18], [182, -16])).toEqual(box);
  expect(boxOfCorners([-200, -60], [200, 95])).toEqual({ west: -180, east: 180, south: -60, north: 90 });
  expect(boxFeatures(box).features).toHaveLength(1);
  expect(boxFeatures(null).features).toEqual([]);
});

test('what lies at a pole, where Mercator has no end, is drawn at the edge of the map, and that is where it looks', () => {
  const points = [[0, 10, 89.9, 5, null] as const, [1, 12, 90, 5, null] as const];
  const [line] = speedFeatures(points.length > 0 ? [points.map((point) => [...point])] : []).features;
  const [[, south], [, north]] = cornersOf({ west: 10, east: 12, south: 84, north: 90 });
  expect(line?.geometry).toMatchObject({
    coordinates: [
      [10, north],
      [12, north],
    ],
  });
  expect([south, north]).toEqual([84, 85]);
});

test('the map does not move for a box that is the same but for the ends of simplified lines', () => {
  const box = { west: -1.7, south: 53.7, east: -1.5, north: 53.9 };
  expect(isAlmost(box, { ...box, west: -1.701 })).toBe(true);
  expect(isAlmost(box, { ...box, west: -1.75 })).toBe(false);
  expect(isAlmost(null, box)).toBe(false);
});
