import { isUsable } from '../../shared/status.ts';
import type { Database } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import type { FileMover } from '../retention/file-mover.ts';
import type { FileTask } from '../retention/removal-files.ts';
import type { FileFailure } from '../retention/removal-policy.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import type { RefileMove } from './refile-plan.ts';
import { beginMoves, cameraFolders, openMoves, settleMoves, type RefileOrder } from './refile-repository.ts';

export interface RefileFilesDeps {
  db: Database;
  volume: ArchiveVolume;
  mover: FileMover;
  clock: Clock;
  log: Logger;
  /** A batch ends after this and the file it is at: until then the ledger tells old places of what has moved. */
  batchMs?: number;
}

/** Why a clip stayed where it was. `busy`: something needs its file, or is about to remove it. */
export type LeftWhy = 'busy' | 'away' | 'refused';

export interface MovedBatch {
  moved: ClipRow[];
  left: { clipId: number; why: LeftWhy }[];
  /** Not come to: to be tried again. */
  untouched: RefileMove[];
  /** Why nothing can be moved now, in words; what was begun is settled later. */
  obstacle: string | null;
}

interface Item {
  order: RefileOrder;
  task: FileTask;
}

const defaultBatchMs = 1000;
const openAtOnce = 500;
const otherFileSystem = 'EXDEV';
const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
const fullMessage = 'The recordings volume, or its quota, is so full that not even a folder can be made.';

/**
 * Moves files of clips to their places in another layout. Each move is written down before its file is touched, and
 * crossed out in the transaction that says where the clip is now; what a crash or a dead share leaves open is looked at
 * again.
 */
export class RefileFiles {
  private readonly deps: RefileFilesDeps;

  constructor(deps: RefileFilesDeps) {
    this.deps = deps;
  }

  /** Moves these, in their order. Rejects with the signal's reason, when aborted before anything was begun. */
  move(moves: readonly RefileMove[], signal: AbortSignal): Promise<MovedBatch> {
    return this.deps.mover.inTurn(() => this.answered(moves, () => this.moveNow(moves, signal), signal));
  }

  /** Finds out what became of moves that were begun and never settled. */
  recover(signal: AbortSignal): Promise<MovedBatch> {
    return this.deps.mover.inTurn(() => this.answered([], () => this.recoverNow(signal), signal));
  }

  /** Whether moves were begun and never settled. */
  async hasOpen(): Promise<boolean> {
    return (await openMoves(this.deps.db, 1)).length > 0;
  }

  private async answered(
    moves: readonly RefileMove[],
    work: () => Promise<MovedBatch>,
    signal: AbortSignal,
  ): Promise<MovedBatch> {
    const without = (obstacle: string) => ({ moved: [], left: [], untouched: [...moves], obstacle });
    const status = await unlessAborted(this.deps.volume.check(), signal);
    const isThere = isUsable(status) || (status.state === 'full' && status.freeBytes !== null);
    if (!isThere) return without(status.message ?? 'The recordings volume is not there.');
    try {
      return await work();
    } catch (error) {
      if (this.deps.mover.isVolumeError(error)) return without(error.message);
      throw error;
    }
  }

  private async moveNow(moves: readonly RefileMove[], signal: AbortSignal): Promise<MovedBatch> {
    const { db, mover, clock } = this.deps;
    const places = await mover.places(
      moves.map((move) => move.wish),
      signal,
    );
    const orders = moves.map(({ clipId, from }, index) => ({
      clip_id: clipId,
      from_path: from,
      to_path: places[index] ?? '',
    }));
    const begun = await db.transaction().execute((trx) => beginMoves(trx, orders, clock.now()));
    const ids = new Set(begun.map((order) => order.clip_id));
    const moveOf = new Map(moves.map((move) => [move.clipId, move]));
    const items = begun.map((order) => itemOf(order, moveOf.get(order.clip_id)?.sizeBytes ?? null));
    const batch = await this.carryOut(items, signal);
    const busy = moves.filter((move) => !ids.has(move.clipId));
    return {
      ...batch,
      left: [...batch.left, ...busy.map(({ clipId }) => ({ clipId, why: 'busy' as const }))],
      untouched: batch.untouched.flatMap(({ clipId }) => moveOf.get(clipId) ?? []),
    };
  }

  private async recoverNow(signal: AbortSignal): Promise<MovedBatch> {
    const { db } = this.deps;
    const orders = await openMoves(db, openAtOnce);
    const clips = await db
      .selectFrom('clip')
      .select(['id', 'size_bytes'])
      .where(
        'id',
        'in',
        orders.map((order) => order.clip_id),
      )
      .execute();
    const sizeOf = new Map(clips.map((clip) => [clip.id, clip.size_bytes]));
    const items = orders.map((order) => {
      const item = itemOf(order, sizeOf.get(order.clip_id) ?? null);
      return { ...item, task: { ...item.task, maybeDone: true, lookOnly: true } };
    });
    return this.carryOut(items, signal);
  }

