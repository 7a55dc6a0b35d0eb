import type { MovieTrack } from '../lib/mp4-write.ts';
import type { FoundPictures } from './repair-walk.ts';

/** Samples of equal length, one behind the other. */
export interface Timing {
  timescale: number;
  ticks: number;
}

/** The rate of pictures when nothing says it. */
export const guessedRate = 30;

export function timingOfRate(framesPerSecond: number): Timing {
  const isSane = framesPerSecond >= 1 && framesPerSecond <= 240;
  const rate = isSane ? framesPerSecond : guessedRate;
  return { timescale: rate * 1000, ticks: 1000 };
}

/** How long most samples of a track last. */
export function timingOf({ timescale, ticks }: Pick<MovieTrack, 'timescale' | 'ticks'>): Timing {
  const counts = new Map<number, number>();
  for (const each of ticks) counts.set(each, (counts.get(each) ?? 0) + 1);
  const [common] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0]);
  return { timescale, ticks: common };
}

export function pictureTrack(
  { offsets, sizes, syncs }: FoundPictures,
  what: { stsd: Uint8Array; width: number; height: number; timing: Timing },
): MovieTrack {
  const { stsd, width, height, timing } = what;
  return {
    handler: 'vide',
    stsd,
    timescale: timing.timescale,
    offsets: Float64Array.from(offsets),
    sizes: Uint32Array.from(sizes),
    ticks: new Uint32Array(sizes.length).fill(timing.ticks),
    shifts: null,
    syncs: Uint8Array.from(syncs, Number),
    width,
    height,
  };
}

export function soundTrack(
  places: readonly { offset: number; size: number }[],
  what: { stsd: Uint8Array; timescale: number; ticksOf: (size: number) => number },
): MovieTrack {
  return {
    handler: 'soun',
    stsd: what.stsd,
    timescale: what.timescale,
    offsets: Float64Array.from(places, ({ offset }) => offset),
    sizes: Uint32Array.from(places, ({ size }) => size),
    ticks: Uint32Array.from(places, ({ size }) => what.ticksOf(size)),
    shifts: null,
    syncs: null,
    width: 0,
    height: 0,
  };
}

/**
 * A track with only some of its samples. What is left out in between still takes its time, so that sound and picture
 * stay together.
 */
export function keepSamples(track: MovieTrack, isKept: (index: number) => boolean): MovieTrack {
  const kept: number[] = [];
  const ticks: number[] = [];
  let lost = 0;
  for (let index = 0; index < track.sizes.length; index++) {
    const own = track.ticks[index] ?? 0;
    if (!isKept(index)) {
      lost += own;
      continue;
    }
    if (kept.length > 0) ticks.push((ticks.pop() ?? 0) + lost);
    lost = 0;
    kept.push(index);
    ticks.push(own);
  }
  const { offsets, sizes, shifts, syncs } = track;
  return {
    ...track,
    offsets: Float64Array.from(kept, (index) => offsets[index] ?? 0),
    sizes: Uint32Array.from(kept, (index) => sizes[index] ?? 0),
    ticks: Uint32Array.from(ticks),
    shifts: shifts && Int32Array.from(kept, (index) => shifts[index] ?? 0),
    syncs: syncs && Uint8Array.from(kept, (index) => syncs[index] ?? 0),
  };
}

/** The samples that are in the file, up to the first that is not. */
export function heldIn(track: MovieTrack, fileBytes: number): MovieTrack {
  let count = 0;
  const { offsets, sizes } = track;
  while (count < sizes.length && (offsets[count] ?? 0) + (sizes[count] ?? 0) <= fileBytes) count++;
  return count === sizes.length ? track : keepSamples(track, (index) => index < count);
}

const join = (a: Iterable<number>, b: Iterable<number>) => [...a, ...b];

/** Pictures that were found behind those of a track. */
export function withPictures(track: MovieTrack, found: FoundPictures): MovieTrack {
  if (found.offsets.length === 0) return track;
  const { ticks } = timingOf(track);
  const more = found.sizes.length;
  const syncs = track.syncs ?? new Uint8Array(track.sizes.length).fill(1);
  return {
    ...track,
    offsets: Float64Array.from(join(track.offsets, found.offsets)),
    sizes: Uint32Array.from(join(track.sizes, found.sizes)),
    ticks: Uint32Array.from(join(track.ticks, new Uint32Array(more).fill(ticks))),
    shifts:
      track.shifts &&
      Int32Array.from(join(track.shifts, new Int32Array(more).fill(track.shifts.at(-1) ?? 0))),
    syncs: Uint8Array.from(join(syncs, Uint8Array.from(found.syncs, Number))),
  };
}

/** The first byte behind the last sample. */
export function endOf(tracks: readonly Pick<MovieTrack, 'offsets' | 'sizes'>[]): number {
  let end = 0;
  for (const { offsets, sizes } of tracks)
    for (let at = 0; at < sizes.length; at++) end = Math.max(end, (offsets[at] ?? 0) + (sizes[at] ?? 0));
  return end;
}

export const largestOf = ({ sizes }: Pick<MovieTrack, 'sizes'>): number => {
  let largest = 0;
  for (const size of sizes) largest = Math.max(largest, size);
  return largest;
};
