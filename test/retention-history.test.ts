import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { DeletionWhy } from '../src/shared/retention.ts';
import { openDatabase } from '../src/server/db/open.ts';
import { SweepHistory } from '../src/server/retention/sweep-history.ts';

async function useHistory() {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-history-'));
  const db = await openDatabase({ configDir, now: new Date(0) });
  onTestFinished(async () => {
    await db.destroy();
    await rm(configDir, { recursive: true, force: true });
  });
  const record = (sweepId: number, why: DeletionWhy, action: 'trashed' | 'deleted' | 'missing') =>
    db
      .insertInto('audit')
      .values({
        at: 2000,
        action,
        clip_id: 1,
        camera_id: 1,
        name: 'x',
        channel: 'front',
        kind: 'normal',
        local_start: '',
        kept: 0,
        locked: 0,
        bytes: 100,
        path: '',
        why: JSON.stringify(why),
        sweep_id: sweepId,
        gone_at: null,
        restored_at: null,
      })
      .execute();
  return { history: new SweepHistory(db), record };
}

const age: DeletionWhy = { by: 'age', days: 30, rule: null };
const quota: DeletionWhy = { by: 'quota', gib: 1 };

test('a sweep that the program did not survive is told with what it deleted until then', async () => {
  const { history, record } = await useHistory();
  const ended = await history.begin('clock', 1000);
  const figures = { byAge: 7, byDisk: 0, byQuota: 0, protected: 0, failed: 0, missing: 0 };
  const bytes = { freedBytes: 7, trashedBytes: 0 };
  await history.end(ended, { ...figures, ...bytes, at: 1500, outcome: 'done', message: null });
  const cut = await history.begin('start', 2000);
  await record(cut, age, 'trashed');
  await record(cut, age, 'trashed');
  await record(cut, age, 'missing');
  await record(cut, quota, 'deleted');
  await record(ended, age, 'deleted');
  await history.recover(3000);
  expect(await history.list(10)).toMatchObject([
    {
      id: cut,
      outcome: 'interrupted',
      endedAt: 3000,
      byAge: 2,
      byQuota: 1,
      freedBytes: 300,
      trashedBytes: 200,
    },
    { id: ended, outcome: 'done', endedAt: 1500, byAge: 7 },
  ]);
});

test('the last two hundred sweeps are kept', async () => {
  const { history } = await useHistory();
  for (let at = 0; at < 205; at++) await history.begin('clock', at);
  const kept = await history.list(1000);
  expect(kept).toHaveLength(200);
  expect(kept[0]?.beganAt).toBe(204);
});
