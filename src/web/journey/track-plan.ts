/** Where on a track a position or an instant is, and which clip shows it. */
import type { Capture, Clip } from '../../shared/clips.ts';
import { longitudeStep } from '../../shared/geo.ts';
import type { JourneyTrack } from '../../shared/journeys.ts';
import type { Position } from '../../shared/tracks.ts';
import { localStartOf } from '../local-start.ts';

export interface OnTrack {
  clipId: number;
  /** UTC milliseconds. */
  at: number;
}

/** The point of a track nearest to a position; null when the track has none. */
export function nearestPoint(parts: JourneyTrack['parts'], position: Position): OnTrack | null {
  const shrink = Math.cos((position.latitude * Math.PI) / 180);
  let best: (OnTrack & { distance: number }) | null = null;
  for (const { clipId, points } of parts) {
    for (const [at, longitude, latitude] of points) {
      const east = longitudeStep(position.longitude, longitude) * shrink;
      const distance = Math.hypot(east, latitude - position.latitude);
      if (!best || distance < best.distance) best = { clipId, at, distance };
    }
  }
  return best && { clipId: best.clipId, at: best.at };
}

/** A second of a clip, and the day whose page shows it. */
export interface Moment {
  clip: Clip;
  day: string;
  /** Whole seconds from the start of the clip. */
  seconds: number;
}

const assumedMs = 60_000;
/** Lengths are rounded: the next clip begins a little after the end of the last. */
const seamMs = 3000;

/**
 * The clip that shows an instant: of the capture that was running, the one wanted when it is in the archive, else
 * another channel that is, else whichever. Null when nothing was recorded then.
 */
export function momentOf(captures: readonly Capture[], at: number, clipId?: number): Moment | null {
  const running = captures
    .filter((capture) => capture.startedAt <= at && at < endOf(capture) + seamMs)
    .toSorted((one, other) => other.startedAt - one.startedAt);
  const capture = running.find(({ clips }) => clips.some((clip) => clip.id === clipId)) ?? running[0];
  const clip = capture && clipOf(capture, clipId);
  if (!clip) return null;
  return {
    clip,
    day: localStartOf(capture).slice(0, 10),
    seconds: Math.floor((at - capture.startedAt) / 1000),
  };
}

function endOf({ startedAt, clips }: Capture): number {
  return startedAt + (Math.max(0, ...clips.map((clip) => clip.durationMs ?? 0)) || assumedMs);
}

function clipOf({ clips }: Capture, clipId: number | undefined): Clip | undefined {
  const archived = clips.filter((clip) => clip.state === 'archived');
  const isWanted = (clip: Clip) => clip.id === clipId;
  return archived.find(isWanted) ?? archived[0] ?? clips.find(isWanted) ?? clips[0];
}

/** Whether a journey may be cut in two there: strictly within it. */
export function canSplitAt(span: { startedAt: number; endedAt: number }, at: number): boolean {
  return at > span.startedAt && at < span.endedAt;
}
