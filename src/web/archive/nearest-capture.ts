import type { Capture } from '../../shared/clips.ts';
import { localStartOf } from '../local-start.ts';
import { minuteOfDay } from '../ui/time-strip-plan.ts';

/** The capture that began nearest to a minute of the day. */
export function nearestCapture(captures: readonly Capture[], minute: number): Capture | undefined {
  const distance = (capture: Capture) => Math.abs(minuteOfDay(localStartOf(capture)) - minute);
  let best = captures[0];
  for (const capture of captures) if (best && distance(capture) < distance(best)) best = capture;
  return best;
}
