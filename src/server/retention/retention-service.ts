import { z } from 'zod';
import type { Events } from '../../shared/events.ts';
import {
  retentionSettingsSchema,
  type Confirmation,
  type Obstacle,
  type Preview,
  type Retention,
  type RetentionSettings,
  type SweepCause,
} from '../../shared/retention.ts';
import type { Settings } from '../../shared/settings.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database } from '../db/open.ts';
import type { ProblemService } from '../health/problem-service.ts';
import { Doorbell } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { rulesDeletedSince } from './audit-repository.ts';
import type { ClockWatch } from './clock-watch.ts';
import { clockObstacleOf, gateOf, type GateFacts } from './gate.ts';
import {
  daysOf,
  nothingProtected,
  otherDataObstacle,
  shareMessage,
  shareObstacle,
} from './obstacle-words.ts';
import { isOff } from './policy.ts';
import { buildPreview } from './preview.ts';
import type { Remover } from './remover.ts';
import type { Pressure, RemovalProgress, SweepPlan } from './retention-types.ts';
import { confirmationOf, type Confirmed } from './share.ts';
import type { SweepHistory } from './sweep-history.ts';
import type { SweepLog } from './sweep-log.ts';
import type { SweepPlanner } from './sweep-planner.ts';
import type { SweepRun } from './sweep-run.ts';

export interface RetentionServiceDeps {
  db: Database;
  planner: SweepPlanner;
  run: SweepRun;
  remover: Pick<Remover, 'failures' | 'pending' | 'trashTotals' | 'recover'>;
  history: SweepHistory;
  sweepLog: SweepLog;
  clockWatch: ClockWatch;
  clock: Clock;
  events: EventBus<Events>;
  problems: Pick<ProblemService, 'raise' | 'end'>;
  log: Logger;
  settings: () => Settings;
  pressure: (signal: AbortSignal) => Promise<Pressure>;
  /** The volume as last seen, or looked at now, and how far the scan is. */
  archiveFacts: (options: { look: boolean }) => Promise<Pick<GateFacts, 'volume' | 'scan'>>;
  /** After a sweep that deleted something. */
  onSwept: () => void;
  /** A person let a plan go, or said that the clock is right. */
  onConfirmed: () => void;
  pace?: Partial<RetentionPace>;
}

/** Waits of what deletes by rule, in ms. */
export interface RetentionPace {
  /** From one sweep to the next when nothing happens. */
  everyMs: number;
  /** After a clip arrived: those that arrive meanwhile are waited for. */
  afterDownloadMs: number;
  /** After the rules changed: time to think again. */
  afterSettingsMs: number;
}

const defaultPace: RetentionPace = {
  everyMs: 10 * 60_000,
  afterDownloadMs: 60_000,
  afterSettingsMs: 60_000,
};
const dayMs = 24 * 60 * 60_000;
const tellEveryMs = 500;
const sweepsShown = 10;
const failuresShown = 20;
const confirmedSchema = z.object({
  key: z.string(),
  clips: z.number(),
  bytes: z.number(),
  at: z.number(),
});
const planProblem = 'retention:plan';
const nothingPressing: Pressure = { disk: null, usedBytes: 0, trashBytes: 0, archiveBytes: 0 };

/**
 * What deletes by rule, in the background: after the page answers, after downloads, after a change of the rules and on a
 * clock of its own. It looks whether anything speaks against deleting now, plans, asks a person when the plan is large,
 * and has it carried out.
 */
export class RetentionService implements Component {
  private readonly deps: RetentionServiceDeps;
  private readonly pace: RetentionPace;
  private readonly abort = new AbortController();
  private readonly doorbell = new Doorbell();
  /** When the next sweep is due for each cause (`performance.now()`). */
  private readonly due = new Map<SweepCause, number>();
  private stopListening: (() => void)[] = [];
  private running: Promise<void> = Promise.resolve();
  private sweeping = new AbortController();
  private state: Retention['state'] = 'idle';
  private obstacle: Obstacle | null = null;
  private confirmation: Confirmation | null = null;
  private progress: Retention['progress'] = null;
  private protectedNow: Retention['protected'] = nothingProtected();
  private clockIsTrusted = false;
  private toldAt = -Infinity;

