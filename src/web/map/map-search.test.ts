import { expect, test } from 'vitest';
import {
  askedOf,
  boxOf,
  boxWords,
  instantOfDay,
  lookOf,
  lookWords,
  mapSearch,
  rangeOf,
} from './map-search.ts';

test('the address says what is shown, of which days and camera, and where passes are looked for', () => {
  const search = {
    at: '53.8,-1.6,12.5',
    from: '2026-09-01',
    to: '2026-09-03',
    camera: 2,
    box: '-1.7,53.7,-1.5,53.9',
  };
  expect(mapSearch(search)).toEqual(search);
});

test('what makes no sense in an address is left out', () => {
  const search = { at: '95,0,3', from: '2026-13-40', to: 'today', camera: '-1', box: '1,2,3', other: 'x' };
  expect(mapSearch(search)).toEqual({});
  expect(mapSearch({ box: '0,60,1,50', at: 'a,b,c' })).toEqual({});
});

test('places and boxes come out of the address as they went in, to a metre', () => {
  const box = { west: 179.123456, south: -17, east: -179.5, north: -16.25 };
  expect(boxOf(boxWords(box))).toEqual({ ...box, west: 179.12346 });
  const look = { latitude: 53.8, longitude: -1.6, zoom: 12.5 };
  expect(lookOf(lookWords(look))).toEqual(look);
});

test('a day begins where the cameras are, also on the days when the clocks change', () => {
  expect(instantOfDay('2026-07-01', 'Europe/London')).toBe(Date.UTC(2026, 5, 30, 23));
  expect(instantOfDay('2026-03-29', 'Europe/London')).toBe(Date.UTC(2026, 2, 29));
  expect(instantOfDay('2026-03-30', 'Europe/London')).toBe(Date.UTC(2026, 2, 29, 23));
  expect(instantOfDay('2026-10-26', 'Europe/London')).toBe(Date.UTC(2026, 9, 26));
  expect(instantOfDay('2026-07-01', 'Pacific/Auckland')).toBe(Date.UTC(2026, 5, 30, 12));
});

test('both days of a range are in it, the one of 25 hours whole', () => {
  const range = rangeOf({ from: '2026-10-25', to: '2026-10-25' }, 'Europe/London');
  expect(range).toEqual({ from: Date.UTC(2026, 9, 24, 23), to: Date.UTC(2026, 9, 26) - 1 });
  expect(rangeOf({}, 'Europe/London')).toEqual({});
});

test('a small move of the map asks for the same, and what is asked for covers what is seen', () => {
  const box = { west: -1.66, south: 53.76, east: -1.5, north: 53.84 };
  const shown = { box, zoom: 11.4, latitude: 53.8, longitude: -1.58 };
  const asked = askedOf(shown);
  const moved = { ...box, west: box.west + 0.005, east: box.east + 0.005 };
  expect(askedOf({ ...shown, box: moved })).toEqual(asked);
  expect(asked.zoom).toBe(11);
  expect(asked.west <= box.west && asked.east >= box.east).toBe(true);
  expect(asked.south <= box.south && asked.north >= box.north).toBe(true);
});

test('what is asked for over the antimeridian and around the world is a box', () => {
  const fiji = { west: 178, south: -19, east: -178, north: -16 };
  const asked = askedOf({ box: fiji, zoom: 7, latitude: -17, longitude: 180 });
  expect(asked.west).toBeGreaterThan(asked.east);
  const world = { west: -180, south: -80, east: 180, north: 80 };
  expect(askedOf({ box: world, zoom: 0.4, latitude: 0, longitude: 0 })).toEqual({
    west: -180,
    east: 180,
    south: -90,
    north: 90,
    zoom: 0,
  });
});
