import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ImportItem, UploadFile } from '../src/shared/imports.ts';
import { clipBytes, named, sha256Of, type TestImports } from './import-archive.ts';
import { expectTrue, useImports } from './import-scenario.ts';
import { waitLong } from './scenario.ts';

/** An upload with these files told of. */
async function begin(
  imports: TestImports,
  files: (Pick<UploadFile, 'path' | 'bytes'> & Partial<UploadFile>)[],
): Promise<{ id: number; items: ImportItem[] }> {
  const { id } = await imports.service.beginUpload({
    name: 'Card',
    cameraId: null,
    options: imports.noOptions,
  });
  const { items } = await imports.service.addFiles(
    id,
    files.map((file) => ({ modifiedAt: null, ...file })),
  );
  return { id, items };
}

/** The pieces of a file in turn; the last answer. */
async function send(
  imports: TestImports,
  item: ImportItem,
  bytes: Uint8Array,
  pieceBytes = 3000,
): Promise<ImportItem> {
  let last = item;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const response = await imports.sendPiece(item.id, at, bytes.subarray(at, at + pieceBytes));
    expect(response.status).toBe(200);
    last = (await response.json()) as ImportItem;
  }
  return last;
}

test('a file that comes in pieces is filed with its last one, with its folder’s meaning and its own time', async () => {
  const imports = await useImports();
  const bytes = await clipBytes(10_000, 3);
  const at = Date.UTC(2026, 5, 28, 12, 2);
  const { id, items } = await begin(imports, [
    { path: `DCIM/Movie/RO/${named(1)}`, bytes: bytes.length, modifiedAt: at },
  ]);
  expect(items).toMatchObject([
    { verdict: 'new', state: 'planned', receivedBytes: 0, channel: 'front', kind: 'normal' },
  ]);
  const done = await send(imports, items[0]!, bytes);
  expect(done).toMatchObject({ state: 'done', receivedBytes: bytes.length });
  expect(await imports.row(named(1))).toMatchObject({
    locked: 1,
    origin: 'import',
    sha256: sha256Of(bytes),
    mtime_ms: at,
    path: `2026-06-28/${named(1)}`,
  });
  expect(await imports.service.get(id)).toMatchObject({ state: 'done', files: { all: 1, done: 1 } });
  expect(await imports.staged()).toEqual([]);
  await expectTrue(imports);
  // The answer to the last piece may have been lost.
  expect(await (await imports.sendPiece(done.id, 9000, bytes.subarray(9000))).json()).toEqual(done);
  // What is here is not asked for again, and more files may follow.
  const more = await imports.service.addFiles(id, [
    { path: `DCIM/Movie/${named(1)}`, bytes: bytes.length, modifiedAt: at },
    { path: `DCIM/Movie/${named(2)}`, bytes: 9000, modifiedAt: null },
  ]);
  expect(more.items.map(({ verdict, state }) => [verdict, state])).toEqual([
    ['known', 'left'],
    ['new', 'planned'],
  ]);
  expect(more.import.state).toBe('running');
});

test('an upload survives a reload and a restart, and says from which byte on it goes on', async () => {
  const imports = await useImports();
  const bytes = await clipBytes(10_000, 4);
  const file = { path: named(1), bytes: bytes.length };
  const { id, items } = await begin(imports, [file]);
  await imports.sendPiece(items[0]!.id, 0, bytes.subarray(0, 4000));
  await imports.restart();
  const again = await begin(imports, [file]);
  expect(again).toMatchObject({ id, items: [{ state: 'coming', receivedBytes: 4000 }] });
  const wrong = await imports.sendPiece(items[0]!.id, 0, bytes);
  expect(wrong.status).toBe(409);
  expect(await wrong.json()).toMatchObject({
    error: { code: 'conflict', details: [{ field: 'offset', message: '4000' }] },
  });
  const last = await imports.sendPiece(items[0]!.id, 4000, bytes.subarray(4000));
  expect(await last.json()).toMatchObject({ state: 'done' });
  expect((await readFile(join(imports.root, `2026-06-28/${named(1)}`))).equals(bytes)).toBe(true);
});

