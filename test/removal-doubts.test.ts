import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { RemovalService } from '../src/server/retention/removal-service.ts';
import type { RemovalRow } from '../src/server/db/schema.ts';
import type { Events } from '../src/shared/events.ts';
import { capturesOn, dayMs, hourMs, seededNow } from './retention-seed.ts';
import {
  byAge,
  expectAgreement,
  folders,
  refusing,
  stateOf,
  useRemoval,
  type Removal,
} from './removal-scenario.ts';
import { waitLong } from './scenario.ts';

const day = '2026-05-01';
const may = capturesOn(day, { captures: 2 });
const many = capturesOn(day, { captures: 8 });
const yes = () => true;

/** A part of the recordings, or the trash, is away: unmounted, or moved. */
async function away(removal: Removal, folder: string): Promise<() => Promise<void>> {
  const [from, to] = [join(removal.recordings, folder), join(removal.recordings, `away-${folder}`)];
  await rename(from, to);
  return () => rename(to, from);
}

const countOf = async (removal: Removal, state: string) =>
  (await removal.clips()).filter((row) => row.state === state).length;

/** Rows as a process leaves them that was killed in the middle of a batch. */
async function begin(
  removal: Removal,
  action: RemovalRow['action'],
  change: Partial<RemovalRow> = {},
): Promise<void> {
  for (const { id, path } of await removal.clips()) {
    const trashPath = action === 'delete' ? null : `.trash/2026-06-28/${path}`;
    const what = { clip_id: id, action, path: path!, trash_path: trashPath, why: JSON.stringify(byAge) };
    const state = {
      sweep_id: 1,
      ordered_at: seededNow,
      tries: 1,
      next_at: null,
      error: null,
      error_code: null,
    };
    await removal.db
      .insertInto('removal')
      .values({ ...what, ...state, ...change })
      .execute();
  }
}

describe('the clips of a capture', () => {
  test('stay when one of them is kept or in use, though the plan had only the others', async () => {
    const removal = await useRemoval({ clips: capturesOn(day, { captures: 3 }) });
    await removal.keep([2]);
    await removal.db.insertInto('clip_use').values({ clip_id: 4, holder: 'export:1' }).execute();
    expect(await removal.byRule({ ids: [1, 3, 5], mayGo: yes })).toMatchObject({ done: 1, left: 2 });
    expect(stateOf(await removal.clips())).toEqual([
      'archived',
      'archived',
      'archived',
      'archived',
      'expired',
      'archived',
    ]);
    await expectAgreement(removal);
  });

  test('are judged with the clips that a rule has left out, and not with one that a person wants deleted', async () => {
    const removal = await useRemoval({ clips: may });
    await removal.keep([2, 4]);
    await removal.remover.orderByHand([2], { includeProtected: true, user: null });
    expect(await removal.byRule({ ids: [1, 3] })).toMatchObject({ done: 1, left: 1 });
    expect(stateOf(await removal.clips())).toEqual(['expired', 'archived', 'archived', 'archived']);
  });

  test('stay when the one of them that is kept meanwhile was not to go at all', async () => {
    const removal = await useRemoval({ clips: may });
    let isFirst = true;
    removal.fault = async (call) => {
      if (!isFirst || call !== 'rename') return;
      isFirst = false;
      await removal.keep([4]);
    };
    expect(await removal.byRule({ ids: [1, 3] })).toMatchObject({ done: 1, left: 1 });
    expect(stateOf(await removal.clips())).toEqual(['expired', 'archived', 'archived', 'archived']);
    await expectAgreement(removal);
  });

  test('that were ordered by hand go, whatever of their capture is kept meanwhile', async () => {
    const removal = await useRemoval({ clips: may });
    await removal.remover.orderByHand([3], { includeProtected: false, user: null });
    await removal.keep([4]);
    await removal.carryOut();
    expect(stateOf(await removal.clips())[2]).toBe('deleted');
  });
});

