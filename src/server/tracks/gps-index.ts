import { topLevelBoxes, type Box, type ByteSource } from '../lib/mp4-boxes.ts';
import { childrenOf, contentView } from './gps-boxes.ts';
import { gapsOf, type Gap } from './gps-gaps.ts';

/** A block as the index has it; `place` counts the entries, duds included: about a second each. */
export interface GpsBlock {
  place: number;
  /** Of its first byte. As written: past 4 GiB it wraps, see `candidatesOf`. */
  offset: number;
  sizeBytes: number;
}

/** What the `gps ` index of an MP4 says. */
export interface GpsIndex {
  /** Null when the file has none, or none that the source reaches. `sizeBytes` is what the box claims. */
  moov: { offset: number; sizeBytes: number } | null;
  /** Of `mdat`'s first byte, from where to scan; null when there is none. */
  mediaOffset: number | null;
  /** Whether there is an index at all, be it of duds. */
  hasIndex: boolean;
  /** Entries that can be a block, in the index's order. */
  blocks: GpsBlock[];
  /** Without an index: where between pictures and sound the first block can be; null when the tables do not tell. */
  gaps: Gap[] | null;
}

/** A camera that writes blocks has written the first by here. */
export const firstWithinBytes = 2 * 1024 * 1024;
/** Ten hours of a record a second. */
const maxEntries = 36_000;
const entryBytes = 8;
/** Version and count. */
const indexHeadBytes = 8;
/** A `moov` of up to this size is read whole; in a larger one the headers of its children are followed. */
const wholeMoovBytes = 1024 * 1024;

/**
 * Reads the index of blocks out of `moov`: the headers of the boxes before it and `moov` itself, once. For a source
 * that is a remote file, wrap it so that reads within what was fetched cost nothing; a read that comes back short is
 * taken for the file's end.
 */
export async function gpsIndexOf(source: ByteSource): Promise<GpsIndex> {
  const { boxes } = await topLevelBoxes(source);
  const moov = boxes.find((box) => box.type === 'moov');
  const media = boxes.find((box) => box.type === 'mdat');
  const mediaOffset = media?.offset ?? null;
  if (!moov) return { moov: null, mediaOffset, hasIndex: false, blocks: [], gaps: null };
  const facts = { mediaOffset, moov: { offset: moov.offset, sizeBytes: moov.sizeBytes } };
  if (moov.sizeBytes <= wholeMoovBytes) {
    const bytes = await source.read(moov.offset, moov.sizeBytes);
    const { hasIndex, blocks } = indexOfMoov(bytes, source.sizeBytes);
    const gaps =
      hasIndex || !media ? null : gapsOf(bytes, media.offset + media.headerBytes, firstWithinBytes);
    return { ...facts, hasIndex, blocks, gaps };
  }
  const index = await indexWithin(source, moov);
  const blocks = index ? entriesOf(index, source.sizeBytes) : [];
  return { ...facts, hasIndex: index !== undefined, blocks, gaps: null };
}

/** What a `moov` box says, all of it or its beginning in memory. Never throws for what is in the bytes. */
export function indexOfMoov(
  moov: Uint8Array,
  fileBytes = Number.MAX_SAFE_INTEGER,
): Pick<GpsIndex, 'hasIndex' | 'blocks'> & { durationMs: number | null } {
  const view = new DataView(moov.buffer, moov.byteOffset, moov.length);
  let index: Uint8Array | undefined;
  let durationMs: number | null = null;
  for (const { type, from, to } of childrenOf(view)) {
    if (type === 'gps ') index ??= moov.subarray(from, to);
    if (type === 'mvhd') durationMs ??= durationOf(contentView(view, from, to));
  }
  return { hasIndex: index !== undefined, blocks: index ? entriesOf(index, fileBytes) : [], durationMs };
}

/** Of a large `moov`: the content of its child `gps `, as far as it is there. */
async function indexWithin(source: ByteSource, moov: Box): Promise<Uint8Array | undefined> {
  const start = moov.offset + moov.headerBytes;
  const sizeBytes = Math.max(0, Math.min(moov.offset + moov.sizeBytes, source.sizeBytes) - start);
  const inside: ByteSource = {
    sizeBytes,
    read: (offset, length) => source.read(start + offset, Math.max(0, Math.min(length, sizeBytes - offset))),
  };
  const { boxes } = await topLevelBoxes(inside);
  const index = boxes.find((box) => box.type === 'gps ');
  if (!index) return undefined;
  const bytes = Math.min(index.sizeBytes - index.headerBytes, indexHeadBytes + maxEntries * entryBytes);
  return inside.read(index.offset + index.headerBytes, bytes);
}

const longestMs = 7 * 24 * 3_600_000;

/** Of `mvhd`'s content; null when it is too short or says nothing sensible. */
function durationOf(mvhd: DataView): number | null {
  if (mvhd.byteLength < 32) return null;
  const isWide = mvhd.getUint8(0) === 1;
  const timescale = mvhd.getUint32(isWide ? 20 : 12);
  const units = isWide ? Number(mvhd.getBigUint64(24)) : mvhd.getUint32(16);
  const durationMs = timescale > 0 ? Math.round((units / timescale) * 1000) : 0;
  return durationMs > 0 && durationMs <= longestMs ? durationMs : null;
}

/** Sizes are not asked of much: cameras write odd ones, and what is at the offset tells. */
function entriesOf(content: Uint8Array, fileBytes: number): GpsBlock[] {
  if (content.length < indexHeadBytes) return [];
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const room = Math.floor((content.length - indexHeadBytes) / entryBytes);
  const count = Math.min(view.getUint32(4), room);
  const blocks: GpsBlock[] = [];
  for (let place = 0; place < count; place++) {
    const at = indexHeadBytes + place * entryBytes;
    const [offset, sizeBytes] = [view.getUint32(at), view.getUint32(at + 4)];
    if (offset > 0 && offset < fileBytes) blocks.push({ place, offset, sizeBytes });
  }
  return withoutWrap(blocks, fileBytes);
}

const wrap = 2 ** 32;

/** Positions are written as 32 bits: behind a step back of more than half of that the next 4 GiB begin. */
function withoutWrap(blocks: GpsBlock[], fileBytes: number): GpsBlock[] {
  if (fileBytes <= wrap) return blocks;
  let [base, last] = [0, 0];
  return blocks.map((block) => {
    if (last - block.offset > wrap / 2 && base + wrap < fileBytes) base += wrap;
    last = block.offset;
    const offset = base + block.offset;
    return offset < fileBytes ? { ...block, offset } : block;
  });
}

/** Where else a block may be whose place has none: so many times 4 GiB before or behind. */
export function otherPlacesOf(offset: number, fileBytes: number): number[] {
  const places: number[] = [];
  for (let place = offset % wrap; place < fileBytes; place += wrap) if (place !== offset) places.push(place);
  return places.slice(0, 8);
}