test('bytes of a transfer that broke off are kept, and a new request takes the place of one that hangs', async () => {
  const imports = await useImports();
  const bytes = await clipBytes(400_000, 5);
  const { id, items } = await begin(imports, [{ path: named(1), bytes: bytes.length }]);
  const item = items[0]!;
  const abort = new AbortController();
  const stalled = new ReadableStream({
    start: (controller) => controller.enqueue(bytes.subarray(0, 100_000)),
  });
  const hanging = fetch(`${imports.url}/api/uploads/items/${item.id}?offset=0`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: stalled,
    duplex: 'half',
    signal: abort.signal,
  } as RequestInit).catch(() => undefined);
  await vi.waitFor(async () => expect((await imports.items(id))[0]?.state).toBe('coming'), waitLong);
  // Whoever comes after it is told where it got to.
  const offset = await vi.waitFor(async () => {
    const refused = await imports.sendPiece(item.id, 399_999, bytes.subarray(0, 1));
    expect(refused.status).toBe(409);
    const { error } = (await refused.json()) as { error: { details: { message: string }[] } };
    return Number(error.details[0]?.message);
  }, waitLong);
  abort.abort();
  await hanging;
  expect(offset).toBeLessThanOrEqual(100_000);
  const done = await imports.sendPiece(item.id, offset, bytes.subarray(offset));
  expect(await done.json()).toMatchObject({ state: 'done' });
  await expectTrue(imports);
});

/** A body whose length nobody tells beforehand, in several chunks. */
const streamed = (bytes: Uint8Array, chunkBytes = 4000): ReadableStream =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += chunkBytes)
        controller.enqueue(bytes.subarray(at, at + chunkBytes));
      controller.close();
    },
  });

test('a piece with more bytes than were told is refused in words, and what was durable before it stays', async () => {
  const imports = await useImports();
  const bytes = await clipBytes(10_000, 6);
  const { items } = await begin(imports, [{ path: named(1), bytes: 6000 }]);
  const item = items[0]!;
  expect((await imports.sendPiece(item.id, 0, bytes)).status).toBe(400);
  expect((await imports.sendPiece(item.id, 0, bytes.subarray(0, 3000))).status).toBe(200);
  const refused = await imports.sendPiece(item.id, 3000, streamed(bytes.subarray(3000), 1000));
  expect(refused.status).toBe(400);
  const { error } = (await refused.json()) as { error: { message: string; details: object[] } };
  expect(error.message).toBe(
    'The file was said to have 6000 bytes; more came. The piece was refused, the next byte is 3000.',
  );
  expect(error.details).toEqual([{ field: 'offset', message: '3000' }]);
  expect(await imports.items(1)).toMatchObject([
    { state: 'coming', receivedBytes: 3000, message: error.message },
  ]);
  expect(await imports.staged()).toHaveLength(1);
  // The right bytes go on from there, also after a restart; of the refused ones none is in the file.
  await imports.restart();
  const done = await imports.sendPiece(item.id, 3000, bytes.subarray(3000, 6000));
  expect(await done.json()).toMatchObject({ state: 'done', receivedBytes: 6000 });
  expect(await imports.row(named(1))).toMatchObject({ sha256: sha256Of(bytes.subarray(0, 6000)) });
  expect(await imports.staged()).toEqual([]);
});

test('a piece of more than 8 MiB that did not say so is refused, and its file goes on from where it was', async () => {
  const imports = await useImports();
  const most = 8 * 1024 * 1024;
  const bytes = await clipBytes(most + 5000, 7);
  const { items } = await begin(imports, [{ path: named(1), bytes: bytes.length }]);
  const item = items[0]!;
  const refused = await imports.sendPiece(item.id, 0, streamed(bytes, 1_000_000));
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    error: { message: expect.stringContaining(`A piece has at most ${most} bytes`) as string },
  });
  expect(await imports.items(1)).toMatchObject([{ receivedBytes: 0 }]);
  expect(await send(imports, item, bytes, 4_000_000)).toMatchObject({ state: 'done' });
  await expectTrue(imports);
});

test('a file that was told of anew with another size begins anew', async () => {
  const imports = await useImports();
  const bytes = await clipBytes(10_000, 8);
  const { items } = await begin(imports, [{ path: named(1), bytes: 6000 }]);
  await imports.sendPiece(items[0]!.id, 0, bytes.subarray(0, 3000));
  // Told as it is, it comes in.
  const again = await begin(imports, [{ path: named(1), bytes: bytes.length }]);
  expect(await send(imports, again.items[0]!, bytes)).toMatchObject({ state: 'done' });
  const large = await begin(imports, [{ path: named(2), bytes: 20_000_000 }]);
  const huge = await imports.sendPiece(large.items[0]!.id, 0, Buffer.alloc(8 * 1024 * 1024 + 1));
  expect(huge.status).toBe(400);
});

