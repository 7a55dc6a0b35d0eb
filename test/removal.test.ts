import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeSidecar } from '../src/server/archive/sidecar.ts';
import { archiveFiles } from './invariants.ts';
import { capturesOn, dayMs, hourMs, seededNow } from './retention-seed.ts';
import {
  byAge,
  expectAgreement,
  folders,
  stateOf,
  trashFiles,
  useRemoval,
  type Removal,
} from './removal-scenario.ts';

const may = capturesOn('2026-05-01', { captures: 2 });
const trashDay = '.trash/2026-06-28';

async function addFile(removal: Removal, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(removal.recordings, path)), { recursive: true });
  await writeFile(join(removal.recordings, path), text);
}

const textOf = (removal: Removal, path: string) => readFile(join(removal.recordings, path), 'utf8');

const sidecar = encodeSidecar({
  name: null,
  kept: false,
  keptAt: null,
  locked: true,
  note: null,
  tags: [],
  time: null,
})!;

test('a rule moves clips into the trash, and rows, days, audit and totals say so', async () => {
  const removal = await useRemoval({ clips: may });
  const before = await removal.clips();
  const outcome = await removal.byRule();
  const bytes = before.reduce((sum, row) => sum + (row.size_bytes ?? 0), 0);
  expect(outcome).toEqual({
    done: 4,
    failed: 0,
    missing: 0,
    left: 0,
    obstacle: null,
    freedBytes: bytes,
    trashedBytes: bytes,
  });
  const after = await removal.clips();
  expect(after.map((row) => [row.state, row.state_reason, row.path])).toEqual(
    Array.from({ length: 4 }, () => ['expired', 'retention', null]),
  );
  expect(after.map((row) => [row.size_bytes, row.sha256])).toEqual(
    before.map((row) => [row.size_bytes, row.sha256]),
  );
  expect(await trashFiles(removal)).toEqual(before.map((row) => `${trashDay}/${row.path}`).toSorted());
  expect(await removal.audit()).toEqual(
    before.map((row) =>
      expect.objectContaining({
        clip_id: row.id,
        action: 'trashed',
        at: seededNow,
        bytes: row.size_bytes,
        path: row.path,
        why: JSON.stringify(byAge),
        sweep_id: 1,
        gone_at: null,
        restored_at: null,
      }),
    ),
  );
  expect(await removal.remover.trashTotals()).toEqual({ clips: 4, bytes, nextGoneAt: seededNow + dayMs });
  await expectAgreement(removal);
});

test('without a trash a rule deletes at once, and the folders that became empty go', async () => {
  const removal = await useRemoval({ clips: may, trashHours: 0 });
  expect(await removal.byRule()).toMatchObject({ done: 4, trashedBytes: 0 });
  expect((await removal.audit()).map((row) => [row.action, row.gone_at])).toEqual(
    Array.from({ length: 4 }, () => ['deleted', seededNow]),
  );
  expect(await folders(removal)).toEqual([]);
  await expectAgreement(removal);
});

test("a camera's own folder stays though nothing is left in it", async () => {
  const clips = capturesOn('2026-05-01', { captures: 1, cameraId: 2 });
  const removal = await useRemoval({ clips, cameras: 2, trashHours: 0 });
  await removal.byRule();
  expect(await folders(removal)).toEqual(['Car 2']);
});

test('what is no longer as the plan had it is left: kept, in use, already ordered, not archived', async () => {
  const removal = await useRemoval({ clips: capturesOn('2026-05-01', { captures: 3 }) });
  await removal.keep([1]);
  await removal.db.insertInto('clip_use').values({ clip_id: 2, holder: 'export:1' }).execute();
  await removal.remover.orderByHand([3], { includeProtected: false, user: null });
  expect(await removal.byRule({ ids: [1, 2, 3, 4, 99] })).toMatchObject({ done: 1, left: 4 });
  expect(stateOf(await removal.clips())).toEqual([
    'archived',
    'archived',
    'archived',
    'expired',
    'archived',
    'archived',
  ]);
  await removal.carryOut();
  await expectAgreement(removal);
});

