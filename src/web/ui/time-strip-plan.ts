import type { Capture, ClipKind, Day } from '../../shared/clips.ts';
import { localStartOf } from '../local-start.ts';

export const dayMinutes = 24 * 60;

export interface StripBar {
  key: string | number;
  /** Minutes since midnight by the car's clock. */
  fromMinute: number;
  toMinute: number;
  /** `span`: from the first to the last recording, with no word about what lies between. */
  look: ClipKind | 'wanted' | 'lost' | 'span';
}

/** Minutes since midnight of a camera-local time. */
export function minuteOfDay(localStart: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = localStart.slice(11).split(':').map(Number);
  return hours * 60 + minutes + seconds / 60;
}

const guessedMs = 60_000;

/** One bar for each capture of a day: its kind when something of it is archived, else that it is still wanted or lost. What was deleted has none. */
export function captureBars(captures: readonly Capture[]): StripBar[] {
  return captures.filter(isToBeSeen).map((capture) => {
    const lengthMs = Math.max(0, ...capture.clips.map((clip) => clip.durationMs ?? 0)) || guessedMs;
    const fromMinute = minuteOfDay(localStartOf(capture));
    return {
      key: capture.id,
      fromMinute,
      toMinute: Math.min(dayMinutes, fromMinute + lengthMs / 60_000),
      look: lookOf(capture),
    };
  });
}

function isToBeSeen({ clips }: Capture): boolean {
  return !clips.every((clip) => clip.state === 'expired' || clip.state === 'deleted');
}

function lookOf(capture: Capture): StripBar['look'] {
  const has = (...states: string[]) => capture.clips.some((clip) => states.includes(clip.state));
  if (has('archived')) return capture.kind;
  return has('lost', 'missing', 'failed') ? 'lost' : 'wanted';
}

/** The span of a day from its first to its last recording. */
export function dayBars(day: Day): StripBar[] {
  const fromMinute = minuteOfDay(day.firstLocalStart);
  const toMinute = Math.min(dayMinutes, minuteOfDay(day.lastLocalStart) + 1);
  return [{ key: day.day, fromMinute, toMinute, look: day.archived > 0 ? 'span' : 'wanted' }];
}

const seamMinutes = 1.5;

/** Bars that follow one another without a pause worth seeing, drawn as one. */
export function mergeBars(bars: readonly StripBar[]): StripBar[] {
  const merged: StripBar[] = [];
  for (const bar of bars) {
    const last = merged.at(-1);
    if (last && last.look === bar.look && bar.fromMinute - last.toMinute <= seamMinutes) {
      merged[merged.length - 1] = { ...last, toMinute: Math.max(last.toMinute, bar.toMinute) };
    } else merged.push(bar);
  }
  return merged;
}
