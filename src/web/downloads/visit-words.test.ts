import { expect, test } from 'vitest';
import type { Visit } from '../../shared/queue.ts';
import { broughtWords, endedWords, visitFailures, visitWhen } from './visit-words.ts';

const now = new Date(2026, 8, 3, 20, 0).getTime();
const visit: Visit = {
  id: 1,
  cameraId: 1,
  from: new Date(2026, 8, 3, 18, 40).getTime(),
  to: new Date(2026, 8, 3, 19, 52).getTime(),
  connection: 'main',
  address: '192.168.1.254',
  bytes: 1_400_000_000,
  clips: 12,
  failed: 0,
  bytesPerSecond: 24_000_000,
  bestBytesPerSecond: 28_000_000,
  endReason: 'away',
  brought: [],
};
const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ') ?? null;

test('a visit says when it was and how long it lasted', () => {
  expect(plain(visitWhen(visit, now))).toMatch(/40.*, for 1 h 12 min$/);
  expect(visitWhen({ ...visit, to: visit.from + 5_000 }, now)).toMatch(/, for less than a minute$/);
  expect(visitWhen({ ...visit, to: null }, now)).toMatch(/^Since /);
});

test('a visit says what it brought and how fast', () => {
  expect(plain(broughtWords(visit))).toBe('12 clips, 1.4 GB at 24 MB/s');
  expect(broughtWords({ ...visit, clips: 0, bytes: 0, bytesPerSecond: null })).toBe('Brought nothing');
  expect(broughtWords({ ...visit, clips: 0, bytes: 0, to: null })).toBe('Nothing brought yet');
  expect(broughtWords({ ...visit, clips: 0 })).toMatch(/^A part of a clip/);
  expect(visitFailures(visit)).toBeNull();
  expect(plain(visitFailures({ failed: 2 }))).toBe('2 clips could not be fetched');
});

test('every end has words, also one that is not known yet', () => {
  for (const endReason of ['away', 'paused', 'stopped', 'stranger', 'malformed', 'interrupted']) {
    expect(endedWords({ to: now, endReason })).not.toBe('It ended');
  }
  expect(endedWords({ to: now, endReason: 'eaten' })).toBe('It ended');
  expect(endedWords({ to: null, endReason: null })).toBeNull();
});
