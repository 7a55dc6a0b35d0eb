import { boundsOf, distanceM } from '../../shared/geo.ts';
import type { Box } from '../../shared/tracks.ts';
import type { TrackSample } from './track-types.ts';

/** What a track comes to, and what it says of its camera's clock. */
export interface TrackFacts {
  samples: number;
  /** Records with a fix, and those of them left out as wrong. */
  fixes: number;
  dropped: number;
  /** Of the sound fixes. */
  spanMs: number;
  distanceM: number;
  box: Box | null;
  first: TrackSample | null;
  /** As `track.clock_offset_ms` and `track.clock_jump_ms` of the schema. */
  clockOffsetMs: number | null;
  clockJumpMs: number | null;
}

const quarterMs = 15 * 60_000;
/** Clocks count whole seconds, and a block may be late. */
const sameClockMs = 2500;
/** Zones are within 14 hours of UTC. */
const farthestZoneMs = 14 * 3_600_000;
/** A camera's clock may have drifted so far when GPS sets it; more, and the jump says nothing of zones. */
const driftMs = 120_000;

/** `namedMs`: the clip's named local time as if it were UTC. */
export function trackFacts(samples: readonly TrackSample[], namedMs: number): TrackFacts {
  const sound = samples.filter(isSound);
  const fixes = samples.filter((sample) => sample.isFix).length;
  const [first, last] = [sound[0], sound.at(-1)];
  const clock = firstGoodClock(sound);
  return {
    samples: samples.length,
    fixes,
    dropped: fixes - sound.length,
    spanMs: first && last ? Math.max(0, Math.round(last.offsetMs - first.offsetMs)) : 0,
    distanceM: lengthOf(sound),
    box: boundsOf(sound),
    first: first ?? null,
    clockOffsetMs: clock === null ? null : Math.round(clock.aheadMs - namedMs),
    clockJumpMs: clock === null ? null : jumpBefore(samples, clock),
  };
}

const isSound = (sample: TrackSample): boolean => sample.isFix && sample.flaw === null;

function lengthOf(sound: readonly TrackSample[]): number {
  let metres = 0;
  for (const [index, sample] of sound.entries()) {
    const before = sound[index - 1];
    if (before) metres += distanceM(before, sample);
  }
  return metres;
}

/** Of a record: its clock, less its place in the clip. */
interface ClockReading {
  sample: TrackSample;
  aheadMs: number;
}

/**
 * Of the first fix whose clock most of the others agree with: a receiver's first seconds may still tell another time.
 * Of a clip in which the clocks were changed, one that was still before it.
 */
function firstGoodClock(sound: readonly TrackSample[]): ClockReading | null {
  const readings = sound.flatMap(readingOf);
  const middle = readings.map(({ aheadMs }) => aheadMs).toSorted((a, b) => a - b)[readings.length >> 1];
  if (middle === undefined) return null;
  return readings.find(({ aheadMs }) => isSameClock(Math.abs(aheadMs - middle))) ?? null;
}

/** Clocks are put forward or back by an hour, on Lord Howe by half of one. */
const isSameClock = (apartMs: number): boolean =>
  [0, 2 * quarterMs, 4 * quarterMs].some((stepMs) => Math.abs(apartMs - stepMs) <= sameClockMs);

const readingOf = (sample: TrackSample): ClockReading[] =>
  sample.clockMs === null ? [] : [{ sample, aheadMs: sample.clockMs - sample.offsetMs }];

/** By how much the clock jumped on at the first fix, to a quarter of an hour; null for none, or no zone's. */
function jumpBefore(samples: readonly TrackSample[], clock: ClockReading): number | null {
  const before = samples.slice(0, samples.indexOf(clock.sample)).flatMap(readingOf).at(-1);
  if (!before) return null;
  const jump = clock.aheadMs - before.aheadMs;
  const quarters = Math.round(jump / quarterMs) * quarterMs;
  const isZone = Math.abs(quarters) <= farthestZoneMs && Math.abs(jump - quarters) <= driftMs;
  return quarters !== 0 && isZone ? quarters : null;
}
