import { setTimeout as sleep } from 'node:timers/promises';

/** How far ahead of the rate bytes may run without a wait; keeps the number of timers low. */
const aheadMs = 10;
/** How much unused time may be made up for afterwards: late timers even out, idle time does not. */
const catchUpMs = 40;
const sliceMs = 25;

/**
 * When bytes may leave at a given rate: each reservation books its own time after the one before.
 * A burst is at most `aheadMs + catchUpMs` = 50 ms of the rate, whatever came before.
 */
export class Pace {
  readonly bytesPerSecond: number;
  #bookedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Books `bytes` at `nowMs` (any monotonic clock) and says how many ms to wait before sending them. */
  reserve(bytes: number, nowMs: number): number {
    const startMs = Math.max(this.#bookedUntilMs, nowMs - catchUpMs);
    this.#bookedUntilMs = startMs + (bytes / this.bytesPerSecond) * 1000;
    const waitMs = this.#bookedUntilMs - nowMs;
    return waitMs <= aheadMs ? 0 : waitMs;
  }

  /** The largest piece to reserve at once, so that one piece never is a burst of its own. */
  get sliceBytes(): number {
    return Math.max(256, Math.min(65_536, Math.floor((this.bytesPerSecond * sliceMs) / 1000)));
  }
}

/** The camera's radio: one rate shared by all connections, changeable while it runs. */
export class Bandwidth {
  #pace: Pace | null = null;

  /** Null lifts the limit. */
  limit(bytesPerSecond: number | null): void {
    if (bytesPerSecond === (this.#pace?.bytesPerSecond ?? null)) return;
    this.#pace = bytesPerSecond === null ? null : new Pace(bytesPerSecond);
  }

  get sliceBytes(): number {
    return this.#pace?.sliceBytes ?? 65_536;
  }

  /** Resolves when `bytes` may be sent; rejects when the signal aborts. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const waitMs = this.#pace?.reserve(bytes, performance.now()) ?? 0;
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
  }
}