  constructor(deps: RetentionServiceDeps) {
    this.deps = deps;
    this.pace = { ...defaultPace, ...deps.pace };
  }

  start(): void {
    const { events } = this.deps;
    this.stopListening = [
      events.on('clip.archived', () => this.want('downloads', this.pace.afterDownloadMs)),
      // The volume came back, or the scan has ended.
      events.on('archive.changed', () => this.reconsider('volume')),
      events.on('system.changed', () => this.reconsider('scan')),
    ];
    this.want('start', 0);
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    for (const stop of this.stopListening) stop();
    this.abort.abort(new Error('the program ends'));
    this.sweeping.abort();
    await this.running;
  }

  /** Whether the clock was believed when it was last asked: the trash lets go of nothing before. */
  get trustsClock(): boolean {
    return this.clockIsTrusted;
  }

  /** What it is at, from memory. */
  get stateNow(): Retention['state'] {
    return this.state;
  }

  /** The rules have changed. */
  settingsChanged(): void {
    // The page may ask before the next sweep.
    if (isOff(this.rules())) this.show({ state: 'off' });
    else if (this.state === 'off') this.show({ state: 'idle' });
    this.want('settings', this.pace.afterSettingsMs);
    // What speaks against it, and what is asked, may be other than before: that is said at once.
    if (this.obstacle?.code === 'share' || this.obstacle?.code === 'other_data') this.want('settings', 0);
  }

  /** A sweep now, in the background. */
  sweepNow(): void {
    if (this.state === 'idle' || this.state === 'waiting') this.show({ state: 'planning' });
    this.want('hand', 0);
  }

  /** The sweep under way ends after the file it is at. */
  stopSweep(): void {
    this.sweeping.abort(new Error('stopped by hand'));
  }

  /** Lets the plan go that waits for a person's word. Throws an `AppError('conflict')` when there is none such. */
  async confirm(key: string): Promise<void> {
    const { confirmation } = this;
    if (confirmation?.key !== key)
      throw new AppError('conflict', 'The rules or the archive have changed since: look at the plan anew.');
    const { clips, bytes } = confirmation;
    const confirmed = { key, clips, bytes, at: this.deps.clock.now() };
    await writeAppState(this.deps.db, 'retention.confirmed', JSON.stringify(confirmed));
    this.confirmation = null;
    this.deps.onConfirmed();
    this.want('hand', 0);
  }

  async confirmClock(): Promise<void> {
    await this.deps.clockWatch.confirm();
    this.deps.onConfirmed();
    this.want('hand', 0);
  }

  async view(): Promise<Retention> {
    const { history, remover } = this.deps;
    return {
      state: this.state,
      obstacle: this.obstacle,
      progress: this.progress,
      confirmation: this.confirmation,
      protected: this.protectedNow,
      sweeps: await history.list(sweepsShown),
      nextAt: this.nextAt(),
      failures: await remover.failures(failuresShown),
      pending: await remover.pending(),
      trash: await remover.trashTotals(),
    };
  }

  /** What the next sweep would do under these rules. Costs a plan; changes nothing. */
  async preview(changed: Partial<RetentionSettings>): Promise<Preview> {
    const { db, planner, clock } = this.deps;
    const { signal } = this.abort;
    const rules = { ...this.rules(), ...changed };
    const gate = gateOf(await this.gateFacts({ look: false }));
    const pressure = await this.deps.pressure(signal).catch(() => nothingPressing);
    const plan = await planner.plan({ rules, pressure, now: clock.now() }, signal);
    const confirmation = await this.confirmationFor(plan, rules);
    return buildPreview(db, { plan, obstacle: gate, confirmation });
  }

