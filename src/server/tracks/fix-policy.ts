import { distanceM, longitudeStep, wrapLongitude } from '../../shared/geo.ts';
import type { FixFlaw, GpsRecord, TrackSample } from './track-types.ts';

/** Farther than this from the median of its neighbours, for each second between them, is a spike. */
const spikeM = 150;
const fastestMps = 85;
/** A car that was seen half a minute ago is not farther away than this. */
const farthestJumpM = 2000;
const jumpWithinMs = 30_000;
/** What rounding of single-precision minutes alone makes of a car that stands still. */
const roundingM = 5;
/** A position repeated from the last use is left by a step that the speeds do not explain, by this much. */
const staleM = 50;
/** Nobody drives there, and a receiver without a clue says so. */
const nullIslandDegrees = 1e-4;
/** Clocks of fixes farther apart than this say nothing of the time between them: one of them jumped. */
const longestClockStepMs = 600_000;

/**
 * Marks the fixes that cannot be: nothing is left out and no value is changed, so that a better rule can judge anew.
 * In this order: 0,0; a stale position at the start; spikes; steps faster than any car.
 */
export function judgeFixes(records: readonly GpsRecord[]): TrackSample[] {
  const samples = records.map((record): TrackSample => ({ ...record, flaw: null }));
  const sound = (): TrackSample[] => samples.filter((sample) => sample.isFix && sample.flaw === null);
  markNullIsland(sound());
  markStale(sound());
  markSpikes(sound());
  markTooFast(sound());
  return samples;
}

function mark(samples: readonly TrackSample[], flaw: FixFlaw): void {
  for (const sample of samples) sample.flaw = flaw;
}

function markNullIsland(fixes: TrackSample[]): void {
  mark(fixes.filter(isNullIsland), 'null_island');
}

const isNullIsland = ({ latitude, longitude }: TrackSample): boolean =>
  Math.abs(latitude) < nullIslandDegrees && Math.abs(longitude) < nullIslandDegrees;

/** The first fixes, when all of them are the very same and the next is somewhere else altogether. */
function markStale(fixes: TrackSample[]): void {
  const [first] = fixes;
  if (!first) return;
  const moved = fixes.findIndex((fix) => !isSamePlace(fix, first));
  const [before, after] = [fixes[moved - 1], fixes[moved]];
  if (moved < 2 || !before || !after) return;
  const mps = Math.max(before.speedMps ?? 0, after.speedMps ?? fastestMps);
  const explainedM = (2 * mps * elapsedMs(before, after)) / 1000;
  if (distanceM(before, after) > explainedM + staleM) mark(fixes.slice(0, moved), 'stale');
}

const isSamePlace = (a: TrackSample, b: TrackSample): boolean =>
  a.latitude === b.latitude && a.longitude === b.longitude;

/** At most 2 before and 2 behind: a spike is far from the median of the five, also when it is two long. */
function markSpikes(fixes: TrackSample[]): void {
  const spikes = fixes.filter((fix, index) => {
    const around = fixes.slice(Math.max(0, index - 2), index + 3);
    return around.length >= 3 && distanceM(fix, medianOf(around, fix)) > spikeM * spacingSeconds(around);
  });
  mark(spikes, 'spike');
}

/** Longitudes are told from the fix itself, so that the antimeridian is a line like any other. */
function medianOf(around: readonly TrackSample[], fix: TrackSample): { latitude: number; longitude: number } {
  const steps = around.map((other) => longitudeStep(fix.longitude, other.longitude));
  return {
    latitude: median(around.map((other) => other.latitude)),
    longitude: wrapLongitude(fix.longitude + median(steps)),
  };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  return (low + high) / 2;
}

/** Mean seconds from fix to fix, not less than one. */
function spacingSeconds(around: readonly TrackSample[]): number {
  const [first, last] = [around[0], around.at(-1)];
  if (!first || !last) return 1;
  return Math.max(1, elapsedMs(first, last) / 1000 / (around.length - 1));
}

/**
 * Cuts the fixes where no car can have gone from one to the next. The longest stretch is believed, and from there on
 * outwards every stretch that can be reached from what is believed.
 */
function markTooFast(fixes: TrackSample[]): void {
  mark(fixes.filter(saysTooFast), 'too_fast');
  const stretches = stretchesOf(fixes.filter((fix) => fix.flaw === null));
  const longest = stretches.reduce(
    (best, each) => (each.length > best.length ? each : best),
    stretches[0] ?? [],
  );
  const at = stretches.indexOf(longest);
  let believed = longest;
  for (const stretch of stretches.slice(at + 1)) {
    if (isReachable(believed.at(-1), stretch[0])) believed = stretch;
    else mark(stretch, 'too_fast');
  }
  believed = longest;
  for (const stretch of stretches.slice(0, Math.max(0, at)).toReversed()) {
    if (isReachable(stretch.at(-1), believed[0])) believed = stretch;
    else mark(stretch, 'too_fast');
  }
}

const saysTooFast = ({ speedMps }: TrackSample): boolean => speedMps !== null && speedMps > fastestMps;

function stretchesOf(fixes: readonly TrackSample[]): TrackSample[][] {
  const stretches: TrackSample[][] = [];
  let last: TrackSample | undefined;
  for (const fix of fixes) {
    if (last && isReachable(last, fix)) stretches.at(-1)?.push(fix);
    else stretches.push([fix]);
    last = fix;
  }
  return stretches;
}

function isReachable(from: TrackSample | undefined, to: TrackSample | undefined): boolean {
  if (!from || !to) return true;
  const [metres, ms] = [distanceM(from, to), elapsedMs(from, to)];
  if (metres > farthestJumpM && ms <= jumpWithinMs) return false;
  return metres <= (fastestMps * ms) / 1000 + roundingM;
}

/**
 * Time between two fixes. Places in the file are squeezed in time-lapse and clocks repeat or jump: the larger of both
 * is believed, for this is about what is impossible.
 */
function elapsedMs(from: GpsRecord, to: GpsRecord): number {
  const byPlace = Math.abs(to.offsetMs - from.offsetMs);
  const byClock = from.clockMs === null || to.clockMs === null ? 0 : to.clockMs - from.clockMs;
  return byClock > 0 && byClock <= longestClockStepMs ? Math.max(byPlace, byClock) : byPlace;
}