describe('a clip that is kept while it lies in the trash', () => {
  test('comes back, and until then nothing lets go of it', async () => {
    const removal = await useRemoval({ clips: may });
    await removal.byRule();
    expect(await removal.keep([1])).toBe(1);
    removal.clock.advance(2 * dayMs);
    await removal.remover.purgeDue(removal.signal, yes);
    await removal.remover.purgeForRoom(1e12, removal.signal);
    expect((await removal.trash()).map((row) => row.clip_id)).toEqual([1]);
    await removal.carryOut();
    expect((await removal.clips())[0]).toMatchObject({ state: 'archived', kept: 1 });
    await expectAgreement(removal);
  });

  test('is not let go of when it cannot come back, but by a person who empties the trash', async () => {
    const removal = await useRemoval({ clips: may });
    await removal.byRule({ ids: [1, 2] });
    await removal.db.updateTable('clip').set({ kept: 1 }).where('id', '=', 1).execute();
    removal.fault = refusing('rename', 'EBUSY');
    await removal.keep([2]);
    await removal.carryOut();
    removal.fault = () => undefined;
    await removal.remover.purgeForRoom(1e12, removal.signal);
    expect(await removal.trash()).toHaveLength(2);
    await removal.remover.empty(null);
    await removal.carryOut();
    expect(await removal.trash()).toEqual([]);
    await expectAgreement(removal);
  });

  test('does not keep what came after it from going', async () => {
    const removal = await useRemoval({ clips: may, batchSize: 1 });
    await removal.byRule({ ids: [1, 3] });
    await removal.db.updateTable('clip').set({ kept: 1 }).where('id', '=', 1).execute();
    removal.clock.advance(dayMs);
    await removal.remover.purgeDue(removal.signal, yes);
    expect((await removal.trash()).map((row) => row.clip_id)).toEqual([1]);
    expect(await removal.remover.hasWork(true)).toBe(false);
  });

  test('that a person had insisted on deleting goes in its time', async () => {
    const removal = await useRemoval({ clips: may });
    await removal.keep([1]);
    await removal.byHand([1], true);
    expect(await removal.removals()).toEqual([]);
    removal.clock.advance(dayMs);
    await removal.remover.purgeDue(removal.signal, yes);
    expect(await removal.trash()).toEqual([]);
  });

  test('right when its file is moved there comes back', async () => {
    const removal = await useRemoval({ clips: may });
    let isFirst = true;
    removal.fault = async (call) => {
      if (!isFirst || call !== 'rename') return;
      isFirst = false;
      await removal.keep([1]);
    };
    await removal.byRule({ ids: [1] });
    expect((await removal.removals()).map((row) => row.action)).toEqual(['restore']);
    await removal.carryOut();
    expect((await removal.clips())[0]).toMatchObject({ state: 'archived', kept: 1 });
    await expectAgreement(removal);
  });

  test('right before its file is let go of comes back', async () => {
    const removal = await useRemoval({ clips: may });
    await removal.byRule();
    let isFirst = true;
    removal.fault = async (call) => {
      if (!isFirst || call !== 'unlink') return;
      isFirst = false;
      await removal.keep([3]);
    };
    await removal.remover.purgeForRoom(1e12, removal.signal);
    await removal.carryOut();
    expect(stateOf(await removal.clips())).toEqual(['expired', 'expired', 'archived', 'expired']);
    await expectAgreement(removal);
  });
});

