import { execFileSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type * as workerThreads from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { waitLong } from './scenario.ts';
import { expectTrue, useArchive, type ArchiveOptions, type TestArchive } from './scan-archive.ts';

const hanging = vi.hoisted(() => ({ env: {} as Record<string, string>, threads: 0 }));

// Node's own threads, begun with a file of ours: calls that hang cannot be had otherwise, but on a share that is dead.
vi.mock('node:worker_threads', async (original) => {
  const threads = await original<typeof workerThreads>();
  class Worker extends threads.Worker {
    constructor(file: string | URL, options: workerThreads.WorkerOptions = {}) {
      hanging.threads++;
      const calls = join(import.meta.dirname, 'hanging-calls.cjs');
      super(file, { ...options, execArgv: ['--require', calls], env: { ...process.env, ...hanging.env } });
    }
  }
  return { ...threads, Worker };
});

const folders = 250;
/** Longer than a thread takes to begin on a busy machine. */
const patience = { listTimeoutMs: 5000, timeoutMs: 5000 };

/** So many folders that a thread reads the last of them, and calls at `at` hang in it until they are let go. */
async function hangingAt(
  at: string,
  options: ArchiveOptions,
): Promise<TestArchive & { letGo(): Promise<void> }> {
  const archive = await useArchive(options);
  for (let folder = 0; folder < folders; folder++)
    await archive.put(`f${String(folder).padStart(3, '0')}/2026_0628_${time(folder)}_000001F.MP4`, 10);
  const pipe = join(archive.home, 'pipe');
  execFileSync('mkfifo', [pipe]);
  hanging.env = { HANGS_AT: join(archive.root, at), HANGS_IN: pipe };
  hanging.threads = 0;
  const letGo = async () => {
    // One who could write lets all go that wait for one; and whoever comes later finds nothing to wait for.
    const file = await open(pipe, 'r+').catch(() => null);
    await rm(pipe, { force: true });
    await file?.close();
  };
  // Else the thread would keep this process for ever.
  onTestFinished(letGo);
  return Object.assign(archive, { letGo });
}

const time = (folder: number) => new Date(folder * 60_000).toISOString().slice(11, 19).replaceAll(':', '');

const untilRunning = (archive: TestArchive) =>
  vi.waitFor(() => expect(archive.scan.status.folders).toBeGreaterThan(0), waitLong);

/** On a machine so busy that a thread does not begin in its time, at a later try. */
const untilWhole = (archive: TestArchive) =>
  vi.waitFor(
    async () => {
      await archive.volume.check();
      await archive.look();
      expect(archive.scan.status).toMatchObject({ state: 'done', files: folders, message: null });
    },
    { timeout: 45_000, interval: 100 },
  );

test.each([
  ['reading a folder', 'f230'],
  ['looking at a clip', `f230/2026_0628_${time(230)}_000001F.MP4`],
])(
  'a thread that hangs in %s ends the scan in its time, with its reason; the next finds all',
  async (_, at) => {
    const archive = await hangingAt(at, patience);
    await archive.start();
    await archive.scan.idle();
    expect(archive.scan.status).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(
        /^The recordings volume does not answer \((reading a folder|looking at clips)\)/,
      ),
    });
    // The process knows that it cannot end by itself.
    expect(archive.volume.hangs).toBe(true);
    const { length: filed } = await archive.rows();
    expect(filed).toBeLessThan(folders);
    await archive.letGo();
    await vi.waitFor(() => expect(archive.volume.hangs).toBe(false), waitLong);
    await untilWhole(archive);
    expect(await archive.rows()).toHaveLength(folders);
    await expectTrue(archive);
  },
);

test('scans that are asked for again while a thread hangs begin no more than two, and say why', async () => {
  const archive = await hangingAt('f230', patience);
  await archive.start();
  await archive.scan.idle();
  for (let again = 0; again < 4; again++) await archive.look().catch(() => undefined);
  expect(hanging.threads).toBeLessThanOrEqual(2);
  expect((await archive.volume.check()).state).toBe('slow');
  expect(archive.scan.status.message).toMatch(/does not answer/);
  await archive.letGo();
  await vi.waitFor(() => expect(archive.volume.hangs).toBe(false), waitLong);
  await untilWhole(archive);
  expect(await archive.rows()).toHaveLength(folders);
});

test('a scan whose thread hangs is stopped at once, and the program ends', async () => {
  const archive = await hangingAt('f230', {});
  await archive.start();
  await untilRunning(archive);
  await archive.scan.cancel();
  await archive.scan.idle();
  expect(archive.scan.status.state).toBe('stopped');
  expect(archive.volume.hangs).toBe(true);
  await archive.letGo();
  await vi.waitFor(() => expect(archive.volume.hangs).toBe(false), waitLong);
  await archive.look();
  expect(archive.scan.status).toMatchObject({ state: 'done', found: folders });
});
