import { expect, test } from 'vitest';
import { findBox, requireBox } from './mp4-boxes.ts';
import { buildMoov, secondsSince1904 } from './mp4-moov.ts';
import { syntheticFootage } from './test-support.ts';
import { planSeconds } from './timeline.ts';

function moov(options: { wideOffsets: boolean; offset: number }): Buffer {
  const { video } = syntheticFootage();
  const chunks = planSeconds({ video, audio: null }, 2, 0).map((second) => second.video!);
  return buildMoov({
    tracks: [{ track: video, chunks, chunkOffsets: chunks.map(() => options.offset) }],
    startedLocal: new Date('2026-04-06T14:22:05Z'),
    wideOffsets: options.wideOffsets,
    quickTime: false,
    extras: [],
  });
}

test('time is counted from 1904', () => {
  expect(secondsSince1904(new Date('1904-01-01T00:00:00Z'))).toBe(0);
  expect(secondsSince1904(new Date('1970-01-01T00:00:01Z'))).toBe(2_082_844_801);
});

test('the length does not depend on the positions', () => {
  expect(moov({ wideOffsets: false, offset: 0 })).toHaveLength(
    moov({ wideOffsets: false, offset: 1e9 }).length,
  );
});

test('positions take 32 bits, or 64 when told', () => {
  const stbl = ['moov', 'trak', 'mdia', 'minf', 'stbl'];
  const narrow = moov({ wideOffsets: false, offset: 1_000 });
  expect(requireBox(narrow, ...stbl, 'stco').readUInt32BE(8)).toBe(1_000);
  const wide = moov({ wideOffsets: true, offset: 5e9 });
  expect(requireBox(wide, ...stbl, 'co64').readBigUInt64BE(8)).toBe(5_000_000_000n);
  expect(findBox(wide, [...stbl, 'stco'])).toBeNull();
});

test('durations are in their own timescales', () => {
  const bytes = moov({ wideOffsets: false, offset: 0 });
  const mvhd = requireBox(bytes, 'moov', 'mvhd');
  expect(mvhd.readUInt32BE(16) / mvhd.readUInt32BE(12)).toBe(2);
  expect(requireBox(bytes, 'moov', 'trak', 'mdia', 'mdhd').readUInt32BE(16)).toBe(2 * 92_400);
});
