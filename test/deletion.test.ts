import { readFile, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { nativePathOf } from '../simulator/card.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { settingsSchema } from '../src/shared/settings.ts';
import { routes } from '../src/shared/routes.ts';
import { DeletionBench } from './deletion-bench.ts';
import { expectInvariantsWithDeletions } from './invariants.ts';
import { addDrive, allClips, untilArchived, useApp, useCamera, waitLong } from './scenario.ts';

const bytes = 100_000;
const ruleOn = settingsSchema.parse({ keepFreeGb: 0, deleteAfterDownload: true });
const lockedToo = { ...ruleOn, deleteLockedAfterDownload: true };

const deleteCommands = (camera: SimulatedCamera) =>
  camera.requests.filter((request) => request.target.includes('cmd=4003'));
const namesOnCard = (camera: SimulatedCamera) => camera.card.entries.map((entry) => entry.name);

/** A clip that stays on the card whatever happens: a listing of nothing tells nothing. */
function addLocked(camera: SimulatedCamera, name?: string) {
  return camera.card.addClip({
    startedLocal: localTime(2026, 6, 28, 20),
    source: tinyMp4Source(99, bytes),
    locked: true,
    ...(name !== undefined && { name }),
  });
}

async function useBench(options: Parameters<typeof useCamera>[0] = {}) {
  const camera = await useCamera(options);
  const locked = addLocked(camera);
  const entries = addDrive(camera, { clips: 3, bytes });
  const bench = await DeletionBench.start(camera, { commandMs: 200 });
  return { camera, bench, locked, entries };
}

async function pinned(bench: DeletionBench, name: string): Promise<void> {
  await bench.db.updateTable('clip').set({ kept: 1 }).where('name', '=', name).execute();
}

test('without the rule no clip is ever asked to be deleted, and what was fetched before stays when it comes', async () => {
  const { camera, bench } = await useBench();
  await bench.visit();
  expect(deleteCommands(camera)).toEqual([]);
  bench.settings = lockedToo;
  await bench.visit();
  expect(deleteCommands(camera)).toEqual([]);
  expect(camera.card.entries).toHaveLength(4);
});

test('by rule a clip is deleted by its native path, once its copy is filed and durable, and then counts as gone', async () => {
  const { camera, bench, entries, locked } = await useBench();
  bench.settings = ruleOn;
  await bench.list();
  await bench.fetch(async (clip) => {
    await bench.tell();
    const path = clip.remote_path!.replaceAll('/', '\\');
    expect(deleteCommands(camera).map((request) => decodeURIComponent(request.target))).not.toContainEqual(
      expect.stringContaining(path),
    );
  });
  await bench.tell();
  expect(camera.deletions.map(({ path, status }) => [path, status])).toEqual(
    entries.map((entry) => [`/DCIM/Movie/${entry.name}`, 0]),
  );
  expect(decodeURIComponent(deleteCommands(camera)[0]!.target)).toContain(
    `str=${nativePathOf(entries[0]!, 'A')}`,
  );
  expect(namesOnCard(camera)).toEqual([locked.name]);
  const told = await bench.clip(entries[0]!.name);
  expect(told).toMatchObject({ state: 'archived', delete_due: 'rule', remote_gone_at: null });
  await bench.list();
  expect(await bench.clip(entries[0]!.name)).toMatchObject({
    state: 'archived',
    delete_due: null,
    delete_error: null,
    remote_deleted_at: told.remote_deleted_at,
    remote_gone_at: expect.any(Number),
  });
  expect(camera.maxConcurrent).toBe(1);
  expect(camera.violations).toEqual([]);
});

test('the copy in the archive is looked at, and the original compared with it, right before it is deleted', async () => {
  const { camera, bench, entries } = await useBench();
  bench.settings = ruleOn;
  await bench.visit();
  const order = camera.requests
    .filter((request) => request.target.includes(entries[1]!.name))
    .map((request) => (request.target.includes('cmd=4003') ? 'delete' : 'read'));
  expect(order).toEqual(['read', 'read', 'delete']);
});

test('kept clips are never deleted, not even when they are pinned after it was due or asked for by hand', async () => {
  const { camera, bench, entries } = await useBench();
  bench.settings = lockedToo;
  await bench.list();
  await bench.fetch();
  const { name } = entries[0]!;
  await pinned(bench, name);
  await bench.tell();
  await bench.list();
  expect(namesOnCard(camera)).toEqual([name]);
  const kept = await bench.clip(name);
  expect(kept).toMatchObject({ delete_due: null, delete_error: expect.stringMatching(/kept/) });
  expect(await bench.deletions.order([kept.id], true)).toEqual({
    queued: 0,
    refused: [{ clipId: kept.id, reason: 'kept' }],
    undo: null,
  });
});

test('locked clips are deleted only by the rule for them, by their path in RO', async () => {
  const { camera, bench, locked } = await useBench();
  bench.settings = ruleOn;
  await bench.visit();
  expect(namesOnCard(camera)).toEqual([locked.name]);
  const other = addLocked(camera);
  bench.settings = lockedToo;
  await bench.visit();
  expect(camera.deletions.at(-1)).toMatchObject({ path: `/DCIM/Movie/RO/${other.name}`, status: 0 });
  expect(namesOnCard(camera)).toEqual([locked.name]);
});

test('a clip that is locked on the camera after it was due is followed there and left alone', async () => {
  const { camera, bench, entries } = await useBench();
  await bench.visit();
  const { id } = await bench.clip(entries[0]!.name);
  expect(await bench.deletions.order([id], false)).toMatchObject({ queued: 1 });
  camera.card.lock(`/DCIM/Movie/${entries[0]!.name}`);
  await bench.tell();
  expect(deleteCommands(camera), 'it is not at its path any more').toEqual([]);
  await bench.list();
  await bench.tell();
  expect(deleteCommands(camera)).toEqual([]);
  expect(await bench.clip(entries[0]!.name)).toMatchObject({
    locked: 1,
    delete_due: null,
    delete_error: expect.stringMatching(/locked/),
  });
});

test('the storage that the clip was listed on is named, also before this connection has listed anything', async () => {
  const { camera, bench, entries } = await useBench({ ssd: 'listed' });
  bench.settings = ruleOn;
  await bench.list();
  await bench.fetch();
  await bench.tell();
  expect(decodeURIComponent(deleteCommands(camera)[0]!.target)).toContain(
    `str=${nativePathOf(entries[0]!, 'B')}`,
  );
  expect(camera.deletions.map(({ status }) => status)).toEqual([0, 0, 0]);
});

test('a camera that says yes and does not delete is not believed: two tries, then it is reported until it does', async () => {
  const { camera, bench, entries } = await useBench();
  bench.settings = ruleOn;
  camera.faults.set({ deletion: 'pretends' });
  await bench.visit();
  expect(await bench.problemMessages()).toEqual([]);
  expect(await bench.clip(entries[0]!.name)).toMatchObject({ delete_due: 'rule', remote_deleted_at: null });
  await bench.visit();
  expect(await bench.problemMessages()).toEqual([
    expect.stringMatching(/^camera:1:deletion: Car: 3 clips could not be deleted.* says yes/),
  ]);
  await bench.visit();
  expect(deleteCommands(camera)).toHaveLength(6);
  expect(await bench.clip(entries[0]!.name)).toMatchObject({
    state: 'archived',
    remote_gone_at: null,
    delete_error: expect.stringMatching(/still lists it/),
  });
  camera.faults.clear();
  const [later] = addDrive(camera, { clips: 1, bytes, start: localTime(2026, 6, 29, 9) });
  await bench.visit();
  expect(namesOnCard(camera)).not.toContain(later!.name);
  expect(await bench.problemMessages()).toEqual([]);
});

test('a camera that refuses is asked once for each clip and reported until the clips are gone', async () => {
  const { camera, bench, entries } = await useBench();
  bench.settings = ruleOn;
  camera.faults.set({ deletion: 'refuses' });
  await bench.visit();
  await bench.visit();
  expect(deleteCommands(camera)).toHaveLength(3);
  expect(await bench.problemMessages()).toEqual([expect.stringMatching(/3 clips could not .* It refuses\./)]);
  camera.faults.clear();
  for (const entry of entries) camera.card.remove(`/DCIM/Movie/${entry.name}`);
  await bench.visit();
  expect(await bench.problemMessages()).toEqual([]);
});

test('a lock that the camera honours is reported, and other deletions do not end that report', async () => {
  const { camera, bench, locked } = await useBench({ lockedDelete: 'refuses' });
  bench.settings = lockedToo;
  await bench.visit();
  expect(namesOnCard(camera)).toEqual([locked.name]);
  expect(await bench.problemMessages()).toEqual([expect.stringMatching(/1 clip .* keeps what is locked/)]);
  addDrive(camera, { clips: 1, bytes, start: localTime(2026, 6, 29, 9) });
  await bench.visit();
  expect(await bench.problemMessages()).toEqual([expect.stringMatching(/1 clip .* keeps what is locked/)]);
});

test.each(['no-answer', 'empty'] as const)(
  'a deletion whose answer is lost (%s) is not sent again before a listing, which shows that it was done',
  async (deletion) => {
    const { camera, bench, entries } = await useBench();
    bench.settings = ruleOn;
    camera.faults.set({ deletion });
    await bench.list();
    await bench.fetch();
    await bench.tell();
    await bench.tell();
    expect(deleteCommands(camera)).toHaveLength(3);
    await bench.list();
    expect(await bench.clip(entries[0]!.name)).toMatchObject({
      delete_due: null,
      remote_deleted_at: expect.any(Number),
      remote_gone_at: expect.any(Number),
    });
    expect(await bench.problemMessages()).toEqual([]);
  },
);

test('a camera that never tells whether it deleted is asked five times for a clip, over five listings', async () => {
  const { camera, bench } = await useBench();
  bench.settings = ruleOn;
  await bench.list();
  await bench.fetch();
  camera.faults.set({ emptyCommandReply: true });
  for (let round = 0; round < 7; round++) {
    await bench.tell();
    camera.faults.clear();
    await bench.list();
    camera.faults.set({ emptyCommandReply: true });
  }
  expect(deleteCommands(camera)).toHaveLength(15);
  expect(camera.card.entries).toHaveLength(4);
  expect(await bench.problemMessages()).toEqual([expect.stringMatching(/3 clips .* does not tell/)]);
});

test('killed between the yes of the camera and its note, the next listing tells that the clip is gone', async () => {
  const { camera, bench, entries } = await useBench();
  bench.settings = ruleOn;
  await bench.list();
  await bench.fetch();
  await sql`create trigger killed before update of remote_deleted_at on clip
    begin select raise(abort, 'killed'); end`.execute(bench.db);
  await expect(bench.tell()).rejects.toThrow('killed');
  await sql`drop trigger killed`.execute(bench.db);
  bench.restart();
  const { name } = entries[0]!;
  expect(namesOnCard(camera)).not.toContain(name);
  expect(await bench.clip(name)).toMatchObject({ delete_due: 'rule', remote_deleted_at: null });
  await bench.visit();
  expect(await bench.clip(name)).toMatchObject({ delete_due: null, remote_gone_at: expect.any(Number) });
  expect(deleteCommands(camera).filter((request) => request.target.includes(name))).toHaveLength(1);
});

test('with the recordings volume away nothing is deleted, and it goes on when it is back', async () => {
  const { camera, bench } = await useBench();
  bench.settings = ruleOn;
  await bench.list();
  await bench.fetch();
  await rename(bench.recordings, `${bench.recordings}-away`);
  await bench.tell();
  expect(deleteCommands(camera)).toEqual([]);
  await rename(`${bench.recordings}-away`, bench.recordings);
  await bench.tell();
  expect(camera.card.entries).toHaveLength(1);
});

test('a clip whose file was cut short, removed or has rotted in the archive keeps its original, and is reported', async () => {
  const { camera, bench, entries } = await useBench();
  bench.settings = ruleOn;
  await bench.list();
  await bench.fetch();
  const [cut, gone, rotten] = await Promise.all(entries.map(({ name }) => bench.clip(name)));
  await truncate(join(bench.recordings, cut!.path!), 50_000);
  await flipByte(join(bench.recordings, rotten!.path!), 30_000);
  await rename(join(bench.recordings, gone!.path!), join(bench.recordings, 'elsewhere.MP4'));
  await bench.tell();
  expect(namesOnCard(camera)).toEqual(expect.arrayContaining([cut!.name, gone!.name, rotten!.name]));
  for (const { name } of entries)
    expect((await bench.clip(name)).delete_error).toMatch(/is gone, or not as it was/);
  expect(await bench.problemMessages()).toEqual([expect.stringMatching(/3 clips could not be deleted/)]);
});

/** One byte in the middle of a file is another, its size the same. */
async function flipByte(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await writeFile(path, bytes);
}

test("another recording of the same name, size and place as the archive's is not deleted", async () => {
  const { camera, bench, entries } = await useBench();
  bench.settings = ruleOn;
  await bench.list();
  await bench.fetch();
  Object.assign(entries[0]!, { source: tinyMp4Source(77, bytes) });
  await bench.tell();
  expect(namesOnCard(camera)).toContain(entries[0]!.name);
  expect(await bench.clip(entries[0]!.name)).toMatchObject({
    delete_due: null,
    delete_error: expect.stringMatching(/not the one in the archive/),
  });
});

test('by hand clips are deleted when the camera is next here; what cannot be is refused with its reason', async () => {
  const { camera, bench, entries, locked } = await useBench();
  await bench.visit();
  const ids = await Promise.all([...entries, locked].map(async ({ name }) => (await bench.clip(name)).id));
  const order = await bench.deletions.order([...ids, 4711], false);
  expect(order).toMatchObject({
    queued: 3,
    refused: [
      { clipId: ids[3], reason: 'locked' },
      { clipId: 4711, reason: 'not_archived' },
    ],
  });
  await bench.visit();
  expect(namesOnCard(camera)).toEqual([locked.name]);
  expect(await bench.deletions.order(ids, true)).toMatchObject({
    queued: 1,
    refused: ids.slice(0, 3).map((clipId) => ({ clipId, reason: 'not_on_camera' })),
  });
  await bench.tell();
  expect(camera.card.entries).toEqual([]);
});

test('undo takes back what the camera was not told yet, and only that', async () => {
  const { camera, bench, entries } = await useBench();
  await bench.visit();
  const ids = await Promise.all(entries.map(async ({ name }) => (await bench.clip(name)).id));
  const first = await bench.deletions.order(ids, false);
  expect(await bench.undo.undo(first.undo!)).toBe(3);
  await bench.tell();
  expect(deleteCommands(camera)).toEqual([]);
  const second = await bench.deletions.order(ids.slice(0, 1), false);
  await bench.tell();
  expect(await bench.undo.undo(second.undo!)).toBe(0);
  expect(deleteCommands(camera)).toHaveLength(1);
});

test('a rule that is switched off takes back what it had not carried out', async () => {
  const { camera, bench, entries } = await useBench();
  bench.settings = ruleOn;
  await bench.list();
  await bench.fetch();
  bench.settings = { ...ruleOn, deleteAfterDownload: false };
  await bench.tell();
  bench.settings = ruleOn;
  await bench.tell();
  expect(deleteCommands(camera)).toEqual([]);
  expect(await bench.clip(entries[0]!.name)).toMatchObject({ delete_due: null, delete_error: null });
});

test('a few clips are deleted at a time, so that downloads and listings get their turn', async () => {
  const { camera, bench } = await useBench();
  addDrive(camera, { clips: 9, bytes, start: localTime(2026, 6, 28, 15) });
  bench.settings = ruleOn;
  await bench.list();
  await bench.fetch();
  expect(await bench.tell(), 'twelve clips in goes of five').toBe(3);
  expect(camera.card.entries).toHaveLength(1);
});

test('an incomplete or empty listing confirms no deletion and accuses no camera', async () => {
  const { camera, bench, entries } = await useBench();
  bench.settings = ruleOn;
  await bench.list();
  await bench.fetch();
  await bench.tell();
  const before = await bench.clip(entries[0]!.name);
  await bench.deletions.afterListing(1, { complete: true, files: [] });
  await bench.deletions.afterListing(1, { complete: false, files: [] });
  expect(await bench.clip(entries[0]!.name)).toEqual(before);
  await bench.list();
  expect(await bench.clip(entries[0]!.name)).toMatchObject({ delete_due: null });
  expect(camera.card.entries).toHaveLength(1);
});

test('what is due is found by its index, however large the ledger', async () => {
  const { bench } = await useBench();
  const due = bench.db
    .selectFrom('clip')
    .select('id')
    .where('camera_id', '=', 1)
    .where('delete_due', 'is not', null)
    .where('delete_error', 'is', null)
    .compile();
  const { rows } = await bench.db.executeQuery<{ detail: string }>({
    ...due,
    sql: `explain query plan ${due.sql}`,
  });
  expect(rows.map((row) => row.detail).join('\n')).toContain('clip_delete_due');
});

test('in the whole program the rule deletes what was archived, and a person can have the rest deleted', async () => {
  const camera = await useCamera();
  const locked = addLocked(camera);
  addDrive(camera, { clips: 3, bytes });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 4);
  await app.call(routes.updateSettings, { body: { deleteAfterDownload: true } });
  const [later] = addDrive(camera, { clips: 1, bytes, start: localTime(2026, 6, 29, 9) });
  await vi.waitFor(() => expect(camera.deletions).toHaveLength(1), waitLong);
  expect(camera.deletions[0]!.path).toContain(later!.name);
  const early = (await allClips(app)).filter((clip) => clip.name !== later!.name);
  const clipIds = early.map((clip) => clip.id);
  const order = await app.call(routes.deleteOnCamera, { body: { clipIds } });
  expect(order).toMatchObject({ queued: 3, refused: [{ reason: 'locked' }] });
  await vi.waitFor(() => expect(namesOnCard(camera)).toEqual([locked.name]), waitLong);
  await vi.waitFor(
    async () => expect((await allClips(app)).filter((clip) => clip.remote_gone_at === null)).toHaveLength(1),
    waitLong,
  );
  await expectInvariantsWithDeletions(app, camera);
  expect(await stat(join(app.recordings, early[0]!.path!))).toBeDefined();
});
