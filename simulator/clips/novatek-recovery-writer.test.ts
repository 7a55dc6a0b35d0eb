import { describe, expect, test } from 'vitest';
import { createClipFactory } from './clip-factory.ts';
import { RECOVERY_BLOCK_BYTES } from './novatek-recovery-writer.ts';
import { clipSpec, probeClip, readClip, TEST_CACHE_DIR } from './test-support.ts';

const factory = createClipFactory({ cacheDir: TEST_CACHE_DIR });

describe.each(['short', 'long'] as const)('a clip with a %s recovery index', (recoveryIndex) => {
  const clipOf = async () =>
    factory.createClip(clipSpec({ recoveryIndex, moov: 'back', durationSeconds: 3 }));

  test('plays from end to end', async () => {
    expect((await probeClip(await clipOf(), 'mp4')).decodeErrors).toBe('');
  });

  test('has a block behind each second, which knows the one before', async () => {
    const clip = await readClip(await clipOf());
    const blocks = [...clip.toString('latin1').matchAll(/nidx/g)].map((match) => match.index - 12);
    expect(blocks).toHaveLength(3);
    let before = 0;
    for (const block of blocks) {
      expect(clip.readUInt32BE(block)).toBe(RECOVERY_BLOCK_BYTES);
      expect(clip.toString('latin1', block + 4, block + 8)).toBe('free');
      expect(clip.readUInt32LE(block + (recoveryIndex === 'short' ? 0x18 : 0x20))).toBe(before);
      expect(clip.toString('latin1', block + RECOVERY_BLOCK_BYTES - 4, block + RECOVERY_BLOCK_BYTES)).toBe(
        'clur',
      );
      before = block;
    }
  });

  test('lists where the pictures of the second stand', async () => {
    const clip = await readClip(await clipOf());
    const block = clip.indexOf('nidx', 0, 'latin1') - 12;
    const count = clip.readUInt32LE(block + (recoveryIndex === 'short' ? 0x40 : 0x48));
    const entry = block + (recoveryIndex === 'short' ? 0x44 : 0x4c);
    const size = clip.readUInt32LE(entry + (recoveryIndex === 'short' ? 4 : 8));
    const offset = clip.readUInt32LE(entry);
    expect(count).toBe(15);
    expect(clip.readUInt32LE(entry + (recoveryIndex === 'short' ? 12 : 16))).toBe(offset + size);
    expect(offset + size).toBeLessThan(block);
  });
});
