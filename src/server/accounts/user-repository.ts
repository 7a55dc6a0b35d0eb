import type { Selectable } from 'kysely';
import type { Db } from '../db/open.ts';
import type { UserTable } from '../db/schema.ts';

export type UserRow = Selectable<UserTable>;

/** The name of the one user there is today. */
export const ownerName = 'owner';

const setUpKey = 'setup.done';

export async function owner(db: Db): Promise<UserRow | undefined> {
  return db.selectFrom('user').selectAll().where('name', '=', ownerName).executeTakeFirst();
}

/** Returns the owner's id, or undefined when there is one already. */
export async function createOwner(db: Db, passwordHash: string, now: number): Promise<number | undefined> {
  const row = await db
    .insertInto('user')
    .values({
      name: ownerName,
      role: 'owner',
      password_hash: passwordHash,
      password_changed_at: now,
      created_at: now,
      last_login_at: null,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** Stores another password, unless the one in the table is no longer `expected`; tells whether it did. */
export async function replacePassword(
  db: Db,
  user: UserRow,
  change: { hash: string; now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('user')
    .set({ password_hash: change.hash, password_changed_at: change.now })
    .where('id', '=', user.id)
    .where('password_hash', '=', user.password_hash)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Notes a log-in and stores the same password hashed anew, unless it was changed meanwhile; tells whether it did. */
export async function noteLogIn(
  db: Db,
  user: UserRow,
  change: { hash: string; now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('user')
    .set({ password_hash: change.hash, last_login_at: change.now })
    .where('id', '=', user.id)
    .where('password_hash', '=', user.password_hash)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Notes for good that this installation was set up; tells whether it was not before. */
export async function noteSetUp(db: Db, now: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('app_state')
    .values({ key: setUpKey, value: String(now) })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Is there a user, and was this installation set up? Two lookups by key in one statement. */
export async function installation(db: Db): Promise<{ hasUser: boolean; isSetUp: boolean }> {
  const row = await db
    .selectNoFrom((from) => [
      from.selectFrom('user').select('id').limit(1).as('user'),
      from.selectFrom('app_state').select('value').where('key', '=', setUpKey).as('setUpAt'),
    ])
    .executeTakeFirstOrThrow();
  return { hasUser: row.user !== null, isSetUp: row.setUpAt !== null };
}
