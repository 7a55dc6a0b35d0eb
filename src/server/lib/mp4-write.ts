/** A writer of MP4 movie boxes (ISO 14496-12): what a playable file needs of them, for one or two tracks. */

/** The samples of one track and where their bytes stand. All lists are of one length. */
export interface MovieTrack {
  handler: 'vide' | 'soun';
  /** The whole `stsd` box: codec and its set-up. */
  stsd: Uint8Array;
  /** Ticks per second. */
  timescale: number;
  /** First byte of each sample in the file. */
  offsets: Float64Array;
  sizes: Uint32Array;
  /** How long each sample lasts. */
  ticks: Uint32Array;
  /** By how many ticks each is shown later than decoded; null when none is. */
  shifts: Int32Array | null;
  /** 1 for samples that decode by themselves; null when all do. */
  syncs: Uint8Array | null;
  /** Of the picture; 0 for sound. */
  width: number;
  height: number;
}

export interface Movie {
  tracks: readonly MovieTrack[];
  /** Seconds since 1904 of the camera's clock; 0 when it is not known. */
  createdAt: number;
  /** Each sample is so many bytes further on than its track says: the file is not the one that was measured. */
  shiftBytes: number;
  /** Offsets of 64 bits. */
  isWide: boolean;
}

const movieTimescale = 1000;
const unityMatrix = words(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000);

/** `u32 size | type | parts`. */
export function box(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const bytes = parts.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([words(bytes), Buffer.from(type, 'latin1'), ...parts]);
}

/** A box with a version of 0 and flags in front of its parts. */
export function fullBox(type: string, flags: number, ...parts: readonly Uint8Array[]): Buffer {
  return box(type, words(flags), ...parts);
}

/** Numbers of 32 bits, the highest byte first. */
export function words(...values: readonly number[]): Buffer {
  return table(values.length, (index) => values[index] ?? 0);
}

/** Numbers of 16 bits. */
export function halfWords(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, index * 2);
  return bytes;
}

function table(length: number, of: (index: number) => number): Buffer {
  const bytes = Buffer.allocUnsafe(length * 4);
  for (let index = 0; index < length; index++) bytes.writeUInt32BE(of(index) >>> 0, index * 4);
  return bytes;
}

/** The head of an `mdat` with so many bytes in it, of 16 bytes always: it can be filled in when they are known. */
export function mdatHead(contentBytes: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1, 0);
  head.write('mdat', 4, 'latin1');
  head.writeBigUInt64BE(BigInt(contentBytes + head.length), 8);
  return head;
}

/** The movie box. Its length does not depend on `shiftBytes`. */
export function moovBox({ tracks, createdAt, shiftBytes, isWide }: Movie): Buffer {
  const longest = Math.max(0, ...tracks.map(movieTicks));
  const traks = tracks.map((track, index) =>
    trakBox(track, { id: index + 1, createdAt, shiftBytes, isWide }),
  );
  const mvhd = fullBox(
    'mvhd',
    0,
    words(createdAt, createdAt, movieTimescale, longest, 0x1_0000),
    halfWords(0x100, 0),
    words(0, 0),
    unityMatrix,
    Buffer.alloc(24),
    words(tracks.length + 1),
  );
  return box('moov', mvhd, ...traks);
}

/** How long a track lasts, in its own ticks. */
export function ticksOf({ ticks }: Pick<MovieTrack, 'ticks'>): number {
  let sum = 0;
  for (const each of ticks) sum += each;
  return sum;
}

const movieTicks = (track: MovieTrack): number =>
  Math.round((ticksOf(track) / track.timescale) * movieTimescale);

interface TrakFacts {
  id: number;
  createdAt: number;
  shiftBytes: number;
  isWide: boolean;
}

