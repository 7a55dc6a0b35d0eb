import { expect, test } from 'vitest';
import { openStreetMap } from '../../shared/open-street-map.ts';
import { settingsPatchSchema, settingsSchema } from '../../shared/settings.ts';
import { choiceOf, choices, patchOf } from './choose-map-plan.ts';
import { t } from './texts.ts';
import { baseOf, creditWords, formOf, originOf, tileAddress, wholeAddress } from './ground-plan.ts';

const defaults = settingsSchema.parse({});

test('by default the map is the outline, and so it is while an address is missing', () => {
  expect(baseOf(defaults).mapSource).toBe('outline');
  expect(baseOf({ ...defaults, mapSource: 'vector' }).mapSource).toBe('outline');
  expect(baseOf({ ...defaults, mapUrl: openStreetMap.url }).mapUrl).toBe('');
});

test('the form of an address tells how it is read', () => {
  expect(formOf('https://tiles.example/{z}/{x}/{y}.pbf')).toBe('tiles');
  expect(formOf('https://tiles.example/style.json?key=1')).toBe('json');
  expect(formOf('https://maps.example/uk.pmtiles')).toBe('pmtiles');
  expect(formOf('pmtiles://https://maps.example/uk')).toBe('pmtiles');
});

test('the server of an address is known, and nothing else is taken for one', () => {
  expect(originOf('pmtiles://https://maps.example/uk.pmtiles')).toBe('https://maps.example');
  expect(originOf('http://nas:8081/{z}/{x}/{y}.png')).toBe('http://nas:8081');
  expect(originOf('')).toBeNull();
  expect(originOf('javascript:alert(1)')).toBeNull();
});

test('addresses within a style are relative to it, and keep what is filled in later', () => {
  const from = 'https://maps.example/styles/quiet.json';
  expect(wholeAddress('../tiles/{z}/{x}/{y}.pbf', from)).toBe('https://maps.example/tiles/{z}/{x}/{y}.pbf');
  expect(wholeAddress('https://a.example/{fontstack}/{range}.pbf', from)).toBe(
    'https://a.example/{fontstack}/{range}.pbf',
  );
  expect(tileAddress('https://{s}.tiles.example/{z}/{x}/{y}{r}.png')).toBe(
    'https://a.tiles.example/{z}/{x}/{y}.png',
  );
});

test('a credit that a server sends as HTML is words', () => {
  expect(creditWords('<a href="https://x" onclick="y()">&copy; OpenStreetMap</a> contributors')).toBe(
    '© OpenStreetMap contributors',
  );
});

test('every choice of a map makes settings that the server takes, and is found again in them', () => {
  for (const name of choices) {
    const choice = { name, url: 'https://maps.example/{z}/{x}/{y}', credit: 'Somebody' };
    const patch = settingsPatchSchema.parse(patchOf(choice));
    const settings = settingsSchema.parse(
      Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null)),
    );
    expect(choiceOf(baseOf(settings)).name).toBe(name);
  }
  expect(patchOf({ name: 'osm', url: '', credit: '' })).toEqual({
    mapSource: 'raster',
    mapUrl: 'https://tile.openstreetmap.org/{z}/{x}/{y}.png',
    mapAttribution: '© OpenStreetMap contributors',
  });
});

test('who chooses a server is told what it learns before', () => {
  for (const name of choices) {
    expect([name, /learns|Nothing leaves this house/.test(t(`${name}Means`))]).toEqual([name, true]);
  }
});
