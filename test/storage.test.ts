import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { VolumeState } from '../src/shared/status.ts';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { routes } from '../src/shared/routes.ts';
import { localTime } from '../simulator/times.ts';
import { archiveFiles, expectInvariants, inOrder } from './invariants.ts';
import { useMount } from './mounts.ts';
import {
  addDrive,
  allClips,
  bytesDownloaded,
  bytesOf,
  clipNamed,
  downloadsOf,
  expectSameBytes,
  fastClock,
  untilArchived,
  untilListedAgain,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import type { TestApp } from './test-app.ts';

const bytes = 20_000;
const isRoot = process.getuid?.() === 0;

async function useFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-volume-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function untilVolume(app: TestApp, state: VolumeState): Promise<void> {
  await vi.waitFor(
    async () => expect((await app.call(routes.getStatus)).archive.state).toBe(state),
    waitLong,
  );
}

async function untilActivity(app: TestApp, activity: string): Promise<void> {
  await vi.waitFor(
    async () => expect((await app.call(routes.getStatus)).cameras[0]!.activity).toBe(activity),
    waitLong,
  );
}

test('a recordings path that is a file is said, the page answers, and nothing is touched', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes });
  const recordings = join(await useFolder(), 'file');
  await writeFile(recordings, 'mine');
  const app = await useApp({ recordings, cameraAddress: camera.address });
  await untilVolume(app, 'missing');
  await untilActivity(app, 'blocked');
  const { archive, problems } = await app.call(routes.getStatus);
  expect(archive.message).toContain(`${recordings} is not a folder`);
  await vi.waitFor(() => expect(problems.map((problem) => problem.key)).toEqual(['archive:volume']));
  expect(await readFile(recordings, 'utf8')).toBe('mine');
  expect((await allClips(app)).map((clip) => [clip.state, clip.attempts])).toEqual([['waiting', 0]]);
  await rm(recordings);
  await untilArchived(app, 1);
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).problems).toEqual([]));
});

test.runIf(isRoot)(
  'a read-only volume blocks the sync with a reason, and downloads go on when it can be written',
  async () => {
    const camera = await useCamera();
    const entries = addDrive(camera, { clips: 2, bytes });
    const mount = await useMount('size=8m');
    await mount.remount('ro');
    const app = await useApp({ recordings: mount.path, cameraAddress: camera.address });
    await app.call(routes.updateSettings, { body: { keepFreeGb: 0 } });
    await untilVolume(app, 'unwritable');
    expect((await app.call(routes.getStatus)).archive.message).toMatch(/read-only/);
    await untilActivity(app, 'blocked');
    expect(downloadsOf(camera)).toEqual([]);
    expect((await allClips(app)).map((clip) => [clip.state, clip.attempts])).toEqual([
      ['waiting', 0],
      ['waiting', 0],
    ]);
    await mount.remount('rw');
    await untilArchived(app, 2);
    await expectSameBytes(app, entries);
    await expectInvariants(app, camera);
  },
);

test.runIf(isRoot)('a volume that becomes read-only between two clips burns no attempt', async () => {
  const camera = await useCamera();
  const mount = await useMount('size=8m');
  addDrive(camera, { clips: 1, bytes });
  const app = await useApp({ recordings: mount.path, cameraAddress: camera.address });
  await app.call(routes.updateSettings, { body: { keepFreeGb: 0 } });
  await untilArchived(app, 1);
  await mount.remount('ro');
  const [next] = addDrive(camera, { clips: 1, bytes, start: localTime(2026, 6, 29, 9) });
  await untilActivity(app, 'blocked');
  expect(await clipNamed(app, next!.name)).toMatchObject({ state: 'waiting', attempts: 0 });
  await mount.remount('rw');
  await untilArchived(app, 2);
});

test.runIf(isRoot)(
  'a disk that fills up in the middle of a clip makes it wait, and it goes on from there by itself',
  async () => {
    const camera = await useCamera();
    camera.faults.set({ bytesPerSecond: 4_000_000 });
    const entries = addDrive(camera, { clips: 2, bytes: 3_000_000 });
    const mount = await useMount('size=10m');
    const app = await useApp({
      recordings: mount.path,
      cameraAddress: camera.address,
      clock: fastClock(1000),
    });
    await app.call(routes.updateSettings, { body: { keepFreeGb: 0 } });
    await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(300_000), waitLong);
    const filler = join(mount.path, '.filler');
    await expect(writeFile(filler, Buffer.alloc(10_900_000))).rejects.toThrow(/ENOSPC/);
    await untilVolume(app, 'full');
    await untilActivity(app, 'blocked');
    const { archive } = await app.call(routes.getStatus);
    expect(archive.message).toMatch(/full|free|No space/);
    expect((await allClips(app)).map((clip) => [clip.state, clip.attempts])).toEqual([
      ['waiting', 0],
      ['waiting', 0],
    ]);
    await rm(filler);
    await untilArchived(app, 2);
    await expectSameBytes(app, entries);
    expect(bytesDownloaded(camera), 'what was there was kept').toBeLessThan(6_000_000 * 1.4);
    await expectInvariants(app, camera);
  },
);

