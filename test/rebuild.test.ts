import { link, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Events } from '../src/shared/events.ts';
import { routes } from '../src/shared/routes.ts';
import type { CardEntry } from '../simulator/card.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { ScanService } from '../src/server/archive/scan-service.ts';
import { SidecarWriter } from '../src/server/archive/sidecar-writer.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import type { ClipRow } from '../src/server/db/schema.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import { archiveFiles, expectInvariants } from './invariants.ts';
import {
  addDrive,
  allClips,
  bytesDownloaded,
  clipNamed,
  expectSameBytes,
  untilArchived,
  untilListedAgain,
  untilSettled,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import type { TestApp } from './test-app.ts';

const bytes = 20_000;
const zone = 'Europe/London';

const at = (minute: number) => localTime(2026, 6, 29, 9, minute);

/** A drive with everything that makes a clip something else than its file: locked, parked, of a name of its own. */
function addMixedDrive(camera: SimulatedCamera): CardEntry[] {
  const source = (minute: number) =>
    tinyMp4Source(100 + minute, bytes + minute, { startedLocal: at(minute) });
  return [
    ...addDrive(camera, { clips: 4, bytes }),
    camera.card.addClip({ startedLocal: at(1), source: source(1), locked: true }),
    camera.card.addClip({ startedLocal: at(2), source: source(2), kind: 'parking' }),
    camera.card.addClip({ startedLocal: at(3), source: source(3), channel: 'rear' }),
    camera.card.addClip({ startedLocal: at(4), source: source(4), name: 'DASHCAM01.MP4' }),
  ];
}

/** What of a clip is its own, whatever row tells it. */
const factsOf = (row: ClipRow) => ({
  name: row.name,
  channel: row.channel,
  kind: row.kind,
  container: row.container,
  sequence: row.sequence,
  local_start: row.local_start,
  started_at: row.started_at,
  zone_offset_min: row.zone_offset_min,
  time_source: row.time_source,
  local_day: row.local_day,
  locked: row.locked,
  kept: row.kept,
  kept_at: row.kept_at,
  note: row.note,
  state: row.state,
  path: row.path,
  size_bytes: row.size_bytes,
  mtime_ms: row.mtime_ms,
});

const byName = (rows: ClipRow[]) =>
  Object.fromEntries(rows.map((row) => [`${row.name} ${row.path}`, factsOf(row)]));

/** Captures as what lies in them: their ids are new. */
async function capturesOf(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('clip').select(['capture_id', 'path']).orderBy('path').execute();
  const captures = new Map<number, string[]>();
  for (const row of rows)
    captures.set(row.capture_id, [...(captures.get(row.capture_id) ?? []), row.path ?? '']);
  return [...captures.values()].map((paths) => paths.join(' ')).toSorted();
}

const daysOf = async (db: Database) => [
  await db.selectFrom('day').selectAll().orderBy('local_day').execute(),
  await db.selectFrom('day_channel').selectAll().orderBy('local_day').orderBy('channel').execute(),
  await db
    .selectFrom('day_usage')
    .selectAll()
    .orderBy('local_day')
    .orderBy('kind')
    .orderBy('channel')
    .execute(),
];

/** Someone pins two clips and writes a note. */
async function keepSome(test: TestApp, [first, second]: CardEntry[]): Promise<void> {
  const clips = new ClipRepository();
  await clips.patch(test.app.db, (await clipNamed(test, first!.name)).id, {
    kept: 1,
    kept_at: 1_790_000_000_000,
  });
  await clips.patch(test.app.db, (await clipNamed(test, second!.name)).id, { note: 'a deer, 40 m' });
  // As whoever changes a clip tells.
  test.app.events.emit('clips.changed', { cameraId: 1, localDays: ['2026-06-28'] });
}

/** The parts of the program that look after the archive, on their own. */
function archiveParts(db: Database, root: string) {
  const log = pino({ level: 'silent' });
  const events = new EventBus<Events>((error) => {
    throw error;
  });
  const clips = new ClipRepository();
  const volume = new ArchiveVolume({
    root,
    clock: systemClock,
    log,
    knownClips: async () => 0,
    readMarkerId: () => readAppState(db, 'archive.marker'),
    writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
    onChange: () => events.emit('archive.changed', {}),
  });
  const shared = { db, clips, volume, events, log };
  return {
    volume,
    writer: new SidecarWriter({ ...shared, idleMs: 20 }),
    scan: new ScanService({
      ...shared,
      times: new ZonedTimes(zone),
      clock: systemClock,
      onReleased: () => undefined,
    }),
  };
}

async function untilSidecarsWritten(test: TestApp): Promise<void> {
  await vi.waitFor(async () => {
    const due = await test.app.db.selectFrom('clip').select('name').where('sidecar_due', '=', 1).execute();
    expect(due).toEqual([]);
  }, waitLong);
}

async function writeSidecars(test: TestApp): Promise<void> {
  const { volume, writer } = archiveParts(test.app.db, test.recordings);
  writer.start();
  await untilSidecarsWritten(test);
  await writer.stop();
  await volume.stop();
}

async function loseDatabase(test: TestApp): Promise<void> {
  for (const name of await readdir(test.configDir))
    if (name.startsWith('viofosync.db')) await rm(join(test.configDir, name));
}

/** An empty database, filled from the recordings alone. */
async function rebuild(test: TestApp, camera: SimulatedCamera): Promise<void> {
  const db = await openDatabase({ configDir: test.configDir, now: new Date() });
  await db
    .insertInto('camera')
    .values({ name: 'Dashcam', address: camera.address, archive_folder: '', enabled: 1, created_at: 0 })
    .execute();
  const { volume, scan } = archiveParts(db, test.recordings);
  await scan.start();
  await volume.check();
  await scan.idle();
  expect(scan.status).toMatchObject({ state: 'done', message: null });
  await scan.stop();
  await volume.stop();
  await db.destroy();
}

/** Everything the archive holds apart from its rows' ids and what a camera said. */
async function picture(test: TestApp) {
  const { db } = test.app;
  return { clips: byName(await allClips(test)), captures: await capturesOf(db), days: await daysOf(db) };
}

test('a ledger built anew from the recordings is the old one, but for its ids, and nothing is fetched twice', async () => {
  const camera = await useCamera();
  const entries = addMixedDrive(camera);
  const app = await useApp({ cameraAddress: camera.address, zone });
  await untilArchived(app, entries.length);
  await keepSome(app, entries);
  await writeSidecars(app);
  const before = await picture(app);
  const files = await archiveFiles(app.recordings);
  expect(files.filter((path) => path.endsWith('.json'))).toHaveLength(4);
  await app.app.stop();
  await loseDatabase(app);
  await rebuild(app, camera);
  const fetched = bytesDownloaded(camera);
  await app.restart({ cameraAddress: camera.address });
  await untilListedAgain(camera, 3);
  await untilSettled(app);
  expect(await picture(app)).toEqual(before);
  expect(bytesDownloaded(camera)).toBe(fetched);
  expect(await archiveFiles(app.recordings)).toEqual(files);
  expect(camera.deletions).toEqual([]);
  await expectSameBytes(app, entries);
  await expectNoneUnaccounted(app);
});

/** What people said of each camera, without what is only of this database. */
async function saidOfCameras(test: TestApp) {
  const { cameras } = await test.call(routes.listCameras);
  const said = [];
  for (const { id, name, vehicle } of cameras) {
    const clock = await test.call(routes.getCameraClock, { params: { id } });
    const shifts = clock.shifts.map(({ fromLocal, toLocal, shiftMs, createdAt }) => [
      fromLocal,
      toLocal,
      shiftMs,
      createdAt,
    ]);
    const gpsClock = clock.isGpsClockSet ? clock.gpsClock : null;
    said.push({ name, vehicle, zone: clock.zone, gpsClock, shifts });
  }
  return said;
}

const camerasFile = '.viofosync/cameras.json';
const readCameras = async (test: TestApp) =>
  readFile(join(test.recordings, camerasFile), 'utf8').catch(() => null);

test('what a person said of a camera and its clock outlives the whole configuration folder, and comes before its clips', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 3, bytes });
  const app = await useApp({ cameraAddress: camera.address, zone });
  await untilArchived(app, 3);
  const [{ id } = { id: 0 }] = (await app.call(routes.listCameras)).cameras;
  const params = { id };
  await app.call(routes.updateCamera, { params, body: { name: 'Front of the van', vehicle: 'Van' } });
  await app.call(routes.updateCameraClock, { params, body: { zone: 'America/New_York', gpsClock: 'local' } });
  const body = { fromLocal: '2026-06-28T00:00:00', toLocal: null, shiftMs: 86_400_000 };
  await app.call(routes.addClockShift, { params, body });
  await vi.waitFor(async () => {
    expect((await app.call(routes.getCameraClock, { params })).isPending).toBe(false);
    expect(await readCameras(app)).toContain('86400000');
  }, waitLong);
  await untilSidecarsWritten(app);
  const [said, before, text] = [await saidOfCameras(app), await picture(app), await readCameras(app)];
  expect(said).toMatchObject([{ name: 'Front of the van', vehicle: 'Van', zone: 'America/New_York' }]);
  for (const restartOptions of [{ cameraAddress: camera.address }, {}]) {
    await app.app.stop();
    for (const name of await readdir(app.configDir))
      await rm(join(app.configDir, name), { recursive: true, force: true });
    // Its clips tell nothing by themselves.
    for (const path of await archiveFiles(app.recordings))
      if (path.endsWith('.MP4.json')) await rm(join(app.recordings, path));
    await app.restart(restartOptions);
    await untilArchived(app, 3);
    await vi.waitFor(async () => expect(await saidOfCameras(app)).toEqual(said), waitLong);
    await untilSidecarsWritten(app);
    expect(await picture(app)).toEqual(before);
    await vi.waitFor(async () => expect(await readCameras(app)).toBe(text), waitLong);
  }
  // Taken back, it is gone from the archive, too.
  const [{ id: again } = { id: 0 }] = (await app.call(routes.listCameras)).cameras;
  await app.call(routes.updateCameraClock, { params: { id: again }, body: { zone: null, gpsClock: null } });
  const { shifts } = await app.call(routes.getCameraClock, { params: { id: again } });
  for (const shift of shifts)
    await app.call(routes.removeClockShift, { params: { id: again, shiftId: shift.id } });
  await vi.waitFor(async () => {
    const now = await readCameras(app);
    expect(now).toContain('Front of the van');
    expect(now).not.toMatch(/zone|gpsClock|shifts/);
  }, waitLong);
  await expectSameBytes(app, entries);
});

