import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { DeletionWhy, RemovalOrder } from '../../shared/retention.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import type { ClipRow, RemovalRow, TrashRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';
import type { Clock } from '../lib/clock.ts';
import { isBegun } from './removal-policy.ts';
import { dropCameraDeletions, endedStates } from './removal-settlement.ts';
import { newOrder, RemovalRepository } from './removal-repository.ts';
import { TrashRepository } from './trash-repository.ts';

export interface RemovalOrdersDeps {
  db: Database;
  clips: ClipRepository;
  clock: Clock;
  hasTrash: () => boolean;
  /** Whether something is being done to the clip's file now. */
  isUnderWay: (clipId: number) => boolean;
}

const trashAtOnce = 2000;
const rowsAtOnce = 1000;

/** What people order, written down at once; it is carried out later. */
export class RemovalOrders {
  private readonly deps: RemovalOrdersDeps;
  private readonly removals = new RemovalRepository();
  private readonly trash = new TrashRepository();

  constructor(deps: RemovalOrdersDeps) {
    this.deps = deps;
  }

  /** To be deleted, a thousand a transaction. What is protected is counted and left, unless it is insisted. */
  async remove(
    clipIds: readonly number[],
    { includeProtected, user }: { includeProtected: boolean; user: string | null },
  ): Promise<RemovalOrder> {
    const order = emptyOrder(this.deps.hasTrash());
    const why = JSON.stringify({ by: 'hand', user } satisfies DeletionWhy);
    for (const ids of chunks([...new Set(clipIds)], rowsAtOnce)) {
      await this.removeSome(ids, { includeProtected, why }, order);
      await yieldToOthers();
    }
    return order;
  }

  private async removeSome(
    ids: number[],
    { includeProtected, why }: { includeProtected: boolean; why: string },
    order: RemovalOrder,
  ): Promise<void> {
    const { db, clips, clock } = this.deps;
    await db.transaction().execute(async (trx) => {
      const rows = new Map((await clips.byIds(trx, ids)).map((row) => [row.id, row]));
      const known = await this.removals.byClips(trx, ids);
      const used = await trx.selectFrom('clip_use').select('clip_id').where(among('clip_id', ids)).execute();
      const inUse = new Set(used.map((row) => row.clip_id));
      const made: RemovalRow[] = [];
      for (const id of ids) {
        const clip = rows.get(id);
        const obstacle = obstacleOf(clip, inUse.has(id));
        if (!clip || obstacle === 'notThere' || (obstacle !== null && !includeProtected)) {
          order.left[obstacle ?? 'notThere']++;
          continue;
        }
        order.ordered++;
        order.bytes += clip.size_bytes ?? 0;
        if (this.mayReplace(known.get(id)))
          made.push({
            clip_id: id,
            action: order.toTrash ? 'trash' : 'delete',
            path: clip.path ?? '',
            trash_path: null,
            why,
            ...newOrder(clock.now()),
          });
      }
      await this.removals.put(trx, made);
      await dropCameraDeletions(
        trx,
        made.map((row) => row.clip_id),
      );
    });
  }

  /** To come back out of the trash; all when none is named. One that is still to go there just stays. */
  async restore(clipIds: readonly number[] | null): Promise<RemovalOrder> {
    return this.ofTrash(clipIds, 'restore');
  }

  /** In a transaction that keeps these clips: what lies in the trash is to come back. How many. */
  async bringBack(trx: Db, clipIds: readonly number[]): Promise<number> {
    const rows = await this.trash.byClips(trx, clipIds);
    const order = emptyOrder(this.deps.hasTrash());
    await this.orderOf(trx, [...rows.values()], { action: 'restore', order });
    return order.ordered;
  }

  /** To be deleted for good out of the trash; all when none is named. */
  async empty(clipIds: readonly number[] | null): Promise<RemovalOrder> {
    return this.ofTrash(clipIds, 'purge');
  }

