import { expect, test } from 'vitest';
import type { FoundFile } from './scan-plan.ts';
import { planRenames } from './scan-renames-plan.ts';
import type { UnseenClip } from './scan-repository.ts';

const gone = (id: number, change: Partial<UnseenClip> = {}): UnseenClip => ({
  id,
  camera_id: 1,
  name: `${id}.MP4`,
  path: `a/${id}.MP4`,
  size_bytes: 1000,
  mtime_ms: 50_000,
  container: 'mp4',
  sha256: null,
  ...change,
});

const file = (path: string, change: Partial<FoundFile> = {}): FoundFile => ({
  path,
  sizeBytes: 1000,
  mtimeMs: 50_000,
  hasGpx: false,
  sidecar: null,
  ...change,
});

const pairs = (clips: UnseenClip[], files: FoundFile[]) => {
  const { sure, likely } = planRenames(clips, files);
  const words = (some: typeof sure) => some.map((pair) => `${pair.clip.id} ${pair.file.path}`);
  return { sure: words(sure), likely: words([...likely]) };
};

test.each<[string, UnseenClip[], FoundFile[], { sure?: string[]; likely?: string[] }]>([
  ['the same length and time', [gone(1)], [file('x.mp4')], { sure: ['1 x.mp4'] }],
  [
    'the time of a coarse file system',
    [gone(1)],
    [file('x.mp4', { mtimeMs: 52_000 })],
    { sure: ['1 x.mp4'] },
  ],
  ['another ending', [gone(1)], [file('x.ts')], {}],
  ['another length', [gone(1)], [file('x.mp4', { sizeBytes: 999 })], {}],
  ['another time and no hash', [gone(1)], [file('x.mp4', { mtimeMs: 9e9 })], {}],
  [
    'another time and a hash',
    [gone(1, { sha256: 'a' })],
    [file('x.mp4', { mtimeMs: 9e9 })],
    { likely: ['1 x.mp4'] },
  ],
  ['a time that nobody noted', [gone(1, { mtime_ms: null })], [file('x.mp4')], {}],
  ['two files that fit', [gone(1)], [file('x.mp4'), file('y.mp4')], {}],
  ['two clips that fit', [gone(1), gone(2)], [file('x.mp4')], {}],
  [
    'two of each that fit, one with a hash',
    [gone(1), gone(2, { sha256: 'a' })],
    [file('x.mp4'), file('y.mp4')],
    { likely: ['2 x.mp4', '2 y.mp4'] },
  ],
  [
    'one that is sure among others of its length',
    [gone(1, { sha256: 'a' }), gone(2, { mtime_ms: 1e6, sha256: 'b' })],
    [file('x.mp4'), file('y.mp4', { mtimeMs: 2e6 })],
    { sure: ['1 x.mp4'], likely: ['2 y.mp4'] },
  ],
])('%s', (_, clips, files, { sure = [], likely = [] }) => {
  expect(pairs(clips, files)).toEqual({ sure, likely });
});

test('of very many pairs of one length only those that are asked for are made', () => {
  const clips = Array.from({ length: 1000 }, (_, id) => gone(id, { mtime_ms: 0, sha256: 'a' }));
  const files = Array.from({ length: 1000 }, (_, id) => file(`${id}.mp4`, { mtimeMs: 9e9 }));
  const { likely } = planRenames(clips, files);
  expect(Array.isArray(likely)).toBe(false);
  const [first] = likely;
  expect(first).toEqual({ clip: clips[0], file: files[0] });
});