test('what is said of cameras by another program, or cannot be read, stays as it is; ours lies beside it', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes });
  const recordings = await mkdtemp(join(tmpdir(), 'viofosync-cameras-'));
  onTestFinished(() => rm(recordings, { recursive: true, force: true }));
  const broken = '{"viofosync":1,"cameras":[{"folder":"","name":"Van","zo';
  await mkdir(join(recordings, '.viofosync'));
  await writeFile(join(recordings, camerasFile), broken);
  const app = await useApp({ cameraAddress: camera.address, zone, recordings });
  await untilArchived(app, 1);
  const [{ id } = { id: 0 }] = (await app.call(routes.listCameras)).cameras;
  await app.call(routes.updateCamera, { params: { id }, body: { vehicle: 'Bus' } });
  const other = join(recordings, '.viofosync/cameras-2.json');
  await vi.waitFor(async () => expect(await readFile(other, 'utf8')).toContain('Bus'), waitLong);
  expect(await readCameras(app)).toBe(broken);
  const { problems } = await app.call(routes.getStatus);
  expect(problems).toContainEqual(
    expect.objectContaining({ key: 'archive:book:cameras', message: expect.stringContaining(camerasFile) }),
  );
});

/** An archive of this file and of these clips, looked through by a database that has these cameras already. */
async function lookedThrough(
  text: string,
  clips: readonly string[],
  cameras: readonly { name: string; zone?: string }[] = [],
) {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-said-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const root = join(home, 'recordings');
  for (const path of clips) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), 'video');
  }
  await mkdir(join(root, '.viofosync'), { recursive: true });
  await writeFile(join(root, camerasFile), text);
  const db = await openDatabase({ configDir: home, now: new Date() });
  onTestFinished(() => db.destroy());
  for (const camera of cameras)
    await db
      .insertInto('camera')
      .values({ ...camera, address: '192.0.2.1', archive_folder: '', enabled: 1, created_at: 0 })
      .execute();
  const { volume, scan } = archiveParts(db, root);
  await volume.check();
  await scan.start();
  await scan.idle();
  await scan.stop();
  await volume.stop();
  const rows = await db.selectFrom('camera').selectAll().orderBy('id').execute();
  return { db, rows };
}

