import { createContext, use, type ReactNode } from 'react';
import type { Capture } from '../../shared/clips.ts';
import type { CalendarDay } from '../../shared/find.ts';
import type { DayItem } from '../../shared/journeys.ts';
import classes from './row-lead.module.css';

/** What a row of the archive is of. */
export type RowOf =
  | { kind: 'day'; day: CalendarDay }
  | { kind: 'item'; item: DayItem; captures: readonly Capture[] }
  | { kind: 'capture'; capture: Capture };

/** What stands at the beginning of rows, such as a box to choose them by; a page that hands nothing in has rows without. */
export const RowLeads = createContext<((of: RowOf) => ReactNode) | null>(null);

/** The room at the beginning of a row, which there is only where something stands in it. */
export function RowLead({ of }: { of: RowOf }) {
  const leadOf = use(RowLeads);
  return (
    leadOf && (
      <span className={classes.lead} data-lead>
        {leadOf(of)}
      </span>
    )
  );
}
