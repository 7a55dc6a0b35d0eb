import { describe, expect, test } from 'vitest';
import { boundsOf, boxAround, distanceM, isWithin, longitudeStep, wrapLongitude } from './geo.ts';

const at = (latitude: number, longitude: number) => ({ latitude, longitude });

describe('distances', () => {
  test('a degree of latitude is 111.195 km everywhere, one of longitude shrinks towards the poles', () => {
    expect(distanceM(at(0, 0), at(1, 0))).toBeCloseTo(111_195, -1);
    expect(distanceM(at(60, 0), at(60, 1))).toBeCloseTo(55_597, -2);
  });

  test('the way across the antimeridian is the short one', () => {
    expect(distanceM(at(0, 179.999), at(0, -179.999))).toBeCloseTo(222.4, 0);
    expect(longitudeStep(179, -179)).toBeCloseTo(2);
    expect(longitudeStep(-179, 179)).toBeCloseTo(-2);
    expect(wrapLongitude(540)).toBe(-180);
  });
});

describe('boxes', () => {
  test('around nothing there is none', () => expect(boundsOf([])).toBeNull());

  test('of a drive across the antimeridian is narrow, with west greater than east', () => {
    const box = boundsOf([at(-17, 179.9), at(-17.1, -179.95), at(-17.2, -179.9)]);
    expect(box?.west).toBeCloseTo(179.9);
    expect(box?.east).toBeCloseTo(-179.9);
    expect(isWithin(at(-17.1, 180), box!)).toBe(true);
    expect(isWithin(at(-17.1, 0), box!)).toBe(false);
  });

  test('around a point reach as far as said, also at the antimeridian, and around the world at a pole', () => {
    const box = boxAround(at(53.9, -1.7), 100);
    expect(isWithin(at(53.9008, -1.7), box)).toBe(true);
    expect(isWithin(at(53.9011, -1.7), box)).toBe(false);
    expect(isWithin(at(0, -179.9995), boxAround(at(0, 179.9995), 200))).toBe(true);
    expect(boxAround(at(89.9999, 10), 100)).toMatchObject({ west: -180, east: 180, north: 90 });
  });
});
