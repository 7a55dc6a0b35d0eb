import type { SyncSummary } from '../../shared/queue.ts';
import type { CameraRuntime } from '../camera/camera-service.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { CameraRow } from '../db/schema.ts';
import type { Component } from '../lib/lifecycle.ts';
import { CameraSync } from './camera-sync.ts';
import type { RuleContext } from './fetch-rules.ts';
import { QueueOrder } from './queue-order.ts';
import type { SyncDeps } from './sync-deps.ts';
import { judgeStatus } from './sync-status.ts';

/** The sync of all cameras: starts and stops their loops, pauses and resumes them, knows the queue. */
export class SyncService implements Component {
  private readonly deps: SyncDeps;
  private readonly running = new Map<number, CameraSync>();
  /** Of cameras that nobody looks for: their clips are wanted all the same. */
  private readonly idle = new Map<number, QueueOrder>();
  /** Every camera there is, as last read. */
  private rows: readonly CameraRow[] = [];
  private pausedByUser = false;
  private awaitsStart = false;
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
    const { db, cameras, visits, clock, log } = this.deps;
    this.started = true;
    this.pausedByUser = (await readAppState(db, 'sync.paused')) === '1';
    await visits.closeStale();
    for (const row of await cameras.all(db)) {
      const clips = await db
        .transaction()
        .execute((trx) => this.deps.clips.recoverInterrupted(trx, clock.now(), row.id));
      if (clips > 0) log.info({ camera: row.id, clips }, 'interrupted downloads go on');
      await this.reload(row.id);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.changing;
    await Promise.all([...this.running.values()].map((sync) => sync.stop()));
    this.running.clear();
  }

  /** Bytes of a clip are coming in. */
  get isDownloading(): boolean {
    return [...this.running.values()].some((sync) => sync.runtime.transfers.length > 0);
  }

  runtimeOf(cameraId: number): CameraRuntime | undefined {
    return this.running.get(cameraId)?.runtime;
  }

  /** Begins anew with what is now known of a camera: its address, whether it is enabled, whether it is there at all. */
  reload(cameraId: number): Promise<void> {
    return this.inTurn(async () => {
      const { db, cameras, events } = this.deps;
      if (this.stopped || !this.started) return;
      const before = this.running.get(cameraId);
      this.running.delete(cameraId);
      this.idle.delete(cameraId);
      await before
        ?.stop()
        .catch((error: unknown) => this.deps.log.error({ err: error }, 'a visit could not be ended'));
      this.readRows(await cameras.all(db));
      const row = this.rows.find((one) => one.id === cameraId);
      if (row && !this.deps.watches(row)) return;
      if (row?.enabled === 1) this.run(row);
      else await this.rest(cameraId, row !== undefined);
      events.emit('camera.changed', { cameraId });
    });
  }

  /** What was changed counts from the next start of the program on: no camera is begun with before that. */
  awaitStart(): void {
    this.awaitsStart = true;
  }

  private run(row: CameraRow): void {
    if (this.awaitsStart) return;
    const sync = new CameraSync(this.deps, row);
    this.running.set(row.id, sync);
    sync.start();
  }

  /** A running camera works on its own row: it stays the one that is looked at. */
  private readRows(fresh: CameraRow[]): void {
    const known = new Map(this.rows.map((row) => [row.id, row]));
    this.rows = fresh.map((row) => (this.running.has(row.id) ? (known.get(row.id) ?? row) : row));
  }

  /** Nobody looks for that camera any more: what was wrong with it is no problem now. */
  private async rest(cameraId: number, exists: boolean): Promise<void> {
    const { db, clips, parts, settings, clock } = this.deps;
    if (exists) this.idle.set(cameraId, new QueueOrder({ db, clips, parts, cameraId, settings, clock }));
    for (const what of ['stranger', 'listing', 'deletion'])
      await this.deps.problems.end(`camera:${cameraId}:${what}`);
  }

  private inTurn(change: () => Promise<void>): Promise<void> {
    const changed = this.changing.then(change);
    this.changing = changed.catch(() => undefined);
    return changed;
  }

