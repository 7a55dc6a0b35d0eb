import type { Db } from '../db/open.ts';
import { placeScope, type PlaceScope } from './place-scope-policy.ts';

/** However many cars stand somewhere since before a stretch of days. */
const longStops = 20;

/**
 * What happened at a place of the user's in a stretch of days; null when there is no such place. Cost: the stops and
 * journeys of that stretch, by index.
 */
export async function scopeOfPlace(
  db: Db,
  placeId: number,
  span: { from: string; to: string },
): Promise<PlaceScope | null> {
  const place = await db
    .selectFrom('place')
    .select(['latitude', 'longitude', 'radius_m'])
    .where('id', '=', placeId)
    .executeTakeFirst();
  if (!place) return null;
  const circle = { latitude: place.latitude, longitude: place.longitude, radiusM: place.radius_m };
  return placeScope(await stopsAt(db, placeId, span), await journeysOf(db, span), circle);
}

const spanColumns = [
  'id',
  'camera_id as cameraId',
  'started_at as startedAt',
  'ended_at as endedAt',
  'local_day as firstDay',
  'last_local_day as lastDay',
] as const;

async function stopsAt(db: Db, placeId: number, { from, to }: { from: string; to: string }) {
  const at = db.selectFrom('stop').select(spanColumns).where('place_id', '=', placeId);
  const begun = await at.where('local_day', '>=', from).where('local_day', '<=', to).execute();
  const before = await at
    .where('local_day', '<', from)
    .orderBy('local_day', 'desc')
    .limit(longStops)
    .execute();
  return [...begun, ...before.filter(({ lastDay }) => lastDay >= from)];
}

/** Those that began the day before may end within it. */
async function journeysOf(db: Db, { from, to }: { from: string; to: string }) {
  const rows = await db
    .selectFrom('journey')
    .select([...spanColumns, 'from_latitude', 'from_longitude', 'to_latitude', 'to_longitude'])
    .where('local_day', '>=', dayBefore(from))
    .where('local_day', '<=', to)
    .execute();
  return rows.map(({ from_latitude, from_longitude, to_latitude, to_longitude, ...row }) => ({
    ...row,
    from: { latitude: from_latitude, longitude: from_longitude },
    to: { latitude: to_latitude, longitude: to_longitude },
  }));
}

const dayMs = 24 * 60 * 60_000;
const dayBefore = (day: string) => new Date(Date.parse(day) - dayMs).toISOString().slice(0, 10);
