import { describe, expect, test } from 'vitest';
import { formatName } from './names.ts';
import type { NameLayout, NameParts } from './names.ts';
import { dayFirst, fatRounded, fatTimecode, localTime, yearFirst } from './times.ts';

function name(layout: NameLayout, change: Partial<NameParts> = {}) {
  const startedLocal = localTime(2025, 12, 24, 12, 3, 24);
  const parts = { startedLocal, sequence: 2, kind: 'normal', channel: 'front', extension: 'MP4' } as const;
  return formatName(layout, { ...parts, ...change });
}

describe('names are those of the literal examples of camera.md 3.1', () => {
  test.each<[string, NameLayout, Partial<NameParts>]>([
    ['2025_1224_120324_000002PF.MP4', 'multi', { kind: 'parking' }],
    ['2025_1224_120324_000002R.MP4', 'multi', { channel: 'rear' }],
    ['2025_1224_120324_000002I.TS', 'multi', { channel: 'interior', extension: 'TS' }],
    ['2025_1224_120324_000002T.MP4', 'multi', { channel: 'tele' }],
    ['2025_1224_120324_0001EF.MP4', 'four-digit', { kind: 'event', sequence: 1 }],
    ['2025_1224_120324_005.MOV', 'older', { sequence: 5, extension: 'MOV' }],
    ['2025_1224_120324_005P.MP4', 'older', { sequence: 5, kind: 'parking' }],
    ['2025_1224_120324_029F.MP4', 'duo', { sequence: 29 }],
    ['20251224_120324_0001PF.MP4', 'a129pro', { sequence: 1, kind: 'parking' }],
    ['20251224120324_023982.MP4', 'compact', { sequence: 23982, channel: 'rear', kind: 'parking' }],
    ['20251224120324_036576A.TS', 'sdk', { sequence: 36576, extension: 'TS' }],
    ['20251224120324_036576C.TS', 'sdk', { sequence: 36576, channel: 'interior', extension: 'TS' }],
    ['2025_1224_120324_PR.MP4', 'sequence-less', { channel: 'rear', kind: 'parking' }],
    ['2025_1224_120324_R.JPG', 'sequence-less', { channel: 'rear', extension: 'JPG' }],
  ])('%s', (expected, layout, change) => expect(name(layout, change)).toBe(expected));

  test('a counter starts again at 1 when its digits are used up', () => {
    expect(name('older', { sequence: 999 })).toContain('_999.');
    expect(name('older', { sequence: 1000 })).toContain('_001.');
  });
});

describe('times', () => {
  test('the timecode is the FAT stamp of the real A229 Pro capture', () => {
    expect(fatTimecode(localTime(2025, 12, 24, 12, 4, 6))).toBe(1536712835);
  });

  test('the timecode of the other camera decodes by the same rule', () => {
    expect(fatTimecode(localTime(2016, 7, 19, 15, 56, 36))).toBe(1223917330);
  });

  test('odd seconds lose their half of the two-second step', () => {
    const even = fatTimecode(localTime(2026, 1, 1, 0, 0, 6));
    expect(fatTimecode(localTime(2026, 1, 1, 0, 0, 7))).toBe(even);
  });

  test('a clock that was never set cannot write a time before FAT begins', () => {
    expect(fatRounded(localTime(1970, 1, 1, 0, 5))).toEqual(localTime(1980, 1, 1));
  });

  test('TIME is printed year first or day first', () => {
    const time = localTime(2016, 7, 19, 15, 56, 36);
    expect(yearFirst(time)).toBe('2016/07/19 15:56:36');
    expect(dayFirst(time)).toBe('19/07/2016 15:56:36');
  });
});
