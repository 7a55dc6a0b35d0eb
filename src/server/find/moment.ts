import { sql } from 'kysely';
import { channels } from '../../shared/clips.ts';
import type { Moment } from '../../shared/find.ts';
import type { Db } from '../db/open.ts';
import { wallOf } from '../lib/zones.ts';
import { nearerDay, nearestTo } from './moment-policy.ts';

export interface MomentQuery {
  /** On the clocks where the car was. */
  local: string;
  cameraId?: number | undefined;
}

/** The recording nearest to a time, of its day or else of the nearest day that has some. Cost: the clips of one day. */
export async function momentAt(db: Db, { local, cameraId }: MomentQuery): Promise<Moment | null> {
  const day = local.slice(0, 10);
  const found =
    (await nearestOf(db, day, { local, cameraId })) ??
    (await nearestOf(db, await nearestDay(db, day, cameraId), { local, cameraId }));
  return found;
}

async function nearestDay(db: Db, day: string, cameraId: number | undefined): Promise<string | null> {
  const days = db
    .selectFrom('day')
    .select('local_day')
    .$if(cameraId !== undefined, (query) => query.where('camera_id', '=', cameraId ?? 0))
    .limit(1);
  const earlier = await days.where('local_day', '<', day).orderBy('local_day', 'desc').executeTakeFirst();
  const later = await days.where('local_day', '>', day).orderBy('local_day', 'asc').executeTakeFirst();
  return nearerDay(day, earlier?.local_day ?? null, later?.local_day ?? null);
}

async function nearestOf(
  db: Db,
  day: string | null,
  { local, cameraId }: MomentQuery,
): Promise<Moment | null> {
  if (day === null) return null;
  const captures = await db
    .selectFrom('capture')
    .innerJoin('clip', 'clip.capture_id', 'capture.id')
    .select([
      'capture.id as captureId',
      'capture.camera_id as cameraId',
      'capture.journey_id as journeyId',
      'capture.started_at as startedAt',
      sql<number>`min(clip.zone_offset_min)`.as('zoneOffsetMinutes'),
      sql<number>`max(coalesce(clip.duration_ms, 0))`.as('lengthMs'),
    ])
    .where('capture.local_day', '=', day)
    .$if(cameraId !== undefined, (query) => query.where('capture.camera_id', '=', cameraId ?? 0))
    .groupBy('capture.id')
    .execute();
  const nearest = nearestTo(captures, wallOf(local));
  if (!nearest) return null;
  const { capture, at, isWithin } = nearest;
  const { captureId, journeyId, startedAt, zoneOffsetMinutes } = capture;
  return {
    day,
    captureId,
    cameraId: capture.cameraId,
    clipId: await clipToShow(db, captureId),
    journeyId,
    startedAt,
    zoneOffsetMinutes,
    at,
    isWithin,
  };
}

async function clipToShow(db: Db, captureId: number): Promise<number | null> {
  const clips = await db
    .selectFrom('clip')
    .select(['id', 'channel', 'state'])
    .where('capture_id', '=', captureId)
    .execute();
  const [first] = clips
    .filter(({ state }) => state === 'archived')
    .toSorted((a, b) => channels.indexOf(a.channel) - channels.indexOf(b.channel) || a.id - b.id);
  return first?.id ?? null;
}
