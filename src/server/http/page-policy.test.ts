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
  const policy = contentPolicy({ mapOrigin: null, host: 'nas:8080' });
  expect(policy).not.toMatch(/https?:/);
  expect(policy).toContain("connect-src 'self' ws://nas:8080 wss://nas:8080;");
  expect(referrerPolicy(null)).toBe('no-referrer');
});

test('with one, pictures, fonts, styles and data may come from it, but no script, worker or frame', () => {
  const allowed = contentPolicy({ mapOrigin: osm, host: 'nas' })
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
  expect(contentPolicy({ mapOrigin: origin, host: 'nas' })).not.toMatch(/script-src [^;]*\*/);
  expect(contentPolicy({ mapOrigin: null, host: "x; script-src 'unsafe-inline'" })).not.toMatch(/unsafe/);
});

test('nothing written into a page counts but styles that carry the nonce of this one answer', () => {
  const policy = contentPolicy({ mapOrigin: null, host: '[::1]:8080', nonce: 'abc' });
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("style-src 'self' 'nonce-abc';");
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(contentPolicy({ mapOrigin: null, host: 'nas' })).not.toMatch(/nonce/);
});

test('pages are told from the API and from files', () => {
  expect(['/', '/index.html', '/archive/2026-06-28', '/map?box=1.5,2,3.5,4'].map(isPageAddress)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['/api/days', '/favicon.svg', '/map/world-outline.json?x'].map(isPageAddress)).toEqual([
    false,
    false,
    false,
  ]);
});