test('what lies beside a clip goes with it, comes back with it, and is deleted with it', async () => {
  const removal = await useRemoval({ clips: may.slice(0, 1) });
  const path = (await removal.clips())[0]!.path!;
  await addFile(removal, `${path}.gpx`, 'track');
  await addFile(removal, `${path}.json`, sidecar);
  await removal.byHand([1]);
  expect(await archiveFiles(removal.recordings)).toEqual(
    [
      '.viofosync-archive',
      `${trashDay}/${path}`,
      `${trashDay}/${path}.gpx`,
      `${trashDay}/${path}.json`,
    ].toSorted(),
  );
  await removal.remover.restore([1]);
  await removal.carryOut();
  expect(await textOf(removal, `${path}.gpx`)).toBe('track');
  expect(await textOf(removal, `${path}.json`)).toBe(sidecar);
  expect(await folders(removal)).toEqual(['.trash', '2026-05-01']);
  await removal.byHand([1]);
  await removal.remover.empty(null);
  await removal.carryOut();
  expect(await archiveFiles(removal.recordings)).toEqual(['.viofosync-archive']);
  expect(await folders(removal)).toEqual(['.trash']);
});

test("another program's file beside a clip, and one that cannot be read, are left where they are", async () => {
  const removal = await useRemoval({ clips: may.slice(0, 2) });
  const [first, second] = (await removal.clips()).map((row) => row.path!);
  await addFile(removal, `${first}.json`, '{"photoTakenTime": 1}');
  await addFile(removal, `${first}.viofosync.json`, sidecar);
  await addFile(removal, `${second}.json`, '{"viofosync": 99}');
  await removal.byRule();
  const left = await archiveFiles(join(removal.recordings, '2026-05-01'));
  expect(left).toEqual([first, second].map((path) => `${path!.slice(11)}.json`));
  expect(await textOf(removal, `${trashDay}/${first}.viofosync.json`)).toBe(sidecar);
  await removal.remover.restore(null);
  await removal.carryOut();
  expect(await textOf(removal, `${first}.json`)).toBe('{"photoTakenTime": 1}');
  expect(await textOf(removal, `${first}.viofosync.json`)).toBe(sidecar);
});

test('a place that is taken in the trash is never overwritten', async () => {
  const removal = await useRemoval({ clips: may.slice(0, 1) });
  const path = (await removal.clips())[0]!.path!;
  await addFile(removal, `${trashDay}/${path}`, 'mine');
  await removal.byRule();
  expect(await textOf(removal, `${trashDay}/${path}`)).toBe('mine');
  expect((await removal.trash())[0]!.trash_path).toBe(`${trashDay}/${path.replace('.MP4', '~2.MP4')}`);
});

test('a clip comes back beside the file that has taken its place, with what lies beside it', async () => {
  const removal = await useRemoval({ clips: may.slice(0, 1) });
  const path = (await removal.clips())[0]!.path!;
  await addFile(removal, `${path}.gpx`, 'track');
  await removal.byHand([1]);
  await addFile(removal, path, 'another');
  await removal.remover.restore([1]);
  await removal.carryOut();
  const other = path.replace('.MP4', '~2.MP4');
  expect((await removal.clips())[0]).toMatchObject({ state: 'archived', path: other, sidecar_due: 1 });
  expect(await textOf(removal, path)).toBe('another');
  expect(await textOf(removal, `${other}.gpx`)).toBe('track');
});

test('a place where a download will be is not taken by a clip that comes back', async () => {
  const removal = await useRemoval({ clips: may.slice(0, 2) });
  const path = (await removal.clips())[0]!.path!;
  await removal.byHand([1]);
  const nothing = { total_bytes: null, remote_timecode: null, sha256: null };
  await removal.db
    .insertInto('part')
    .values({ clip_id: 2, path, ...nothing, durable_bytes: 0, boot_id: '', updated_at: seededNow })
    .execute();
  await removal.remover.restore([1]);
  await removal.carryOut();
  expect((await removal.clips())[0]!.path).toBe(path.replace('.MP4', '~2.MP4'));
});

test('what a rule had deleted is kept from then on when it is restored, what a hand deleted is just back', async () => {
  const removal = await useRemoval({ clips: may });
  await removal.byRule({ ids: [1, 2] });
  await removal.byHand([3]);
  const order = await removal.remover.restore([1, 3, 4, 99]);
  expect(order).toMatchObject({ ordered: 2, left: { notThere: 2 } });
  await removal.carryOut();
  expect((await removal.clips()).map((row) => [row.state, row.kept])).toEqual([
    ['archived', 1] as const,
    ['expired', 0] as const,
    ['archived', 0] as const,
    ['archived', 0] as const,
  ]);
  expect((await removal.audit()).map((row) => row.restored_at)).toEqual([seededNow, null, seededNow]);
  await expectAgreement(removal);
});

