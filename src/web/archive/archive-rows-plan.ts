/** The rows of the archive: months, days, what of open days there is, and years that are still to be read. Pure. */
import type { CalendarDay } from '../../shared/find.ts';
import type { DayListRow } from './day-rows-plan.ts';

export type ArchiveRow =
  | { kind: 'month'; key: string; month: string }
  | { kind: 'day'; key: string; day: CalendarDay; isOpen: boolean }
  /** Of an open day: its map and its strip, what is in it, or that it is still being read. */
  | { kind: 'top' | 'wait' | 'error' | 'none'; key: string; day: CalendarDay }
  | { kind: 'part'; key: string; day: CalendarDay; row: DayListRow; isLast: boolean }
  /** Not read yet: it is when it comes into view. */
  | { kind: 'year'; key: string; year: number };

/** An open day as far as it is known. */
export type OpenDay =
  { state: 'wait' | 'error' } | { state: 'ready'; rows: readonly DayListRow[]; hasPlaces: boolean };

export interface ArchiveRowsInput {
  /** That have recordings, the newest first. */
  years: readonly number[];
  /** Of those that were read, newest first. */
  daysOf: ReadonlyMap<number, readonly CalendarDay[]>;
  open: ReadonlyMap<string, OpenDay>;
}

/** Rows in their order. A year that was read and has nothing to show has none. */
export function archiveRows({ years, daysOf, open }: ArchiveRowsInput): ArchiveRow[] {
  return years.flatMap((year): ArchiveRow[] => {
    const days = daysOf.get(year);
    if (!days) return [{ kind: 'year', key: `year-${year}`, year }];
    return days.flatMap((day, index) => {
      const month = day.day.slice(0, 7);
      const isNew = days[index - 1]?.day.slice(0, 7) !== month;
      const rows = dayRows(day, open.get(day.day));
      return isNew ? [{ kind: 'month', key: month, month }, ...rows] : rows;
    });
  });
}

function dayRows(day: CalendarDay, open: OpenDay | undefined): ArchiveRow[] {
  const head: ArchiveRow = { kind: 'day', key: day.day, day, isOpen: open !== undefined };
  if (!open) return [head];
  if (open.state !== 'ready') return [head, { kind: open.state, key: `${day.day}/${open.state}`, day }];
  if (open.rows.length === 0) return [head, { kind: 'none', key: `${day.day}/none`, day }];
  return [
    head,
    { kind: 'top', key: `${day.day}/top`, day },
    ...open.rows.map((row, index): ArchiveRow => {
      const isLast = index === open.rows.length - 1;
      return { kind: 'part', key: `${day.day}/${row.key}`, day, row, isLast };
    }),
  ];
}

/** The day that a row is of; of a month or a year its last. */
export function dayOfRow(row: ArchiveRow): string {
  if (row.kind === 'year') return `${row.year}-12-31`;
  return row.kind === 'month' ? `${row.month}-31` : row.day.day;
}

/**
 * The row to begin at for a day, a month or a year: its own, or the nearest earlier day that has something; else the
 * last row. -1 without rows.
 */
export function rowAt(rows: readonly ArchiveRow[], at: string): number {
  const until = at.length === 10 ? at : `${at}-99`;
  // From the newest on the first that is not later than what is looked for.
  const index = rows.findIndex((row) =>
    row.kind === 'month'
      ? at.length < 10 && row.month <= until
      : row.kind === 'year'
        ? `${row.year}-01-01` <= until
        : row.kind === 'day' && row.day.day <= until,
  );
  return index >= 0 ? index : rows.length - 1;
}

/** Years that are not read yet and are in view, or soon will be. */
export function yearsInView(rows: readonly ArchiveRow[], first: number, last: number): number[] {
  return rows.slice(Math.max(0, first), last + 1).flatMap((row) => (row.kind === 'year' ? [row.year] : []));
}
