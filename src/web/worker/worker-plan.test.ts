import { expect, test } from 'vitest';
import { answerFrom, isAssetPath, isKeepable, outdatedCaches, pageDenied } from './worker-plan.ts';

test.each([
  ['one build', ['viofosync-a'], []],
  ['two builds', ['viofosync-a', 'viofosync-b'], []],
  [
    'four builds',
    ['viofosync-a', 'viofosync-b', 'viofosync-c', 'viofosync-d'],
    ['viofosync-a', 'viofosync-b'],
  ],
  ['caches of others', ['other-1', 'viofosync-a', 'other-2', 'viofosync-b', 'other-3'], []],
])('of %s, those that no tab can be running any more are let go', (_what, names, outdated) => {
  expect(outdatedCaches(names)).toEqual(outdated);
});

test.each([
  ['/', false],
  ['/archive/2026-06-28/play', false],
  ['/set-up', false],
  ['/apiary', false],
  ['/api', true],
  ['/api/clips/3/video', true],
  ['/api/clips/export', true],
  ['/favicon.svg', true],
  ['/build.json', true],
])('going to %s passes by the worker: %s', (path, passes) => {
  expect(pageDenied.some((pattern) => pattern.test(path))).toBe(passes);
});

test.each([
  ['/assets/index-3fa.js', true],
  ['/api/assets/1', false],
  ['/sw.js', false],
])('%s has its contents in its name: %s', (path, isAsset) => {
  expect(isAssetPath(path)).toBe(isAsset);
});

test.each([
  [{ status: 200, redirected: false }, true],
  [{ status: 200, redirected: true }, false],
  [{ status: 203, redirected: false }, false],
  [{ status: 404, redirected: false }, false],
  [{ status: 502, redirected: false }, false],
])('%j may be kept as a file of the build: %s', (response, may) => {
  expect(isKeepable(response)).toBe(may);
});

const shell = { status: 200, of: 'the worker' };
test.each([
  ['the server answers', { status: 200, of: 'the server' }, shell, 'the server'],
  ['the server refuses', { status: 403, of: 'the server' }, shell, 'the server'],
  ['a proxy answers for it', { status: 502, of: 'the server' }, shell, 'the worker'],
  ['nobody answers', null, shell, 'the worker'],
  ['a proxy answers and nothing is kept', { status: 502, of: 'the server' }, undefined, 'the server'],
  ['nobody answers and nothing is kept', null, undefined, undefined],
])('a page while %s', (_when, answer, kept, of) => {
  expect(answerFrom(answer, kept)?.of).toBe(of);
});
