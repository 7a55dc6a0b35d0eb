import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepCopy, writeFileAtomic } from './files.ts';

async function useFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a file is replaced as a whole and nothing else is left behind', async () => {
  const folder = await useFolder();
  const path = join(folder, 'x.json');
  await writeFile(path, 'old');
  await writeFileAtomic(path, 'new', 0o600);
  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['x.json']);
});

test('when it cannot be replaced, the old content and no temporary file stay', async () => {
  const folder = await useFolder();
  await writeFile(join(folder, 'inside'), '');
  await expect(writeFileAtomic(folder, 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(await readdir(folder)).toEqual(['inside']);
  const beside = await readdir(dirname(folder));
  expect(beside.filter((name) => name.startsWith(basename(folder)))).toEqual([basename(folder)]);
});

test('writing at the same time leaves one of the two contents, whole', async () => {
  const path = join(await useFolder(), 'x');
  const contents = ['a'.repeat(50_000), 'b'.repeat(50_000)];
  await Promise.all(contents.map((content) => writeFileAtomic(path, content)));
  expect(contents).toContain(await readFile(path, 'utf8'));
});

test('a copy of what is not there is no error', async () => {
  const folder = await useFolder();
  await keepCopy(join(folder, 'none'), join(folder, 'copy'));
  expect(await readdir(folder)).toEqual([]);
});
