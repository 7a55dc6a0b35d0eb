import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cachedFile, Memo } from './footage-cache.ts';

const writeWhole = (path: string) => writeFile(path, 'whole');

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'footage-cache-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a cached file', () => {
  test('is made once and read afterwards', async () => {
    const cacheDir = join(directory, 'made', 'when', 'missing');
    const first = await cachedFile(cacheDir, 'a.bin', (path) => writeFile(path, 'one'));
    const second = await cachedFile(cacheDir, 'a.bin', (path) => writeFile(path, 'two'));
    expect([first.toString(), second.toString()]).toEqual(['one', 'one']);
  });

  test('is whole for both of two that race for it, and leaves no temporary file', async () => {
    const both = await Promise.all([1, 2].map(() => cachedFile(directory, 'a.bin', writeWhole)));
    expect(both.map(String)).toEqual(['whole', 'whole']);
    expect(await readdir(directory)).toEqual(['a.bin']);
  });

  test('is not there after its making failed half way', async () => {
    const failing = cachedFile(directory, 'a.bin', async (path) => {
      await writeFile(path, 'half');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(await readdir(directory)).toEqual([]);
  });
});

test('a memo makes a thing once, and again only after it failed', async () => {
  const memo = new Memo<number>();
  let made = 0;
  const make = async () => (made += 1);
  expect(await Promise.all([memo.get('a', make), memo.get('a', make), memo.get('b', make)])).toEqual([
    1, 1, 2,
  ]);
  await expect(memo.get('c', () => Promise.reject(new Error('once')))).rejects.toThrow('once');
  expect(await memo.get('c', make)).toBe(3);
});
