import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runsOf } from '../src/server/import/import-bytes.ts';
import { clipBytes, named } from './import-archive.ts';
import { useImports } from './import-scenario.ts';

const mebi = 1024 * 1024;

/** A file of holes, with these bytes in it. */
async function putSparse(
  place: string,
  bytes: number,
  pieces: { at: number; data: Buffer }[],
): Promise<void> {
  const file = await open(place, 'w');
  for (const { at, data } of pieces) await file.write(data, 0, data.length, at);
  await file.truncate(bytes);
  await file.sync();
  await file.close();
}

async function hashOfFile(place: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(place)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const onDisk = async (place: string): Promise<number> => (await stat(place)).blocks * 512;

test.each([
  ['ends in a hole', 96 * mebi],
  ['ends in bytes', 40 * mebi + 5000],
])('a sparse file that %s is copied with its holes, and is the same to the byte', async (_, bytes) => {
  const imports = await useImports();
  const source = join(imports.card, named(1));
  await putSparse(source, bytes, [
    { at: 0, data: await clipBytes(200_000) },
    { at: 10 * mebi + 123, data: Buffer.alloc(70_000, 7) },
    { at: 40 * mebi, data: Buffer.alloc(5000, 8) },
  ]);
  expect(await onDisk(source), 'this file system knows holes').toBeLessThan(mebi);
  const { id } = await imports.bring();
  expect(await imports.items(id)).toMatchObject([{ state: 'done', bytes }]);
  const { path, sha256, size_bytes } = await imports.row(named(1));
  const copy = join(imports.root, path!);
  expect(size_bytes).toBe(bytes);
  expect(await onDisk(copy)).toBeLessThan(mebi);
  expect(await hashOfFile(copy)).toBe(await hashOfFile(source));
  expect(sha256).toBe(await hashOfFile(source));
});

test('a sparse file that is longer than the room there is, is left before a byte of it is copied', async () => {
  const imports = await useImports();
  const { bavail, bsize } = await statfs(imports.root);
  const bytes = Math.round((bavail * bsize + 1e9) / mebi) * mebi;
  await putSparse(join(imports.card, named(1)), bytes, [{ at: 0, data: await clipBytes(200_000) }]);
  await imports.put(named(2));
  const dry = await imports.plan();
  expect(await imports.verdicts(dry.id)).toEqual({ [named(1)]: 'too_big', [named(2)]: 'new' });
  const done = await imports.run(dry.id);
  expect(done).toMatchObject({ state: 'done', files: { all: 1, done: 1, left: 1 } });
  expect(await imports.staged()).toEqual([]);
  expect((await imports.rows()).map(({ name }) => name)).toEqual([named(2)]);
});

test('stretches of zeros are told by blocks of 64 KiB, and what they hold is the piece', () => {
  const piece = Buffer.alloc(5 * 65_536 + 100);
  piece.fill(1, 65_536, 65_536 + 1);
  piece.fill(2, 3 * 65_536 - 1, 3 * 65_536);
  expect(runsOf(piece).map(({ bytes, isHole }) => [bytes.length, isHole])).toEqual([
    [65_536, true],
    [2 * 65_536, false],
    [2 * 65_536 + 100, true],
  ]);
  expect(Buffer.concat(runsOf(piece).map(({ bytes }) => bytes)).equals(piece)).toBe(true);
  expect(runsOf(Buffer.alloc(0))).toEqual([]);
});
