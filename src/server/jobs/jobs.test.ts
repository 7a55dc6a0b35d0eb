import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Job } from '../../shared/jobs.ts';
import { Jobs } from './jobs.ts';

const log = pino({ level: 'silent' });
const job = (over: Partial<Job>): Job => ({
  id: 'scan',
  kind: 'scan',
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

test('all that work are listed in one order, and one that cannot tell keeps nobody else from telling', async () => {
  const jobs = new Jobs({
    log,
    reporters: [
      { jobs: () => [job({ id: 'backup', kind: 'backup' }), null] },
      { jobs: () => Promise.reject(new Error('the database is busy')) },
      { jobs: async () => [job({})] },
    ],
  });
  expect((await jobs.list()).map(({ id }) => id)).toEqual(['scan', 'backup']);
});

test('a job is ended by the one who does it', async () => {
  const ended: string[] = [];
  const jobs = new Jobs({
    log,
    reporters: [
      { jobs: () => [job({})], cancel: ({ id }) => ended.push(id) },
      {
        jobs: () => [job({ id: 'import:1', kind: 'import' }), job({ id: 'import:2', kind: 'import' })],
        cancel: ({ id }) => ended.push(id),
      },
      { jobs: () => [job({ id: 'backup', kind: 'backup', canCancel: false })] },
    ],
  });
  await jobs.cancel('import:2');
  expect(ended).toEqual(['import:2']);
  await expect(jobs.cancel('backup')).rejects.toMatchObject({ code: 'conflict' });
  await expect(jobs.cancel('import:3')).rejects.toMatchObject({ code: 'not_found' });
  expect(ended).toEqual(['import:2']);
});
