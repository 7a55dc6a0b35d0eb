import { once } from 'node:events';
import type { Camera } from '../camera/camera.ts';
import type { CameraRow, ClipRow } from '../db/schema.ts';
import type { Logger } from '../lib/logger.ts';
import { RateMeter } from '../lib/rate-meter.ts';
import type { CameraState } from './camera-state.ts';
import { sortDownloadFailure, type DownloadFailure } from './download-failure.ts';
import type { DownloadOrder, Received } from './download-task.ts';
import { judgeFailure, type Consequence, type DownloadFailureKind } from './failure-policy.ts';
import type { QueueOrder } from './queue-order.ts';
import type { SyncDeps } from './sync-deps.ts';

export interface DrainParts {
  deps: SyncDeps;
  row: CameraRow;
  log: Logger;
  state: CameraState;
  order: QueueOrder;
  signal: AbortSignal;
  /** Lists the camera when that is due, or when no listing has begun since the time given (`performance.now()`). */
  relist(link: { camera: Camera }, options: { unlessSince: number | null }): Promise<void>;
}

/** Clips whose bytes are here and that are being checked and filed while the next one is already coming in. */
const maxFiling = 2;
const progressEveryMs = 250;
/** Failures in a row without a new byte that end a round. */
const maxFruitless = 3;
/** These say nothing about the camera: the clips behind must get their turn. */
const nothingAsked: ReadonlySet<DownloadFailureKind> = new Set(['target', 'growing']);

type Rest = 'done' | 'blocked' | 'stopped';

interface FetchOrder {
  clip: ClipRow;
  signal: AbortSignal;
}

/** One clip on its way; `done` never rejects but for a bug. */
interface Fetch {
  clip: ClipRow;
  claimedAt: number;
  abort: AbortController;
  /** Its first byte is here: its request has left, and no other can overtake it. */
  underWay: Promise<void>;
  done: Promise<Consequence['next']>;
}

/** Fetches one clip after the other until nothing is wanted, the camera leaves, or somebody says stop. */
export class Drain {
  private readonly parts: DrainParts;
  private readonly filing = new Set<Promise<void>>();
  private readonly meter = new RateMeter();
  private readonly fetches = new Set<Fetch>();
  private counts = { bytes: 0, clips: 0 };
  private fruitless = 0;

  constructor(parts: DrainParts) {
    this.parts = parts;
  }

  /** Bytes a second over the last half minute; null when nothing came in. */
  rate(): number | null {
    return this.meter.rate(performance.now());
  }

  /** Stops the transfers under way; what they have so far stays. */
  cancel(): void {
    for (const fetch of this.fetches) fetch.abort.abort();
  }

  /** Bytes and clips since the last call. */
  takeCounts(): { bytes: number; clips: number } {
    const { counts } = this;
    this.counts = { bytes: 0, clips: 0 };
    return counts;
  }

  /** `blocked`: the archive cannot take clips now; `stopped`: something else ended it before the queue was empty. */
  async run(link: { camera: Camera }): Promise<Rest> {
    this.fruitless = 0;
    await this.recover();
    try {
      return await this.fetchAll(link);
    } finally {
      this.cancel();
      await Promise.allSettled([...this.fetches].map((fetch) => fetch.done));
      await Promise.allSettled(this.filing);
      this.parts.state.setTransfer(null);
    }
  }

  /** Nothing is under way yet: what says so was left behind by a failure that could not be noted. */
  private async recover(): Promise<void> {
    const { deps, row, order } = this.parts;
    if ((await deps.clips.recoverInterrupted(deps.db, deps.clock.now(), row.id)) > 0) order.invalidate();
  }

