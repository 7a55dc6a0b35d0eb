import type { DayRoutes, Journey } from '../../shared/journeys.ts';

type Short = DayRoutes['journeys'][number];

/** The journeys of the same car right before and right after one. */
export function neighboursOf(
  { id, cameraId, startedAt }: Pick<Journey, 'id' | 'cameraId' | 'startedAt'>,
  days: readonly DayRoutes[],
): { previous: Short | null; next: Short | null } {
  const others = days
    .flatMap(({ journeys }) => journeys)
    .filter((each) => each.cameraId === cameraId && each.id !== id)
    .toSorted((one, other) => one.startedAt - other.startedAt);
  return {
    previous: others.findLast((each) => each.startedAt < startedAt) ?? null,
    next: others.find((each) => each.startedAt >= startedAt) ?? null,
  };
}
