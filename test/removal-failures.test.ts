import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { RemovalService } from '../src/server/retention/removal-service.ts';
import type { Events } from '../src/shared/events.ts';
import { pino } from 'pino';
import { useMount } from './mounts.ts';
import { capturesOn, hourMs } from './retention-seed.ts';
import {
  expectAgreement,
  failing,
  refusing,
  stateOf,
  trashFiles,
  useRemoval,
  type Removal,
} from './removal-scenario.ts';
import { waitLong } from './scenario.ts';

const clips = capturesOn('2026-05-01', { captures: 2 });
const twoDays = [...clips, ...capturesOn('2026-05-02', { captures: 1 })];
const isRoot = process.getuid?.() === 0;

test.each(['EPERM', 'EACCES'])(
  '%s fails the rest of the folder without trying it, and no other',
  async (code) => {
    const removal = await useRemoval({ clips: twoDays, trashHours: 0 });
    let tried = 0;
    removal.fault = (call, path) => {
      if (call !== 'unlink' || !path.includes('2026-05-01')) return;
      tried++;
      throw failing(code);
    };
    const outcome = await removal.byRule();
    expect(outcome).toMatchObject({ done: 2, failed: 4, obstacle: null });
    expect(tried).toBe(1);
    expect(stateOf(await removal.clips())).toEqual([
      ...Array.from({ length: 4 }, () => 'archived'),
      'expired',
      'expired',
    ]);
    const { count, items } = await removal.remover.failures(1);
    expect(count).toBe(4);
    expect(items[0]!.reason).toMatch(
      /\(uid \d+\) may not change its folder, which belongs to uid \d+ .* mode 755/,
    );
    expect(outcome.freedBytes).toBe((await removal.audit()).reduce((sum, row) => sum + row.bytes, 0));
    await expectAgreement(removal);
  },
);

test('EBUSY fails that clip alone; it is tried again after an hour, and then ever more seldom', async () => {
  const removal = await useRemoval({ clips, trashHours: 0 });
  const path = (await removal.clips())[1]!.path!;
  removal.fault = refusing('unlink', 'EBUSY', path);
  expect(await removal.byRule()).toMatchObject({ done: 3, failed: 1 });
  expect((await removal.removals())[0]).toMatchObject({
    tries: 1,
    error_code: 'EBUSY',
    next_at: removal.clock.now() + hourMs,
  });
  expect(await removal.byRule(), 'not due yet').toMatchObject({ done: 0, failed: 0, left: 1 });
  removal.clock.advance(hourMs);
  expect(await removal.byRule()).toMatchObject({ failed: 1 });
  expect((await removal.removals())[0]).toMatchObject({
    tries: 2,
    next_at: removal.clock.now() + 2 * hourMs,
  });
  removal.clock.advance(2 * hourMs);
  removal.fault = () => undefined;
  expect(await removal.byRule()).toMatchObject({ done: 1 });
  expect(await removal.removals()).toEqual([]);
  await expectAgreement(removal);
});

test('an order by hand that fails is tried again by itself when it is due, and can be taken back', async () => {
  const removal = await useRemoval({ clips });
  removal.fault = refusing('rename', 'EBUSY');
  await removal.byHand([1, 2]);
  expect((await removal.remover.failures(9)).count).toBe(2);
  await removal.remover.restore([2]);
  removal.fault = () => undefined;
  await removal.carryOut();
  expect(stateOf(await removal.clips())[0], 'not due yet').toBe('archived');
  removal.clock.advance(hourMs);
  await removal.carryOut();
  expect(stateOf(await removal.clips())).toEqual(['deleted', 'archived', 'archived', 'archived']);
  await expectAgreement(removal);
});

test.each(['EROFS', 'ENOSPC', 'EDQUOT', 'EXDEV'])(
  '%s ends a sweep with the reason, and nothing is held against the clips',
  async (code) => {
    const removal = await useRemoval({ clips });
    removal.fault = refusing('rename', code);
    const outcome = await removal.byRule();
    expect(outcome).toMatchObject({ done: 0, failed: 0, freedBytes: 0, obstacle: { code: 'volume' } });
    expect(outcome.obstacle!.message).toMatch(/read-only|full|another file system/);
    await expectAgreement(removal);
    expect(await removal.removals()).toEqual([]);
  },
);

test('EROFS by hand is one failure with its reason, and the other orders wait', async () => {
  const removal = await useRemoval({ clips });
  removal.fault = refusing('rename', 'EROFS');
  await removal.remover.orderByHand([1, 2, 3], { includeProtected: false, user: null });
  expect(await removal.carryOut()).toMatch(/read-only/);
  expect((await removal.remover.failures(9)).items.map((item) => item.reason)).toEqual([
    expect.stringMatching(/read-only/),
  ]);
  expect(await removal.remover.pending()).toBe(2);
  removal.fault = () => undefined;
  removal.clock.advance(hourMs);
  await removal.carryOut();
  await expectAgreement(removal);
  expect(await removal.trash()).toHaveLength(3);
});

