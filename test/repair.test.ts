import { describe, expect, test } from 'vitest';
import { bufferSource } from '../src/server/lib/byte-source.ts';
import { repairRecipes, type Sibling } from '../src/server/media/repair-finder.ts';
import { layOutRepair, readStamp, stampWithinBytes } from '../src/server/media/repair-layout.ts';
import { flawOfOffsets } from '../src/server/media/repair-offsets.ts';
import { readTables } from '../src/server/media/repair-tables.ts';
import {
  cameraClip,
  decode,
  ffmpegClip,
  movedClip,
  overflowing,
  repair,
  siblingOf,
  sparseSource,
} from './repair-clips.ts';

const noSiblings = async function* (): AsyncGenerator<Sibling> {
  yield* await Promise.resolve([]);
};

interface Case {
  name: string;
  clip: () => Promise<Buffer>;
  /** A whole clip of the same camera; null: the archive has none. */
  sibling: (() => Promise<Buffer>) | null;
  how: string;
  hasSound: boolean;
}

const videos = ['h264', 'hevc'] as const;
const large = { sizeBytes: 2_500_000 };
const cases = videos.flatMap((video): Case[] => [
  {
    name: `${video} of a camera that writes its tables first`,
    clip: () => cameraClip({ video, ...large }),
    sibling: null,
    how: 'tables',
    hasSound: true,
  },
  {
    name: `${video} of a camera that writes its tables last, like another clip of it`,
    clip: () => cameraClip({ video, moov: 'back', seed: 7, ...large }),
    sibling: () => cameraClip({ video, seed: 3 }),
    how: 'sibling',
    hasSound: false,
  },
  {
    name: `${video} with a recovery index`,
    clip: () => cameraClip({ video, moov: 'back', recoveryIndex: 'short', ...large }),
    sibling: null,
    how: 'index',
    hasSound: true,
  },
  {
    name: `${video} with a recovery index of long positions, beside another clip`,
    clip: () => cameraClip({ video, moov: 'back', recoveryIndex: 'long', ...large }),
    sibling: () => cameraClip({ video, seed: 3 }),
    how: 'index',
    hasSound: true,
  },
  {
    name: `${video} of ffmpeg, tables first`,
    clip: () => ffmpegClip(video, ['-movflags', '+faststart']),
    sibling: null,
    how: 'tables',
    hasSound: true,
  },
  {
    name: `${video} of ffmpeg, tables last, like another clip`,
    clip: () => ffmpegClip(video, []),
    sibling: () => ffmpegClip(video, []),
    how: 'sibling',
    hasSound: false,
  },
]);

describe('a clip that is cut at any tenth of its length is repaired', () => {
  test.each(cases)('$name', { timeout: 120_000 }, async ({ clip, sibling, how, hasSound }) => {
    const whole = await clip();
    const siblings = sibling ? [await siblingOf(await sibling())] : [];
    const { frames } = await decode(whole);
    let before = 0;
    for (let tenth = 1; tenth < 10; tenth++) {
      const cut = whole.subarray(0, Math.floor((whole.length * tenth) / 10));
      const repaired = await repair(cut, siblings);
      expect(repaired?.recipe.how).toBe(how);
      const seen = await decode(repaired?.bytes);
      expect(seen.errors).toBe('');
      expect(seen.frames).toBeGreaterThanOrEqual(before);
      expect(seen.frames).toBeGreaterThan((frames * (tenth - 1.8)) / 10);
      expect(seen.sounds > 0).toBe(hasSound);
      expect(repaired?.recipe.note).toMatch(hasSound ? /cut|Nothing/ : /cut .*without sound/);
      before = seen.frames;
    }
    expect(before).toBeLessThanOrEqual(frames);
  });
});

test('the last pictures, which no index tells of any more, come out too', async () => {
  const clip = await cameraClip({ moov: 'back', recoveryIndex: 'long', video: 'hevc' });
  const blocks = [...clip.toString('latin1').matchAll(/nidx/g)].map((match) => match.index);
  const repaired = await repair(clip.subarray(0, (blocks[5] ?? 0) - 200));
  const seen = await decode(repaired?.bytes);
  expect(repaired?.recipe.how).toBe('index');
  expect(seen).toMatchObject({ frames: 6 * 15, errors: '' });
});