  private async carryOut(items: readonly Item[], signal: AbortSignal): Promise<MovedBatch> {
    const { volumeError } = await this.act(items, signal);
    const by = (pick: (item: Item) => boolean) => items.filter(pick).map(({ order }) => order);
    // Without an answer nothing was made durable: that it has moved is found out once more.
    const isOpen = ({ task }: Item) =>
      task.outcome?.kind === 'unknown' ||
      (volumeError !== null && task.outcome?.kind === 'done') ||
      isUnseen(task);
    const isDone = (item: Item) => item.task.outcome?.kind === 'done' && !isOpen(item);
    const settlement = { done: by(isDone), dropped: by((item) => !isDone(item) && !isOpen(item)) };
    const moved = await this.deps.db.transaction().execute((trx) => settleMoves(trx, settlement));
    return { moved, ...this.outcome(items, volumeError) };
  }

  /** Empty folders go before the ledger is told: should that be cut off, the open moves lead to them again. */
  private async act(items: readonly Item[], signal: AbortSignal): Promise<{ volumeError: Error | null }> {
    const { db, mover, batchMs = defaultBatchMs } = this.deps;
    let until: number | null = null;
    try {
      const emptied = await mover.carryOut(
        items.map((item) => item.task),
        {
          signal,
          isOver: () => signal.aborted || performance.now() > (until ??= performance.now() + batchMs),
          isSpared: () => false,
          onDone: () => undefined,
        },
      );
      const keep = new Set((await cameraFolders(db)).values());
      await mover.removeEmpty(emptied, { keep, signal }).catch((error: unknown) => this.noteFolders(error));
      return { volumeError: null };
    } catch (error) {
      if (mover.isVolumeError(error)) return { volumeError: error };
      throw error;
    }
  }

  /** The files are where they belong: that a folder is left behind is no reason to doubt it. */
  private noteFolders(error: unknown): void {
    if (!this.deps.mover.isVolumeError(error)) throw error;
    this.deps.log.warn({ reason: error.message }, 'empty folders could not be removed');
  }

  private outcome(items: readonly Item[], volumeError: Error | null): Omit<MovedBatch, 'moved'> {
    const isUnknown = items.some(({ task }) => task.outcome?.kind === 'unknown');
    const obstacle = volumeError?.message ?? (isUnknown ? 'The recordings volume failed.' : null);
    const result: Omit<MovedBatch, 'moved'> = { left: [], untouched: [], obstacle };
    for (const item of items) {
      const { outcome } = item.task;
      if (outcome?.kind === 'done' && volumeError === null) continue;
      if (isAway(item.task)) this.leave(result, item.order, 'away', null);
      else if (outcome?.kind === 'failed') this.failed(result, item, outcome.failure);
      else result.untouched.push(moveOf(item));
    }
    return result;
  }

  private failed(result: Omit<MovedBatch, 'moved'>, item: Item, { scope, code, reason }: FileFailure): void {
    const isOfVolume = (scope === 'volume' && code !== otherFileSystem) || isUnseen(item.task);
    if (!isOfVolume) return this.leave(result, item.order, 'refused', code);
    result.obstacle ??= fullCodes.has(code) ? fullMessage : reason;
    result.untouched.push(moveOf(item));
  }

  private leave(
    result: Pick<MovedBatch, 'left'>,
    { clip_id: clipId, from_path, to_path }: RefileOrder,
    why: LeftWhy,
    code: string | null,
  ): void {
    this.deps.log.warn({ path: from_path, to: to_path, why, code }, 'a clip was left where it is');
    result.left.push({ clipId, why });
  }
}

const isAway = ({ outcome }: FileTask): boolean => outcome?.kind === 'gone' || outcome?.kind === 'vanished';

const moveOf = ({ order, task }: Item): RefileMove => ({
  clipId: order.clip_id,
  from: order.from_path,
  wish: order.to_path,
  sizeBytes: task.sizeBytes,
});

/** Begun before, and still nobody knows where its file is. */
const isUnseen = ({ maybeDone, wasSeen, outcome }: FileTask): boolean =>
  maybeDone && !wasSeen && (outcome === null || outcome.kind === 'failed');

const itemOf = (order: RefileOrder, sizeBytes: number | null): Item => ({
  order,
  task: {
    from: order.from_path,
    to: order.to_path,
    sizeBytes,
    maybeDone: false,
    lookOnly: false,
    bringsAll: true,
    wasSeen: false,
    outcome: null,
  },
});
