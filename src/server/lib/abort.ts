import { setTimeout as timer } from 'node:timers/promises';

/** Waits; returns early, without an error, when the signal is aborted. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await timer(ms, undefined, { signal }).catch(() => undefined);
}

/** Thrown when an operation was given up because its time was over. */
export class TimeoutError extends Error {
  override name = 'TimeoutError';
}

/**
 * The promise's outcome, or a `TimeoutError` after `ms`. The operation itself goes on: use it for calls
 * that cannot be aborted, such as one on a network share that does not answer.
 */
export async function withTimeout<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let handle: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    handle = setTimeout(() => reject(new TimeoutError(`${what} did not answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(handle);
  }
}

/** A doorbell: `wait` ends at the next `ring`, at the time limit, or when the signal is aborted. */
export class Doorbell {
  private current = new AbortController();
  private rung = false;

  ring(): void {
    this.rung = true;
    this.current.abort();
  }

  /** A ring that came since the last wait ends this one at once. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.rung) await sleep(ms, AbortSignal.any([this.current.signal, signal]));
    this.rung = false;
    this.current = new AbortController();
  }
}
