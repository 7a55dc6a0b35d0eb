import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metresPerDegree } from '../../shared/geo.ts';
import { placeAt, placeOfStop, stayRadiusM } from './place-match-policy.ts';

/** So many metres north of a point on the equator. */
const north = (metres: number) => ({ latitude: metres / metresPerDegree, longitude: 10 });
const place = (id: number, metres: number, radiusM: number) => ({ id, ...north(metres), radiusM });
const home = place(1, 0, 75);

test.each<[string, number, number | null, number | null]>([
  ['within the radius', 70, null, 1],
  ['outside of it', 90, null, null],
  ['outside of it, but there before', 90, 1, 1],
  ['as far as one who was there may wander', 142, 1, 1],
  ['farther', 143, 1, null],
  ['outside, and somewhere else before', 90, 2, null],
])('a stop %s', (_, metres, previousId, expected) => {
  expect(placeOfStop(north(metres), [home], previousId)?.id ?? null).toBe(expected);
});

test('of places that overlap the smallest counts, of equal ones the nearest', () => {
  const garage = place(2, 20, 30);
  const neighbour = place(3, 100, 75);
  expect(placeAt(north(10), [home, garage])?.id).toBe(2);
  expect(placeAt(north(60), [home, neighbour])?.id).toBe(3);
  expect(placeAt(north(40), [neighbour, home])?.id).toBe(1);
});

test('the place before goes on until a smaller one holds the stop', () => {
  const garage = place(2, 100, 30);
  expect(placeOfStop(north(110), [home, garage], 1)?.id).toBe(2);
  expect(placeOfStop(north(60), [home, garage], 2)?.id).toBe(2);
});

test('places at the antimeridian and the pole hold what is near', () => {
  const fiji = { id: 1, latitude: -17, longitude: 179.9999, radiusM: 50 };
  expect(placeAt({ latitude: -17, longitude: -179.9999 }, [fiji])?.id).toBe(1);
  const pole = { id: 2, latitude: 89.9999, longitude: 0, radiusM: 50 };
  expect(placeAt({ latitude: 89.9999, longitude: 180 }, [pole])?.id).toBe(2);
});

test('who is within a radius is always within the one to stay in, and nothing outside of that is ever a place', () => {
  const position = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(position, fc.double({ min: 20, max: 5000, noNaN: true }), position, (at, radiusM, other) => {
      expect(stayRadiusM(radiusM)).toBeGreaterThan(radiusM);
      const one = { id: 1, ...at, radiusM };
      expect(placeOfStop(at, [one], null)?.id).toBe(1);
      if (placeAt(other, [one])) expect(placeOfStop(other, [one], 1)?.id).toBe(1);
    }),
  );
});
