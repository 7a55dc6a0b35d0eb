import { once } from 'node:events';
import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { retentionSettingsSchema } from '../src/shared/retention.ts';
import { contentQuery } from '../src/server/import/import-repository.ts';
import { mountsOf } from '../src/server/import/import-sources-policy.ts';
import { SweepPlanner } from '../src/server/retention/sweep-planner.ts';
import { VolumeError } from '../src/server/lib/volume-error.ts';
import { clipBytes, named, openSource, putFile, sha256Of } from './import-archive.ts';
import { expectTrue, useImports } from './import-scenario.ts';
import { handClock, waitLong } from './scenario.ts';

test('a dry run says what is new, known, not understood or empty, and changes nothing', async () => {
  const imports = await useImports();
  await imports.put(`DCIM/Movie/${named(1)}`);
  await imports.put(`DCIM/Movie/${named(2)}`, 5000);
  await imports.bring();
  await imports.put(`DCIM/Movie/${named(3)}`, 6000);
  await imports.put('DCIM/Movie/Holiday in the hills.mp4');
  await imports.put(`DCIM/Movie/${named(4)}`, new Uint8Array());
  await imports.put('FW96670A.bin', new Uint8Array(10));
  await imports.put('photos/IMG_0001.JPG', new Uint8Array(10));
  await imports.put(`DCIM/Photo/2026_0628_140000_0009F.JPG`, Buffer.from([0xff, 0xd8, 1, 0xff, 0xd9]));
  await imports.put('.Trashes/hidden.mp4');
  const before = await imports.rows();
  const dry = await imports.plan();
  expect(dry).toMatchObject({ state: 'ready', message: null, files: { all: 3, done: 0, failed: 0 } });
  expect(await imports.verdicts(dry.id)).toEqual({
    [`DCIM/Movie/${named(1)}`]: 'known',
    [`DCIM/Movie/${named(2)}`]: 'known',
    [`DCIM/Movie/${named(3)}`]: 'new',
    'DCIM/Movie/Holiday in the hills.mp4': 'unclassified',
    [`DCIM/Movie/${named(4)}`]: 'empty',
    'FW96670A.bin': 'other',
    'photos/IMG_0001.JPG': 'other',
    'DCIM/Photo/2026_0628_140000_0009F.JPG': 'new',
  });
  expect(await imports.rows()).toEqual(before);
  const done = await imports.run(dry.id);
  expect(done).toMatchObject({ state: 'done', files: { all: 3, done: 3, failed: 0, left: 5 } });
  expect(done.bytes).toEqual({ all: 6000 + 4000 + 5, done: 6000 + 4000 + 5 });
  await expectTrue(imports);
});

test('clips are filed by the layout, hashed, told of one by one, and their source is left as it was', async () => {
  const imports = await useImports();
  const bytes = await clipBytes(9000);
  await imports.put(`DCIM/Movie/${named(1)}`, bytes);
  await imports.put(`DCIM/Movie/${named(1, 'R')}`, 7000);
  const { id } = await imports.bring();
  const row = await imports.row(named(1));
  expect(row).toMatchObject({
    path: `2026-06-28/${named(1)}`,
    state: 'archived',
    origin: 'import',
    sha256: sha256Of(bytes),
    complete: 1,
    local_start: '2026-06-28T13:01:16',
    started_at: Date.UTC(2026, 5, 28, 12, 1, 16),
    media_due: 1,
    track_due: 1,
  });
  expect(row.verified_at).not.toBeNull();
  expect((await stat(join(imports.root, row.path!))).mtimeMs).toBe(Date.UTC(2026, 5, 28, 12));
  // Both lenses of a moment are one capture.
  expect((await imports.row(named(1, 'R'))).capture_id).toBe(row.capture_id);
  expect(imports.heard.filter(([event]) => event === 'clip.archived')).toHaveLength(2);
  expect(await readFile(join(imports.card, `DCIM/Movie/${named(1)}`))).toEqual(bytes);
  expect((await imports.items(id)).map(({ state }) => state)).toEqual(['done', 'done']);
  expect(await imports.staged()).toEqual([]);
  await expectTrue(imports);
});

