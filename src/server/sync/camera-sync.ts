import type { RecordState } from '../../shared/cameras.ts';
import type { Camera, Listing } from '../camera/camera.ts';
import type { CameraRow } from '../db/schema.ts';
import { Doorbell } from '../lib/abort.ts';
import { messageOf } from '../lib/errors.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { CameraState } from './camera-state.ts';
import { cameraFailureKind } from './download-failure.ts';
import { Drain } from './drain.ts';
import { QueueOrder } from './queue-order.ts';
import type { SyncDeps } from './sync-deps.ts';

/** How often a camera that is here is listed; a listing may take it seconds, so the pause grows with its cost. */
export interface ListingPace {
  /** Least time between two listings while nothing is wanted, and while clips are being fetched. */
  idleMs: number;
  /** The same while a clip is held because it may still be written. */
  heldMs: number;
  longestMs: number;
  /** At most one part in this many of the camera's time goes into listings. */
  costFactor: number;
}

export const defaultPace: ListingPace = {
  idleMs: 60_000,
  heldMs: 15_000,
  longestMs: 600_000,
  costFactor: 20,
};

const shortestWaitMs = 250;
const untilWoken = 24 * 60 * 60_000;

interface Link {
  camera: Camera;
  address: string;
  visitId: number;
}

/** Another camera than the one we know. */
class StrangerError extends Error {
  override name = 'StrangerError';
}

/**
 * The loop of one camera: look for it, ask who it is, list, fetch until nothing is wanted, wait. Runs from `start`
 * to `stop`; whatever goes wrong in a round is said and the next round begins anew.
 */
export class CameraSync implements Component {
  readonly state: CameraState;
  readonly order: QueueOrder;
  private readonly deps: SyncDeps;
  private readonly row: CameraRow;
  private readonly log: Logger;
  private readonly abort = new AbortController();
  private readonly doorbell = new Doorbell();
  private readonly drain: Drain;
  private link: Link | null = null;
  private running: Promise<void> | undefined;
  private listWanted = true;
  private listBeganAt = -Infinity;
  private listedAt = -Infinity;
  /** Why the last listing failed; null when it did not. */
  private listFailure: string | null = null;
  private listCostMs = 0;
  private recording: RecordState = 'unknown';

  constructor(deps: SyncDeps, row: CameraRow) {
    this.deps = deps;
    this.row = row;
    this.log = deps.log.child({ camera: row.id });
    this.state = new CameraState({
      cameraId: row.id,
      clock: deps.clock,
      onChange: () => deps.events.emit('camera.changed', { cameraId: row.id }),
    });
    this.order = new QueueOrder(deps.db, deps.clips, row.id);
    this.drain = new Drain({
      deps,
      row,
      log: this.log,
      state: this.state,
      order: this.order,
      signal: this.abort.signal,
      relist: (link, options) => this.relist(link, options),
    });
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    this.drain.cancel();
    await this.running;
    await this.leave('stopped');
  }

  /** Somebody says the camera is here, or something it depends on has changed: look and list at once. */
  wake(options: { list: boolean }): void {
    if (options.list) this.listWanted = true;
    this.doorbell.ring();
  }

  /** Stops the transfer under way; what it has so far stays. */
  interrupt(): void {
    this.drain.cancel();
    this.doorbell.ring();
  }

