import type { RecordState } from '../../shared/cameras.ts';
import type { Listing } from '../camera/camera.ts';
import type { CameraRow } from '../db/schema.ts';
import { messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { CameraState } from './camera-state.ts';
import type { Connector } from './connector.ts';
import { cameraFailureKind } from './download-failure.ts';
import type { RuleContext } from './fetch-rules.ts';
import type { Here } from './here.ts';
import { ListingSchedule } from './listing-pace.ts';
import type { ReconcileOutcome } from './reconciler.ts';
import type { QueueOrder } from './queue-order.ts';
import { reviveFailed } from './revive.ts';
import type { SyncDeps } from './sync-deps.ts';

export interface CameraListingParts {
  deps: SyncDeps;
  row: CameraRow;
  log: Logger;
  state: CameraState;
  order: QueueOrder;
  connector: Connector;
  signal: AbortSignal;
}

/** What was listed is not this camera's, or it is not there any more: nothing is concluded from it. */
export class NotOursError extends Error {
  override name = 'NotOursError';
  readonly kind: 'stranger' | 'away';
  constructor(kind: 'stranger' | 'away', reason: string) {
    super(reason);
    this.kind = kind;
  }
}

/** Listings that failed in a row until it is a problem. */
const failuresUntilProblem = 3;

/** Lists one camera when that is due, and folds what it shows into the ledger. */
export class CameraListing {
  private readonly parts: CameraListingParts;
  private readonly schedule: ListingSchedule;
  private readonly noted = new Set<string>();
  private failedInARow = 0;
  private lastFailure: string | null = null;
  private wholeBeganAt = -Infinity;
  /** Of the card at the last listing; null when the camera did not tell. */
  private freeBytes: number | null = null;
  /** Not yet listed in this visit. */
  private isFirst = true;

  constructor(parts: CameraListingParts) {
    this.parts = parts;
    this.schedule = new ListingSchedule(parts.deps.pace);
  }

  /** Why the last listing failed; null when it did not. */
  get failure(): string | null {
    return this.lastFailure;
  }

  want(): void {
    this.schedule.want();
  }

  beginVisit(): void {
    this.isFirst = true;
    this.schedule.want();
  }

  hasBegunSince(time: number): boolean {
    return this.schedule.hasBegunSince(time);
  }

  /** Whether a complete listing that showed anything has begun since that time (`performance.now()`). */
  wasWholeSince(time: number): boolean {
    return this.wholeBeganAt >= time;
  }

  async isDue(): Promise<boolean> {
    const isUrgent = this.lastFailure !== null || (await this.parts.order.holdsRecording());
    return this.schedule.isDue(performance.now(), isUrgent);
  }

  /**
   * A listing that fails concludes nothing; what is known to be on the card is fetched all the same. `recordState` is
   * asked when the listing has come.
   */
  async take(here: Here, recordState: () => Promise<RecordState>): Promise<void> {
    const { state, signal, log } = this.parts;
    state.set('listing', null);
    const beganAt = performance.now();
    this.schedule.begin(beganAt);
    try {
      const listing = await here.camera.list(signal);
      await this.fold(here, listing, await recordState());
      if (listing.complete && listing.files.length > 0) this.wholeBeganAt = beganAt;
      await this.succeeded();
    } catch (error) {
      const kind = cameraFailureKind(error);
      if (signal.aborted || error instanceof NotOursError || kind === 'unreachable') {
        this.schedule.want();
        throw error;
      }
      if (kind === undefined) log.error({ err: error }, 'a listing could not be folded in');
      await this.failed(kind ?? 'unexpected', messageOf(error));
    } finally {
      this.schedule.end(performance.now());
    }
  }

  private async fold(here: Here, listing: Listing, recording: RecordState): Promise<void> {
    const { deps, row, log } = this.parts;
    await this.refuseStranger(here, listing);
    const rules = deps.ruleHolds.contextOf(row, here.connection);
    const outcome = await this.reconcile(listing, recording, rules);
    await this.afterListing(here, listing, outcome.localDays);
    await this.checkFinds();
    const { added, lost } = outcome;
    const { complete, costMs } = listing;
    const fields = { files: listing.files.length, complete, added, lost, costMs };
    log[added > 0 || lost > 0 ? 'info' : 'debug'](fields, 'camera listed');
    for (const note of listing.notes) this.noteOnce(note);
  }

  /** What was folded in before it failed counts too. */
  private async reconcile(
    listing: Listing,
    recording: RecordState,
    rules: RuleContext,
  ): Promise<ReconcileOutcome> {
    const { deps, row, order } = this.parts;
    let queueChanged = true;
    try {
      const outcome = await deps.reconciler.reconcile(row.id, listing, recording, rules);
      queueChanged = outcome.queueChanged;
      return outcome;
    } finally {
      if (queueChanged) order.invalidate();
    }
  }

  /** The address may have gone to another device since it was asked: a drain lasts, and cars come and go. */
  private async refuseStranger(here: Here, listing: Listing): Promise<void> {
    const { connector, signal } = this.parts;
    const contact = await connector.confirm(here, signal);
    if (contact.kind !== 'here') throw new NotOursError(contact.kind, contact.reason);
    const reason = await connector.judgeListing(here, listing.files);
    if (reason !== null) throw new NotOursError('stranger', reason);
  }

  private async afterListing(here: Here, listing: Listing, localDays: string[]): Promise<void> {
    const { deps, row, order } = this.parts;
    const { db, cameras, clips, clock, events, deletions } = deps;
    await cameras.patch(db, row.id, { last_contact_at: clock.now() });
    const days = new Set(localDays);
    if (this.isFirst) {
      const revived = await reviveFailed({ db, clips, cameraId: row.id, now: clock.now() });
      if (revived.length > 0) {
        order.invalidate();
        // A rule that came since holds them too.
        await deps.ruleHolds.apply(row, here.connection).finally(() => order.invalidate());
      }
      for (const clip of revived) days.add(clip.local_day);
    }
    this.isFirst = false;
    await deletions.afterListing(row.id, listing);
    await this.forecast(here);
    if (days.size > 0)
      events.emit('clips.changed', { cameraId: row.id, localDays: [...days].toSorted().slice(-100) });
    events.emit('sync.changed', {});
  }

  private async forecast(here: Here): Promise<void> {
    const { deps, row, order, signal } = this.parts;
    const freeBytes = await here.camera.freeBytes(signal).catch((error: unknown) => {
      if (signal.aborted || cameraFailureKind(error) === 'unreachable') throw error;
      return null;
    });
    this.freeBytes = freeBytes;
    const { riskBefore } = await deps.forecaster.update(row.id, freeBytes);
    order.setRisk(riskBefore);
  }

  /** What has been fetched since the last listing does not wait on the card any more. */
  async forecastAnew(): Promise<void> {
    const { deps, row, order } = this.parts;
    const { riskBefore } = await deps.forecaster.update(row.id, this.freeBytes);
    order.setRisk(riskBefore);
    deps.events.emit('camera.changed', { cameraId: row.id });
  }

  /** Our own files never stand in the way of a listing, nor of what it brings. */
  private async checkFinds(): Promise<void> {
    const { deps, row, log, signal } = this.parts;
    try {
      const broken = await deps.foundCheck.check(row.id, signal);
      // What they turn out to be is concluded from the next listing, at once.
      if (broken > 0) this.schedule.want();
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn({ reason: messageOf(error) }, 'found clips could not be looked at');
    }
  }

  /** One line for each thing that could not be understood, not one for each listing. */
  private noteOnce(note: string): void {
    if (this.noted.has(note) || this.noted.size > 1000) return;
    this.noted.add(note);
    this.parts.log.warn({ note }, 'a note on the listing');
  }

  private get problemKey(): string {
    return `camera:${this.parts.row.id}:listing`;
  }

  private async succeeded(): Promise<void> {
    const wasWrong = this.lastFailure !== null || this.failedInARow > 0;
    this.failedInARow = 0;
    this.lastFailure = null;
    if (wasWrong) await this.parts.deps.problems.end(this.problemKey);
  }

  private async failed(kind: string, reason: string): Promise<void> {
    const { log, deps, row } = this.parts;
    if (reason !== this.lastFailure) log.warn({ kind, reason }, 'the camera could not be listed');
    this.lastFailure = reason;
    this.failedInARow++;
    if (this.failedInARow < failuresUntilProblem) return;
    await deps.problems.raise({
      key: this.problemKey,
      severity: 'warning',
      message: `${row.name} could not be listed: ${reason}`,
      advice:
        'What is known to be on its card is fetched meanwhile; new recordings are not seen. Switch the camera off and on if this lasts.',
      cameraId: row.id,
    });
  }
}
