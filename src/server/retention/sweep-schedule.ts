import type { SweepCause } from '../../shared/retention.ts';
import { Doorbell } from '../lib/abort.ts';

/** Waits of what deletes by rule, in ms. */
export interface RetentionPace {
  /** From one sweep to the next when nothing happens. */
  everyMs: number;
  /** After a clip arrived: those that arrive meanwhile are waited for. */
  afterDownloadMs: number;
  /** After the rules changed: time to think again. */
  afterSettingsMs: number;
}

export const defaultPace: RetentionPace = {
  everyMs: 10 * 60_000,
  afterDownloadMs: 60_000,
  afterSettingsMs: 60_000,
};
/** When the next sweep is due, and why. */
export class SweepSchedule {
  private readonly doorbell = new Doorbell();
  /** For each cause, by `performance.now()`. */
  private readonly due = new Map<SweepCause, number>();

  /** A cause that is due sooner already stays so. */
  want(cause: SweepCause, inMs: number): void {
    const at = performance.now() + inMs;
    this.due.set(cause, Math.min(at, this.due.get(cause) ?? Infinity));
    this.doorbell.ring();
  }

  /** Milliseconds until the next is due; null when none is wanted. */
  nextInMs(): number | null {
    const next = Math.min(...this.due.values());
    return Number.isFinite(next) ? Math.max(next - performance.now(), 0) : null;
  }

  /** The cause that is due, with every other that is: one sweep serves them all. Null when none is. */
  take(): SweepCause | null {
    const now = performance.now();
    const [cause] = [...this.due].find(([, at]) => at <= now) ?? [null];
    if (cause === null) return null;
    for (const [each, at] of this.due) if (at <= now || each === 'clock') this.due.delete(each);
    return cause;
  }

  /** Ends when something is due or was wanted, after `longestMs` at the latest, or when the signal is aborted. */
  async wait(longestMs: number, signal: AbortSignal): Promise<void> {
    await this.doorbell.wait(Math.max(Math.min(this.nextInMs() ?? longestMs, longestMs), 1), signal);
  }
}
