import { setTimeout as sleep } from 'node:timers/promises';

/** How far ahead of the rate bytes may run without a wait; keeps the number of timers low. */
const aheadMs = 4;
/** What writing a piece may cost without being lost to the rate. */
const graceMs = 3;
/** A timer that fires late is made up for, up to this. */
const maxLateMs = 40;
const sliceMs = 25;

/**
 * When bytes may leave at a given rate: each reservation books its own time after the one before.
 * Idle time gives no credit (a client's pauses between files cost it throughput, as on a radio): a burst
 * is at most `aheadMs + graceMs`, plus what the last timer was late, together never over 50 ms of the rate.
 */
export class Pace {
  readonly bytesPerSecond: number;
  #bookedUntilMs = Number.NEGATIVE_INFINITY;
  #lateMs = 0;

  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Books `bytes` at `nowMs` (any monotonic clock) and says how many ms to wait before sending them. */
  reserve(bytes: number, nowMs: number): number {
    const startMs = Math.max(this.#bookedUntilMs, nowMs - graceMs - this.#lateMs);
    this.#lateMs = 0;
    this.#bookedUntilMs = startMs + (bytes / this.bytesPerSecond) * 1000;
    const waitMs = this.#bookedUntilMs - nowMs;
    return waitMs <= aheadMs ? 0 : waitMs;
  }

  /** The wait ended `lateMs` after its time: not the client's fault. */
  woke(lateMs: number): void {
    this.#lateMs = Math.min(maxLateMs, Math.max(0, lateMs));
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
    const pace = this.#pace;
    if (pace === null) return;
    const askedAtMs = performance.now();
    const waitMs = pace.reserve(bytes, askedAtMs);
    if (waitMs === 0) return;
    await sleep(waitMs, undefined, { signal });
    pace.woke(performance.now() - askedAtMs - waitMs);
  }
}
