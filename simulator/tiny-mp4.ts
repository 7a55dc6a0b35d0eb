import type { ClipFactory, ClipSource, GpsSpec } from './clip-source.ts';
import { blockAlignment, gpsBlockHead, gpsIndexBox } from './clips/novatek-gps-writer.ts';
import { patternSource } from './pattern-source.ts';
import { localTime } from './times.ts';

/** Seconds from 1904-01-01, the epoch of MP4 times, to 1970-01-01. */
const epoch1904Seconds = 2_082_844_800;
const width = 32;
const height = 32;

/** A grey 32x32 baseline picture, made once with ffmpeg and x264: parameter sets and one IDR slice. */
const sps = Buffer.from('6742c00adc96c044000003000400000300083c489e', 'hex');
const pps = Buffer.from('68ce0f2c80', 'hex');
const slice = Buffer.from('65888404bc98a000202f275d78', 'hex');
const sample = Buffer.concat([u32(slice.length), slice]);

export interface TinyMp4Options {
  /** One picture a second; the file's duration. */
  durationSeconds?: number;
  /** Written to mvhd and tkhd without a zone, as the camera does (camera.md 6). */
  startedLocal?: Date;
  /** Where `moov` stands: before `mdat` (A229, A329) or behind it (older). */
  moov?: 'front' | 'back';
  /** Blocks in the rest of `mdat`, evenly; the records of a quick test may be small (`blockBytes` of 0x400). */
  gps?: GpsSpec | null;
}

/** Bytes that stand somewhere in a file. */
export interface Piece {
  offset: number;
  bytes: Buffer;
}

/**
 * A real, playable MP4 of exactly `sizeBytes`, made without ffmpeg: ftyp, moov with one H.264 track
 * in one chunk, and an mdat whose rest is filled with seeded bytes. Boxes tile the file.
 * Throws when `sizeBytes` has no room for the boxes (about 1 KB and 21 B a second) and the GPS blocks.
 */
export function tinyMp4Source(seed: number, sizeBytes: number, options: TinyMp4Options = {}): ClipSource {
  return patched(patternSource(sizeBytes, seed), tinyMp4Pieces(sizeBytes, options));
}

/**
 * A factory of such clips, for tests that need no pictures: MP4 whatever the container is called. A clip of no told
 * size is as small as its GPS allows.
 */
export function tinyClipFactory(): ClipFactory {
  return {
    async createClip({ seed, sizeBytes = 0, durationSeconds, startedLocal, moov, gps }) {
      const gpsBytes = gps ? (gps.samples.length + 2) * gps.blockBytes : 0;
      const neededBytes = 8_192 + durationSeconds * 32 + gpsBytes;
      const options = { durationSeconds, startedLocal, moov, gps };
      return tinyMp4Source(seed, Math.max(sizeBytes, Math.ceil(neededBytes)), options);
    },
    async createPhoto({ seed }) {
      return patternSource(20_000, seed);
    },
  };
}

/** All of such a file but the seeded bytes, in order: what a sparse file of any size needs. */
export function tinyMp4Pieces(sizeBytes: number, options: TinyMp4Options = {}): Piece[] {
  const movie = {
    seconds: Math.max(1, Math.round(options.durationSeconds ?? 60)),
    createdAt: movieTime(options.startedLocal ?? localTime(2026, 1, 1)),
    gps: options.gps ?? null,
  };
  const front = (options.moov ?? 'front') === 'front';
  const ftyp = box('ftyp', ascii('mp42'), u32(0), ascii('isomavc1mp42'));
  const moovBytes = moovBox(movie, 0, []).length;
  const mdatStart = ftyp.length + (front ? moovBytes : 0);
  const mdatBytes = sizeBytes - ftyp.length - moovBytes;
  const header = mdatHeader(mdatBytes);
  const samples = Buffer.concat(Array.from({ length: movie.seconds }, () => sample));
  const fillStart = mdatStart + header.length + samples.length;
  const fillEnd = mdatStart + mdatBytes;
  if (fillEnd < fillStart)
    throw new RangeError(`an MP4 of ${movie.seconds} s does not fit into ${sizeBytes} bytes`);
  const blocks = gpsBlocks(movie.gps, fillStart, fillEnd);
  const moov = moovBox(
    movie,
    mdatStart + header.length,
    blocks.map(({ offset }) => offset),
  );
  const head = Buffer.concat(front ? [ftyp, moov, header, samples] : [ftyp, header, samples]);
  return [{ offset: 0, bytes: head }, ...blocks, ...(front ? [] : [{ offset: fillEnd, bytes: moov }])];
}

/** Spread over `[from, to)`; each whole block is zeros behind its head. */
function gpsBlocks(gps: GpsSpec | null, from: number, to: number): Piece[] {
  if (!gps) return [];
  const alignment = blockAlignment(gps.blockBytes);
  const step = Math.floor((to - from) / gps.samples.length / alignment) * alignment;
  const first = Math.ceil(from / alignment) * alignment;
  const needed = first - from + (gps.samples.length - 1) * step + gps.blockBytes;
  if (step < gps.blockBytes || needed > to - from) throw new RangeError('the GPS blocks do not fit');
  return gps.samples.map((gpsSample, index) => {
    const bytes = Buffer.alloc(gps.blockBytes);
    gpsBlockHead(gpsSample, gps, index).copy(bytes);
    return { offset: first + index * step, bytes };
  });
}

