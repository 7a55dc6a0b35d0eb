import type { QueryKey } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Refetcher } from './refetcher.ts';

describe('refetching after events', () => {
  let fetching = 0;
  const refetched: string[] = [];
  const client = {
    isFetching: () => fetching,
    invalidateQueries: async ({ queryKey }: { queryKey?: QueryKey } = {}) => {
      refetched.push(String(queryKey?.[0]));
    },
  };
  beforeEach(() => {
    vi.useFakeTimers();
    fetching = 0;
    refetched.length = 0;
  });
  afterEach(() => vi.useRealTimers());
  const refetcher = () => new Refetcher({ client, gapMs: () => 500, now: Date.now });

  test('many events at once are one refetch', () => {
    const one = refetcher();
    for (let count = 0; count < 20; count += 1) one.add([['status'], ['queue']]);
    vi.advanceTimersByTime(100);
    expect(refetched).toEqual(['status', 'queue']);
  });

  test('a storm of events refetches twice a second, and once more at its end', () => {
    const one = refetcher();
    for (let at = 0; at < 2000; at += 20) {
      one.add([['status']]);
      vi.advanceTimersByTime(20);
    }
    vi.advanceTimersByTime(1000);
    expect(refetched.length).toBeGreaterThanOrEqual(4);
    expect(refetched.length).toBeLessThanOrEqual(6);
  });

  test('what happens during a fetch is fetched after it, not instead of it', () => {
    const one = refetcher();
    fetching = 1;
    one.add([['status']]);
    vi.advanceTimersByTime(3000);
    expect(refetched).toEqual([]);
    fetching = 0;
    vi.advanceTimersByTime(100);
    expect(refetched).toEqual(['status']);
  });

  test('nothing is refetched after it has stopped', () => {
    const one = refetcher();
    one.add([['status']]);
    one.stop();
    vi.advanceTimersByTime(1000);
    expect(refetched).toEqual([]);
  });
});
