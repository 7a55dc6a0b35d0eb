import type { VolumeState } from '../../shared/status.ts';
import type { CameraRow, ClipRow } from '../db/schema.ts';
import type { Logger } from '../lib/logger.ts';
import type { CameraState } from './camera-state.ts';
import { isStalledTransfer, sortDownloadFailure } from './download-failure.ts';
import type { DownloadOrder, Received } from './download-task.ts';
import { DrainFailures } from './drain-failures.ts';
import type { Consequence, DownloadFailureKind } from './failure-policy.ts';
import { Fetch } from './fetch.ts';
import type { Here } from './here.ts';
import { progressTeller } from './progress.ts';
import type { QueueOrder, Sized } from './queue-order.ts';
import type { SyncDeps } from './sync-deps.ts';

export interface DrainParts {
  deps: SyncDeps;
  row: CameraRow;
  log: Logger;
  state: CameraState;
  order: QueueOrder;
  signal: AbortSignal;
  /**
   * What the camera is asked between two downloads; it is listed when that is due, or when no listing has begun since
   * the time given (`performance.now()`).
   */
  between(here: Here, options: { unlessSince: number | null }): Promise<void>;
  /** Whether a complete listing has begun since that time (`performance.now()`). */
  listedWholeSince(time: number): boolean;
}

/** Clips whose bytes are here and that are being checked and filed while the next one is already coming in. */
const maxFiling = 2;
/** Failures in a row without a new byte that end a round. */
const maxFruitless = 3;
/** These say nothing about the camera: the clips behind must get their turn. */
const nothingAsked: ReadonlySet<DownloadFailureKind> = new Set(['target', 'growing', 'cancelled']);

/** A volume that is too full is all the better for it. */
const takesRemovals: ReadonlySet<VolumeState> = new Set(['ready', 'critical']);

type Rest = 'done' | 'blocked' | 'stopped';
type Next = Consequence['next'];
/** Fetches clips in their order until nothing is wanted, the camera leaves, or somebody says stop. */
export class Drain {
  private readonly parts: DrainParts;
  private readonly filing = new Map<number, Promise<void>>();
  private readonly fetches = new Set<Fetch<Next>>();
  private readonly failures: DrainFailures;
  private readonly undroppable = new Set<number>();
  /** Clips that were refused their room in this round, with the reason. */
  private readonly refused = new Map<number, string>();
  private fruitless = 0;

  constructor(parts: DrainParts) {
    this.parts = parts;
    this.failures = new DrainFailures(parts);
  }

  /** Stops the transfers under way; what they have so far stays. */
  cancel(): void {
    for (const fetch of this.fetches) fetch.abort.abort();
  }

  /** Stops one transfer and waits for its end; false when there is none of that clip. */
  async cancelOne(clipId: number): Promise<boolean> {
    const fetch = [...this.fetches].find((one) => one.clip.id === clipId);
    if (fetch) {
      fetch.cancelledAlone = true;
      fetch.abort.abort();
      await fetch.done.catch(() => undefined);
    }
    // Its bytes may all be here: then it ends up in the archive.
    const filing = this.filing.get(clipId);
    await filing;
    return fetch !== undefined || filing !== undefined;
  }

  /** `blocked`: the archive cannot take clips now; `stopped`: something else ended it before the queue was empty. */
  async run(here: Here): Promise<Rest> {
    this.fruitless = 0;
    this.refused.clear();
    await this.recover();
    await this.dropUnwanted();
    try {
      return await this.fetchAll(here);
    } finally {
      this.cancel();
      await Promise.allSettled([...this.fetches].map((fetch) => fetch.done));
      this.fetches.clear();
      await Promise.allSettled(this.filing.values());
      await here.visit.flush();
    }
  }

  /** Nothing is under way yet: what says so was left behind by a failure that could not be noted. */
  async recover(): Promise<void> {
    const { deps, row, order } = this.parts;
    const now = deps.clock.now();
    const left = await deps.db
      .transaction()
      .execute((trx) => deps.clips.recoverInterrupted(trx, now, row.id));
    if (left > 0) order.invalidate();
  }

  /** What is left of other clips is no reason not to fetch these. */
  private async dropUnwanted(): Promise<void> {
    const { deps, row, log } = this.parts;
    if (!takesRemovals.has(deps.volume.status.state)) return;
    for (const { clip, reason } of await deps.task.dropUnwanted(row.id)) {
      if (this.undroppable.has(clip)) continue;
      this.undroppable.add(clip);
      log.warn({ clip, reason }, 'the rest of a download could not be removed');
    }
  }