test('names that lead elsewhere, have a NUL in them or 300 bytes are only names', async () => {
  const imports = await useImports();
  const paths = [
    `../../../etc/${named(1)}`,
    `..\\..\\windows\\${named(2)}`,
    `/absolute/${named(3)}`,
    `a\0b/\0evil\0.mp4`,
    `${'x'.repeat(300)}.mp4`,
    '..',
    `DCIM/./Movie//${named(4)}`,
  ];
  const files = await Promise.all(
    paths.map(async (path, at) => ({ path, bytes: 5000 + at, content: await clipBytes(5000 + at, 20 + at) })),
  );
  const { items } = await begin(
    imports,
    files.map(({ path, bytes }) => ({ path, bytes })),
  );
  expect(items.map(({ path }) => path)).toEqual([
    `etc/${named(1)}`,
    `windows/${named(2)}`,
    `absolute/${named(3)}`,
    'a_b/_evil_.mp4',
    `${'x'.repeat(300)}.mp4`,
    '_',
    `DCIM/Movie/${named(4)}`,
  ]);
  expect(items[5]).toMatchObject({ verdict: 'other', state: 'left' });
  for (const [at, item] of items.entries())
    if (item.state === 'planned') await send(imports, item, files[at]!.content);
  const rows = await imports.rows();
  expect(rows.map(({ path }) => path!.split('/')[0])).toEqual([
    '2026-06-28',
    '2026-06-28',
    '2026-06-28',
    'Unclassified',
    'Unclassified',
    '2026-06-28',
  ]);
  expect(await readdir(imports.home)).toEqual(['card', 'config', 'recordings']);
  await expectTrue(imports);
});

test.each([['before'], ['after']])('a GPX file that comes %s its clip lies beside it', async (order) => {
  const imports = await useImports();
  const bytes = await clipBytes(6000, 9);
  const gpx = Buffer.from('<gpx version="1.1"/>');
  const { id, items } = await begin(imports, [
    { path: `Movie/${named(1)}`, bytes: bytes.length },
    { path: `Movie/${named(1)}.gpx`, bytes: gpx.length },
    { path: 'Movie/walk.gpx', bytes: 100 },
  ]);
  expect(items.map(({ verdict }) => verdict)).toEqual(['new', 'companion', 'other']);
  const [clip, companion] = items;
  if (order === 'before') await send(imports, companion!, gpx);
  await send(imports, clip!, bytes);
  if (order === 'after') await send(imports, companion!, gpx);
  expect(await readFile(join(imports.root, `2026-06-28/${named(1)}.gpx`))).toEqual(gpx);
  expect(await imports.row(named(1))).toMatchObject({ gpx_sidecar: 1, track_due: 1 });
  expect(await imports.service.get(id)).toMatchObject({ state: 'done', files: { all: 1, done: 1 } });
  expect(await imports.staged()).toEqual([]);
});

test('a paused upload takes no bytes until it is started again, a cancelled one leaves nothing', async () => {
  const imports = await useImports();
  const bytes = await clipBytes(9000, 10);
  const { id, items } = await begin(imports, [{ path: named(1), bytes: bytes.length }]);
  const item = items[0]!;
  await imports.sendPiece(item.id, 0, bytes.subarray(0, 3000));
  expect(await imports.service.pause(id)).toMatchObject({ state: 'paused' });
  expect((await imports.sendPiece(item.id, 3000, bytes.subarray(3000))).status).toBe(409);
  await imports.service.startImport(id, {});
  expect((await imports.sendPiece(item.id, 3000, bytes.subarray(3000, 6000))).status).toBe(200);
  expect(await imports.service.cancel(id)).toMatchObject({ state: 'cancelled', files: { done: 0 } });
  expect(await imports.staged()).toEqual([]);
  expect((await imports.sendPiece(item.id, 6000, bytes.subarray(6000))).status).toBe(409);
});

test('the same bytes that came twice under two names are filed once; without room nothing is taken', async () => {
  let isFull = false;
  const room = {
    makeRoom: async () =>
      isFull ? { ok: false as const, reason: 'No room.' } : { ok: true as const, settle: () => undefined },
    freeFromTrash: async () => 0,
  };
  const imports = await useImports({ deps: { room } });
  const bytes = await clipBytes(6000, 11);
  const { items } = await begin(imports, [
    { path: named(1), bytes: 6000 },
    { path: 'Copy.mp4', bytes: 6000 },
    { path: named(2), bytes: 6001 },
  ]);
  await send(imports, items[0]!, bytes);
  expect(await send(imports, items[1]!, bytes)).toMatchObject({ state: 'left', verdict: 'known' });
  isFull = true;
  expect(await (await imports.sendPiece(items[2]!.id, 0, bytes)).json()).toMatchObject({
    state: 'left',
    verdict: 'too_big',
    message: 'No room.',
  });
  expect(await imports.rows()).toHaveLength(1);
});

test('what is no upload, or no bytes, is refused', async () => {
  const imports = await useImports();
  expect((await imports.sendPiece(99, 0, new Uint8Array(1))).status).toBe(404);
  const { items } = await begin(imports, [{ path: named(1), bytes: 5000 }]);
  const text = await imports.call('PUT', `/api/uploads/items/${items[0]!.id}?offset=0`, { a: 1 });
  expect(text.status).toBe(400);
  expect((await imports.call('POST', '/api/uploads/7/files', { files: [] })).status).toBe(400);
});