test('an index whose chain is broken is followed all the same', async () => {
  const clip = Buffer.from(await cameraClip({ moov: 'back', recoveryIndex: 'short' }));
  const third = [...clip.toString('latin1').matchAll(/nidx/g)][3]?.index ?? 0;
  clip.writeUInt32LE(77, third + 4 + 8);
  const cut = clip.subarray(0, clip.length - 4000);
  expect(await decode((await repair(cut))?.bytes)).toMatchObject({
    errors: '',
    frames: 150,
    sounds: 313,
  });
});

test('what the camera reserved and never wrote is no part of the recording', async () => {
  const clip = await cameraClip({ moov: 'back', recoveryIndex: 'long' });
  const cut = Buffer.concat([clip.subarray(0, 400_000), Buffer.alloc(3_000_000)]);
  const repaired = await repair(cut);
  expect(await decode(repaired?.bytes)).toMatchObject({ errors: '' });
  expect(repaired?.bytes.length).toBeLessThan(410_000);
});

test('pictures behind the last that stale tables tell of come out too', async () => {
  const clip = await cameraClip({ moov: 'front', gps: null });
  const tables = await readTables(bufferSource(clip));
  const early = await cameraClip({ moov: 'front', gps: null, durationSeconds: 4 });
  // The region in front holds the tables of the first seconds; the pictures went on.
  const stale = Buffer.concat([early.subarray(0, 0x10000), clip.subarray(0x10000)]);
  const repaired = await repair(stale);
  expect(tables?.tracks[0]?.sizes.length).toBe(150);
  expect(await decode(repaired?.bytes)).toMatchObject({ frames: 150, errors: '' });
});

test.each(videos)(
  'tables of %s that point past the pictures by a fixed distance are put right',
  async (video) => {
    const clip = await ffmpegClip(video, []);
    const moved = movedClip(clip);
    expect(await flawOfOffsets(bufferSource(clip))).toBeNull();
    expect(await flawOfOffsets(bufferSource(moved))).toBe('the table of frames points to wrong places');
    const repaired = await repair(moved);
    expect(repaired?.recipe.how).toBe('offsets');
    expect(await decode(repaired?.bytes)).toMatchObject({ frames: 150, errors: '' });
  },
);

describe('a file of more than 4 GiB', () => {
  test('whose offsets were written with 32 bits only is put right', async () => {
    const { frames, ...file } = overflowing();
    const source = sparseSource(file);
    expect(await flawOfOffsets(source)).toMatch(/table/);
    const recipes = repairRecipes(source, { siblings: noSiblings });
    const { value: recipe } = await recipes.next();
    if (!recipe) throw new Error('no recipe');
    expect(recipe.how).toBe('offsets');
    const stamp = { version: 1, name: 'x', sizeBytes: 1, how: recipe.how, note: '', durationMs: 0 };
    const { head, extents } = layOutRepair(recipe, stamp);
    const parts: Uint8Array[] = [head];
    for (const { from, bytes } of extents) parts.push(await source.read(from, bytes));
    expect(await decode(Buffer.concat(parts))).toMatchObject({ frames, errors: '' });
  });
});

test('a whole clip has no flaw', async () => {
  for (const video of videos)
    expect(await flawOfOffsets(bufferSource(await cameraClip({ video, moov: 'back' })))).toBeNull();
});

test('a clip that was cut before its first picture is not repaired', async () => {
  const clip = await cameraClip();
  expect(await repair(clip.subarray(0, 0x10000), [await siblingOf(clip)])).toBeNull();
  expect(await repair(Buffer.alloc(0))).toBeNull();
});

test('a repaired copy says what it is', async () => {
  const clip = await cameraClip({ moov: 'back', recoveryIndex: 'long' });
  const repaired = await repair(clip.subarray(0, 500_000));
  const stamp = readStamp(repaired?.bytes.subarray(0, stampWithinBytes) ?? Buffer.alloc(0));
  expect(stamp).toMatchObject({ name: 'x.MP4', sizeBytes: 500_000, how: 'index' });
  expect(readStamp(clip.subarray(0, stampWithinBytes))).toBeNull();
});
