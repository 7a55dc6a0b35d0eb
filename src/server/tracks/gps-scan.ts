import type { ByteSource } from '../lib/mp4-boxes.ts';
import { blockHeadBytes, verdictOfBlock } from './gps-block.ts';
import type { Gap } from './gps-gaps.ts';
import { firstWithinBytes } from './gps-index.ts';
import type { Found } from './gps-reading.ts';

const chunkBytes = 1024 * 1024;
/** Of a gap: read into the same memory again and again, for what is thrown away is freed late. */
const pieceBytes = 512 * 1024;
/** Behind so much without a block there is none. */
const nextWithinBytes = 64 * chunkBytes;
const mostBytes = 2048 * chunkBytes;
const maxBlocks = 36_000;
const magic = Buffer.from('freeGPS ', 'latin1');
const sizeBytes = 4;

/** Looks for blocks byte by byte from `from` on, in a bounded part of the file. */
export async function scanForBlocks(
  source: ByteSource,
  from: number,
  signal?: AbortSignal,
): Promise<Found[]> {
  const found: Found[] = [];
  const end = Math.min(source.sizeBytes, from + mostBytes);
  let giveUpAt = from + firstWithinBytes;
  const memory = Buffer.alloc(chunkBytes + blockHeadBytes);
  // Each chunk is read with the head of a block that begins at its very end.
  for (let at = from; at < Math.min(end, giveUpAt) && found.length < maxBlocks; at += chunkBytes) {
    signal?.throwIfAborted();
    const read = await source.read(at, memory.length, memory);
    const bytes = Buffer.from(read.buffer, read.byteOffset, read.length);
    for (const block of blocksIn(bytes)) {
      found.push({ place: found.length, verdict: verdictOfBlock(block) });
      giveUpAt = at + nextWithinBytes;
    }
    if (read.length === 0) break;
  }
  return found;
}

/** Heads of the blocks that begin within the chunk. */
function* blocksIn(bytes: Buffer): Generator<Uint8Array> {
  let hit = bytes.indexOf(magic);
  while (hit !== -1 && hit - sizeBytes < chunkBytes) {
    if (hit >= sizeBytes) yield bytes.subarray(hit - sizeBytes, hit - sizeBytes + blockHeadBytes);
    hit = bytes.indexOf(magic, hit + magic.length);
  }
}

/** Whether a block begins in one of these gaps: what tells a clip without GPS from one that lost its index. */
export async function isBlockIn(
  source: ByteSource,
  gaps: readonly Gap[],
  signal?: AbortSignal,
): Promise<boolean> {
  const longest = Math.max(0, ...gaps.map(({ from, to }) => to - from));
  const memory = Buffer.alloc(Math.min(longest, pieceBytes));
  const overlap = magic.length - 1;
  for (const { from, to } of gaps) {
    // A magic across the end of a piece is found in the next.
    for (let at = from; at + overlap < to; at += memory.length - overlap) {
      signal?.throwIfAborted();
      const read = await source.read(at, Math.min(memory.length, to - at), memory);
      if (Buffer.from(read.buffer, read.byteOffset, read.length).includes(magic)) return true;
    }
  }
  return false;
}