test.runIf(isRoot)(
  'less free space than is to be left makes clips wait with the numbers, and more space lets them go on',
  async () => {
    const camera = await useCamera();
    const entries = addDrive(camera, { clips: 2, bytes });
    const mount = await useMount('size=8m');
    const app = await useApp({ recordings: mount.path, cameraAddress: camera.address });
    await untilVolume(app, 'full');
    expect((await app.call(routes.getStatus)).archive.message).toMatch(/1\.00 GB are to stay free/);
    expect(downloadsOf(camera)).toEqual([]);
    await mount.remount('size=2g');
    await untilArchived(app, 2);
    await expectSameBytes(app, entries);
    await expectInvariants(app, camera);
  },
);

test.runIf(isRoot)(
  'downloads pause before the disk is full, with a state of its own, and go on by themselves; all else goes on',
  async () => {
    const camera = await useCamera();
    const entries = addDrive(camera, { clips: 2, bytes });
    const mount = await useMount('size=8m');
    const filler = join(mount.path, '.filler');
    await writeFile(filler, Buffer.alloc(7_000_000));
    const app = await useApp({ recordings: mount.path, clock: fastClock(1000) });
    await app.call(routes.updateSettings, { body: { keepFreeGb: 0, diskCriticalPct: 80 } });
    await app.call(routes.addCamera, { body: { name: 'Car', address: camera.address } });
    await untilVolume(app, 'critical');
    await untilActivity(app, 'blocked');
    expect((await app.call(routes.getStatus)).archive.message).toMatch(/fuller than 80 %/);
    expect(downloadsOf(camera)).toEqual([]);
    expect((await app.call(routes.startScan, { body: {} })).state).toBe('running');
    await rm(filler);
    await untilArchived(app, 2);
    await expectSameBytes(app, entries);
    await expectInvariants(app, camera);
  },
);

test('an unmounted look-alike is not written into, not even after it was ready, and can be accepted', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  const aside = `${app.recordings}-aside`;
  await rename(app.recordings, aside);
  await mkdir(app.recordings);
  addDrive(camera, { clips: 1, bytes, start: localTime(2026, 6, 29, 9) });
  await untilVolume(app, 'unmarked');
  await untilActivity(app, 'blocked');
  await untilListedAgain(camera, 2);
  expect(await archiveFiles(app.recordings)).toEqual([]);
  expect((await allClips(app)).map((clip) => clip.state)).toEqual(['archived', 'waiting']);
  expect((await app.call(routes.acceptVolume)).state).toBe('ready');
  await untilArchived(app, 2);
  expect(await archiveFiles(app.recordings)).toHaveLength(2);
});

test('a volume that comes back is used again by itself', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  const aside = `${app.recordings}-aside`;
  await rename(app.recordings, aside);
  const [next] = addDrive(camera, { clips: 1, bytes, start: localTime(2026, 6, 29, 9) });
  await untilVolume(app, 'missing');
  await rename(aside, app.recordings);
  await untilArchived(app, 2);
  await expectSameBytes(app, [next!]);
  await expectInvariants(app, camera);
});

test("another archive's folder is foreign: nothing is written until it is accepted", async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  const marker = join(app.recordings, markerName);
  await writeFile(marker, JSON.stringify({ id: 'another' }));
  addDrive(camera, { clips: 1, bytes, start: localTime(2026, 6, 29, 9) });
  await untilVolume(app, 'foreign');
  expect(await archiveFiles(app.recordings)).toHaveLength(2);
  await writeFile(marker, 'not even json');
  await app.restart();
  await untilVolume(app, 'foreign');
  expect((await app.call(routes.acceptVolume)).state).toBe('ready');
  await untilArchived(app, 2);
  await expect(app.call(routes.acceptVolume)).rejects.toThrow(/nothing to accept/);
});

test('a volume that hangs is slow: the page answers, nothing else waits for it, and the program ends in time', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  const marker = join(app.recordings, markerName);
  const text = await readFile(marker);
  await rm(marker);
  execFileSync('mkfifo', [marker]);
  addDrive(camera, { clips: 1, bytes, start: localTime(2026, 6, 29, 9) });
  await app.restart({ volumeTimeoutMs: 200 });
  expect(['checking', 'slow']).toContain((await app.call(routes.getStatus)).archive.state);
  await untilVolume(app, 'slow');
  await untilActivity(app, 'blocked');
  expect((await app.call(routes.listDays, { query: {} })).days).toHaveLength(2);
  const [clip] = await allClips(app);
  const video = await app.fetch(`/api/clips/${clip!.id}/video`);
  expect([200, 503]).toContain(video.status);
  await video.arrayBuffer();
  expect(app.app.hangs()).toBe(true);
  const stopped = app.app.stop().then(() => 'stopped');
  const deadline = new Promise((resolve) => {
    setTimeout(resolve, 8500, 'too late').unref();
  });
  expect(await Promise.race([stopped, deadline])).toBe('stopped');
  await rescue(marker, text);
});

