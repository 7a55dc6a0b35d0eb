import type { ClipState } from '../../shared/clips.ts';
import type { SyncSummary } from '../../shared/queue.ts';
import type { CameraRuntime } from '../camera/camera-service.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Component } from '../lib/lifecycle.ts';
import { CameraSync } from './camera-sync.ts';
import type { QueuePlace } from './queue-order.ts';
import type { SyncDeps } from './sync-deps.ts';

/** The sync of all cameras: starts and stops their loops, pauses and resumes them, knows the queue. */
export class SyncService implements Component {
  private readonly deps: SyncDeps;
  private readonly running = new Map<number, CameraSync>();
  private pausedByUser = false;
  private started = false;
  private stopped = false;
  private changing: Promise<void> = Promise.resolve();

  constructor(deps: Omit<SyncDeps, 'isPaused'>) {
    this.deps = { ...deps, isPaused: () => this.pausedByUser };
  }

  get paused(): boolean {
    return this.pausedByUser;
  }

  async start(): Promise<void> {
    const { db, cameras } = this.deps;
    this.started = true;
    this.pausedByUser = (await readAppState(db, 'sync.paused')) === '1';
    for (const row of await cameras.all(db)) {
      const clips = await this.deps.clips.recoverInterrupted(db, this.deps.clock.now(), row.id);
      if (clips > 0) this.deps.log.info({ camera: row.id, clips }, 'interrupted downloads go on');
      await this.reload(row.id);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.changing;
    await Promise.all([...this.running.values()].map((sync) => sync.stop()));
    this.running.clear();
  }

  runtimeOf(cameraId: number): CameraRuntime | undefined {
    return this.running.get(cameraId)?.state.view;
  }

  /** Begins anew with what is now known of a camera: its address, whether it is enabled, whether it is there at all. */
  reload(cameraId: number): Promise<void> {
    const change = async (): Promise<void> => {
      const { db, cameras, events } = this.deps;
      if (this.stopped || !this.started) return;
      await this.running.get(cameraId)?.stop();
      this.running.delete(cameraId);
      const row = await cameras.byId(db, cameraId);
      if (row?.enabled === 1) {
        const sync = new CameraSync(this.deps, row);
        this.running.set(cameraId, sync);
        sync.start();
      }
      events.emit('camera.changed', { cameraId });
    };
    const changed = this.changing.then(change);
    this.changing = changed.catch(() => undefined);
    return changed;
  }

  /** Persists over restarts. The clip under way keeps its bytes. */
  async setPaused(paused: boolean): Promise<void> {
    await writeAppState(this.deps.db, 'sync.paused', paused ? '1' : '0');
    this.pausedByUser = paused;
    for (const sync of this.running.values()) {
      if (paused) sync.interrupt();
      else sync.wake({ list: true });
    }
    this.deps.log.info(paused ? 'sync paused' : 'sync resumed');
    this.deps.events.emit('sync.changed', {});
  }

  /** Look for every camera and list it at once. */
  wake(): void {
    for (const sync of this.running.values()) sync.wake({ list: true });
  }

  /** The volume or a setting has changed: go on where it was the reason to wait. */
  nudge(): void {
    for (const sync of this.running.values()) sync.wake({ list: false });
  }

  async summary(): Promise<SyncSummary> {
    const counts = new Map(
      (await this.deps.clips.wantedSummary(this.deps.db)).map((row) => [row.state, row]),
    );
    const clipsIn = (...states: ClipState[]) =>
      states.reduce((sum, state) => sum + (counts.get(state)?.clips ?? 0), 0);
    const bytes = (counts.get('waiting')?.bytes ?? 0) + (counts.get('transferring')?.bytes ?? 0);
    const rates = [...this.running.values()].map((sync) => sync.rate()).filter((rate) => rate !== null);
    const rate = rates.length === 0 ? null : Math.round(rates.reduce((sum, one) => sum + one, 0));
    return {
      paused: this.pausedByUser,
      waiting: clipsIn('waiting', 'transferring'),
      waitingBytes: bytes,
      held: clipsIn('held'),
      failed: clipsIn('failed'),
      bytesPerSecond: rate,
      remainingMs: rate !== null && rate > 0 && bytes > 0 ? Math.round((bytes / rate) * 1000) : null,
    };
  }

  /** Every wanted clip of every camera in its place, camera by camera. */
  async places(): Promise<QueuePlace[]> {
    const lists = await Promise.all([...this.running.values()].map((sync) => sync.order.places()));
    return lists.flat();
  }

  /** Puts clips at the head of the queue, in the order given. Returns how many were still wanted. */
  async fetchFirst(clipIds: number[]): Promise<number> {
    const { db, clips, clock } = this.deps;
    const rows = await clips.byIds(db, clipIds);
    const wanted = rows.filter((row) => row.state === 'waiting' || row.state === 'failed');
    const lowest = await clips.lowestRank(db);
    await db.transaction().execute(async (trx) => {
      for (const row of wanted) {
        const rank = lowest - clipIds.length + clipIds.indexOf(row.id);
        const patch = { rank, attempts: 0, next_attempt_at: null };
        await clips.transition(trx, [row.id], ['waiting', 'failed'], {
          to: 'waiting',
          reason: null,
          at: clock.now(),
          patch,
        });
      }
    });
    this.ledgerChanged();
    return wanted.length;
  }

  /** Failed clips wait again, with all their attempts. */
  async retry(clipIds: number[] | undefined): Promise<number> {
    const { db, clips, clock } = this.deps;
    const ids =
      clipIds ?? (await this.places()).filter((place) => place.state === 'failed').map((place) => place.id);
    const change = {
      to: 'waiting' as const,
      reason: null,
      at: clock.now(),
      patch: { attempts: 0, next_attempt_at: null },
    };
    const rows = await db.transaction().execute((trx) => clips.transition(trx, ids, ['failed'], change));
    this.ledgerChanged();
    return rows.length;
  }

  /** Clips were put into the queue or taken out of it, here or by a scan of the archive. */
  ledgerChanged(): void {
    for (const sync of this.running.values()) {
      sync.order.invalidate();
      sync.wake({ list: false });
    }
    this.deps.events.emit('sync.changed', {});
  }
}
