import { describe, expect, test } from 'vitest';
import { QueryClient } from '@tanstack/react-query';
import { eventNames } from '../shared/events.ts';
import { routes } from '../shared/routes.ts';
import { keyOf } from './api.ts';
import { queuePage } from './downloads/queue-pages.ts';
import { parseLiveMessage } from './live-messages.ts';
import { queriesAffected, reconnectDelayMs, refetchGapMs } from './live-plan.ts';

describe('a message of the live channel', () => {
  test('is read when it is known and whole', () => {
    const message = { event: 'camera.changed', payload: { cameraId: 1 } };
    expect(parseLiveMessage(JSON.stringify(message))).toEqual(message);
  });
  test.each(['', '{', '[]', '{"event":"x","payload":{}}', '{"event":"camera.changed","payload":{}}'])(
    '%j is passed over',
    (text) => {
      expect(parseLiveMessage(text)).toBeNull();
    },
  );
  test('is understood for every event of the contract', () => {
    const payloads: Record<string, unknown> = {
      'camera.changed': { cameraId: 1 },
      'transfer.progressed': {
        clipId: 1,
        cameraId: 1,
        name: 'a.MP4',
        bytes: 1,
        totalBytes: null,
        bytesPerSecond: 0,
      },
      'clip.archived': { clipId: 1, cameraId: 1, localDay: '2026-09-03' },
      'clips.changed': { cameraId: 1, localDays: ['2026-09-03'] },
      'journeys.changed': { localDays: ['2026-09-03'] },
      'marks.changed': { from: 1, to: 2 },
      'clock.changed': { cameraId: 1 },
      'media.made': { clipIds: [1], localDays: ['2026-09-03'] },
      'import.changed': { importId: 1 },
      'visit.changed': { cameraId: 1, visitId: 3 },
      'settings.changed': { keys: [] },
      'log.written': { lines: [], dropped: 0 },
    };
    for (const event of eventNames) {
      expect(parseLiveMessage(JSON.stringify({ event, payload: payloads[event] ?? {} }))?.event).toBe(event);
    }
  });
});

test('progress of a transfer refetches nothing', () => {
  const payload = { clipId: 1, cameraId: 1, name: 'a', bytes: 1, totalBytes: 2, bytesPerSecond: 3 };
  expect(queriesAffected({ event: 'transfer.progressed', payload })).toEqual([]);
});

test('what was made of clips refetches the pictures of their days in the list, and no day', () => {
  const payload = { clipIds: [1], localDays: ['2026-09-03'] };
  expect(queriesAffected({ event: 'media.made', payload })).toEqual([
    keyOf(routes.listDayShorts, { day: '2026-09-03' }),
  ]);
});

test('changed clips refetch their own days', () => {
  const affected = queriesAffected({
    event: 'clips.changed',
    payload: { cameraId: 1, localDays: ['2026-09-03'] },
  });
  expect(affected).toContainEqual(['/api/days/:day', { params: { day: '2026-09-03' } }]);
});

test('a clip that has arrived refetches the pages of what waits, not what is held or failed', async () => {
  const client = new QueryClient();
  const pages = { waiting: queuePage(100), failed: { query: { state: 'failed', limit: 500 } } };
  for (const page of Object.values(pages)) client.setQueryData(keyOf(routes.getQueue, page), {});
  const payload = { clipId: 1, cameraId: 1, localDay: '2026-09-03' };
  for (const queryKey of queriesAffected({ event: 'clip.archived', payload })) {
    await client.invalidateQueries({ queryKey });
  }
  const isOld = (page: object) => client.getQueryState(keyOf(routes.getQueue, page))?.isInvalidated;
  expect([isOld(pages.waiting), isOld(pages.failed)]).toEqual([true, false]);
  await client.invalidateQueries({ queryKey: ['/api/queue'] });
  expect(isOld(pages.failed)).toBe(true);
});

test('a visit that began, ended or brought something refetches the visits and the status', () => {
  const affected = queriesAffected({ event: 'visit.changed', payload: { cameraId: 1, visitId: 3 } });
  expect(affected).toEqual([['/api/status'], ['/api/visits']]);
});

test('a clip that has arrived changes the coverage, which is read again at most every two seconds', () => {
  const payload = { clipId: 1, cameraId: 1, localDay: '2026-09-03' };
  expect(queriesAffected({ event: 'clip.archived', payload })).toContainEqual(['/api/coverage']);
  expect(refetchGapMs(['/api/coverage'])).toBe(2000);
  expect(refetchGapMs(['/api/queue'])).toBe(500);
});

test('what was deleted or restored refetches sweeps, trash, log and what uses the disk', () => {
  const gone = queriesAffected({ event: 'retention.changed', payload: {} });
  expect(gone).toEqual([['/api/retention'], ['/api/trash'], ['/api/audit'], ['/api/storage'], ['/api/jobs']]);
  expect(gone.map(refetchGapMs)).toEqual([500, 2000, 2000, 2000, 2000]);
  const measured = queriesAffected({ event: 'storage.changed', payload: {} });
  expect(measured).toEqual([['/api/storage'], ['/api/jobs']]);
  expect(measured.map(refetchGapMs)).toEqual([2000, 2000]);
});

test('changed clips do not refetch the trash and the log, which have an event of their own', () => {
  const payload = { cameraId: 1, localDays: ['2026-09-03'] };
  const paths = queriesAffected({ event: 'clips.changed', payload }).map(([path]) => path);
  expect(paths).not.toContain('/api/trash');
  expect(paths).not.toContain('/api/audit');
});

test('attempts to reconnect grow rarer, and never rarer than some 19 s', () => {
  expect(reconnectDelayMs(0, 0.5)).toBe(500);
  expect(reconnectDelayMs(3, 0.5)).toBe(4000);
  expect(reconnectDelayMs(50, 0.99)).toBeLessThan(19_000);
});

test('journeys that were derived anew refetch their days, and no other day', () => {
  const affected = queriesAffected({ event: 'journeys.changed', payload: { localDays: ['2026-09-03'] } });
  expect(affected).toContainEqual(keyOf(routes.getDayJourneys, { params: { day: '2026-09-03' } }));
  expect(affected).toContainEqual(keyOf(routes.getDay, { params: { day: '2026-09-03' } }));
  expect(affected).not.toContainEqual(keyOf(routes.getDayJourneys));
});
