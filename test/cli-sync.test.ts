import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { CardEntry } from '../simulator/card.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { useMount } from './mounts.ts';
import {
  addDrive,
  bytesDownloaded,
  bytesOf,
  cardBytes,
  downloadsOf,
  useCamera,
  waitLong,
} from './scenario.ts';
import { beginRun, runToEnd, startServer } from './server-process.ts';

async function useFolder(name = 'viofosync-cli-'): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), name));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function useCard(clips = 3, bytes = 40_000) {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips, bytes });
  return { camera, entries, destination: await useFolder() };
}

const zone = { TZ: 'Europe/London' };

/** `viofosync sync --once`, to its end. */
const sync = (camera: Pick<SimulatedCamera, 'address'>, destination: string, ...more: string[]) =>
  runToEnd(['sync', '--once', camera.address, '--destination', destination, ...more], zone);

/** Finished clips below a folder, by their paths. */
async function clipsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((name) => /\.(MP4|JPG)$/i.test(name)).toSorted();
}

/** Every file below a folder: path, size and time of its last change. */
async function everythingIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.toSorted().map(async (path) => {
      const { size, mtimeMs, mode } = await stat(path);
      const isFolder = (mode & 0o170000) === 0o040000;
      return isFolder ? path : `${path} ${size} ${mtimeMs}`;
    }),
  );
}

const pathOf = (entry: CardEntry) =>
  `${entry.name.slice(0, 4)}-${entry.name.slice(5, 7)}-${entry.name.slice(7, 9)}/${entry.name}`;

const namesFetched = (camera: SimulatedCamera) =>
  downloadsOf(camera).map((request) => request.path.split('/').at(-1));

