import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { seededRandom } from '../simulator/random.ts';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { archiveFiles, inOrder, visibleFiles } from './invariants.ts';
import {
  addDrive,
  bytesDownloaded,
  cardBytes,
  downloadsOf,
  rangeStart,
  sha256,
  useCamera,
  waitLong,
} from './scenario.ts';
import { runToEnd, startServer } from './server-process.ts';
import type { CardEntry } from '../simulator/card.ts';
import type { RequestRecord } from '../simulator/request-log.ts';

async function useFolders() {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-crash-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return { configDir: join(home, 'config'), recordings: join(home, 'recordings') };
}

async function archivedClips(url: string): Promise<number> {
  const response = await fetch(`${url}/api/status`);
  return ((await response.json()) as { archive: { clips: number } }).archive.clips;
}

async function withDatabase<T>(configDir: string, use: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase({ configDir, now: new Date() });
  try {
    return await use(db);
  } finally {
    await db.destroy();
  }
}

async function expectAllOnce(
  folders: { configDir: string; recordings: string },
  entries: readonly CardEntry[],
): Promise<void> {
  const rows = await withDatabase(folders.configDir, (db) =>
    db.selectFrom('clip').selectAll().orderBy('name').execute(),
  );
  expect(rows.map((row) => [row.name, row.state])).toEqual(entries.map((entry) => [entry.name, 'archived']));
  expect(await visibleFiles(folders.recordings)).toEqual(rows.map((row) => row.path ?? '').toSorted(inOrder));
  expect((await archiveFiles(folders.recordings)).filter((path) => path.endsWith('.part'))).toEqual([]);
  for (const [index, entry] of entries.entries()) {
    const file = await readFile(join(folders.recordings, rows[index]!.path!));
    expect(createHash('sha256').update(file).digest('hex')).toBe(await sha256(entry.source));
  }
}

/** What lay in the archive, parts included, when a process was killed: bytes by clip, and the requests until then. */
interface Held {
  requests: number;
  bytes: Map<string, number>;
}

async function bytesHeld(recordings: string): Promise<Map<string, number>> {
  const files = await archiveFiles(recordings);
  const sizes = files.map(async (path): Promise<[string, number]> => {
    const { size } = await stat(join(recordings, path));
    return [basename(path).replace(/\.part$/, ''), size];
  });
  return new Map(await Promise.all(sizes));
}

/**
 * Bytes that were on the disk at a kill and were sent again later. Bytes that the dead process had not read yet are
 * none of them: how many lie in the kernel's buffers depends on the machine.
 */
function bytesAskedAgain(requests: readonly RequestRecord[], kills: readonly Held[]): number {
  return requests.reduce((sum, request, index) => {
    const before = kills.findLast((kill) => kill.requests <= index);
    const size = before?.bytes.get(basename(request.path)) ?? 0;
    const from = rangeStart(request);
    return sum + Math.max(0, Math.min(size, from + request.bytesSent) - from);
  }, 0);
}

test('kill -9 at ten random moments loses nothing, duplicates nothing and fetches little twice', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 30_000_000 });
  const entries = addDrive(camera, { clips: 24, bytes: 8_000_000 });
  const total = cardBytes(entries);
  const folders = await useFolders();
  const random = seededRandom(2026);
  const held: Held[] = [];
  for (let kills = 0; kills < 10; kills++) {
    const server = await startServer({ ...folders, camera: camera.address });
    const goal = ((kills + random()) / 10.5) * total;
    await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(goal), waitLong);
    await server.kill();
    held.push({ requests: downloadsOf(camera).length, bytes: await bytesHeld(folders.recordings) });
  }
  const server = await startServer({ ...folders, camera: camera.address });
  await vi.waitFor(async () => expect(await archivedClips(server.url)).toBe(24), waitLong);
  expect(await server.end('SIGTERM')).toBe(0);
  await expectAllOnce(folders, entries);
  expect(camera.violations).toEqual([]);
  expect(held.some(({ bytes }) => [...bytes.values()].some((size) => size > 1_000_000))).toBe(true);
  expect(bytesAskedAgain(downloadsOf(camera), held) / total).toBeLessThanOrEqual(0.02);
}, 120_000);

test('Ctrl-C in the middle of a transfer ends the program with code 0, and the next start goes on', async () => {
  const camera = await useCamera();
  camera.faults.set({ bytesPerSecond: 2_000_000 });
  const entries = addDrive(camera, { clips: 1, bytes: 3_000_000 });
  const folders = await useFolders();
  const server = await startServer({ ...folders, camera: camera.address });
  await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(1_000_000), waitLong);
  expect(await server.end('SIGINT')).toBe(0);
  camera.faults.clear();
  const again = await startServer({ ...folders, camera: camera.address });
  await vi.waitFor(async () => expect(await archivedClips(again.url)).toBe(1), waitLong);
  // The few bytes of its track aside.
  const [, resumed] = downloadsOf(camera).filter((request) => request.bytesSent > 500_000);
  expect(rangeStart(resumed!)).toBeGreaterThan(700_000);
  expect(await again.end('SIGTERM')).toBe(0);
  await expectAllOnce(folders, entries);
}, 60_000);

test('Ctrl-C ends the program in time although the recordings volume hangs', async () => {
  const folders = await useFolders();
  await mkdir(folders.recordings);
  const marker = join(folders.recordings, markerName);
  execFileSync('mkfifo', [marker]);
  const server = await startServer(folders);
  const status = (await (await fetch(`${server.url}/api/status`)).json()) as { archive: { state: string } };
  expect(status.archive.state).toBe('checking');
  const deadline = new Promise((resolve) => {
    setTimeout(resolve, 9000, 'too late').unref();
  });
  expect(await Promise.race([server.end('SIGINT'), deadline])).not.toBe('too late');
  expect(server.log.map((line) => line['msg'])).toContain('stopped');
}, 30_000);

test('mistakes of the environment are all told at once, with exit code 2 and nothing started', async () => {
  const { code, stderr } = await runToEnd([], {
    CONFIG_DIR: '/dev/null/config',
    TZ: 'Mars/Olympus',
    WEB_PORT: 'eighty',
    WEB_HOST: 'http://nas/',
    LOG_LEVEL: 'loud',
    LOG_FORMAT: 'prose',
  });
  expect(code).toBe(2);
  for (const name of ['CONFIG_DIR', 'TZ', 'WEB_PORT', 'WEB_HOST', 'LOG_LEVEL', 'LOG_FORMAT'])
    expect(stderr).toContain(`${name}: `);
});

test('--version and --help answer without starting anything', async () => {
  const version = await runToEnd(['--version'], { CONFIG_DIR: '/dev/null/config' });
  expect([version.code, version.stderr]).toEqual([0, '']);
  const help = await runToEnd(['--help'], { CONFIG_DIR: '/dev/null/config' });
  expect(help.code).toBe(0);
  for (const name of ['CONFIG_DIR', 'RECORDINGS', 'TZ', 'WEB_PORT', '--camera'])
    expect(help.stdout).toContain(name);
  expect((await runToEnd(['--nonsense'], {})).code).toBe(2);
});
