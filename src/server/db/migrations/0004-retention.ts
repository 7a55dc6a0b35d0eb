import { sql, type Kysely, type Migration } from 'kysely';

/** What deletes and what was deleted: removals, trash, audit, sweeps; clips in use; usage by kind and channel. */
export const retentionMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await indexArchive(db);
    await createUsage(db);
    await createUse(db);
    await createRemoval(db);
    await createTrash(db);
    await createSweep(db);
    await createAudit(db);
  },
};

const strict = sql`strict`;

/** What the rules go through, oldest first, and no more of it than is due. */
async function indexArchive(db: Kysely<unknown>): Promise<void> {
  await sql`create index clip_archived_by_kind on clip (kind, started_at) where state = 'archived'`.execute(
    db,
  );
  await sql`create index clip_archived_by_start on clip (started_at) where state = 'archived'`.execute(db);
}

async function createUsage(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('day_usage')
    .addColumn('local_day', 'text', (c) => c.notNull())
    .addColumn('camera_id', 'integer', (c) => c.notNull().references('camera.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('clips', 'integer', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('kept_clips', 'integer', (c) => c.notNull())
    .addColumn('kept_bytes', 'integer', (c) => c.notNull())
    .addColumn('locked_clips', 'integer', (c) => c.notNull())
    .addColumn('locked_bytes', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('day_usage_key', ['local_day', 'camera_id', 'kind', 'channel'])
    .modifyEnd(strict)
    .execute();
  // As `archive/day-repository.ts` counts; written out, for a migration never changes.
  await sql`insert into day_usage
    (local_day, camera_id, kind, channel, clips, bytes, kept_clips, kept_bytes, locked_clips, locked_bytes)
    select local_day, camera_id, kind, channel, count(*), sum(coalesce(size_bytes, 0)),
      sum(kept = 1), sum(case when kept = 1 then coalesce(size_bytes, 0) else 0 end),
      sum(kept = 0 and locked = 1), sum(case when kept = 0 and locked = 1 then coalesce(size_bytes, 0) else 0 end)
    from clip where state = 'archived' group by camera_id, local_day, kind, channel`.execute(db);
}

async function createUse(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('clip_use')
    .addColumn('clip_id', 'integer', (c) => c.notNull().references('clip.id'))
    .addColumn('holder', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('clip_use_key', ['clip_id', 'holder'])
    .modifyEnd(strict)
    .execute();
}

async function createRemoval(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('removal')
    .addColumn('clip_id', 'integer', (c) => c.primaryKey().references('clip.id'))
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('trash_path', 'text')
    .addColumn('why', 'text', (c) => c.notNull())
    .addColumn('sweep_id', 'integer')
    .addColumn('ordered_at', 'integer', (c) => c.notNull())
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('next_at', 'integer')
    .addColumn('error', 'text')
    .addColumn('error_code', 'text')
    .modifyEnd(strict)
    .execute();
  await sql`create index removal_failed on removal (ordered_at) where error is not null`.execute(db);
}

async function createTrash(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('trash')
    .addColumn('clip_id', 'integer', (c) => c.primaryKey().references('clip.id'))
    .addColumn('audit_id', 'integer', (c) => c.notNull())
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('trash_path', 'text', (c) => c.notNull().unique())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('why', 'text', (c) => c.notNull())
    .addColumn('trashed_at', 'integer', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
  await db.schema.createIndex('trash_by_time').on('trash').columns(['trashed_at', 'clip_id']).execute();
}

async function createSweep(db: Kysely<unknown>): Promise<void> {
  const counts = ['by_age', 'by_disk', 'by_quota', 'protected', 'failed', 'missing'] as const;
  let table = db.schema
    .createTable('sweep')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('began_at', 'integer', (c) => c.notNull())
    .addColumn('ended_at', 'integer')
    .addColumn('outcome', 'text')
    .addColumn('message', 'text');
  for (const column of [...counts, 'freed_bytes', 'trashed_bytes'])
    table = table.addColumn(column, 'integer', (c) => c.notNull().defaultTo(0));
  await table.modifyEnd(strict).execute();
}

async function createAudit(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('at', 'integer', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('clip_id', 'integer', (c) => c.notNull())
    .addColumn('camera_id', 'integer', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('local_start', 'text', (c) => c.notNull())
    .addColumn('kept', 'integer', (c) => c.notNull())
    .addColumn('locked', 'integer', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('why', 'text', (c) => c.notNull())
    .addColumn('sweep_id', 'integer')
    .addColumn('gone_at', 'integer')
    .addColumn('restored_at', 'integer')
    .modifyEnd(strict)
    .execute();
  await db.schema.createIndex('audit_by_time').on('audit').columns(['at', 'id']).execute();
  await db.schema.createIndex('audit_by_clip').on('audit').column('clip_id').execute();
}
