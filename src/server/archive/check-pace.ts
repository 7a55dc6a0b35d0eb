import { sleep } from '../lib/abort.ts';

/** Shorter rests than a timer can keep are gathered. */
const shortestRestMs = 20;

export interface GentlePaceDeps {
  /** Of the time in which it works: above 0, 1 for without a rest. */
  share: number;
  /** Left out: time passes. */
  rest?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * A share of time instead of a rate: whoever has waited so long for the disk leaves it alone in proportion. A fast disk
 * is read fast, one that is slow, far away or busy with others' work is asked less, and nobody has to know which it is.
 */
export class GentlePace {
  private readonly share: number;
  private readonly rest: (ms: number, signal: AbortSignal) => Promise<void>;
  private owedMs = 0;

  constructor({ share, rest = sleep }: GentlePaceDeps) {
    this.share = share;
    this.rest = rest;
  }

  /** Resolves when as much rest was had as so much work calls for; early when the signal is aborted. */
  async worked(ms: number, signal: AbortSignal): Promise<void> {
    this.owedMs += ms * (1 / this.share - 1);
    if (this.owedMs < shortestRestMs) return;
    const owed = this.owedMs;
    this.owedMs = 0;
    await this.rest(owed, signal);
  }
}