test('a clip that the ledger waits for becomes archived as it is, and the order of downloads is told', async () => {
  let told = 0;
  const imports = await useImports({ deps: { onWantedChanged: () => void told++ } });
  const waiting = await imports.listed(named(1));
  const lost = await imports.listed(named(2), { state: 'lost', state_reason: 'overwritten' });
  await imports.put(named(1));
  await imports.put(named(2));
  const dry = await imports.plan();
  expect(await imports.verdicts(dry.id)).toEqual({ [named(1)]: 'wanted', [named(2)]: 'new' });
  await imports.run(dry.id);
  const rows = await imports.rows();
  expect(rows.map(({ id, state, origin, remote_gone_at }) => [id, state, origin, remote_gone_at])).toEqual([
    [waiting, 'archived', 'import', null],
    [lost, 'archived', 'import', null],
  ]);
  expect(told).toBe(1);
  await expectTrue(imports);
});

test('a clip that is just being fetched is left to its camera', async () => {
  const imports = await useImports();
  await imports.listed(named(1), { state: 'transferring' });
  await imports.put(named(1));
  const { id } = await imports.bring();
  expect(await imports.items(id)).toMatchObject([{ verdict: 'wanted', state: 'left', clipId: null }]);
  expect(await imports.rows()).toMatchObject([{ state: 'transferring', path: null }]);
});

test('a copy that is cut short is kept, and does not keep the camera’s own from being fetched', async () => {
  const imports = await useImports();
  const whole = await clipBytes(8000);
  await imports.listed(named(1), { remote_size_bytes: 8000 });
  await imports.put(named(1), whole.subarray(0, 3000));
  await imports.bring();
  const rows = await imports.rows();
  expect(rows.find(({ state }) => state === 'waiting')).toMatchObject({ remote_size_bytes: 8000 });
  expect(rows.find(({ state }) => state === 'archived')).toMatchObject({
    size_bytes: 3000,
    complete: 0,
    state_reason: 'damaged',
    // As a scan would have it: sync then takes the camera's for another recording.
    origin: 'found',
  });
});