const twoCameras = JSON.stringify({
  viofosync: 1,
  cameras: [
    { folder: '', name: 'Front', zone: 'UTC+05:00' },
    { folder: 'Rear', name: 'Rear', vehicle: 'Van', gpsClock: 'local' },
  ],
});

test('cameras of which clips lie in the archive come back with their folders, and wait for their addresses', async () => {
  const { db, rows } = await lookedThrough(twoCameras, [
    '2026-06-28/2026_0628_133416_0001F.MP4',
    'Rear/2026-06-28/2026_0628_133416_0002F.MP4',
  ]);
  expect(rows).toMatchObject([
    { archive_folder: '', name: 'Front', zone: 'UTC+05:00', address: '', enabled: 0 },
    {
      archive_folder: 'Rear',
      name: 'Rear',
      vehicle: 'Van',
      gps_clock_set: 'local',
      enabled: 0,
      clock_due: 0,
    },
  ]);
  const clips = await db.selectFrom('clip').select(['camera_id', 'path']).orderBy('path').execute();
  expect(clips.map((clip) => [clip.camera_id, clip.path?.split('/')[0]])).toEqual([
    [rows[0]?.id, '2026-06-28'],
    [rows[1]?.id, 'Rear'],
  ]);
});

test('what this database knows of a camera stays; what it does not know is filled in', async () => {
  const { rows } = await lookedThrough(twoCameras, [], [{ name: 'Ann', zone: 'Europe/Paris' }]);
  expect(rows).toMatchObject([
    { name: 'Ann', zone: 'Europe/Paris' },
    { name: 'Rear', vehicle: 'Van' },
  ]);
  const { rows: nameless } = await lookedThrough(twoCameras, [], [{ name: 'Dashcam' }]);
  expect(nameless[0]).toMatchObject({ name: 'Front', zone: 'UTC+05:00', address: '192.0.2.1' });
});

