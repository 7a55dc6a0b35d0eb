import { useEffect, useSyncExternalStore } from 'react';
import type * as OpenDayModule from './open-day.tsx';

export type OpenDayScript = typeof OpenDayModule;

/** Once the list itself is at rest. */
const restMs = 1500;

/** What draws days that are open: fetched apart from the list, which many look at without opening any. */
class ScriptStore {
  #script: OpenDayScript | null = null;
  #isComing = false;
  readonly #listeners = new Set<() => void>();

  readonly get = (): OpenDayScript | null => this.#script;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly fetch = async (): Promise<void> => {
    if (this.#script || this.#isComing) return;
    this.#isComing = true;
    try {
      this.#script = await import('./open-day.tsx');
      for (const listener of this.#listeners) listener();
    } catch {
      // The next day that is opened asks again.
    } finally {
      this.#isComing = false;
    }
  };
}

const store = new ScriptStore();

/** Null until it is there; fetched at once where it is wanted, else once the page rests. */
export function useOpenDayScript(isWanted: boolean): OpenDayScript | null {
  useEffect(() => {
    const timer = setTimeout(() => void store.fetch(), isWanted ? 0 : restMs);
    return () => clearTimeout(timer);
  }, [isWanted]);
  return useSyncExternalStore(store.subscribe, store.get);
}