test('RO and Parking of Viofo and of other Novatek cameras are kept, and told beside the clip', async () => {
  const imports = await useImports();
  await imports.put(`DCIM/Movie/RO/${named(1)}`);
  await imports.put(`DCIM/Movie/Parking/${named(2)}`);
  await imports.put('CARDV/EMR/20260628130316_000003A.TS', Buffer.alloc(188 * 20, 0x47));
  await imports.put('Novatek/Movie/2016_0719_155355_005.MOV');
  await imports.bring();
  const facts = (await imports.rows())
    .map(({ name, locked, kind, channel, sidecar_due }) => ({ name, locked, kind, channel, sidecar_due }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(facts).toEqual([
    { name: '2016_0719_155355_005.MOV', locked: 0, kind: 'normal', channel: 'front', sidecar_due: 0 },
    { name: '20260628130316_000003A.TS', locked: 1, kind: 'normal', channel: 'front', sidecar_due: 1 },
    { name: named(1), locked: 1, kind: 'normal', channel: 'front', sidecar_due: 1 },
    { name: named(2), locked: 0, kind: 'parking', channel: 'front', sidecar_due: 0 },
  ]);
  await expectTrue(imports);
});

test('GPX files and what another archive says beside its clips are taken along', async () => {
  const imports = await useImports();
  await imports.put(`2026-06-28/${named(1)}`);
  await imports.put(`2026-06-28/${named(1)}.GPX`, Buffer.from('<gpx/>'));
  await imports.put(
    `2026-06-28/${named(1)}.json`,
    Buffer.from(JSON.stringify({ viofosync: 1, kept: true, note: 'A deer.' })),
  );
  await rename(
    join(imports.card, `2026-06-28/${named(1)}.GPX`),
    join(imports.card, `2026-06-28/${named(1)}.gpx`),
  );
  await imports.bring();
  const row = await imports.row(named(1));
  expect(row).toMatchObject({ kept: 1, note: 'A deer.', gpx_sidecar: 1, track_due: 1, sidecar_due: 1 });
  expect(await readFile(join(imports.root, `${row.path}.gpx`), 'utf8')).toBe('<gpx/>');
});

test('what another archive says of a file of another length says nothing of this one', async () => {
  const imports = await useImports();
  await imports.put(`2026-06-28/${named(1)}`);
  const said = { viofosync: 1, bytes: 7, kept: true, note: 'A deer.' };
  await imports.put(`2026-06-28/${named(1)}.json`, Buffer.from(JSON.stringify(said)));
  await imports.bring();
  expect(await imports.row(named(1))).toMatchObject({ state: 'archived', kept: 0, note: null });
});

test('the same bytes under another name are not filed twice', async () => {
  const imports = await useImports();
  const bytes = await clipBytes(9000);
  await imports.put(named(1), bytes);
  await imports.bring();
  await imports.put('backup/Copy of a clip.mp4', bytes);
  const { id } = await imports.bring({}, join(imports.card, 'backup'));
  expect(await imports.items(id)).toMatchObject([{ verdict: 'known', state: 'left' }]);
  expect(await imports.rows()).toHaveLength(1);
  expect(await imports.staged()).toEqual([]);
});

test('the same bytes are looked for by an index', async () => {
  const imports = await useImports();
  const plan = await contentQuery(imports.db, 9000, 'a'.repeat(64)).explain<{ detail: string }>(
    undefined,
    sql`query plan`,
  );
  expect(plan.map(({ detail }) => detail)).toEqual([
    'SEARCH clip USING INDEX clip_by_content (size_bytes=? AND <expr>=?)',
  ]);
});

test('other bytes under a name and in a size that are here already are no duplicate', async () => {
  const imports = await useImports();
  await imports.put(`one/${named(1)}`, await clipBytes(9000, 1));
  await imports.put(`two/${named(1)}`, await clipBytes(9000, 2));
  await imports.bring({}, join(imports.card, 'one'));
  const dry = await imports.plan({}, join(imports.card, 'two'));
  expect(await imports.verdicts(dry.id)).toEqual({ [named(1)]: 'known' });
  await imports.run(dry.id);
  const rows = await imports.rows();
  expect(rows.map(({ path }) => path)).toEqual([
    `2026-06-28/${named(1)}`,
    `2026-06-28/${named(1).replace('.MP4', '~2.MP4')}`,
  ]);
  await expectTrue(imports);
});

test('a clip that was known and is write-protected on the card is locked here too', async () => {
  const imports = await useImports();
  await imports.put(named(1));
  await imports.bring();
  await rm(join(imports.card, named(1)));
  await imports.put(`RO/${named(1)}`);
  await imports.bring();
  expect(await imports.rows()).toMatchObject([{ locked: 1, sidecar_due: 1 }]);
});

test('what a retention rule would delete is left, or pinned: no sweep that follows takes what was imported', async () => {
  const clock = handClock();
  const imports = await useImports({ settings: { retentionDays: 30 }, clock });
  await imports.camera();
  const old = '2026_0428_130116_0001F.MP4';
  const oldLocked = '2026_0428_130216_0002F.MP4';
  const nearlyOld = '2026_0530_000000_0003F.MP4';
  const young = named(4);
  await imports.put(old);
  await imports.put(`RO/${oldLocked}`, 4001);
  await imports.put(nearlyOld, 4002);
  await imports.put(young, 4003);
  const dry = await imports.plan();
  expect(await imports.verdicts(dry.id)).toEqual({
    [old]: 'too_old',
    [`RO/${oldLocked}`]: 'new',
    // It would be past its days as soon as its first day here is over.
    [nearlyOld]: 'too_old',
    [young]: 'new',
  });
  const first = await imports.run(dry.id);
  expect(first).toMatchObject({ files: { all: 2, done: 2, left: 2 } });
  expect((await imports.rows()).map(({ name }) => name).toSorted()).toEqual([oldLocked, young].toSorted());
  await imports.run(dry.id, { includeOld: true });
  expect(await imports.row(old)).toMatchObject({ kept: 1, state: 'archived' });
  clock.advance(25 * 3_600_000);
  const rules = retentionSettingsSchema.parse(imports.settings);
  const pressure = { disk: null, usedBytes: 0, trashBytes: 0, archiveBytes: 0 };
  const plan = await new SweepPlanner({ db: imports.db }).plan(
    { rules, pressure, now: clock.now() },
    new AbortController().signal,
  );
  expect(plan.deletions).toEqual([]);
  expect(plan.overAge).toBeGreaterThan(0);
});

test('what a person skipped or deleted stays away unless it is asked for', async () => {
  const imports = await useImports();
  await imports.listed(named(1), { state: 'skipped', state_reason: 'user' });
  await imports.listed(named(2), { state: 'deleted', size_bytes: 4000 });
  await imports.listed(named(3), { state: 'skipped', state_reason: 'duplicate' });
  for (const minute of [1, 2, 3]) await imports.put(named(minute));
  const dry = await imports.plan();
  expect(await imports.verdicts(dry.id)).toEqual({
    [named(1)]: 'skipped',
    [named(2)]: 'skipped',
    [named(3)]: 'new',
  });
  await imports.run(dry.id);
  expect((await imports.rows()).map(({ state }) => state)).toEqual(['skipped', 'deleted', 'archived']);
  await imports.run(dry.id, { includeSkipped: true });
  expect((await imports.rows()).map(({ state }) => state)).toEqual(['archived', 'archived', 'archived']);
});

test('what was asked for stays asked for when an import is started without a word', async () => {
  const imports = await useImports();
  await imports.put('Holiday.mp4');
  const dry = await imports.plan({ includeUnclassified: false });
  const answer = await imports.call('POST', `/api/imports/${dry.id}/start`, {});
  expect(await answer.json()).toMatchObject({ options: { includeUnclassified: false } });
  await imports.service.idle();
  expect(await imports.rows()).toEqual([]);
});

test('without room a file is left with the reason, and comes in when there is some', async () => {
  let reason: string | null = 'The quota is used up.';
  const settled: number[] = [];
  const imports = await useImports({
    deps: {
      room: {
        makeRoom: async () =>
          reason === null ? { ok: true, settle: (left) => void settled.push(left) } : { ok: false, reason },
        freeFromTrash: async () => 0,
      },
    },
  });
  await imports.put(named(1));
  const first = await imports.bring();
  expect(await imports.items(first.id)).toMatchObject([
    { verdict: 'too_big', state: 'left', message: reason },
  ]);
  expect(await imports.staged()).toEqual([]);
  reason = null;
  await imports.run(first.id);
  expect(await imports.rows()).toHaveLength(1);
  expect(settled).toEqual([0]);
});

test('a source on the archive’s own disk is copied; moved only when asked, once the copy was read again', async () => {
  const imports = await useImports();
  await mkdir(join(imports.root, 'import'));
  const place = join(imports.root, 'import', named(1));
  await putFile(place, 5000);
  const [source] = (await imports.service.listSources()).filter(
    ({ path }) => path === join(imports.root, 'import'),
  );
  expect(source).toMatchObject({ state: 'there', isReadOnly: false });
  const copied = await imports.bring({}, join(imports.root, 'import'));
  expect(copied).toMatchObject({ isSameVolume: true, state: 'done' });
  expect((await stat(place)).size).toBe(5000);
  await putFile(join(imports.root, 'import', named(2)), 6000);
  const moved = await imports.bring({ move: true }, join(imports.root, 'import'));
  expect(await readdir(join(imports.root, 'import'))).toEqual([]);
  expect((await imports.items(moved.id)).map(({ state, message }) => [state, message])).toEqual([
    ['done', null],
    ['done', null],
  ]);
  expect(await imports.rows()).toHaveLength(2);
  await expectTrue(imports);
});

test('a moved file stays at its source when the archived copy is not the same any more', async () => {
  const imports = await useImports();
  await imports.put(named(1), 5000);
  // Where the samples of a quick look do not fall.
  const long = await clipBytes(400_000);
  await imports.put(named(2), long);
  await imports.bring();
  const other = await imports.row(named(2));
  const bad = Buffer.from(long);
  bad[100_000] = (bad[100_000] ?? 0) ^ 1;
  await writeFile(join(imports.root, other.path!), bad);
  const { id } = await imports.bring({ move: true });
  const items = await imports.items(id);
  expect(items.find(({ name }) => name === named(2))?.message).toMatch(/left at its source/);
  expect(await readdir(imports.card)).toEqual([named(2)]);
});

test('the archive is never imported into itself, however the way to it', async () => {
  const imports = await useImports();
  await imports.put(named(1));
  await imports.bring();
  const asked = async (path: string) => {
    imports.settings = { ...imports.settings, importFolder: path };
    return imports.plan({ move: true }, path).then(
      ({ state, message }) => `${state}: ${message}`,
      (error: unknown) => String(error),
    );
  };
  expect(await asked(imports.root)).toMatch(/lies in it/);
  expect(await asked(imports.home)).toMatch(/lies in it/);
  expect(await asked(join(imports.root, '2026-06-28'))).toMatch(/part of the archive/);
  await symlink(imports.root, join(imports.home, 'link'));
  expect(await asked(join(imports.home, 'link'))).toMatch(/lies in it/);
  // As another mount of the same share has it: the files are the same, the path tells nothing.
  const other = join(imports.home, 'other');
  await mkdir(join(other, '2026-06-28'), { recursive: true });
  await link(join(imports.root, '.viofosync-archive'), join(other, '.viofosync-archive'));
  expect(await asked(join(other, '2026-06-28'))).toMatch(/archive itself/);
  expect(await asked(other)).toMatch(/archive itself/);
  // Without the marker the same file is still known for what it is.
  const bare = join(imports.home, 'bare');
  await mkdir(bare);
  const { path } = await imports.row(named(1));
  await link(join(imports.root, path!), join(bare, named(1)));
  await asked(bare);
  const last = (await imports.service.list())[0]!;
  await imports.run(last.id);
  expect(await imports.items(last.id)).toMatchObject([
    { message: expect.stringMatching(/archived file itself/) },
  ]);
  expect(await readdir(bare)).toEqual([named(1)]);
});

test('only folders that were made known can be read, and no link leads out of them', async () => {
  const imports = await useImports();
  const secret = join(imports.home, 'secret');
  await putFile(join(secret, named(1)), 4000);
  await symlink(secret, join(imports.card, 'out'));
  await symlink(join(secret, named(1)), join(imports.card, named(2)));
  await expect(imports.plan({}, secret)).rejects.toThrow(/Only the folder/);
  await expect(imports.plan({}, join(imports.card, 'out'))).rejects.toThrow(/Only the folder/);
  await expect(imports.plan({}, `${imports.card}/../secret`)).rejects.toThrow(/Only the folder/);
  await expect(imports.plan({}, 'card')).rejects.toThrow(/begins with/);
  await expect(imports.plan({}, join(imports.card, 'nowhere'))).rejects.toThrow(/no such folder/);
  const dry = await imports.plan();
  expect(await imports.items(dry.id)).toEqual([]);
});

test('a mounted card is offered, and one that cannot be written is never moved from', async () => {
  const imports = await useImports();
  await imports.put(named(1));
  await imports.stop();
  const mounts = `/dev/sdb1 ${imports.card} vfat ro,nosuid 0 0\nproc /proc proc rw 0 0\n`;
  expect(
    mountsOf(`/dev/sdb1 /media/me/DASH\\040CAM vfat ro 0 0\ntmpfs /mnt/x tmpfs rw 0 0\n${mounts}`),
  ).toEqual([{ point: '/media/me/DASH CAM', isReadOnly: true }]);
  await imports.boot();
  await chmod(imports.card, 0o555);
  const dry = await imports.plan({ move: true });
  // Root may write whatever the mode says.
  if (dry.isReadOnly) await expect(imports.run(dry.id)).rejects.toThrow(/cannot be written|can be written/);
  await chmod(imports.card, 0o755);
});

test('a file that vanished fails alone; a card that was pulled pauses the import, which then goes on', async () => {
  const imports = await useImports();
  for (const minute of [1, 2, 3]) await imports.put(named(minute), 4000 + minute);
  const dry = await imports.plan();
  await rm(join(imports.card, named(3)));
  await rename(imports.card, `${imports.card}-away`);
  const paused = await imports.run(dry.id);
  expect(paused).toMatchObject({ state: 'paused', files: { failed: 0 } });
  expect(paused.message).toMatch(/no such folder|not there/);
  await rename(`${imports.card}-away`, imports.card);
  const done = await imports.run(dry.id);
  expect(done).toMatchObject({ state: 'done', files: { all: 3, done: 2, failed: 1 } });
  expect((await imports.items(dry.id)).find(({ state }) => state === 'failed')).toMatchObject({
    name: named(3),
    message: 'It is not there any more.',
  });
});

test('a card that is pulled in the middle of a copy is waited for, and no file is blamed', async () => {
  let pull: (() => Promise<void>) | null = null;
  const clock = handClock();
  const imports = await useImports({
    clock,
    deps: {
      openSource: (root) => {
        const volume = openSource(root, clock);
        const run: typeof volume.run = async (what, call, timeoutMs) => {
          if (what === 'reading a file' && pull) {
            await pull();
            throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
          }
          return volume.run(what, call, timeoutMs);
        };
        return {
          root,
          run,
          pathOf: (path) => volume.pathOf(path),
          release: (file) => volume.release(file),
          stop: () => volume.stop(),
        };
      },
    },
  });
  for (const minute of [1, 2]) await imports.put(named(minute), 4000 + minute);
  const dry = await imports.plan();
  pull = () => rename(imports.card, `${imports.card}-away`);
  expect(await imports.run(dry.id)).toMatchObject({ state: 'paused', files: { failed: 0, done: 0 } });
  pull = null;
  await rename(`${imports.card}-away`, imports.card);
  expect(await imports.run(dry.id)).toMatchObject({ state: 'done', files: { done: 2 } });
  await expectTrue(imports);
});

test('while the recordings volume does not answer an import waits, and then goes on by itself', async () => {
  const imports = await useImports({ deps: { retryMs: 20 } });
  await imports.put(named(1));
  const dry = await imports.plan();
  const { volume } = imports;
  const run = volume.run.bind(volume);
  let isAway = true;
  volume.run = async (what, call, timeoutMs) => {
    if (isAway && what !== 'looking at a folder to import from') throw new VolumeError('slow', 'It sleeps.');
    return run(what, call, timeoutMs);
  };
  await imports.service.startImport(dry.id, {});
  await expect.poll(async () => (await imports.service.get(dry.id)).message).toBe('It waits: It sleeps.');
  expect((await imports.service.get(dry.id)).state).toBe('running');
  isAway = false;
  await imports.service.idle();
  expect(await imports.service.get(dry.id)).toMatchObject({
    state: 'done',
    message: null,
    files: { done: 1 },
  });
});

test('a dry run that a restart cut short begins anew; a running import goes on', async () => {
  const imports = await useImports();
  for (const minute of [1, 2]) await imports.put(named(minute), 4000 + minute);
  const dry = await imports.plan();
  await imports.db.updateTable('import').set({ state: 'planning' }).execute();
  await imports.db.deleteFrom('import_item').where('path', '=', named(1)).execute();
  await imports.restart();
  expect(await imports.service.get(dry.id)).toMatchObject({ state: 'ready', files: { all: 2 } });
  await imports.db.updateTable('import').set({ state: 'running' }).execute();
  await imports.db.updateTable('import_item').set({ state: 'coming' }).where('path', '=', named(1)).execute();
  await mkdir(join(imports.root, '.viofosync/import'), { recursive: true });
  await writeFile(join(imports.root, '.viofosync/import/1.part'), 'half');
  await writeFile(join(imports.root, '.viofosync/import/99.part'), 'nobody’s');
  await imports.restart();
  expect(await imports.service.get(dry.id)).toMatchObject({ state: 'done', files: { all: 2, done: 2 } });
  expect(await imports.staged()).toEqual([]);
  await expectTrue(imports);
});

test('a file that lies in its place without a row, after a crash, is recognised by its content', async () => {
  const imports = await useImports();
  const bytes = await clipBytes(7000);
  await imports.put(named(1), bytes);
  await putFile(join(imports.root, `2026-06-28/${named(1)}`), bytes);
  await imports.bring();
  expect(await imports.rows()).toMatchObject([{ path: `2026-06-28/${named(1)}`, origin: 'import' }]);
  expect(await readdir(join(imports.root, '2026-06-28'))).toEqual([named(1)]);
  // Another file in its place is somebody's, and stays.
  await imports.put(named(2), bytes.subarray(0, 6000));
  await putFile(join(imports.root, `2026-06-28/${named(2)}`), Buffer.alloc(6000, 7));
  await imports.bring();
  expect((await imports.row(named(2))).path).toBe(`2026-06-28/${named(2).replace('.MP4', '~2.MP4')}`);
  expect(await readFile(join(imports.root, `2026-06-28/${named(2)}`))).toEqual(Buffer.alloc(6000, 7));
});

test('clips go to the camera that was told, whose folder they lie in, or that knows them', async () => {
  const imports = await useImports();
  const [first, van] = [await imports.camera(), await imports.camera('Van')];
  await imports.put(`Van/2026-06-28/${named(1)}`);
  await imports.put(named(2), 4001);
  await imports.listed(named(3), { camera_id: van, remote_size_bytes: 4002 });
  await imports.put(named(3), 4002);
  await imports.put(`told/${named(4)}`, 4003);
  await imports.bring();
  const told = await imports.plan({}, join(imports.card, 'told'), van);
  await imports.run(told.id);
  const cameras = Object.fromEntries(
    (await imports.rows()).map((row) => [row.name, [row.camera_id, row.path]]),
  );
  expect(cameras).toEqual({
    [named(1)]: [van, `Van/2026-06-28/${named(1)}`],
    [named(2)]: [first, `2026-06-28/${named(2)}`],
    [named(3)]: [van, `Van/2026-06-28/${named(3)}`],
    [named(4)]: [first, `2026-06-28/${named(4)}`],
  });
});

test('the newest recordings come first, an import can be paused between them and cancelled', async () => {
  const imports = await useImports();
  for (let minute = 1; minute <= 5; minute++) await imports.put(named(minute), 4000 + minute);
  const dry = await imports.plan();
  const order: string[] = [];
  const seen = async (clipId: number) =>
    order.push((await imports.rows()).find(({ id }) => id === clipId)!.name);
  const paused = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const clips = imports.heard.filter(([event]) => event === 'clip.archived');
      if (clips.length < 2) return;
      clearInterval(timer);
      resolve(
        imports.service.pause(dry.id).then(
          () => undefined,
          () => undefined,
        ),
      );
    }, 1);
  });
  await imports.service.startImport(dry.id, {});
  await paused;
  for (const [event, payload] of imports.heard)
    if (event === 'clip.archived') await seen((payload as { clipId: number }).clipId);
  expect(order).toEqual(order.toSorted().toReversed());
  const { state } = await imports.service.get(dry.id);
  expect(['paused', 'done']).toContain(state);
  if (state === 'paused') await imports.run(dry.id);
  expect(await imports.rows()).toHaveLength(5);
  const again = await imports.plan();
  expect(await imports.service.cancel(again.id)).toMatchObject({ state: 'cancelled' });
  await expect(imports.run(again.id)).rejects.toThrow(/has ended/);
});