interface Movie {
  seconds: number;
  createdAt: number;
  gps: GpsSpec | null;
}

function movieTime(local: Date): number {
  return Math.floor(local.getTime() / 1000) + epoch1904Seconds;
}

function mdatHeader(boxBytes: number): Buffer {
  if (boxBytes < 2 ** 32) return Buffer.concat([u32(Math.max(0, boxBytes)), ascii('mdat')]);
  const large = Buffer.alloc(8);
  large.writeBigUInt64BE(BigInt(boxBytes));
  return Buffer.concat([u32(1), ascii('mdat'), large]);
}

/** Without offsets, one of the same length. */
function moovBox(movie: Movie, chunkOffset: number, gpsOffsets: readonly number[]): Buffer {
  const track = box('trak', trackHeader(movie), mediaBox(movie, chunkOffset));
  return box('moov', movieHeader(movie), track, ...gpsIndex(movie.gps, gpsOffsets));
}

function gpsIndex(gps: GpsSpec | null, offsets: readonly number[]): Buffer[] {
  if (!gps?.index) return [];
  const known = gps.samples.map((_, index) => offsets[index] ?? 0);
  return [gpsIndexBox(known, gps.blockBytes, gps.quirks)];
}

function movieHeader({ seconds, createdAt }: Movie): Buffer {
  const times = [u32(createdAt), u32(createdAt), u32(1000), u32(seconds * 1000)];
  const rate = Buffer.concat([u32(0x1_0000), u16(0x100), Buffer.alloc(10)]);
  return fullBox('mvhd', 0, ...times, rate, unityMatrix(), Buffer.alloc(24), u32(2));
}

function trackHeader({ seconds, createdAt }: Movie): Buffer {
  const identity = [u32(createdAt), u32(createdAt), u32(1), u32(0), u32(seconds * 1000)];
  const picture = [u32(width * 0x1_0000), u32(height * 0x1_0000)];
  return fullBox('tkhd', 7, ...identity, Buffer.alloc(16), unityMatrix(), ...picture);
}

function mediaBox(movie: Movie, chunkOffset: number): Buffer {
  const { seconds, createdAt } = movie;
  const language = 0x55c4;
  const header = [u32(createdAt), u32(createdAt), u32(1000), u32(seconds * 1000), u16(language), u16(0)];
  const handler = [u32(0), ascii('vide'), Buffer.alloc(12), ascii('video\0')];
  const reference = box('dinf', fullBox('dref', 0, u32(1), fullBox('url ', 1)));
  const info = box('minf', fullBox('vmhd', 1, Buffer.alloc(8)), reference, sampleTable(movie, chunkOffset));
  return box('mdia', fullBox('mdhd', 0, ...header), fullBox('hdlr', 0, ...handler), info);
}

function sampleTable({ seconds }: Movie, chunkOffset: number): Buffer {
  return box(
    'stbl',
    fullBox('stsd', 0, u32(1), videoEntry()),
    fullBox('stts', 0, u32(1), u32(seconds), u32(1000)),
    fullBox('stsc', 0, u32(1), u32(1), u32(seconds), u32(1)),
    fullBox('stsz', 0, u32(sample.length), u32(seconds)),
    fullBox('stco', 0, u32(1), u32(chunkOffset)),
  );
}

function videoEntry(): Buffer {
  const profile = Buffer.concat([Buffer.from([1]), sps.subarray(1, 4), Buffer.from([0xff, 0xe1])]);
  const avcC = box('avcC', profile, u16(sps.length), sps, Buffer.from([1]), u16(pps.length), pps);
  const head = [Buffer.alloc(6), u16(1), Buffer.alloc(16), u16(width), u16(height)];
  const print = [u32(0x48_0000), u32(0x48_0000), u32(0), u16(1), Buffer.alloc(32), u16(24), u16(0xffff)];
  return box('avc1', ...head, ...print, avcC);
}

function unityMatrix(): Buffer {
  return Buffer.concat([0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].map(u32));
}

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), ascii(type), body]);
}

function fullBox(type: string, flags: number, ...content: Buffer[]): Buffer {
  return box(type, u32(flags), ...content);
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A source with pieces of it written over. */
function patched(source: ClipSource, pieces: readonly Piece[]): ClipSource {
  return {
    sizeBytes: source.sizeBytes,
    async *read(from, to) {
      let at = from;
      for await (const chunk of source.read(from, to)) {
        const start = at;
        at += chunk.length;
        const here = pieces.filter(({ offset, bytes }) => offset < at && offset + bytes.length > start);
        yield here.length === 0 ? chunk : overwritten(chunk, start, here);
      }
    },
  };
}

function overwritten(chunk: Uint8Array, start: number, pieces: readonly Piece[]): Buffer {
  const result = Buffer.from(chunk);
  for (const { offset, bytes } of pieces) {
    const skipped = Math.max(0, start - offset);
    bytes.copy(result, offset + skipped - start, skipped);
  }
  return result;
}
