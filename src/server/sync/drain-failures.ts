import type { ClipRow } from '../db/schema.ts';
import type { Logger } from '../lib/logger.ts';
import type { DownloadFailure } from './download-failure.ts';
import { judgeFailure, judgeStall, type Consequence } from './failure-policy.ts';
import type { Here } from './here.ts';
import type { QueueOrder } from './queue-order.ts';
import type { SyncDeps } from './sync-deps.ts';

/** How far one failed transfer came. */
export interface Way {
  progressed: boolean;
  reachedNewGround: boolean;
}

interface DrainFailuresParts {
  deps: SyncDeps;
  log: Logger;
  order: QueueOrder;
  /** Whether a complete listing has begun since that time (`performance.now()`). */
  listedWholeSince(time: number): boolean;
}

/** Notes what failed downloads mean: for the clip, its place in the queue, the volume, and what comes next. */
export class DrainFailures {
  private readonly parts: DrainFailuresParts;
  /** Clips of which the camera said that it has none such: where they were, and when. */
  private readonly gone = new Map<number, { path: string | null; at: number }>();

  constructor(parts: DrainFailuresParts) {
    this.parts = parts;
  }

  /** The clip is here: what the camera said of it before does not count any more. */
  forget(clipId: number): void {
    this.gone.delete(clipId);
  }

  /** A transfer that hung while the camera answers otherwise is an attempt of the clip. */
  async countStall({ id }: ClipRow): Promise<void> {
    const { deps, order } = this.parts;
    const { db, clips, clock } = deps;
    const clip = await clips.byId(db, id);
    if (clip?.state !== 'waiting') return;
    const { state, delayMs } = judgeStall(clip.attempts);
    const now = clock.now();
    const nextAttemptAt = now + delayMs;
    const patch = { attempts: clip.attempts + 1, next_attempt_at: nextAttemptAt };
    const change = { to: state, reason: 'unreachable' as const, at: now, patch };
    await db.transaction().execute((trx) => clips.transition(trx, [id], ['waiting'], change));
    order.settle(id, { state, stateReason: 'unreachable', nextAttemptAt });
    deps.events.emit('clips.changed', { cameraId: clip.camera_id, localDays: [clip.local_day] });
  }

  /** Notes what the failure means for the clip; returns what the loop does next. */
  async note(here: Here, clip: ClipRow, failure: DownloadFailure, way: Way): Promise<Consequence['next']> {
    const { deps, order } = this.parts;
    const { kind } = failure;
    const stillListed = kind === 'gone' && this.isStillListed(clip);
    const consequence = judgeFailure({ kind, attempts: clip.attempts, stillListed, ...way });
    const { state, reason, delayMs } = consequence;
    const now = deps.clock.now();
    const nextAttemptAt = delayMs > 0 ? now + delayMs : null;
    const patch = {
      attempts: way.progressed ? 0 : clip.attempts + (consequence.counts ? 1 : 0),
      next_attempt_at: nextAttemptAt,
      last_error: kind === 'cancelled' ? clip.last_error : failure.message,
      ...(failure.sha256 !== null && { sha256: failure.sha256 }),
    };
    const [row] = await deps.db
      .transaction()
      .execute((trx) =>
        deps.clips.transition(trx, [clip.id], ['transferring'], { to: state, reason, at: now, patch }),
      );
    if (row) order.settle(clip.id, { state, stateReason: reason, nextAttemptAt, rank: row.rank });
    else order.invalidate();
    if (state === 'failed') here.visit.failed();
    this.logFailure(clip, failure, { ...way, counts: consequence.counts });
    await this.teachVolume(failure);
    deps.events.emit('clips.changed', { cameraId: clip.camera_id, localDays: [clip.local_day] });
    deps.events.emit('sync.changed', {});
    // It is this clip that there is no room for: the others get their turn.
    return failure.refused ? 'continue' : consequence.next;
  }

  /** A clip that is gone may have been moved or overwritten; one that a listing goes on showing there is at fault. */
  private isStillListed(clip: ClipRow): boolean {
    const before = this.gone.get(clip.id);
    this.gone.set(clip.id, { path: clip.remote_path, at: performance.now() });
    return before !== undefined && before.path === clip.remote_path && this.parts.listedWholeSince(before.at);
  }

  private logFailure(clip: ClipRow, failure: DownloadFailure, way: Way & { counts: boolean }): void {
    const { log } = this.parts;
    const { kind, message: reason } = failure;
    if (kind === 'unexpected') log.error({ err: failure.cause }, 'unexpected failure of a download');
    if (kind === 'cancelled') return;
    const fields = { clip: clip.name, kind, reason, progressed: way.progressed };
    log[way.counts ? 'warn' : 'info'](fields, 'clip was not fetched');
  }

  private async teachVolume(failure: DownloadFailure): Promise<void> {
    const { volume } = this.parts.deps;
    // The user's rules say nothing about the volume, and it goes on serving everything else.
    if (failure.refused) return;
    if (failure.kind === 'space') {
      const message =
        failure.freeBytesNeeded === null ? `${volume.root}: ${failure.message}` : failure.message;
      volume.noteFull(message, failure.freeBytesNeeded);
    } else if (failure.kind === 'volume' || failure.kind === 'target') {
      await volume.check();
    }
  }
}
