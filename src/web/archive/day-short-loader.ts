import type { ArchiveFilterFields } from '../../shared/archive-filter.ts';
import type { DayShort } from '../../shared/find.ts';

export interface DayShortLoaderDeps {
  ask: (
    days: readonly string[],
    fields: ArchiveFilterFields,
    signal: AbortSignal,
  ) => Promise<readonly DayShort[]>;
}

interface Wish {
  day: string;
  signal: AbortSignal;
  resolve: (short: DayShort | null) => void;
  reject: (error: unknown) => void;
}

/** Rows of one screen ask within so long of each other. */
const gatherMs = 20;
/** Fewer days come sooner; more requests cost more. */
const daysAtOnce = 6;

/** Asks for days in short that are wanted at about the same time with one request; one that nobody waits for any more is given up. */
export class DayShortLoader {
  readonly #deps: DayShortLoaderDeps;
  readonly #waiting = new Map<string, { fields: ArchiveFilterFields; wishes: Wish[] }>();
  #isGathering = false;

  constructor(deps: DayShortLoaderDeps) {
    this.#deps = deps;
  }

  /** Null: nothing of the day passes the filter. */
  load(day: string, fields: ArchiveFilterFields, signal: AbortSignal): Promise<DayShort | null> {
    return new Promise((resolve, reject) => {
      const key = JSON.stringify(fields);
      const wish = { day, signal, resolve, reject };
      const same = this.#waiting.get(key);
      if (same) same.wishes.push(wish);
      else this.#waiting.set(key, { fields, wishes: [wish] });
      if (!this.#isGathering) setTimeout(() => this.#flush(), gatherMs);
      this.#isGathering = true;
    });
  }

  #flush(): void {
    this.#isGathering = false;
    for (const { fields, wishes } of this.#waiting.values()) {
      const wanted = wishes.filter((wish) => !gaveUp(wish));
      for (let at = 0; at < wanted.length; at += daysAtOnce)
        void this.#ask(wanted.slice(at, at + daysAtOnce), fields);
    }
    this.#waiting.clear();
  }

  async #ask(wishes: readonly Wish[], fields: ArchiveFilterFields): Promise<void> {
    const given = new AbortController();
    const giveUp = () => {
      if (wishes.every(({ signal }) => signal.aborted)) given.abort();
    };
    for (const { signal } of wishes) signal.addEventListener('abort', giveUp);
    try {
      const days = [...new Set(wishes.map(({ day }) => day))];
      const shorts = new Map(
        (await this.#deps.ask(days, fields, given.signal)).map((short) => [short.day, short]),
      );
      for (const { day, resolve } of wishes) resolve(shorts.get(day) ?? null);
    } catch (error) {
      for (const { reject } of wishes) reject(error);
    } finally {
      for (const { signal } of wishes) signal.removeEventListener('abort', giveUp);
    }
  }
}

/** Whoever reads days does not wait for one that left its page before it was asked for. */
function gaveUp({ signal, reject }: Wish): boolean {
  if (signal.aborted) reject(signal.reason);
  return signal.aborted;
}
