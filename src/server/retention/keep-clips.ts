import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { ClipRepository } from '../archive/clip-repository.ts';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import type { Clock } from '../lib/clock.ts';
import type { Remover } from './remover.ts';

export interface KeepClipsDeps {
  db: Database;
  clips: ClipRepository;
  clock: Clock;
  remover: Pick<Remover, 'cancel' | 'noteKept'>;
}

const rowsAtOnce = 1000;

/**
 * Pins clips, so that no rule ever deletes them, or lets go of them; a thousand a transaction. What was about to delete
 * a kept one is taken back as far as its file is there, and one that lies in the trash is ordered out of it: whoever
 * carries out orders is to be woken. Returns those that have changed.
 */
export async function keepClips(
  deps: KeepClipsDeps,
  clipIds: readonly number[],
  kept: boolean,
): Promise<number[]> {
  const changed: number[] = [];
  for (const ids of chunks([...new Set(clipIds)], rowsAtOnce)) {
    changed.push(...(await keepSome(deps, ids, kept)));
    await yieldToOthers();
  }
  return changed;
}

async function keepSome(deps: KeepClipsDeps, clipIds: readonly number[], kept: boolean): Promise<number[]> {
  const { db, clips, clock, remover } = deps;
  const { changed, captureIds } = await db.transaction().execute(async (trx) => {
    if (kept) await remover.cancel(trx, clipIds);
    const rows = await trx
      .updateTable('clip')
      .set({ kept: kept ? 1 : 0, kept_at: kept ? clock.now() : null })
      .where(among('id', clipIds))
      .where('kept', '=', kept ? 0 : 1)
      .returning(['id', 'camera_id', 'local_day', 'capture_id'])
      .execute();
    await trx
      .updateTable('clip')
      .set({ sidecar_due: 1 })
      .where(
        among(
          'id',
          rows.map((row) => row.id),
        ),
      )
      .where('state', '=', 'archived')
      .execute();
    await clips.refresh(trx, rows);
    return { changed: rows, captureIds: kept ? await capturesOf(trx, clipIds) : [] };
  });
  const days = new Map<number, Set<string>>();
  for (const { camera_id, local_day } of changed)
    days.set(camera_id, (days.get(camera_id) ?? new Set()).add(local_day));
  remover.noteKept({ clipIds: kept ? clipIds : [], captureIds }, days);
  return changed.map(({ id }) => id);
}

async function capturesOf(trx: Db, clipIds: readonly number[]): Promise<number[]> {
  const rows = await trx
    .selectFrom('clip')
    .select('capture_id')
    .distinct()
    .where(among('id', clipIds))
    .execute();
  return rows.map((row) => row.capture_id);
}
