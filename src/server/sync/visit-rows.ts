import type { Connection, Visit } from '../../shared/queue.ts';
import type { Db } from '../db/open.ts';
import type { VisitRow } from '../db/schema.ts';
import { meanRate } from '../lib/rate-meter.ts';
import type { PastVisit } from './session-figures.ts';

export type BroughtDay = Visit['brought'][number];

const historyLength = 30;
const fleetingKept = 50;
const prunedAtOnce = 1000;
/** Shorter ones that brought nothing are an unsteady Wi-Fi, not visits. */
const shortestTellingMs = 60_000;

/** Ends visits that are still open when they were last written: of one camera, or of all. */
export async function closeOpenVisits(db: Db, cameraId?: number): Promise<void> {
  await db
    .updateTable('visit')
    .set((eb) => ({ to_at: eb.fn.coalesce('seen_at', 'from_at'), end_reason: 'interrupted' }))
    .where('to_at', 'is', null)
    .$if(cameraId !== undefined, (query) => query.where('camera_id', '=', cameraId ?? 0))
    .execute();
}

/** The last ended visits over a connection that brought something or lasted a minute, newest first. */
export async function pastVisits(
  db: Db,
  of: { cameraId: number; connection: Connection },
): Promise<PastVisit[]> {
  const rows = await db
    .selectFrom('visit')
    .select(['from_at', 'to_at', 'end_reason', 'bytes', 'transfer_ms'])
    .where('camera_id', '=', of.cameraId)
    .where('connection', '=', of.connection)
    .where('to_at', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('bytes', '>', 0),
        eb('clips', '>', 0),
        eb(eb('to_at', '-', eb.ref('from_at')), '>=', shortestTellingMs),
      ]),
    )
    .orderBy('from_at', 'desc')
    .limit(historyLength)
    .execute();
  return rows.map((row) => ({
    durationMs: (row.to_at ?? row.from_at) - row.from_at,
    endReason: row.end_reason,
    bytes: row.bytes,
    transferMs: row.transfer_ms,
  }));
}

/** Of the visits that brought nothing and were shorter than this, only the last 50 of a camera stay. */
export async function pruneFleeting(db: Db, cameraId: number, shorterThanMs: number): Promise<void> {
  await db
    .deleteFrom('visit')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('visit')
        .select('id')
        .where('camera_id', '=', cameraId)
        .where('to_at', 'is not', null)
        .where('bytes', '=', 0)
        .where('clips', '=', 0)
        .where(eb(eb('to_at', '-', eb.ref('from_at')), '<', shorterThanMs))
        .orderBy('from_at', 'desc')
        .orderBy('id', 'desc')
        .limit(prunedAtOnce)
        .offset(fleetingKept),
    )
    .execute();
}

export interface VisitPage {
  /** Only visits of this camera; of all together without it. */
  cameraId: number | undefined;
  /** Only visits that began before this instant. */
  before: number | undefined;
  limit: number;
}

/**
 * Visits, newest first, and the instant to go on from; null at the end. A page is longer than
 * the limit where several visits began at the instant of its last one, for that instant is the next page's limit.
 */
export async function visitsPage(
  db: Db,
  page: VisitPage,
): Promise<{ rows: VisitRow[]; nextBefore: number | null }> {
  const { before = Number.MAX_SAFE_INTEGER, limit, cameraId } = page;
  // By camera, for that is how they are indexed; there are few.
  const cameras = await db.selectFrom('camera').select('id').execute();
  const cameraIds = cameras.map(({ id }) => id).filter((id) => cameraId === undefined || id === cameraId);
  const starts = await Promise.all(
    cameraIds.map((cameraId) =>
      db
        .selectFrom('visit')
        .select('from_at')
        .where('camera_id', '=', cameraId)
        .where('from_at', '<', before)
        .orderBy('from_at', 'desc')
        .limit(limit)
        .execute(),
    ),
  );
  const newestFirst = starts
    .flat()
    .map((row) => row.from_at)
    .toSorted((a, b) => b - a);
  const last = newestFirst[Math.min(limit, newestFirst.length) - 1];
  if (last === undefined) return { rows: [], nextBefore: null };
  const rows = await Promise.all(cameraIds.map((cameraId) => rowsBetween(db, cameraId, last, before)));
  const older = await Promise.all(cameraIds.map((cameraId) => hasBefore(db, cameraId, last)));
  return {
    rows: rows.flat().toSorted((a, b) => b.from_at - a.from_at || b.id - a.id),
    nextBefore: older.includes(true) ? last : null,
  };
}

async function hasBefore(db: Db, cameraId: number, instant: number): Promise<boolean> {
  const row = await db
    .selectFrom('visit')
    .select('id')
    .where('camera_id', '=', cameraId)
    .where('from_at', '<', instant)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function rowsBetween(db: Db, cameraId: number, from: number, before: number): Promise<VisitRow[]> {
  return db
    .selectFrom('visit')
    .selectAll()
    .where('camera_id', '=', cameraId)
    .where('from_at', '>=', from)
    .where('from_at', '<', before)
    .execute();
}

/** A visit row as the API shows it. */
export function visitView(row: VisitRow): Visit {
  const mean = meanRate(row.bytes, row.transfer_ms);
  return {
    id: row.id,
    cameraId: row.camera_id,
    from: row.from_at,
    to: row.to_at,
    connection: row.connection,
    address: row.address,
    bytes: row.bytes,
    clips: row.clips,
    failed: row.failed,
    bytesPerSecond: mean === null ? null : Math.round(mean),
    bestBytesPerSecond: row.best_rate,
    endReason: row.end_reason,
    brought: JSON.parse(row.brought) as BroughtDay[],
  };
}
