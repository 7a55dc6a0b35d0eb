import { sql, type Kysely, type Migration } from 'kysely';
import { addJourneyMonths } from './0007-months.ts';

/** What people say of footage beside keeping it: tags of clips, marks of moments. And what the archive is found by. */
export const notesMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('clip').addColumn('tags', 'text').execute();
    await db.schema
      .createTable('clip_tag')
      .addColumn('clip_id', 'integer', (col) => col.notNull().references('clip.id').onDelete('cascade'))
      .addColumn('tag', 'text', (col) => col.notNull().modifyEnd(sql`collate nocase`))
      .addPrimaryKeyConstraint('clip_tag_pk', ['clip_id', 'tag'])
      .modifyEnd(sql`strict, without rowid`)
      .execute();
    await db.schema.createIndex('clip_tag_tag').on('clip_tag').columns(['tag', 'clip_id']).execute();
    await keepTagsOfClips(db);
    await db.schema
      .createTable('mark')
      .addColumn('id', 'integer', (col) => col.primaryKey())
      .addColumn('camera_id', 'integer', (col) => col.references('camera.id').onDelete('set null'))
      .addColumn('at', 'integer', (col) => col.notNull())
      .addColumn('text', 'text', (col) => col.notNull())
      .addColumn('created_at', 'integer', (col) => col.notNull())
      .modifyEnd(sql`strict`)
      .execute();
    await db.schema.createIndex('mark_at').on('mark').column('at').execute();
    await indexForFinding(db);
    await addJourneyMonths(db);
  },
};

/** `clip_tag` is an index of `clip.tags`: whoever writes the one has written the other. */
async function keepTagsOfClips(db: Kysely<unknown>): Promise<void> {
  const put = sql`insert or ignore into clip_tag (clip_id, tag) select new.id, value from json_each(new.tags);`;
  await sql`create trigger clip_tags_given after insert on clip when new.tags is not null begin
    ${put} end`.execute(db);
  await sql`create trigger clip_tags_changed after update of tags on clip when new.tags is not old.tags begin
    delete from clip_tag where clip_id = new.id;
    ${put} end`.execute(db);
}

/** Days by a filter, and places by their names. */
async function indexForFinding(db: Kysely<unknown>): Promise<void> {
  await sql`create index capture_by_day_kind on capture (local_day, kind, camera_id)`.execute(db);
  await sql`create index clip_kept_by_day on clip (local_day, camera_id, channel) where kept = 1`.execute(db);
  await sql`create index clip_tagged_by_day on clip (local_day, camera_id) where tags is not null`.execute(
    db,
  );
  await sql`create index clip_vanished on clip (local_day, camera_id) where state = 'missing'`.execute(db);
  await sql`create index clip_use_by_holder on clip_use (holder)`.execute(db);
  await sql`create index geocode_by_label on geocode (label collate nocase)`.execute(db);
}
