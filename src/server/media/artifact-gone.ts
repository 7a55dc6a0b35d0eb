import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { orphanArtifacts } from '../db/artifact-orphans.ts';
import { among } from '../db/bulk.ts';
import type { Database } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';

const rowsAtOnce = 1000;
/** A file that is missing may come back with its disk, and one that is wanted again from its card. */
const missingStaysMs = 30 * 24 * 60 * 60_000;

/** Whether what was made of a clip is of no use any more. */
export function isGone({ state, state_at }: Pick<ClipRow, 'state' | 'state_at'>, now: number): boolean {
  if (state === 'archived') return false;
  return state === 'deleted' || state === 'expired' || now - state_at >= missingStaysMs;
}

/**
 * What was made of clips that are gone, however they went, is to go too. Goes through everything that was made, in
 * stretches; returns how many clips there were.
 */
export async function orphanGone(db: Database, now: number, signal: AbortSignal): Promise<number> {
  let [after, count] = [0, 0];
  while (!signal.aborted) {
    const rows = await db
      .selectFrom('artifact')
      .innerJoin('clip', 'clip.id', 'artifact.clip_id')
      .select(['clip.id', 'clip.state', 'clip.state_at'])
      .where('artifact.clip_id', '>', after)
      .where('artifact.state', '<>', 'orphan')
      .orderBy('artifact.clip_id')
      .limit(rowsAtOnce)
      .execute();
    const last = rows.at(-1);
    if (!last) break;
    const gone = rows.filter((row) => isGone(row, now)).map(({ id }) => id);
    count += await orphan(db, [...new Set(gone)]);
    after = last.id;
    await yieldToOthers();
  }
  return count;
}

/** But for those that have a file again. */
async function orphan(db: Database, ids: readonly number[]): Promise<number> {
  if (ids.length === 0) return 0;
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('clip')
      .select('id')
      .where(among('id', ids))
      .where('state', '<>', 'archived')
      .execute();
    await orphanArtifacts(
      trx,
      rows.map(({ id }) => id),
    );
    return rows.length;
  });
}
