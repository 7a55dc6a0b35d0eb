export type RequestKind = 'command' | 'listing' | 'file';

/** Commands go before listings, and those before the next piece of a download. */
const priorities: Readonly<Record<RequestKind, number>> = { command: 2, listing: 1, file: 0 };

/** A waiting request lets this many pass that came after it; then it is the next. */
const mostOvertakings = 3;

interface Waiter {
  kind: RequestKind;
  overtaken: number;
  /** Begins its turn. */
  admit(): void;
}

/**
 * Who may ask the camera now. At most `parallel` requests at once, and never two commands or listings: a camera's server
 * keeps the progress of such an answer in static variables. (A queue of its own, for a general one decides by priority
 * alone: it can neither count who was overtaken nor see what is under way.)
 */
export class RequestSlots {
  readonly #parallel: number;
  /** In the order of arrival. */
  #waiting: Waiter[] = [];
  #underWay: RequestKind[] = [];

  constructor(parallel = 1) {
    this.#parallel = parallel;
  }

  /**
   * Waits for its turn. The returned function ends the turn and must be called once the connection is closed; more
   * than once does no harm. Rejects with the signal's reason when it is aborted while waiting.
   */
  async take(kind: RequestKind, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        kind,
        overtaken: 0,
        admit: () => {
          signal.removeEventListener('abort', giveUp);
          resolve(this.#turn(kind));
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(waiter);
      this.#admitNext();
    });
  }

  #turn(kind: RequestKind): () => void {
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#underWay.splice(this.#underWay.indexOf(kind), 1);
      this.#admitNext();
    };
  }

  #admitNext(): void {
    const ready = this.#waiting.filter((waiter) => this.#fits(waiter.kind));
    const next = ready.find((waiter) => waiter.overtaken >= mostOvertakings) ?? mostUrgent(ready);
    if (!next) return;
    for (const earlier of ready.slice(0, ready.indexOf(next))) earlier.overtaken++;
    this.#waiting = this.#waiting.filter((waiter) => waiter !== next);
    this.#underWay.push(next.kind);
    next.admit();
    this.#admitNext();
  }

  #fits(kind: RequestKind): boolean {
    if (this.#underWay.length >= this.#parallel) return false;
    return kind === 'file' || this.#underWay.every((other) => other === 'file');
  }
}

/** The first of those with the highest priority. */
function mostUrgent(ready: readonly Waiter[]): Waiter | undefined {
  return ready.reduce<Waiter | undefined>(
    (best, waiter) => (best && priorities[best.kind] >= priorities[waiter.kind] ? best : waiter),
    undefined,
  );
}
