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

const room: DeletionWhy = { by: 'room', rule: 'quota', forClip: 'x' };
const hour = 60 * 60_000;
const one = { byAge: 0, byDisk: 0, byQuota: 1, protected: 4, failed: 1, missing: 0 };
const run = { ...one, freedBytes: 100, trashedBytes: 0, outcome: 'done', message: null } as const;

test('room that is made for clip after clip is one sweep, with all that went', async () => {
  const { history } = await useHistory();
  const id = await history.begin('room', 1000);
  await history.end(id, { ...run, at: 2000, outcome: 'obstacle', message: 'The disk is away.' });
  expect(await history.begin('room', 2000 + hour - 1)).toBe(id);
  expect(await history.list(10), 'it is under way again').toMatchObject([
    { id, beganAt: 1000, endedAt: null, outcome: null, message: null, byQuota: 1 },
  ]);
  await history.end(id, { ...run, protected: 3, at: 2000 + hour });
  expect(await history.list(10)).toEqual([
    {
      id,
      cause: 'room',
      beganAt: 1000,
      endedAt: 2000 + hour,
      outcome: 'done',
      message: null,
      byAge: 0,
      byDisk: 0,
      byQuota: 2,
      protected: 3,
      failed: 2,
      missing: 0,
      freedBytes: 200,
      trashedBytes: 0,
    },
  ]);
});

test('room is another sweep after an hour, after a day of it, after any other, and by a clock that was set back', async () => {
  const { history } = await useHistory();
  let last = 0;
  const sweep = async (cause: 'room' | 'clock', at: number) => {
    const id = await history.begin(cause, at);
    await history.end(id, { ...run, at });
    const isOther = id !== last;
    last = id;
    return isOther;
  };
  expect(await sweep('room', 0)).toBe(true);
  expect(await sweep('room', hour - 1)).toBe(false);
  expect(await sweep('room', 2 * hour)).toBe(true);
  expect(await sweep('clock', 2 * hour)).toBe(true);
  expect(await sweep('clock', 2 * hour)).toBe(true);
  expect(await sweep('room', 2 * hour)).toBe(true);
  expect(await sweep('room', hour)).toBe(true);
  let others = 0;
  for (let at = 3 * hour; at < 3 * hour + 48 * hour; at += hour / 2)
    others += Number(await sweep('room', at));
  expect(others).toBe(2);
});

test('room for one that is still under way is not counted with it', async () => {
  const { history } = await useHistory();
  const first = await history.begin('room', 1000);
  expect(await history.begin('room', 1000)).not.toBe(first);
});

test('what the program did not survive while it made room once more is told with all of it, and once', async () => {
  const { history, record } = await useHistory();
  const id = await history.begin('room', 1000);
  await record(id, room, 'deleted');
  await history.end(id, { ...run, at: 2500 });
  await history.begin('room', 2600);
  await record(id, room, 'deleted');
  await history.recover(3000);
  const cut = { id, outcome: 'interrupted', endedAt: 3000, byQuota: 2, failed: 1, freedBytes: 200 };
  expect(await history.list(10)).toMatchObject([cut]);
  expect(await history.begin('room', 3001), 'and stays as it is').not.toBe(id);
  expect((await history.list(10))[1]).toMatchObject(cut);
});
