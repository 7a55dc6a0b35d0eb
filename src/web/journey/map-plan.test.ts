import { expect, test } from 'vitest';
import type { RouteMap } from '../../shared/tracks.ts';
import { boxOfRoutes, boxOfTrack, zoomStep } from './map-plan.ts';

const properties = {
  kind: 'journey',
  id: 1,
  cameraId: 1,
  startedAt: 0,
  endedAt: 1,
  isTriage: false,
} as const;

test('the box of a map holds its lines and its stops', () => {
  const map: RouteMap = {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties, geometry: { type: 'LineString', coordinates: [[1, 50], [2, 51]] } }, // prettier-ignore
      { type: 'Feature', properties, geometry: { type: 'MultiLineString', coordinates: [[[0, 50], [1, 52]]] } }, // prettier-ignore
      { type: 'Feature', properties, geometry: { type: 'Point', coordinates: [3, 49] } },
    ],
  };
  expect(boxOfRoutes(map)).toEqual({ west: 0, east: 3, south: 49, north: 52 });
  expect(boxOfRoutes(undefined)).toBeNull();
});

test('the box of a track is that of its points', () => {
  expect(boxOfTrack([[[0, 1, 50, null, null]], [[1, 2, 51, null, null]]])).toEqual({
    west: 1,
    east: 2,
    south: 50,
    north: 51,
  });
});

test('lines are asked for at a few zooms, none coarser than what is shown', () => {
  expect([3, 8, 8.2, 14, 16.5, 20].map(zoomStep)).toEqual([8, 8, 11, 14, 17, 17]);
});
