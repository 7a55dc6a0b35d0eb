import type { Database } from '../db/open.ts';
import { hashPassword } from './password-hash.ts';
import { deleteSessionsOf } from './session-repository.ts';
import { createOwner, noteSetUp, owner, replacePassword } from './user-repository.ts';

/** Gives the owner this password, whatever it was before and whether or not there was an owner; ends all sessions. */
export async function resetPassword(db: Database, change: { password: string; now: number }): Promise<void> {
  const { now } = change;
  const hash = await hashPassword(change.password);
  await db.transaction().execute(async (trx) => {
    // A write comes first: a running server may write too, and SQLite waits for its turn only then.
    await noteSetUp(trx, now);
    if ((await createOwner(trx, hash, now)) !== undefined) return;
    const user = await owner(trx);
    if (!user) return;
    await replacePassword(trx, user, { hash, now });
    await deleteSessionsOf(trx, user.id, null);
  });
}
