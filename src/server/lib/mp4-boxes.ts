/**
 * A reader of MP4 boxes (ISO 14496-12) over any byte source, so that a file, a remote range and a test's buffer
 * read alike. It reads box headers and `moov` only: a 500 MB clip costs a few small reads.
 */

/** Random access to bytes; `read` returns fewer than asked for only at the end. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** With `into`, memory of the caller's, the bytes may be a view of it: for whoever reads much and keeps nothing. */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
}

export interface Box {
  type: string;
  /** Of the box's first byte. */
  offset: number;
  /** Whole box, header included. */
  sizeBytes: number;
  headerBytes: number;
}

/** What a look at the structure of a clip tells. */
export interface Mp4Facts {
  /** Every byte the sample tables point at is inside the file and the boxes tile it exactly. */
  complete: boolean;
  /** What is wrong when not complete, for people. */
  flaw: string | null;
  durationMs: number | null;
  /** Seconds since 1904 of the camera-local clock, made milliseconds since 1970 as if it were UTC; null if unset or absurd. */
  createdLocalMs: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  width: number | null;
  height: number | null;
  fps: number | null;
}

const maxTopLevelBoxes = 10_000;
const maxChildren = 10_000;
const maxTracks = 32;
const maxMoovBytes = 64 * 1024 * 1024;
const epoch1904Ms = Date.UTC(1904, 0, 1);
/** What a header says beyond these is damage or a field that was never set. */
const plausibleFromMs = Date.UTC(2000, 0, 1);
const plausibleToMs = Date.UTC(2100, 0, 1);
const longestMs = 7 * 24 * 60 * 60_000;

/** Walks the top-level boxes by their headers. Stops, and says where, at the first that cannot be one. */
export async function topLevelBoxes(
  source: ByteSource,
  maxBoxes = maxTopLevelBoxes,
): Promise<{ boxes: Box[]; flaw: string | null }> {
  const boxes: Box[] = [];
  let offset = 0;
  while (offset < source.sizeBytes) {
    if (boxes.length >= maxBoxes) return { boxes, flaw: 'more boxes than any camera writes' };
    const box = boxHeader(await source.read(offset, 16), offset, source.sizeBytes);
    if (!box) return { boxes, flaw: `no box at byte ${offset}` };
    boxes.push(box);
    if (offset + box.sizeBytes > source.sizeBytes) {
      return { boxes, flaw: `box '${box.type}' at byte ${offset} ends behind the end of the file` };
    }
    offset += box.sizeBytes;
  }
  return { boxes, flaw: null };
}

/** Reads structure and media facts of an MP4 or MOV. Never throws for what is in the file, only for failing reads. */
export async function readMp4Facts(source: ByteSource): Promise<Mp4Facts> {
  return mp4FactsOf(await readMovie(source), source.sizeBytes);
}

/** The boxes of a file with its `moov` in memory, if it has one that can be read. */
export interface Movie {
  boxes: Box[];
  moov: BoxView | null;
  /** What is wrong with the boxes of the file, for people. */
  flaw: string | null;
}

/** Reads box headers and all of `moov`. Never throws for what is in the file, only for failing reads. */
export async function readMovie(source: ByteSource): Promise<Movie> {
  const { boxes, flaw } = await topLevelBoxes(source);
  const moov = boxes.find((box) => box.type === 'moov' && box.offset + box.sizeBytes <= source.sizeBytes);
  if (!moov) return { boxes, moov: null, flaw: flaw ?? 'there is no moov box' };
  if (moov.sizeBytes > maxMoovBytes)
    return { boxes, moov: null, flaw: 'the moov box is larger than any camera writes' };
  const bytes = await source.read(moov.offset, moov.sizeBytes);
  return { boxes, moov: new BoxView(bytes, moov.headerBytes, bytes.length), flaw };
}

/** Structure and media facts of a movie in a file of so many bytes. */
export function mp4FactsOf({ moov, flaw }: Movie, fileBytes: number): Mp4Facts {
  if (!moov) return { ...noFacts, flaw };
  try {
    return factsOfMoov(moov, fileBytes, flaw);
  } catch (error) {
    if (error instanceof RangeError) return { ...noFacts, flaw: 'the moov box is damaged' };
    throw error;
  }
}

