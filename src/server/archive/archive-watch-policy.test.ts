import { describe, expect, test } from 'vitest';
import { changeOf, tellsOfChanges } from './archive-watch-policy.ts';

describe('whether a file system tells of all changes', () => {
  test.each([
    ['a disk of this machine', 'ext4', true],
    ['a share', 'nfs4', false],
    ['a pool put together in user space', 'fuse.mergerfs', false],
    ['a folder handed into a virtual machine', 'virtiofs', false],
  ])('%s (%s): %s', (_, type, isTold) => {
    const mounts = [
      { point: '/', type: 'overlay' },
      { point: '/recordings', type },
    ];
    expect(tellsOfChanges('/recordings', mounts)).toBe(isTold);
    expect(tellsOfChanges('/recordings/below', mounts)).toBe(isTold);
    expect(tellsOfChanges('/recordings-too', mounts)).toBe(true);
  });

  test('without a list of mounts it is believed to', () => {
    expect(tellsOfChanges('/recordings', [])).toBe(true);
  });
});

test.each([
  ['', '2026_0628_133416_0001F.MP4', 'clip'],
  ['2026', 'holiday.mov', 'clip'],
  ['', '2026-06-28', 'folder'],
  ['', '2026.06', 'folder'],
  ['', 'import', 'nothing'],
  ['2026', 'import', 'folder'],
  ['', '.viofosync', 'nothing'],
  ['', '@eaDir', 'nothing'],
  ['2026', 'X.MP4.part', 'nothing'],
  ['2026', 'X.MP4.json', 'nothing'],
  ['2026', 'X.MP4.GPX', 'nothing'],
])('a change in %j of %j is of a %s', (folder, name, what) => {
  expect(changeOf(folder, name)).toBe(what);
});
