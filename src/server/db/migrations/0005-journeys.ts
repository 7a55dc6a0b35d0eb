import { sql, type Kysely, type Migration } from 'kysely';

/** Where the car was and when: tracks, journeys, stops, places, and the clocks of cameras. */
export const journeysMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await extendCamera(db);
    await extendClip(db);
    await createTrack(db);
    await createTriage(db);
    await createClock(db);
    await createJourney(db);
    await createPlace(db);
    await extendGeocode(db);
  },
};

const strict = sql`strict`;

async function extendCamera(db: Kysely<unknown>): Promise<void> {
  const columns = [
    ['vehicle', 'text'],
    ['gps_clock', `text not null default 'unknown'`],
    ['gps_clock_set', 'text'],
    ['gps_clock_evidence', 'text'],
    ['zone', 'text'],
    ['clock_due', 'integer not null default 0'],
    ['main_triage', 'integer not null default 1'],
    ['alternative_triage', 'integer not null default 1'],
  ] as const;
  for (const [name, type] of columns)
    await sql`alter table camera add column ${sql.ref(name)} ${sql.raw(type)}`.execute(db);
}

async function extendClip(db: Kysely<unknown>): Promise<void> {
  await sql`alter table clip add column track_due integer not null default 1`.execute(db);
  await sql`alter table clip add column track_error text`.execute(db);
  await sql`create index clip_track_due on clip (started_at) where track_due = 1 and state = 'archived'`.execute(
    db,
  );
  await sql`create index clip_track_error on clip (id) where track_error is not null`.execute(db);
  await sql`alter table capture add column time_confidence text not null default 'assumed'`.execute(db);
  await sql`alter table capture add column journey_id integer`.execute(db);
  await sql`alter table capture add column stop_id integer`.execute(db);
  // How many of a camera's captures are known how well.
  await sql`create index capture_by_confidence on capture (camera_id, time_confidence)`.execute(db);
  // Neighbours by the camera's own clock, however far that was off.
  await sql`create index capture_by_local on capture (camera_id, local_start)`.execute(db);
  await sql`create index capture_by_kind on capture (camera_id, kind, started_at)`.execute(db);
  await sql`create index capture_journey on capture (journey_id) where journey_id is not null`.execute(db);
  await sql`create index capture_stop on capture (stop_id) where stop_id is not null`.execute(db);
}

