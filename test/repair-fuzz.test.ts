import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bufferSource } from '../src/server/lib/byte-source.ts';
import type { ByteSource } from '../src/server/lib/mp4-boxes.ts';
import { repairRecipes, type Sibling } from '../src/server/media/repair-finder.ts';
import { layOutRepair } from '../src/server/media/repair-layout.ts';
import { cameraClip, siblingOf } from './repair-clips.ts';

interface Cost {
  reads: number;
  bytes: number;
}

function counted(source: ByteSource, cost: Cost): ByteSource {
  return {
    sizeBytes: source.sizeBytes,
    async read(offset, length) {
      const bytes = await source.read(offset, length);
      cost.reads++;
      cost.bytes += bytes.length;
      return bytes;
    },
  };
}

/** Goes through all repairs of some bytes; each must point into them. Returns what it cost. */
async function tryAll(bytes: Buffer, siblings: readonly Sibling[]): Promise<Cost> {
  const cost = { reads: 0, bytes: 0 };
  const list = async function* () {
    yield* await Promise.resolve(siblings);
  };
  for await (const recipe of repairRecipes(counted(bufferSource(bytes), cost), { siblings: list })) {
    const stamp = { version: 1, name: 'x', sizeBytes: 1, how: recipe.how, note: recipe.note, durationMs: 0 };
    const { extents, sizeBytes, head } = layOutRepair(recipe, stamp);
    const ends = extents.map((extent) => extent.from + extent.bytes);
    expect(Math.max(0, ...ends)).toBeLessThanOrEqual(bytes.length);
    expect(Math.min(0, ...extents.map((extent) => extent.from))).toBe(0);
    expect(sizeBytes).toBe(head.length + extents.reduce((sum, extent) => sum + extent.bytes, 0));
    expect(head.length).toBeLessThan(1_000_000);
  }
  return cost;
}

/** Bytes written over a clip: single ones, words with extreme values, stretches of nothing. */
const damage = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc.constantFrom([0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0x7f, 0xff, 0xff, 0xff], [0, 0, 0, 1]),
      fc.nat(4000).map((length) => new Uint8Array(length)),
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

function damaged(
  clip: Buffer,
  places: readonly { at: number; bytes: ArrayLike<number> }[],
  within: number,
): Buffer {
  const bytes = Buffer.from(clip);
  for (const place of places) {
    const at = Math.floor(place.at * (within - 1));
    for (let index = 0; index < place.bytes.length; index++)
      if (at + index < bytes.length) bytes[at + index] = place.bytes[index] ?? 0;
  }
  return bytes;
}

test('damage anywhere in a clip ends in repairs that point into it, or in none, at a bounded cost', async () => {
  const front = await cameraClip({ video: 'hevc' });
  const back = await cameraClip({ moov: 'back', recoveryIndex: 'long' });
  const siblings = [await siblingOf(back), await siblingOf(front)];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(front, back),
      damage,
      fc.constantFrom(0.01, 0.1, 1),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      async (clip, places, share, length) => {
        const broken = damaged(clip, places, clip.length * share);
        const cost = await tryAll(broken.subarray(0, Math.floor(clip.length * length)), siblings);
        expect(cost.bytes).toBeLessThan(clip.length * 40 + 20_000_000);
        expect(cost.reads).toBeLessThan(4000);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

test('the tables of a clip may be damaged in any way', async () => {
  const clip = await cameraClip({ video: 'h264', recoveryIndex: 'short' });
  const moov = clip.indexOf('moov', 0, 'latin1');
  await fc.assert(
    fc.asyncProperty(damage, async (places) => {
      const broken = Buffer.concat([clip.subarray(0, moov), damaged(clip.subarray(moov), places, 3000)]);
      await tryAll(broken, []);
    }),
    { numRuns: 80 },
  );
}, 120_000);

test('bytes that are no clip at all end in nothing', async () => {
  const siblings = [
    await siblingOf(await cameraClip()),
    await siblingOf(await cameraClip({ video: 'hevc' })),
  ];
  const zeros = await tryAll(Buffer.alloc(12_000_000), siblings);
  expect(zeros.bytes).toBeLessThan(60_000_000);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
      await tryAll(Buffer.from(bytes), siblings);
    }),
    { numRuns: 100 },
  );
}, 120_000);

test('a recovery index whose blocks point to each other ends', async () => {
  const clip = Buffer.from(await cameraClip({ moov: 'back', recoveryIndex: 'long' }));
  const blocks = [...clip.toString('latin1').matchAll(/nidx/g)].map((match) => match.index - 12);
  for (const [index, block] of blocks.entries())
    clip.writeBigUInt64LE(BigInt(blocks[(index + 1) % blocks.length] ?? 0), block + 0x20);
  const cost = await tryAll(clip.subarray(0, clip.length - 5000), []);
  expect(cost.reads).toBeLessThan(2000);
});

test('a table of four thousand million frames is not believed', async () => {
  const clip = Buffer.from(await cameraClip());
  for (const fixed of [0, 7]) {
    const at = clip.indexOf('stsz', 0, 'latin1');
    clip.writeUInt32BE(fixed, at + 8);
    clip.writeUInt32BE(0xffff_ffff, at + 12);
    expect((await tryAll(clip, [])).bytes).toBeLessThan(20_000_000);
  }
});
