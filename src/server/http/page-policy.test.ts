import { expect, test } from 'vitest';
import { contentPolicy, isPageAddress, mapOriginOf, referrerPolicy } from './page-policy.ts';

const osm = 'https://tile.openstreetmap.org';

test('the server of the map is known while the map is in use, and no other', () => {
  const mapUrl = `${osm}/{z}/{x}/{y}.png`;
  expect(mapOriginOf({ mapSource: 'raster', mapUrl })).toBe(osm);
  expect(mapOriginOf({ mapSource: 'vector', mapUrl: 'http://nas.local:8081/style.json?key=1' })).toBe(
    'http://nas.local:8081',
  );
  expect(mapOriginOf({ mapSource: 'vector', mapUrl: 'pmtiles://https://maps.example/uk.pmtiles' })).toBe(
    'https://maps.example',
  );
  expect(mapOriginOf({ mapSource: 'outline', mapUrl })).toBeNull();
  expect(mapOriginOf({ mapSource: 'raster', mapUrl: '' })).toBeNull();
  expect(mapOriginOf({ mapSource: 'raster', mapUrl: 'javascript://x/{z}' })).toBeNull();
});

test('without a map server nothing may come from elsewhere, and nobody learns of the page', () => {
  const policy = contentPolicy(null);
  expect(policy).not.toMatch(/https?:/);
  expect(policy).toContain("connect-src 'self' ws:;");
  expect(referrerPolicy(null)).toBe('no-referrer');
});

test('with one, pictures, fonts, styles and data may come from it, but no script, worker or frame', () => {
  const allowed = contentPolicy(osm)
    .split(';')
    .filter((directive) => directive.includes(osm))
    .map((directive) => directive.split(' ')[0]);
  expect(allowed).toEqual(['style-src', 'img-src', 'font-src', 'connect-src']);
  expect(referrerPolicy(osm)).toBe('strict-origin-when-cross-origin');
});

test('an address cannot smuggle a rule into the policy', () => {
  const origin = mapOriginOf({
    mapSource: 'raster',
    mapUrl: "https://a.example;script-src'*'/{z}/{x}/{y}.png",
  });
  expect(contentPolicy(origin)).not.toMatch(/script-src/);
});

test('pages are told from the API and from files', () => {
  expect(['/', '/archive/2026-06-28', '/map?box=1.5,2,3.5,4'].map(isPageAddress)).toEqual([true, true, true]);
  expect(['/api/days', '/favicon.svg', '/map/world-outline.json?x'].map(isPageAddress)).toEqual([
    false,
    false,
    false,
  ]);
});
