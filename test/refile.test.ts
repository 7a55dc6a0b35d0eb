import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { archivedAt, sidecarsDue, targetsAmong } from '../src/server/archive/scan-repository.ts';
import { archiveFiles } from './invariants.ts';
import { expectSettled, openRefiling, refiled, type Refiling } from './refile-scenario.ts';
import { failing, folders, isChanging, type Removal } from './removal-scenario.ts';
import { capturesOn, useArchive, type SeedClip } from './retention-seed.ts';
import { waitLong } from './scenario.ts';

type Folders = Pick<Removal, 'configDir' | 'recordings'>;
const twoDays = [...capturesOn('2026-05-01', { captures: 1 }), ...capturesOn('2026-05-02', { captures: 1 })];

async function useRefiling(
  clips: readonly SeedClip[] = twoDays,
  options: { cameras?: number } = {},
): Promise<Refiling> {
  const refiling = await openRefiling(await useArchive({ clips, ...options }));
  onTestFinished(() => refiling.close());
  return refiling;
}

const pathsOf = async ({ removal }: Refiling) => (await removal.clips()).map((clip) => clip.path);

const moved = (path = '') => path.replace(/^2026-05-\d\d/, '2026-05');

/** Begins it and waits for its end. */
async function run(refiling: Refiling) {
  await refiling.refile.start();
  await refiling.refile.begin();
  return refiled(refiling);
}

test('clips move into the layout of the settings with what lies beside them, keep their ids, and leave no empty folder', async () => {
  const refiling = await useRefiling([...twoDays, { start: '2026-05-03T08:00:00', kind: 'unclassified' }]);
  const { recordings } = refiling.removal;
  const before = await refiling.removal.clips();
  const [first, second] = before.map((clip) => clip.path ?? '');
  await writeFile(join(recordings, `${first}.gpx`), 'a track');
  await writeFile(join(recordings, `${first}.json`), JSON.stringify({ viofosync: 1, note: 'ours' }));
  await writeFile(join(recordings, `${second}.json`), '{"title": "of another program"}');
  const preview = await refiling.refile.preview('monthly');
  expect(preview).toMatchObject({ clips: 4, inPlace: 1, newFolders: 1 });
  expect(await archiveFiles(recordings)).toHaveLength(9);
  expect(await run(refiling)).toMatchObject({ state: 'done', clips: 4, moved: 4, left: 0, message: null });
  const after = await refiling.removal.clips();
  expect(after.map(({ id, path }) => [id, path])).toEqual(
    before.map(({ id, path, kind }) => [id, kind === 'unclassified' ? path : moved(path ?? '')]),
  );
  expect(await readFile(join(recordings, `${moved(first)}.gpx`), 'utf8')).toBe('a track');
  expect(await readFile(join(recordings, `${moved(first)}.json`), 'utf8')).toContain('ours');
  expect(await readFile(join(recordings, `${moved(second)}.json`), 'utf8')).toContain('another program');
  expect(await folders({ recordings })).toEqual(['2026-05', dirname(after.at(-1)?.path ?? '')]);
  await expectSettled(refiling);
  expect(await refiling.refile.preview('monthly')).toMatchObject({ clips: 0, inPlace: 5 });
});

test('a folder of a camera is kept, and one that says what the name does not comes along', async () => {
  const refiling = await useRefiling(
    [
      ...capturesOn('2026-05-01', { captures: 1, channels: ['front'] }),
      { start: '2026-05-01T09:00:00', cameraId: 2 },
    ],
    { cameras: 2 },
  );
  const { removal } = refiling;
  const [own = '', other = ''] = await pathsOf(refiling).then((paths) => paths.map((path) => path ?? ''));
  const parked = `2026-05-01/Parking/${own.slice(11)}`;
  await mkdir(join(removal.recordings, '2026-05-01/Parking'));
  await rename(join(removal.recordings, own), join(removal.recordings, parked));
  await removal.db.updateTable('clip').set({ path: parked }).where('id', '=', 1).execute();
  await run(refiling);
  expect(await pathsOf(refiling)).toEqual([
    `2026-05/Parking/${own.slice(11)}`,
    other.replace('2026-05-01', '2026-05'),
  ]);
  expect(await folders(removal)).toEqual(['2026-05', '2026-05/Parking', 'Car 2', 'Car 2/2026-05']);
  await expectSettled(refiling);
});

