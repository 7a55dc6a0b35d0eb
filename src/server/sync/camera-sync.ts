import type { RecordState } from '../../shared/cameras.ts';
import type { CameraRuntime } from '../camera/camera-service.ts';
import type { CameraRow } from '../db/schema.ts';
import { Doorbell } from '../lib/abort.ts';
import { messageOf } from '../lib/errors.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { CameraListing, NotOursError } from './camera-listing.ts';
import { CameraState } from './camera-state.ts';
import type { Connection } from '../../shared/queue.ts';
import type { Contact, Link } from './connector.ts';
import { cameraFailureKind, databaseTrouble } from './download-failure.ts';
import { Drain } from './drain.ts';
import type { RuleContext } from './fetch-rules.ts';
import type { Here } from './here.ts';
import { QueueOrder } from './queue-order.ts';
import type { SyncDeps } from './sync-deps.ts';
import { CameraTriage } from './triage-camera.ts';

const shortestWaitMs = 250;
/** Between two looks for an absent camera, however long a look takes. */
const shortestPauseMs = 1000;
const untilWoken = 24 * 60 * 60_000;

/**
 * The loop of one camera: look for it, ask who it is, list, fetch until nothing is wanted, wait. Runs from `start`
 * to `stop`; whatever goes wrong in a round is said and the next round begins anew.
 */
export class CameraSync implements Component {
  readonly order: QueueOrder;
  private readonly deps: SyncDeps;
  private readonly row: CameraRow;
  private readonly log: Logger;
  private readonly state: CameraState;
  private readonly abort = new AbortController();
  private readonly doorbell = new Doorbell();
  private readonly listing: CameraListing;
  private readonly drain: Drain;
  private readonly triage: CameraTriage | null;
  private readonly connector: ReturnType<SyncDeps['connector']>;
  private here: Here | null = null;
  /** The one in use, or last used. */
  private connection: Connection | null = null;
  private running: Promise<void> | undefined;
  private rulesAreNew = false;
  private recording: RecordState = 'unknown';

  constructor(deps: SyncDeps, row: CameraRow) {
    this.deps = deps;
    this.row = row;
    this.log = deps.log.child({ camera: row.id });
    this.state = new CameraState({
      clock: deps.clock,
      onChange: () => deps.events.emit('camera.changed', { cameraId: row.id }),
    });
    const { db, clips, parts, settings, clock, choice } = deps;
    this.order = new QueueOrder({ db, clips, parts, cameraId: row.id, settings, clock, choice });
    this.connector = deps.connector(row);
    const { log, state, order, connector } = this;
    const { signal } = this.abort;
    this.listing = new CameraListing({ deps, row, log, state, order, connector, signal });
    this.drain = new Drain({
      deps,
      row,
      log,
      state,
      order,
      signal,
      between: (here, options) => this.betweenDownloads(here, options),
      listedWholeSince: (time) => this.listing.wasWholeSince(time),
    });
    this.triage = this.buildTriage();
  }

