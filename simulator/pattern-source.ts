import type { ClipSource } from './clip-source.ts';
import { seededRandom } from './random.ts';

export const chunkBytes = 65_536;

/**
 * Cheap bytes that depend on position and seed only, so that any range reads the same as the same
 * part of the whole. Each 64 KiB block starts with its own number: a shifted copy shows. Not an MP4.
 */
export function patternSource(sizeBytes: number, seed = 1): ClipSource {
  return { sizeBytes, read: (from, to) => readBlocks(seed, from, Math.min(to, sizeBytes)) };
}

/** A source from bytes in memory (a JPEG, the head of a file). */
export function bytesSource(bytes: Uint8Array): ClipSource {
  return {
    sizeBytes: bytes.length,
    async *read(from, to) {
      const end = Math.min(to, bytes.length);
      for (let at = from; at < end; at += chunkBytes) {
        yield await Promise.resolve(bytes.subarray(at, Math.min(at + chunkBytes, end)));
      }
    },
  };
}

/** All bytes of a source; for tests and small files. */
export async function readWhole(source: ClipSource): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of source.read(0, source.sizeBytes)) parts.push(chunk);
  return Buffer.concat(parts);
}

/** One block for all seeds (a card of thousands of clips must stay small); seeds rotate and mark it. */
const base = patternBlock();

function patternBlock(): Buffer {
  const random = seededRandom(1);
  const block = Buffer.alloc(chunkBytes);
  for (let at = 0; at < chunkBytes; at += 4) block.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
  return block;
}

async function* readBlocks(seed: number, from: number, end: number): AsyncGenerator<Uint8Array> {
  let at = from;
  while (at < end) {
    const index = Math.floor(at / chunkBytes);
    const start = at - index * chunkBytes;
    const stop = Math.min(chunkBytes, end - index * chunkBytes);
    yield await Promise.resolve(blockOf(seed, index).subarray(start, stop));
    at = index * chunkBytes + stop;
  }
}

function blockOf(seed: number, index: number): Buffer {
  const turn = (Math.imul(seed, 0x9e37_79b1) >>> 16) % chunkBytes;
  const block = Buffer.concat([base.subarray(turn), base.subarray(0, turn)]);
  block.writeUInt32BE(index % 2 ** 32, 0);
  block.writeInt32BE(Math.trunc(seed) | 0, 4);
  return block;
}
