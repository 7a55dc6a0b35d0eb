import { sql, type Kysely, type Migration } from 'kysely';

/** What a database of the Python viofosync brings along; users and sessions; facts of a clip that sidecars carry. */
export const adoptionMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await widenClip(db);
    await createAdoption(db);
    await createGeocode(db);
    await createExport(db);
    await createAccounts(db);
  },
};

const strict = sql`strict`;

async function widenClip(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('clip').addColumn('place_released_at', 'integer').execute();
  await db.schema.alterTable('clip').addColumn('gpx_sidecar', 'integer').execute();
  await db.schema
    .alterTable('clip')
    .addColumn('sidecar_due', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`create index clip_sidecar_due on clip (id) where sidecar_due = 1`.execute(db);
}

async function createAdoption(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('adoption')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('at', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('report', 'text', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
  await db.schema
    .createTable('adopted')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('source_id', 'text')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
}

async function createGeocode(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('geocode')
    .addColumn('lat_e3', 'integer', (c) => c.notNull())
    .addColumn('lon_e3', 'integer', (c) => c.notNull())
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('fetched_at', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('geocode_key', ['lat_e3', 'lon_e3'])
    .modifyEnd(strict)
    .execute();
}

async function createExport(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('export')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('plan', 'text', (c) => c.notNull())
    .addColumn('path', 'text', (c) => c.unique())
    .addColumn('size_bytes', 'integer')
    .addColumn('duration_ms', 'integer')
    .addColumn('from_at', 'integer')
    .addColumn('to_at', 'integer')
    .addColumn('error', 'text')
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('started_at', 'integer')
    .addColumn('finished_at', 'integer')
    .addColumn('origin', 'text', (c) => c.notNull())
    .modifyEnd(strict)
    .execute();
}

async function createAccounts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('password_changed_at', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('last_login_at', 'integer')
    .modifyEnd(strict)
    .execute();
  await db.schema
    .createTable('session')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'integer', (c) => c.notNull().references('user.id').onDelete('cascade'))
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('last_seen_at', 'integer', (c) => c.notNull())
    .addColumn('address', 'text')
    .addColumn('agent', 'text')
    .modifyEnd(strict)
    .execute();
  await db.schema.createIndex('session_by_user').on('session').column('user_id').execute();
}