test('everything is fetched without a word, and a second run fetches nothing', async () => {
  const { camera, entries, destination } = await useCard();
  expect(await sync(camera, destination)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await clipsIn(destination)).toEqual(entries.map(pathOf));
  for (const entry of entries)
    expect(await readFile(join(destination, pathOf(entry)))).toEqual(await bytesOf(entry.source));
  const state = await stat(join(destination, '.viofosync'));
  expect(state.mode & 0o777).toBe(0o700);

  const fetched = downloadsOf(camera).length;
  expect(await sync(camera, destination)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(downloadsOf(camera)).toHaveLength(fetched);
});

test('an archive of the first version is known again, whatever its layout', async () => {
  const { camera, entries, destination } = await useCard();
  const [first] = entries as [CardEntry];
  await mkdir(join(destination, '2026'));
  await writeFile(join(destination, '2026', first.name), await bytesOf(first.source));
  const dry = await sync(camera, destination, '--dry-run');
  expect(dry.stdout).not.toContain(first.name);
  expect((await sync(camera, destination)).code).toBe(0);
  expect(namesFetched(camera)).not.toContain(first.name);
  expect(await clipsIn(destination)).toHaveLength(entries.length);
});

test('a camera that got another address is the same camera, and nothing is fetched twice', async () => {
  const { camera, destination } = await useCard();
  await sync(camera, destination);
  const fetched = downloadsOf(camera).length;
  const moved = { address: camera.address.replace('127.0.0.1', 'localhost') };
  expect(await sync(moved, destination)).toMatchObject({ code: 0 });
  expect(downloadsOf(camera)).toHaveLength(fetched);
});

test('a line for each clip when asked for', async () => {
  const { camera, entries, destination } = await useCard();
  const { code, stdout, stderr } = await sync(camera, destination, '-v');
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(entries.length);
  for (const entry of entries) expect(stdout).toContain(`${entry.name}  40 kB  ${pathOf(entry)}`);
});

test('the clip that is being recorded is left for the next run', async () => {
  const { camera, destination } = await useCard(2);
  camera.device.switchRecording(true);
  expect((await sync(camera, destination)).code).toBe(0);
  expect(await clipsIn(destination)).toHaveLength(1);
});

test('of two runs at once the second ends with 6, and so it does beside a server', async () => {
  const { camera, destination } = await useCard(2, 400_000);
  camera.faults.set({ bytesPerSecond: 100_000 });
  const first = beginRun(['sync', '--once', camera.address, '-d', destination], zone);
  await vi.waitFor(() => expect(downloadsOf(camera)).not.toEqual([]), waitLong);
  const second = await sync(camera, destination);
  expect(second).toMatchObject({ code: 6, stdout: '' });
  expect(second.stderr).toMatch(/^viofosync: .* is in use by another viofosync.*\n$/);
  camera.faults.set({ bytesPerSecond: null });
  expect((await first.ended).code).toBe(0);

  const configDir = await useFolder();
  await startServer({ configDir, recordings: destination });
  const beside = ['sync', '--once', camera.address, '-d', destination];
  expect((await runToEnd(beside, { ...zone, CONFIG_DIR: configDir })).code).toBe(6);
});

test('without a camera it ends with 3, and with another device there', async () => {
  const { camera, destination } = await useCard();
  camera.faults.set({ persona: 'router' });
  const router = await sync(camera, destination);
  expect(router).toMatchObject({ code: 3, stdout: '' });
  expect(router.stderr).toMatch(/^viofosync: .+\n$/);
  await camera.stop();
  const absent = await sync(camera, destination);
  expect(absent).toMatchObject({ code: 3, stdout: '' });
  expect(absent.stderr).toMatch(/^viofosync: .+\n$/);
  expect(await clipsIn(destination)).toEqual([]);
});

test('wrong usage ends with 2 and touches nothing', async () => {
  const { camera, destination } = await useCard(1);
  const mistakes: [string[], RegExp][] = [
    [['--keep', 'long'], /12h, 10d, 2w/],
    [['--filter', 'left'], /front, rear/],
    [['--priority', 'size'], /date, rdate/],
    [['--grouping', 'hourly'], /daily/],
    [['--everything'], /--everything/],
  ];
  const outcomes = await Promise.all(mistakes.map(([wrong]) => sync(camera, destination, ...wrong)));
  for (const [index, [wrong, words]] of mistakes.entries()) {
    const { code, stderr } = outcomes[index]!;
    expect(code, wrong.join(' ')).toBe(2);
    expect(stderr).toMatch(words);
  }
  expect([await readdir(destination), camera.log.all]).toEqual([[], []]);
});

test('without --once, with a wrong address or a wrong environment it ends with 2', async () => {
  const destination = await useFolder();
  const where = ['--destination', destination];
  const [server, ...others] = await Promise.all([
    runToEnd(['sync', '192.168.1.254', ...where], zone),
    runToEnd(['sync', '--once', 'http://x/y', ...where], zone),
    runToEnd(['sync', '--once'], zone),
    runToEnd(['sync', '--once', '127.0.0.1:9', ...where], { TZ: 'Nowhere' }),
  ]);
  expect(server).toMatchObject({ code: 2, stdout: '' });
  expect(server.stderr).toMatch(/^viofosync: sync needs --once\..*server\.\n$/);
  expect(others.map(({ code }) => code)).toEqual([2, 2, 2]);
});

test('a destination that is missing, full or read-only ends with 5', async () => {
  const { camera } = await useCard();
  const missing = await sync(camera, '/nonexistent/folder');
  expect(missing).toMatchObject({ code: 5, stdout: '' });
  expect(missing.stderr).toMatch(/^viofosync: \/nonexistent\/folder does not exist.*\n$/);

  const small = await useMount('size=4m');
  const full = await sync(camera, small.path);
  expect(full).toMatchObject({ code: 5, stdout: '' });
  expect(full.stderr).toMatch(/^viofosync: .*free.*\n$/);
  expect(await clipsIn(small.path)).toEqual([]);

  await small.remount('ro');
  expect((await sync(camera, small.path)).code).toBe(5);
  expect(downloadsOf(camera)).toEqual([]);
});

test('a clip that cannot be fetched does not keep the others away, and the run ends with 4', async () => {
  const { camera, entries, destination } = await useCard();
  const broken = entries[1]!;
  camera.faults.set({ closeAfterBytes: 0, match: broken.name });
  const { code, stdout, stderr } = await sync(camera, destination);
  expect([code, stdout]).toEqual([4, '']);
  expect(stderr).toMatch(/^viofosync: 1 clip could not be fetched\.\n/);
  expect(stderr).toContain(`  ${broken.name}: `);
  expect(await clipsIn(destination)).toEqual(entries.filter((entry) => entry !== broken).map(pathOf));
  camera.faults.clear();
  expect(await sync(camera, destination)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await clipsIn(destination)).toHaveLength(entries.length);
});

test('a dry run prints what would be fetched, in its order, and changes nothing', async () => {
  const { camera, entries, destination } = await useCard();
  const order = ['--priority', 'date'];
  const first = await sync(camera, destination, '--dry-run', ...order);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
    ...entries.map((entry) => entry.name),
    '3',
    '',
  ]);
  expect(first.stdout).toMatch(/^3 clips, 120 kB$/m);
  expect(await readdir(destination)).toEqual([]);

  await sync(camera, destination, '--filter', 'rear');
  const before = await everythingIn(destination);
  const fetched = downloadsOf(camera).length;
  const second = await sync(camera, destination, '--dry-run', '-p', 'rdate');
  expect(second.stdout.split('\n')[0]).toContain(entries.at(-1)!.name);
  expect(await everythingIn(destination)).toEqual(before);
  expect(downloadsOf(camera)).toHaveLength(fetched);
});