  /**
   * While clips come in, one more is made ready up to its request, which waits in the camera's own queue: between the
   * last byte of one and the request for the next the Wi-Fi is not idle.
   */
  private async fetchAll(here: Here): Promise<Rest> {
    for (;;) {
      const rest = await this.fill(here);
      if (this.fetches.size === 0) return rest ?? 'done';
      const { fetch, next } = await this.firstToEnd();
      if (this.halted()) return 'stopped';
      if (next === 'stop' || this.fruitless >= maxFruitless) return this.blockedOrStopped();
      if (next === 'probe') await here.camera.info(this.parts.signal);
      // The camera is well: it is this clip that it cannot give.
      if (fetch.stalled) await this.failures.countStall(fetch.clip);
      await this.parts.between(here, { unlessSince: next === 'relist' ? fetch.claimedAt : null });
    }
  }

  private async firstToEnd(): Promise<{ fetch: Fetch<Next>; next: Next }> {
    const fetches = [...this.fetches];
    const ended = await Promise.race(fetches.map((fetch) => fetch.done.then((next) => ({ fetch, next }))));
    this.fetches.delete(ended.fetch);
    return ended;
  }

  /** Begins as many fetches as may be under way, and one more; returns why no more can be begun, or null. */
  private async fill(here: Here): Promise<Rest | null> {
    const { parallel } = this.parts.row;
    while (this.fetches.size <= parallel) {
      // One more is made ready when the last request of one under way has left; what has ended is looked at first.
      if (this.fetches.size === parallel && !(await this.isOneAtItsEnd())) return null;
      const begun = await this.begin(here);
      if (begun !== null) return begun;
    }
    return null;
  }

  /** Waits for the last piece of one of the transfers; false when one has ended. */
  private isOneAtItsEnd(): Promise<boolean> {
    const fetches = [...this.fetches];
    return Promise.race([
      ...fetches.map((fetch) => fetch.done.then(() => false)),
      ...fetches.map((fetch) => fetch.atItsEnd.then(() => true)),
    ]);
  }

  /** Begins to fetch the next clip, or says why there is none. */
  private async begin(here: Here): Promise<Rest | null> {
    while (this.filing.size >= maxFiling) await Promise.race(this.filing.values());
    for (;;) {
      if (this.halted()) return 'stopped';
      const { id, refusal } = await this.next();
      if (id === undefined) return this.blockedBy(refusal);
      if (!(await this.volumeIsReady())) return 'blocked';
      if (!(await this.fitsBeside(id))) return 'done';
      const clip = await this.claim(id);
      if (!clip) continue;
      const fetch = this.start(here, clip);
      this.fetches.add(fetch);
      // A pause that came meanwhile did not see it.
      if (this.halted()) fetch.abort.abort();
      return null;
    }
  }

  /** The next clip that has not been refused its room; `refusal`: why the first one was that is passed over. */
  private async next(): Promise<{ id: number | undefined; refusal: string | null }> {
    const { order, deps } = this.parts;
    const now = deps.clock.now();
    let refusal: string | null = null;
    const passes = (clip: Sized) => {
      const reason = this.refused.get(clip.id) ?? deps.task.room.refusal(clip);
      refusal ??= reason;
      return reason === null;
    };
    return { id: await order.next(now, passes), refusal };
  }

  private blockedBy(refusal: string | null): Rest {
    if (refusal === null) return 'done';
    // What is under way goes on.
    if (this.fetches.size === 0) this.parts.state.set('blocked', refusal);
    return 'blocked';
  }

  /** Whether there is room for what is under way and this; otherwise it begins when one of those has its bytes. */
  private async fitsBeside(id: number): Promise<boolean> {
    const { db, clips, task, volume } = this.parts.deps;
    if (this.fetches.size === 0) return true;
    const next = await clips.byId(db, id);
    const underWay = [...this.fetches].map((fetch) => fetch.clip);
    return next === undefined || task.room.fitTogether([...underWay, next], volume.status.freeBytes ?? 0);
  }

  private start(here: Here, clip: ClipRow): Fetch<Next> {
    return new Fetch(clip, this.parts.signal, (fetch) => this.fetch(here, fetch));
  }

  private halted(): boolean {
    return this.parts.signal.aborted || this.parts.deps.isPaused();
  }

  private blockedOrStopped(): 'blocked' | 'stopped' {
    const { state, message } = this.parts.deps.volume.status;
    if (state === 'ready' || state === 'checking') return 'stopped';
    this.parts.state.set('blocked', message);
    return 'blocked';
  }

