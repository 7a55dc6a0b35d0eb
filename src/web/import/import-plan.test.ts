import { describe, expect, test } from 'vitest';
import { importSchema, type Import } from '../../shared/imports.ts';
import { inListOrder, inOrder, missingRoom, totalComing, wishesOf, withWishes } from './import-plan.ts';
import { importLine, importTone, progressWords, sourceWords, startWords } from './import-words.ts';
import type { UploadView } from './upload-view.ts';

const now = new Date(2026, 8, 3, 20, 0).getTime();
const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');

function testImport(over: Partial<Import> = {}): Import {
  return importSchema.parse({
    id: 1,
    kind: 'folder',
    source: '/media/card',
    cameraId: null,
    options: {},
    state: 'ready',
    message: null,
    counts: [
      { verdict: 'known', files: 5, bytes: 500 },
      { verdict: 'too_old', files: 2, bytes: 200 },
      { verdict: 'new', files: 3, bytes: 300 },
      { verdict: 'companion', files: 3, bytes: 3 },
      { verdict: 'unclassified', files: 1, bytes: 100 },
    ],
    files: { all: 4, done: 0, failed: 0, left: 2 },
    bytes: { all: 400, done: 0 },
    bytesPerSecond: null,
    freeBytes: 1000,
    isSameVolume: false,
    isReadOnly: false,
    createdAt: 0,
    startedAt: null,
    endedAt: null,
    ...over,
  });
}

const upload = (over: Partial<UploadView>): UploadView => ({
  importId: 1,
  phase: 'sending',
  message: null,
  files: 10,
  told: 4,
  bytesPerSecond: null,
  ...over,
});

describe('what comes in', () => {
  test('is what is new, and what the wishes take along', () => {
    const one = testImport();
    expect(totalComing(one.counts, one.options)).toEqual({ files: 4, bytes: 400 });
    const wished = withWishes(one.options, { includeOld: true, includeUnclassified: false });
    expect(totalComing(one.counts, wished)).toEqual({ files: 5, bytes: 500 });
  });
  test('is told before what is left, and tracks are not told apart from their clips', () => {
    expect(inOrder(testImport().counts).map(({ verdict }) => verdict)).toEqual([
      'new',
      'unclassified',
      'too_old',
      'known',
    ]);
  });
  test('is asked about only where there is something to ask', () => {
    expect(wishesOf(testImport())).toEqual(['includeOld', 'includeUnclassified', 'move']);
    expect(wishesOf(testImport({ isReadOnly: true, counts: [] }))).toEqual([]);
    expect(wishesOf(testImport({ kind: 'upload' }))).not.toContain('move');
  });
  test('needs room, but not when it is moved within one volume', () => {
    const tight = { freeBytes: 100, isSameVolume: true };
    expect(missingRoom(tight, { files: 1, bytes: 400 }, { move: false })).toBe(300);
    expect(missingRoom(tight, { files: 1, bytes: 400 }, { move: true })).toBe(0);
    expect(missingRoom({ ...tight, freeBytes: null }, { files: 1, bytes: 400 }, { move: false })).toBe(0);
  });
});

test('imports under way come before those that have ended, newer before older', () => {
  const list = [
    testImport({ id: 1, state: 'done', createdAt: 30 }),
    testImport({ id: 2, state: 'running', createdAt: 10 }),
    testImport({ id: 3, state: 'paused', createdAt: 20 }),
  ];
  expect(inListOrder(list).map(({ id }) => id)).toEqual([3, 2, 1]);
});

describe('an import says where it stands', () => {
  test('of a folder: what was found, how far it is, what came of it', () => {
    expect(importLine(testImport(), null, now)).toBe('Nothing is copied until you start it.');
    const running = testImport({ state: 'running', files: { all: 4, done: 1, failed: 0, left: 2 } });
    expect(plain(importLine(running, null, now))).toMatch(/newest first: 1 of 4 files, 0 of 400 B\.$/);
    const waiting = testImport({ state: 'paused', message: 'The card is not there' });
    expect(importLine(waiting, null, now)).toBe('The card is not there.');
    const measured = { ...running, bytesPerSecond: 2, bytes: { all: 400, done: 40 } };
    expect(plain(importLine(measured, null, now))).toMatch(
      /1 of 4 files, 40 of 400 B, 2 B\/s, about 3 min left\.$/,
    );
    expect(importLine({ ...measured, state: 'paused' }, null, now)).not.toContain('left');
    const done = testImport({
      state: 'done',
      endedAt: now - 60_000,
      files: { all: 4, done: 3, failed: 1, left: 2 },
    });
    expect(plain(importLine(done, null, now))).toMatch(/^Done .*: 3 files came in, 1 failed\.$/);
    expect(importTone(done, null)).toBe('amber');
  });
  test('of an upload whose files the page does not have: that they have to be given again, and that it then goes on', () => {
    const one = testImport({
      kind: 'upload',
      state: 'running',
      files: { all: 4, done: 1, failed: 0, left: 0 },
      bytes: { all: 400, done: 100 },
    });
    const line = plain(importLine(one, null, now));
    expect(line).toContain('loaded anew');
    expect(line).toContain('1 of 4 files, 100 of 400 B are here');
    expect(line).toContain('goes on where it was');
  });
  test('of an upload under way: how fast, and that it goes on by itself when the server was away', () => {
    const one = testImport({ kind: 'upload', state: 'running', bytes: { all: 400, done: 100 } });
    expect(plain(importLine(one, upload({ bytesPerSecond: 1 }), now))).toMatch(/1 B\/s, about 5 min left\.$/);
    const away = upload({ phase: 'waiting', message: 'The server does not answer.' });
    expect(importLine(one, away, now)).toBe('The server does not answer. The upload goes on by itself.');
    expect(importTone(one, away)).toBe('amber');
    expect(plain(importLine(one, upload({ phase: 'telling' }), now))).toMatch(/4 of 10 files\.$/);
  });
});

test('buttons and sources say what they are about', () => {
  expect(plain(startWords('folder', { files: 48, bytes: 3_200_000_000 }))).toBe('Import 48 files (3.2 GB)');
  expect(startWords('upload', { files: 0, bytes: 0 })).toBe('Upload');
  expect(plain(progressWords(testImport()))).toBe('0 of 4 files, 0 of 400 B');
  const source = { path: '/media/card', label: 'Card', state: 'there' as const, isReadOnly: true };
  expect(sourceWords(source)).toContain('Read-only');
  expect(sourceWords({ ...source, state: 'missing' })).toBe('There is no such folder yet.');
});
