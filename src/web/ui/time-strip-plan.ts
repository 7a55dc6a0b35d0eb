import type { Capture, ClipKind, Day } from '../../shared/clips.ts';

export const dayMinutes = 24 * 60;

export interface StripBar {
  key: string | number;
  /** Minutes since midnight by the car's clock. */
  fromMinute: number;
  toMinute: number;
  look: ClipKind | 'wanted' | 'lost';
}

/** Minutes since midnight of a camera-local time. */
export function minuteOfDay(localStart: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = localStart.slice(11).split(':').map(Number);
  return hours * 60 + minutes + seconds / 60;
}

const guessedMs = 60_000;

/** One bar for each capture of a day: its kind when something of it is archived, else that it is still wanted or lost. */
export function captureBars(captures: readonly Capture[]): StripBar[] {
  return captures.map((capture) => {
    const lengthMs = Math.max(0, ...capture.clips.map((clip) => clip.durationMs ?? 0)) || guessedMs;
    const fromMinute = minuteOfDay(capture.localStart);
    return {
      key: capture.id,
      fromMinute,
      toMinute: Math.min(dayMinutes, fromMinute + lengthMs / 60_000),
      look: lookOf(capture),
    };
  });
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
  return [{ key: day.day, fromMinute, toMinute, look: day.archived > 0 ? 'normal' : 'wanted' }];
}
