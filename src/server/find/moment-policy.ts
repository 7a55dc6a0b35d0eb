/** Which recording is nearest to a time of the wall clock. Pure. */

export interface MomentCapture {
  captureId: number;
  startedAt: number;
  /** Zero or less: not known. */
  lengthMs: number;
  zoneOffsetMinutes: number;
}

export interface NearestMoment<C extends MomentCapture> {
  capture: C;
  at: number;
  isWithin: boolean;
}

const guessedMs = 60_000;

/** The capture that was recorded at `wallMs` (a local wall clock, as if it were UTC), or else the nearest; null for none. */
export function nearestTo<C extends MomentCapture>(
  captures: readonly C[],
  wallMs: number,
): NearestMoment<C> | null {
  let best: (NearestMoment<C> & { apartMs: number }) | null = null;
  for (const capture of captures) {
    const { startedAt, zoneOffsetMinutes, lengthMs } = capture;
    const wanted = wallMs - zoneOffsetMinutes * 60_000;
    const end = startedAt + (lengthMs > 0 ? lengthMs : guessedMs);
    const at = Math.min(Math.max(wanted, startedAt), end);
    const apartMs = Math.abs(wanted - at);
    if (!best || apartMs < best.apartMs) best = { capture, at, isWithin: apartMs === 0, apartMs };
  }
  if (!best) return null;
  const { apartMs: _, ...nearest } = best;
  return nearest;
}

/** Of the nearest days before and after a day the nearer one, of equally near ones the earlier. */
export function nearerDay(day: string, earlier: string | null, later: string | null): string | null {
  if (earlier === null || later === null) return earlier ?? later;
  const apart = (other: string) => Math.abs(Date.parse(other) - Date.parse(day));
  return apart(later) < apart(earlier) ? later : earlier;
}