  /**
   * While one clip comes in the next is made ready up to its request, which waits in the camera's own queue: between
   * the last byte of the one and the request for the other the Wi-Fi is not idle.
   */
  private async fetchAll(link: { camera: Camera }): Promise<Rest> {
    let ahead: Fetch | Rest = await this.begin(link);
    for (;;) {
      if (typeof ahead === 'string') return ahead;
      const current: Fetch = ahead;
      await Promise.race([current.underWay, current.done]);
      ahead = await this.begin(link, current.clip);
      const next = await current.done;
      if (this.halted()) return 'stopped';
      if (next === 'stop' || this.fruitless >= maxFruitless) return this.blockedOrStopped();
      if (next === 'probe') await link.camera.info(this.parts.signal);
      await this.parts.relist(link, { unlessSince: next === 'relist' ? current.claimedAt : null });
      // What the end of this one has put back into the queue.
      if (typeof ahead === 'string') ahead = await this.begin(link);
    }
  }

  /** Begins to fetch the next clip, or says why there is none. */
  private async begin(link: { camera: Camera }, besides?: ClipRow): Promise<Fetch | Rest> {
    while (this.filing.size >= maxFiling) await Promise.race(this.filing);
    for (;;) {
      if (this.halted()) return 'stopped';
      const id = await this.parts.order.next(this.parts.deps.clock.now());
      if (id === undefined) return 'done';
      if (!(await this.volumeIsReady())) return 'blocked';
      if (besides && !(await this.fitsBeside(id, besides))) return 'done';
      const clip = await this.claim(id);
      if (clip) return this.start(link, clip);
    }
  }

  /** Whether there is room for both; otherwise the next begins when this one has its bytes. */
  private async fitsBeside(id: number, current: ClipRow): Promise<boolean> {
    const { db, clips, task, volume } = this.parts.deps;
    const next = await clips.byId(db, id);
    return next === undefined || task.bothFit(current, next, volume.status.freeBytes ?? 0);
  }

