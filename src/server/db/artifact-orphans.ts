import { among } from './bulk.ts';
import type { Db } from './open.ts';

/**
 * Clips whose files go: what was made of them goes too, and nothing is known of their files any more, should they ever
 * have one again. In the transaction that says so; the files themselves are cleared afterwards.
 */
export async function orphanArtifacts(trx: Db, clipIds: readonly number[]): Promise<void> {
  if (clipIds.length === 0) return;
  await trx.deleteFrom('artifact').where(among('clip_id', clipIds)).where('state', '=', 'failed').execute();
  await trx
    .updateTable('artifact')
    .set({ state: 'orphan', next_at: null })
    .where(among('clip_id', clipIds))
    .execute();
  await trx.updateTable('clip').set(unknownFile).where(among('id', clipIds)).execute();
}

const unknownFile = {
  media_due: 1,
  media_error: null,
  codecs: null,
  picture_offset: null,
  picture_bytes: null,
  proxy_wanted_at: null,
  checked_at: null,
  check_error: null,
  repair: null,
  repair_note: null,
} as const;
