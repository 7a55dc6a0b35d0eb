import { describe, expect, test } from 'vitest';
import { loadBaseFootage, loadStill } from './base-footage.ts';
import { TEST_CACHE_DIR } from './test-support.ts';

const cache = { cacheDir: TEST_CACHE_DIR, ffmpegPath: 'ffmpeg' };

describe('base footage', () => {
  test.each(['h264', 'hevc'] as const)(
    'in %s has a key picture every second and sound of the same length',
    async (video) => {
      const footage = await loadBaseFootage(cache, { channel: 'front', video, audio: true });
      expect(footage.video.sizes).toHaveLength(60);
      const keys = footage.video.syncs.flatMap((sync, index) => (sync ? [index] : []));
      expect(keys).toEqual([0, 15, 30, 45]);
      expect([footage.video.widthPixels, footage.video.heightPixels]).toEqual([640, 360]);
      expect(footage.video.sampleTicks * 15).toBe(footage.video.timescale);
      expect(footage.audio?.sizes).toHaveLength(125);
      expect((125 * 1_024) / footage.audio!.timescale).toBe(4);
    },
  );

  test('has no sound when none is asked for', async () => {
    const footage = await loadBaseFootage(cache, { channel: 'rear', video: 'h264', audio: false });
    expect(footage.audio).toBeNull();
  });

  test('of each channel shows a picture of its own', async () => {
    const stills = await Promise.all(
      (['front', 'rear', 'interior', 'tele'] as const).map((channel) => loadStill(cache, channel, '320x180')),
    );
    expect(new Set(stills.map((still) => still.toString('latin1'))).size).toBe(4);
    for (const still of stills) expect(still.readUInt16BE(0)).toBe(0xffd8);
  });
});
