import { expect, test } from 'vitest';
import { isClipFile, isLockedPlace, isParkingPlace, isScannedFolder, recordedName } from './place-policy.ts';

test.each([
  ['2026_0628_133416_0001F.MP4', true],
  ['2026_0628_133416_0001f.mp4', true],
  ['20241005224959_023982.MP4', true],
  ['20260628_133416_0001PF.MP4', true],
  ['2026_0820_045542_F.MP4', true],
  ['2016_0719_155355_005.MOV', true],
  ['20260709112750_036576A.TS', true],
  ['2026_0628_133416_0001F.JPG', true],
  ['2026_0628_133416_0001F~2.jpg', true],
  ['holiday.mp4', true],
  ['holiday.jpg', false],
  ['.2026_0628_133416_0001F.MP4', false],
  ['2026_0628_133416_0001F.MP4.part', false],
  ['2026_0628_133416_0001F.MP4.gpx', false],
  ['2026_0628_133416_0001F.MP4.json', false],
  ['readme.txt', false],
])('%s is a clip: %s', (name, is) => {
  expect(isClipFile(name)).toBe(is);
});

test.each([
  ['', '2026-06-28', true],
  ['', '.thumbs', false],
  ['2026-06-28', '.hidden', false],
  ['', 'import', false],
  ['other', 'import', true],
  ['', '#recycle', false],
  ['other', '@eaDir', false],
  ['', 'System Volume Information', false],
])('in "%s" a scan goes into %s: %s', (parent, name, does) => {
  expect(isScannedFolder(parent, name)).toBe(does);
});

test.each([
  ['2026_0628_133416_0001F.MP4', '2026_0628_133416_0001F.MP4'],
  ['2026_0628_133416_0001f.mp4', '2026_0628_133416_0001F.MP4'],
  ['2026_0628_133416_0001F~2.MP4', '2026_0628_133416_0001F.MP4'],
  ['holiday~2.mp4', 'holiday~2.mp4'],
  ['Holiday.mp4', 'Holiday.mp4'],
])('the camera named %s %s', (fileName, name) => {
  expect(recordedName(fileName)).toBe(name);
});

test.each([
  ['2026-06-28/RO/X.MP4', true, false],
  ['CARDV/emr/X.MP4', true, false],
  ['RO.MP4', false, false],
  ['2026-06-28/parking/X.MP4', false, true],
  ['Parking/RO/X.MP4', true, true],
  ['ROAD/X.MP4', false, false],
])('%s says locked: %s, parking: %s', (path, locked, parking) => {
  expect([isLockedPlace(path), isParkingPlace(path)]).toEqual([locked, parking]);
});