  /**
   * Deletes for what is about to arrive, under all that protects from a sweep. Returns what was freed, and in words what
   * kept it from deleting.
   */
  async makeRoom(
    plan: SweepPlan,
    signal: AbortSignal,
  ): Promise<{ freedBytes: number; obstacle: string | null }> {
    const rules = this.rules();
    const gate = gateOf(await this.gateFacts({ look: true }));
    if (gate) return { freedBytes: 0, obstacle: gate.message };
    const confirmation = await this.confirmationFor(plan, rules);
    if (confirmation) return { freedBytes: 0, obstacle: shareMessage(confirmation) };
    const result = await this.deps.run.carryOut(plan, {
      cause: 'room',
      rules,
      signal: AbortSignal.any([signal, this.abort.signal]),
      onProgress: () => undefined,
    });
    this.deps.onSwept();
    this.tell();
    return { freedBytes: result.figures.freedBytes, obstacle: result.obstacle?.message ?? null };
  }

  private rules(): RetentionSettings {
    return retentionSettingsSchema.parse(this.deps.settings());
  }

  private want(cause: SweepCause, inMs: number): void {
    const at = performance.now() + inMs;
    this.due.set(cause, Math.min(at, this.due.get(cause) ?? Infinity));
    this.doorbell.ring();
  }

  private reconsider(code: Obstacle['code']): void {
    if (this.obstacle?.code === code) this.want('start', 0);
  }

  private nextAt(): number | null {
    const next = Math.min(...this.due.values());
    if (!Number.isFinite(next) || this.state === 'off') return null;
    return Math.round(this.deps.clock.now() + Math.max(next - performance.now(), 0));
  }

  private async loop(): Promise<void> {
    const { signal } = this.abort;
    await this.deps.history.recover(this.deps.clock.now());
    while (!signal.aborted) {
      const cause = this.takeDue();
      if (cause === null) {
        const next = Math.min(...this.due.values(), performance.now() + this.pace.everyMs);
        await this.doorbell.wait(Math.max(next - performance.now(), 1), signal);
        continue;
      }
      await this.sweep(cause);
      this.want('clock', this.pace.everyMs);
    }
  }

  private takeDue(): SweepCause | null {
    const now = performance.now();
    const [cause] = [...this.due].find(([, at]) => at <= now) ?? [null];
    if (cause === null) return null;
    // One sweep serves every cause that is due.
    for (const [each, at] of this.due) if (at <= now || each === 'clock') this.due.delete(each);
    return cause;
  }

  private async sweep(cause: SweepCause): Promise<void> {
    this.sweeping = new AbortController();
    const signal = AbortSignal.any([this.sweeping.signal, this.abort.signal]);
    try {
      await this.sweepOnce(cause, signal);
    } catch (error) {
      if (!signal.aborted) this.deps.log.error({ err: error, reason: messageOf(error) }, 'a sweep failed');
      this.show({ state: 'idle', progress: null });
    }
  }

  private async sweepOnce(cause: SweepCause, signal: AbortSignal): Promise<void> {
    const facts = await this.gateFacts({ look: false });
    await this.judgeClock(facts);
    const rules = this.rules();
    if (isOff(rules)) return this.rest('off', null);
    const gate = gateOf(facts);
    if (gate) return this.rest('waiting', gate);
    this.show({ state: 'planning', obstacle: null });
    const { planner, sweepLog, clock, remover } = this.deps;
    // What a crash or a hanging call left undecided belongs to this plan; with nothing left no file is looked at.
    await remover.recover(signal);
    await this.deps.run.easeTrash(signal);
    const pressure = await this.deps.pressure(signal);
    const plan = await planner.plan({ rules, pressure, now: clock.now() }, signal);
    this.protectedNow = plan.protected;
    sweepLog.header(plan.overAge, daysOf(rules), plan.deletions.length);
    this.confirmation = await this.confirmationFor(plan, rules);
    if (this.confirmation) return this.rest('waiting', shareObstacle(this.confirmation));
    if (plan.deletions.length === 0) return this.rest('idle', otherDataObstacle(plan));
    // Only now: a disk is not woken for a sweep that has nothing to do.
    const closer = gateOf(await this.gateFacts({ look: true }));
    if (closer) return this.rest('waiting', closer);
    await this.carryOut(plan, { cause, rules, signal });
  }

