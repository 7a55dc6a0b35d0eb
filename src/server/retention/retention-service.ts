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
import type { Database } from '../db/open.ts';
import type { ProblemService } from '../health/problem-service.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import {
  daysOf,
  heldObstacle,
  nothingProtected,
  otherDataObstacle,
  shareMessage,
  shareObstacle,
} from './obstacle-words.ts';
import { isOff } from './policy.ts';
import { buildPreview } from './preview.ts';
import type { Remover } from './remover.ts';
import type { Pressure, RemovalProgress, SweepPlan } from './retention-types.ts';
import type { SweepGate } from './sweep-gate.ts';
import type { SweepHistory } from './sweep-history.ts';
import type { SweepLog } from './sweep-log.ts';
import type { SweepPlanner } from './sweep-planner.ts';
import type { SweepRun } from './sweep-run.ts';
import { defaultPace, SweepSchedule, type RetentionPace } from './sweep-schedule.ts';

export interface RetentionServiceDeps {
  db: Database;
  planner: SweepPlanner;
  run: SweepRun;
  remover: Pick<Remover, 'failures' | 'pending' | 'trashTotals' | 'recover'>;
  history: SweepHistory;
  sweepLog: SweepLog;
  gate: SweepGate;
  clock: Clock;
  events: EventBus<Events>;
  problems: Pick<ProblemService, 'raise' | 'end'>;
  log: Logger;
  settings: () => Settings;
  pressure: (signal: AbortSignal) => Promise<Pressure>;
  /** The same without touching the volume, as it was last seen. */
  pressureSeen: () => Promise<Pressure>;
  /** After a sweep that deleted something. */
  onSwept: () => void;
  /** The volume is full or fuller than the settings allow: what lies in the trash may help. */
  isTight: () => boolean;
  /** A person let a plan go, or said that the clock is right. */
  onConfirmed: () => void;
  pace?: Partial<RetentionPace>;
}

const tellEveryMs = 500;
const sweepsShown = 10;
const failuresShown = 20;
const planProblem = 'retention:plan';

/**
 * What deletes by rule, in the background: after the page answers, after downloads, after a change of the rules and on a
 * clock of its own. It looks whether anything speaks against deleting now, plans, asks a person when the plan is large,
 * and has it carried out.
 */
export class RetentionService implements Component {
  private readonly deps: RetentionServiceDeps;
  private readonly pace: RetentionPace;
  private readonly abort = new AbortController();
  private readonly schedule = new SweepSchedule();
  private stopListening: (() => void)[] = [];
  private running: Promise<void> = Promise.resolve();
  private sweeping = new AbortController();
  private state: Retention['state'] = 'idle';
  private obstacle: Obstacle | null = null;
  private confirmation: Confirmation | null = null;
  private progress: Retention['progress'] = null;
  private protectedNow: Retention['protected'] = nothingProtected();
  /** Of a clip that was refused its room: sweeps know nothing of it. */
  private roomQuestion: Confirmation | null = null;
  /** Somebody stopped a sweep: none begins by itself until something else is said. */
  private isHeld = false;
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

  /** What it is at, from memory. */
  get stateNow(): Retention['state'] {
    return this.state;
  }

  get progressNow(): Retention['progress'] {
    return this.progress;
  }

  /** The rules have changed: what is under way ends, and is planned anew. */
  settingsChanged(): void {
    this.sweeping.abort(new Error('the rules have changed'));
    this.roomQuestion = null;
    this.isHeld = false;
    // The page may ask before the next sweep.
    if (isOff(this.rules())) this.show({ state: 'off', obstacle: null });
    else if (this.state === 'off') this.show({ state: 'idle' });
    // What speaks against it, and what is asked, may be other than before: that is said at once.
    const isJudgedByRules = this.obstacle?.code === 'share' || this.obstacle?.code === 'other_data';
    this.want('settings', isJudgedByRules ? 0 : this.pace.afterSettingsMs);
  }

  /** A sweep now, in the background. */
  sweepNow(): void {
    this.isHeld = false;
    if (this.state === 'idle' || this.state === 'waiting') this.show({ state: 'planning' });
    this.want('hand', 0);
  }

  /** The sweep under way ends after the file it is at; the next begins when somebody says so. */
  stopSweep(): void {
    if (this.state !== 'sweeping' && this.state !== 'planning') return;
    this.isHeld = true;
    this.sweeping.abort(new Error('stopped by hand'));
  }