const noFacts: Mp4Facts = {
  complete: false,
  flaw: null,
  durationMs: null,
  createdLocalMs: null,
  videoCodec: null,
  audioCodec: null,
  width: null,
  height: null,
  fps: null,
};

/** Null when the four type characters are not printable or the size is less than its own header. */
function boxHeader(bytes: Uint8Array, offset: number, end: number): Box | null {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = fourCharacters(view, 4);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  const size32 = view.getUint32(0);
  if (size32 === 0) return { type, offset, sizeBytes: end - offset, headerBytes: 8 };
  if (size32 !== 1) return size32 < 8 ? null : { type, offset, sizeBytes: size32, headerBytes: 8 };
  if (bytes.length < 16) return null;
  const size64 = Number(view.getBigUint64(8));
  return size64 < 16 || !Number.isSafeInteger(size64)
    ? null
    : { type, offset, sizeBytes: size64, headerBytes: 16 };
}

function fourCharacters(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  );
}

/** A stretch of a box tree held in memory. Reading outside it throws a `RangeError`, and so do more boxes than there can be. */
export class BoxView {
  private readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly view: DataView;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  children(type: string, skip = 0): BoxView[] {
    const found: BoxView[] = [];
    let at = this.start + skip;
    for (let count = 0; at + 8 <= this.end; count++) {
      if (count >= maxChildren) throw new RangeError('more boxes in one than any camera writes');
      const box = boxHeader(this.bytes.subarray(at, at + 16), at, this.end);
      if (!box || at + box.sizeBytes > this.end) break;
      if (box.type === type) found.push(new BoxView(this.bytes, at + box.headerBytes, at + box.sizeBytes));
      at += box.sizeBytes;
    }
    return found;
  }

  /** The first box on a path of types, or undefined. */
  find(...path: [string, ...string[]]): BoxView | undefined {
    const [type, ...rest] = path;
    const child = this.children(type)[0];
    return isPath(rest) ? child?.find(...rest) : child;
  }

  /** Another stretch of the same bytes, from and to places in all of them. */
  within(start: number, end: number): BoxView {
    return new BoxView(this.bytes, start, end);
  }

  /** A copy of what is in it. */
  bytesOf(): Uint8Array {
    return this.bytes.slice(this.start, this.end);
  }

  u8(at: number): number {
    return this.view.getUint8(this.start + at);
  }
  u16(at: number): number {
    return this.view.getUint16(this.start + at);
  }
  u32(at: number): number {
    return this.view.getUint32(this.start + at);
  }
  u64(at: number): number {
    return Number(this.view.getBigUint64(this.start + at));
  }
  type(at: number): string {
    return fourCharacters(this.view, this.start + at);
  }
}

const isPath = (path: string[]): path is [string, ...string[]] => path.length > 0;

interface TrackFacts {
  handler: string;
  codec: string | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  samples: number;
  /** First byte behind the last sample of any chunk. */
  endOffset: number;
}

function factsOfMoov(moov: BoxView, fileBytes: number, boxFlaw: string | null): Mp4Facts {
  const header = moov.find('mvhd');
  const tracks = tracksOf(moov).map(factsOfTrack);
  const video = tracks.find((track) => track.handler === 'vide') ?? noTrack;
  const audio = tracks.find((track) => track.handler === 'soun') ?? noTrack;
  const flaw = boxFlaw ?? flawOfTracks(video, tracks, fileBytes);
  return {
    ...(header ? timesOf(header) : { durationMs: null, createdLocalMs: null }),
    complete: flaw === null,
    flaw,
    videoCodec: video.codec,
    audioCodec: audio.codec,
    width: video.width,
    height: video.height,
    fps: video.fps,
  };
}

/** The tracks of a movie; more than any camera writes are damage. */
export function tracksOf(moov: BoxView): BoxView[] {
  const tracks = moov.children('trak');
  if (tracks.length > maxTracks) throw new RangeError('more tracks than any camera writes');
  return tracks;
}

const noTrack: TrackFacts = {
  handler: '',
  codec: null,
  width: null,
  height: null,
  fps: null,
  samples: 0,
  endOffset: 0,
};

function flawOfTracks(video: TrackFacts, tracks: TrackFacts[], fileBytes: number): string | null {
  if (video === noTrack) return 'there is no video track';
  if (video.samples === 0) return 'the video track has no frames';
  const end = Math.max(...tracks.map((track) => track.endOffset));
  return end > fileBytes ? `frames are missing: the last ends at byte ${end} of ${fileBytes}` : null;
}

