import type { Database } from '../db/open.ts';

/** Before a run that ends by itself: the camera's address, and clips that would have to wait. */
export async function prepareOnce(
  db: Database,
  once: { address: string; ownsState: boolean },
): Promise<void> {
  if (once.ownsState) await followAddress(db, once.address);
  await waitNoLonger(db);
}

/**
 * The only camera of this database is at this address from now on, where it was at another: it got a new one. Who it
 * is stays known, so that another camera there is seen as a stranger. Nothing where there is none, or several.
 */
async function followAddress(db: Database, address: string): Promise<void> {
  const rows = await db.selectFrom('camera').select(['id', 'address', 'alternative_address']).execute();
  const [only] = rows;
  if (!only || rows.length > 1 || only.address === '') return;
  if (only.address === address || only.alternative_address === address) return;
  await db.updateTable('camera').set({ address }).where('id', '=', only.id).execute();
}

/** Somebody asks now: a clip that failed in the run before is not left to wait for its time. */
async function waitNoLonger(db: Database): Promise<void> {
  await db
    .updateTable('clip')
    .set({ next_attempt_at: null })
    .where('state', '=', 'waiting')
    .where('next_attempt_at', 'is not', null)
    .execute();
}
