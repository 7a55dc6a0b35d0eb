import type { Integrity } from '../../shared/system.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import type { DatabaseThreads } from './run-job.ts';

export interface IntegrityCheckDeps {
  path: string;
  threads: DatabaseThreads;
  clock: Clock;
  log: Logger;
  /** After the start, when the page has been served; at once in tests. */
  delayMs: number;
  onChange(): void;
  onDamage(message: string): void;
}

/** Reads every page of the database once after each start, in a thread of its own. */
export class IntegrityCheck implements Component {
  private readonly deps: IntegrityCheckDeps;
  private readonly stopped = new AbortController();
  private current: Integrity = { state: 'not_yet', at: null, message: null };
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(deps: IntegrityCheckDeps) {
    this.deps = deps;
  }

  get status(): Integrity {
    return this.current;
  }

  start(): void {
    this.timer = setTimeout(() => {
      this.running = this.check();
    }, this.deps.delayMs).unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.stopped.abort();
    await this.running;
  }

  private async check(): Promise<void> {
    const { path, log } = this.deps;
    const before = this.current;
    this.set({ state: 'running', at: null, message: null });
    try {
      const fault = await this.deps.threads.run('check', { path }, { signal: this.stopped.signal });
      this.set({ state: fault === null ? 'good' : 'damaged', at: this.deps.clock.now(), message: fault });
      if (fault === null) return log.debug('every page of the database was read and is whole');
      log.error({ path, reason: fault }, 'the database is damaged');
      this.deps.onDamage(fault);
    } catch (error) {
      if (this.stopped.signal.aborted) return;
      this.set(before);
      log.warn({ reason: messageOf(error) }, 'the database could not be checked');
    }
  }

  private set(status: Integrity): void {
    this.current = status;
    this.deps.onChange();
  }
}
