import type { Capture } from '../../shared/clips.ts';
import type { DayJourneys } from '../../shared/journeys.ts';

/** The captures of a day out of its items, which have those of other days too where a journey went over midnight. */
export function dayCaptures({ captureIds, items }: Pick<DayJourneys, 'captureIds' | 'items'>): Capture[] {
  const byId = new Map(items.flatMap(({ captures }) => captures.map((capture) => [capture.id, capture])));
  return captureIds.flatMap((id) => byId.get(id) ?? []);
}