  /**
   * Lets the plan go that waits for a person's word, as much of it as the person was shown. Throws an
   * `AppError('conflict')` when there is none such.
   */
  async confirm(shown: Pick<Confirmation, 'key' | 'clips' | 'bytes'>): Promise<void> {
    const asked = this.confirmation ?? this.roomQuestion;
    if (asked?.key !== shown.key)
      throw new AppError('conflict', 'The rules or the archive have changed since: look at the plan anew.');
    const least = (key: 'clips' | 'bytes') => Math.min(asked[key], shown[key]);
    await this.deps.gate.confirm({ key: asked.key, clips: least('clips'), bytes: least('bytes') });
    this.confirmation = null;
    this.roomQuestion = null;
    this.deps.onConfirmed();
    this.sweepNow();
  }

  async confirmClock(): Promise<void> {
    await this.deps.gate.confirmClock();
    this.deps.onConfirmed();
    this.sweepNow();
  }

  async view(): Promise<Retention> {
    const { history, remover } = this.deps;
    return {
      state: this.state,
      obstacle: this.obstacle,
      progress: this.progress,
      confirmation: this.confirmation ?? this.roomQuestion,
      protected: this.protectedNow,
      sweeps: await history.list(sweepsShown),
      nextAt: this.nextAt(),
      failures: await remover.failures(failuresShown),
      pending: await remover.pending(),
      trash: await remover.trashTotals(),
    };
  }

  /** What the next sweep would do under these rules. Costs a plan; changes nothing and touches no volume. */
  async preview(changed: Partial<RetentionSettings>): Promise<Preview> {
    const { db, planner, clock, gate } = this.deps;
    const rules = { ...this.rules(), ...changed };
    const obstacle = await gate.obstacle({ look: false });
    const pressure = await this.deps.pressureSeen();
    const plan = await planner.plan({ rules, pressure, now: clock.now() }, this.abort.signal);
    return buildPreview(db, { plan, obstacle, confirmation: await gate.question(plan, rules) });
  }

  /** Why a plan that makes room may not go now, in words; null when it may. */
  async mayMakeRoom(plan: SweepPlan): Promise<string | null> {
    const { gate } = this.deps;
    const obstacle = await gate.obstacle({ look: true });
    if (obstacle) return obstacle.message;
    const question = await gate.question(plan, this.rules());
    if (question) await this.askForRoom(question);
    return question && shareMessage(question);
  }

  /**
   * Deletes for what is about to arrive, under all that protects from a sweep. Returns what was freed, and in words what
   * kept it from deleting.
   */
  async makeRoom(
    plan: SweepPlan,
    signal: AbortSignal,
  ): Promise<{ freedBytes: number; obstacle: string | null }> {
    const release = this.deps.gate.reserve(plan);
    try {
      const refusal = await this.mayMakeRoom(plan);
      if (refusal !== null) return { freedBytes: 0, obstacle: refusal };
      const { figures, obstacle } = await this.deps.run.carryOut(plan, {
        cause: 'room',
        rules: () => this.rules(),
        signal: AbortSignal.any([signal, this.abort.signal]),
        isStopped: () => false,
        onProgress: () => undefined,
      });
      this.roomQuestion = null;
      return { freedBytes: figures.freedBytes, obstacle: obstacle?.message ?? null };
    } finally {
      release();
      this.deps.onSwept();
      this.tell();
    }
  }

  /** One clip more or less is nothing to ask a person about: as much as goes without asking in a day. */
  private async askForRoom(question: Confirmation): Promise<void> {
    const atLeast = (planned: number, of: number) =>
      Math.max(planned, Math.ceil((of * question.limitPct) / 100));
    const { clips, bytes, ofClips, ofBytes } = question;
    this.roomQuestion = { ...question, clips: atLeast(clips, ofClips), bytes: atLeast(bytes, ofBytes) };
    if (this.state === 'idle' || this.state === 'waiting') await this.rest('idle', null);
  }

  private rules(): RetentionSettings {
    return retentionSettingsSchema.parse(this.deps.settings());
  }

  private want(cause: SweepCause, inMs: number): void {
    this.schedule.want(cause, inMs);
  }

  private reconsider(code: Obstacle['code']): void {
    const isTight = code === 'volume' && this.deps.isTight();
    if (this.obstacle?.code === code || isTight) this.want('start', 0);
  }

  private nextAt(): number | null {
    const inMs = this.schedule.nextInMs();
    if (inMs === null || this.state === 'off' || this.isHeld) return null;
    return Math.round(this.deps.clock.now() + inMs);
  }

  private async loop(): Promise<void> {
    const { signal } = this.abort;
    await this.settleHistory();
    while (!signal.aborted) {
      const cause = this.schedule.take();
      if (cause === null) {
        await this.schedule.wait(this.pace.everyMs, signal);
        continue;
      }
      await this.sweep(cause);
      this.want('clock', this.pace.everyMs);
    }
  }