describe('when many files are away', () => {
  test('what was ordered by hand is not taken for lost, and goes when they are there again', async () => {
    const removal = await useRemoval({ clips: many });
    const comeBack = await away(removal, day);
    const ids = (await removal.clips()).map((row) => row.id);
    await removal.remover.orderByHand(ids, { includeProtected: false, user: null });
    expect(await removal.carryOut()).toMatch(/16 of 16 recordings/);
    expect([await countOf(removal, 'archived'), await removal.audit()]).toEqual([16, []]);
    expect((await removal.remover.failures(1)).items[0]!.reason).toMatch(/so are too many others/);
    await comeBack();
    removal.clock.advance(hourMs);
    expect(await removal.carryOut()).toBeNull();
    expect(await countOf(removal, 'deleted')).toBe(16);
    await expectAgreement(removal);
  });

  test.each([200, 4])('what is to be restored stays in the trash (batches of %i)', async (batchSize) => {
    const removal = await useRemoval({ clips: many, batchSize });
    await removal.byRule();
    const comeBack = await away(removal, '.trash');
    await removal.remover.restore(null);
    expect(await removal.carryOut()).toMatch(/not where they should be/);
    const left = (await removal.trash()).length;
    expect(left).toBeGreaterThanOrEqual(6);
    expect((await removal.audit()).filter((row) => row.gone_at === null)).toHaveLength(left);
    await comeBack();
    removal.clock.advance(hourMs);
    expect(await removal.carryOut()).toBeNull();
    expect(await countOf(removal, 'archived')).toBe(left);
    expect(await removal.trash()).toEqual([]);
  });

  test('the trash is not taken for emptied by time or for room; a person may do it', async () => {
    const removal = await useRemoval({ clips: many });
    await removal.byRule();
    await away(removal, '.trash');
    removal.clock.advance(dayMs);
    expect(await removal.remover.purgeDue(removal.signal, yes)).toMatch(/16 of 16/);
    expect(await removal.remover.purgeForRoom(1e12, removal.signal)).toBe(0);
    expect(await removal.trash()).toHaveLength(16);
    expect((await removal.audit()).filter((row) => row.gone_at !== null)).toEqual([]);
    await removal.remover.empty(null);
    expect(await removal.carryOut()).toMatch(/16 of 16/);
    expect([await removal.trash(), await removal.removals()]).toEqual([[], []]);
  });

  test('it is not guessed after a crash whether clips were deleted, and found out when they are there again', async () => {
    const removal = await useRemoval({ clips: many, trashHours: 0 });
    await begin(removal, 'delete');
    const [first] = await removal.clips();
    await rm(join(removal.recordings, first!.path!));
    const comeBack = await away(removal, day);
    expect(await removal.remover.recover(removal.signal)).toMatch(/16 of 16/);
    expect([await countOf(removal, 'archived'), await removal.audit()]).toEqual([16, []]);
    expect(await removal.remover.recover(removal.signal), 'only an hour later').toBeNull();
    expect((await removal.remover.failures(1)).count).toBe(16);
    await comeBack();
    removal.clock.advance(hourMs);
    expect(await removal.remover.recover(removal.signal)).toBeNull();
    expect([await countOf(removal, 'archived'), await countOf(removal, 'expired')]).toEqual([15, 1]);
    await expectAgreement(removal);
    expect(await removal.removals()).toEqual([]);
  });

  test('a doubt ends when a scan has taken the clips for missing', async () => {
    const removal = await useRemoval({ clips: many, trashHours: 0 });
    await begin(removal, 'delete');
    await away(removal, day);
    await removal.remover.recover(removal.signal);
    await removal.db.updateTable('clip').set({ state: 'missing', path: null }).execute();
    removal.clock.advance(hourMs);
    await removal.remover.recover(removal.signal);
    expect([await removal.removals(), await removal.audit()]).toEqual([[], []]);
  });

  test('a batch that was cut off is believed where its folder, or the trash, is the proof', async () => {
    const removal = await useRemoval({ clips: many, trashHours: 0 });
    await begin(removal, 'delete');
    for (const { path } of await removal.clips()) await rm(join(removal.recordings, path!));
    expect(await removal.remover.recover(removal.signal)).toBeNull();
    expect(await countOf(removal, 'expired')).toBe(16);
    expect(await folders(removal)).toEqual([]);
    await expectAgreement(removal);
  });

  test('of a batch that was cut off on its way into the trash, what lies there is recorded, and the rest not guessed', async () => {
    const removal = await useRemoval({ clips: [...many, ...capturesOn('2026-05-02', { captures: 20 })] });
    await begin(removal, 'trash');
    for (const row of (await removal.removals()).slice(16)) {
      const to = join(removal.recordings, row.trash_path!);
      await mkdir(dirname(to), { recursive: true });
      await rename(join(removal.recordings, row.path), to);
    }
    await away(removal, day);
    expect(await removal.remover.recover(removal.signal)).toMatch(/16 of 56/);
    expect([await countOf(removal, 'archived'), await countOf(removal, 'expired')]).toEqual([16, 40]);
    expect(await countOf(removal, 'missing')).toBe(0);
    expect(await removal.removals()).toHaveLength(16);
  });

  test('a folder stays until the ledger knows what went out of it', async () => {
    const removal = await useRemoval({ clips: may, trashHours: 0 });
    const before: string[][] = [];
    removal.fault = async (call) => {
      if (call === 'removeFolder') before.push(stateOf(await removal.clips()));
    };
    await removal.byRule();
    expect(before).toEqual([['expired', 'expired', 'expired', 'expired']]);
  });
});

