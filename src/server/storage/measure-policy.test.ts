import { expect, test } from 'vitest';
import { clipBeside, purposeOf, shareOf, type Purpose } from './measure-policy.ts';

const root = { path: '', purpose: 'archive' } as const;
const day = { path: '2026-06-28', purpose: 'archive' } as const;

test.each<[string, Purpose | null]>([
  ['2026-06-28', 'archive'],
  ['.trash', 'trash'],
  ['.exports', 'exports'],
  ['import', 'import'],
  ['.import_tmp', 'import'],
  ['.thumbs', 'caches'],
  ['.filmstrips', 'caches'],
  ['.export_previews', 'caches'],
  ['.route_cache', 'caches'],
  ['.triage', 'caches'],
  ['#recycle', 'recycle'],
  ['@Recycle', 'recycle'],
  ['.Trash-1000', 'recycle'],
  ['.Trash', 'recycle'],
  ['$RECYCLE.BIN', 'recycle'],
  ['.Recycle.Bin', 'recycle'],
  ['#snapshot', null],
  ['.zfs', null],
  ['lost+found', null],
  ['@eaDir', 'archive'],
  ['constructor', 'archive'],
])('%s in the recordings folder is for: %s', (name, purpose) => {
  expect(purposeOf(root, name)).toBe(purpose);
});

test.each<[string, Purpose | null]>([
  ['import', 'archive'],
  ['.exports', 'archive'],
  ['#recycle', 'recycle'],
  ['.snapshot', null],
])('%s further down is for: %s', (name, purpose) => {
  expect(purposeOf(day, name)).toBe(purpose);
});

test('what is below a folder is for what that is for', () => {
  expect(purposeOf({ path: '.exports', purpose: 'exports' }, '#recycle')).toBe('exports');
  expect(purposeOf({ path: '.trash', purpose: 'trash' }, '2026-06-28')).toBe('trash');
});

test('bytes count where their folder says, and unfinished downloads by themselves', () => {
  expect(shareOf('archive', 'x.MP4.part')).toBe('partsBytes');
  expect(shareOf('archive', 'x.MP4')).toBe('otherBytes');
  expect(shareOf('trash', 'x.MP4.part')).toBe('trashStrayBytes');
  expect(shareOf('recycle', 'x.MP4')).toBe('recycleBytes');
});

test.each([
  ['a/x.MP4.gpx', 'a/x.MP4'],
  ['a/x.MP4.json', 'a/x.MP4'],
  ['a/x.MP4.viofosync.json', 'a/x.MP4'],
  ['a/x.MP4', 'a/x.MP4'],
])('%s lies beside %s', (path, clip) => {
  expect(clipBeside(path)).toBe(clip);
});
