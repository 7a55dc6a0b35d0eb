import type { ByteSource } from '../lib/mp4-boxes.ts';
import { Span } from './repair-tables.ts';

/**
 * The recovery index of Novatek cameras (camera.md section 6): about once a second a `free` box with `nidx` in it says
 * where the pictures and sounds since the one before stand, and where that one is. Numbers in it have their lowest
 * byte first.
 */
export interface RecoveryIndex {
  pictures: IndexEntry[];
  sounds: IndexEntry[];
  width: number;
  height: number;
  framesPerSecond: number;
  audioRate: number;
  audioChannels: number;
  /** Of the oldest kind, one stretch of plain samples a second. */
  isPlainSound: boolean;
  /** Parameter sets of the pictures, in the camera's own wrapping. */
  description: Uint8Array;
  /** Behind the last of them. */
  endOffset: number;
}

export interface IndexEntry {
  offset: number;
  size: number;
  isKey: boolean;
}

const magic = Buffer.from('nidx', 'latin1');
const magicAt = 12;
const chunkBytes = 1024 * 1024;
/** A camera may have reserved the whole file before it wrote into it. */
const maxScanBytes = 2048 * chunkBytes;
const minBoxBytes = 0x60;
const maxBoxBytes = 0x4_0000;
/** Eleven hours, with one a second. */
const maxBoxes = 40_000;
const maxEntries = 2_200_000;
const maxEntrySize = 8 * 1024 * 1024;

/** Where the fields of a version stand; the version itself stands in `version`. */
interface Layout {
  code: number;
  version: number;
  previous: number;
  isLongPrevious: boolean;
  /** Width, height, codec, rate of pictures, rate of sound, channels: one behind the other. */
  picture: number;
  entryBytes: readonly number[];
}

const layouts: readonly Layout[] = [
  { code: 0x301, version: 0x3c, previous: 0x18, isLongPrevious: false, picture: 0x20, entryBytes: [12, 16] },
  { code: 0x302, version: 0x40, previous: 0x18, isLongPrevious: true, picture: 0x24, entryBytes: [16, 12] },
  { code: 0x315, version: 0x40, previous: 0x1c, isLongPrevious: false, picture: 0x24, entryBytes: [12, 16] },
  { code: 0x316, version: 0x44, previous: 0x20, isLongPrevious: true, picture: 0x28, entryBytes: [16, 12] },
  { code: 0x320, version: 0x40, previous: 0x1c, isLongPrevious: false, picture: 0x24, entryBytes: [12, 16] },
  { code: 0x321, version: 0x44, previous: 0x20, isLongPrevious: true, picture: 0x28, entryBytes: [16, 12] },
];

interface IndexBox extends Omit<RecoveryIndex, 'endOffset'> {
  offset: number;
  sizeBytes: number;
  previous: number;
}

