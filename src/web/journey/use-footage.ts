import { useMemo } from 'react';
import type { Capture } from '../../shared/clips.ts';
import type { DayJourneys, Journey } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { localTimeIn } from '../format.ts';

/** What was recorded on a journey, in the order of time, also when it went over midnight, once `query` has its answer. */
export function useFootage(journey: Journey) {
  const lastDay = localTimeIn(journey.endedAt, journey.endZone).slice(0, 10);
  const isOverMidnight = lastDay !== journey.localDay;
  const first = useRoute(routes.getDayJourneys, { params: { day: journey.localDay } });
  const last = useRoute(routes.getDayJourneys, { params: { day: lastDay } }, { enabled: isOverMidnight });
  const captures = useMemo(() => {
    const all = [first.data, isOverMidnight ? last.data : undefined].flatMap((day) => of(day, journey.id));
    const byId = new Map(all.map((capture) => [capture.id, capture]));
    return [...byId.values()].toSorted((one, other) => one.startedAt - other.startedAt);
  }, [first.data, last.data, isOverMidnight, journey.id]);
  return { query: first.data === undefined || !isOverMidnight ? first : last, captures };
}

function of(day: DayJourneys | undefined, journeyId: number): readonly Capture[] {
  const item = day?.items.find((each) => each.kind === 'journey' && each.journey.id === journeyId);
  return item?.captures ?? [];
}
