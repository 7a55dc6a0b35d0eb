import { execFileSync } from 'node:child_process';
import { link, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fastify from 'fastify';
import { sql, SqliteQueryCompiler, type CompiledQuery, type KyselyPlugin } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ClipState } from '../src/shared/clips.ts';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { scanRoutes } from '../src/server/archive/routes.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { waitLong } from './scenario.ts';
import { expectTrue, inOrder, useArchive, type TestArchive } from './scan-archive.ts';

const clip = (minute: number, channel = 'F') =>
  `2026_0628_13${String(minute).padStart(2, '0')}16_${String(minute).padStart(4, '0')}${channel}.MP4`;

test('clips of every layout at once are found, by every form of name, in any case', async () => {
  const archive = await useArchive();
  const places = [
    clip(0),
    `2026-06-28/${clip(1)}`,
    `2026-06-22/${clip(2)}`,
    `2026-06/${clip(3)}`,
    `2026/${clip(4)}`,
    `2026-06-28/RO/${clip(5)}`,
    `Parking/2026-06-28/${clip(6)}`,
    `some/other/tree of mine/${clip(7)}`,
    'old/20241005224959_023982.MP4',
    '2026-06-28/20260628_133416_0001PF.mp4',
    '2026-08/2026_0820_045542_F.Mp4',
    'a119/2016_0719_155355_005.mov',
    'sdk/20260709112750_036576A.TS',
    'photos/2026_0628_133416_0001F.JPG',
    'films/Holiday in the hills.mp4',
  ];
  for (const path of places) await archive.put(path);
  await archive.start();
  await archive.scan.idle();
  expect(await archive.paths()).toEqual(places.toSorted(inOrder));
  expect(archive.scan.status).toMatchObject({
    state: 'done',
    files: 15,
    found: 15,
    folders: 17,
    message: null,
  });
  expect(await archive.row(clip(5))).toMatchObject({
    locked: 1,
    kind: 'normal',
    state: 'archived',
    origin: 'found',
  });
  expect(await archive.row(clip(6))).toMatchObject({ kind: 'parking' });
  expect(await archive.row('Holiday in the hills.mp4')).toMatchObject({
    kind: 'unclassified',
    local_start: '2026-06-28T13:00:00',
    time_source: 'file',
  });
  await expectTrue(archive);
});

test('a fresh ledger gets a camera for what is found, clips go to the camera whose folder they are in', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`);
  await archive.start();
  await archive.scan.idle();
  const cameras = () => archive.db.selectFrom('camera').selectAll().execute();
  expect(await cameras()).toMatchObject([{ name: 'Dashcam', address: '', enabled: 0, archive_folder: '' }]);
  const van = await archive.camera('Van');
  await archive.put(`Van/2026-06-28/${clip(1)}`);
  await archive.look();
  expect(await cameras()).toHaveLength(2);
  expect((await archive.rows()).map((row) => [row.camera_id, row.generation])).toEqual([
    [1, 0],
    [van, 0],
  ]);
});

test('clips of one moment are one capture, locked when one of them is', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`);
  await archive.put(`2026-06-28/RO/${clip(1, 'R')}`);
  await archive.put(`2026-06-28/${clip(2)}`);
  await archive.start();
  await archive.scan.idle();
  const captures = await archive.db.selectFrom('capture').selectAll().orderBy('started_at').execute();
  expect(captures.map((capture) => capture.locked)).toEqual([1, 0]);
  const rows = await archive.rows();
  expect(new Set(rows.map((row) => row.capture_id)).size).toBe(2);
});

test('a GPX beside a clip is noticed in any case', async () => {
  const archive = await useArchive();
  for (const minute of [1, 2, 3]) await archive.put(`2026-06-28/${clip(minute)}`);
  await archive.put(`2026-06-28/${clip(1)}.gpx`);
  await archive.put(`2026-06-28/${clip(2)}.GPX`);
  await archive.start();
  await archive.scan.idle();
  expect((await archive.rows()).map((row) => [row.name, row.gpx_sidecar])).toEqual([
    [clip(1), 1],
    [clip(2), 1],
    [clip(3), 0],
  ]);
});