  private buildTriage(): CameraTriage | null {
    const { deps, row, log, order } = this;
    const { triage, isPaused } = deps;
    const wantListing = () => this.listing.want();
    return triage ? new CameraTriage({ triage, row, log, order, isPaused, wantListing }) : null;
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

  /** What is going on, for the page; touches nothing. */
  get runtime(): CameraRuntime {
    const { view } = this.state;
    const session = this.here ? this.here.visit.session(this.rest()) : null;
    // The last half minute of what is over says nothing of now.
    const isQuiet = session !== null && view.transfers.length === 0 && view.activity !== 'downloading';
    return { ...view, session: isQuiet ? { ...session, bytesPerSecond: null } : session };
  }

  /** Somebody says the camera is here, or something it depends on has changed: look and list at once. */
  wake(options: { list: boolean }): void {
    if (options.list) this.listing.want();
    this.doorbell.ring();
  }

  /** Stops the transfers under way; what they have so far stays. */
  interrupt(): void {
    this.drain.cancel();
    this.doorbell.ring();
  }

  /** Stops one transfer and waits for its end; false when it is not under way here. */
  stopTransfer(clipId: number): Promise<boolean> {
    return this.drain.cancelOne(clipId);
  }

  /** Bytes a second over the last half minute; null when nothing came in. */
  rate(): number | null {
    return this.state.activity === 'downloading' ? (this.here?.visit.rate() ?? null) : null;
  }

  /** What is fetched over the connection in use, or last used. */
  get rules(): RuleContext {
    return this.deps.ruleHolds.contextOf(this.row, this.connection);
  }

  /** The camera's rules or the settings that they and the order depend on have changed. */
  async rulesChanged(): Promise<void> {
    const { db, cameras, events } = this.deps;
    const fresh = await cameras.byId(db, this.row.id);
    if (fresh) Object.assign(this.row, { ...fresh, address: this.row.address });
    await this.applyRules();
    // What is under way now is judged when it has come back to the queue.
    this.rulesAreNew = true;
    this.order.invalidate();
    this.wake({ list: false });
    events.emit('sync.changed', {});
  }

  /** What is wanted over this connection and not here yet. */
  private rest(): { clips: number; bytes: number } {
    const { waiting, waitingBytes } = this.order.lastCounts();
    return { clips: waiting, bytes: Math.max(waitingBytes - this.state.bytesUnderWay, 0) };
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
    const lookedAt = performance.now();
    const here = await this.contact();
    // The time a look takes counts: an absent camera is looked for every poll, not a poll after each look.
    if (!here) return this.pollMs(performance.now() - lookedAt);
    await this.askRecordState(here);
    if (await this.listing.isDue()) await this.list(here);
    const isMoreToDelete = await this.deleteDue(here);
    if (this.rulesAreNew) await this.applyRules();
    const rest = await this.fetch(here);
    if (rest === 'stopped') return this.pollMs();
    if (rest === 'done') this.state.set('idle', this.listing.failure);
    const isMoreToRead = await this.readTheRest(here);
    if (rest === 'blocked') return isMoreToRead ? 0 : this.pollMs();
    return isMoreToDelete || isMoreToRead ? 0 : this.untilNextDue();
  }

  /** With nothing to fetch, the tracks of what stays on the card have all the time. */
  private async readTheRest(here: Here): Promise<boolean> {
    return this.triage ? this.triage.rest(here, this.abort.signal) : false;
  }

  /** Downloads, with tracks read off the card before the first of them and in their pauses. */
  private async fetch(here: Here): ReturnType<Drain['run']> {
    const clipsBefore = here.visit.clips;
    const rest = await this.fetchAndRead(here);
    if (here.visit.clips > clipsBefore) await this.listing.forecastAnew();
    return rest;
  }

  private async fetchAndRead(here: Here): ReturnType<Drain['run']> {
    const { signal } = this.abort;
    if (!this.triage) return this.drain.run(here);
    await this.triage.ahead(here, signal);
    const over = new AbortController();
    const beside = this.triage.beside(here, AbortSignal.any([signal, over.signal]));
    // Awaited below; until then its end must not end the process.
    beside.catch(() => undefined);
    try {
      return await this.drain.run(here);
    } finally {
      over.abort();
      await beside.catch((error: unknown) => this.log.error({ err: error }, 'triage has failed'));
    }
  }

  /** The wait of a camera that is here: no longer than until a clip may be tried again. */
  private async untilNextDue(): Promise<number> {
    const due = await this.order.nextDue();
    const waitMs = due === null ? Infinity : Math.max(due - this.deps.clock.now(), shortestWaitMs);
    return Math.min(waitMs, this.pollMs());
  }

  private pollMs(spentMs = 0): number {
    const poll = this.deps.pollMs();
    return Math.max(poll - spentMs, Math.min(poll, shortestPauseMs));
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
    if (error instanceof NotOursError) {
      await this.nobody({ kind: error.kind, reason });
    } else if (kind === undefined) {
      this.log.error({ err: error }, 'sync round failed');
      const trouble = databaseTrouble(error);
      if (trouble === undefined) this.state.set('idle', `Something went wrong: ${reason}`);
      else this.state.set('blocked', trouble);
    } else if (kind === 'unreachable') {
      await this.away(reason);
    } else {
      this.log.warn({ kind, reason }, 'camera did not answer as it should');
      // Who answers there is asked anew in the next round.
      if (kind === 'malformed') await this.leave('malformed');
      this.state.set('idle', reason);
    }
    return this.pollMs();
  }

  /** The camera, if it answers at one of its addresses and is the one we know. */
  private async contact(): Promise<Here | null> {
    const { signal } = this.abort;
    const { here } = this;
    if (here) {
      const contact = await this.connector.confirm(here, signal);
      if (contact.kind === 'here') return here;
      await this.leave(contact.kind);
      if (contact.kind === 'away') return this.nobody(contact);
    }
    const contact = await this.connector.look(signal);
    return contact.kind === 'here' ? this.greet(contact.link) : this.nobody(contact);
  }

  private async nobody(contact: Exclude<Contact, { kind: 'here' }>): Promise<null> {
    await (contact.kind === 'away' ? this.away(contact.reason) : this.stranger(contact.reason));
    return null;
  }

  private async greet(link: Link): Promise<Here> {
    const { db, cameras, clock, problems, visits } = this.deps;
    await cameras.patch(db, this.row.id, { last_contact_at: clock.now() });
    await problems.end(this.strangerKey());
    const visit = await visits.begin({
      cameraId: this.row.id,
      address: link.address,
      connection: link.connection,
    });
    this.here = { ...link, visit };
    this.connection = link.connection;
    this.log.info(
      { address: link.address, connection: link.connection, firmware: this.row.firmware },
      'camera is here',
    );
    this.listing.beginVisit();
    this.triage?.beginVisit();
    // What was begun in the last visit comes first now.
    this.order.invalidate();
    await this.applyRules();
    return this.here;
  }

  /** Which clips a rule holds depends on the connection. */
  private async applyRules(): Promise<void> {
    const { ruleHolds, events } = this.deps;
    this.rulesAreNew = true;
    const { changed, localDays } = await ruleHolds
      .apply(this.row, this.connection)
      .catch((error: unknown) => {
        // Some may have been done.
        this.order.invalidate();
        throw error;
      });
    this.rulesAreNew = false;
    if (changed === 0) return;
    this.order.invalidate();
    events.emit('clips.changed', { cameraId: this.row.id, localDays: localDays.toSorted().slice(-100) });
  }

  private strangerKey(): string {
    return `camera:${this.row.id}:stranger`;
  }

  private async stranger(reason: string): Promise<void> {
    await this.leave('stranger');
    if (this.state.activity !== 'stranger')
      this.log.warn({ reason }, 'something else answers at the address of the camera');
    this.state.set('stranger', reason);
    await this.deps.problems.raise({
      key: this.strangerKey(),
      severity: 'error',
      message: `${this.row.name}: ${reason}`,
      advice:
        'Check the address of the camera, or reserve one for it in the router. If it is this camera, say so on the page Cameras. Nothing was concluded from that answer.',
      cameraId: this.row.id,
    });
  }

  private async away(reason: string): Promise<void> {
    await this.leave('away');
    if (this.state.activity !== 'away') this.log.info({ reason }, 'camera is away');
    this.state.set('away', reason);
    this.state.setRecording('unknown');
  }

  private async askRecordState(here: Here): Promise<void> {
    this.recording = await this.recordState(here);
    this.state.setRecording(this.recording);
  }

  private async recordState(here: Here): Promise<RecordState> {
    try {
      return await here.camera.recordState(this.abort.signal);
    } catch (error) {
      if (cameraFailureKind(error) === 'unreachable') throw error;
      return 'unknown';
    }
  }

  /** Which clip may still be written is asked anew, for the car may just have driven off. */
  private async betweenDownloads(here: Here, options: { unlessSince: number | null }): Promise<void> {
    await this.deleteDue(here);
    const isAsked = options.unlessSince !== null && !this.listing.hasBegunSince(options.unlessSince);
    if (!isAsked && !(await this.listing.isDue())) return;
    await this.askRecordState(here);
    await this.list(here);
  }

  /** A camera that was stopped is asked once more after its listing: the car may drive off between the two. */
  private async list(here: Here): Promise<void> {
    await this.listing.take(here, async () => {
      if (this.recording === 'stopped') await this.askRecordState(here);
      return this.recording;
    });
  }

  /** Nothing is deleted on a camera before it is sure that it is ours. Returns whether more is due. */
  private async deleteDue(here: Here): Promise<boolean> {
    if (!this.connector.isSure(here)) return false;
    return this.deps.deletions.run(here.camera, this.row, this.abort.signal);
  }

  private async leave(reason: string): Promise<void> {
    const { here } = this;
    if (!here) return;
    this.here = null;
    here.camera.close();
    // What a failure to write has left in transfer waits again, for nothing is under way.
    await this.drain.recover();
    await here.visit.end(reason);
  }
}
