import { box, fullBox, u16s, u32s, u32Table, u64Table } from './mp4-boxes.ts';
import { at, type SampleTrack } from './mp4-samples.ts';
import type { MediaChunk } from './timeline.ts';

const MOVIE_TIMESCALE = 92_400;
/** Seconds from 1904-01-01, where QuickTime counts from, to 1970-01-01. */
const SECONDS_1904_TO_1970 = 2_082_844_800;
const UNITY_MATRIX = u32s(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

/** A track and where its chunks stand in the file. */
export interface MoovTrack {
  track: SampleTrack;
  chunks: readonly MediaChunk[];
  /** File position of each chunk. */
  chunkOffsets: readonly number[];
}

export interface MoovContents {
  tracks: readonly MoovTrack[];
  /** The camera's wall clock at the start, kept in the UTC fields of a Date. */
  startedLocal: Date;
  /** True writes `co64`. */
  wideOffsets: boolean;
  quickTime: boolean;
  /** Further boxes behind the tracks: `udta`, the GPS index. */
  extras: readonly Buffer[];
}

/** The movie box; its length depends on counts only, not on the positions in it. */
export function buildMoov(contents: MoovContents): Buffer {
  const durationTicks = Math.max(
    ...contents.tracks.map((entry) => rescale(trackTicks(entry), entry.track.timescale)),
  );
  const traks = contents.tracks.map((entry, index) => buildTrak(entry, index + 1, contents));
  const time = secondsSince1904(contents.startedLocal);
  const mvhd = fullBox(
    'mvhd',
    0,
    u32s(time, time, MOVIE_TIMESCALE, durationTicks, 0x10000),
    u16s(0x100, 0),
    u32s(0, 0),
    UNITY_MATRIX,
    Buffer.alloc(24),
    u32s(traks.length + 1),
  );
  return box('moov', mvhd, ...traks, ...contents.extras);
}

/** Seconds since 1904 as the camera writes them: its wall clock, without a zone. */
export function secondsSince1904(startedLocal: Date): number {
  return Math.floor(startedLocal.getTime() / 1_000) + SECONDS_1904_TO_1970;
}

function sampleCount(chunks: readonly MediaChunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.sampleCount, 0);
}

function trackTicks({ track, chunks }: MoovTrack): number {
  return sampleCount(chunks) * track.sampleTicks;
}

function rescale(ticks: number, timescale: number): number {
  return Math.round((ticks * MOVIE_TIMESCALE) / timescale);
}

function buildTrak(entry: MoovTrack, trackId: number, contents: MoovContents): Buffer {
  const { track } = entry;
  const time = secondsSince1904(contents.startedLocal);
  const video = track.handler === 'vide';
  const tkhd = fullBox(
    'tkhd',
    7,
    u32s(time, time, trackId, 0, rescale(trackTicks(entry), track.timescale), 0, 0),
    u16s(0, 0, video ? 0 : 0x100, 0),
    UNITY_MATRIX,
    u32s(track.widthPixels * 0x10000, track.heightPixels * 0x10000),
  );
  const undetermined = 0x55c4;
  const mdhd = fullBox(
    'mdhd',
    0,
    u32s(time, time, track.timescale, trackTicks(entry)),
    u16s(undetermined, 0),
  );
  const mediaHeader = video ? fullBox('vmhd', 1, u16s(0, 0, 0, 0)) : fullBox('smhd', 0, u16s(0, 0));
  const dinf = box('dinf', fullBox('dref', 0, u32s(1), fullBox('url ', 1)));
  const minf = box('minf', mediaHeader, dinf, buildStbl(entry, contents.wideOffsets));
  return box('trak', tkhd, box('mdia', mdhd, buildHdlr(track.handler, contents.quickTime), minf));
}

/** QuickTime names the component type and counts its name's length; ISO leaves zero and ends it with zero. */
function buildHdlr(handler: string, quickTime: boolean): Buffer {
  const componentType = Buffer.from(quickTime ? 'mhlr' : '\0\0\0\0', 'latin1');
  return fullBox('hdlr', 0, componentType, Buffer.from(handler, 'latin1'), Buffer.alloc(12), Buffer.alloc(1));
}

function buildStbl({ track, chunks, chunkOffsets }: MoovTrack, wideOffsets: boolean): Buffer {
  const sampleNumbers = chunks.flatMap((chunk) =>
    Array.from({ length: chunk.sampleCount }, (_, index) => chunk.firstSample + index),
  );
  const sizes = sampleNumbers.map((number) => at(track.sizes, number));
  const syncs = sampleNumbers.flatMap((number, index) => (track.syncs[number] ? [index + 1] : []));
  const allSync = syncs.length === sampleNumbers.length;
  return box(
    'stbl',
    track.stsd,
    fullBox('stts', 0, u32s(1, sampleNumbers.length, track.sampleTicks)),
    ...(allSync ? [] : [fullBox('stss', 0, u32s(syncs.length), u32Table(syncs))]),
    buildStsc(chunks),
    fullBox('stsz', 0, u32s(0, sizes.length), u32Table(sizes)),
    wideOffsets
      ? fullBox('co64', 0, u32s(chunkOffsets.length), u64Table(chunkOffsets))
      : fullBox('stco', 0, u32s(chunkOffsets.length), u32Table(chunkOffsets)),
  );
}

/** One entry wherever the number of samples in a chunk changes. */
function buildStsc(chunks: readonly MediaChunk[]): Buffer {
  const entries: number[] = [];
  let previous = 0;
  for (const [index, { sampleCount: count }] of chunks.entries()) {
    if (count !== previous) entries.push(index + 1, count, 1);
    previous = count;
  }
  return fullBox('stsc', 0, u32s(entries.length / 3), u32Table(entries));
}