test('what the camera recorded since is fetched into a ledger built anew, and only that', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 3, bytes });
  const app = await useApp({ cameraAddress: camera.address, zone });
  await untilArchived(app, 3);
  await app.app.stop();
  await loseDatabase(app);
  await rebuild(app, camera);
  const fetched = bytesDownloaded(camera);
  const more = addDrive(camera, { clips: 2, bytes, start: localTime(2026, 6, 30, 9) });
  await app.restart({ cameraAddress: camera.address });
  await untilArchived(app, 5);
  expect(bytesDownloaded(camera) - fetched).toBe(2 * bytes + 1);
  await expectSameBytes(app, [...entries, ...more]);
  await expectInvariants(app, camera);
});

test('what a listing finds on the camera again is known to be there, once and for all', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 3, bytes });
  const app = await useApp({ cameraAddress: camera.address, zone });
  await untilArchived(app, 3);
  await app.app.stop();
  await loseDatabase(app);
  await rebuild(app, camera);
  await app.restart({ cameraAddress: camera.address });
  await untilListedAgain(camera, 2);
  for (const row of await allClips(app)) {
    expect(row).toMatchObject({
      state: 'archived',
      remote_gone_at: null,
      remote_size_bytes: row.size_bytes,
    });
    expect(row.remote_seen_at).not.toBeNull();
  }
});

