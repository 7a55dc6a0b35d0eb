import { sql, type Kysely, type Migration } from 'kysely';

/** Rules and identity of cameras, coverage by channel, deletions on the camera, what a visit was like. */
export const syncMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await widenCamera(db);
    await widenClip(db);
    await widenVisit(db);
    await createDayChannel(db);
    await fillDayChannel(db);
  },
};

async function widenCamera(db: Kysely<unknown>): Promise<void> {
  const add = (column: string) => db.schema.alterTable('camera').addColumn(column, 'text').execute();
  for (const column of ['main_rule', 'alternative_rule']) {
    await db.schema
      .alterTable('camera')
      .addColumn(column, 'text', (c) => c.notNull().defaultTo('everything'))
      .execute();
  }
  await db.schema
    .alterTable('camera')
    .addColumn('parallel', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await add('wifi_mac');
  await add('bluetooth_mac');
  await db.schema.alterTable('camera').addColumn('accepted_at', 'integer').execute();
  await add('forecast');
}

async function widenClip(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('clip').addColumn('delete_due', 'text').execute();
  await db.schema
    .alterTable('clip')
    .addColumn('delete_tries', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('clip').addColumn('delete_error', 'text').execute();
  await sql`create index clip_delete_due on clip (camera_id) where delete_due is not null`.execute(db);
  await sql`create index clip_skipped on clip (camera_id, started_at) where state = 'skipped' and remote_gone_at is null and remote_path is not null`.execute(
    db,
  );
}

async function widenVisit(db: Kysely<unknown>): Promise<void> {
  const visit = () => db.schema.alterTable('visit');
  await visit()
    .addColumn('connection', 'text', (c) => c.notNull().defaultTo('main'))
    .execute();
  await visit()
    .addColumn('transfer_ms', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await visit().addColumn('best_rate', 'integer').execute();
  await visit()
    .addColumn('failed', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await visit().addColumn('seen_at', 'integer').execute();
  await visit()
    .addColumn('brought', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute();
  await db.schema.createIndex('visit_by_camera').on('visit').columns(['camera_id', 'from_at']).execute();
}

async function createDayChannel(db: Kysely<unknown>): Promise<void> {
  const counts = [
    'archived',
    'waiting',
    'held',
    'failed',
    'skipped',
    'lost',
    'gone',
    'listed',
    'captures',
  ] as const;
  let table = db.schema
    .createTable('day_channel')
    .addColumn('local_day', 'text', (c) => c.notNull())
    .addColumn('camera_id', 'integer', (c) => c.notNull().references('camera.id'))
    .addColumn('channel', 'text', (c) => c.notNull());
  for (const column of counts) table = table.addColumn(column, 'integer', (c) => c.notNull());
  await table
    .addPrimaryKeyConstraint('day_channel_key', ['local_day', 'camera_id', 'channel'])
    .modifyEnd(sql`strict`)
    .execute();
}

/** As `archive/day-repository.ts` counts; written out, for a migration never changes. */
async function fillDayChannel(db: Kysely<unknown>): Promise<void> {
  await sql`insert into day_channel
    (local_day, camera_id, channel, archived, waiting, held, failed, skipped, lost, gone, listed, captures)
    select local_day, camera_id, channel,
      sum(state = 'archived'), sum(state in ('waiting', 'transferring')), sum(state = 'held'), sum(state = 'failed'),
      sum(state = 'skipped'), sum(state = 'lost'), sum(state in ('expired', 'deleted', 'missing')),
      sum(state = 'listed'), count(distinct capture_id)
    from clip where container != 'jpg' group by camera_id, local_day, channel`.execute(db);
}
