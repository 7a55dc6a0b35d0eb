import type { DayRoutes } from '../../shared/journeys.ts';
import { addDays } from '../format.ts';

/** `YYYY-MM` of days, each once, newest first. */
export function monthsOf(days: readonly string[]): string[] {
  return [...new Set(days.map((day) => day.slice(0, 7)))].toSorted().toReversed();
}

/** What asks for the journeys of a month: as many days as a month can have, up to its last. */
export function queryOfMonth(month: string): { query: { before: string; limit: number } } {
  const inNextMonth = addDays(`${month}-01`, 31);
  return { query: { before: `${inNextMonth.slice(0, 7)}-01`, limit: 31 } };
}

/** The journeys of each day that has some. */
export function mapOfDays(days: readonly DayRoutes[]): Map<string, DayRoutes['journeys']> {
  return new Map(
    days.filter(({ journeys }) => journeys.length > 0).map(({ day, journeys }) => [day, journeys]),
  );
}
