import { sql } from 'kysely';
import type { ArchiveFilter } from '../../shared/archive-filter.ts';
import { isNarrow } from '../../shared/archive-filter.ts';
import type { Calendar, CalendarDay } from '../../shared/find.ts';
import type { Db } from '../db/open.ts';
import { matchingDays } from './matching-days.ts';

/** Days, both of them included. */
export interface DaySpan {
  from: string;
  to: string;
}

export interface CalendarQuery {
  /** The newest that has recordings, where it is left out. */
  year?: number | undefined;
  before?: string | undefined;
  filter: ArchiveFilter;
}

/** The camera under which the journeys of a camera are stored: the first of its car. */
export type CarOf = (db: Db, cameraId: number) => Promise<number>;

/**
 * What each day of a year holds. Cost: the rows of `day` and the journeys of that year, by index; under a filter also
 * what `matchingDays` looks into, which is bounded.
 */
export async function calendarOf(
  db: Db,
  { year: asked, before, filter }: CalendarQuery,
  carOf: CarOf,
): Promise<Calendar> {
  const years = await yearsOf(db, filter.cameraId);
  const year = asked ?? years[0] ?? null;
  if (year === null) return { years, year, days: [], nextBefore: null };
  const days = await countsOf(db, spanOf(year, before), { cameraId: filter.cameraId, carOf });
  if (!isNarrow(filter)) return { years, year, days, nextBefore: null };
  const found = await matchingDays(db, days, filter);
  return {
    years,
    year,
    days: days.filter(({ day }) => found.days.has(day)),
    nextBefore: found.nextBefore,
  };
}

const digits = (year: number) => String(year).padStart(4, '0');
const spanOf = (year: number, before: string | undefined): DaySpan & { before: string } => {
  const next = `${digits(year)}-12-32`;
  const from = `${digits(year)}-01-01`;
  return { from, to: `${digits(year)}-12-31`, before: before !== undefined && before < next ? before : next };
};

/** Years that have recordings, newest first: one look into the index for each. */
async function yearsOf(db: Db, cameraId: number | null): Promise<number[]> {
  const years: number[] = [];
  for (let before = '9999-99-99'; ;) {
    // oxlint-disable-next-line no-await-in-loop -- each begins where the one before ended
    const row = await db
      .selectFrom('day')
      .select('local_day')
      .where('local_day', '<', before)
      .$if(cameraId !== null, (days) => days.where('camera_id', '=', cameraId ?? 0))
      .orderBy('local_day', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!row) return years;
    before = `${row.local_day.slice(0, 4)}-01-01`;
    years.push(Number(row.local_day.slice(0, 4)));
  }
}

const sumOf = (column: string) => sql<number>`sum(${sql.ref(column)})`;

/** What the days of a stretch hold, newest first; of one camera or of all. */
async function countsOf(
  db: Db,
  { from, before }: { from: string; before: string },
  { cameraId, carOf }: { cameraId: number | null; carOf: CarOf },
): Promise<CalendarDay[]> {
  const rows = await db
    .selectFrom('day')
    .select([
      'local_day as day',
      sumOf('captures').as('captures'),
      sumOf('archived').as('archived'),
      sumOf('wanted').as('wanted'),
      sumOf('lost').as('lost'),
      sumOf('locked').as('locked'),
      sumOf('parking').as('parking'),
      sumOf('archived_bytes').as('archivedBytes'),
    ])
    .where('local_day', '>=', from)
    .where('local_day', '<', before)
    .$if(cameraId !== null, (days) => days.where('camera_id', '=', cameraId ?? 0))
    .groupBy('local_day')
    .orderBy('local_day', 'desc')
    .execute();
  const vanished = await vanishedOf(db, { from, before }, cameraId);
  const driven = await drivenOf(db, { from, before }, cameraId === null ? null : await carOf(db, cameraId));
  return rows.map((row) => ({
    ...row,
    vanished: vanished.get(row.day) ?? 0,
    ...(driven.get(row.day) ?? notDriven),
  }));
}

interface Driven {
  journeys: number;
  drivenMs: number;
  distanceM: number;
}
const notDriven: Driven = { journeys: 0, drivenMs: 0, distanceM: 0 };

async function drivenOf(
  db: Db,
  { from, before }: { from: string; before: string },
  carId: number | null,
): Promise<Map<string, Driven>> {
  const rows = await db
    .selectFrom('journey')
    .select([
      'local_day',
      sql<number>`count(*)`.as('journeys'),
      sql<number>`sum(ended_at - started_at)`.as('drivenMs'),
      sumOf('distance_m').as('distanceM'),
    ])
    .where('local_day', '>=', from)
    .where('local_day', '<', before)
    .$if(carId !== null, (journeys) => journeys.where('camera_id', '=', carId ?? 0))
    .groupBy('local_day')
    .execute();
  return new Map(rows.map(({ local_day, ...driven }) => [local_day, driven]));
}

async function vanishedOf(
  db: Db,
  { from, before }: { from: string; before: string },
  cameraId: number | null,
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('clip')
    .select(['local_day', sql<number>`count(*)`.as('clips')])
    // Literal: a bound value would miss the partial index.
    .where(sql<boolean>`state = 'missing'`)
    .where('local_day', '>=', from)
    .where('local_day', '<', before)
    .$if(cameraId !== null, (clips) => clips.where('camera_id', '=', cameraId ?? 0))
    .groupBy('local_day')
    .execute();
  return new Map(rows.map(({ local_day, clips }) => [local_day, clips]));
}