test('hidden folders, the import folder, recycle bins, parts, links and what is no clip are passed over', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`);
  for (const path of [
    `.thumbs/${clip(2)}`,
    `.exports/17.mp4`,
    `.import_tmp/${clip(2)}`,
    `2026-06-28/.trash/${clip(2)}`,
    `import/${clip(2)}`,
    `#recycle/2026-06-28/${clip(2)}`,
    `2026-06-28/@eaDir/${clip(2)}`,
    `2026-06-28/.${clip(2)}.abc.part`,
    `2026-06-28/${clip(2)}.part`,
    `2026-06-28/.${clip(2)}`,
    '2026-06-28/notes.txt',
    '2026-06-28/poster.jpg',
  ])
    await archive.put(path);
  await symlink('..', join(archive.root, '2026-06-28/up'));
  await symlink('.', join(archive.root, 'loop'));
  await symlink(join(archive.root, `import/${clip(2)}`), join(archive.root, `2026-06-28/${clip(3)}`));
  execFileSync('mkfifo', [join(archive.root, `2026-06-28/${clip(4)}`)]);
  await mkdir(join(archive.root, `2026-06-28/${clip(5)}`));
  await archive.start();
  await archive.scan.idle();
  expect(await archive.paths()).toEqual([`2026-06-28/${clip(1)}`]);
  expect(archive.scan.status).toMatchObject({ state: 'done', folders: 3, files: 1 });
});

test('an empty file is reported and left out', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`, 0);
  await archive.put(`2026-06-28/${clip(2)}`);
  await archive.start();
  await archive.scan.idle();
  expect(await archive.paths()).toEqual([`2026-06-28/${clip(2)}`]);
  expect(archive.scan.status.message).toBe(`1 empty: 2026-06-28/${clip(1)}.`);
});

test('names of any bytes are taken as they are, or reported when they are no text', async () => {
  const archive = await useArchive();
  const names = [
    'new\nline.mp4',
    `quo"te's %41 \\.mp4`,
    'emoji 🚗.mp4',
    'e\u0301 and é.mp4',
    ` ${'x'.repeat(245)}.mp4`,
  ];
  for (const name of names) await archive.put(`odd/${name}`);
  const folder = Buffer.from(join(archive.root, 'odd/'));
  await writeFile(Buffer.concat([folder, Buffer.from([0xff, 0xfe]), Buffer.from('.mp4')]), 'x');
  await mkdir(Buffer.concat([folder, Buffer.from([0xc3, 0x28])]));
  await archive.start();
  await archive.scan.idle();
  expect(await archive.paths()).toEqual(names.map((name) => `odd/${name}`).toSorted(inOrder));
  expect(archive.scan.status.state).toBe('done');
  expect(archive.scan.status.message).toMatch(/^2 with a name that is no text/);
  await archive.look();
  expect(archive.scan.status.found).toBe(0);
});

/** Folders in one another, deeper than any path can say: put together of two halves. */
async function makeTooDeep(root: string): Promise<void> {
  const half = Array.from({ length: 9 }, () => 'd'.repeat(250)).join('/');
  await mkdir(join(root, half), { recursive: true });
  await mkdir(join(root, 'half', half), { recursive: true });
  await rename(join(root, 'half'), join(root, half, 'half'));
}