async function createTrack(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('track')
    .addColumn('clip_id', 'integer', (c) => c.primaryKey().references('clip.id'))
    .addColumn('camera_id', 'integer', (c) => c.notNull())
    .addColumn('capture_id', 'integer', (c) => c.notNull())
    .addColumn('started_at', 'integer', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('read_at', 'integer', (c) => c.notNull())
    .addColumn('samples', 'integer', (c) => c.notNull())
    .addColumn('fixes', 'integer', (c) => c.notNull())
    .addColumn('dropped', 'integer', (c) => c.notNull())
    .addColumn('span_ms', 'integer', (c) => c.notNull())
    .addColumn('distance_m', 'real', (c) => c.notNull())
    .addColumn('west', 'real')
    .addColumn('south', 'real')
    .addColumn('east', 'real')
    .addColumn('north', 'real')
    .addColumn('clock_offset_ms', 'integer')
    .addColumn('clock_jump_ms', 'integer')
    .addColumn('zone', 'text')
    .addColumn('gpx_for', 'integer')
    .addColumn('points', 'blob', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
  await sql`create index track_by_start on track (camera_id, started_at)`.execute(db);
  await sql`create index track_by_capture on track (capture_id)`.execute(db);
  await sql`create index track_with_fixes on track (camera_id, started_at) where fixes > 0`.execute(db);
  await sql`create index track_gpx_due on track (started_at) where gpx_for <> started_at`.execute(db);
  // Whoever writes a track writes its box; 32-bit bounds that lie around the real ones.
  await sql`create virtual table track_box using rtree(clip_id, west, east, south, north, +started_at, +camera_id)`.execute(
    db,
  );
}

async function createTriage(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('triage')
    .addColumn('clip_id', 'integer', (c) => c.primaryKey().references('clip.id'))
    .addColumn('camera_id', 'integer', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('at', 'integer', (c) => c.notNull())
    .addColumn('next_at', 'integer')
    .addColumn('error', 'text')
    .modifyEnd(strict)
    .execute();
  await sql`create index triage_by_camera on triage (camera_id)`.execute(db);
}

async function createClock(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('clock_shift')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('camera_id', 'integer', (c) => c.notNull().references('camera.id'))
    .addColumn('from_local', 'text')
    .addColumn('to_local', 'text')
    .addColumn('shift_ms', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
}

async function createJourney(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('journey')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('camera_id', 'integer', (c) => c.notNull())
    .addColumn('started_at', 'integer', (c) => c.notNull())
    .addColumn('ended_at', 'integer', (c) => c.notNull())
    .addColumn('shown_from', 'integer', (c) => c.notNull())
    .addColumn('shown_to', 'integer', (c) => c.notNull())
    .addColumn('start_zone', 'text', (c) => c.notNull())
    .addColumn('end_zone', 'text', (c) => c.notNull())
    .addColumn('local_day', 'text', (c) => c.notNull())
    .addColumn('last_local_day', 'text', (c) => c.notNull())
    .addColumn('from_latitude', 'real', (c) => c.notNull())
    .addColumn('from_longitude', 'real', (c) => c.notNull())
    .addColumn('to_latitude', 'real', (c) => c.notNull())
    .addColumn('to_longitude', 'real', (c) => c.notNull())
    .addColumn('distance_m', 'real', (c) => c.notNull())
    .addColumn('moving_ms', 'integer', (c) => c.notNull())
    .addColumn('top_speed_mps', 'real')
    .addColumn('is_triage', 'integer', (c) => c.notNull())
    .addColumn('is_edited', 'integer', (c) => c.notNull())
    .addColumn('marks', 'text', (c) => c.notNull())
    .addColumn('outline', 'blob', (c) => c.notNull())
    .addColumn('west', 'real', (c) => c.notNull())
    .addColumn('south', 'real', (c) => c.notNull())
    .addColumn('east', 'real', (c) => c.notNull())
    .addColumn('north', 'real', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('name', 'text')
    .addColumn('note', 'text')
    .addColumn('tag', 'text')
    .modifyEnd(strict)
    .execute();
  await sql`create index journey_by_start on journey (camera_id, started_at)`.execute(db);
  await sql`create index journey_by_day on journey (local_day)`.execute(db);
  await sql`create index journey_by_last_day on journey (last_local_day)`.execute(db);
  await sql`create virtual table journey_box using rtree(journey_id, west, east, south, north, +started_at, +camera_id)`.execute(
    db,
  );
  await createStop(db);
  await createEdits(db);
}

async function createStop(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('stop')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('camera_id', 'integer', (c) => c.notNull())
    .addColumn('started_at', 'integer', (c) => c.notNull())
    .addColumn('ended_at', 'integer', (c) => c.notNull())
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('local_day', 'text', (c) => c.notNull())
    .addColumn('last_local_day', 'text', (c) => c.notNull())
    .addColumn('latitude', 'real', (c) => c.notNull())
    .addColumn('longitude', 'real', (c) => c.notNull())
    .addColumn('is_inferred', 'integer', (c) => c.notNull())
    .addColumn('is_open', 'integer', (c) => c.notNull())
    .addColumn('place_id', 'integer')
    .addColumn('version', 'integer', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
  await sql`create index stop_by_start on stop (camera_id, started_at)`.execute(db);
  await sql`create index stop_by_day on stop (local_day)`.execute(db);
  await sql`create index stop_by_last_day on stop (last_local_day)`.execute(db);
  await sql`create index stop_by_place on stop (place_id) where place_id is not null`.execute(db);
  await sql`create virtual table stop_box using rtree(stop_id, west, east, south, north, +started_at, +camera_id)`.execute(
    db,
  );
}

async function createEdits(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('journey_edit')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('camera_id', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('at', 'integer', (c) => c.notNull())
    .addColumn('to_at', 'integer')
    .addColumn('capture_id', 'integer')
    .addColumn('to_capture_id', 'integer')
    .addColumn('name', 'text')
    .addColumn('note', 'text')
    .addColumn('tag', 'text')
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
  await sql`create index journey_edit_by_time on journey_edit (camera_id, at)`.execute(db);
  await sql`create index journey_edit_by_capture on journey_edit (capture_id)`.execute(db);
  await sql`create index journey_edit_by_to_capture on journey_edit (to_capture_id)`.execute(db);
  await db.schema
    .createTable('journey_due')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('camera_id', 'integer', (c) => c.notNull())
    .addColumn('from_at', 'integer', (c) => c.notNull())
    .addColumn('to_at', 'integer', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
  await sql`create index journey_due_by_time on journey_due (camera_id, from_at)`.execute(db);
}

async function createPlace(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('place')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('latitude', 'real', (c) => c.notNull())
    .addColumn('longitude', 'real', (c) => c.notNull())
    .addColumn('radius_m', 'real', (c) => c.notNull())
    .addColumn('is_home', 'integer', (c) => c.notNull())
    .addColumn('skip_parked', 'integer', (c) => c.notNull())
    .addColumn('is_hidden', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
}

/** An empty label: nothing is known there. */
async function extendGeocode(db: Kysely<unknown>): Promise<void> {
  await sql`alter table geocode add column language text not null default ''`.execute(db);
}
