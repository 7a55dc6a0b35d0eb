import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ArchiveVolume, markerName } from '../src/server/archive/archive-volume.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { rebuildDays } from '../src/server/archive/day-repository.ts';
import { archivedPaths } from '../src/server/archive/scan-repository.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database, type Db } from '../src/server/db/open.ts';
import type { ClipPatch, NewClipRow } from '../src/server/db/schema.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { nodeMeasureFiles, type MeasureFiles } from '../src/server/storage/measure-files.ts';
import { MeasureService, type MeasurePace } from '../src/server/storage/measure-service.ts';
import { storageRoutes } from '../src/server/storage/storage-routes.ts';
import { StorageService } from '../src/server/storage/storage-service.ts';
import { channels, clipKinds, type ClipState } from '../src/shared/clips.ts';
import type { Events } from '../src/shared/events.ts';
import type { Amount } from '../src/shared/retention.ts';
import { routes } from '../src/shared/routes.ts';
import { settingsSchema, type Settings } from '../src/shared/settings.ts';
import { storageSchema, type Measure } from '../src/shared/storage.ts';
import type { Problem } from '../src/shared/status.ts';
import { recountUsage } from './invariants.ts';
import { useMount } from './mounts.ts';
import { handClock, waitLong } from './scenario.ts';

const isRoot = process.getuid?.() === 0;
const dayMs = 24 * 60 * 60_000;
const now = Date.UTC(2026, 5, 28, 12);

/** The real calls, with a place to refuse one or hold it up. */
class WatchedFiles implements MeasureFiles {
  readonly measured: string[] = [];
  before: (path: string) => void | Promise<void> = () => undefined;

  async folder(path: string) {
    await this.before(path);
    return nodeMeasureFiles.folder(path);
  }

  async sizeOf(path: string) {
    await this.before(path);
    this.measured.push(path);
    return nodeMeasureFiles.sizeOf(path);
  }
}

/** A recordings folder, a ledger and what tells of the disk, without the rest of the program. */
class TestStorage {
  readonly home: string;
  readonly root: string;
  readonly events = new EventBus<Events>((error) => {
    throw error;
  });
  readonly clock = handClock(now);
  readonly files = new WatchedFiles();
  readonly clips = new ClipRepository();
  readonly problems = new Map<string, Problem['severity']>();
  settings: Settings = { ...settingsSchema.parse({}), keepFreeGb: 0 };
  trash: Amount = { clips: 0, bytes: 0 };
  isScanning = false;
  db!: Database;
  volume!: ArchiveVolume;
  measure!: MeasureService;
  storage!: StorageService;
  private server: FastifyInstance | null = null;
  private readonly pace: Partial<MeasurePace>;
  private readonly timeoutMs: number;

  constructor(
    home: string,
    options: { root?: string; pace?: Partial<MeasurePace>; timeoutMs?: number } = {},
  ) {
    this.home = home;
    this.root = options.root ?? join(home, 'recordings');
    this.pace = { restFactor: 0, quietMs: 60_000, ...options.pace };
    this.timeoutMs = options.timeoutMs ?? 15_000;
  }

  async boot(): Promise<void> {
    await mkdir(join(this.home, 'config'), { recursive: true });
    const { clock, events } = this;
    const log = pino({ level: 'silent' });
    const db = await openDatabase({ configDir: join(this.home, 'config'), now: new Date(0) });
    this.db = db;
    const volume = new ArchiveVolume({
      root: this.root,
      clock,
      log,
      timeoutMs: this.timeoutMs,
      knownClips: async () => 0,
      readMarkerId: () => readAppState(db, 'archive.marker'),
      writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
      onChange: () => undefined,
    });
    this.volume = volume;
    this.measure = new MeasureService({
      db,
      volume,
      events,
      clock,
      log,
      files: this.files,
      archivedPaths: (paths) => archivedPaths(db, paths),
      isScanning: () => this.isScanning,
      pace: this.pace,
    });
    this.storage = new StorageService({
      db,
      volume,
      events,
      clock,
      log,
      zone: 'Europe/London',
      configDir: join(this.home, 'config'),
      problems: {
        raise: async ({ key, severity }) => void this.problems.set(key, severity),
        end: async (key) => void this.problems.delete(key),
      },
      settings: () => this.settings,
      termOf: () => ({ days: this.settings.retentionDays, isForEver: false }),
      trashTotals: () => this.trash,
      measure: () => this.measure.status,
    });
    await this.measure.start();
    this.storage.start();
  }

