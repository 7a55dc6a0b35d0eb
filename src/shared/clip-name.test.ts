import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRealLocalTime, parseClipName } from './clip-name.ts';

const cases: [name: string, localStart: string, sequence: number | null, kind: string, channel: string][] = [
  ['2025_1224_120324_000002PF.MP4', '2025-12-24T12:03:24', 2, 'parking', 'front'],
  ['2026_0618_203643_0001EF.MP4', '2026-06-18T20:36:43', 1, 'event', 'front'],
  ['2016_0719_155355_005.MOV', '2016-07-19T15:53:55', 5, 'normal', 'front'],
  ['2021_0610_174405_029R.MP4', '2021-06-10T17:44:05', 29, 'normal', 'rear'],
  ['20260628_133416_0001PI.MP4', '2026-06-28T13:34:16', 1, 'parking', 'interior'],
  ['20241005224959_023982.MP4', '2024-10-05T22:49:59', 23982, 'normal', 'front'],
  ['20260709112750_036576A.TS', '2026-07-09T11:27:50', 36576, 'normal', 'front'],
  ['20260709112750_036577B.ts', '2026-07-09T11:27:50', 36577, 'normal', 'rear'],
  ['2026_0418_144931_PR.MP4', '2026-04-18T14:49:31', null, 'parking', 'rear'],
  ['2026_0820_045542_F.MP4', '2026-08-20T04:55:42', null, 'normal', 'front'],
  ['2026_0505_175704_047965pt.jpg', '2026-05-05T17:57:04', 47965, 'parking', 'tele'],
];

test.each(cases)('the name %s is understood', (name, ...told) => {
  const { localStart, sequence, kind, channel } = parseClipName(name) ?? {};
  expect([localStart, sequence, kind, channel]).toEqual(told);
});

test.each([
  '2026_1399_256199_000001F.MP4',
  '2026_0230_120000_000001F.MP4',
  '2026_0628_240000_000001F.MP4',
  'HOLIDAY.MP4',
  '2026_0628_133416_0001F.MP4.exe',
  '../2026_0628_133416_0001F.MP4',
  '',
])('the name %s tells nothing', (name) => {
  expect(parseClipName(name)).toBeNull();
});

test('whatever a name is, what is read from it is a time that exists', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{4}_\d{4}_\d{6}_\d{1,6}[PE]?[FRIT]?\.MP4$/), (name) => {
      const parsed = parseClipName(name);
      if (parsed) expect(isRealLocalTime(parsed.localStart)).toBe(true);
    }),
  );
});
