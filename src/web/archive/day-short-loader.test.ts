import { afterEach, describe, expect, test, vi } from 'vitest';
import type { DayShort } from '../../shared/find.ts';
import { DayShortLoader } from './day-short-loader.ts';

const short = (day: string) => ({ day }) as DayShort;
afterEach(() => void vi.useRealTimers());

const stays = () => new AbortController().signal;

function useLoader(
  answer: (days: readonly string[]) => Promise<DayShort[]> = (days) => Promise.resolve(days.map(short)),
) {
  vi.useFakeTimers();
  const asked: { days: readonly string[]; signal: AbortSignal }[] = [];
  const loader = new DayShortLoader({
    ask: (days, _, signal) => {
      asked.push({ days, signal });
      return answer(days);
    },
  });
  return { loader, asked };
}

describe('days in short', () => {
  test('that are wanted together are asked for together, a few at a time', async () => {
    const { loader, asked } = useLoader();
    const days = Array.from({ length: 8 }, (_, index) => `2026-09-0${index + 1}`);
    const loaded = Promise.all([...days, days[0]!].map((day) => loader.load(day, {}, stays())));
    await vi.runAllTimersAsync();
    expect((await loaded).map((one) => one?.day)).toEqual([...days, days[0]]);
    expect(asked.map((one) => one.days.length)).toEqual([6, 3]);
  });

  test('under different filters are asked for apart', async () => {
    const { loader, asked } = useLoader();
    const loaded = Promise.all([
      loader.load('2026-09-01', {}, stays()),
      loader.load('2026-09-01', { kept: 'yes' }, stays()),
    ]);
    await vi.runAllTimersAsync();
    await loaded;
    expect(asked).toHaveLength(2);
  });

  test('are none where nothing passes, and fail together', async () => {
    const { loader } = useLoader(() => Promise.resolve([]));
    const none = loader.load('2026-09-01', {}, stays());
    await vi.runAllTimersAsync();
    expect(await none).toBeNull();
    const failing = useLoader(() => Promise.reject(new Error('away'))).loader;
    const failed = failing.load('2026-09-01', {}, stays()).catch((error: Error) => error.message);
    await vi.runAllTimersAsync();
    expect(await failed).toBe('away');
  });

  test('that left before are not asked for, and a request is given up when all have left', async () => {
    const { loader, asked } = useLoader(() => new Promise<DayShort[]>(() => undefined));
    const [early, one, two] = [new AbortController(), new AbortController(), new AbortController()];
    void loader.load('2026-09-01', {}, early.signal).catch(() => undefined);
    early.abort();
    void loader.load('2026-09-02', {}, one.signal);
    void loader.load('2026-09-03', {}, two.signal);
    await vi.runAllTimersAsync();
    expect(asked.map(({ days }) => days)).toEqual([['2026-09-02', '2026-09-03']]);
    one.abort();
    expect(asked[0]?.signal.aborted).toBe(false);
    two.abort();
    expect(asked[0]?.signal.aborted).toBe(true);
  });
});
