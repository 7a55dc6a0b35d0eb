import { expect, test } from 'vitest';
import { planGeocode } from './geocode-plan.ts';

const now = Date.UTC(2026, 8, 1);
const second = Date.UTC(2026, 0, 1) / 1000;
const place = { latKey: 51.507, lonKey: -0.128, label: 'Strand, London', fetchedAt: second };

test('the name of a place is kept by thousandths of a degree', () => {
  const row = { lat_e3: 51_507, lon_e3: -128, label: 'Strand, London', source: 'nominatim' };
  expect(planGeocode(place, now)).toEqual({ ...row, fetched_at: second * 1000 });
  expect(planGeocode({ ...place, latKey: '51.507', fetchedAt: '2026-01-01 00:00:00' }, now)).toEqual({
    ...row,
    fetched_at: second * 1000,
  });
  expect(planGeocode({ ...place, fetchedAt: null }, now)).toEqual({ ...row, fetched_at: now });
});

test('nought has no sign', () => {
  expect(planGeocode({ ...place, lonKey: -0.0001 }, now)).toMatchObject({ lon_e3: 0 });
});

test.each([
  [{ latKey: 91 }, 'its position makes no sense'],
  [{ lonKey: null }, 'its position makes no sense'],
  [{ lonKey: 'west' }, 'its position makes no sense'],
  [{ label: '' }, 'it has no name'],
  [{ label: Buffer.from('x') }, 'it has no name'],
])('%j is no name of a place', (row, reason) => {
  expect(planGeocode({ ...place, ...row }, now)).toBe(reason);
});
