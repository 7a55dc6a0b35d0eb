import { QueryClient, QueryObserver, type QueryKey } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Capture, Clip } from '../shared/clips.ts';
import { routes } from '../shared/routes.ts';
import { keyOf } from './api.ts';
import { ClipNews, dayWithClips, withClips } from './live-clips.ts';

const clip = (id: number, name = `${id}.MP4`) => ({ id, name }) as Clip;
const capture = (id: number, ...clips: Clip[]) => ({ id, clips }) as Capture;
const key = (day: string) => keyOf(routes.getDayJourneys, { params: { day } });
const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

test('a clip takes the place of what was known of it, and everything else stays the very same', () => {
  const captures = [capture(1, clip(1), clip(2)), capture(2, clip(3))];
  const changed = withClips(captures, new Map([[2, clip(2, 'new')]]));
  expect(changed[0]).toEqual(capture(1, clip(1), clip(2, 'new')));
  expect(changed[1]).toBe(captures[1]);
  expect(withClips(captures, new Map([[9, clip(9)]]))).toBe(captures);
  const day = { captures };
  expect(dayWithClips(day, new Map([[9, clip(9)]]))).toBe(day);
  expect(dayWithClips(day, new Map([[3, clip(3, 'new')]])).captures[1]).toEqual(capture(2, clip(3, 'new')));
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A page that shows one day, and has another one in its memory. */
function page() {
  const client = new QueryClient();
  const shown = { items: [{ kind: 'unplaced', captures: range(1, 40).map((id) => capture(id, clip(id))) }] };
  const other = { items: [{ kind: 'unplaced', captures: [capture(99, clip(99))] }] };
  client.setQueryData(key('2026-09-03'), shown);
  client.setQueryData(key('2026-09-02'), other);
  const reads: string[] = [];
  const observer = new QueryObserver(client, {
    queryKey: key('2026-09-03'),
    queryFn: () => {
      reads.push('day');
      return shown;
    },
    staleTime: Infinity,
  });
  const leave = observer.subscribe(() => undefined);
  const asked: number[] = [];
  const refetched: QueryKey[] = [];
  const news = new ClipNews({
    client,
    fetchClip: async (id) => {
      asked.push(id);
      if (id === 13) throw new Error('It is gone.');
      return clip(id, 'new');
    },
    refetch: (keys) => void refetched.push(...keys),
  });
  const names = () => {
    const day = client.getQueryData<typeof shown>(key('2026-09-03'));
    return day?.items[0]?.captures.flatMap(({ clips }) => clips.map(({ name }) => name)) ?? [];
  };
  return { client, news, asked, refetched, reads, names, leave };
}

test('of what was made only the clips that are shown are read, each once, and no day', async () => {
  const { news, asked, refetched, reads, names } = page();
  news.add([1, 2, 99, 1000]);
  news.add([2, 13]);
  await vi.advanceTimersByTimeAsync(600);
  expect(asked).toEqual([1, 2, 13]);
  expect(names().slice(0, 3)).toEqual(['new', 'new', '3.MP4']);
  expect(names()[12]).toBe('13.MP4');
  expect([reads, refetched]).toEqual([[], []]);
});

test('nothing is read for a page that shows no day', async () => {
  const { news, asked, leave } = page();
  leave();
  news.add([1, 99]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toEqual([]);
});

test('when much is made at once, its days are read in their stead', async () => {
  const { news, asked, refetched } = page();
  news.add(range(1, 30));
  await vi.advanceTimersByTimeAsync(600);
  expect(asked).toEqual([]);
  expect(refetched).toEqual([key('2026-09-03')]);
});

test('while a day is being read, the news waits for it: its answer may be older', async () => {
  const { client, news, asked } = page();
  const read = new AbortController();
  const reading = client.fetchQuery({
    queryKey: key('2026-09-01'),
    queryFn: () =>
      new Promise((resolve) => read.signal.addEventListener('abort', () => resolve({ items: [] }))),
  });
  news.add([1]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toEqual([]);
  read.abort();
  await reading;
  await vi.advanceTimersByTimeAsync(600);
  expect(asked).toEqual([1]);
  news.add([2]);
  news.stop();
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toEqual([1]);
});
