import { sql, type Kysely } from 'kysely';

/** What `journey_month.version` is a sum of: changes with whatever the map shows of a journey or a stop. */
const modulus = 1_000_000_007;
const journeyHash = (row: string) =>
  `((${row}version + ${row}id * 7919 + ${row}camera_id * 104729 + ${row}is_triage * 15485863 + ${row}started_at) % ${modulus})`;
const stopHash = (row: string) =>
  `((${row}version + ${row}id * 6271 + ${row}camera_id * 104729 + ${row}started_at) % ${modulus})`;

const hashOf = { journey: journeyHash, stop: stopHash } as const;
const metresOf = (table: Table, row: string) =>
  table === 'journey' ? `cast(round(${row}distance_m) as integer)` : '0';
const columnsOf = {
  journey: 'version, camera_id, is_triage, local_day, distance_m',
  stop: 'version, camera_id, local_day',
};

type Table = keyof typeof hashOf;

/**
 * `journey_month`: how many journeys and stops begin in each month, and a number that changes with them. Kept by triggers,
 * so that whoever writes `journey` or `stop` has written it, for the price of a row or two.
 */
export async function addJourneyMonths(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('journey_month')
    .addColumn('month', 'text', (col) => col.notNull().primaryKey())
    .addColumn('journeys', 'integer', (col) => col.notNull())
    .addColumn('stops', 'integer', (col) => col.notNull())
    .addColumn('distance_m', 'integer', (col) => col.notNull())
    .addColumn('version', 'integer', (col) => col.notNull())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  for (const table of ['journey', 'stop'] as const) {
    await run(db, fillOf(table));
    await run(db, `create trigger ${table}_month_in after insert on ${table} begin ${add(table)} end`);
    await run(db, `create trigger ${table}_month_out after delete on ${table} begin ${subtract(table)} end`);
    const changed = `after update of ${columnsOf[table]} on ${table}`;
    await run(
      db,
      `create trigger ${table}_month_changed ${changed} begin ${subtract(table)} ${add(table)} end`,
    );
  }
}

const run = (db: Kysely<unknown>, text: string) => sql.raw(text).execute(db);

const countsOf = (table: Table, one: string) => (table === 'journey' ? `${one}, 0` : `0, ${one}`);
const adding = (version: string) => `on conflict (month) do update set
  journeys = journeys + excluded.journeys,
  stops = stops + excluded.stops,
  distance_m = distance_m + excluded.distance_m,
  version = (version + ${version}) % ${modulus}`;

/** What is there already: one row for each month. */
const fillOf = (table: Table) => `insert into journey_month (month, journeys, stops, distance_m, version)
  select substr(local_day, 1, 7), ${countsOf(table, 'count(*)')},
    coalesce(sum(${metresOf(table, '')}), 0), sum(${hashOf[table]('')}) % ${modulus}
  from ${table} where true group by 1
  ${adding('excluded.version')}`;

const add = (table: Table) => `insert into journey_month (month, journeys, stops, distance_m, version)
  values (substr(new.local_day, 1, 7), ${countsOf(table, '1')}, ${metresOf(table, 'new.')}, ${hashOf[table]('new.')})
  ${adding('excluded.version')};`;

const subtract = (table: Table) => `update journey_month set
  ${table === 'journey' ? 'journeys = journeys' : 'stops = stops'} - 1,
  distance_m = distance_m - ${metresOf(table, 'old.')},
  version = (version - ${hashOf[table]('old.')} + ${modulus}) % ${modulus}
  where month = substr(old.local_day, 1, 7);`;
