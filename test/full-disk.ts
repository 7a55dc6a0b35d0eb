import { sql } from 'kysely';
import { expect } from 'vitest';
import type { Database } from '../src/server/db/open.ts';

/**
 * Fills a database up to a limit of its own: from then on SQLite says of every log-in, set-up and change of a password
 * what it says on a full disk. Returns what makes room again.
 */
export async function fillDatabase(db: Database): Promise<() => Promise<void>> {
  const pages = await sql<{ page_count: number }>`pragma page_count`.execute(db);
  await sql`pragma max_page_count = ${sql.lit(pages.rows[0]?.page_count ?? 0)}`.execute(db);
  const fill = async () => {
    for (let row = 0; row < 20_000; row += 1)
      await sql`insert into app_state (key, value) values (${`filler ${row}`}, ${'x'.repeat(200)})`.execute(
        db,
      );
  };
  await expect(fill()).rejects.toThrow(/full/);
  const undo = [
    await refusing(db, 'update', 'user'),
    await refusing(db, 'insert', 'user'),
    await refusing(db, 'insert', 'session'),
    await refusing(db, 'insert', 'problem'),
    await refusing(db, 'insert', 'app_state'),
  ];
  return async () => {
    for (const each of undo) await each();
    await sql`pragma max_page_count = 1000000`.execute(db);
    await sql`delete from app_state where key like 'filler %'`.execute(db);
  };
}

/** A small change may find room in a page that is there already: this one needs a page more than there is. */
export async function refusing(
  db: Database,
  change: 'insert' | 'update' | 'delete',
  table: string,
): Promise<() => Promise<void>> {
  const name = `no_${change}_${table}`;
  const when = table === 'app_state' ? "when new.key not like 'filler %'" : '';
  const body = `insert into app_state (key, value) values ('filler ' || random(), '${'x'.repeat(9000)}')`;
  await sql
    .raw(`create temp trigger ${name} before ${change} on ${table} ${when} begin ${body}; end`)
    .execute(db);
  return async () => void (await sql.raw(`drop trigger temp.${name}`).execute(db));
}
