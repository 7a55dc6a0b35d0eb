import { box, findBox, readBoxes, requireBox } from './mp4-boxes.ts';

/** The samples of one track, one behind the other, and what a sample table says of them. */
export interface SampleTrack {
  handler: 'vide' | 'soun';
  /** The whole `stsd` box: codec and its set-up. */
  stsd: Buffer;
  /** Ticks per second. */
  timescale: number;
  /** Every sample lasts this many ticks. */
  sampleTicks: number;
  widthPixels: number;
  heightPixels: number;
  bytes: Buffer;
  /** Byte length of each sample. */
  sizes: number[];
  /** Where each sample starts in `bytes`; one more entry than samples, the last is the end. */
  offsets: number[];
  /** True for samples that decode by themselves. */
  syncs: boolean[];
}

/** The video and audio tracks of a complete, unfragmented MP4 whose samples last equally long. */
export function readSampleTracks(file: Buffer): SampleTrack[] {
  return readBoxes(requireBox(file, 'moov'))
    .filter((child) => child.type === 'trak')
    .map((trak) => readTrack(file, trak.body));
}

/** The track cut down to `count` samples from `first`. */
export function sliceTrack(track: SampleTrack, first: number, count: number): SampleTrack {
  const sizes = track.sizes.slice(first, first + count);
  if (sizes.length < count) {
    throw new Error(
      `The footage has ${track.sizes.length} ${track.handler} samples, ${first + count} are needed`,
    );
  }
  const start = at(track.offsets, first);
  return {
    ...track,
    sizes,
    offsets: track.offsets.slice(first, first + count + 1).map((offset) => offset - start),
    syncs: track.syncs.slice(first, first + count),
    bytes: Buffer.from(track.bytes.subarray(start, at(track.offsets, first + count))),
  };
}

/** `list[index]`, which the caller knows to exist. */
export function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`No entry ${index} in a list of ${list.length}`);
  return value;
}

function readTrack(file: Buffer, trak: Buffer): SampleTrack {
  const stbl = requireBox(trak, 'mdia', 'minf', 'stbl');
  const sizes = readSizes(stbl);
  const samples = sampleOffsets(stbl, sizes).map((offset, index) =>
    file.subarray(offset, offset + at(sizes, index)),
  );
  const tkhd = requireBox(trak, 'tkhd');
  return {
    handler: requireBox(trak, 'mdia', 'hdlr').toString('latin1', 8, 12) === 'vide' ? 'vide' : 'soun',
    stsd: box('stsd', requireBox(stbl, 'stsd')),
    timescale: readTimescale(requireBox(trak, 'mdia', 'mdhd')),
    sampleTicks: requireBox(stbl, 'stts').readUInt32BE(12),
    widthPixels: tkhd.readUInt32BE(tkhd.length - 8) / 0x10000,
    heightPixels: tkhd.readUInt32BE(tkhd.length - 4) / 0x10000,
    bytes: Buffer.concat(samples),
    sizes,
    offsets: runningSums(sizes),
    syncs: readSyncs(stbl, sizes.length),
  };
}

function readTimescale(mdhd: Buffer): number {
  return mdhd.readUInt8(0) === 1 ? mdhd.readUInt32BE(20) : mdhd.readUInt32BE(12);
}

function readSizes(stbl: Buffer): number[] {
  const stsz = requireBox(stbl, 'stsz');
  const constant = stsz.readUInt32BE(4);
  const count = stsz.readUInt32BE(8);
  return Array.from({ length: count }, (_, index) => constant || stsz.readUInt32BE(12 + index * 4));
}

function readSyncs(stbl: Buffer, count: number): boolean[] {
  const stss = findBox(stbl, ['stss']);
  if (!stss) return Array.from({ length: count }, () => true);
  const numbers = new Set<number>();
  for (let entry = 8; entry < stss.length; entry += 4) numbers.add(stss.readUInt32BE(entry));
  return Array.from({ length: count }, (_, index) => numbers.has(index + 1));
}

/** File offset of each sample, from the chunk tables (ISO 14496-12, 8.7.4 and 8.7.5). */
function sampleOffsets(stbl: Buffer, sizes: readonly number[]): number[] {
  const offsets: number[] = [];
  for (const [chunk, chunkOffset] of readChunkOffsets(stbl).entries()) {
    let offset = chunkOffset;
    for (let left = samplesInChunk(stbl, chunk + 1); left > 0 && offsets.length < sizes.length; left -= 1) {
      offsets.push(offset);
      offset += at(sizes, offsets.length - 1);
    }
  }
  return offsets;
}

function readChunkOffsets(stbl: Buffer): number[] {
  const stco = findBox(stbl, ['stco']);
  const table = stco ?? requireBox(stbl, 'co64');
  return Array.from({ length: table.readUInt32BE(4) }, (_, index) =>
    stco ? table.readUInt32BE(8 + index * 4) : Number(table.readBigUInt64BE(8 + index * 8)),
  );
}

function samplesInChunk(stbl: Buffer, chunkNumber: number): number {
  const stsc = requireBox(stbl, 'stsc');
  let samples = 0;
  for (let entry = 8; entry < stsc.length && stsc.readUInt32BE(entry) <= chunkNumber; entry += 12) {
    samples = stsc.readUInt32BE(entry + 4);
  }
  return samples;
}

function runningSums(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push(at(sums, sums.length - 1) + value);
  return sums;
}