  async stop(): Promise<void> {
    await this.server?.close();
    this.server = null;
    await this.storage.stop();
    await this.measure.stop();
    await this.volume.stop();
    await this.db.destroy();
  }

  async put(path: string, bytes: number): Promise<void> {
    const place = join(this.root, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, Buffer.alloc(bytes, 1));
  }

  /** A row; with a file when it is archived and nothing else is said. */
  async clip(path: string, change: Partial<NewClipRow> = {}): Promise<number> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const day = change.local_day ?? '2026-06-28';
    const start = { local_start: `${day}T13:00:00`, local_day: day, started_at: Date.parse(day) };
    const camera = { id: 1, name: '', address: '', archive_folder: '', enabled: 1, created_at: 0 } as const;
    await this.db
      .insertInto('camera')
      .values(camera)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const { id: captureId } = await this.db
      .insertInto('capture')
      .values({ camera_id: 1, ...start, kind: 'normal', locked: 0 })
      .returning('id')
      .executeTakeFirstOrThrow();
    const row = { ...clipRow, ...start, name, path, capture_id: captureId, ...change };
    const { id } = await this.db.insertInto('clip').values(row).returning('id').executeTakeFirstOrThrow();
    await this.db
      .transaction()
      .execute((trx) =>
        this.clips.refresh(trx, [{ camera_id: 1, local_day: row.local_day, capture_id: captureId }]),
      );
    this.events.emit('clip.archived', { clipId: id, cameraId: 1, localDay: row.local_day });
    return id;
  }

  /** A walk to its end. */
  async walk(): Promise<Measure> {
    await this.volume.check();
    this.measure.measure();
    await this.measure.idle();
    return this.measure.status;
  }

  /** As the page asks. */
  async get() {
    this.server ??= await this.serve();
    const answer = await this.server.inject(routes.getStorage.path);
    expect(answer.statusCode).toBe(200);
    return storageSchema.parse(answer.json());
  }

  private async serve(): Promise<FastifyInstance> {
    const server: FastifyInstance = fastify();
    storageRoutes(server, this);
    await server.ready();
    return server;
  }
}

const clipRow = {
  camera_id: 1,
  generation: 0,
  channel: 'front',
  kind: 'normal',
  container: 'mp4',
  zone_offset_min: 60,
  time_source: 'setting',
  locked: 0,
  kept: 0,
  state: 'archived',
  state_at: 0,
  attempts: 0,
  remote_volume: 'A',
  remote_size_exact: 1,
  size_bytes: 1000,
  origin: 'sync',
} as const;

async function openStorage(options: ConstructorParameters<typeof TestStorage>[1] = {}): Promise<TestStorage> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-usage-'));
  const storage = new TestStorage(home, options);
  await mkdir(storage.root, { recursive: true });
  await storage.boot();
  onTestFinished(async () => {
    await storage.stop();
    await rm(home, { recursive: true, force: true });
  });
  return storage;
}

const nothing = {
  exportsBytes: 0,
  partsBytes: 0,
  importBytes: 0,
  cachesBytes: 0,
  recycleBytes: 0,
  trashStrayBytes: 0,
  unreadable: 0,
};