test.each(['EIO', 'ESTALE'])(
  '%s ends a sweep; what it may have deleted all the same is found out, not guessed',
  async (code) => {
    const removal = await useRemoval({ clips, trashHours: 0 });
    const [first] = (await removal.clips()).map((row) => join(removal.recordings, row.path!));
    removal.fault = async (call, path) => {
      if (call !== 'unlink') return;
      if (path === first) await rm(path);
      throw failing(code);
    };
    expect((await removal.byRule()).obstacle?.code).toBe('volume');
    expect(stateOf(await removal.clips())[0]).toBe('archived');
    removal.fault = () => undefined;
    await removal.remover.recover(removal.signal);
    expect(stateOf(await removal.clips())).toEqual(['expired', 'archived', 'archived', 'archived']);
    await expectAgreement(removal);
    expect((await removal.byRule()).done).toBe(3);
  },
);

test('a share that sends a call twice and is told that nothing is there has deleted it', async () => {
  const removal = await useRemoval({ clips });
  let isFirst = true;
  removal.fault = async (call, path) => {
    if (!isFirst || call !== 'rename') return;
    isFirst = false;
    const [row] = await removal.removals();
    await rename(path, join(removal.recordings, row!.trash_path!));
  };
  expect(await removal.byRule()).toMatchObject({ done: 4, missing: 0 });
  await expectAgreement(removal);
});

test('a call that never answers ends the sweep; nothing else is begun until it has, and then it is settled', async () => {
  const removal = await useRemoval({ clips, trashHours: 0, volumeTimeoutMs: 150 });
  const [, second] = (await removal.clips()).map((row) => join(removal.recordings, row.path!));
  const answers: (() => void)[] = [];
  removal.fault = (call, path) =>
    call === 'unlink' && path === second
      ? new Promise<void>((resolve) => {
          answers.push(resolve);
        })
      : undefined;
  const outcome = await removal.byRule();
  expect(outcome).toMatchObject({ done: 0, failed: 0, obstacle: { code: 'volume' } });
  expect(outcome.obstacle!.message).toMatch(/does not answer/);
  expect(stateOf(await removal.clips())[0], 'its folder was not made durable').toBe('archived');
  expect((await removal.removals()).map((row) => [row.clip_id, row.error])).toEqual([
    [1, null] as const,
    [2, null] as const,
  ]);
  expect((await removal.byRule()).obstacle?.message, 'nothing is begun').toMatch(/not answered an earlier/);
  expect(await removal.remover.recover(removal.signal)).toMatch(/not answered an earlier/);
  for (const answer of answers) answer();
  await vi.waitFor(async () => expect(await readdir(join(removal.recordings, '2026-05-01'))).toHaveLength(2));
  expect(await removal.remover.recover(removal.signal)).toBeNull();
  expect(stateOf(await removal.clips())).toEqual(['expired', 'expired', 'archived', 'archived']);
  await expectAgreement(removal);
});

test('on a slow volume a batch ends after a while, tells of progress, and all of it is done in the end', async () => {
  const removal = await useRemoval({ clips: capturesOn('2026-05-01', { captures: 8 }), batchMs: 1 });
  removal.fault = (call) =>
    call === 'rename' ? new Promise<void>((resolve) => void setTimeout(resolve, 2)) : undefined;
  const told: number[] = [];
  const outcome = await removal.byRule({ onProgress: (progress) => void told.push(progress.done) });
  expect(outcome).toMatchObject({ done: 16, left: 0 });
  expect(told.length).toBeGreaterThan(8);
  await expectAgreement(removal);
});

test('aborted in the middle it ends after the file it is at, and what was not begun is as before', async () => {
  const removal = await useRemoval({ clips });
  const abort = new AbortController();
  let deleted = 0;
  const onDeleted = () => {
    if (++deleted === 2) abort.abort();
  };
  expect(await removal.byRule({ signal: abort.signal, onDeleted })).toMatchObject({
    done: 2,
    obstacle: null,
  });
  expect(stateOf(await removal.clips())).toEqual(['expired', 'expired', 'archived', 'archived']);
  expect(await removal.removals()).toEqual([]);
  await expectAgreement(removal);
});

test('orders by hand get their turn between two batches of a sweep', async () => {
  const removal = await useRemoval({ clips: twoDays, batchSize: 1 });
  const orders: Promise<void>[] = [];
  const onDeleted = () => {
    if (orders.length === 0) orders.push(removal.byHand([6]));
  };
  let handDone = Infinity;
  let done = 0;
  const onProgress = async () => {
    done++;
    if (stateOf(await removal.clips())[5] === 'deleted') handDone = Math.min(handDone, done);
  };
  await removal.byRule({ ids: [1, 2, 3, 4, 5], onDeleted, onProgress: () => void onProgress() });
  await Promise.all(orders);
  await vi.waitFor(() => expect(done).toBe(5));
  expect(handDone).toBeLessThan(5);
  await expectAgreement(removal);
});

