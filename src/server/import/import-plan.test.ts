import { expect, test } from 'vitest';
import { cleanUploadPath, clipOfCompanion, readImportName } from './import-name-policy.ts';
import {
  cameraOf,
  comesIn,
  firstState,
  isTooOld,
  judgeFile,
  type ImportFacts,
  type ImportRules,
} from './import-plan.ts';

const now = Date.UTC(2026, 5, 28, 12);
const day = 24 * 3_600_000;

const rules: ImportRules = {
  retainFrom: () => null,
  protectLocked: true,
  now,
  roomBytes: null,
};

const factsOf = (path: string, change: Partial<ImportFacts> = {}): ImportFacts => ({
  file: { path, bytes: 1000, mtimeMs: now },
  name: readImportName(path),
  cameraId: 1,
  startedAt: now - day,
  twinId: null,
  row: null,
  ...change,
});

const clip = 'Movie/2026_0628_130116_0001F.MP4';
const row = { id: 7, reason: null, isInTrash: false };

test.each<[string, Partial<ImportFacts>, Partial<ImportRules>, string]>([
  [clip, {}, {}, 'new'],
  ['Movie/film.mp4', {}, {}, 'unclassified'],
  ['Movie/film.avi', {}, {}, 'other'],
  ['IMG_1.JPG', {}, {}, 'other'],
  ['Photo/2026_0628_130116_0001F.JPG', {}, {}, 'new'],
  [clip, { file: { path: clip, bytes: 0, mtimeMs: 0 } }, {}, 'empty'],
  [clip, { twinId: 3 }, {}, 'known'],
  [clip, { row: { ...row, state: 'expired', isInTrash: true } }, {}, 'known'],
  [clip, { row: { ...row, state: 'expired' } }, {}, 'new'],
  [clip, { row: { ...row, state: 'lost' } }, {}, 'new'],
  [clip, { row: { ...row, state: 'missing' } }, {}, 'new'],
  [clip, { row: { ...row, state: 'held', reason: 'rule' } }, {}, 'wanted'],
  [clip, { row: { ...row, state: 'listed', reason: 'photo' } }, {}, 'wanted'],
  [clip, { row: { ...row, state: 'skipped', reason: 'place' } }, {}, 'skipped'],
  [clip, { row: { ...row, state: 'skipped', reason: 'retention' } }, {}, 'new'],
  [clip, { row: { ...row, state: 'deleted' } }, {}, 'skipped'],
  [clip, {}, { retainFrom: () => now }, 'too_old'],
  // What is here already is no loss, however old.
  [clip, { twinId: 3 }, { retainFrom: () => now }, 'known'],
  [clip, {}, { roomBytes: 999 }, 'too_big'],
  [clip, {}, { roomBytes: 1000 }, 'new'],
])('%s with %j is judged as %j say: %s', (path, facts, change, verdict) => {
  expect(judgeFile(factsOf(path, facts), { ...rules, ...change }).verdict).toBe(verdict);
});

test('a rule by age is asked about the clip’s own camera, kind and channel, a day ahead', () => {
  const asked: unknown[] = [];
  const retainFrom: ImportRules['retainFrom'] = (scope) => {
    asked.push(scope);
    return now - 30 * day;
  };
  const at = (startedAt: number, path = 'Parking/2026_0628_130116_0001R.MP4') =>
    isTooOld({ ...factsOf(path), startedAt }, { ...rules, retainFrom });
  expect([at(now - 31 * day), at(now - 29.5 * day), at(now - 29 * day)]).toEqual([true, true, false]);
  expect(asked[0]).toEqual({ cameraId: 1, kind: 'parking', channel: 'rear' });
  expect(at(now - 31 * day, 'RO/2026_0628_130116_0001F.MP4')).toBe(false);
  // No rule deletes by a date that is none.
  expect([at(Date.UTC(2000, 0, 1)), at(now + day)]).toEqual([false, false]);
});

test.each([
  ['new', {}, 'planned', 'planned'],
  ['known', {}, 'planned', 'left'],
  ['too_big', {}, 'left', 'left'],
  ['too_old', {}, 'left', 'left'],
  ['too_old', { includeOld: true }, 'planned', 'planned'],
  ['skipped', { includeSkipped: true }, 'planned', 'planned'],
  ['unclassified', { includeUnclassified: false }, 'left', 'left'],
  ['other', {}, 'left', 'left'],
] as const)(
  'a file that is %s with %j begins as %s, of an upload as %s',
  (verdict, change, folder, upload) => {
    const options = {
      move: false,
      includeOld: false,
      includeSkipped: false,
      includeUnclassified: true,
      ...change,
    };
    expect(firstState(verdict, { options, isUpload: false })).toBe(folder);
    expect(firstState(verdict, { options, isUpload: true })).toBe(upload);
    expect(comesIn('known', options)).toBe(false);
  },
);

const cameras = [
  { id: 1, archive_folder: '' },
  { id: 2, archive_folder: 'Van' },
];
test.each([
  [clip, null, [], 1],
  [clip, 2, [1], 2],
  [`old/Van/${clip}`, null, [1], 2],
  [clip, null, [2, 1], 2],
] as const)('%s, told of %s, named by %j, is of camera %s', (path, told, named, expected) => {
  expect(cameraOf(path, { told, cameras, named })).toBe(expected);
});

test('without any camera nobody is named', () => {
  expect(cameraOf(clip, { told: null, cameras: [], named: [] })).toBeNull();
});

test.each([
  ['DCIM/Movie/RO/2026_0628_130116_0001F.MP4', { kind: 'normal', locked: true, channel: 'front' }],
  ['CARDV/EMR/20260709112750_036576B.TS', { kind: 'normal', locked: true, channel: 'rear' }],
  [
    'dcim/movie/parking/2026_0628_130116_f.mp4',
    { kind: 'parking', locked: false, name: '2026_0628_130116_F.MP4' },
  ],
  ['2026_0628_130116_0001EF.MP4', { kind: 'event', locked: false }],
  ['2026_0628_130116_0001PF~2.MP4', { kind: 'parking', name: '2026_0628_130116_0001PF.MP4' }],
  ['NO20260628-130116-000001F.MP4', { kind: 'unclassified', channel: 'other' }],
])('%s tells %j', (path, expected) => {
  expect(readImportName(path)).toMatchObject(expected);
});

test.each([
  ['a/b/c.mp4', 'a/b/c.mp4'],
  ['../../etc/passwd', 'etc/passwd'],
  ['C:\\cards\\x.mp4', 'C:/cards/x.mp4'],
  ['a\u0000b.mp4', 'a_b.mp4'],
  ['\uD800.mp4', '_.mp4'],
  ['/', '_'],
  ['...', '...'],
])('the path %j of a browser is kept as %j', (told, kept) => {
  expect(cleanUploadPath(told)).toBe(kept);
});

test('a GPX file belongs to the clip whose whole name it has', () => {
  expect(clipOfCompanion('a/X.MP4.gpx')).toBe('a/X.MP4');
  expect([clipOfCompanion('a/X.gpx'), clipOfCompanion('a/X.MP4')]).toEqual([null, null]);
});