/** The recovery index of a file, or null without one. Throws only for failing reads and when aborted. */
export async function readRecoveryIndex(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<RecoveryIndex | null> {
  const boxes: IndexBox[] = [];
  const budget = { bytes: maxScanBytes };
  let entries = 0;
  let box = await lastBefore(source, source.sizeBytes, { budget, signal });
  while (box && boxes.length < maxBoxes && entries < maxEntries) {
    boxes.push(box);
    entries += box.pictures.length + box.sounds.length;
    signal?.throwIfAborted();
    box = await previousOf(source, box, { budget, signal });
  }
  const last = boxes[0];
  if (!last) return null;
  boxes.reverse();
  const { width, height, framesPerSecond, audioRate, audioChannels, isPlainSound } = last;
  return {
    pictures: inOrder(boxes.flatMap((each) => each.pictures)),
    sounds: inOrder(boxes.flatMap((each) => each.sounds)),
    width,
    height,
    framesPerSecond,
    audioRate,
    audioChannels,
    isPlainSound,
    description: boxes.find((each) => each.description.length > 0)?.description ?? new Uint8Array(),
    endOffset: last.offset + last.sizeBytes,
  };
}

interface Search {
  budget: { bytes: number };
  signal: AbortSignal | undefined;
}

/** Where the chain leads; where it leads nowhere, the next one further forward. */
async function previousOf(source: ByteSource, box: IndexBox, search: Search): Promise<IndexBox | null> {
  if (box.previous === 0) return null;
  if (box.previous < box.offset) {
    const found = await boxAt(source, box.previous);
    if (found) return found;
  }
  return lastBefore(source, box.offset, search);
}

/** The last index that begins before `end`, read backwards in a bounded part of the file. */
async function lastBefore(
  source: ByteSource,
  end: number,
  { budget, signal }: Search,
): Promise<IndexBox | null> {
  for (let to = end; to > 0 && budget.bytes > 0; to -= chunkBytes) {
    signal?.throwIfAborted();
    const from = Math.max(0, to - chunkBytes);
    budget.bytes -= chunkBytes;
    const read = await source.read(from, to - from + magicAt + magic.length);
    const bytes = Buffer.from(read.buffer, read.byteOffset, read.length);
    const found = await lastIn(source, bytes, { from, end: Math.min(to, end) });
    if (found) return found;
  }
  return null;
}

async function lastIn(
  source: ByteSource,
  bytes: Buffer,
  { from, end }: { from: number; end: number },
): Promise<IndexBox | null> {
  let hit = bytes.lastIndexOf(magic);
  while (hit !== -1) {
    const offset = from + hit - magicAt;
    if (hit >= magicAt ? bytes.toString('latin1', hit - 8, hit - 4) === 'free' : offset >= 0) {
      const box = offset < end ? await boxAt(source, offset) : null;
      if (box) return box;
    }
    hit = hit === 0 ? -1 : bytes.lastIndexOf(magic, hit - 1);
  }
  return null;
}

async function boxAt(source: ByteSource, offset: number): Promise<IndexBox | null> {
  const head = Buffer.from(await source.read(offset, 16));
  if (head.length < 16 || head.toString('latin1', 4, 8) !== 'free' || !head.subarray(12).equals(magic))
    return null;
  const sizeBytes = head.readUInt32BE(0);
  if (sizeBytes < minBoxBytes || sizeBytes > maxBoxBytes) return null;
  const bytes = Buffer.from(await source.read(offset, sizeBytes));
  // Cut: what it tells of was written before it, and is whole.
  if (bytes.length < minBoxBytes) return null;
  return readBox(bytes, { offset, sizeBytes });
}

function readBox(bytes: Buffer, place: { offset: number; sizeBytes: number }): IndexBox | null {
  try {
    if (bytes.readUInt32LE(0x38) === 0x101) return readOldBox(bytes, place);
    const layout = layouts.find(({ code, version }) => bytes.readUInt32LE(version) === code);
    if (!layout) return null;
    for (const entryBytes of layout.entryBytes) {
      const box = readLists(bytes, layout, { ...place, entryBytes });
      if (box) return box;
    }
    return null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readLists(
  bytes: Buffer,
  layout: Layout,
  { offset, sizeBytes, entryBytes }: { offset: number; sizeBytes: number; entryBytes: number },
): IndexBox | null {
  const pictures = readEntries(bytes, layout.version + 4, { entryBytes, before: offset });
  const sounds = pictures && readEntries(bytes, pictures.end, { entryBytes, before: offset });
  if (!pictures || !sounds) return null;
  const field = (index: number) => bytes.readUInt32LE(layout.picture + index * 4);
  return {
    offset,
    sizeBytes,
    previous: layout.isLongPrevious
      ? Number(bytes.readBigUInt64LE(layout.previous))
      : bytes.readUInt32LE(layout.previous),
    pictures: pictures.entries,
    sounds: sounds.entries,
    ...sizeOf(field(0), field(1)),
    framesPerSecond: field(3),
    audioRate: field(4),
    audioChannels: field(5),
    isPlainSound: false,
    description: descriptionAt(bytes, sounds.end),
  };
}

/** A number of entries and the entries; null when one of them cannot be. */
function readEntries(
  bytes: Buffer,
  at: number,
  { entryBytes, before }: { entryBytes: number; before: number },
): { entries: IndexEntry[]; end: number } | null {
  const count = bytes.readUInt32LE(at);
  if (count > (bytes.length - at) / entryBytes) return null;
  const entries: IndexEntry[] = [];
  for (let index = 0; index < count; index++) {
    const entry = entryIn(bytes, at + 4 + index * entryBytes, entryBytes);
    if (entry.size === 0) continue;
    if (entry.size > maxEntrySize || entry.offset === 0 || entry.offset + entry.size > before) return null;
    entries.push(entry);
  }
  return { entries, end: at + 4 + count * entryBytes };
}

function entryIn(bytes: Buffer, at: number, entryBytes: number): IndexEntry {
  const isLong = entryBytes === 16;
  const offset = isLong ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at);
  const next = at + (isLong ? 8 : 4);
  return { offset, size: bytes.readUInt32LE(next), isKey: bytes.readUInt16LE(next + 4) !== 0 };
}

/** The oldest kind: sound is one stretch, and its list of pictures is measured in bytes. */
function readOldBox(
  bytes: Buffer,
  { offset, sizeBytes }: { offset: number; sizeBytes: number },
): IndexBox | null {
  const count = Math.floor(bytes.readUInt32LE(0x3c) / 12);
  if (count === 0 || 0x40 + count * 12 > bytes.length) return null;
  const pictures: IndexEntry[] = [];
  for (let index = 0; index < count; index++) {
    const entry = entryIn(bytes, 0x40 + index * 12, 12);
    if (entry.size === 0 || entry.size > maxEntrySize || entry.offset + entry.size > offset) return null;
    pictures.push(entry);
  }
  const sound = { offset: bytes.readUInt32LE(0x10), size: bytes.readUInt32LE(0x14), isKey: true };
  const hasSound = sound.size > 0 && sound.size <= maxEntrySize && sound.offset + sound.size <= offset;
  return {
    offset,
    sizeBytes,
    previous: bytes.readUInt32LE(0x18),
    pictures,
    sounds: hasSound ? [sound] : [],
    ...sizeOf(bytes.readUInt32LE(0x20), bytes.readUInt32LE(0x24)),
    framesPerSecond: count,
    audioRate: bytes.readUInt32LE(0x2c),
    audioChannels: bytes.readUInt32LE(0x30),
    isPlainSound: true,
    description: descriptionAt(bytes, 0x40 + count * 12),
  };
}

function sizeOf(width: number, height: number): { width: number; height: number } {
  if (width < 16 || height < 16 || width > 16_384 || height > 16_384)
    throw new RangeError('no size of a picture');
  return { width, height };
}

function descriptionAt(bytes: Buffer, at: number): Uint8Array {
  if (at + 4 > bytes.length) return new Uint8Array();
  const length = bytes.readUInt32LE(at);
  return length <= 0x400 && at + 4 + length <= bytes.length
    ? Uint8Array.from(bytes.subarray(at + 4, at + 4 + length))
    : new Uint8Array();
}

/** Each behind the one before: what was listed twice is taken once. */
function inOrder(entries: IndexEntry[]): IndexEntry[] {
  let end = 0;
  return entries.filter((entry) => {
    if (entry.offset < end) return false;
    end = entry.offset + entry.size;
    return true;
  });
}

/**
 * The parameter sets in a camera's description of its pictures: behind start codes, or each behind its length of 16 or
 * 32 bits, with other bytes between.
 */
export function setsIn(description: Uint8Array, isSet: (unit: Uint8Array) => boolean): Uint8Array[] {
  const byCodes = behindStartCodes(Buffer.from(description)).filter(isSet);
  if (byCodes.length > 1) return byCodes;
  const view = new Span(description);
  const found: Uint8Array[] = [];
  for (let at = 0; at + 4 < view.length;) {
    const unit = [2, 4].map((width) => behindLength(view, at, width)).find((each) => each && isSet(each));
    if (unit) found.push(unit);
    at = unit ? unit.byteOffset - description.byteOffset + unit.length : at + 1;
  }
  return found;
}

function behindLength(view: Span, at: number, width: number): Uint8Array | null {
  if (at + width + 3 > view.length) return null;
  const length = width === 2 ? view.u16(at) : view.u32(at);
  const from = at + width;
  return length >= 3 && from + length <= view.length ? view.slice(from, from + length).bytes : null;
}

function behindStartCodes(bytes: Buffer): Uint8Array[] {
  const code = Buffer.from([0, 0, 1]);
  const units: Uint8Array[] = [];
  for (let at = bytes.indexOf(code); at !== -1;) {
    const next = bytes.indexOf(code, at + 3);
    let end = next === -1 ? bytes.length : next;
    while (end > at + 3 && bytes[end - 1] === 0) end--;
    units.push(bytes.subarray(at + 3, end));
    at = next;
  }
  return units;
}
