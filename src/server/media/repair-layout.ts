import { box, mdatHead, moovBox, ticksOf, type MovieTrack } from '../lib/mp4-write.ts';

/** What a repaired copy is made of. */
export interface RepairRecipe {
  /** Where its tables came from. */
  how: 'tables' | 'offsets' | 'index' | 'sibling' | 'stream';
  tracks: MovieTrack[];
  /** Seconds since 1904 of the camera's clock; 0 when it is not known. */
  createdAt: number;
  /** What was wrong and what could not be brought back, for people. */
  note: string;
}

/** Bytes of the original, one stretch after the other. */
export interface Extent {
  from: number;
  bytes: number;
}

export interface RepairLayout {
  /** What stands before the bytes of the original. */
  head: Buffer;
  extents: Extent[];
  sizeBytes: number;
}

/** Says in the repaired copy what it is, so that it is known again without a database. */
export interface RepairStamp {
  version: number;
  /** Of the original. */
  name: string;
  sizeBytes: number;
  how: RepairRecipe['how'];
  note: string;
  durationMs: number;
}

const ways: readonly unknown[] = [
  'tables',
  'offsets',
  'index',
  'sibling',
  'stream',
] satisfies RepairRecipe['how'][];

const stampMagic = 'viofosync repair ';
const maxNarrowBytes = 0xffff_ffff;

/**
 * The repaired copy: what it is, the tables, then pictures and sound in the order of the original, and nothing else of
 * it. Players can begin with its first bytes.
 */
export function layOutRepair({ tracks, createdAt }: RepairRecipe, stamp: RepairStamp): RepairLayout {
  const { placed, extents, bytes } = compact(tracks);
  const front = Buffer.concat([ftyp(), stampBox(stamp)]);
  const movie = { tracks: placed, createdAt, isWide: bytes > maxNarrowBytes - 128 * 1024 * 1024 };
  const mdat = mdatHead(bytes);
  const shiftBytes = front.length + moovBox({ ...movie, shiftBytes: 0 }).length + mdat.length;
  const head = Buffer.concat([front, moovBox({ ...movie, shiftBytes }), mdat]);
  return { head, extents, sizeBytes: head.length + bytes };
}

export const durationMsOf = (tracks: readonly MovieTrack[]): number =>
  Math.round(Math.max(0, ...tracks.map((track) => (ticksOf(track) / track.timescale) * 1000)));

/** Out of the first bytes of a file; null when it is none of ours. */
export function readStamp(head: Uint8Array): RepairStamp | null {
  const text = Buffer.from(head).toString('latin1');
  const at = text.indexOf(stampMagic);
  const end = text.indexOf('\n', at);
  if (at === -1 || end === -1) return null;
  try {
    const stamp = JSON.parse(
      Buffer.from(head).toString('utf8', at + stampMagic.length, end),
    ) as Partial<RepairStamp> | null;
    return stamp && isStamp(stamp) ? stamp : null;
  } catch {
    return null;
  }
}

function isStamp(stamp: Partial<RepairStamp>): stamp is RepairStamp {
  const numbers = [stamp.version, stamp.sizeBytes, stamp.durationMs];
  const texts = [stamp.name, stamp.note];
  return (
    numbers.every((each) => typeof each === 'number') &&
    texts.every((each) => typeof each === 'string') &&
    ways.includes(stamp.how)
  );
}

/** Bytes in which the stamp is, always. */
export const stampWithinBytes = 4096;

const ftyp = () => box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1'));

const stampBox = (stamp: RepairStamp) =>
  box('free', Buffer.from(`${stampMagic}${JSON.stringify(stamp)}\n`, 'utf8'));

/** Samples of all tracks by their place in the original, each moved up to the one before. */
function compact(tracks: readonly MovieTrack[]): { placed: MovieTrack[]; extents: Extent[]; bytes: number } {
  const placed = tracks.map((track) => ({ ...track, offsets: new Float64Array(track.sizes.length) }));
  const next = tracks.map(() => 0);
  const extents: Extent[] = [];
  let bytes = 0;
  for (let index = nearest(tracks, next); index !== -1; index = nearest(tracks, next)) {
    const sample = next[index] ?? 0;
    const from = tracks[index]?.offsets[sample] ?? 0;
    const size = tracks[index]?.sizes[sample] ?? 0;
    const target = placed[index];
    if (target) target.offsets[sample] = bytes;
    addExtent(extents, { from, bytes: size });
    bytes += size;
    next[index] = sample + 1;
  }
  return { placed, extents, bytes };
}

/** The track whose next sample stands first; -1 when none has one. */
function nearest(tracks: readonly MovieTrack[], next: readonly number[]): number {
  let [best, bestAt] = [-1, Infinity];
  for (const [index, track] of tracks.entries()) {
    const at = track.offsets[next[index] ?? 0];
    if (at !== undefined && at < bestAt) [best, bestAt] = [index, at];
  }
  return best;
}

function addExtent(extents: Extent[], extent: Extent): void {
  const last = extents.at(-1);
  if (last && last.from + last.bytes === extent.from) last.bytes += extent.bytes;
  else if (extent.bytes > 0) extents.push(extent);
}
