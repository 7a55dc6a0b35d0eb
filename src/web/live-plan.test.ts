import { describe, expect, test } from 'vitest';
import { eventNames } from '../shared/events.ts';
import { parseLiveMessage, queriesAffected, reconnectDelayMs } from './live-plan.ts';

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
      'settings.changed': { keys: [] },
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

test('changed clips refetch their own days', () => {
  const affected = queriesAffected({
    event: 'clips.changed',
    payload: { cameraId: 1, localDays: ['2026-09-03'] },
  });
  expect(affected).toContainEqual(['/api/days/:day', { params: { day: '2026-09-03' } }]);
});

test('attempts to reconnect grow rarer, and never rarer than some 19 s', () => {
  expect(reconnectDelayMs(0, 0.5)).toBe(500);
  expect(reconnectDelayMs(3, 0.5)).toBe(4000);
  expect(reconnectDelayMs(50, 0.99)).toBeLessThan(19_000);
});