test('a name that is taken gets a number, which it loses where it is free again; nothing is overwritten', async () => {
  const refiling = await useRefiling();
  const { recordings } = refiling.removal;
  const [first = ''] = await pathsOf(refiling).then((paths) => paths.map((path) => path ?? ''));
  const wished = `2026-05/${first.slice(11)}`;
  await mkdir(join(recordings, '2026-05'));
  await writeFile(join(recordings, wished), 'somebody was here first');
  await run(refiling);
  expect((await pathsOf(refiling))[0]).toBe(wished.replace('.MP4', '~2.MP4'));
  expect(await readFile(join(recordings, wished), 'utf8')).toBe('somebody was here first');
  await rm(join(recordings, wished));
  await expectSettled(refiling);
  refiling.settings.layout = 'daily';
  await refiling.refile.begin();
  await refiled(refiling);
  expect((await pathsOf(refiling))[0]).toBe(first);
  await expectSettled(refiling);
});

test('clips in use, about to be deleted, or whose files are away, are left, and it is said how many', async () => {
  const refiling = await useRefiling([...twoDays, ...capturesOn('2026-05-03', { captures: 1 })]);
  const { db, recordings } = refiling.removal;
  const before = (await pathsOf(refiling)).map((path) => path ?? '');
  await db.insertInto('clip_use').values({ clip_id: 1, holder: 'export:1' }).execute();
  await refiling.removal.remover.orderByHand([2], { includeProtected: false, user: null });
  await rename(join(recordings, before[2] ?? ''), join(recordings, 'elsewhere'));
  await writeFile(join(recordings, before[3] ?? ''), 'of another size than it was filed in');
  const ended = await run(refiling);
  expect(ended).toMatchObject({ state: 'done', clips: 6, moved: 2, left: 4 });
  expect(ended.message).toBe(
    'Left where they are: 2 in use or about to be removed, 1 not where they should be, 1 refused by the system.',
  );
  expect((await pathsOf(refiling)).slice(0, 4)).toEqual(before.slice(0, 4));
  await refiling.removal.carryOut();
  expect((await refiling.removal.clips())[1]?.state).toBe('deleted');
});

test('a clip whose new place tells what the old one told has nothing to be written beside it', async () => {
  const refiling = await useRefiling();
  const { db } = refiling.removal;
  await db.updateTable('clip').set({ sidecar_due: 0 }).execute();
  await db.updateTable('clip').set({ note: 'told beside it already' }).where('id', '=', 1).execute();
  await run(refiling);
  const due = (await refiling.removal.clips()).filter((clip) => clip.sidecar_due === 1);
  expect(due.map((clip) => clip.id)).toEqual([]);
});

test('it stops when it is told to, and for another layout in the settings', async () => {
  const refiling = await useRefiling();
  refiling.state.isScanning = true;
  await refiling.refile.start();
  expect((await refiling.refile.begin()).state).toBe('running');
  expect(await pathsOf(refiling)).toContainEqual(expect.stringContaining('2026-05-01/'));
  await refiling.refile.halt();
  expect(await refiled(refiling)).toMatchObject({ state: 'stopped', moved: 0 });
  await refiling.refile.begin();
  refiling.settings.layout = 'yearly';
  refiling.events.emit('archive.changed', {});
  expect(await refiled(refiling)).toMatchObject({ state: 'stopped', layout: 'monthly', moved: 0 });
  await expectSettled(refiling);
});

test('a volume that fails is waited for, and what hung in the middle is found out', async () => {
  const refiling = await useRefiling();
  let failures = 3;
  refiling.removal.fault = (call) => {
    if (call === 'rename' && failures-- > 0) throw failing('EIO');
  };
  const told: (string | null)[] = [];
  refiling.events.on('system.changed', () => void told.push(refiling.refile.status.message));
  expect(await run(refiling)).toMatchObject({ state: 'done', moved: 4, left: 0 });
  expect(told).toContain('The recordings volume failed.');
  await expectSettled(refiling);
});

test('a refused folder leaves its clips and no others', async () => {
  const refiling = await useRefiling();
  refiling.removal.fault = (call, path) => {
    if (call === 'rename' && path.includes('2026-05-01/')) throw failing('EACCES');
  };
  expect(await run(refiling)).toMatchObject({ state: 'done', moved: 2, left: 2 });
  await expectSettled(refiling);
});

test('a folder that is another file system leaves its clips, and the others move', async () => {
  const refiling = await useRefiling();
  refiling.removal.fault = (call, path) => {
    if (call === 'rename' && path.includes('2026-05-01/')) throw failing('EXDEV');
  };
  expect(await run(refiling)).toMatchObject({ state: 'done', moved: 2, left: 2 });
  await expectSettled(refiling);
});

test('deletions leave a clip alone whose move is not settled', async () => {
  const refiling = await useRefiling();
  const { db, remover } = refiling.removal;
  const order = { clip_id: 1, from_path: 'a', to_path: 'b', ordered_at: 0 };
  await db.insertInto('refile').values(order).execute();
  await remover.orderByHand([1, 2], { includeProtected: true, user: null });
  await refiling.removal.carryOut();
  await refiling.removal.byRule({ ids: [1, 3] });
  expect((await refiling.removal.clips()).map((clip) => clip.state)).toEqual([
    'archived',
    'deleted',
    'expired',
    'archived',
  ]);
  await db.deleteFrom('refile').execute();
  await refiling.removal.carryOut();
  expect((await refiling.removal.clips())[0]?.state).toBe('deleted');
});