test('a folder that cannot be read is reported, and the rest is found', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`);
  await mkdir(join(archive.root, 'a'));
  await makeTooDeep(join(archive.root, 'a'));
  await archive.put(`z/${clip(2)}`);
  await archive.start();
  await archive.scan.idle();
  expect(await archive.paths()).toHaveLength(2);
  expect(archive.scan.status).toMatchObject({ state: 'done' });
  expect(archive.scan.status.message).toMatch(/^1 could not be read: a\/d+.*ENAMETOOLONG/);
  expect(archive.log.some((line) => line.msg === 'a note on the scan of the archive')).toBe(true);
});

test('files and folders that vanish while they are looked at stop nothing', async () => {
  const archive = await useArchive();
  for (const minute of [1, 2, 3]) await archive.put(`2026-06-28/${clip(minute)}`);
  await archive.put(`2026-09-01/${clip(4)}`);
  archive.volume.before = async (what) => {
    if (what !== 'looking at clips') return;
    await rm(join(archive.root, `2026-06-28/${clip(2)}`), { force: true });
    await rm(join(archive.root, '2026-09-01'), { recursive: true, force: true });
  };
  await archive.start();
  await archive.scan.idle();
  expect(await archive.paths()).toEqual([`2026-06-28/${clip(1)}`, `2026-06-28/${clip(3)}`]);
  expect(archive.scan.status).toMatchObject({ state: 'done' });
  expect(archive.scan.status.message).toMatch(/^2 vanished while they were looked at/);
});

test('a second scan adds nothing, touches no file it knows, and keeps every id', async () => {
  const archive = await useArchive();
  for (const minute of [1, 2, 3]) await archive.put(`2026-06-28/${clip(minute)}`);
  await archive.start();
  await archive.scan.idle();
  const before = await archive.rows();
  const calls: string[] = [];
  archive.volume.before = (what) => void calls.push(what);
  await archive.look();
  expect(await archive.rows()).toEqual(before);
  expect(archive.scan.status).toMatchObject({ state: 'done', files: 3, found: 0 });
  expect(calls.filter((what) => what === 'looking at clips')).toEqual([]);
});

test('asking while a scan runs returns the running one, and the route answers with it', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`);
  await archive.volume.check();
  const first = archive.scan.scan();
  expect(first).toMatchObject({ state: 'running', startedAt: archive.clock.now() });
  archive.clock.advance(5);
  expect(archive.scan.scan().startedAt).toBe(first.startedAt);
  const app = fastify();
  onTestFinished(() => app.close());
  scanRoutes(app, { scan: archive.scan });
  const answer = await app.inject({ method: 'POST', url: '/api/archive/scan' });
  expect(answer.json()).toMatchObject({ state: expect.stringMatching(/running|done/) });
  await archive.scan.idle();
  expect(archive.heard).toContain('system.changed');
  expect(archive.heard).toContain('clips.changed');
});

test('no scan begins while the volume is not ready, and the first begins by itself when it is', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`);
  await writeAppState(archive.db, 'archive.marker', 'of another folder');
  await archive.start();
  expect(archive.volume.status.state).toBe('unmarked');
  expect(() => archive.scan.scan()).toThrow(/marker file/);
  expect(archive.scan.status.state).toBe('never');
  expect(archive.scan.hold()).toMatch(/looked through/);
  await archive.volume.accept();
  await archive.scan.idle();
  expect(archive.scan.status).toMatchObject({ state: 'done', found: 1 });
  expect([archive.scan.hold(), archive.released]).toEqual([null, 1]);
});

test('a first scan that has ended is remembered, and does not run again by itself', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`);
  await archive.start();
  await archive.scan.idle();
  await archive.put(`2026-06-28/${clip(2)}`);
  await archive.restart();
  expect(archive.scan.status).toMatchObject({
    state: 'done',
    files: 1,
    found: 1,
    finishedAt: archive.clock.now(),
  });
  expect(archive.scan.hold()).toBeNull();
  expect(await archive.paths()).toHaveLength(1);
});

test('an archive that is unmounted in the middle is no empty archive: nothing is filed, and nothing was finished', async () => {
  const archive = await useArchive();
  for (const minute of [1, 2, 3]) await archive.put(`2026-06-28/${clip(minute)}`);
  await archive.volume.check();
  const aside = `${archive.root}-aside`;
  archive.volume.before = async (what) => {
    if (what !== 'looking at clips') return;
    archive.volume.before = () => undefined;
    await rename(archive.root, aside);
    await mkdir(join(archive.root, '2026-06-28'), { recursive: true });
    for (const minute of [1, 2, 3]) await archive.put(`2026-06-28/${clip(minute)}`, 5);
  };
  await archive.start();
  await archive.scan.idle();
  expect(await archive.rows()).toEqual([]);
  expect(archive.scan.status).toMatchObject({ state: 'failed', message: expect.stringMatching(/marker/) });
  expect([archive.scan.hold() === null, archive.released]).toEqual([false, 0]);
  await rm(archive.root, { recursive: true });
  await rename(aside, archive.root);
  await archive.volume.check();
  await archive.scan.idle();
  expect(await archive.paths()).toHaveLength(3);
  expect(archive.released).toBe(1);
});

