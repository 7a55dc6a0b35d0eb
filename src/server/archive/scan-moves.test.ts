import { expect, test } from 'vitest';
import { kindOfMove, lockOfMove } from './scan-moves.ts';
import type { SidecarFacts } from './sidecar.ts';

const cameras = [
  { id: 1, archive_folder: '' },
  { id: 2, archive_folder: 'RO' },
];
const sidecar: SidecarFacts = {
  name: null,
  kept: false,
  keptAt: null,
  locked: true,
  note: null,
  tags: [],
  time: null,
};

test.each([
  ['into a folder of locked ones is locked', '2026/a.MP4', '2026/RO/a.MP4', 1],
  ['out of one is not', '2026/RO/a.MP4', '2026/a.MP4', 0],
  ['from one into another stays as it is', '2026/RO/a.MP4', '2025/RO/a.MP4', null],
  ['from one ordinary folder into another stays as it is', '2026/a.MP4', '2025/a.MP4', null],
  ['into a folder that is called so for its camera stays as it is', 'a.MP4', 'RO/a.MP4', null],
])('a clip that was moved %s', (_, from, path, lock) => {
  const file = { path, sizeBytes: 1, mtimeMs: 0, hasGpx: false, sidecar: null };
  expect(lockOfMove({ from, file }, cameras)).toBe(lock);
});

test('a clip that its sidecar calls locked stays so, wherever it goes', () => {
  const file = { path: 'a.MP4', sizeBytes: 1, mtimeMs: 0, hasGpx: false, sidecar };
  expect(lockOfMove({ from: 'EMR/a.MP4', file }, cameras)).toBe(1);
});

const driving = '20260628_123516_0007F.MP4';

test.each([
  ['into a folder of parking ones is one', driving, ['2026/a', '2026/Parking'], 'parking'],
  ['out of one is not', driving, ['2026/Parking', '2026'], 'normal'],
  ['from one ordinary folder into another stays as it is', driving, ['2026', '2025'], null],
  ['out of one, named as a parking one, stays so', '20260628_123516_0007PF.MP4', ['Parking', '2026'], null],
  ['out of one, named by a person, stays so', 'sea.MP4', ['Parking', '2026'], null],
] as const)('a clip that was moved %s', (_, name, [from, to], kind) => {
  const file = { path: `${to}/${name}`, sizeBytes: 1, mtimeMs: 0, hasGpx: false, sidecar: null };
  expect(kindOfMove({ from: `${from}/${name}`, file }, name, cameras)).toBe(kind);
});
