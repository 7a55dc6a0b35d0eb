import { QueryClient, QueryObserver, type QueryKey } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import type { LiveMessage } from '../shared/events.ts';
import { routes } from '../shared/routes.ts';
import { keyOf } from './api.ts';
import { queriesAffected } from './live-plan.ts';
import { Refetcher } from './refetcher.ts';

const days = ['2026-09-01', '2026-09-02', '2026-09-03'];
/** What a page of the archive with three open days reads, beside what every page reads. */
const shown: QueryKey[] = [
  keyOf(routes.getStatus, {}),
  keyOf(routes.getSettings, {}),
  keyOf(routes.getCalendar, { year: 'newest' }),
  keyOf(routes.getCalendar, { year: 2025 }),
  ...days.map((day) => keyOf(routes.getDayJourneys, { params: { day } })),
  ...days.map((day) => keyOf(routes.listDayShorts, { day })),
];
/** Asked for after an event: when it is read again, all that the event asks for has been. */
const last: QueryKey = ['last', {}];

const transfer = { clipId: 1, cameraId: 1, name: 'a.MP4', bytes: 1, totalBytes: 9, bytesPerSecond: 1 };
const table: [LiveMessage, string[]][] = [
  [{ event: 'transfer.progressed', payload: transfer }, []],
  [
    { event: 'clip.archived', payload: { clipId: 1, cameraId: 1, localDay: '2026-09-02' } },
    [
      '/api/calendar {"year":"newest"}',
      '/api/days/:day/journeys {"params":{"day":"2026-09-02"}}',
      '/api/archive/days {"day":"2026-09-02"}',
      '/api/status {}',
    ],
  ],
  [
    { event: 'journeys.changed', payload: { localDays: ['2026-09-03'] } },
    [
      '/api/calendar {"year":"newest"}',
      '/api/days/:day/journeys {"params":{"day":"2026-09-03"}}',
      '/api/archive/days {"day":"2026-09-03"}',
    ],
  ],
  [
    { event: 'media.made', payload: { clipIds: [7], localDays: ['2026-09-01'] } },
    ['/api/archive/days {"day":"2026-09-01"}'],
  ],
  [{ event: 'problems.changed', payload: {} }, ['/api/status {}']],
  [{ event: 'marks.changed', payload: { from: 1, to: 2 } }, []],
  [{ event: 'sessions.changed', payload: {} }, []],
  [{ event: 'settings.changed', payload: { keys: [] } }, ['/api/settings {}', '/api/status {}']],
];

test.each(table)('$event has these read again, each once, and nothing else', async (message, expected) => {
  const read: string[] = [];
  const client = new QueryClient();
  const stops = [...shown, last].map((queryKey) => {
    const queryFn = async () => {
      read.push(`${String(queryKey[0])} ${JSON.stringify(queryKey[1])}`);
      return {};
    };
    return new QueryObserver(client, { queryKey, queryFn, staleTime: 60_000 }).subscribe(() => undefined);
  });
  await vi.waitFor(() => expect(read).toHaveLength(shown.length + 1));
  await vi.waitFor(() => expect(client.isFetching()).toBe(0));
  read.length = 0;
  const refetcher = new Refetcher({ client, gapMs: () => 0, now: Date.now });
  // Three at once are one.
  for (let times = 0; times < 3; times += 1) refetcher.add(queriesAffected(message));
  refetcher.add([last]);
  await vi.waitFor(() => expect(read.filter((each) => each.startsWith('last'))).toHaveLength(1));
  await vi.waitFor(() => expect(client.isFetching()).toBe(0));
  refetcher.stop();
  for (const stop of stops) stop();
  expect(read.filter((each) => !each.startsWith('last')).toSorted()).toEqual(expected.toSorted());
});