function trakBox(track: MovieTrack, { id, createdAt, shiftBytes, isWide }: TrakFacts): Buffer {
  const isVideo = track.handler === 'vide';
  const tkhd = fullBox(
    'tkhd',
    7,
    words(createdAt, createdAt, id, 0, movieTicks(track), 0, 0),
    halfWords(0, 0, isVideo ? 0 : 0x100, 0),
    unityMatrix,
    words(track.width * 0x1_0000, track.height * 0x1_0000),
  );
  const undetermined = 0x55c4;
  const mdhd = fullBox(
    'mdhd',
    0,
    words(createdAt, createdAt, track.timescale, ticksOf(track)),
    halfWords(undetermined, 0),
  );
  const hdlr = fullBox(
    'hdlr',
    0,
    words(0),
    Buffer.from(track.handler, 'latin1'),
    Buffer.alloc(12),
    Buffer.from(isVideo ? 'video\0' : 'sound\0', 'latin1'),
  );
  const head = isVideo ? fullBox('vmhd', 1, halfWords(0, 0, 0, 0)) : fullBox('smhd', 0, halfWords(0, 0));
  const dinf = box('dinf', fullBox('dref', 0, words(1), fullBox('url ', 1)));
  const minf = box('minf', head, dinf, sampleTables(track, { shiftBytes, isWide }));
  return box('trak', tkhd, box('mdia', mdhd, hdlr, minf));
}

function sampleTables(track: MovieTrack, place: Pick<TrakFacts, 'shiftBytes' | 'isWide'>): Buffer {
  const parts: Uint8Array[] = [track.stsd, runsBox('stts', 0, track.ticks)];
  // Version 1: shifts may be negative.
  if (track.shifts) parts.push(runsBox('ctts', 0x100_0000, track.shifts));
  if (track.syncs) parts.push(syncBox(track.syncs));
  const chunks = chunksOf(track);
  parts.push(
    fullBox(
      'stsc',
      0,
      words(chunks.runs.length / 3),
      table(chunks.runs.length, (at) => chunks.runs[at] ?? 0),
    ),
    fullBox(
      'stsz',
      0,
      words(0, track.sizes.length),
      table(track.sizes.length, (at) => track.sizes[at] ?? 0),
    ),
    offsetsBox(chunks.offsets, place),
  );
  return box('stbl', ...parts);
}

/** How often each value comes, one after the other. */
function runsBox(type: string, flags: number, values: Uint32Array | Int32Array): Buffer {
  const runs: number[] = [];
  for (let at = 0; at < values.length;) {
    const value = values[at] ?? 0;
    let end = at + 1;
    while (end < values.length && values[end] === value) end++;
    runs.push(end - at, value);
    at = end;
  }
  return fullBox(
    type,
    flags,
    words(runs.length / 2),
    table(runs.length, (at) => runs[at] ?? 0),
  );
}

function syncBox(syncs: Uint8Array): Buffer {
  const numbers: number[] = [];
  for (let at = 0; at < syncs.length; at++) if (syncs[at] === 1) numbers.push(at + 1);
  return fullBox(
    'stss',
    0,
    words(numbers.length),
    table(numbers.length, (at) => numbers[at] ?? 0),
  );
}

/** Samples of one chunk touch each other; a limit keeps what a player has to read for one of them small. */
const maxChunkSamples = 64;

/** `runs`: chunk from which on, samples in each, description; one where the number changes. */
function chunksOf({ offsets, sizes }: MovieTrack): { offsets: number[]; runs: number[] } {
  const starts: number[] = [];
  const runs: number[] = [];
  let last = -1;
  for (let at = 0; at < sizes.length;) {
    starts.push(offsets[at] ?? 0);
    const from = at++;
    while (at < sizes.length && at - from < maxChunkSamples && touches(offsets, sizes, at)) at++;
    if (at - from !== last) runs.push(starts.length, (last = at - from), 1);
  }
  return { offsets: starts, runs };
}

const touches = (offsets: Float64Array, sizes: Uint32Array, at: number): boolean =>
  offsets[at] === (offsets[at - 1] ?? 0) + (sizes[at - 1] ?? 0);

function offsetsBox(
  offsets: readonly number[],
  { shiftBytes, isWide }: Pick<TrakFacts, 'shiftBytes' | 'isWide'>,
): Buffer {
  if (!isWide)
    return fullBox(
      'stco',
      0,
      words(offsets.length),
      table(offsets.length, (at) => (offsets[at] ?? 0) + shiftBytes),
    );
  const wide = Buffer.allocUnsafe(offsets.length * 8);
  for (const [index, offset] of offsets.entries())
    wide.writeBigUInt64BE(BigInt(offset + shiftBytes), index * 8);
  return fullBox('co64', 0, words(offsets.length), wide);
}