  private start(link: { camera: Camera }, clip: ClipRow): Fetch {
    const claimedAt = performance.now();
    const abort = new AbortController();
    const signal = AbortSignal.any([this.parts.signal, abort.signal]);
    const begun = new AbortController();
    const underWay = once(begun.signal, 'abort').then(() => undefined);
    const order = { clip, signal };
    const done = this.fetch(link, order, () => begun.abort()).finally(() => this.fetches.delete(fetch));
    const fetch: Fetch = { clip, abort, underWay, done, claimedAt };
    // Whoever awaits it sees the rejection; until then it must not end the process.
    done.catch(() => undefined);
    this.fetches.add(fetch);
    return fetch;
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

  private async fetch(
    link: { camera: Camera },
    order: FetchOrder,
    onBegin: () => void,
  ): Promise<Consequence['next']> {
    let [had, has] = [0, 0];
    let reachedNewGround = false;
    try {
      const onNewGround = () => void (reachedNewGround = true);
      const onBytes = (arrived: number, bytes: number) => {
        if (arrived === 0) had = bytes;
        else onBegin();
        has = Math.max(has, bytes);
      };
      const received = await this.receive(link, order, { onNewGround, onBytes });
      this.fruitless = 0;
      this.fileInBackground(received);
      return 'continue';
    } catch (error) {
      const failure = sortDownloadFailure(error, order.signal);
      // Bytes that were here before and had to be fetched again are none.
      const progressed = has > had;
      if (progressed) this.fruitless = 0;
      else if (!nothingAsked.has(failure.kind)) this.fruitless++;
      return this.fail(order.clip, failure, { progressed, reachedNewGround });
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
    link: { camera: Camera },
    order: FetchOrder,
    watch: Pick<DownloadOrder, 'onNewGround'> & { onBytes(arrived: number, bytes: number): void },
  ): Promise<Received> {
    this.parts.state.set('downloading', null);
    const progress = this.progressOf(order.clip);
    return this.parts.deps.task.receive({
      ...order,
      camera: link.camera,
      cameraFolder: this.parts.row.archive_folder,
      onNewGround: watch.onNewGround,
      onBytes: (arrived, bytes, total) => {
        watch.onBytes(arrived, bytes);
        if (arrived === 0) return;
        this.counts.bytes += arrived;
        this.meter.add(arrived, performance.now());
        progress(bytes, total);
      },
    });
  }

  private progressOf(clip: ClipRow): (bytes: number, total: number | null) => void {
    let told = -Infinity;
    return (bytes, total) => {
      const now = performance.now();
      if (now - told < progressEveryMs && bytes !== total) return;
      told = now;
      const transfer = {
        clipId: clip.id,
        cameraId: clip.camera_id,
        name: clip.name,
        bytes,
        totalBytes: total ?? clip.remote_size_bytes,
        bytesPerSecond: Math.round(this.rate() ?? 0),
      };
      this.parts.state.setTransfer(transfer);
      this.parts.deps.events.emit('transfer.progressed', transfer);
    };
  }

  /** The next clip comes in while this one is checked and brought to the disk. */
  private fileInBackground(received: Received): void {
    const filed = this.file(received).finally(() => this.filing.delete(filed));
    this.filing.add(filed);
  }

  private async file(received: Received): Promise<void> {
    const { deps, log } = this.parts;
    const { clip } = received;
    try {
      const row = await deps.filer.file(received);
      this.parts.order.drop(clip.id);
      deps.events.emit('sync.changed', {});
      if (!row) return;
      this.counts.clips++;
      log.info({ clip: clip.name, bytes: received.bytes, path: received.path }, 'clip archived');
      deps.events.emit('clip.archived', { clipId: row.id, cameraId: row.camera_id, localDay: row.local_day });
    } catch (error) {
      const failure = sortDownloadFailure(error, new AbortController().signal);
      await this.fail(clip, failure, { progressed: false, reachedNewGround: true }).catch((cause: unknown) =>
        log.error({ err: cause }, 'a failed clip could not be noted'),
      );
    }
  }

  /** Notes what the failure means for the clip; returns what the loop does next. */
  private async fail(
    clip: ClipRow,
    failure: DownloadFailure,
    way: { progressed: boolean; reachedNewGround: boolean },
  ): Promise<Consequence['next']> {
    const { deps, log, order } = this.parts;
    const consequence = judgeFailure({ kind: failure.kind, attempts: clip.attempts, ...way });
    const now = deps.clock.now();
    const change = {
      to: consequence.state,
      reason: consequence.reason,
      at: now,
      patch: {
        attempts: way.progressed ? 0 : clip.attempts + (consequence.counts ? 1 : 0),
        next_attempt_at: consequence.delayMs > 0 ? now + consequence.delayMs : null,
        last_error: failure.kind === 'cancelled' ? clip.last_error : failure.message,
        ...(failure.sha256 !== null && { sha256: failure.sha256 }),
      },
    };
    await deps.db
      .transaction()
      .execute((trx) => deps.clips.transition(trx, [clip.id], ['transferring'], change));
    order.invalidate();
    if (failure.kind !== 'cancelled') {
      const fields = {
        clip: clip.name,
        kind: failure.kind,
        reason: failure.message,
        progressed: way.progressed,
      };
      log[consequence.counts ? 'warn' : 'info'](fields, 'clip was not fetched');
    }
    if (failure.kind === 'unexpected') log.error({ err: failure.cause }, 'unexpected failure of a download');
    await this.teachVolume(failure);
    deps.events.emit('clips.changed', { cameraId: clip.camera_id, localDays: [clip.local_day] });
    deps.events.emit('sync.changed', {});
    return consequence.next;
  }

  private async teachVolume(failure: DownloadFailure): Promise<void> {
    const { volume } = this.parts.deps;
    if (failure.kind === 'space') {
      const message =
        failure.freeBytesNeeded === null ? `${volume.root} is full (${failure.message}).` : failure.message;
      volume.noteFull(message, failure.freeBytesNeeded);
    } else if (failure.kind === 'volume' || failure.kind === 'target') {
      await volume.check();
    }
  }
}
