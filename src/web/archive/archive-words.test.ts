import { expect, test } from 'vitest';
import { dayCounts, pictureWords } from './archive-words.ts';

const day = {
  day: '2026-09-03',
  archived: 92,
  wanted: 2,
  lost: 0,
  locked: 4,
  parking: 0,
  archivedBytes: 12_400_000_000,
  firstLocalStart: '2026-09-03T07:22:00',
  lastLocalStart: '2026-09-03T18:10:00',
  captures: 48,
};

test('a day tells only what there is to tell', () => {
  expect(dayCounts(day).map((count) => count.text)).toEqual([
    '92 archived',
    '2 still on the camera',
    '4 locked',
  ]);
  expect(dayCounts({ ...day, archived: 0, wanted: 0, locked: 0 }).map((count) => count.text)).toEqual([
    'Nothing fetched',
  ]);
});

test('a picture is told by codec and size', () => {
  expect(pictureWords({ videoCodec: 'hevc', width: 3840, height: 2160 })).toBe('H.265 (HEVC), 3840 × 2160');
  expect(pictureWords({ videoCodec: null, width: null, height: null })).toBeNull();
});
