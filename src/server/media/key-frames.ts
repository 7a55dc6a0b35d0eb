import { readMovie, tracksOf, type BoxView, type ByteSource } from '../lib/mp4-boxes.ts';
import type { KeyFrame, KeyFrameTrack } from './key-frame-plan.ts';

/**
 * Where the key frames of a movie's picture lie, in their order; null where its tables do not tell. Throws only what
 * reading throws.
 */
export async function readKeyFrames(source: ByteSource): Promise<KeyFrameTrack | null> {
  const { moov } = await readMovie(source);
  try {
    return moov && trackOf(moov, source.sizeBytes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function trackOf(moov: BoxView, fileBytes: number): KeyFrameTrack | null {
  const trak = tracksOf(moov).find((each) => each.find('mdia', 'hdlr')?.type(8) === 'vide');
  const boxes = trak && boxesOf(trak);
  if (!boxes) return null;
  const { tkhd, mdhd, table, stsd } = boxes;
  const timescale = mdhd.u32(mdhd.u8(0) === 1 ? 20 : 12);
  const frames = timescale > 0 ? framesOf(table, timescale) : null;
  const isThere = ({ offset, bytes }: KeyFrame) => bytes > 0 && offset + bytes <= fileBytes;
  if (!frames?.every(isThere)) return null;
  const gapMs = gapOf(frames, durationOf(mdhd, timescale));
  return { stsd: stsd.bytesOf(), tkhd: tkhd.bytesOf(), frames, gapMs };
}

function boxesOf(trak: BoxView) {
  const [tkhd, mdhd] = [trak.find('tkhd'), trak.find('mdia', 'mdhd')];
  const table = trak.find('mdia', 'minf', 'stbl');
  const stsd = table?.find('stsd');
  return tkhd && mdhd && table && stsd ? { tkhd, mdhd, table, stsd } : null;
}

const durationOf = (mdhd: BoxView, timescale: number): number =>
  ((mdhd.u8(0) === 1 ? mdhd.u64(24) : mdhd.u32(16)) / timescale) * 1000;

function gapOf(frames: readonly KeyFrame[], durationMs: number): number {
  const ends = [...frames.slice(1).map(({ timeMs }) => timeMs), durationMs];
  return Math.max(0, ...frames.map(({ timeMs }, index) => (ends[index] ?? timeMs) - timeMs));
}

/** Walks all frames once: where they lie follows from chunks and sizes, when they are shown from their lengths. */
function framesOf(table: BoxView, timescale: number): KeyFrame[] | null {
  const [stsz, stss, stts] = [table.find('stsz'), table.find('stss'), table.find('stts')];
  const places = placesOf(table);
  if (!stsz || !stts || !places || stsz.u32(8) === 0) return null;
  const [fixed, count] = [stsz.u32(4), stsz.u32(8)];
  const isKey = keysOf(stss);
  const time = clockOf(stts);
  const frames: KeyFrame[] = [];
  for (let sample = 0; sample < count; sample++) {
    const bytes = fixed === 0 ? stsz.u32(12 + sample * 4) : fixed;
    const offset = places(bytes);
    const ticks = time();
    if (isKey(sample + 1)) frames.push({ timeMs: (ticks / timescale) * 1000, offset, bytes });
  }
  return frames.length > 0 ? frames : null;
}

/** Whether a frame, counted from 1 and asked for in order, is a key frame: all are where there is no table. */
function keysOf(stss: BoxView | undefined): (sample: number) => boolean {
  if (!stss) return () => true;
  const count = stss.u32(4);
  let index = 0;
  return (sample) => {
    while (index < count && stss.u32(8 + index * 4) < sample) index++;
    return index < count && stss.u32(8 + index * 4) === sample;
  };
}

/** When the next frame begins, in ticks. */
function clockOf(stts: BoxView): () => number {
  const runs = stts.u32(4);
  let [run, left, ticks, step] = [0, 0, 0, 0];
  return () => {
    const now = ticks;
    for (; left === 0 && run < runs; run++) [left, step] = [stts.u32(8 + run * 8), stts.u32(12 + run * 8)];
    ticks += step;
    left = Math.max(0, left - 1);
    return now;
  };
}

/** Where the next frame of so many bytes lies. */
function placesOf(table: BoxView): ((bytes: number) => number) | null {
  const [stco, co64, stsc] = [table.find('stco'), table.find('co64'), table.find('stsc')];
  const offsets = stco ?? co64;
  if (!offsets || !stsc || stsc.u32(4) === 0) return null;
  const runs = stsc.u32(4);
  let [chunk, run, left, at] = [-1, 0, 0, 0];
  const nextChunk = (): void => {
    chunk++;
    while (run + 1 < runs && stsc.u32(8 + (run + 1) * 12) <= chunk + 1) run++;
    left = stsc.u32(12 + run * 12);
    if (left === 0) throw new RangeError('a chunk without frames');
    at = stco ? offsets.u32(8 + chunk * 4) : offsets.u64(8 + chunk * 8);
  };
  return (bytes) => {
    if (left === 0) nextChunk();
    const place = at;
    at += bytes;
    left--;
    return place;
  };
}