test('a dry run beside a running server tells what that has not fetched yet', async () => {
  const { camera, entries, destination } = await useCard(3);
  const configDir = await useFolder();
  await startServer({ configDir, recordings: destination, camera: camera.address });
  await vi.waitFor(async () => expect(await clipsIn(destination)).toHaveLength(3), waitLong);
  const late = camera.card.addClip({
    startedLocal: localTime(2026, 6, 29, 9),
    source: tinyMp4Source(9, 30_000, { startedLocal: localTime(2026, 6, 29, 9) }),
  });
  camera.faults.set({ closeAfterBytes: 0 });
  const args = ['sync', '--once', camera.address, '-d', destination, '--dry-run'];
  const { code, stdout } = await runToEnd(args, { ...zone, CONFIG_DIR: configDir });
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^${late.name} .*\n1 clip, 30 kB\n$`));
  expect(stdout).not.toContain(entries[0]!.name);
});

test('a filter fetches only what it names, and the rest is not forgotten', async () => {
  const camera = await useCamera({ channels: 2 });
  const destination = await useFolder();
  const add = (minute: number, more: Partial<Parameters<typeof camera.card.addClip>[0]>) => {
    const startedLocal = localTime(2026, 6, 28, 13, minute);
    return camera.card.addClip({
      startedLocal,
      source: tinyMp4Source(minute, 20_000, { startedLocal }),
      ...more,
    });
  };
  const front = add(1, { channel: 'front' });
  const rear = add(1, { channel: 'rear' });
  const parked = add(30, { channel: 'front', kind: 'parking' });
  const locked = add(50, { channel: 'rear', locked: true });

  expect((await sync(camera, destination, '-f', 'Parking,locked', '-f', 'front')).code).toBe(0);
  expect(await clipsIn(destination)).toEqual([pathOf(parked)]);
  expect((await sync(camera, destination, '--filter', 'rear')).code).toBe(0);
  expect(await clipsIn(destination)).toEqual([rear, parked, locked].map(pathOf).toSorted());
  expect((await sync(camera, destination)).code).toBe(0);
  expect(await clipsIn(destination)).toEqual([front, rear, parked, locked].map(pathOf).toSorted());
});

/** Noon, so many days ago, on the camera's clock. */
function daysAgo(days: number): Date {
  const day = new Date(Date.now() - days * 86_400_000);
  return localTime(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate(), 12);
}

test('nothing older than --keep is fetched, in the folders that --grouping says; a later run has its own', async () => {
  const camera = await useCamera();
  const destination = await useFolder();
  const old = addDrive(camera, { clips: 1, bytes: 20_000, start: daysAgo(20) })[0]!;
  const recent = addDrive(camera, { clips: 1, bytes: 20_000, start: daysAgo(3) })[0]!;
  expect((await sync(camera, destination, '--keep', '2w', '--grouping', 'none')).code).toBe(0);
  expect(await clipsIn(destination)).toEqual([recent.name]);
  expect((await sync(camera, destination, '--keep', '1m')).code).toBe(0);
  expect(await clipsIn(destination)).toEqual([pathOf(old), recent.name].toSorted());
});

test('the order is the one asked for', async () => {
  const { camera, entries, destination } = await useCard(4);
  const names = entries.map((entry) => entry.name);
  await sync(camera, destination, '--priority', 'date');
  expect(namesFetched(camera)).toEqual(names);
  camera.log.clear();
  const other = await useFolder();
  await sync(camera, other, '--priority', 'rdate');
  expect(namesFetched(camera)).toEqual(names.toReversed());
});

test('killed in the middle, the next run takes up the bytes that are there', async () => {
  const { camera, entries, destination } = await useCard(1, 3_000_000);
  camera.faults.set({ bytesPerSecond: 1_500_000 });
  const run = beginRun(['sync', '--once', camera.address, '-d', destination], zone);
  const part = join(destination, `${pathOf(entries[0]!)}.part`);
  await vi.waitFor(async () => expect((await stat(part)).size).toBeGreaterThan(1_500_000), waitLong);
  await run.end('SIGKILL');
  camera.faults.clear();
  const before = bytesDownloaded(camera);
  expect(await sync(camera, destination)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await clipsIn(destination)).toEqual(entries.map(pathOf));
  expect(bytesDownloaded(camera) - before).toBeLessThan(cardBytes(entries) - 1_000_000);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('told to stop by %s it ends with %d and keeps what has arrived', async (signal, code) => {
  const { camera, entries, destination } = await useCard(1, 8_000_000);
  camera.faults.set({ bytesPerSecond: 2_000_000 });
  const run = beginRun(['sync', '--once', camera.address, '-d', destination], zone);
  const part = join(destination, `${pathOf(entries[0]!)}.part`);
  await vi.waitFor(async () => expect((await stat(part)).size).toBeGreaterThan(1_900_000), waitLong);
  expect(await run.end(signal)).toEqual({ code, stdout: '', stderr: '' });
  expect((await stat(part)).size).toBeGreaterThan(1_900_000);
  expect(await clipsIn(destination)).toEqual([]);
});

test('a camera that goes away before everything is here ends the run with 4', async () => {
  const { camera, entries, destination } = await useCard(2, 8_000_000);
  camera.faults.set({ bytesPerSecond: 2_000_000 });
  const run = beginRun(['sync', '--once', camera.address, '-d', destination], zone);
  const part = join(destination, `${pathOf(entries[1]!)}.part`);
  await vi.waitFor(async () => expect((await stat(part)).size).toBeGreaterThan(1_900_000), waitLong);
  await camera.stop();
  const { code, stderr } = await run.ended;
  expect(code).toBe(4);
  expect(stderr).toMatch(/^viofosync: The camera has gone: 2 clips could not be fetched\.\n/);
});
