import { expect, test } from 'vitest';
import { endPlaces, type PlacedStop } from './end-place-policy.ts';

const minuteMs = 60_000;
const stop = (from: number, to: number, place: number | null): PlacedStop => ({
  started_at: from * minuteMs,
  ended_at: to * minuteMs,
  place_id: place,
});
const journey = { started_at: 60 * minuteMs, ended_at: 90 * minuteMs };

test.each<[string, PlacedStop[], { from: number | null; to: number | null }]>([
  ['those of the stops it lies between', [stop(0, 60, 1), stop(90, 500, 2)], { from: 1, to: 2 }],
  ['also when a moment lies between', [stop(0, 59.5, 1), stop(90.5, 500, 2)], { from: 1, to: 2 }],
  ['not of a stop long before or after', [stop(0, 50, 1), stop(100, 500, 2)], { from: null, to: null }],
  ['not of a stop that is at no place', [stop(0, 60, null), stop(90, 95, null)], { from: null, to: null }],
  ['none without stops', [], { from: null, to: null }],
  ['not of stops farther on', [stop(0, 60, 1), stop(90, 95, null), stop(120, 500, 2)], { from: 1, to: null }],
])('the places at the ends of a journey: %s', (_, stops, places) => {
  expect(endPlaces(journey, stops)).toEqual(places);
});