/** The same numbers for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

test('whatever becomes of clips, what is told of the archive is a recount of it', async () => {
  const storage = await openStorage();
  const { db, clips } = storage;
  const random = randomOf(7);
  const pick = <T>(values: readonly T[]): T => values[random(values.length)]!;
  const ids: number[] = [];
  for (let index = 0; index < 60; index++) {
    const kind = pick(clipKinds);
    const day = `2026-0${5 + random(2)}-1${random(3)}`;
    const facts = {
      local_day: day,
      kind,
      channel: pick(channels),
      size_bytes: random(10) === 0 ? null : random(5000),
    };
    ids.push(await storage.clip(`${day}/${index}.MP4`, facts));
  }
  const patches: (() => ClipPatch)[] = [
    () => ({ kept: pick([0, 1]), kept_at: 1 }),
    () => ({ locked: pick([0, 1]) }),
    () => ({ size_bytes: random(5000) }),
    () => ({ note: 'x' }),
    () => ({ kept: pick([0, 1]), locked: pick([0, 1]), size_bytes: random(5000) }),
  ];
  const ends: ClipState[] = ['expired', 'deleted', 'missing'];
  const comeAndGo = async (trx: Db, at: number) => {
    const change = { reason: null, at } as const;
    const gone = { ...change, to: pick(ends), patch: { path: null } };
    const some = ids.filter(() => random(20) === 0);
    await clips.transition(trx, some, ['archived'], gone);
    const back = ids.filter(() => random(10) === 0);
    await clips.transition(trx, back, ends, { ...change, to: 'archived' });
  };
  for (let step = 0; step < 150; step++) {
    await db.transaction().execute(async (trx) => {
      const what = random(3);
      if (what === 0) await comeAndGo(trx, step);
      if (what === 1) {
        const locked = ids.filter(() => random(5) === 0);
        const locks = locked.map((id) => ({ id, patch: { locked: pick([0, 1] as const) } }));
        await clips.applyBulk(trx, 1, { inserts: [], patches: locks, moves: [], gone: [], at: step });
      }
      if (what === 2) await clips.patch(trx, pick(ids), pick(patches)());
    });
    const rows = await db.selectFrom('clip').selectAll().execute();
    const usage = await db.selectFrom('day_usage').selectAll().execute();
    expect(asTexts(usage)).toEqual(asTexts(await recounted(db)));
    expect(usage.reduce((sum, row) => sum + row.clips, 0)).toBe(
      rows.filter((row) => row.state === 'archived').length,
    );
  }
  storage.events.emit('clips.changed', { cameraId: 1, localDays: [] });
  const { archive, cells } = await storage.get();
  const all = await recounted(db);
  const sum = (of: (row: (typeof all)[number]) => number) => all.reduce((total, row) => total + of(row), 0);
  expect(archive).toEqual({
    clips: sum((row) => row.clips),
    bytes: sum((row) => row.bytes),
    keptBytes: sum((row) => row.kept_bytes),
    lockedBytes: sum((row) => row.locked_bytes),
  });
  expect(archive.clips).toBeGreaterThan(10);
  for (const month of ['2026-05', '2026-06']) {
    const ofMonth = all.filter((row) => row.local_day.startsWith(month) && row.channel === 'rear');
    const told = cells.filter((cell) => cell.month === month && cell.channel === 'rear');
    expect(told.reduce((total, cell) => total + cell.bytes, 0)).toBe(
      ofMonth.reduce((total, row) => total + row.bytes, 0),
    );
  }
  const before = await db.selectFrom('day_usage').selectAll().execute();
  await rebuildDays(db);
  expect((await db.selectFrom('day_usage').selectAll().execute()).length).toBe(before.length);
});

/** In any order. */
const asTexts = (rows: readonly object[]) => rows.map((row) => JSON.stringify(Object.values(row))).toSorted();
const recounted = async (db: Database) => recountUsage(await db.selectFrom('clip').selectAll().execute());

test('what an event tells is in the next answer, and what makes the quota up is its sum', async () => {
  const storage = await openStorage();
  storage.settings = { ...storage.settings, quotaGib: 1 };
  storage.trash = { clips: 2, bytes: 300 };
  await storage.clip('2026-06-28/a.MP4', { size_bytes: 1000 });
  await storage.put('.exports/1.mp4', 50);
  await storage.put('#recycle/old.MP4', 7000);
  await storage.walk();
  expect(await storage.storage.pressureParts()).toMatchObject({ archiveBytes: 1000, trashBytes: 300 });
  await storage.clip('2026-06-28/b.MP4', { size_bytes: 500 });
  const parts = await storage.storage.pressureParts();
  const marker = storage.measure.status.otherBytes;
  expect(marker).toBeGreaterThan(0);
  expect(parts).toEqual({ archiveBytes: 1500, trashBytes: 300, usedBytes: 1500 + 300 + 50 + marker });
  expect(await storage.get()).toMatchObject({
    archive: { clips: 2, bytes: 1500 },
    trash: { clips: 2, bytes: 300 },
    // A bin that a share fills with what is deleted must not make the rule delete more and more.
    quota: { limitBytes: 2 ** 30, usedBytes: parts.usedBytes },
  });
});

