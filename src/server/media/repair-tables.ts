import { readMovie, type ByteSource, type Movie } from '../lib/mp4-boxes.ts';
import type { MovieTrack } from '../lib/mp4-write.ts';

/** The sample tables of a movie box, as far as they can be believed. */
export interface MovieTables {
  tracks: MovieTrack[];
  /** Seconds since 1904 of the camera's clock. */
  createdAt: number;
  moovOffset: number;
  moovBytes: number;
}

/** Ten hours of 60 pictures a second. */
const maxSamples = 2_200_000;
const maxTracks = 8;

/** The tables of a file that has a whole movie box; null otherwise. Throws only for failing reads. */
export const readTables = async (source: ByteSource): Promise<MovieTables | null> =>
  tablesOfMovie(await readMovie(source));

/** The same of a movie that was read already. */
export function tablesOfMovie({ boxes, moov }: Movie): MovieTables | null {
  const place = boxes.find((box) => box.type === 'moov');
  if (!moov || !place || moov.end < place.sizeBytes) return null;
  try {
    return {
      ...tablesOf(viewOf(moov.bytesOf())),
      moovOffset: place.offset,
      moovBytes: place.sizeBytes,
    };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function tablesOf(moov: Span): Pick<MovieTables, 'tracks' | 'createdAt'> {
  const mvhd = moov.child('mvhd');
  const tracks: MovieTrack[] = [];
  for (const trak of moov.children('trak').slice(0, maxTracks)) {
    const track = trackOf(trak);
    if (track) tracks.push(track);
  }
  return { tracks, createdAt: mvhd && mvhd.u8(0) === 0 ? mvhd.u32(4) : 0 };
}

function trackOf(trak: Span): MovieTrack | null {
  const mdia = trak.child('mdia');
  const mdhd = mdia?.child('mdhd');
  if (!mdia || !mdhd) return null;
  const stbl = mdia.child('minf')?.child('stbl');
  const handler = mdia.child('hdlr')?.text(8);
  if (!stbl || (handler !== 'vide' && handler !== 'soun')) return null;
  const timescale = mdhd.u32(mdhd.u8(0) === 1 ? 20 : 12);
  const samples = samplesOf(stbl);
  return samples && timescale > 0
    ? { handler, timescale, ...samples, ...pictureOf(trak.child('tkhd'), handler) }
    : null;
}

type Samples = Pick<MovieTrack, 'stsd' | 'offsets' | 'sizes' | 'ticks' | 'shifts' | 'syncs'>;

function samplesOf(stbl: Span): Samples | null {
  const stsd = stbl.whole('stsd');
  const sizes = sizesOf(stbl);
  if (!stsd || !sizes) return null;
  const offsets = offsetsOf(stbl, sizes);
  // What no chunk holds cannot be read.
  const held = offsets.length;
  return {
    stsd,
    offsets,
    sizes: sizes.subarray(0, held),
    ticks: Uint32Array.from(runsOf(stbl.child('stts'), held) ?? new Int32Array(held)),
    shifts: runsOf(stbl.child('ctts'), held),
    syncs: syncsOf(stbl.child('stss'), held),
  };
}

function pictureOf(tkhd: Span | undefined, handler: string): Pick<MovieTrack, 'width' | 'height'> {
  if (!tkhd || handler !== 'vide' || tkhd.length < 8) return { width: 0, height: 0 };
  return { width: tkhd.u32(tkhd.length - 8) >>> 16, height: tkhd.u32(tkhd.length - 4) >>> 16 };
}

function sizesOf(stbl: Span): Uint32Array | null {
  const stsz = stbl.child('stsz');
  if (!stsz) return null;
  const [fixed, count] = [stsz.u32(4), stsz.u32(8)];
  if (count > maxSamples) throw new RangeError('more samples than any clip has');
  if (fixed > 0) return new Uint32Array(count).fill(fixed);
  if (stsz.length < 12 + count * 4) throw new RangeError('stsz is short');
  return Uint32Array.from({ length: count }, (_, index) => stsz.u32(12 + index * 4));
}

/** Of each sample, walking `stsc` over `stco` or `co64`. */
function offsetsOf(stbl: Span, sizes: Uint32Array): Float64Array {
  const narrow = stbl.child('stco');
  const chunks = narrow ?? stbl.child('co64');
  const runs = stbl.child('stsc');
  const offsets = new Float64Array(sizes.length);
  if (!chunks || !runs) return offsets.subarray(0, 0);
  const [chunkCount, runCount] = [chunks.u32(4), runs.u32(4)];
  let [sample, run] = [0, 0];
  for (let chunk = 0; chunk < chunkCount && sample < sizes.length; chunk++) {
    while (run + 1 < runCount && runs.u32(8 + (run + 1) * 12) <= chunk + 1) run++;
    let offset = narrow ? chunks.u32(8 + chunk * 4) : chunks.u64(8 + chunk * 8);
    const next = Math.min(sizes.length, sample + runs.u32(12 + run * 12));
    for (; sample < next; sample++) {
      offsets[sample] = offset;
      offset += sizes[sample] ?? 0;
    }
  }
  return offsets.subarray(0, sample);
}

/** The values of a table of runs, one for each sample; the last goes on where it is short. Null without the table. */
function runsOf(runs: Span | undefined, count: number): Int32Array | null {
  if (!runs) return null;
  const values = new Int32Array(count);
  const runCount = runs.u32(4);
  let at = 0;
  let value = 0;
  for (let run = 0; run < runCount && at < count; run++) {
    value = runs.u32(12 + run * 8) | 0;
    const end = Math.min(count, at + runs.u32(8 + run * 8));
    values.fill(value, at, end);
    at = end;
  }
  return values.fill(value, at);
}

function syncsOf(stss: Span | undefined, count: number): Uint8Array | null {
  if (!stss) return null;
  const syncs = new Uint8Array(count);
  const entries = Math.min(stss.u32(4), count);
  for (let index = 0; index < entries; index++) {
    const number = stss.u32(8 + index * 4);
    if (number >= 1 && number <= count) syncs[number - 1] = 1;
  }
  return syncs;
}

/** A stretch of bytes with boxes in it. Reading outside it throws a `RangeError`. */
export class Span {
  readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(at: number): number {
    return this.view.getUint8(at);
  }
  u16(at: number): number {
    return this.view.getUint16(at);
  }
  u32(at: number): number {
    return this.view.getUint32(at);
  }
  u64(at: number): number {
    return Number(this.view.getBigUint64(at));
  }
  text(at: number): string {
    return String.fromCharCode(this.u8(at), this.u8(at + 1), this.u8(at + 2), this.u8(at + 3));
  }

  slice(from: number, to: number): Span {
    if (from < 0 || to < from || to > this.length) throw new RangeError('outside of the box');
    return new Span(this.bytes.subarray(from, to));
  }

  children(type: string, skip = 0): Span[] {
    return [...this.boxes(skip)].filter((each) => each.type === type).map((each) => each.content);
  }

  child(type: string, skip = 0): Span | undefined {
    for (const each of this.boxes(skip)) if (each.type === type) return each.content;
    return undefined;
  }

  /** The bytes of a child with its head. */
  whole(type: string): Uint8Array | undefined {
    for (const each of this.boxes(0)) if (each.type === type) return each.whole;
    return undefined;
  }

  /** Stops at what cannot be a box. */
  private *boxes(skip: number): Generator<{ type: string; content: Span; whole: Uint8Array }> {
    let at = skip;
    while (at + 8 <= this.length) {
      const size = this.u32(at);
      const isLong = size === 1 && at + 16 <= this.length;
      const head = isLong ? 16 : 8;
      const bytes = isLong ? this.u64(at + 8) : size === 0 ? this.length - at : size;
      if (bytes < head || at + bytes > this.length) return;
      const whole = this.bytes.subarray(at, at + bytes);
      yield { type: this.text(at + 4), content: new Span(whole.subarray(head)), whole };
      at += bytes;
    }
  }
}

export const viewOf = (bytes: Uint8Array): Span => new Span(bytes);
