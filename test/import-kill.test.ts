import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Import, ImportItem } from '../src/shared/imports.ts';
import { clipBytes, named, sendPiece, type TestImports } from './import-archive.ts';
import { expectTrue, useImports } from './import-scenario.ts';
import { waitLong } from './scenario.ts';

interface Child {
  url: string;
  post<T>(path: string, body: object): Promise<T>;
  kill(): Promise<void>;
  ended: Promise<unknown>;
}

/** Imports in a process of its own; `imports` is stopped meanwhile. */
async function startChild(imports: TestImports, ...kill: string[]): Promise<Child> {
  const args = ['--import', 'tsx', 'test/import-child.ts', imports.home, ...kill];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    url,
    ended,
    async post(path, body) {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
      return (await response.json()) as never;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The bytes of what is staged, as the other process has written them. */
const stagedBytes = async (imports: TestImports): Promise<number> => {
  const names = await imports.staged();
  return names[0] === undefined ? 0 : (await stat(join(imports.root, '.viofosync/import', names[0]))).size;
};

test('killed in the middle of a copy, an import goes on by itself and nothing is left over', async () => {
  const imports = await useImports();
  const large = 60_000_000;
  await imports.put(named(1), large);
  await imports.put(named(2), 5000);
  const dry = await imports.plan();
  await imports.stop();
  const child = await startChild(imports);
  await child.post(`/api/imports/${dry.id}/start`, {});
  await vi.waitFor(async () => expect(await stagedBytes(imports)).toBeGreaterThan(5000), {
    ...waitLong,
    interval: 1,
  });
  await child.kill();
  await imports.boot();
  await imports.service.idle();
  expect(await imports.service.get(dry.id)).toMatchObject({
    state: 'done',
    files: { all: 2, done: 2, failed: 0 },
  });
  expect(await imports.staged()).toEqual([]);
  expect((await readdir(join(imports.root, '2026-06-28'))).toSorted()).toEqual([named(1), named(2)]);
  await expectTrue(imports);
});

test.each([
  ['after', 'writing a clip to the disk'],
  ['before', 'filing a clip'],
  ['after', 'filing a clip'],
  ['after', 'removing an imported file from its source'],
])(
  'killed %s %s: row and file agree after the next start, and what is moved exists once',
  async (when, what) => {
    const imports = await useImports();
    const bytes = await clipBytes(50_000, 5);
    await imports.put(named(1), bytes);
    const dry = await imports.plan({ move: true });
    await imports.stop();
    const child = await startChild(imports, when, what);
    await child.post(`/api/imports/${dry.id}/start`, {}).catch(() => undefined);
    await child.ended;
    await imports.boot();
    await imports.service.idle();
    expect(await imports.service.get(dry.id)).toMatchObject({
      state: 'done',
      files: { all: 1, done: 1, failed: 0 },
    });
    expect(await imports.rows()).toMatchObject([
      { state: 'archived', path: `2026-06-28/${named(1)}`, origin: 'import' },
    ]);
    expect(await readdir(join(imports.root, '2026-06-28'))).toEqual([named(1)]);
    expect(await readdir(imports.card)).toEqual([]);
    expect(await imports.staged()).toEqual([]);
    await expectTrue(imports);
  },
);

async function beginUpload(child: Child, bytes: number): Promise<{ id: number; item: ImportItem }> {
  const { id } = await child.post<Import>('/api/uploads', { name: 'DASHCAM' });
  const files = [{ path: `Movie/${named(1)}`, bytes, modifiedAt: null }];
  const { items } = await child.post<{ items: ImportItem[] }>(`/api/uploads/${id}/files`, { files });
  return { id, item: items[0]! };
}

test('killed in the middle of an upload: what was acknowledged is there, and it goes on from that byte', async () => {
  const imports = await useImports();
  const bytes = await clipBytes(9_000_000, 7);
  await imports.stop();
  const child = await startChild(imports);
  const { id, item } = await beginUpload(child, bytes.length);
  await sendPiece(child.url, item.id, 0, bytes.subarray(0, 3_000_000));
  const sending = sendPiece(
    child.url,
    item.id,
    3_000_000,
    endless(bytes.subarray(3_000_000, 5_000_000)),
  ).catch(() => undefined);
  await vi.waitFor(async () => expect(await stagedBytes(imports)).toBeGreaterThan(3_000_000), {
    ...waitLong,
    interval: 1,
  });
  await child.kill();
  await sending;
  // What was written and never told to be durable may be anything.
  const staged = join(imports.root, '.viofosync/import', `${item.id}.part`);
  await writeFile(
    staged,
    Buffer.concat([(await readFile(staged)).subarray(0, 3_000_000), Buffer.alloc(1_500_000, 9)]),
  );
  await imports.boot();
  const again = await imports.service.beginUpload({
    name: 'DASHCAM',
    cameraId: null,
    options: imports.noOptions,
  });
  expect(again.id).toBe(id);
  const told = await imports.service.addFiles(id, [
    { path: `Movie/${named(1)}`, bytes: bytes.length, modifiedAt: null },
  ]);
  expect(told.items).toMatchObject([{ id: item.id, state: 'coming', receivedBytes: 3_000_000 }]);
  await imports.sendPiece(item.id, 3_000_000, bytes.subarray(3_000_000, 6_000_000));
  const last = await imports.sendPiece(item.id, 6_000_000, bytes.subarray(6_000_000));
  expect(await last.json()).toMatchObject({ state: 'done', receivedBytes: bytes.length });
  expect(await imports.service.get(id)).toMatchObject({ state: 'done' });
  expect((await readFile(join(imports.root, `2026-06-28/${named(1)}`))).equals(bytes)).toBe(true);
  await expectTrue(imports);
});

test.each([
  ['before', 'filing a clip'],
  ['after', 'filing a clip'],
])('killed %s %s of an upload: it is in the archive after the next start', async (when, what) => {
  const imports = await useImports();
  const bytes = await clipBytes(60_000, 8);
  await imports.stop();
  const child = await startChild(imports, when, what);
  const { id, item } = await beginUpload(child, bytes.length);
  await sendPiece(child.url, item.id, 0, bytes).catch(() => undefined);
  await child.ended;
  await imports.boot();
  await imports.service.idle();
  expect(await imports.service.get(id)).toMatchObject({ state: 'done', files: { done: 1 } });
  expect(await imports.rows()).toMatchObject([{ path: `2026-06-28/${named(1)}`, size_bytes: bytes.length }]);
  expect(await readdir(join(imports.root, '2026-06-28'))).toEqual([named(1)]);
  expect(await imports.staged()).toEqual([]);
  await expectTrue(imports);
});

/** Some bytes, and then nothing. */
const endless = (bytes: Uint8Array): ReadableStream =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 65_536) controller.enqueue(bytes.subarray(at, at + 65_536));
    },
  });