  private async settleHistory(): Promise<void> {
    try {
      await this.deps.history.recover(this.deps.clock.now());
    } catch (error) {
      this.deps.log.error({ err: error }, 'sweeps of before could not be settled');
    }
  }

  private async sweep(cause: SweepCause): Promise<void> {
    this.sweeping = new AbortController();
    const signal = AbortSignal.any([this.sweeping.signal, this.abort.signal]);
    try {
      await this.sweepOnce(cause, signal);
    } catch (error) {
      if (!signal.aborted) this.deps.log.error({ err: error, reason: messageOf(error) }, 'a sweep failed');
      this.confirmation = null;
      this.show({ state: isOff(this.rules()) ? 'off' : 'idle', obstacle: null, progress: null });
    }
  }

  private async sweepOnce(cause: SweepCause, signal: AbortSignal): Promise<void> {
    const { gate, planner, sweepLog, clock } = this.deps;
    await gate.rememberClock();
    const rules = this.rules();
    const obstacle = await gate.obstacle({ look: false });
    const unsettled = obstacle?.code === 'volume' ? null : await this.settle(signal);
    if (isOff(rules)) return this.rest('off', null);
    if (obstacle ?? unsettled) return this.rest('waiting', obstacle ?? unsettled);
    if (this.isHeld) return this.rest('waiting', heldObstacle);
    this.show({ state: 'planning', obstacle: null });
    const pressure = await this.deps.pressure(signal);
    const plan = await planner.plan({ rules, pressure, now: clock.now() }, signal);
    this.protectedNow = plan.protected;
    const release = gate.reserve(plan);
    try {
      this.confirmation = await gate.question(plan, rules);
      sweepLog.header(plan.overAge, daysOf(rules), plan.deletions.length > 0 && !this.confirmation);
      if (this.confirmation) return await this.rest('waiting', shareObstacle(this.confirmation));
      if (plan.deletions.length === 0) return await this.restIdle(plan, signal);
      // Only now: a disk is not woken for a sweep that has nothing to do.
      const closer = await gate.obstacle({ look: true });
      if (closer) return await this.rest('waiting', closer);
      await this.carryOut(plan, { cause, signal });
    } finally {
      release();
    }
  }

  /** No clip is to go; what the rules ask for beyond that, the trash may give. */
  private async restIdle(plan: SweepPlan, signal: AbortSignal): Promise<void> {
    await this.deps.run.easeTrash(signal, { forRules: true });
    await this.rest('idle', otherDataObstacle(plan));
  }

  /** What a crash or a hanging call left undecided belongs to the plan; with nothing left no file is looked at. */
  private async settle(signal: AbortSignal): Promise<Obstacle | null> {
    const { remover, run, history } = this.deps;
    const message = await remover.recover(signal);
    await history.recount();
    if (message !== null) return { code: 'volume', message, advice: null };
    // Under the rules themselves the trash goes only once nothing speaks against the plan.
    await run.easeTrash(signal, { forRules: false });
    return null;
  }

  private async carryOut(plan: SweepPlan, run: { cause: SweepCause; signal: AbortSignal }): Promise<void> {
    const total = plan.deletions.length;
    this.show({ state: 'sweeping', progress: { done: 0, total, failed: 0, freedBytes: 0 } });
    const { obstacle } = await this.deps.run.carryOut(plan, {
      ...run,
      rules: () => this.rules(),
      isStopped: () => this.isHeld,
      onProgress: (progress) => this.noteProgress(progress, total),
    });
    this.deps.onSwept();
    const stopped = this.isHeld ? heldObstacle : null;
    const why = obstacle ?? stopped;
    await this.rest(why ? 'waiting' : 'idle', why ?? otherDataObstacle(plan));
  }

  private noteProgress({ done, failed, freedBytes }: RemovalProgress, total: number): void {
    this.progress = { done, total, failed, freedBytes };
    if (performance.now() - this.toldAt >= tellEveryMs) this.tell();
  }

  /** Says what it is at until the next sweep. What keeps it from deleting is a problem, unless something else tells it. */
  private async rest(is: 'off' | 'idle' | 'waiting', why: Obstacle | null): Promise<void> {
    if (is !== 'waiting') this.confirmation = null;
    const asksForRoom = is === 'idle' && this.roomQuestion !== null;
    const obstacle = asksForRoom && this.roomQuestion ? shareObstacle(this.roomQuestion) : why;
    this.show({ state: asksForRoom ? 'waiting' : is, obstacle, progress: null });
    const isToldElsewhere = ['volume', 'scan', 'stopped'].includes(obstacle?.code ?? '');
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
