import { expect, test } from 'vitest';
import { broughtBack, mayBeSecret, saidOfSettings } from './book-settings-policy.ts';

const rule = { kind: null, channel: null, days: 3 };

test('what belongs to the machine, or is a secret, is not told', () => {
  const said = saidOfSettings(
    {
      webPort: 9000,
      webHost: '192.0.2.1',
      importFolder: '/mnt/card',
      layout: 'weekly',
      mapSource: 'vector',
      mapUrl: 'https://tiles.example.org/style.json?key=abc',
      geocoder: 'photon',
      geocoderUrl: 'http://photon.lan:2322',
    },
    new Map(),
  );
  expect(said).toEqual({ layout: 'weekly', geocoder: 'photon', geocoderUrl: 'http://photon.lan:2322' });
});

test.each([
  ['', false],
  ['https://tiles.example.org/{z}/{x}/{y}.png', false],
  ['pmtiles://https://maps.example.org/world.pmtiles', false],
  ['https://example.org/?key=1', true],
  ['https://ann:secret@example.org/', true],
  ['https://example.org/v4/pk0a1b2c3d4e5f6a7b8c/style.json', true],
])('%s may be a secret: %s', (url, is) => {
  expect(mayBeSecret(url)).toBe(is);
});

test('rules of cameras are told by their folders, and come back to them', () => {
  const said = saidOfSettings({ retentionRules: [{ cameraId: 4, ...rule }] }, new Map([[4, 'Rear']]));
  expect(said).toEqual({ retentionRules: [{ camera: 'Rear', ...rule }] });
  expect(broughtBack(said, new Map([['Rear', 9]]))).toEqual({ retentionRules: [{ cameraId: 9, ...rule }] });
});

test('when a rule of a camera cannot come back, nothing that deletes does', () => {
  const copy = {
    retentionDays: 7,
    deleteAfterDownload: true,
    layout: 'weekly',
    retentionRules: [{ camera: 'Gone', ...rule }],
  };
  expect(broughtBack(copy, new Map([['', 1]]))).toEqual({ layout: 'weekly' });
});

test('a copy never moves the page', () => {
  expect(
    broughtBack({ webPort: 1, webHost: '192.0.2.9', importFolder: '/', triage: false }, new Map()),
  ).toEqual({
    triage: false,
  });
});
