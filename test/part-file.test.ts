import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { seededRandom } from '../simulator/random.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { PartFile, type PartVolume } from '../src/server/archive/part-file.ts';
import { blockBytes, WriteBlocks } from '../src/server/archive/write-blocks.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import { VolumeError } from '../src/server/lib/volume-error.ts';

async function makeVolume(): Promise<ArchiveVolume> {
  const root = await mkdtemp(join(tmpdir(), 'viofosync-part-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return new ArchiveVolume({
    root,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    knownClips: async () => 0,
    readMarkerId: async () => null,
    writeMarkerId: async () => undefined,
    onChange: () => undefined,
  });
}

/** A volume on which every write runs into its time limit: the system may still read what it was given. */
const hanging = ({ release, blocks, run }: PartVolume): PartVolume => ({
  release,
  blocks,
  run: (what, call, ms) =>
    what === 'writing a clip' ? Promise.reject(new VolumeError('slow', what)) : run(what, call, ms),
});

const bound = (volume: ArchiveVolume): PartVolume => ({
  blocks: volume.blocks,
  run: (what, call, ms) => volume.run(what, call, ms),
  release: (handle) => volume.release(handle),
});

function bytesOf(length: number, seed: number): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

test('a part file holds what came, in pieces of any size, though each was overwritten right after', async () => {
  const volume = await makeVolume();
  const whole = Buffer.concat([bytesOf(5000, 1), Buffer.alloc(3 * blockBytes, 'clip'), bytesOf(777, 2)]);
  const path = volume.pathOf('clip.part');
  const part = await PartFile.open(bound(volume), path, 0);
  const sizes = [1, 4999, 64 * 1024, blockBytes - 65_000, 2 * blockBytes, whole.length];
  const memory = Buffer.alloc(whole.length);
  for (let at = 0; at < whole.length;) {
    const size = Math.min(sizes.shift() ?? 100_000, whole.length - at);
    whole.copy(memory, 0, at, at + size);
    await part.append(memory.subarray(0, size));
    memory.fill(0);
    at += size;
    expect(part.bytes).toBe(at);
  }
  await part.close();
  expect((await readFile(path)).equals(whole)).toBe(true);
  expect(part.digest()).toBe(createHash('sha256').update(whole).digest('hex'));
  const again = await PartFile.open(bound(volume), path, blockBytes + 5);
  expect(again.digest()).toBe(
    createHash('sha256')
      .update(whole.subarray(0, blockBytes + 5))
      .digest('hex'),
  );
  await again.close();
});

test('part files use the same memory again and again', async () => {
  const volume = await makeVolume();
  const [first, second] = [volume.blocks.take(), volume.blocks.take()];
  volume.blocks.give(first);
  volume.blocks.give(second);
  for (const name of ['a.part', 'b.part']) {
    const part = await PartFile.open(bound(volume), volume.pathOf(name), 0);
    for (let count = 0; count < 10; count++) await part.append(Buffer.alloc(blockBytes / 2));
    await part.close();
  }
  expect(new Set([volume.blocks.take(), volume.blocks.take()])).toEqual(new Set([first, second]));
});

test('memory that a write gave up on is not used again: the write may still be under way', async () => {
  const volume = await makeVolume();
  const block = volume.blocks.take();
  volume.blocks.give(block);
  const part = await PartFile.open(hanging(bound(volume)), volume.pathOf('clip.part'), 0);
  await part.append(Buffer.alloc(blockBytes));
  await expect(part.flush()).rejects.toThrow(VolumeError);
  await part.close();
  expect(volume.blocks.take()).not.toBe(block);
});

test('no more than a few blocks are kept for later', () => {
  const blocks = new WriteBlocks();
  const taken = Array.from({ length: 20 }, () => blocks.take());
  for (const block of taken) blocks.give(block);
  const again = Array.from({ length: 20 }, () => blocks.take());
  expect(again.filter((block) => taken.includes(block))).toHaveLength(4);
});
