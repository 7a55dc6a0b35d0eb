import type { DayRoutes, Journey } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { addDays } from '../format.ts';
import { neighboursOf } from './neighbours-plan.ts';

export type Neighbour = DayRoutes['journeys'][number];

const daysAround = 14;

/** The journeys of the same car before and after one, within two weeks. */
export function useNeighbours(journey: Journey): { previous: Neighbour | null; next: Neighbour | null } {
  const around = useRoute(routes.listDayRoutes, {
    query: { before: addDays(journey.localDay, 3), limit: daysAround },
  });
  return neighboursOf(journey, around.data?.days ?? []);
}
