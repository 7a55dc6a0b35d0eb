import { expect, test } from 'vitest';
import {
  backOffMs,
  cellOf,
  isWanted,
  requestFor,
  retryAfterMs,
  type GeocodeSettings,
} from './geocode-policy.ts';

const now = Date.UTC(2026, 5, 1);
const dayMs = 24 * 60 * 60_000;
const off: GeocodeSettings = { geocoder: 'off', geocoderUrl: '', geocoderLanguage: '', geocoderContact: '' };
const nominatim: GeocodeSettings = { ...off, geocoder: 'nominatim' };
const place = { latitude: 51.50741, longitude: -0.12779 };

test('off, nothing is asked, whatever else is set', () => {
  const all = { ...off, geocoderUrl: 'https://example.org', geocoderContact: 'a@b.c' };
  expect(requestFor(all, place, '3')).toBeNull();
  expect(isWanted(null, all, now)).toBe(false);
});

test('the public servers are asked for the street, with our name and the contact', () => {
  const request = requestFor(
    { ...nominatim, geocoderContact: 'me@example.org', geocoderLanguage: 'de' },
    place,
    '3.0',
  )!;
  const url = new URL(request.url);
  expect(url.origin + url.pathname).toBe('https://nominatim.openstreetmap.org/reverse');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    lat: '51.5074',
    lon: '-0.1278',
    format: 'jsonv2',
    zoom: '17',
    addressdetails: '1',
    layer: 'address',
    'accept-language': 'de',
  });
  expect(request.headers['user-agent']).toBe('viofosync/3.0 (self-hosted dashcam archive; me@example.org)');
  expect(request.isPublic).toBe(true);
  const photon = requestFor({ ...nominatim, geocoder: 'photon' }, place, '3.0')!;
  expect(photon.url).toBe('https://photon.komoot.io/reverse?lat=51.5074&lon=-0.1278');
  expect(photon).toMatchObject({ isPublic: true, mayDislikeLanguage: false });
});

test.each([
  ['http://nas.lan:8080', 'http://nas.lan:8080/reverse'],
  ['http://nas.lan:8080/', 'http://nas.lan:8080/reverse'],
  ['https://maps.example.org/nominatim/reverse', 'https://maps.example.org/nominatim/reverse'],
  ['https://maps.example.org/geo?key=1', 'https://maps.example.org/geo/reverse'],
])("the user's own server %s is asked at %s", (geocoderUrl, expected) => {
  const request = requestFor({ ...nominatim, geocoderUrl }, place, '3')!;
  const url = new URL(request.url);
  expect(url.origin + url.pathname).toBe(expected);
  expect(url.searchParams.get('key')).toBe(geocoderUrl.includes('key') ? '1' : null);
  expect(request.isPublic).toBe(false);
});

test.each([
  ['https://nominatim.openstreetmap.org.example.net', false],
  ['https://NOMINATIM.openstreetmap.org', true],
  ['https://notopenstreetmap.org', false],
])('%s is public: %s', (geocoderUrl, isPublic) => {
  expect(requestFor({ ...nominatim, geocoderUrl }, place, '3')?.isPublic).toBe(isPublic);
});

test.each<[string, Parameters<typeof isWanted>[0], boolean]>([
  ['nobody asked for', null, true],
  ['is known', { label: 'Strand, London', language: 'de', fetchedAt: 0 }, false],
  ['v2 fetched', { label: 'Strand, London', language: '', fetchedAt: 0 }, false],
  ['is in another language', { label: 'Strand, London', language: 'local', fetchedAt: now }, true],
  ['had none yesterday', { label: '', language: 'de', fetchedAt: now - dayMs }, false],
  ['had none 30 days ago', { label: '', language: 'de', fetchedAt: now - 30 * dayMs }, true],
  ['had none in another language', { label: '', language: 'local', fetchedAt: now - dayMs }, true],
])('a name that %s', (_, known, expected) => {
  expect(isWanted(known, { ...nominatim, geocoderLanguage: 'DE' }, now)).toBe(expected);
});

test('failures back off from half a minute to an hour, and what the server says is believed up to a day', () => {
  expect([1, 2, 3, 8, 100].map(backOffMs)).toEqual([30_000, 60_000, 120_000, 3_600_000, 3_600_000]);
  expect(['5', ' 7 ', '999999', '-1', 'Wed', null].map(retryAfterMs)).toEqual([
    5000,
    7000,
    dayMs,
    null,
    null,
    null,
  ]);
});

test('cells are thousandths of a degree, and the antimeridian is one', () => {
  expect(cellOf({ latitude: -0.0001, longitude: 180 })).toEqual({ latE3: 0, lonE3: -180_000 });
  expect(Object.is(cellOf({ latitude: -0.0001, longitude: 0 }).latE3, 0)).toBe(true);
});