function timesOf(mvhd: BoxView): Pick<Mp4Facts, 'durationMs' | 'createdLocalMs'> {
  const wide = mvhd.u8(0) === 1;
  const created = wide ? mvhd.u64(4) : mvhd.u32(4);
  const timescale = mvhd.u32(wide ? 20 : 12);
  const duration = wide ? mvhd.u64(24) : mvhd.u32(16);
  const createdMs = epoch1904Ms + created * 1000;
  const durationMs = timescale > 0 ? Math.round((duration / timescale) * 1000) : null;
  return {
    durationMs: durationMs !== null && durationMs <= longestMs ? durationMs : null,
    createdLocalMs: createdMs >= plausibleFromMs && createdMs < plausibleToMs ? createdMs : null,
  };
}

function factsOfTrack(trak: BoxView): TrackFacts {
  const handler = trak.find('mdia', 'hdlr')?.type(8) ?? '';
  const table = trak.find('mdia', 'minf', 'stbl');
  const sizes = table && sampleSizes(table);
  if (!table || !sizes) return { ...noTrack, handler };
  return {
    handler,
    ...formatOf(table.find('stsd'), handler),
    fps: frameRate(trak, sizes.count),
    samples: sizes.count,
    endOffset: endOfSamples(table, sizes),
  };
}

/** Codec and picture size of the first sample entry. */
function formatOf(
  entry: BoxView | undefined,
  handler: string,
): Pick<TrackFacts, 'codec' | 'width' | 'height'> {
  const bytes = entry ? entry.end - entry.start : 0;
  if (!entry || bytes < 16) return { codec: null, width: null, height: null };
  const hasPicture = handler === 'vide' && bytes >= 44;
  return {
    codec: printable(entry.type(12)),
    width: hasPicture ? entry.u16(40) : null,
    height: hasPicture ? entry.u16(42) : null,
  };
}

const printable = (type: string) => (/^[\x20-\x7e]{4}$/.test(type) ? type.trim() : null);

function frameRate(trak: BoxView, samples: number): number | null {
  const mdhd = trak.find('mdia', 'mdhd');
  if (!mdhd) return null;
  const wide = mdhd.u8(0) === 1;
  const timescale = mdhd.u32(wide ? 20 : 12);
  const duration = wide ? mdhd.u64(24) : mdhd.u32(16);
  return duration > 0 && timescale > 0 ? Math.round((samples / (duration / timescale)) * 100) / 100 : null;
}

interface SampleSizes {
  count: number;
  /** Bytes of the samples `[from, to)` together. */
  bytesOf(from: number, to: number): number;
}

function sampleSizes(table: BoxView): SampleSizes | null {
  const stsz = table.find('stsz');
  if (!stsz) return null;
  const [fixed, count] = [stsz.u32(4), stsz.u32(8)];
  if (fixed === 0 && count * 4 > stsz.end - stsz.start - 12) throw new RangeError('stsz is short');
  if (fixed > 0) return { count, bytesOf: (from, to) => fixed * (to - from) };
  return { count, bytesOf: (from, to) => sumOf(stsz, from, to) };
}

function sumOf(stsz: BoxView, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += stsz.u32(12 + index * 4);
  return sum;
}

/** The first byte behind the chunk that ends last, walking `stsc` over `stco` or `co64`. */
function endOfSamples(table: BoxView, sizes: SampleSizes): number {
  const offsets = table.find('stco') ?? table.find('co64');
  const runs = table.find('stsc');
  if (!offsets || !runs) return 0;
  const wide = table.find('stco') === undefined;
  const [chunks, runCount] = [offsets.u32(4), runs.u32(4)];
  let [sample, end, run] = [0, 0, 0];
  for (let chunk = 0; chunk < chunks && sample < sizes.count; chunk++) {
    while (run + 1 < runCount && runs.u32(8 + (run + 1) * 12) <= chunk + 1) run++;
    const at = wide ? offsets.u64(8 + chunk * 8) : offsets.u32(8 + chunk * 4);
    const next = Math.min(sample + runs.u32(8 + run * 12 + 4), sizes.count);
    end = Math.max(end, at + sizes.bytesOf(sample, next));
    sample = next;
  }
  return end;
}