test('by hand protected clips are counted and left, and go when it is insisted', async () => {
  const clips = capturesOn('2026-05-01', { captures: 2 });
  clips[1]!.locked = true;
  const removal = await useRemoval({ clips });
  await removal.keep([1]);
  await removal.db.insertInto('clip_use').values({ clip_id: 3, holder: 'export:1' }).execute();
  const ids = [1, 2, 3, 4, 99];
  const order = await removal.remover.orderByHand(ids, { includeProtected: false, user: 'owner' });
  expect(order).toMatchObject({
    ordered: 1,
    left: { kept: 1, locked: 1, inUse: 1, notThere: 1 },
    toTrash: true,
  });
  expect(await removal.remover.pending()).toBe(1);
  await removal.carryOut();
  expect(await removal.remover.pending()).toBe(0);
  expect((await removal.remover.orderByHand(ids, { includeProtected: true, user: 'owner' })).ordered).toBe(3);
  await removal.carryOut();
  expect((await removal.clips()).map((row) => [row.state, row.state_reason])).toEqual(
    Array.from({ length: 4 }, () => ['deleted', 'user']),
  );
  expect(JSON.parse((await removal.audit())[0]!.why)).toEqual({ by: 'hand', user: 'owner' });
  await expectAgreement(removal);
});

test('an order by hand survives the end of the program, and one that was taken back does not', async () => {
  const removal = await useRemoval({ clips: may });
  await removal.remover.orderByHand([1, 2], { includeProtected: false, user: null });
  expect((await removal.remover.restore([2])).ordered).toBe(1);
  expect(stateOf(await removal.clips())).toEqual(['archived', 'archived', 'archived', 'archived']);
  await removal.carryOut();
  expect(stateOf(await removal.clips())).toEqual(['deleted', 'archived', 'archived', 'archived']);
  await expectAgreement(removal);
});

test('keeping a clip takes back what was to delete it', async () => {
  const removal = await useRemoval({ clips: may });
  await removal.remover.orderByHand([1], { includeProtected: false, user: null });
  expect(await removal.keep([1, 2])).toBe(2);
  expect(await removal.keep([1, 2])).toBe(0);
  await removal.carryOut();
  expect((await removal.clips()).map((row) => [row.state, row.kept, row.sidecar_due])).toEqual([
    ['archived', 1, 1] as const,
    ['archived', 1, 1] as const,
    ['archived', 0, 0] as const,
    ['archived', 0, 0] as const,
  ]);
  await expectAgreement(removal);
  expect(await removal.keep([1], false)).toBe(1);
  expect((await removal.clips())[0]).toMatchObject({ kept: 0, kept_at: null });
});

test('a clip that is kept while a batch is under way stays with the rest of its capture, though their turn was about to come', async () => {
  const removal = await useRemoval({ clips: may });
  let isFirst = true;
  removal.fault = async (call) => {
    if (call !== 'unlink' && call !== 'rename') return;
    if (isFirst) {
      isFirst = false;
      await removal.keep([3]);
    }
  };
  expect(await removal.byRule()).toMatchObject({ done: 2, left: 2 });
  expect((await removal.clips()).map((row) => [row.state, row.kept])).toEqual([
    ['expired', 0] as const,
    ['expired', 0] as const,
    ['archived', 1] as const,
    ['archived', 0] as const,
  ]);
  await expectAgreement(removal);
});

test('a deletion on the camera that waits for a clip is dropped with its copy here', async () => {
  const removal = await useRemoval({ clips: may });
  await removal.db.updateTable('clip').set({ delete_due: 'rule' }).execute();
  await removal.byRule({ ids: [1] });
  await removal.remover.orderByHand([2], { includeProtected: false, user: null });
  expect((await removal.clips()).map((row) => row.delete_due)).toEqual([null, null, 'rule', 'rule']);
});

