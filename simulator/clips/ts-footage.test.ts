import { expect, test } from 'vitest';
import { loadBaseFootage } from './base-footage.ts';
import { TEST_CACHE_DIR } from './test-support.ts';
import { loadTsFootage } from './ts-footage.ts';

test('a stream has the camera’s PIDs and a key picture to cut at in every second', async () => {
  const cache = { cacheDir: TEST_CACHE_DIR, ffmpegPath: 'ffmpeg' };
  const kind = { channel: 'front', video: 'h264', audio: true } as const;
  const { bytes, secondOffsets } = await loadTsFootage(cache, kind, await loadBaseFootage(cache, kind), 60);
  const pids = new Set<number>();
  for (let offset = 0; offset < bytes.length; offset += 188)
    pids.add(bytes.readUInt16BE(offset + 1) & 0x1fff);
  expect([...pids].toSorted((a, b) => a - b)).toEqual([0, 0x11, 0x100, 0x101, 0x1000]);
  expect(secondOffsets).toHaveLength(60);
});
