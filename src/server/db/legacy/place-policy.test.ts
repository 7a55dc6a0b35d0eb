import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flawOfName, placeInArchive, remotePlaceOf, RootVotes } from './place-policy.ts';

const name = '2026_0628_133416_0001F.MP4';
const roots = { current: '/recordings', former: '/data/rec' };

test.each([
  [`/recordings/2026-06-28/${name}`, { path: `2026-06-28/${name}`, isCurrent: true }],
  [`/recordings//2026-06-28/./${name}`, { path: `2026-06-28/${name}`, isCurrent: true }],
  [`/recordings/${name}`, { path: name, isCurrent: true }],
  [`/data/rec/2026-06/${name}`, { path: `2026-06/${name}`, isCurrent: false }],
  [`/recordings2/${name}`, { flaw: 'its path is outside the recordings' }],
  [`/elsewhere/${name}`, { flaw: 'its path is outside the recordings' }],
  ['/recordings', { flaw: 'its path is outside the recordings' }],
  [`/recordings/../etc/${name}`, { flaw: 'its path makes no sense' }],
  [`recordings/${name}`, { flaw: 'its path makes no sense' }],
  [`/recordings/\u0000/${name}`, { flaw: 'its path makes no sense' }],
  [Buffer.from('/recordings/x'), { flaw: 'its path makes no sense' }],
  ['', { flaw: 'it has no path' }],
  [null, { flaw: 'it has no path' }],
])('the path %s is found below the archive root or told why not', (path, expected) => {
  expect(placeInArchive(path, roots)).toEqual(expected);
});

test('a file system root can be the archive root', () => {
  expect(placeInArchive(`/2026/${name}`, { current: '/', former: null })).toEqual({
    path: `2026/${name}`,
    isCurrent: true,
  });
});

test.each([
  ['nothing but the present root', [`/recordings/2026-06-28/${name}`], null],
  ['daily folders', [`/data/rec/2026-06-28/${name}`], '/data/rec'],
  ['monthly folders', [`/data/rec/2026-06/${name}`], '/data/rec'],
  ['yearly folders', [`/data/rec/2026/${name}`], '/data/rec'],
  ['no folders', [`/data/rec/${name}`], '/data/rec'],
  ['exports alone', ['/data/rec/.exports/12.mp4'], '/data/rec'],
  ['a majority', ['/stray/x.MP4', '/data/rec/2026-06-28/a.MP4', '/data/rec/2026-06-29/b.MP4'], '/data/rec'],
  ['nonsense', [null, 5, 'x', '/x', '/../x/y', `/recordings/../a/${name}`], null],
])('where the recordings were is told by %s', (_what, paths, expected) => {
  const votes = new RootVotes('/recordings/');
  for (const path of paths) votes.add(path);
  expect(votes.roots()).toEqual({ current: '/recordings', former: expected });
});

const native = { volume: 'A', path: `/DCIM/Movie/${name}`, imported: false, locked: false };

test.each([
  [`A:\\DCIM\\Movie\\${name}`, native],
  [`b:\\DCIM\\Movie\\${name}`, { ...native, volume: 'B' }],
  [`A:/DCIM/Movie/${name}`, native],
  [`A:\\DCIM\\Movie\\RO\\${name}`, { ...native, path: `/DCIM/Movie/RO/${name}`, locked: true }],
  [`/DCIM/Movie/${name}`, { ...native, volume: '' }],
  [`/DCIM/Movie/ro/${name}`, { ...native, volume: '', path: `/DCIM/Movie/ro/${name}`, locked: true }],
  [`/DCIM/EMR/${name}`, { ...native, volume: '', path: `/DCIM/EMR/${name}`, locked: true }],
  ['/DCIM/Movie', { ...native, volume: '' }],
  ['/DCIM/Movie/', { ...native, volume: '' }],
  ['DCIM\\Movie\\', { ...native, volume: '' }],
  [`http://192.168.1.254/DCIM/Movie/${name}`, { ...native, volume: '' }],
  ['/import/', { volume: '', path: null, imported: true, locked: false }],
  ['/import', { volume: '', path: null, imported: true, locked: false }],
  ['/import/RO/', { volume: '', path: null, imported: true, locked: true }],
  ['/imports/', { ...native, volume: '', path: `/imports/${name}` }],
  ['/DCIM/Movie/OTHER.MP4', { ...native, volume: '', path: null }],
  ['/DCIM/../etc', { ...native, volume: '', path: null }],
  ['', { ...native, volume: '', path: null }],
  [null, { ...native, volume: '', path: null }],
  [7, { ...native, volume: '', path: null }],
])('the place on the camera %s is read', (sourceDir, expected) => {
  expect(remotePlaceOf(sourceDir, name)).toEqual(expected);
});

test('a folder called RO is meant, not a file', () => {
  expect(remotePlaceOf('/DCIM/Movie/RO', 'RO').locked).toBe(false);
});

test.each([
  [name, null],
  ['Übersicht.MP4', null],
  ['', 'it has no name'],
  ['  ', 'it has no name'],
  [null, 'it has no name'],
  [Buffer.from(name), 'it has no name'],
  ['a/b.MP4', 'its name cannot be that of a file'],
  ['a\\b.MP4', 'its name cannot be that of a file'],
  ['a\nb.MP4', 'its name cannot be that of a file'],
  ['a\uFFFD.MP4', 'its name cannot be that of a file'],
  [`${'x'.repeat(300)}.MP4`, 'its name cannot be that of a file'],
])('the name %s can be that of a file, or it is told why not', (value, flaw) => {
  expect(flawOfName(value)).toBe(flaw);
});

test('whatever a path is, what is found is below the root and climbs nowhere', () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    'recordings',
    'data',
    'rec',
    'x',
    '\\',
    'A:',
    '2026-06-28',
    '\u0000',
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      (text) => {
        const placed = placeInArchive(text, roots);
        if ('path' in placed) expect(placed.path.split('/')).not.toContain('..');
        if ('path' in placed) expect(placed.path).not.toMatch(/^\/|\/$|\/\/|^$/);
        const { path } = remotePlaceOf(text, name);
        if (path !== null) expect(path).toMatch(/^\/[^/\\]/);
        if (path !== null) expect(path.split('/')).not.toContain('..');
      },
    ),
  );
});
