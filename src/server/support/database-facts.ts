import { sql } from 'kysely';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Database } from '../db/open.ts';

const pragmas = ['page_count', 'page_size', 'freelist_count', 'journal_mode', 'encoding'] as const;
const plainName = /^[a-z_]+$/;

/** What the database is like inside: rows of each table, migrations, pages. Nothing of what it holds. */
export async function databaseFacts(db: Database) {
  const rows: Record<string, number> = {};
  for (const name of await tables(db)) {
    const { rows: answer } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(
      db,
    );
    rows[name] = answer[0]?.n ?? 0;
    await yieldToOthers();
  }
  return {
    migrations: await migrationsDone(db),
    pages: await pageFacts(db),
    rows,
    states: await clipStates(db),
  };
}

async function tables(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name
  `.execute(db);
  return rows.map(({ name }) => name).filter((name) => plainName.test(name));
}

async function migrationsDone(db: Database): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
    return rows.map(({ name }) => name);
  } catch {
    return [];
  }
}

async function pageFacts(db: Database): Promise<Record<string, unknown>> {
  const facts: Record<string, unknown> = {};
  for (const name of pragmas) {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db);
    facts[name] = rows[0] && Object.values(rows[0])[0];
  }
  return facts;
}

/** From the counts of days: no clip is looked at. */
async function clipStates(db: Database) {
  const { rows } = await sql<Record<string, unknown>>`
    select count(*) as days, min(local_day) as first_day, max(local_day) as last_day from day
  `.execute(db);
  return rows[0] ?? {};
}