  private async carryOut(
    plan: SweepPlan,
    run: { cause: SweepCause; rules: RetentionSettings; signal: AbortSignal },
  ): Promise<void> {
    const total = plan.deletions.length;
    this.show({ state: 'sweeping', progress: { done: 0, total, failed: 0, freedBytes: 0 } });
    const { obstacle } = await this.deps.run.carryOut(plan, {
      ...run,
      onProgress: (progress) => this.noteProgress(progress, total),
    });
    this.deps.onSwept();
    await this.rest(obstacle ? 'waiting' : 'idle', obstacle ?? otherDataObstacle(plan));
  }

  private noteProgress({ done, failed, freedBytes }: RemovalProgress, total: number): void {
    this.progress = { done, total, failed, freedBytes };
    if (performance.now() - this.toldAt >= tellEveryMs) this.tell();
  }

  private async gateFacts(options: { look: boolean }): Promise<GateFacts> {
    return { ...(await this.deps.archiveFacts(options)), clock: await this.deps.clockWatch.facts() };
  }

  /** A clock that nothing speaks against is remembered, so that the next jump is seen. */
  private async judgeClock({ clock }: GateFacts): Promise<void> {
    this.clockIsTrusted = clockObstacleOf(clock) === null;
    if (this.clockIsTrusted) await this.deps.clockWatch.believe();
  }

  private async confirmationFor(plan: SweepPlan, rules: RetentionSettings): Promise<Confirmation | null> {
    if (plan.deletions.length === 0) return null;
    const { db, clock } = this.deps;
    const now = clock.now();
    const recent = await rulesDeletedSince(db, now - dayMs);
    const confirmed = await this.confirmed();
    const goneSince = confirmed ? await rulesDeletedSince(db, confirmed.at) : undefined;
    return confirmationOf({ plan, rules, recent, confirmed, now, ...(goneSince && { goneSince }) });
  }

  private async confirmed(): Promise<Confirmed | null> {
    const text = await readAppState(this.deps.db, 'retention.confirmed');
    return text === null ? null : (confirmedSchema.safeParse(JSON.parse(text)).data ?? null);
  }

  /** Says what it is at until the next sweep. What keeps it from deleting is a problem, unless something else tells it. */
  private async rest(state: 'off' | 'idle' | 'waiting', obstacle: Obstacle | null): Promise<void> {
    if (state !== 'waiting') this.confirmation = null;
    this.show({ state, obstacle, progress: null });
    const isToldElsewhere = obstacle?.code === 'volume' || obstacle?.code === 'scan';
    if (obstacle === null || isToldElsewhere) return this.deps.problems.end(planProblem);
    const { message, advice } = obstacle;
    await this.deps.problems.raise({
      key: planProblem,
      severity: 'warning',
      message,
      ...(advice !== null && { advice }),
    });
  }

  private show(change: {
    state: Retention['state'];
    obstacle?: Obstacle | null;
    progress?: Retention['progress'];
  }): void {
    const isOther = (this.state === 'sweeping') !== (change.state === 'sweeping');
    this.state = change.state;
    if (change.obstacle !== undefined) this.obstacle = change.obstacle;
    if (change.progress !== undefined) this.progress = change.progress;
    this.tell();
    // The header of every page says it.
    if (isOther) this.deps.events.emit('sync.changed', {});
  }

  private tell(): void {
    this.toldAt = performance.now();
    this.deps.events.emit('retention.changed', {});
  }
}
