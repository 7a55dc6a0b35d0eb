import { sql } from 'kysely';
import type { Channel, ClipKind } from '../../shared/clips.ts';
import { among } from '../db/bulk.ts';
import { addJourneyDue } from '../db/journey-due.ts';
import type { Db } from '../db/open.ts';
import type { CaptureRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';
import { localTextOf, wallOf } from '../lib/zones.ts';
import type { Siblings } from './capture-place-plan.ts';
import { shownColumns, type ShownClip } from './clip-view.ts';

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
  /** A photo is of a moment of its own: it joins other photos, and never the videos that were being recorded. */
  isPhoto?: boolean;
}

/** The capture of this name that has no clip of the channel yet, or a new one. */
export async function captureFor(db: Db, key: CaptureKey): Promise<number> {
  return (await captureAndSiblings(db, key)).id;
}

/**
 * As `captureFor`, with what a clip takes over that joins others (`momentAmong`); null in a new capture. Found by the
 * camera's own clock: a capture may have been moved in time since, and its late clips are still named alike. A few
 * indexed look-ups.
 */
export async function captureAndSiblings(
  db: Db,
  key: CaptureKey,
): Promise<{ id: number; siblings: Siblings | null }> {
  const near = key.kind === 'unclassified' ? undefined : await nearestByName(db, key);
  if (!near) return { id: await insertCapture(db, key), siblings: null };
  const sibling = await db
    .selectFrom('clip')
    .select(['zone_offset_min', 'time_source'])
    .where('capture_id', '=', near.id)
    .orderBy('id')
    .executeTakeFirst();
  const { zone_offset_min = null, time_source = null } = sibling ?? {};
  return { id: near.id, siblings: { ...near, zone_offset_min, time_source } };
}

async function nearestByName(db: Db, { cameraId, localStart, startedAt, channel, isPhoto }: CaptureKey) {
  const wallMs = wallOf(localStart);
  return (
    db
      .selectFrom('capture')
      .select(['id', 'started_at', 'local_start', 'local_day'])
      .where('camera_id', '=', cameraId)
      // A file of unknown name has its capture to itself: its time may still change.
      .where('kind', '!=', 'unclassified')
      .where('local_start', '>=', localTextOf(wallMs - captureToleranceMs))
      .where('local_start', '<=', localTextOf(wallMs + captureToleranceMs))
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('clip')
              .select('clip.id')
              .whereRef('clip.capture_id', '=', 'capture.id')
              .where((clip) =>
                clip.or([
                  clip('clip.channel', '=', channel),
                  clip('clip.container', isPhoto === true ? '!=' : '=', 'jpg'),
                ]),
              ),
          ),
        ),
      )
      .orderBy((eb) => sql`abs(unixepoch(${eb.ref('local_start')}) * 1000 - ${wallMs})`)
      .orderBy((eb) => sql`abs(${eb.ref('started_at')} - ${startedAt})`)
      .orderBy('started_at')
      .orderBy('id')
      .executeTakeFirst()
  );
}

async function insertCapture(db: Db, key: CaptureKey): Promise<number> {
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

/** The captures of one day in the order of time, each with what is shown of its clips. */
export async function capturesOfDay(
  db: Db,
  day: string,
): Promise<{ capture: CaptureRow; clips: ShownClip[] }[]> {
  const captures = await db
    .selectFrom('capture')
    .selectAll()
    .where('local_day', '=', day)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  const byCapture = new Map(captures.map((capture) => [capture.id, [] as ShownClip[]]));
  const rows = await db
    .selectFrom('clip')
    .select(shownColumns)
    .where(among('capture_id', [...byCapture.keys()]))
    .orderBy('id')
    .execute();
  for (const row of rows) byCapture.get(row.capture_id)?.push(row);
  return captures
    .map((capture) => ({ capture, clips: byCapture.get(capture.id) ?? [] }))
    .filter(({ clips }) => clips.length > 0);
}