  /** Looked at before every clip: a share that was unmounted since must not be written into. */
  private async volumeIsReady(): Promise<boolean> {
    const { state, message } = await this.parts.deps.volume.check();
    const obstacle = state === 'ready' ? this.parts.deps.hold() : message;
    if (state === 'ready' && obstacle === null) return true;
    this.parts.state.set('blocked', obstacle);
    return false;
  }

  private async fetch(here: Here, fetch: Fetch<Next>): Promise<Next> {
    let [had, has] = [0, 0];
    let reachedNewGround = false;
    try {
      const received = await this.receive(here, fetch, {
        onNewGround: () => void (reachedNewGround = true),
        onLastPiece: () => fetch.nearsEnd(),
        onBytes: (arrived, bytes) => {
          if (arrived === 0) had = bytes;
          has = Math.max(has, bytes);
        },
      });
      this.fruitless = 0;
      this.fileInBackground(here, received);
      return 'continue';
    } catch (error) {
      const failure = sortDownloadFailure(error, fetch.signal);
      // Bytes that were here before and had to be fetched again are none.
      const progressed = has > had;
      if (progressed) this.fruitless = 0;
      else if (!nothingAsked.has(failure.kind) && !failure.refused) this.fruitless++;
      fetch.stalled = !progressed && isStalledTransfer(failure);
      if (failure.refused) this.refused.set(fetch.clip.id, failure.message);
      const next = await this.failures.note(here, fetch.clip, failure, { progressed, reachedNewGround });
      return fetch.cancelledAlone ? 'continue' : next;
    }
  }

  /** Takes a clip out of the queue; undefined when it is no longer waiting. */
  private async claim(id: number): Promise<ClipRow | undefined> {
    const { db, clips, clock, events } = this.parts.deps;
    const change = { to: 'transferring' as const, reason: null, at: clock.now() };
    const [before] = await db
      .transaction()
      .execute((trx) => clips.transition(trx, [id], ['waiting'], change));
    this.parts.order.begin(id, before !== undefined);
    if (!before) return undefined;
    events.emit('clips.changed', { cameraId: before.camera_id, localDays: [before.local_day] });
    return { ...before, state: 'transferring' };
  }

  private async receive(
    here: Here,
    { clip, signal }: Fetch<Next>,
    watch: Pick<DownloadOrder, 'onNewGround' | 'onLastPiece'> & {
      onBytes(arrived: number, bytes: number): void;
    },
  ): Promise<Received> {
    const { deps, state, row } = this.parts;
    state.set('downloading', null);
    const tell = progressTeller(clip, (transfer) => {
      state.progress(transfer);
      deps.events.emit('transfer.progressed', transfer);
    });
    try {
      return await deps.task.receive({
        clip,
        signal,
        camera: here.camera,
        cameraFolder: row.archive_folder,
        onNewGround: watch.onNewGround,
        onLastPiece: watch.onLastPiece,
        onBytes: (arrived, bytes, total) => {
          watch.onBytes(arrived, bytes);
          if (arrived === 0) return;
          const now = performance.now();
          here.visit.received(arrived, now);
          tell({ arrived, bytes, total }, now);
        },
      });
    } finally {
      state.ended(clip.id);
    }
  }

  /** The next clip comes in while this one is checked and brought to the disk. */
  private fileInBackground(here: Here, received: Received): void {
    const { id } = received.clip;
    this.filing.set(
      id,
      this.file(here, received).finally(() => this.filing.delete(id)),
    );
  }

  private async file(here: Here, received: Received): Promise<void> {
    const { deps, log } = this.parts;
    const { clip } = received;
    try {
      const row = await deps.filer.file(received);
      this.parts.order.drop(clip.id);
      this.failures.forget(clip.id);
      deps.events.emit('sync.changed', {});
      if (row) await this.archived(here, row);
      deps.task.room.settle(clip.id, 0);
    } catch (error) {
      const failure = sortDownloadFailure(error, new AbortController().signal);
      const way = { progressed: false, reachedNewGround: true };
      await this.failures
        .note(here, clip, failure, way)
        .catch((cause: unknown) => log.error({ err: cause }, 'a failed clip could not be noted'));
    }
  }

  /** It is here; whatever goes wrong from now on is no failure of the clip. */
  private async archived(here: Here, row: ClipRow): Promise<void> {
    const { deps, log } = this.parts;
    here.visit.archived(row.local_day);
    log.info({ clip: row.name, bytes: row.size_bytes, path: row.path }, 'clip archived');
    deps.events.emit('clip.archived', { clipId: row.id, cameraId: row.camera_id, localDay: row.local_day });
    try {
      await deps.deletions.dueByRule(row);
      await here.visit.flush();
    } catch (error) {
      log.error({ err: error }, 'what follows an archived clip could not be noted');
    }
  }
}