test('clips of a camera that writes its endings small are known again too', async () => {
  const camera = await useCamera();
  for (const minute of [1, 2, 3])
    camera.card.addClip({
      startedLocal: at(minute),
      source: tinyMp4Source(minute, bytes, { startedLocal: at(minute) }),
      extension: 'mp4',
    });
  const app = await useApp({ cameraAddress: camera.address, zone });
  await untilArchived(app, 3);
  await app.app.stop();
  await loseDatabase(app);
  await rebuild(app, camera);
  const fetched = bytesDownloaded(camera);
  await app.restart({ cameraAddress: camera.address });
  await untilListedAgain(camera, 2);
  await untilSettled(app);
  expect((await allClips(app)).map((row) => row.state)).toEqual(['archived', 'archived', 'archived']);
  expect(bytesDownloaded(camera)).toBe(fetched);
});

test('a program that starts with an empty database finds its archive, before and after the camera is there', async () => {
  const camera = await useCamera();
  const entries = addMixedDrive(camera);
  const app = await useApp({ zone });
  const addCamera = () => app.call(routes.addCamera, { body: { name: 'Dashcam', address: camera.address } });
  await addCamera();
  await untilArchived(app, entries.length);
  await keepSome(app, entries);
  await untilSidecarsWritten(app);
  const before = await picture(app);
  const fetched = bytesDownloaded(camera);
  for (const options of [{ cameraAddress: camera.address }, {}]) {
    await app.app.stop();
    await loseDatabase(app);
    await app.restart(options);
    await untilArchived(app, entries.length);
    await untilListedAgain(camera, 3);
    await untilSettled(app);
    expect(await picture(app)).toEqual(before);
    expect((await app.call(routes.listCameras)).cameras).toHaveLength(1);
    expect(bytesDownloaded(camera)).toBe(fetched);
  }
  expect((await app.call(routes.startScan, { body: {} })).state).toMatch(/running|done/);
  await expectNoneUnaccounted(app);
});

test('nothing is fetched before a program with an empty database has looked through its archive', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 3, bytes });
  const app = await useApp({ cameraAddress: camera.address, zone });
  await untilArchived(app, entries.length);
  await app.app.stop();
  await loseDatabase(app);
  // Where no layout of ours would look for them, behind much else.
  await rename(join(app.recordings, '2026-06-28'), join(app.recordings, '0 old'));
  const others = 3000;
  for (let i = 0; i < others; i++)
    await link(join(app.recordings, '0 old', entries[0]!.name), join(app.recordings, `${i}.mp4`));
  const fetched = bytesDownloaded(camera);
  await app.restart({ cameraAddress: camera.address });
  await untilArchived(app, entries.length + others, 60_000);
  await untilListedAgain(camera, 2);
  await untilSettled(app);
  expect(bytesDownloaded(camera)).toBe(fetched);
  expect((await clipNamed(app, entries[0]!.name)).path).toBe(`0 old/${entries[0]!.name}`);
}, 120_000);

/** Each video below the archive root has its row. */
async function expectNoneUnaccounted(test: TestApp): Promise<void> {
  const videos = (await archiveFiles(test.recordings)).filter((path) => path.endsWith('.MP4'));
  expect(new Set((await allClips(test)).map((row) => row.path))).toEqual(new Set(videos));
}

test('a found file that cannot be opened holds up neither the listing nor what it brings', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes: 20_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  await app.app.db.updateTable('clip').set({ origin: 'found', complete: null }).execute();
  const [row] = await allClips(app);
  const file = join(app.recordings, row!.path!);
  await rm(file);
  // Opening it fails, and not because it is not there.
  await symlink(file, file);
  addDrive(camera, { clips: 2, bytes: 20_000, start: localTime(2026, 6, 28, 15) });
  await untilArchived(app, 3);
});