test.runIf(isRoot)(
  'on a full disk on which no trash can be made nothing is deleted at once in its stead, and the reason is said',
  async () => {
    const mount = await useMount('size=1m,nr_inodes=20');
    const removal = await useRemoval({ clips, recordings: mount.path });
    await fillInodes(removal);
    const outcome = await removal.byRule();
    expect(outcome).toMatchObject({ done: 0, obstacle: { code: 'volume' } });
    expect(outcome.obstacle!.message).toMatch(/trash cannot be made.*full/);
    await expectNothingGone(removal);
    expect((await removal.byRule({ toTrash: false })).done).toBe(4);
  },
);

test.runIf(isRoot)('on a full disk the trash can still be emptied', async () => {
  const mount = await useMount('size=1m,nr_inodes=24');
  const removal = await useRemoval({ clips, recordings: mount.path });
  await removal.byRule();
  await fillInodes(removal);
  await removal.remover.empty(null);
  await removal.carryOut();
  expect(await trashFiles(removal)).toEqual([]);
  expect(await removal.trash()).toEqual([]);
});

/** Until nothing can be made any more. */
async function fillInodes({ recordings }: Removal): Promise<void> {
  await mkdir(join(recordings, '.filler'), { recursive: true }).catch(() => undefined);
  const fill = async () => {
    for (let file = 0; ; file++) await writeFile(join(recordings, `.filler/${file}`), '');
  };
  await expect(fill()).rejects.toThrow(/ENOSPC|ENOENT/);
}

async function expectNothingGone(removal: Removal): Promise<void> {
  expect(stateOf(await removal.clips())).toEqual(Array.from({ length: 4 }, () => 'archived'));
  expect(await readdir(join(removal.recordings, '2026-05-01'))).toHaveLength(4);
}

test('a volume without its marker is not touched', async () => {
  const removal = await useRemoval({ clips, batchSize: 2 });
  removal.fault = async (call) => {
    if (call === 'syncFolder') await rm(join(removal.recordings, '.viofosync-archive'), { force: true });
  };
  const outcome = await removal.byRule();
  expect(outcome).toMatchObject({ done: 2, obstacle: { code: 'volume' } });
  expect(outcome.obstacle!.message).toMatch(/marker/);
});

test.runIf(!isRoot)('a folder that may not be written is told with its owner and mode', async () => {
  const removal = await useRemoval({ clips, trashHours: 0 });
  await chmod(join(removal.recordings, '2026-05-01'), 0o555);
  await removal.byRule();
  expect((await removal.remover.failures(1)).items[0]!.reason).toMatch(/mode 555/);
});

test('failures are one problem with the commonest reason, which ends with the last of them', async () => {
  const removal = await useRemoval({ clips });
  const problems = new Map<string, string>();
  const events = new EventBus<Events>(() => undefined);
  const service = new RemovalService({
    remover: removal.remover,
    volume: removal.volume,
    events,
    problems: {
      raise: async ({ key, message }) => void problems.set(key, message),
      end: async (key) => void problems.delete(key),
    },
    clock: removal.clock,
    log: pino({ level: 'silent' }),
    mayPurge: () => true,
  });
  await removal.volume.check();
  removal.fault = refusing('rename', 'EBUSY');
  await removal.remover.orderByHand([1, 2], { includeProtected: false, user: null });
  service.start();
  await vi.waitFor(
    () =>
      expect(problems.get('retention:removal')).toBe(
        '2 files could not be deleted or restored. Most often: Another program holds the file.',
      ),
    waitLong,
  );
  removal.fault = () => undefined;
  removal.clock.advance(hourMs);
  service.nudge();
  await vi.waitFor(() => expect(problems.size).toBe(0), waitLong);
  expect(await removal.trash()).toHaveLength(2);
  removal.clock.advance(24 * hourMs);
  service.nudge();
  await vi.waitFor(async () => expect(await removal.trash()).toEqual([]), waitLong);
  await service.stop();
  await expectAgreement(removal);
});

test('the service touches no volume when there is nothing to do, and purges nothing by a clock it cannot trust', async () => {
  const removal = await useRemoval({ clips });
  await removal.byRule({ ids: [1] });
  removal.clock.advance(48 * hourMs);
  let calls = 0;
  removal.fault = () => void calls++;
  let mayPurge = false;
  const service = new RemovalService({
    remover: removal.remover,
    volume: removal.volume,
    events: new EventBus<Events>(() => undefined),
    problems: { raise: async () => undefined, end: async () => undefined },
    clock: removal.clock,
    log: pino({ level: 'silent' }),
    mayPurge: () => mayPurge,
    idleMs: 5,
  });
  let looks = 0;
  const hasWork = removal.remover.hasWork.bind(removal.remover);
  removal.remover.hasWork = (...args) => {
    looks++;
    return hasWork(...args);
  };
  service.start();
  await vi.waitFor(() => expect(looks).toBeGreaterThan(3), waitLong);
  expect(calls).toBe(0);
  expect(await removal.trash()).toHaveLength(1);
  mayPurge = true;
  await vi.waitFor(async () => expect(await removal.trash()).toEqual([]), waitLong);
  await service.stop();
});