  /** Bytes a second over the last half minute; null when nothing came in. */
  rate(): number | null {
    return this.drain.rate();
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      const waitMs = await this.round()
        .catch((error: unknown) => this.explain(error))
        .catch((error: unknown) => this.giveUpRound(error));
      await this.doorbell.wait(waitMs, signal);
    }
  }

  /** One round; returns how long to wait before the next, in milliseconds. */
  private async round(): Promise<number> {
    if (this.deps.isPaused()) {
      await this.leave('paused');
      this.state.set('paused', null);
      return untilWoken;
    }
    const { volume } = this.deps;
    if (volume.status.state !== 'ready') await volume.check();
    const link = await this.connect();
    if (!link) return this.pollMs();
    await this.askRecordState(link);
    if (await this.isListingDue()) await this.list(link.camera);
    const rest = await this.drain.run(link);
    if (rest !== 'done') return this.pollMs();
    this.state.set('idle', this.listFailure);
    return this.untilNextDue();
  }

  /** The wait of a camera that is here: no longer than until a clip may be tried again. */
  private async untilNextDue(): Promise<number> {
    const due = await this.order.nextDue();
    const waitMs = due === null ? Infinity : Math.max(due - this.deps.clock.now(), shortestWaitMs);
    return Math.min(waitMs, this.pollMs());
  }

  private pollMs(): number {
    return this.deps.pollMs();
  }

  /** Not even the reason could be noted (a full disk under the database): said, and tried again. */
  private giveUpRound(error: unknown): number {
    this.log.error({ err: error }, 'sync round failed');
    return this.pollMs();
  }

  private async explain(error: unknown): Promise<number> {
    if (this.abort.signal.aborted) return 0;
    const kind = cameraFailureKind(error);
    const reason = messageOf(error);
    if (kind === undefined) {
      this.log.error({ err: error }, 'sync round failed');
      this.state.set('idle', `Something went wrong: ${reason}`);
    } else if (kind === 'unreachable') {
      await this.leave('away');
      this.away(reason);
    } else {
      this.log.warn({ kind, reason }, 'camera did not answer as it should');
      // Who answers there is asked anew in the next round.
      if (kind === 'malformed') await this.leave('malformed');
      this.state.set('idle', reason);
    }
    return this.pollMs();
  }

  /** The camera at its main or its alternative address, if it is the one we know. */
  private async connect(): Promise<Link | null> {
    if (this.link) {
      const { model } = await this.link.camera.info(this.abort.signal);
      if (this.isKnownModel(model)) return this.link;
      await this.leave('stranger');
    }
    const addresses = [this.row.address, this.row.alternative_address].filter((address) => address !== null);
    let away: string | null = null;
    let stranger: string | null = null;
    for (const address of addresses) {
      const camera = this.deps.openCamera(address);
      try {
        return await this.greet(camera, address);
      } catch (error) {
        camera.close();
        if (this.abort.signal.aborted) throw error;
        const kind = cameraFailureKind(error);
        if (error instanceof StrangerError || kind === 'malformed') stranger ??= messageOf(error);
        else if (kind === undefined) throw error;
        else away = messageOf(error);
      }
    }
    if (stranger === null) this.away(away ?? '');
    else await this.stranger(stranger);
    return null;
  }

  private async greet(camera: Camera, address: string): Promise<Link> {
    const info = await camera.info(this.abort.signal);
    if (!this.isKnownModel(info.model)) {
      throw new StrangerError(`${address} answers as ${info.model}; this camera was ${this.row.model}.`);
    }
    const { db, cameras, clock, problems } = this.deps;
    Object.assign(this.row, { model: info.model, firmware: info.firmware });
    await cameras.patch(db, this.row.id, {
      model: info.model,
      firmware: info.firmware,
      last_contact_at: clock.now(),
    });
    await problems.end(this.strangerKey());
    const { id } = await db
      .insertInto('visit')
      .values({ camera_id: this.row.id, address, from_at: clock.now(), bytes: 0, clips: 0 })
      .returning('id')
      .executeTakeFirstOrThrow();
    this.log.info({ address, firmware: info.firmware }, 'camera is here');
    this.link = { camera, address, visitId: id };
    this.listWanted = true;
    return this.link;
  }

  private isKnownModel(model: string | null): boolean {
    return this.row.model === null || model === null || model === this.row.model;
  }

  private strangerKey(): string {
    return `camera:${this.row.id}:stranger`;
  }

  private async stranger(reason: string): Promise<void> {
    if (this.state.view.activity !== 'stranger')
      this.log.warn({ reason }, 'something else answers at the address of the camera');
    this.state.set('stranger', reason);
    await this.deps.problems.raise({
      key: this.strangerKey(),
      severity: 'error',
      message: `${this.row.name}: ${reason}`,
      advice:
        'Check the address of the camera, or reserve one for it in the router. Nothing was concluded from that answer.',
      cameraId: this.row.id,
    });
  }

  private away(reason: string): void {
    if (this.state.view.activity !== 'away') this.log.info({ reason }, 'camera is away');
    this.state.set('away', reason);
    this.state.setRecording('unknown');
  }

  private async askRecordState(link: Pick<Link, 'camera'>): Promise<void> {
    this.recording = await this.recordState(link);
    this.state.setRecording(this.recording);
  }

  private async recordState(link: Pick<Link, 'camera'>): Promise<RecordState> {
    try {
      return await link.camera.recordState(this.abort.signal);
    } catch (error) {
      if (cameraFailureKind(error) === 'unreachable') throw error;
      return 'unknown';
    }
  }

  /** Between two downloads: which clip may still be written is asked anew, for the car may just have driven off. */
  private async relist(link: Pick<Link, 'camera'>, options: { unlessSince: number | null }): Promise<void> {
    const isAsked = options.unlessSince !== null && this.listBeganAt < options.unlessSince;
    if (!isAsked && !(await this.isListingDue())) return;
    await this.askRecordState(link);
    await this.list(link.camera);
  }

  /** Somebody asked, or the last listing is older than its cost allows. */
  private async isListingDue(): Promise<boolean> {
    if (this.listWanted) return true;
    const { pace } = this.deps;
    const age = performance.now() - this.listedAt;
    const isUrgent = this.listFailure !== null || (await this.holdsRecording());
    const least = isUrgent ? pace.heldMs : pace.idleMs;
    const due = Math.min(Math.max(this.listCostMs * pace.costFactor, least), pace.longestMs);
    return age >= due;
  }

  private async holdsRecording(): Promise<boolean> {
    return (await this.order.places()).some((place) => place.stateReason === 'recording');
  }

  /** A listing that fails concludes nothing; what is known to be on the card is fetched all the same. */
  private async list(camera: Camera): Promise<void> {
    this.state.set('listing', null);
    this.listBeganAt = performance.now();
    this.listWanted = false;
    try {
      await this.takeListing(await camera.list(this.abort.signal));
      this.listFailure = null;
    } catch (error) {
      const kind = cameraFailureKind(error);
      if (kind === undefined || kind === 'unreachable') {
        this.listWanted = true;
        throw error;
      }
      const reason = messageOf(error);
      if (reason !== this.listFailure) this.log.warn({ kind, reason }, 'the camera could not be listed');
      this.listFailure = reason;
    } finally {
      this.listedAt = performance.now();
      this.listCostMs = this.listedAt - this.listBeganAt;
      this.order.invalidate();
    }
  }

  private async takeListing(listing: Listing): Promise<void> {
    const outcome = await this.deps.reconciler.reconcile(this.row.id, listing, this.recording);
    await this.afterListing(outcome.localDays);
    await this.checkFinds();
    const { added, lost } = outcome;
    const { complete, costMs } = listing;
    const fields = { files: listing.files.length, complete, added, lost, costMs };
    this.log[added > 0 || lost > 0 ? 'info' : 'debug'](fields, 'camera listed');
    for (const note of listing.notes) this.noteOnce(note);
  }

  /** Our own files never stand in the way of a listing, nor of what it brings. */
  private async checkFinds(): Promise<void> {
    try {
      const broken = await this.deps.foundCheck.check(this.row.id, this.abort.signal);
      // What they turn out to be is concluded from the next listing, at once.
      if (broken > 0) this.listWanted = true;
    } catch (error) {
      if (this.abort.signal.aborted) throw error;
      this.log.warn({ reason: messageOf(error) }, 'found clips could not be looked at');
    }
  }

  private readonly noted = new Set<string>();

  /** One line for each thing that could not be understood, not one for each listing. */
  private noteOnce(note: string): void {
    if (this.noted.has(note) || this.noted.size > 1000) return;
    this.noted.add(note);
    this.log.warn({ note }, 'a note on the listing');
  }

  private async afterListing(localDays: string[]): Promise<void> {
    const { db, cameras, clock, events } = this.deps;
    await cameras.patch(db, this.row.id, { last_contact_at: clock.now() });
    if (localDays.length > 0)
      events.emit('clips.changed', { cameraId: this.row.id, localDays: localDays.toSorted().slice(-100) });
    events.emit('sync.changed', {});
  }

  private async leave(reason: string): Promise<void> {
    const { link } = this;
    if (!link) return;
    this.link = null;
    link.camera.close();
    const counts = this.drain.takeCounts();
    await this.deps.db
      .updateTable('visit')
      .set({ to_at: this.deps.clock.now(), end_reason: reason, ...counts })
      .where('id', '=', link.visitId)
      .execute();
  }
}