test('reading many slow folders ends when it is stopped', async () => {
  const days = Array.from({ length: 20 }, (_, index) => `2026-05-${String(index + 1).padStart(2, '0')}`);
  const removal = await useRemoval({ clips: days.flatMap((at) => capturesOn(at, { captures: 1 })) });
  const abort = new AbortController();
  let read = 0;
  removal.fault = (call) => {
    if (call === 'names' && ++read === 2) abort.abort(new Error('the program ends'));
  };
  expect(await removal.byRule({ signal: abort.signal })).toMatchObject({ done: 0, obstacle: null });
  expect(read).toBe(2);
  await removal.remover.orderByHand([1, 3], { includeProtected: false, user: null });
  expect(await removal.remover.carryOutOrders(abort.signal)).toBeNull();
  expect([await removal.removals(), read]).toEqual([expect.objectContaining({ length: 2 }), 2]);
});

describe('a clock that ran ahead', () => {
  test('does not keep a failed removal from being tried again', async () => {
    const removal = await useRemoval({ clips: may });
    removal.fault = refusing('rename', 'EBUSY');
    await removal.byRule({ ids: [1] });
    await removal.byHand([2]);
    removal.fault = () => undefined;
    const inYears = seededNow + 3000 * dayMs;
    await removal.db.updateTable('removal').set({ next_at: inYears }).execute();
    await removal.carryOut();
    expect(await removal.byRule({ ids: [1] })).toMatchObject({ done: 1 });
    expect(stateOf(await removal.clips())).toEqual(['expired', 'deleted', 'archived', 'archived']);
  });

  test('does not keep a clip in the trash for years, nor let it go early', async () => {
    const removal = await useRemoval({ clips: may });
    await removal.byRule({ ids: [1] });
    const inYears = seededNow + 3000 * dayMs;
    await removal.db.updateTable('trash').set({ trashed_at: inYears }).execute();
    expect(await removal.remover.hasWork(true)).toBe(true);
    await removal.remover.purgeDue(removal.signal, yes);
    expect((await removal.trash()).map((row) => row.trashed_at)).toEqual([seededNow]);
    removal.clock.advance(dayMs - 1);
    await removal.remover.purgeDue(removal.signal, yes);
    expect(await removal.trash()).toHaveLength(1);
    removal.clock.advance(1);
    await removal.remover.purgeDue(removal.signal, yes);
    expect(await removal.trash()).toEqual([]);
  });

  test('is asked about before each batch of the trash', async () => {
    const removal = await useRemoval({ clips: may, batchSize: 2 });
    await removal.byRule();
    removal.clock.advance(dayMs);
    let asked = 0;
    await removal.remover.purgeDue(removal.signal, async () => ++asked < 2);
    expect([asked, (await removal.trash()).length]).toEqual([2, 2]);
  });
});

test('what was deleted for good is told by the service, to whoever measures the volume, and no move into the trash', async () => {
  const removal = await useRemoval({ clips: may });
  await removal.volume.check();
  let told = 0;
  const service = new RemovalService({
    remover: removal.remover,
    volume: removal.volume,
    events: new EventBus<Events>(() => undefined),
    problems: { raise: async () => undefined, end: async () => undefined },
    clock: removal.clock,
    log: pino({ level: 'silent' }),
    mayPurge: async () => false,
    onFreed: () => void told++,
  });
  await removal.remover.orderByHand([1, 2], { includeProtected: false, user: null });
  service.start();
  await vi.waitFor(async () => expect(await removal.trash()).toHaveLength(2), waitLong);
  await removal.remover.empty([1]);
  service.nudge();
  await vi.waitFor(() => expect(told).toBe(1), waitLong);
  await service.stop();
  expect(await removal.trash()).toHaveLength(1);
  expect(told).toBe(1);
});
