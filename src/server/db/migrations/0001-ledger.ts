import { sql, type Kysely, type Migration } from 'kysely';

/** Cameras, the ledger of clips with its captures and days, parts, listings, visits, problems. */
export const ledgerMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createCamera(db);
    await createCapture(db);
    await createClip(db);
    await indexClip(db);
    await createDay(db);
    await createPart(db);
    await createHistory(db);
  },
};

const strict = sql`strict`;

async function createCamera(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('camera')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('alternative_address', 'text')
    .addColumn('archive_folder', 'text', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('model', 'text')
    .addColumn('firmware', 'text')
    .addColumn('last_contact_at', 'integer')
    .addColumn('last_archived_at', 'integer')
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
}

async function createCapture(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('capture')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('camera_id', 'integer', (c) => c.notNull().references('camera.id'))
    .addColumn('started_at', 'integer', (c) => c.notNull())
    .addColumn('local_start', 'text', (c) => c.notNull())
    .addColumn('local_day', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('locked', 'integer', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
  await db.schema
    .createIndex('capture_by_start')
    .on('capture')
    .columns(['camera_id', 'started_at'])
    .execute();
  await db.schema.createIndex('capture_by_day').on('capture').columns(['local_day', 'started_at']).execute();
}

async function createClip(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('clip')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('camera_id', 'integer', (c) => c.notNull().references('camera.id'))
    .addColumn('capture_id', 'integer', (c) => c.notNull().references('capture.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('generation', 'integer', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('sequence', 'integer')
    .addColumn('container', 'text', (c) => c.notNull())
    .addColumn('local_start', 'text', (c) => c.notNull())
    .addColumn('started_at', 'integer', (c) => c.notNull())
    .addColumn('zone_offset_min', 'integer', (c) => c.notNull())
    .addColumn('time_source', 'text', (c) => c.notNull())
    .addColumn('local_day', 'text', (c) => c.notNull())
    .addColumn('duration_ms', 'integer')
    .addColumn('media_duration_ms', 'integer')
    .addColumn('locked', 'integer', (c) => c.notNull())
    .addColumn('kept', 'integer', (c) => c.notNull())
    .addColumn('kept_at', 'integer')
    .addColumn('note', 'text')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('state_reason', 'text')
    .addColumn('state_at', 'integer', (c) => c.notNull())
    .addColumn('rank', 'integer')
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_attempt_at', 'integer')
    .addColumn('last_error', 'text')
    .addColumn('remote_volume', 'text', (c) => c.notNull())
    .addColumn('remote_path', 'text')
    .addColumn('remote_size_bytes', 'integer')
    .addColumn('remote_size_exact', 'integer', (c) => c.notNull())
    .addColumn('remote_timecode', 'integer')
    .addColumn('remote_ended_local', 'text')
    .addColumn('remote_seen_at', 'integer')
    .addColumn('remote_changed_at', 'integer')
    .addColumn('remote_gone_at', 'integer')
    .addColumn('remote_deleted_at', 'integer')
    .addColumn('path', 'text')
    .addColumn('size_bytes', 'integer')
    .addColumn('mtime_ms', 'integer')
    .addColumn('sha256', 'text')
    .addColumn('verified_at', 'integer')
    .addColumn('archived_at', 'integer')
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('video_codec', 'text')
    .addColumn('audio_codec', 'text')
    .addColumn('width', 'integer')
    .addColumn('height', 'integer')
    .addColumn('fps', 'real')
    .addColumn('complete', 'integer')
    .addUniqueConstraint('clip_path', ['path'])
    .modifyEnd(strict)
    .execute();
}

async function indexClip(db: Kysely<unknown>): Promise<void> {
  await sql`create unique index clip_on_camera on clip (camera_id, name, remote_volume, local_start, generation)`.execute(
    db,
  );
  await sql`create index clip_by_day on clip (camera_id, local_day)`.execute(db);
  await sql`create index clip_by_capture on clip (capture_id)`.execute(db);
  // Small by nature: what the card holds, and what is still wanted.
  await sql`create index clip_present on clip (camera_id) where remote_gone_at is null and remote_seen_at is not null`.execute(
    db,
  );
  await sql`create index clip_wanted on clip (camera_id, state) where state in ('waiting', 'held', 'transferring', 'failed')`.execute(
    db,
  );
}

async function createDay(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('day')
    .addColumn('local_day', 'text', (c) => c.notNull())
    .addColumn('camera_id', 'integer', (c) => c.notNull().references('camera.id'))
    .addColumn('captures', 'integer', (c) => c.notNull())
    .addColumn('archived', 'integer', (c) => c.notNull())
    .addColumn('wanted', 'integer', (c) => c.notNull())
    .addColumn('lost', 'integer', (c) => c.notNull())
    .addColumn('locked', 'integer', (c) => c.notNull())
    .addColumn('parking', 'integer', (c) => c.notNull())
    .addColumn('archived_bytes', 'integer', (c) => c.notNull())
    .addColumn('first_local_start', 'text', (c) => c.notNull())
    .addColumn('last_local_start', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('day_key', ['local_day', 'camera_id'])
    .modifyEnd(strict)
    .execute();
}

async function createPart(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('part')
    .addColumn('clip_id', 'integer', (c) => c.primaryKey().references('clip.id'))
    .addColumn('path', 'text', (c) => c.notNull().unique())
    .addColumn('total_bytes', 'integer')
    .addColumn('remote_timecode', 'integer')
    .addColumn('durable_bytes', 'integer', (c) => c.notNull())
    .addColumn('boot_id', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text')
    .addColumn('updated_at', 'integer', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
}

async function createHistory(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('listing')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('camera_id', 'integer', (c) => c.notNull().references('camera.id'))
    .addColumn('at', 'integer', (c) => c.notNull())
    .addColumn('complete', 'integer', (c) => c.notNull())
    .addColumn('clips', 'integer', (c) => c.notNull())
    .addColumn('photos', 'integer', (c) => c.notNull())
    .addColumn('cost_ms', 'integer', (c) => c.notNull())
    .addColumn('notes', 'text', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
  await db.schema.createIndex('listing_by_camera').on('listing').columns(['camera_id', 'id']).execute();
  await db.schema
    .createTable('visit')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('camera_id', 'integer', (c) => c.notNull().references('camera.id'))
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('from_at', 'integer', (c) => c.notNull())
    .addColumn('to_at', 'integer')
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('clips', 'integer', (c) => c.notNull())
    .addColumn('end_reason', 'text')
    .modifyEnd(strict)
    .execute();
  await createProblems(db);
}

async function createProblems(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('problem')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('message', 'text', (c) => c.notNull())
    .addColumn('advice', 'text')
    .addColumn('camera_id', 'integer', (c) => c.references('camera.id'))
    .addColumn('since', 'integer', (c) => c.notNull())
    .addColumn('ended_at', 'integer')
    .modifyEnd(strict)
    .execute();
  await sql`create unique index problem_open on problem (key) where ended_at is null`.execute(db);
  await db.schema
    .createTable('app_state')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
}