test('a walk tells apart what is not in the ledger, and does not look at what is', async () => {
  const storage = await openStorage();
  await storage.put('2026-06-28/known.MP4', 1000);
  await storage.clip('2026-06-28/known.MP4');
  await storage.put('2026-06-28/known.MP4.gpx', 10);
  await storage.put('2026-06-28/stranger.MP4', 20);
  await storage.put('2026-06-28/next.MP4.part', 40);
  await storage.put('2026-06-28/.old.MP4.x1.part', 1);
  await storage.put('.exports/1.mp4', 80);
  await storage.put('import/sub/a.MP4', 160);
  await storage.put('.thumbs/1.jpg', 320);
  await storage.put('.filmstrips/1.jpg', 1);
  await storage.put('#recycle/2026-06-28/x.MP4', 640);
  await storage.put('2026-06-28/@Recycle/y.MP4', 1);
  await storage.put('#snapshot/daily/2026-06-28/known.MP4', 1_000_000);
  const measure = await storage.walk();
  const marker = measure.otherBytes - 30;
  expect(marker).toBeGreaterThan(0);
  expect(marker).toBeLessThan(300);
  expect(measure).toMatchObject({
    ...nothing,
    state: 'done',
    files: 12,
    partsBytes: 41,
    exportsBytes: 80,
    importBytes: 160,
    cachesBytes: 321,
    recycleBytes: 641,
    startedAt: now,
    finishedAt: now,
    message: null,
  });
  expect(storage.files.measured.map((path) => path.slice(storage.root.length + 1))).not.toContain(
    '2026-06-28/known.MP4',
  );
});

test('in the trash only what no deletion knows is a stray; what lay beside a clip belongs to it', async () => {
  const storage = await openStorage();
  const lying = '.trash/2026-06-27/2026-06-01/a.MP4';
  const underWay = '.trash/2026-06-27/2026-06-01/b.MP4';
  for (const path of [lying, underWay]) await storage.put(path, 1000);
  for (const ending of ['gpx', 'json', 'viofosync.json']) await storage.put(`${lying}.${ending}`, 10);
  await storage.put('.trash/2026-06-27/2026-06-01/stray.MP4', 7);
  await storage.put('.trash/2026-06-27/2026-06-01/stray.MP4.gpx', 1);
  const why = JSON.stringify({ by: 'hand', user: null });
  const [a, b] = [
    await storage.clip('2026-06-01/a.MP4', { state: 'deleted', path: null }),
    await storage.clip('2026-06-01/b.MP4', { state: 'archived' }),
  ];
  await storage.db
    .insertInto('trash')
    .values({ clip_id: a, audit_id: 1, path: 'x', trash_path: lying, bytes: 1000, why, trashed_at: 1 })
    .execute();
  await storage.db
    .insertInto('removal')
    .values({ clip_id: b, action: 'trash', path: 'y', trash_path: underWay, why, ordered_at: 1, tries: 0 })
    .execute();
  expect(await storage.walk()).toMatchObject({ state: 'done', trashStrayBytes: 8 });
});

test('no link is followed, neither to a file nor to a folder', async () => {
  const storage = await openStorage();
  const elsewhere = join(storage.home, 'elsewhere');
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, 'big.bin'), Buffer.alloc(100_000));
  await storage.put('2026-06-28/a.txt', 5);
  await symlink(elsewhere, join(storage.root, 'link'));
  await symlink(join(elsewhere, 'big.bin'), join(storage.root, '2026-06-28', 'link.MP4'));
  await symlink('..', join(storage.root, '2026-06-28', 'round'));
  const measure = await storage.walk();
  expect(measure).toMatchObject({ ...nothing, state: 'done', files: 2 });
  expect(measure.otherBytes).toBeLessThan(1000);
});

test('a folder that becomes a link while the walk goes on is not gone into', async () => {
  const storage = await openStorage();
  const elsewhere = join(storage.home, 'elsewhere');
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, 'big.bin'), Buffer.alloc(100_000));
  await storage.put('swapped/a.txt', 5);
  storage.files.before = async (path) => {
    if (!path.endsWith('swapped')) return;
    await rm(path, { recursive: true });
    await symlink(elsewhere, path);
  };
  expect((await storage.walk()).otherBytes).toBeLessThan(1000);
});

