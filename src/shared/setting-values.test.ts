import { expect, test } from 'vitest';
import { hostNamesOf, hostNamesSchema, zoneSettingSchema } from './setting-values.ts';

test.each([
  ['', true],
  ['cam.example.com', true],
  ['cam.example.com, *.example.org nas', true],
  ['CAM.example.com;\ncam_2.example.com', true],
  ['*', false],
  ['*.', false],
  ['cam.*.com', false],
  ['https://cam.example.com', false],
  ['cam.example.com:443', false],
  ['cam.example.com/', false],
  ['-cam.example.com', false],
  ['cam..example.com', false],
  ["cam.example.com'", false],
])('%j is a list of names: %s', (text, isOne) => {
  expect(hostNamesSchema.safeParse(text).success).toBe(isOne);
});

test('names are read in small letters, whatever stands between them', () => {
  expect(hostNamesOf(' Cam.example.com,*.example.org ;nas\n')).toEqual([
    'cam.example.com',
    '*.example.org',
    'nas',
  ]);
});

test.each([
  ['', true],
  ['Europe/London', true],
  ['UTC', true],
  ['Etc/GMT-2', true],
  ['Mars/Olympus', false],
  ['+02:00', false],
  ['UTC+02:00', false],
  ['../etc/passwd', false],
])('%j is a zone or nothing: %s', (text, isOne) => {
  expect(zoneSettingSchema.safeParse(text).success).toBe(isOne);
});
