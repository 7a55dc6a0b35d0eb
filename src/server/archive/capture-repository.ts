import { sql } from 'kysely';
import type { Channel, ClipKind } from '../../shared/clips.ts';
import { addJourneyDue } from '../db/journey-due.ts';
import type { Db } from '../db/open.ts';
import type { CaptureRow, ClipRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';

/** Channels of one moment may start this far apart: their recorders are not started at once. */
export const captureToleranceMs = 2000;
const idsPerStatement = 1000;
/** How long a clip is taken to be before it is looked into. */
export const clipMs = 60_000;

/** What decides which capture a clip belongs to. */
export interface CaptureKey {
  cameraId: number;
  startedAt: number;
  localStart: string;
  /** Left out: that of `localStart`. */
  localDay?: string;
  channel: Channel;
  kind: ClipKind;
  locked: boolean;
}

/** The capture of this moment that has no clip of the channel yet, or a new one. Two indexed look-ups. */
export async function captureFor(db: Db, key: CaptureKey): Promise<number> {
  const near = await db
    .selectFrom('capture')
    .select('id')
    .where('camera_id', '=', key.cameraId)
    // A file of unknown name has its capture to itself: its time may still change.
    .where('kind', '!=', 'unclassified')
    .where('started_at', '>=', key.startedAt - captureToleranceMs)
    .where('started_at', '<=', key.startedAt + captureToleranceMs)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('clip')
            .select('clip.id')
            .whereRef('clip.capture_id', '=', 'capture.id')
            .where('clip.channel', '=', key.channel),
        ),
      ),
    )
    .orderBy((eb) => sql`abs(${eb.ref('started_at')} - ${key.startedAt})`)
    .executeTakeFirst();
  if (near && key.kind !== 'unclassified') return near.id;
  const { id } = await db
    .insertInto('capture')
    .values({
      camera_id: key.cameraId,
      started_at: key.startedAt,
      local_start: key.localStart,
      local_day: key.localDay ?? key.localStart.slice(0, 10),
      kind: key.kind,
      locked: key.locked ? 1 : 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await addJourneyDue(db, key.cameraId, [{ from: key.startedAt, to: key.startedAt + clipMs }]);
  return id;
}

/** A capture is locked when any of its clips is. */
export async function refreshCaptures(db: Db, ids: number[]): Promise<void> {
  for (const some of chunks(ids, idsPerStatement)) {
    await db
      .updateTable('capture')
      .set({
        locked: (eb) =>
          eb
            .selectFrom('clip')
            .select(({ fn }) => fn.coalesce(fn.max('clip.locked'), sql<0 | 1>`0`).as('locked'))
            .whereRef('clip.capture_id', '=', 'capture.id'),
      })
      .where('id', 'in', some)
      .execute();
  }
}

/** The captures of one day in the order of time, each with its clips. */
export async function capturesOfDay(
  db: Db,
  day: string,
): Promise<{ capture: CaptureRow; clips: ClipRow[] }[]> {
  const captures = await db
    .selectFrom('capture')
    .selectAll()
    .where('local_day', '=', day)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  const byCapture = new Map(captures.map((capture) => [capture.id, [] as ClipRow[]]));
  for (const some of chunks([...byCapture.keys()], idsPerStatement)) {
    const rows = await db
      .selectFrom('clip')
      .selectAll()
      .where('capture_id', 'in', some)
      .orderBy('id')
      .execute();
    for (const row of rows) byCapture.get(row.capture_id)?.push(row);
  }
  return captures
    .map((capture) => ({ capture, clips: byCapture.get(capture.id) ?? [] }))
    .filter(({ clips }) => clips.length > 0);
}
