import { expect, test } from 'vitest';
import { artifactKey, cachePlace, readCacheName } from './artifact-key.ts';

const clip = {
  id: 1,
  name: 'a.MP4',
  size_bytes: 10,
  mtime_ms: 5,
  local_start: '2026-06-28T13:34:16',
  local_day: '2026-06-28',
};

test('a clip has the same key in every database, and another file has another', () => {
  const key = artifactKey(clip);
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(artifactKey({ ...clip, id: 2, local_day: '2026-06-29' })).toBe(key);
  const others = [
    { name: 'b.MP4' },
    { size_bytes: 11 },
    { size_bytes: null },
    { mtime_ms: 6 },
    { local_start: '2026-06-28T13:34:17' },
  ];
  const keys = others.map((other) => artifactKey({ ...clip, ...other }));
  expect(new Set([key, ...keys]).size).toBe(6);
});

test('a name in the cache tells what it is, and what is not named so is not ours', () => {
  const key = artifactKey(clip);
  const place = cachePlace('filmstrip', key, { version: 3, format: 'webp' });
  expect(place).toBe(`filmstrip/${key.slice(0, 2)}/${key}-3.webp`);
  expect(readCacheName(`${key}-3.webp`)).toEqual({ key, version: 3, format: 'webp' });
  for (const name of ['note.txt', `${key}.webp`, `${key}-3.gif`, `x${key}-3.webp`, '..'])
    expect(readCacheName(name)).toBeNull();
});
