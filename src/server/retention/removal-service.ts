import type { Events } from '../../shared/events.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ProblemService } from '../health/problem-service.ts';
import { Doorbell } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { canDelete, removalProblem } from './removal-policy.ts';
import type { Remover } from './remover.ts';

export interface RemovalServiceDeps {
  remover: Remover;
  volume: Pick<ArchiveVolume, 'status'>;
  events: EventBus<Events>;
  problems: Pick<ProblemService, 'raise' | 'end'>;
  clock: Clock;
  log: Logger;
  /** Whether the clock can be trusted to say what has been in the trash long enough. */
  mayPurge: () => boolean | Promise<boolean>;
  /** Takes in, once, what lies in the trash and no row tells of; false: it is too early. */
  adoptOrphans?: (signal: AbortSignal) => Promise<boolean>;
  /** Something was deleted for good: there is more room than was seen last. */
  onFreed?: () => void;
  /** How often it looks without having heard of anything: a few indexed queries. */
  idleMs?: number;
}

const problemKey = 'retention:removal';
const defaultIdleMs = 10 * 60_000;

/**
 * Carries out in the background what people ordered, lets go of what has been in the trash for its time, and settles
 * what an earlier end of the program left open. The volume is only touched when there is something to do on it.
 */
export class RemovalService implements Component {
  private readonly deps: RemovalServiceDeps;
  private readonly abort = new AbortController();
  private readonly doorbell = new Doorbell();
  private stopListening: (() => void)[] = [];
  private running: Promise<void> | undefined;
  private problem: Promise<void> = Promise.resolve();
  private toldFailures = -1;
  private hasAdopted = false;

  constructor(deps: RemovalServiceDeps) {
    this.deps = deps;
  }

  start(): void {
    const { events } = this.deps;
    this.stopListening = [
      events.on('archive.changed', () => this.nudge()),
      events.on('retention.changed', () => this.tellSoon()),
      // A scan may have ended.
      events.on('system.changed', () => {
        if (!this.hasAdopted && this.deps.adoptOrphans) this.nudge();
      }),
    ];
    this.running = this.run();
  }

  /** Ends after the file it is at. */
  async stop(): Promise<void> {
    for (const stop of this.stopListening) stop();
    this.abort.abort(new Error('the program ends'));
    await this.running;
    this.deps.remover.stop();
    await this.problem;
  }

  /** Something may be to be done. */
  nudge(): void {
    this.doorbell.ring();
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      try {
        await this.work(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.deps.log.error({ err: error }, 'deletions could not be carried out');
      }
      await this.doorbell.wait(this.deps.idleMs ?? defaultIdleMs, signal);
    }
  }

  private async work(signal: AbortSignal): Promise<void> {
    const { remover, volume, mayPurge, log } = this.deps;
    await remover.forgetAbandoned();
    this.tellSoon();
    await this.adopt(signal);
    if (!(await remover.hasWork(await mayPurge())) || !canDelete(volume.status)) return;
    const before = remover.freedBytes;
    const obstacle =
      (await remover.recover(signal)) ??
      (await remover.carryOutOrders(signal)) ??
      (await remover.purgeDue(signal, mayPurge));
    if (remover.freedBytes > before) this.deps.onFreed?.();
    if (obstacle !== null && !signal.aborted) log.warn({ reason: obstacle }, 'deletions wait for the volume');
    await this.tell();
  }

  /** After a start; what could not be looked at is left to the next one. */
  private async adopt(signal: AbortSignal): Promise<void> {
    const { adoptOrphans, volume, log } = this.deps;
    if (this.hasAdopted || !adoptOrphans || !canDelete(volume.status)) return;
    try {
      this.hasAdopted = await adoptOrphans(signal);
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ reason: messageOf(error) }, 'the trash could not be looked through');
    }
  }

  /** After a batch of whoever it was: its failures are one problem. */
  private tellSoon(): void {
    if (this.toldFailures === this.deps.remover.failureChanges || this.abort.signal.aborted) return;
    this.problem = this.problem
      .then(() => this.tell())
      .catch((error: unknown) =>
        this.deps.log.warn({ reason: messageOf(error) }, 'a problem could not be noted'),
      );
  }

  private async tell(): Promise<void> {
    const { remover, problems } = this.deps;
    const changes = remover.failureChanges;
    if (this.toldFailures === changes) return;
    this.toldFailures = changes;
    const { count, commonest } = await remover.failureSummary();
    const problem = removalProblem(count, commonest);
    if (problem) await problems.raise({ key: problemKey, severity: 'warning', ...problem });
    else await problems.end(problemKey);
  }
}