test('an empty mount point in the archive’s stead is not taken for the end of a scan', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`);
  await archive.volume.check();
  const aside = `${archive.root}-aside`;
  archive.volume.before = async (what) => {
    if (what !== 'reading a folder') return;
    archive.volume.before = () => undefined;
    await rename(archive.root, aside);
    await mkdir(archive.root);
  };
  await archive.start();
  await archive.scan.idle();
  expect(archive.scan.status).toMatchObject({ state: 'failed', files: 0 });
  expect(archive.scan.hold()).not.toBeNull();
  await rm(archive.root, { recursive: true });
  await rename(aside, archive.root);
});

test('a volume that stops answering ends the scan with its reason; nothing of it is filed', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`);
  const letGo: (() => void)[] = [];
  const hang = () => new Promise<void>((resolve) => void letGo.push(resolve));
  await archive.volume.check();
  archive.volume.before = async (what) => {
    if (what !== 'looking at clips') return;
    // Two calls that hang, and the volume counts as gone.
    await Promise.allSettled([1, 2].map(() => archive.volume.run('hanging', hang, 1)));
  };
  await archive.start();
  await archive.scan.idle();
  expect(archive.scan.status).toMatchObject({
    state: 'failed',
    message: expect.stringMatching(/does not answer/),
  });
  expect(await archive.rows()).toEqual([]);
  expect((await archive.volume.check()).state).toBe('slow');
  archive.volume.before = () => undefined;
  for (const go of letGo) go();
  await setImmediate();
  await archive.volume.check();
  await archive.scan.idle();
  expect(archive.scan.status).toMatchObject({ state: 'done', found: 1 });
});

test('a scan in the middle of a call that hangs is stopped at once', async () => {
  const archive = await useArchive();
  await archive.put(`2026-06-28/${clip(1)}`);
  await archive.volume.check();
  let letGo: (() => void) | undefined;
  archive.volume.before = (what) =>
    what === 'looking at clips'
      ? new Promise<void>((resolve) => {
          letGo = resolve;
          queueMicrotask(() => void archive.scan.stop());
        })
      : undefined;
  await archive.start();
  await archive.scan.idle();
  expect(archive.scan.status.state).toBe('stopped');
  expect(await archive.rows()).toEqual([]);
  letGo?.();
});

test('a first scan that was stopped in the middle goes on at the next start, with what it had filed', async () => {
  const archive = await useArchive();
  for (let i = 0; i < 1200; i++)
    await archive.put(`2026-06-28/2026_0628_130000_${String(i).padStart(5, '0')}F.MP4`, 1);
  await archive.put(`2026-01-01/${clip(1)}`);
  let filings = 0;
  archive.volume.before = (what) => {
    // Before each transaction.
    const isFiling = what === 'the recordings folder' && archive.scan.status.state === 'running';
    if (isFiling && ++filings === 2) void archive.scan.stop();
  };
  await archive.start();
  await archive.scan.idle();
  expect(archive.scan.status.state).toBe('stopped');
  const filed = await archive.rows();
  expect(filed).toHaveLength(1000);
  expect(await readAppState(archive.db, 'scan.finished')).toBeNull();
  await archive.restart();
  expect(archive.scan.status).toMatchObject({ state: 'done', files: 1201, found: 201 });
  expect((await archive.rows()).slice(0, 1000)).toEqual(filed);
  await expectTrue(archive);
});

test('a first scan that fails again and again with a volume that is ready no longer holds downloads back', async () => {
  const archive = await useArchive({ retryMs: 1 });
  archive.volume.before = (what) => {
    if (what === 'reading a folder') throw new Error('not today');
  };
  await archive.start();
  await vi.waitFor(() => expect(archive.released).toBe(1), waitLong);
  expect(archive.scan.hold()).toBeNull();
  expect(await readAppState(archive.db, 'scan.finished')).toBeNull();
  archive.volume.before = () => undefined;
  await archive.look();
  expect(await readAppState(archive.db, 'scan.finished')).not.toBeNull();
  expect(archive.released).toBe(1);
});

