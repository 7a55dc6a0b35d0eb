import { sql, type Kysely, type Migration } from 'kysely';

/** What is made of clips and known of their files: pictures, proxies, repairs, checks, folders seen, imports, moves. */
export const mediaMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await extendClip(db);
    await createArtifact(db);
    await createFolder(db);
    await createRefile(db);
    await createImport(db);
  },
};

const strict = sql`strict`;

async function extendClip(db: Kysely<unknown>): Promise<void> {
  const columns = [
    ['media_due', 'integer not null default 1'],
    ['media_error', 'text'],
    ['codecs', 'text'],
    ['picture_offset', 'integer'],
    ['picture_bytes', 'integer'],
    ['proxy_wanted_at', 'integer'],
    ['checked_at', 'integer'],
    ['check_error', 'text'],
    ['repair', 'text'],
    ['repair_note', 'text'],
    ['hash_noted', 'integer not null default 0'],
  ] as const;
  for (const [name, type] of columns)
    await sql`alter table clip add column ${sql.ref(name)} ${sql.raw(type)}`.execute(db);
  // A photo lasts no time, whether or not it was ever looked into.
  await sql`update clip set duration_ms = 0 where container = 'jpg'`.execute(db);
  await sql`create index clip_media_due on clip (media_due, started_at) where media_due > 0 and state = 'archived'`.execute(
    db,
  );
  await sql`create index clip_media_error on clip (id) where media_error is not null`.execute(db);
  await sql`create index clip_proxy_wanted on clip (proxy_wanted_at) where proxy_wanted_at is not null`.execute(
    db,
  );
  await sql`create index clip_kept on clip (started_at) where kept = 1 and state = 'archived'`.execute(db);
  // A clip whose bytes were hashed as they were written counts as read then. What is counted is in the index itself.
  await sql`create index clip_checked on clip (coalesce(checked_at, verified_at, 0), id, checked_at, verified_at, size_bytes) where state = 'archived'`.execute(
    db,
  );
  await sql`create index clip_hashed on clip (local_start) where sha256 is not null`.execute(db);
  await sql`create index clip_hash_due on clip (local_start) where sha256 is not null and hash_noted = 0 and state = 'archived'`.execute(
    db,
  );
  await sql`create index clip_check_error on clip (id) where check_error is not null`.execute(db);
  await sql`create index clip_repair_due on clip (id) where repair = 'due'`.execute(db);
}

async function createArtifact(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('artifact')
    .addColumn('clip_id', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('format', 'text')
    .addColumn('bytes', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('detail', 'text')
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('next_at', 'integer')
    .addColumn('error', 'text')
    .addColumn('made_at', 'integer')
    .addColumn('used_at', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('artifact_key', ['clip_id', 'kind'])
    .modifyEnd(sql`${strict}, without rowid`)
    .execute();
  await sql`create index artifact_by_key on artifact (key, kind)`.execute(db);
  await sql`create index artifact_by_use on artifact (kind, used_at) where state = 'ready'`.execute(db);
  await sql`create index artifact_orphan on artifact (clip_id) where state = 'orphan'`.execute(db);
  await sql`create index artifact_failed on artifact (next_at) where state = 'failed'`.execute(db);
}

async function createFolder(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('folder')
    .addColumn('path', 'text', (c) => c.primaryKey())
    .addColumn('parent', 'text')
    .addColumn('stamp', 'text')
    .addColumn('clips', 'integer', (c) => c.notNull())
    .addColumn('seen_at', 'integer', (c) => c.notNull())
    .modifyEnd(sql`${strict}, without rowid`)
    .execute();
  await sql`create index folder_by_parent on folder (parent)`.execute(db);
}

async function createRefile(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('refile')
    .addColumn('clip_id', 'integer', (c) => c.primaryKey())
    .addColumn('from_path', 'text', (c) => c.notNull())
    .addColumn('to_path', 'text', (c) => c.notNull())
    .addColumn('ordered_at', 'integer', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
  await sql`create unique index refile_by_place on refile (to_path)`.execute(db);
}

async function createImport(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('import')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('camera_id', 'integer')
    .addColumn('options', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('message', 'text')
    .addColumn('is_same_volume', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('is_read_only', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('started_at', 'integer')
    .addColumn('ended_at', 'integer')
    .modifyEnd(strict)
    .execute();
  await db.schema
    .createTable('import_item')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('import_id', 'integer', (c) => c.notNull().references('import.id'))
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('mtime_ms', 'integer')
    .addColumn('has_gpx', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('local_start', 'text')
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('received_bytes', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('clip_id', 'integer')
    .addColumn('message', 'text')
    .addUniqueConstraint('import_item_path', ['import_id', 'path'])
    .modifyEnd(strict)
    .execute();
  await sql`create index import_item_by_state on import_item (import_id, state, local_start)`.execute(db);
  // Whole in itself: what an import comes to is counted whenever somebody looks.
  await sql`create index import_item_by_verdict on import_item (import_id, verdict, state, bytes, received_bytes)`.execute(
    db,
  );
  // The same bytes under another name: cameras make clips of equal size, and a whole hash would be twice as long.
  await sql`create index clip_by_content on clip (size_bytes, substr(sha256, 1, 8)) where state = 'archived' and sha256 is not null`.execute(
    db,
  );
}
