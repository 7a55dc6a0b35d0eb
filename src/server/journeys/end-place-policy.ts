import type { StopRow } from './span-rows.ts';

/** What of a stop tells at which place a journey ends. */
export type PlacedStop = Pick<StopRow, 'started_at' | 'ended_at' | 'place_id'>;

/** Between the end of a journey and the stop that it leads to, at most. */
const nearMs = 60_000;

/**
 * The places of the stops that a journey begins and ends at; null where there is no stop, or it is at no place. A car
 * that is parked where it always is, a little beside the circle, is at its place all the same: stops know, positions
 * do not. `stops` are those of its car, in the order of time.
 */
export function endPlaces(
  journey: { started_at: number; ended_at: number },
  stops: readonly PlacedStop[],
): { from: number | null; to: number | null } {
  const before = stops.findLast(
    (stop) => stop.started_at < journey.started_at && Math.abs(stop.ended_at - journey.started_at) <= nearMs,
  );
  const after = stops.find(
    (stop) => stop.ended_at > journey.ended_at && Math.abs(stop.started_at - journey.ended_at) <= nearMs,
  );
  return { from: before?.place_id ?? null, to: after?.place_id ?? null };
}
