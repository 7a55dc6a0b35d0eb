import { expect, test } from 'vitest';
import type { Job } from '../../shared/jobs.ts';
import { jobAbout, jobFacts, jobPercent } from './jobs-words.ts';

const now = new Date(2026, 10, 23, 20, 0).getTime();
const job = (over: Partial<Job>): Job => ({
  id: 'check',
  kind: 'check',
  state: 'running',
  about: null,
  reason: null,
  done: null,
  total: null,
  unit: null,
  startedAt: null,
  leftMs: null,
  canCancel: true,
  ...over,
});
const plain = (texts: readonly string[]) => texts.map((text) => text.replaceAll('\u00a0', ' '));

test('a job says how far it is, since when, and how long yet', () => {
  const facts = plain(
    jobFacts(job({ done: 40, total: 1200, unit: 'clips', startedAt: now - 60_000, leftMs: 540_000 }), now),
  );
  expect(facts).toEqual(['40 of 1,200 clips', expect.stringMatching(/^since .*59/), 'about 9 min left']);
  expect(plain(jobFacts(job({ done: 1, unit: 'files' }), now))).toEqual(['1 file so far']);
  expect(plain(jobFacts(job({ total: 12, unit: 'clips', state: 'waiting' }), now))).toEqual([
    'Waiting',
    '12 clips to go',
  ]);
  expect(jobFacts(job({}), now)).toEqual([]);
});

test('why it waits goes before what it is at', () => {
  expect(jobAbout(job({ about: '/mnt/card', reason: 'the card is not there' }))).toBe(
    'The card is not there.',
  );
  expect(jobAbout(job({ about: '/mnt/card' }))).toBe('/mnt/card');
});

test('a share is told only where the whole is known', () => {
  expect(jobPercent(job({ done: 40, total: 200 }))).toBe(20);
  expect(jobPercent(job({ done: 3, total: 0 }))).toBeNull();
  expect(jobPercent(job({ done: 3 }))).toBeNull();
});
