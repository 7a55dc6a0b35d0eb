import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';

export interface RefetcherDeps {
  client: Pick<QueryClient, 'invalidateQueries' | 'isFetching'>;
  /** Shortest time between two refetches of one key. */
  gapMs: (key: QueryKey) => number;
  now: () => number;
}

const batchMs = 60;

/**
 * Collects keys of queries to refetch and refetches each at most once per gap. A key whose query is being
 * fetched waits for the end of it: neither is the fetch cut off, nor is what happened meanwhile lost.
 */
export class Refetcher {
  readonly #deps: RefetcherDeps;
  readonly #waiting = new Map<string, QueryKey>();
  readonly #lastAt = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: RefetcherDeps) {
    this.#deps = deps;
  }

  /** Asks for a refetch of every active query that a key matches. */
  add(keys: readonly QueryKey[]): void {
    for (const key of keys) this.#waiting.set(hashKey(key), key);
    if (keys.length > 0) this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#flush(), batchMs);
  }

  #flush(): void {
    this.#timer = undefined;
    const now = this.#deps.now();
    for (const [hash, key] of this.#waiting) {
      const due = (this.#lastAt.get(hash) ?? -Infinity) + this.#deps.gapMs(key) <= now;
      if (!due || this.#deps.client.isFetching({ queryKey: key }) > 0) continue;
      this.#waiting.delete(hash);
      this.#lastAt.set(hash, now);
      void this.#deps.client.invalidateQueries({ queryKey: key });
    }
    if (this.#waiting.size > 0) this.#schedule();
  }
}
