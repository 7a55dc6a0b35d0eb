import { describe, expect, test } from 'vitest';
import type { FileFacts } from '../archive/file-port.ts';
import {
  adviceOf,
  canDelete,
  companionsAmong,
  flawOf,
  folderOf,
  freePlace,
  isDue,
  isFreeAmong,
  isMassLoss,
  isUncertain,
  mayBeDone,
  nextTryAt,
  refusalOf,
  removalProblem,
  scopeOf,
  trashPlace,
} from './removal-policy.ts';

const file: FileFacts = { isFile: true, isFolder: false, sizeBytes: 100, mtimeMs: 0, uid: 0, mode: 0o644 };
const hourMs = 3_600_000;

describe('what a failure says of other files', () => {
  test.each([
    ['EACCES', 'folder'],
    ['EPERM', 'folder'],
    ['EBUSY', 'file'],
    ['EISDIR', 'file'],
    ['EROFS', 'volume'],
    ['EIO', 'volume'],
    ['ESTALE', 'volume'],
    ['ENOSPC', 'volume'],
    ['EXDEV', 'volume'],
  ])('%s concerns the %s', (code, scope) => {
    expect(scopeOf(code)).toBe(scope);
  });

  test('a share that fails may have done its work, one that refuses has not', () => {
    expect(['EIO', 'ESTALE', 'ETIMEDOUT'].map(isUncertain)).toEqual([true, true, true]);
    expect(['EROFS', 'EACCES', 'EPERM', 'EBUSY', 'ENOSPC'].map(isUncertain)).not.toContain(true);
  });
});

describe('what may be deleted', () => {
  test('only a regular file of the size that was filed', () => {
    expect(flawOf(file, 100)).toBeNull();
    expect(flawOf(file, 101)).toMatchObject({
      code: 'changed',
      reason: expect.stringMatching(/another size/),
    });
    expect(flawOf({ ...file, isFile: false }, 100)).toMatchObject({
      reason: expect.stringMatching(/folder or a link/),
    });
    expect(flawOf(file, null), 'a size that nobody knows').toMatchObject({ code: 'changed' });
  });

  test.each([
    ['ready', 1, true],
    ['critical', 1, true],
    ['full', 0, true],
    ['full', null, false],
    ['slow', 1, false],
    ['unmarked', 1, false],
    ['foreign', 1, false],
    ['unwritable', 1, false],
    ['checking', null, false],
  ] as const)('on a volume that is %s with %s bytes free: %s', (state, freeBytes, may) => {
    expect(canDelete({ state, freeBytes })).toBe(may);
  });

  test.each([
    [10, 10, false],
    [11, 21, true],
    [11, 22, false],
    [200, 200, true],
  ])('%i gone of %i is more than chance: %s', (missing, of, isLoss) => {
    expect(isMassLoss(missing, of)).toBe(isLoss);
  });
});

test('a refusal names the user of the program, and the owner and the mode of the folder, but no file', () => {
  const { reason } = refusalOf({ code: 'EACCES', folder: { uid: 0, mode: 0o755 }, uid: 1000 });
  expect(reason).toBe(
    'This program (uid 1000) may not change its folder, which belongs to uid 0 and has mode 755.',
  );
  expect(refusalOf({ code: 'EROFS', folder: null, uid: 1 }).reason).toMatch(/read-only/);
  expect(refusalOf({ code: 'EWHATEVER', folder: null, uid: 1 }).reason).toMatch(/EWHATEVER/);
});

test('a removal that fails again is tried ever more seldom, and once a day at least', () => {
  const waits = [1, 2, 3, 4, 5, 6, 40].map((tries) => nextTryAt(tries, 0) / hourMs);
  expect(waits).toEqual([1, 2, 4, 8, 16, 24, 24]);
});

test('what was begun and has no outcome may be done, so may what is in doubt; what failed is not', () => {
  expect(mayBeDone({ tries: 0, error: null, error_code: null })).toBe(false);
  expect(mayBeDone({ tries: 1, error: null, error_code: null })).toBe(true);
  expect(mayBeDone({ tries: 1, error: 'no', error_code: 'EBUSY' })).toBe(false);
  expect(mayBeDone({ tries: 1, error: 'no', error_code: 'doubt' })).toBe(true);
});

test('a next try is due when it has come, and when a clock that ran ahead has noted it for later than any', () => {
  expect([null, 0, 1000].map((at) => isDue(at, 1000))).toEqual([true, true, true]);
  expect([1001, 1000 + 24 * 3_600_000].map((at) => isDue(at, 1000))).toEqual([false, false]);
  expect(isDue(1001 + 24 * 3_600_000, 1000)).toBe(true);
});

describe('places', () => {
  test('in the trash by the day of the deletion, in UTC', () => {
    const at = Date.UTC(2026, 5, 28, 23, 59);
    expect(trashPlace('2026-05-01/a.MP4', at)).toBe('.trash/2026-06-28/2026-05-01/a.MP4');
  });

  test('the first name that is free', () => {
    const taken = new Set(['d/a.MP4', 'd/a~2.MP4']);
    expect(freePlace('d/a.MP4', (path) => taken.has(path))).toBe('d/a~3.MP4');
    expect(freePlace('d/b.MP4', (path) => taken.has(path))).toBe('d/b.MP4');
  });

  test('a place with a companion of its name is not free, but another program may have its file there', () => {
    expect(isFreeAmong(new Set(['a.MP4.gpx']), 'a.MP4')).toBe(false);
    expect(isFreeAmong(new Set(['a.MP4.viofosync.json']), 'a.MP4')).toBe(false);
    expect(isFreeAmong(new Set(['a.MP4.json', 'b.MP4']), 'a.MP4')).toBe(true);
  });

  test('the folder of a path', () => {
    expect(['a/b/c', 'a', ''].map(folderOf)).toEqual(['a/b', '', '']);
  });

  test('companions by the name of their clip', () => {
    const names = ['a.MP4', 'a.MP4.gpx', 'a.MP4.json', 'a.MP4.viofosync.json', 'b.MP4.GPX', 'notes.txt'];
    expect([...companionsAmong(names)]).toEqual([
      ['a.MP4', ['a.MP4.gpx', 'a.MP4.json', 'a.MP4.viofosync.json']],
      ['b.MP4', ['b.MP4.GPX']],
    ]);
  });
});

test('the problem counts the failures, names the commonest reason, and says what to do', () => {
  expect(removalProblem(0, null)).toBeNull();
  const commonest = { code: 'EROFS', reason: 'It is read-only.' };
  expect(removalProblem(1, commonest)?.message).toBe(
    'One file could not be deleted or restored. It is read-only.',
  );
  expect(removalProblem(3, commonest)).toEqual({
    message: '3 files could not be deleted or restored. Most often: It is read-only.',
    advice: 'Mount the share so that it can be written.',
  });
  expect(adviceOf('EWHATEVER')).toMatch(/tried again/);
});