test.runIf(isRoot)('another file system that is mounted inside is not counted', async () => {
  const mount = await useMount('size=1m');
  const storage = await openStorage({ root: mount.path });
  const inner = await useMount('size=1m');
  await writeFile(join(inner.path, 'big.bin'), Buffer.alloc(500_000));
  await mkdir(join(mount.path, 'nested'));
  execFileSync('mount', ['--bind', inner.path, join(mount.path, 'nested')]);
  onTestFinished(() => void execFileSync('umount', ['-l', join(mount.path, 'nested')]));
  await storage.put('2026-06-28/a.txt', 5);
  const measure = await storage.walk();
  expect(measure).toMatchObject({ ...nothing, state: 'done' });
  expect(measure.otherBytes).toBeLessThan(1000);
});

test('a folder or a file that cannot be read is counted and left out, and the rest is measured', async () => {
  const storage = await openStorage();
  await storage.put('.exports/1.mp4', 80);
  await storage.put('closed/1.txt', 5);
  await storage.put('open/refused.txt', 5);
  await storage.put('open/gone.txt', 5);
  storage.files.before = (path) => {
    const code = { closed: 'EACCES', 'refused.txt': 'EIO', 'gone.txt': 'ENOENT' }[
      path.slice(path.lastIndexOf('/') + 1)
    ];
    if (code !== undefined) throw Object.assign(new Error(code), { code });
  };
  expect(await storage.walk()).toMatchObject({ state: 'done', exportsBytes: 80, unreadable: 2 });
});

test('a walk that is stopped ends at once, and the figures of the one before stay, at the next start too', async () => {
  const storage = await openStorage();
  await storage.put('.exports/1.mp4', 80);
  expect(await storage.walk()).toMatchObject({ state: 'done', exportsBytes: 80 });
  await storage.put('.exports/2.mp4', 1000);
  const hung = new AbortController();
  storage.files.before = async () => {
    if (!hung.signal.aborted) await once(hung.signal, 'abort');
  };
  storage.clock.advance(dayMs);
  expect(storage.measure.measure()).toMatchObject({ state: 'running', exportsBytes: 80, files: 0 });
  expect(storage.measure.measure().startedAt).toBe(now + dayMs);
  const { measure } = storage;
  await storage.stop();
  expect(measure.status).toMatchObject({ state: 'stopped', exportsBytes: 80, finishedAt: now });
  hung.abort();
  await storage.boot();
  expect(storage.measure.status).toMatchObject({ state: 'done', exportsBytes: 80, finishedAt: now });
});

test('a volume that hangs ends the walk with a reason, and the page is answered all the while', async () => {
  const storage = await openStorage({ timeoutMs: 50, pace: { listTimeoutMs: 50 } });
  await storage.clip('2026-06-28/a.MP4');
  await storage.put('.exports/1.mp4', 80);
  await storage.walk();
  const hung = new AbortController();
  onTestFinished(() => hung.abort());
  const hang = () => once(hung.signal, 'abort');
  storage.files.before = async () => void (await hang());
  storage.measure.measure();
  // Nothing on the volume is answered any more.
  void storage.volume.run('a call', hang).catch(() => undefined);
  void storage.volume.run('another call', hang).catch(() => undefined);
  expect(await storage.get()).toMatchObject({
    measure: { state: 'running', exportsBytes: 80 },
    archive: { clips: 1 },
  });
  await storage.measure.idle();
  expect(storage.measure.status).toMatchObject({
    state: 'failed',
    exportsBytes: 80,
    message: expect.stringMatching(/does not answer/),
  });
  await storage.volume.check();
  expect(await storage.get()).toMatchObject({
    volume: { state: 'slow', freeBytes: null },
    archive: { clips: 1, bytes: 1000 },
    measure: { state: 'failed', exportsBytes: 80 },
    // As it was when it was last seen.
    otherDataBytes: expect.any(Number),
  });
});

test('an archive that is unmounted during a walk is not taken for an empty one', async () => {
  const storage = await openStorage();
  await storage.put('.exports/1.mp4', 80);
  await storage.walk();
  await storage.put('late/1.txt', 5);
  storage.files.before = async (path) => {
    if (path.endsWith('late')) await rm(join(storage.root, markerName));
  };
  expect(await storage.walk()).toMatchObject({
    state: 'failed',
    exportsBytes: 80,
    message: expect.stringMatching(/Is the share mounted/),
  });
  expect(() => storage.measure.measure()).toThrow(/Is the share mounted/);
});