test('a scan takes a file that was moved and not settled for nothing new, and its clip for nothing lost', async () => {
  const refiling = await useRefiling();
  const { db, recordings } = refiling.removal;
  const [from = ''] = (await pathsOf(refiling)).map((path) => path ?? '');
  const to = `2026-05/${from.slice(11)}`;
  await mkdir(join(recordings, '2026-05'));
  await rename(join(recordings, from), join(recordings, to));
  await db.insertInto('refile').values({ clip_id: 1, from_path: from, to_path: to, ordered_at: 0 }).execute();
  expect(await targetsAmong(db, [from, to])).toEqual(new Set([to]));
  expect(await archivedAt(db, [from])).toEqual([]);
  expect(await sidecarsDue(db, 0, 10)).toEqual([]);
  await refiling.refile.start();
  await vi.waitFor(async () => expect((await pathsOf(refiling))[0]).toBe(to), waitLong);
  await expectSettled(refiling);
  expect(refiling.refile.status.state).toBe('never');
});

test('it goes on after a restart', async () => {
  const given = await useArchive({ clips: twoDays });
  const first = await openRefiling(given);
  let stopping: Promise<void> | undefined;
  first.removal.fault = (call) => {
    if (call === 'rename') stopping ??= first.refile.stop();
  };
  await first.refile.start();
  await first.refile.begin();
  await vi.waitFor(() => expect(stopping).toBeDefined(), waitLong);
  await first.close();
  const second = await openRefiling(given);
  onTestFinished(() => second.close());
  expect((await pathsOf(second)).filter((path) => path?.startsWith('2026-05-'))).not.toEqual([]);
  await second.refile.start();
  expect(await refiled(second)).toMatchObject({ state: 'done', clips: 4, moved: 4 });
  await expectSettled(second);
});

/** What the next start makes of it. */
async function expectRecovery(given: Folders): Promise<void> {
  const refiling = await openRefiling(given);
  try {
    await refiling.refile.start();
    await refiled(refiling);
    const { db, recordings } = refiling.removal;
    await vi.waitFor(
      async () => expect(await db.selectFrom('refile').selectAll().execute()).toEqual([]),
      waitLong,
    );
    await expectSettled(refiling);
    // The process may have ended before it was begun.
    if (refiling.refile.status.state === 'never') await refiling.refile.begin();
    expect(await refiled(refiling)).toMatchObject({ state: 'done', left: 0 });
    await expectSettled(refiling);
    const files = await archiveFiles(recordings);
    const beside = files.filter((path) => path.endsWith('.gpx'));
    expect(beside).toHaveLength(2);
    expect(beside.filter((path) => !files.includes(path.slice(0, -4)))).toEqual([]);
    expect((await readdir(recordings)).toSorted()).toEqual(['.viofosync-archive', '2026-05']);
  } finally {
    await refiling.close();
  }
}

async function prepared(): Promise<Folders> {
  const given = await useArchive({
    clips: twoDays.map((clip, index) => ({ ...clip, hasGpx: index % 2 === 0 })),
  });
  const refiling = await openRefiling(given);
  for (const path of (await pathsOf(refiling)).filter((_, index) => index % 2 === 0))
    await writeFile(join(given.recordings, `${path}.gpx`), 'a track');
  await refiling.close();
  return given;
}

test('the power may fail before any call: the next start brings rows and files to agreement, and goes on', async () => {
  const given = await prepared();
  const home = await mkdtemp(join(tmpdir(), 'viofosync-power-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const moments: Folders[] = [];
  const refiling = await openRefiling(given);
  refiling.removal.fault = async (call) => {
    if (!isChanging(call)) return;
    const at = join(home, String(moments.length));
    const copy = { configDir: join(at, 'config'), recordings: join(at, 'recordings') };
    await cp(given.configDir, copy.configDir, { recursive: true });
    await cp(given.recordings, copy.recordings, { recursive: true });
    moments.push(copy);
  };
  await run(refiling);
  await refiling.close();
  expect(moments.length).toBeGreaterThan(8);
  for (const moment of moments) await expectRecovery(moment);
  await expectRecovery(given);
}, 120_000);

test('kill -9 in the middle is made good by the next start', async () => {
  const given = await prepared();
  const args = ['--import', 'tsx', 'test/refile-steps.ts', given.configDir, given.recordings, '5'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([code, signal], errors).toEqual([null, 'SIGKILL']);
  await expectRecovery(given);
}, 60_000);