  /** Rules of a camera have changed, or settings that the rules and the order of all of them depend on. */
  rulesChanged(cameraId?: number): Promise<void> {
    return this.inTurn(async () => {
      for (const [id, sync] of this.running)
        if (cameraId === undefined || id === cameraId) await sync.rulesChanged();
    });
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

  /** A camera is here, somebody says: look for it and list it at once. All of them, or those meant; returns how many. */
  wake(meant: { cameraId?: number | undefined; address?: string | undefined } = {}): number {
    const { cameraId, address } = meant;
    const isMeant = (row: CameraRow) =>
      (cameraId === undefined || row.id === cameraId) &&
      (address === undefined || [row.address, row.alternative_address].some((one) => isAt(one, address)));
    const ids = this.rows.filter(isMeant).map((row) => row.id);
    for (const id of ids) this.running.get(id)?.wake({ list: true });
    return ids.length;
  }

  /** The volume or a setting has changed: go on where it was the reason to wait. */
  nudge(): void {
    for (const sync of this.running.values()) sync.wake({ list: false });
  }

  /** The queues of all cameras, by the cameras' ids. */
  orders(): QueueOrder[] {
    const orders = [...this.idle.values(), ...[...this.running.values()].map((sync) => sync.order)];
    return orders.toSorted((a, b) => a.cameraId - b.cameraId);
  }

  /** What is fetched from a camera over the connection in use; null when nobody looks for it. */
  rulesOf(cameraId: number): RuleContext | null {
    return this.running.get(cameraId)?.rules ?? null;
  }

  async summary(): Promise<SyncSummary> {
    const syncs = [...this.running.values()];
    const counts = await Promise.all(this.orders().map((order) => order.counts()));
    const total = (key: 'waiting' | 'waitingBytes' | 'held' | 'failed') =>
      counts.reduce((sum, count) => sum + count[key], 0);
    const rates = syncs.map((sync) => sync.rate()).filter((rate) => rate !== null);
    const rate = rates.length === 0 ? null : Math.round(rates.reduce((sum, one) => sum + one, 0));
    const amounts = { waiting: total('waiting'), held: total('held'), failed: total('failed') };
    const bytes = total('waitingBytes');
    return {
      ...this.status(amounts),
      ...amounts,
      paused: this.pausedByUser,
      waitingBytes: bytes,
      bytesPerSecond: rate,
      remainingMs: rate !== null && rate > 0 && bytes > 0 ? Math.round((bytes / rate) * 1000) : null,
    };
  }

  /** Worked out of what is so now, every time: nothing can stick. */
  private status(counts: {
    waiting: number;
    held: number;
    failed: number;
  }): Pick<SyncSummary, 'status' | 'reason'> {
    const { volume, hold } = this.deps;
    return judgeStatus({
      paused: this.pausedByUser,
      cameras: this.rows.map((row) => {
        const runtime = this.running.get(row.id)?.runtime;
        return {
          name: row.name,
          enabled: row.enabled === 1,
          hasAddress: row.address !== '',
          activity: runtime?.activity ?? (row.enabled === 1 ? 'starting' : 'disabled'),
          activitySince: runtime?.activitySince ?? row.created_at,
          message: runtime?.message ?? null,
        };
      }),
      volume: volume.status,
      hold: hold(),
      waiting: counts.waiting,
      held: counts.held,
      failed: counts.failed,
      now: this.deps.clock.now(),
    });
  }

  /** Stops the transfer of a clip, if there is one, and waits for its end. */
  async stopTransfer(clipId: number): Promise<void> {
    for (const sync of this.running.values()) if (await sync.stopTransfer(clipId)) return;
  }

  /** A person changed the queues of these cameras, on these days. */
  queueChanged(daysByCamera: ReadonlyMap<number, readonly string[]>): void {
    const { events } = this.deps;
    for (const [cameraId, days] of daysByCamera)
      events.emit('clips.changed', { cameraId, localDays: days.toSorted().slice(-100) });
    for (const order of this.orders()) if (daysByCamera.has(order.cameraId)) order.invalidate();
    this.nudge();
    events.emit('sync.changed', {});
  }

  /** Clips were put into the queue or taken out of it, here or by a scan of the archive. */
  ledgerChanged(): void {
    for (const order of this.orders()) order.invalidate();
    this.nudge();
    this.deps.events.emit('sync.changed', {});
  }

  /** A camera has another name: that is all, and what is coming in goes on. */
  async renamed(cameraId: number): Promise<void> {
    const fresh = await this.deps.cameras.byId(this.deps.db, cameraId);
    const row = this.rows.find((one) => one.id === cameraId);
    if (fresh && row) row.name = fresh.name;
    this.deps.events.emit('camera.changed', { cameraId });
  }
}

/** A router knows the host and no port: without one, any port of it is meant. */
function isAt(known: string | null, meant: string): boolean {
  return known === meant || known?.replace(/:\d+$/, '') === meant;
}
