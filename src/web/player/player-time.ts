/** The time of day of an instant of the footage, on the clocks where the car was. Pure. */
import { formatLocalTime, localTimeAt, localTimeIn } from '../format.ts';
import type { Footage } from './player-types.ts';
import { indexFrom } from './segment-plan.ts';

/** `2026-09-03T15:47:12` */
export function localTimeOf(footage: Footage, at: number): string {
  const offset = offsetNear(footage, at);
  return offset === null ? localTimeIn(at, footage.startZone) : localTimeAt(at, offset);
}

/** `15:47:12` */
export function timeWords(footage: Footage, at: number): string {
  return formatLocalTime(localTimeOf(footage, at), { seconds: true });
}

/** Minutes east of UTC of the recording at an instant, else of the one before it, else of the one after it. */
function offsetNear({ lanes }: Pick<Footage, 'lanes'>, at: number): number | null {
  for (const { segments } of lanes) {
    const index = indexFrom(segments, at);
    const now = segments[index];
    const segment = now && now.from <= at ? now : (segments[index - 1] ?? now);
    if (segment?.capture.zoneOffsetMinutes !== undefined) return segment.capture.zoneOffsetMinutes;
  }
  return null;
}