test('the trash lets go of what has been there long enough, the oldest first where room is needed', async () => {
  const removal = await useRemoval({ clips: may });
  const bytes = (await removal.clips()).map((row) => row.size_bytes!);
  await removal.byRule({ ids: [2] });
  removal.clock.advance(hourMs);
  await removal.byRule({ ids: [1, 3] });
  expect(await removal.remover.purgeDue(removal.signal, () => true)).toBeNull();
  expect(await removal.trash()).toHaveLength(3);
  removal.clock.advance(23 * hourMs);
  await removal.remover.purgeDue(removal.signal, () => true);
  expect((await removal.trash()).map((row) => row.clip_id)).toEqual([1, 3]);
  expect(await removal.remover.purgeForRoom(bytes[0]!, removal.signal)).toBe(bytes[0]);
  expect((await removal.trash()).map((row) => row.clip_id)).toEqual([3]);
  expect((await removal.audit()).map((row) => [row.clip_id, row.gone_at !== null])).toEqual([
    [2, true] as const,
    [1, true] as const,
    [3, false] as const,
  ]);
  expect(await removal.remover.purgeForRoom(1e9, removal.signal)).toBe(bytes[2]);
  await expectAgreement(removal);
});

test('a clip whose older copy lies in the trash still goes there in its stead', async () => {
  const removal = await useRemoval({ clips: may });
  const path = (await removal.clips())[0]!.path!;
  const text = await textOf(removal, path);
  await removal.byHand([1]);
  await addFile(removal, path, text);
  await removal.db
    .updateTable('clip')
    .set({ state: 'archived', path, state_reason: null })
    .where('id', '=', 1)
    .execute();
  expect(await removal.byRule({ ids: [1] }), 'a rule waits').toMatchObject({ left: 1 });
  await removal.byHand([1]);
  expect((await removal.audit()).map((row) => row.gone_at)).toEqual([seededNow, null]);
  expect(await removal.trash()).toHaveLength(1);
});

test('a file with another size, a folder and a link in its place are never deleted', async () => {
  const removal = await useRemoval({ clips: may, trashHours: 0 });
  const [first, second, third] = (await removal.clips()).map((row) => join(removal.recordings, row.path!));
  await writeFile(first!, 'written by somebody else, and longer than it was when it was filed');
  await rm(second!);
  await mkdir(second!);
  await rename(third!, `${third}.aside`);
  await symlink(`${third}.aside`, third!);
  expect(await removal.byRule()).toMatchObject({ done: 1, failed: 3 });
  expect((await removal.removals()).map((row) => row.error_code)).toEqual(['changed', 'changed', 'changed']);
  expect(stateOf(await removal.clips())).toEqual(['archived', 'archived', 'archived', 'expired']);
  const { count, items } = await removal.remover.failures(2);
  expect([count, items.length, items[0]!.reason]).toEqual([3, 2, expect.stringContaining('another size')]);
});

test('single files that are gone make their clips missing and free nothing', async () => {
  const removal = await useRemoval({ clips: may, trashHours: 0 });
  const [first] = await removal.clips();
  await rm(join(removal.recordings, first!.path!));
  const outcome = await removal.byRule();
  expect(outcome).toMatchObject({ done: 3, missing: 1, obstacle: null });
  expect((await removal.clips())[0]).toMatchObject({ state: 'missing', state_reason: null, path: null });
  expect((await removal.audit()).find((row) => row.clip_id === 1)).toMatchObject({ action: 'missing' });
  expect(outcome.freedBytes).toBe(
    (await removal.audit()).reduce((sum, row) => sum + (row.action === 'deleted' ? row.bytes : 0), 0),
  );
});

test.each([200, 8])(
  'when many files are gone none of them is taken for lost, and the sweep ends (batches of %i)',
  async (batchSize) => {
    const clips = capturesOn('2026-05-01', { captures: 30 });
    const removal = await useRemoval({ clips, trashHours: 0, batchSize });
    await rename(join(removal.recordings, '2026-05-01'), join(removal.recordings, 'elsewhere'));
    const outcome = await removal.byRule();
    expect(outcome.obstacle?.code).toBe('missing_files');
    expect(outcome.missing).toBeLessThanOrEqual(10);
    const missing = (await removal.clips()).filter((row) => row.state === 'missing');
    expect(missing).toHaveLength(outcome.missing);
    expect(await removal.removals()).toEqual([]);
  },
);

test('events tell of the days that changed, and not of each clip', async () => {
  const removal = await useRemoval({ clips: capturesOn('2026-05-01', { captures: 20 }), batchSize: 2 });
  await removal.byRule();
  removal.remover.stop();
  expect(removal.events).toContain('clips.changed');
  expect(removal.events).toContain('retention.changed');
  expect(removal.events.length).toBeLessThan(12);
});
