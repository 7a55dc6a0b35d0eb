import { sql } from 'kysely';
import { insertRows } from './bulk.ts';
import type { Db } from './open.ts';

const dayMs = 24 * 60 * 60_000;
/** A longer span is asked for day by day, and only where there is something. */
const longMs = 2 * dayMs;
/** How long a clip is taken to be whose length nobody knows. */
const clipMs = 60_000;

/** Journeys of a camera's car are to be derived anew around these spans (UTC ms), in the caller's transaction. */
export async function addJourneyDue(
  db: Db,
  cameraId: number,
  spans: readonly { from: number; to: number }[],
): Promise<void> {
  const sound = spans.map(({ from, to }) => ({ from: Math.min(from, to), to: Math.max(from, to) }));
  const rows = sound
    .filter(({ from, to }) => to - from <= longMs)
    .map(({ from, to }) => ({ camera_id: cameraId, from_at: Math.round(from), to_at: Math.round(to) }));
  await insertRows(db, 'journey_due', ['camera_id', 'from_at', 'to_at'], rows);
  for (const { from, to } of sound) if (to - from > longMs) await addJourneyDays(db, cameraId, { from, to });
}

/** The same for whatever a camera recorded in a long span, and whatever was derived there, day by day. */
export async function addJourneyDays(
  db: Db,
  cameraId: number,
  span: { from: number; to: number } = { from: -Number.MAX_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER },
): Promise<void> {
  const ends = {
    capture: sql<number>`max(started_at) + ${clipMs}`,
    journey: sql<number>`max(ended_at)`,
    stop: sql<number>`max(started_at) + ${clipMs}`,
  };
  for (const table of ['capture', 'journey', 'stop'] as const) {
    await db
      .insertInto('journey_due')
      .columns(['camera_id', 'from_at', 'to_at'])
      .expression((eb) =>
        eb
          .selectFrom(table)
          .select(['camera_id', sql<number>`min(started_at)`.as('from_at'), ends[table].as('to_at')])
          .where('camera_id', '=', cameraId)
          .where('started_at', '>=', span.from)
          .where('started_at', '<=', span.to)
          .groupBy(['camera_id', sql`started_at / ${dayMs}`]),
      )
      .execute();
  }
}