test('a walk comes by itself once a day at most, after the volume was in use, and never before a scan has ended', async () => {
  const storage = await openStorage({ pace: { quietMs: 5 } });
  storage.isScanning = true;
  await storage.volume.check();
  const looked = vi.fn<() => void>();
  storage.files.before = looked;
  const archived = () =>
    storage.events.emit('clip.archived', { clipId: 1, cameraId: 1, localDay: '2026-06-28' });
  archived();
  await vi.waitFor(() => expect(storage.measure.status.state).toBe('never'));
  expect(looked).not.toHaveBeenCalled();
  storage.isScanning = false;
  await vi.waitFor(() => expect(storage.measure.status.state).toBe('done'), waitLong);
  const calls = looked.mock.calls.length;
  storage.clock.advance(dayMs - 1);
  archived();
  await storage.measure.idle();
  expect(looked).toHaveBeenCalledTimes(calls);
  storage.clock.advance(1);
  storage.measure.volumeUsed();
  await vi.waitFor(() => expect(storage.measure.status.finishedAt).toBe(now + dayMs), waitLong);
});

test('a volume that nobody uses is left alone however long it is', async () => {
  const storage = await openStorage({ pace: { quietMs: 1 } });
  await storage.volume.check();
  await vi.waitFor(() => expect(storage.measure.status.state).toBe('done'), waitLong);
  const looked = vi.fn<() => void>();
  storage.files.before = looked;
  storage.clock.advance(40 * dayMs);
  for (let ask = 0; ask < 5; ask++) await storage.get();
  expect(looked).not.toHaveBeenCalled();
  expect(storage.measure.status.finishedAt).toBe(now);
});

test('the folder of database and backups is told, as it was when it was last looked at', async () => {
  const storage = await openStorage();
  await mkdir(join(storage.home, 'config', 'backups'));
  await writeFile(join(storage.home, 'config', 'backups', 'viofosync-1.db'), Buffer.alloc(500));
  await writeFile(join(storage.home, 'config', 'viofosync-before-migration-1.db'), Buffer.alloc(50));
  const config = async () => (await storage.get()).config;
  await vi.waitFor(async () => expect(await config()).not.toBeNull(), waitLong);
  storage.clock.advance(10 * 60_000);
  await vi.waitFor(async () => expect((await config())?.backupsBytes).toBe(550), waitLong);
  const seen = await config();
  expect(seen?.databaseBytes).toBeGreaterThan(4096);
  expect(seen?.totalBytes).toBeGreaterThan(seen?.freeBytes ?? 0);
  expect(await readdir(seen?.path ?? '')).toContain('viofosync.db');
});

test('rules that cannot be held are a problem until they can, and a large recycle bin until it is emptied', async () => {
  const storage = await openStorage();
  await storage.volume.check();
  const { freeBytes } = storage.volume.status;
  const daily = Math.round((freeBytes ?? 0) / 10);
  for (let day = 0; day < 4; day++) {
    const local = new Date(now - day * dayMs).toISOString().slice(0, 10);
    await storage.clip(`${local}/a.MP4`, { local_day: local, size_bytes: daily });
  }
  storage.settings = { ...storage.settings, diskCriticalPct: 0, retentionDays: 30 };
  storage.events.emit('settings.changed', { keys: ['retentionDays'] });
  await vi.waitFor(() => expect([...storage.problems]).toEqual([['storage:rules', 'warning']]), waitLong);
  expect((await storage.get()).forecast).toMatchObject({ outlook: 'full', daysAsked: 30, tooShort: true });
  storage.settings = { ...storage.settings, retentionDays: 5 };
  storage.events.emit('settings.changed', { keys: ['retentionDays'] });
  await vi.waitFor(() => expect([...storage.problems.keys()]).toEqual([]), waitLong);
  // A file's length, not what it takes: this one takes nothing.
  const bin = join(storage.root, '#recycle');
  await mkdir(bin);
  const file = await open(join(bin, 'old.MP4'), 'w');
  await file.truncate(storage.volume.status.totalBytes ?? 0);
  await file.close();
  await storage.walk();
  await vi.waitFor(() => expect([...storage.problems.keys()]).toEqual(['storage:recycle']), waitLong);
  await rm(bin, { recursive: true });
  storage.clock.advance(1);
  await storage.walk();
  await vi.waitFor(() => expect([...storage.problems.keys()]).toEqual([]), waitLong);
});