const without: ClipState[] = [
  'listed',
  'waiting',
  'held',
  'failed',
  'lost',
  'skipped',
  'missing',
  'expired',
  'deleted',
];

test.each(without)('the file of a clip that is %s makes it archived, under the same id', async (state) => {
  const archive = await useArchive();
  const id = await archive.listed(clip(34), state, {
    sha256: 'old',
    attempts: 2,
    last_error: 'no',
    rank: -1,
  });
  await archive.put(`2026/${clip(34)}`);
  await archive.start();
  await archive.scan.idle();
  expect(await archive.rows()).toMatchObject([
    { id, state: 'archived', path: `2026/${clip(34)}`, size_bytes: 1000, rank: null, last_error: null },
  ]);
  expect(archive.scan.status.found).toBe(1);
  await expectTrue(archive);
});

test('a clip in transfer and the place of an unfinished download are left alone', async () => {
  const archive = await useArchive();
  const id = await archive.listed(clip(1), 'transferring');
  await archive.put(`elsewhere/${clip(1)}`);
  const waiting = await archive.listed(clip(2), 'waiting');
  await archive.put(`2026-06-28/${clip(2)}`);
  const part = {
    total_bytes: 1000,
    remote_timecode: null,
    durable_bytes: 5,
    boot_id: 'b',
    sha256: null,
    updated_at: 0,
  };
  await archive.db
    .insertInto('part')
    .values({ clip_id: waiting, path: `2026-06-28/${clip(2)}`, ...part })
    .execute();
  await archive.start();
  await archive.scan.idle();
  expect((await archive.rows()).map((row) => [row.id, row.state, row.path])).toEqual([
    [id, 'transferring', null],
    [waiting, 'waiting', null],
  ]);
  expect(archive.scan.status.message).toMatch(/^2 left alone/);
});

test('a cut copy is archived as damaged beside its clip, which is still fetched', async () => {
  const archive = await useArchive();
  const id = await archive.listed(clip(34), 'waiting');
  await archive.put(`2026-06-28/${clip(34)}`, 400);
  await archive.start();
  await archive.scan.idle();
  expect(
    (await archive.rows()).map((row) => [row.id === id, row.state, row.generation, row.complete]),
  ).toEqual([
    [true, 'waiting', 1, null],
    [false, 'archived', 0, 0],
  ]);
  await expectTrue(archive);
});

test('clips whose folder was moved by hand keep their ids; a copy is a clip of its own', async () => {
  const archive = await useArchive();
  for (const minute of [1, 2]) await archive.put(`2026-06-28/${clip(minute)}`);
  await archive.start();
  await archive.scan.idle();
  const ids = (await archive.rows()).map((row) => row.id);
  await rename(join(archive.root, '2026-06-28'), join(archive.root, '2026-06'));
  await archive.put(`copies/${clip(1)}`);
  await archive.look();
  const rows = await archive.rows();
  expect(rows.map((row) => row.id).slice(0, 2)).toEqual(ids);
  expect(rows.map((row) => row.path).toSorted(inOrder)).toEqual(
    [`2026-06/${clip(1)}`, `2026-06/${clip(2)}`, `copies/${clip(1)}`].toSorted(inOrder),
  );
  await expectTrue(archive);
});

