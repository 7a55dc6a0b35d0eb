import type { Selectable } from 'kysely';
import type { Db } from '../db/open.ts';
import type { JourneyTable, StopTable } from '../db/schema-journeys.ts';
import type { Car } from './activity-reader.ts';
import type { Span } from './journey-types.ts';

export type JourneyRow = Selectable<JourneyTable>;
export type StopRow = Selectable<StopTable>;

/** The journeys of a car that lie in a span, its edges included, in the order of time. */
export async function journeysIn(db: Db, car: Car, span: Span): Promise<JourneyRow[]> {
  const rows = await db
    .selectFrom('journey')
    .selectAll()
    .where('camera_id', 'in', car.cameraIds)
    .where('started_at', '>=', span.from)
    .where('started_at', '<=', span.to)
    .execute();
  for (const cameraId of car.cameraIds) {
    const before = await db
      .selectFrom('journey')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .where('started_at', '<', span.from)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (before && before.ended_at >= span.from) rows.push(before);
  }
  return rows.toSorted((a, b) => a.started_at - b.started_at || a.id - b.id);
}

/** The stops likewise. */
export async function stopsIn(db: Db, car: Car, span: Span): Promise<StopRow[]> {
  const rows = await db
    .selectFrom('stop')
    .selectAll()
    .where('camera_id', 'in', car.cameraIds)
    .where('started_at', '>=', span.from)
    .where('started_at', '<=', span.to)
    .execute();
  for (const cameraId of car.cameraIds) {
    const before = await db
      .selectFrom('stop')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .where('started_at', '<', span.from)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (before && before.ended_at >= span.from) rows.push(before);
  }
  return rows.toSorted((a, b) => a.started_at - b.started_at || a.id - b.id);
}