/** Lets the calls that hang in the pipe go on, or this process could not end either. */
async function rescue(marker: string, text: Buffer): Promise<void> {
  execFileSync('timeout', ['5', 'sh', '-c', 'cat > "$0"', marker], { input: text });
}

test('a folder of the archive that is a file holds its clips back with a reason, and the others go on', async () => {
  const camera = await useCamera();
  const blocked = addDrive(camera, { clips: 8, bytes, start: localTime(2026, 6, 29, 9) });
  const free = addDrive(camera, { clips: 2, bytes, start: localTime(2026, 6, 28, 9) });
  const recordings = await useFolder();
  await writeFile(join(recordings, '2026-06-29'), 'mine');
  const app = await useApp({ recordings, cameraAddress: camera.address, pollMs: 60_000 });
  await untilArchived(app, 2);
  await expectSameBytes(app, free);
  for (const entry of blocked) {
    expect(await clipNamed(app, entry.name)).toMatchObject({
      state: 'held',
      state_reason: 'target',
      attempts: 0,
      last_error: expect.stringMatching(/a file is in the way/),
    });
  }
  expect(await readFile(join(recordings, '2026-06-29'), 'utf8')).toBe('mine');
  expect(await archiveFiles(recordings)).toHaveLength(4);
});

test('clips whose folder was a file arrive once the file is gone', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 2, bytes });
  const recordings = await useFolder();
  await writeFile(join(recordings, '2026-06-28'), 'mine');
  const app = await useApp({ recordings, cameraAddress: camera.address, clock: fastClock(400) });
  await vi.waitFor(
    async () => expect((await allClips(app)).map((clip) => clip.state_reason)).toEqual(['target', 'target']),
    waitLong,
  );
  await rm(join(recordings, '2026-06-28'));
  await untilArchived(app, 2);
  await expectSameBytes(app, entries);
  await expectInvariants(app, camera);
});

test('a file of the same name and other contents is never overwritten; the clip gets a numbered name', async () => {
  const camera = await useCamera();
  const [entry] = addDrive(camera, { clips: 1, bytes });
  const recordings = await useFolder();
  await mkdir(join(recordings, '2026-06-28'));
  const mine = join(recordings, '2026-06-28', entry!.name);
  await writeFile(mine, Buffer.alloc(bytes, 1));
  const app = await useApp({ recordings, cameraAddress: camera.address });
  // Found by its name and size, read when the camera lists the same, and then not taken for the clip.
  await untilArchived(app, 2);
  const rows = await allClips(app);
  expect(rows.map((row) => `${row.path} ${row.origin} ${row.complete}`).toSorted(inOrder)).toEqual([
    `2026-06-28/${entry!.name} found 0`,
    `2026-06-28/${entry!.name.replace('.MP4', '~2.MP4')} sync 1`,
  ]);
  expect(await readFile(mine)).toEqual(Buffer.alloc(bytes, 1));
  const fetched = await readFile(join(recordings, rows.find((row) => row.origin === 'sync')!.path!));
  expect(fetched).toEqual(await bytesOf(entry!.source));
});

test('a whole clip that is already in its place is taken over without being fetched', async () => {
  const camera = await useCamera();
  const [entry] = addDrive(camera, { clips: 1, bytes });
  const recordings = await useFolder();
  await mkdir(join(recordings, '2026-06-28'));
  const parts: Uint8Array[] = [];
  for await (const part of entry!.source.read(0, bytes)) parts.push(part);
  await writeFile(join(recordings, '2026-06-28', entry!.name), Buffer.concat(parts));
  const app = await useApp({ recordings, cameraAddress: camera.address });
  await untilArchived(app, 1);
  expect(await clipNamed(app, entry!.name)).toMatchObject({
    origin: 'found',
    path: `2026-06-28/${entry!.name}`,
  });
  expect(downloadsOf(camera)).toEqual([]);
  await expectInvariants(app, camera);
});

test('archived files carry the time of the recording and can be read by the group and others', async () => {
  const camera = await useCamera();
  const [entry] = addDrive(camera, { clips: 1, bytes });
  const app = await useApp({ cameraAddress: camera.address, zone: 'America/New_York' });
  await untilArchived(app, 1);
  const file = await stat(join(app.recordings, (await clipNamed(app, entry!.name)).path!));
  expect(file.mtimeMs).toBe(Date.UTC(2026, 5, 28, 17, 1));
  expect(file.mode & 0o777).toBe(0o666 & ~process.umask());
});