test('while a folder is copied its speed is told, from the bytes that were copied', async () => {
  const released = new AbortController();
  const held = once(released.signal, 'abort');
  let asked = 0;
  const room = {
    makeRoom: async () => {
      if (++asked === 2) await held;
      return { ok: true as const, settle: () => undefined };
    },
    freeFromTrash: async () => 0,
  };
  const imports = await useImports({ deps: { room } });
  await imports.put(named(2), 400_000);
  await imports.put(named(1), 300_000);
  const { id, bytesPerSecond } = await imports.plan();
  expect(bytesPerSecond).toBeNull();
  await imports.service.startImport(id, {});
  await vi.waitFor(() => expect(asked).toBe(2), waitLong);
  const now = await imports.service.get(id);
  expect(now.bytes).toEqual({ all: 700_000, done: 400_000 });
  // A guess is never over less than half a second.
  expect(now.bytesPerSecond).toBeGreaterThan(0);
  expect(now.bytesPerSecond).toBeLessThanOrEqual(800_000);
  released.abort();
  await imports.service.idle();
  expect(await imports.service.get(id)).toMatchObject({ state: 'done', bytesPerSecond: null });
});

test('names of every byte, 300 characters and none that a share takes are filed under ones that it does', async () => {
  const imports = await useImports();
  const names = [
    'a:b*c?"<>|.mp4',
    `${'ä'.repeat(120)}.mp4`,
    'emoji 🚗.mov',
    '  .hidden.mp4'.trimStart().slice(1),
    'tab\there.mp4',
  ];
  for (const [at, name] of names.entries()) await imports.put(`odd/${name}`, 4000 + at);
  // Bytes that are no text.
  await writeFile(
    Buffer.concat([Buffer.from(`${imports.card}/odd/`), Buffer.from([0xff, 0xfe]), Buffer.from('.mp4')]),
    'x',
  );
  const { id } = await imports.bring();
  const rows = await imports.rows();
  expect(rows).toHaveLength(names.length);
  for (const { path } of rows) {
    expect(path).toMatch(/^Unclassified\/[^/]+$/);
    // oxlint-disable-next-line no-control-regex
    expect(path!.slice(13)).not.toMatch(/[\u0000-\u001F:*?"<>|\\]/);
    expect(Buffer.byteLength(path!.slice(13))).toBeLessThanOrEqual(210);
  }
  const items = await imports.items(id);
  expect(items.filter(({ verdict }) => verdict === 'unreadable')).toHaveLength(1);
  await expectTrue(imports);
});

test('a folder that cannot be read and a very deep one are told, and the rest is taken', async () => {
  const imports = await useImports();
  await imports.put(named(1));
  await mkdir(join(imports.card, ...Array.from({ length: 70 }, () => 'd')), { recursive: true });
  const dry = await imports.plan();
  expect(dry).toMatchObject({ state: 'ready', files: { all: 1 } });
  expect(dry.message).toMatch(/1 folder could not be read/);
});

test('a file that changes after the dry run is not taken for what it was', async () => {
  const imports = await useImports();
  await imports.put(named(1), 4000);
  const dry = await imports.plan();
  await imports.put(named(1), 5000);
  await utimes(join(imports.card, named(1)), 1, 1);
  expect(await imports.run(dry.id)).toMatchObject({ state: 'done', files: { failed: 1, done: 0 } });
  expect(await imports.rows()).toEqual([]);
  const again = await imports.bring();
  expect(again).toMatchObject({ files: { done: 1 } });
});
