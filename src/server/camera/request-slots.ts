import PQueue from 'p-queue';

/** One request at a time: a camera's server keeps one answer's progress in static variables. */
export class RequestSlots {
  readonly #queue = new PQueue({ concurrency: 1 });

  /**
   * Waits for its turn, higher priority first. The returned function ends the turn and must be called once the
   * connection is closed. Rejects with the signal's reason when it is aborted while waiting.
   */
  async take(priority: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    // The queue would end a running turn at an abort, while the connection may still be open: it sees waiting only.
    const waiting = new AbortController();
    const giveUp = (): void => waiting.abort(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    return new Promise((resolve, reject) => {
      const turn = (): Promise<void> =>
        new Promise((release) => {
          signal.removeEventListener('abort', giveUp);
          resolve(release);
        });
      this.#queue.add(turn, { priority, signal: waiting.signal }).catch(reject);
    });
  }
}