  private async ofTrash(
    clipIds: readonly number[] | null,
    action: 'restore' | 'purge',
  ): Promise<RemovalOrder> {
    const { db, hasTrash } = this.deps;
    const order = emptyOrder(hasTrash());
    if (clipIds !== null) {
      for (const ids of chunks([...new Set(clipIds)], rowsAtOnce)) {
        await db.transaction().execute(async (trx) => {
          const rows = await this.trash.byClips(trx, ids);
          await this.orderOf(trx, [...rows.values()], { action, order });
          const others = ids.filter((id) => !rows.has(id));
          order.left.notThere += others.length;
          if (action === 'restore') await this.takeBack(trx, others, order);
        });
        await yieldToOthers();
      }
      return order;
    }
    for (let after = 0, isMore = true; isMore; await yieldToOthers()) {
      const rows = await db.transaction().execute(async (trx) => {
        const some = await this.trash.after(trx, after, trashAtOnce);
        await this.orderOf(trx, some, { action, order });
        return some;
      });
      after = rows.at(-1)?.clip_id ?? after;
      isMore = rows.length === trashAtOnce;
    }
    return order;
  }

  private async orderOf(
    trx: Db,
    rows: readonly TrashRow[],
    { action, order }: { action: 'restore' | 'purge'; order: RemovalOrder },
  ): Promise<void> {
    const ids = rows.map((row) => row.clip_id);
    const known = await this.removals.byClips(trx, ids);
    const states = await trx.selectFrom('clip').select(['id', 'state']).where(among('id', ids)).execute();
    const ended = new Set(states.flatMap(({ id, state }) => (endedStates.has(state) ? id : [])));
    const made: RemovalRow[] = [];
    for (const { clip_id, path, trash_path, bytes, why } of rows) {
      const before = known.get(clip_id);
      const isOrdered = before?.action === action && before.error === null;
      // A scan has found another copy of it: there is nothing to bring back.
      if ((action === 'restore' && !ended.has(clip_id)) || !(isOrdered || this.mayReplace(before))) {
        order.left.notThere++;
        continue;
      }
      order.ordered++;
      order.bytes += bytes;
      if (!isOrdered)
        made.push({ clip_id, action, path, trash_path, why, ...newOrder(this.deps.clock.now()) });
    }
    await this.removals.put(trx, made);
  }

  /** Deletions that were ordered or have failed, and not begun, are taken back. */
  private async takeBack(trx: Db, clipIds: readonly number[], order: RemovalOrder): Promise<void> {
    const rows = [...(await this.removals.byClips(trx, clipIds)).values()];
    const open = rows.filter(
      (row) => row.sweep_id === null && row.action !== 'restore' && this.mayReplace(row),
    );
    const ids = open.map((row) => row.clip_id);
    const clips = await this.deps.clips.byIds(trx, ids);
    await this.removals.remove(trx, ids);
    order.ordered += open.length;
    order.left.notThere -= open.length;
    order.bytes += clips.reduce((sum, clip) => sum + (clip.size_bytes ?? 0), 0);
  }

  /** Of a file that something may have happened to already, the journal is not changed. */
  private mayReplace(row: RemovalRow | undefined): boolean {
    return row === undefined || !(isBegun(row) || this.deps.isUnderWay(row.clip_id));
  }
}

/** Kept clips that a person or a rule wanted deleted are wanted so no longer, as far as nothing has happened yet. */
export async function cancelRemovals(
  trx: Db,
  clipIds: readonly number[],
  isUnderWay: (clipId: number) => boolean,
): Promise<void> {
  const removals = new RemovalRepository();
  const rows = [...(await removals.byClips(trx, clipIds)).values()];
  const open = rows.filter(
    (row) => (row.action === 'trash' || row.action === 'delete') && !isBegun(row) && !isUnderWay(row.clip_id),
  );
  await removals.remove(
    trx,
    open.map((row) => row.clip_id),
  );
}

const emptyOrder = (toTrash: boolean): RemovalOrder => ({
  ordered: 0,
  bytes: 0,
  left: { kept: 0, locked: 0, inUse: 0, notThere: 0 },
  toTrash,
});

/** What speaks against deleting a clip by hand. */
function obstacleOf(clip: ClipRow | undefined, inUse: boolean): keyof RemovalOrder['left'] | null {
  if (clip?.state !== 'archived' || clip.path === null) return 'notThere';
  if (clip.kept === 1) return 'kept';
  if (clip.locked === 1) return 'locked';
  return inUse ? 'inUse' : null;
}