/** Every statement that went to the database, with its values. */
function recorder(): KyselyPlugin & { queries: CompiledQuery[]; paused: boolean } {
  const compiler = new SqliteQueryCompiler();
  return {
    queries: [],
    paused: false,
    transformQuery({ node, queryId }) {
      if (!this.paused) this.queries.push(compiler.compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

test('no statement of a scan or of the sidecars reads through the table of clips', async () => {
  const plugin = recorder();
  const archive = await useArchive({ plugin });
  await archive.listed(clip(1), 'waiting');
  plugin.queries.length = 0;
  for (const minute of [1, 2, 3]) await archive.put(`2026-06-28/${clip(minute)}`);
  await archive.put(`2026-06-28/${clip(3)}.json`, '{"viofosync":1,"kept":true}');
  await archive.start();
  await archive.scan.idle();
  await rename(join(archive.root, '2026-06-28'), join(archive.root, '2026-06'));
  await archive.look();
  archive.writer.start();
  await untilWritten(archive);
  const seen = new Set(plugin.queries.map((query) => query.sql));
  expect(seen.size).toBeGreaterThan(15);
  for (const query of plugin.queries.filter(
    ({ sql: text }) => /"(clip|part)"/.test(text) && seen.delete(text),
  )) {
    const explained = { ...query, sql: `explain query plan ${query.sql}`, query: sql`x`.toOperationNode() };
    const plan = await archive.db.executeQuery<{ detail: string }>(explained);
    const isAnyRow = query.sql.endsWith(' from "clip" limit ?');
    for (const { detail } of isAnyRow ? [] : plan.rows)
      expect(detail, query.sql).not.toMatch(/^SCAN (clip|part)(?! USING (COVERING )?INDEX clip_sidecar_due)/);
  }
});

test('a scan of 20,000 known clips takes one statement for each folder or 500 names, and none carries more', async () => {
  const plugin = recorder();
  plugin.paused = true;
  const archive = await useArchive({ plugin });
  await archive.put('.one');
  // Names of one file: as good as many for a scan, and made in a moment.
  for (let i = 0; i < 20_000; i++) {
    const folder = i < 5000 ? '' : `m${i % 300}`;
    if (i >= 5000 && i < 5300) await mkdir(join(archive.root, folder));
    const name = clipAt(Date.UTC(2026, 0, 1) + i * 60_000, i);
    await link(join(archive.root, '.one'), join(archive.root, folder, name));
  }
  await archive.start();
  await archive.scan.idle();
  expect(archive.scan.status).toMatchObject({ state: 'done', folders: 301, found: 20_000 });
  plugin.paused = false;
  await archive.look();
  plugin.paused = true;
  expect(archive.scan.status).toMatchObject({ state: 'done', files: 20_000, found: 0 });
  expect(plugin.queries.length).toBeLessThan(320);
  expect(Math.max(...plugin.queries.map((query) => query.parameters.length))).toBeLessThanOrEqual(501);
}, 120_000);

function clipAt(local: number, sequence: number): string {
  const stamp = new Date(local).toISOString().replaceAll(/[-:]/g, '');
  const parts = [stamp.slice(0, 4), stamp.slice(4, 8), stamp.slice(9, 15), String(sequence).padStart(5, '0')];
  return `${parts.join('_')}F.MP4`;
}

test('5,000 new clips in one folder are filed in transactions of 1,000, and others get their turn between two', async () => {
  const archive = await useArchive();
  await archive.put('.one');
  for (let i = 0; i < 5000; i++)
    await link(join(archive.root, '.one'), join(archive.root, clipAt(Date.UTC(2026, 0, 1) + i * 60_000, i)));
  const seen = new Set<number>();
  await archive.start();
  while (archive.scan.status.state !== 'done') {
    const { clips } = await archive.db
      .selectFrom('clip')
      .select((eb) => eb.fn.countAll<number>().as('clips'))
      .executeTakeFirstOrThrow();
    seen.add(clips);
    await setImmediate();
  }
  expect([...seen]).toEqual(Array.from({ length: 6 }, (_, i) => i * 1000));
  expect(archive.scan.status).toMatchObject({ files: 5000, found: 5000, folders: 1 });
  await expectTrue(archive);
}, 120_000);

async function untilWritten(archive: TestArchive): Promise<void> {
  await vi.waitFor(async () => {
    const due = await archive.db.selectFrom('clip').select('id').where('sidecar_due', '=', 1).execute();
    expect(due).toEqual([]);
  }, waitLong);
}

const sidecarOf = async (archive: TestArchive, path: string) =>
  JSON.parse(await readFile(join(archive.root, `${path}.json`), 'utf8')) as Record<string, unknown>;

async function scanned(...paths: string[]): Promise<TestArchive> {
  const archive = await useArchive();
  for (const path of paths) await archive.put(path);
  await archive.start();
  await archive.scan.idle();
  return archive;
}

test('what is kept, noted and locked survives the loss of the database', async () => {
  const path = `2026-06-28/${clip(1)}`;
  const archive = await scanned(path, `2026-06-28/${clip(2)}`);
  archive.writer.start();
  const { id } = await archive.row(clip(1));
  await archive.clips.patch(archive.db, id, { kept: 1, kept_at: 5, note: 'a deer', locked: 1 });
  await untilWritten(archive);
  expect(await sidecarOf(archive, path)).toEqual({
    viofosync: 1,
    bytes: 1000,
    kept: true,
    keptAt: '1970-01-01T00:00:00.005Z',
    locked: true,
    note: 'a deer',
  });
  expect(await readdir(join(archive.root, '2026-06-28'))).toHaveLength(3);
  await archive.restart({ fresh: true });
  expect(await archive.row(clip(1))).toMatchObject({
    kept: 1,
    kept_at: 5,
    note: 'a deer',
    locked: 1,
    sidecar_due: 0,
  });
  expect(await archive.row(clip(2))).toMatchObject({ kept: 0, note: null, locked: 0 });
});

test('a sidecar goes when there is nothing left to say, but not what others wrote into it', async () => {
  const path = `2026-06-28/${clip(1)}`;
  const other = `2026-06-28/${clip(2)}`;
  const archive = await useArchive();
  await archive.put(path);
  await archive.put(other);
  await archive.put(`${other}.json`, '{"viofosync":1,"kept":true,"stars":["deer"]}');
  await archive.start();
  await archive.scan.idle();
  archive.writer.start();
  for (const [name, kept] of [
    [clip(1), 1],
    [clip(1), 0],
    [clip(2), 0],
  ] as const) {
    await archive.clips.patch(archive.db, (await archive.row(name)).id, { kept });
    await untilWritten(archive);
  }
  await expect(readFile(join(archive.root, `${path}.json`))).rejects.toThrow(/ENOENT/);
  expect(await sidecarOf(archive, other)).toEqual({ viofosync: 1, stars: ['deer'] });
});

test.each([
  ['another program’s', '{"title":"mine"}'],
  ['a broken', '{"viofosync":1,"kept":tr'],
  ['a newer version’s', '{"viofosync":9,"kept":true}'],
])(
  '%s file at the place of a sidecar stays as it is, and what we know is written beside it',
  async (_whose, text) => {
    const path = `2026-06-28/${clip(1)}`;
    const archive = await useArchive();
    await archive.put(path);
    await archive.put(`${path}.json`, text);
    await archive.start();
    await archive.scan.idle();
    if (text.includes('viofosync')) expect(archive.scan.status.message).toMatch(/^1 with a sidecar/);
    archive.writer.start();
    await archive.clips.patch(archive.db, (await archive.row(clip(1))).id, { note: 'a deer' });
    await untilWritten(archive);
    expect(await readFile(join(archive.root, `${path}.json`), 'utf8')).toBe(text);
    expect(await sidecarOf(archive, `${path}.viofosync`)).toEqual({
      viofosync: 1,
      bytes: 1000,
      note: 'a deer',
    });
    await archive.restart({ fresh: true });
    expect(await archive.row(clip(1))).toMatchObject({ note: 'a deer' });
  },
);

test('a clip that becomes archived while it is locked or kept gets its sidecar, an ordinary one gets none', async () => {
  const archive = await useArchive();
  await archive.listed(clip(1), 'waiting', { kept: 1, kept_at: 5, locked: 1 });
  await archive.listed(clip(2), 'waiting');
  for (const minute of [1, 2]) await archive.put(`2026-06-28/${clip(minute)}`);
  await archive.start();
  await archive.scan.idle();
  expect((await archive.rows()).map((row) => row.sidecar_due)).toEqual([1, 0]);
  archive.writer.start();
  await untilWritten(archive);
  expect(await readdir(join(archive.root, '2026-06-28'))).toEqual([clip(1), `${clip(1)}.json`, clip(2)]);
});

test('the name the camera gave is told where the file’s does not tell it', async () => {
  const path = 'Unclassified/DASH_01~2.MP4';
  const archive = await scanned(path);
  archive.writer.start();
  await archive.clips.patch(archive.db, (await archive.row('DASH_01~2.MP4')).id, { name: 'DASH:01.MP4' });
  await untilWritten(archive);
  expect(await sidecarOf(archive, path)).toMatchObject({ name: 'DASH:01.MP4', time: { source: 'file' } });
  await archive.restart({ fresh: true });
  expect((await archive.rows()).map((row) => [row.name, row.path])).toEqual([['DASH:01.MP4', path]]);
});

test('a number that we gave is no part of a clip’s name', async () => {
  const numbered = `2026-06-28/${clip(1).replace('.', '~2.')}`;
  const archive = await scanned(`2026-06-28/${clip(1)}`, numbered);
  expect((await archive.rows()).map((row) => row.name)).toEqual([clip(1), clip(1)]);
});

test('what changes while a sidecar is being written is written too', async () => {
  const path = `2026-06-28/${clip(1)}`;
  const archive = await scanned(path);
  const { id } = await archive.row(clip(1));
  archive.volume.before = async (what) => {
    if (what !== 'writing a sidecar') return;
    archive.volume.before = () => undefined;
    await archive.clips.patch(archive.db, id, { note: 'second' });
  };
  await archive.clips.patch(archive.db, id, { note: 'first' });
  archive.writer.start();
  await vi.waitFor(
    async () => expect(await sidecarOf(archive, path)).toMatchObject({ note: 'second' }),
    waitLong,
  );
  await untilWritten(archive);
});

test('sidecars wait while the archive is not there, and are written when it is back', async () => {
  const path = `2026-06-28/${clip(1)}`;
  const archive = await scanned(path);
  const aside = `${archive.root}-aside`;
  await rename(archive.root, aside);
  await mkdir(archive.root);
  await archive.clips.patch(archive.db, (await archive.row(clip(1))).id, { kept: 1 });
  archive.writer.start();
  await vi.waitFor(() => expect(archive.volume.status.state).toBe('unmarked'), waitLong);
  expect(await readdir(archive.root)).toEqual([]);
  await rm(archive.root, { recursive: true });
  await rename(aside, archive.root);
  await untilWritten(archive);
  expect(await sidecarOf(archive, path)).toMatchObject({ kept: true });
});

test('a clip whose file is gone gets no sidecar, holds up no other, and is tried again when it is back', async () => {
  const archive = await scanned(`2026-06-28/${clip(1)}`, `2026-06-28/${clip(2)}`);
  const file = join(archive.root, `2026-06-28/${clip(1)}`);
  await rename(file, `${file}.aside`);
  for (const { id } of await archive.rows()) await archive.clips.patch(archive.db, id, { kept: 1 });
  archive.writer.start();
  await vi.waitFor(
    async () => expect((await archive.rows()).map((row) => row.sidecar_due)).toEqual([1, 0]),
    waitLong,
  );
  expect(await readdir(join(archive.root, '2026-06-28'))).not.toContain(`${clip(1)}.json`);
  await rename(`${file}.aside`, file);
  await untilWritten(archive);
  expect(await readdir(join(archive.root, '2026-06-28'))).toContain(`${clip(1)}.json`);
});

test('a sidecar in the middle of a call that hangs does not keep the program from ending, and is written later', async () => {
  const path = `2026-06-28/${clip(1)}`;
  const archive = await scanned(path);
  await archive.clips.patch(archive.db, (await archive.row(clip(1))).id, { kept: 1 });
  let letGo: (() => void) | undefined;
  archive.volume.before = (what) =>
    what === 'writing a sidecar' ? new Promise<void>((resolve) => void (letGo = resolve)) : undefined;
  archive.writer.start();
  await vi.waitFor(() => expect(letGo).toBeDefined(), waitLong);
  await archive.writer.stop();
  expect(await archive.row(clip(1))).toMatchObject({ sidecar_due: 1 });
  await archive.restart();
  archive.writer.start();
  await untilWritten(archive);
  expect(await sidecarOf(archive, path)).toMatchObject({ kept: true });
});

test('the archive’s marker is not taken for anything', async () => {
  const archive = await scanned();
  expect(await readdir(archive.root)).toEqual([markerName]);
  expect(archive.scan.status).toMatchObject({ state: 'done', folders: 1, files: 0, found: 0 });
  expect(await archive.db.selectFrom('camera').selectAll().execute()).toEqual([]);
});
