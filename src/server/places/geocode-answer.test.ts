import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelOf } from './geocode-answer.ts';

test.each<[string, unknown, string | null]>([
  ['street and town', { address: { road: 'Strand', city: 'London' } }, 'Strand, London'],
  ['a town before a city', { address: { road: 'A', town: 'T', city: 'C' } }, 'A, T'],
  ['a suburb for want of a street', { address: { suburb: 'Soho', city: 'London' } }, 'Soho, London'],
  ['a town alone', { address: { village: 'Ewell', country: 'GB' } }, 'Ewell'],
  ['one name twice', { address: { hamlet: 'Ewell', village: 'Ewell' } }, 'Ewell'],
  ['neither', { address: { country: 'GB' }, display_name: 'Somewhere, Kent, GB' }, 'Somewhere, Kent'],
  ['texts that are none', { address: { road: 7, city: ' ' }, display_name: 'X' }, 'X'],
  ['nothing there', { error: 'Unable to geocode' }, ''],
  ['another answer', { hello: 1 }, null],
  ['no object', 'x', null],
])('nominatim: %s', (_, answer, label) => {
  expect(labelOf('nominatim', answer)).toBe(label);
});

const photon = (properties: object) => ({ type: 'FeatureCollection', features: [{ properties }] });

test.each<[string, unknown, string | null]>([
  ['a house', photon({ type: 'house', name: 'Shop', street: 'Strand', city: 'London' }), 'Strand, London'],
  ['a street', photon({ type: 'street', name: 'Strand', city: 'London' }), 'Strand, London'],
  ['a town', photon({ type: 'city', name: 'London' }), 'London'],
  [
    'a district',
    photon({ type: 'district', district: 'Soho', county: 'Greater London' }),
    'Soho, Greater London',
  ],
  ['only a name', photon({ type: 'other', name: 'Lake' }), 'Lake'],
  ['nothing there', { type: 'FeatureCollection', features: [] }, ''],
  ['another answer', { message: 'no' }, null],
])('photon: %s', (_, answer, label) => {
  expect(labelOf('photon', answer)).toBe(label);
});

test('no answer throws, and no label is endless', () => {
  const long = 'x'.repeat(5000);
  expect(labelOf('nominatim', { address: { road: long, city: long } })!.length).toBeLessThanOrEqual(200);
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('nominatim' as const, 'photon' as const), (answer, kind) => {
      const label = labelOf(kind, answer);
      expect(label === null || typeof label === 'string').toBe(true);
    }),
  );
});
