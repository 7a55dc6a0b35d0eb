import { expect, test } from 'vitest';
import type { Layout } from '../../shared/settings.ts';
import { planRefile, RefileCount, type PlacedClip } from './refile-plan.ts';

const cameraFolders = new Map([
  [1, ''],
  [2, 'Truck'],
]);

const clip = (path: string, more: Partial<PlacedClip> = {}): PlacedClip => ({
  id: 7,
  camera_id: 1,
  kind: 'normal',
  local_start: '2026-06-28T13:34:16',
  size_bytes: 100,
  path,
  ...more,
});

const name = '2026_0628_133416_000001F.MP4';

test.each<[string, string, Layout, string | null]>([
  ['out of a day into a month', `2026-06-28/${name}`, 'monthly', `2026-06/${name}`],
  ['into the week of its Monday', `2026-06-28/${name}`, 'weekly', `2026-06-22/${name}`],
  ['into a year', `2026-06-28/${name}`, 'yearly', `2026/${name}`],
  ['out of all folders', `2026-06-28/${name}`, 'none', name],
  ['into a day out of none', name, 'daily', `2026-06-28/${name}`],
  ['out of the tree of a card', `DCIM/Movie/${name}`, 'daily', `2026-06-28/${name}`],
  ['not where it is already', `2026-06-28/${name}`, 'daily', null],
  ['with the folder that says it is locked', `2026-06-28/RO/${name}`, 'monthly', `2026-06/RO/${name}`],
  ['with the folder of parking, wherever it was', `Parking/${name}`, 'daily', `2026-06-28/Parking/${name}`],
  ['not out of such a folder of the right day', `2026-06-28/ro/${name}`, 'daily', null],
  [
    'without the number that its name needed',
    '2026-06-28/2026_0628_133416_000001F~2.MP4',
    'monthly',
    `2026-06/${name}`,
  ],
  ['not for its number alone', '2026-06-28/2026_0628_133416_000001F~2.MP4', 'daily', null],
  ['in the letters of its name', `2026-06-28/${name.toLowerCase()}`, 'yearly', `2026/${name.toLowerCase()}`],
])('a clip goes %s', (_, path, layout, to) => {
  const moves = planRefile([clip(path)], { layout, cameraFolders });
  expect(moves.map((move) => move.wish)).toEqual(to === null ? [] : [to]);
});

test('a clip stays in the folder of its camera, whatever that is called', () => {
  const rules = { layout: 'monthly' as const, cameraFolders: new Map([[2, 'Parking']]) };
  const [move] = planRefile([clip(`Parking/2026-06-28/${name}`, { camera_id: 2 })], rules);
  expect(move?.wish).toBe(`Parking/2026-06/${name}`);
  expect(planRefile([clip(`Truck/2026-06/${name}`, { camera_id: 2 })], { ...rules, cameraFolders })).toEqual(
    [],
  );
});

test('a file of unknown name stays where somebody put it', () => {
  const odd = clip('Holiday 2019/VID_1.MP4', { kind: 'unclassified' });
  expect(planRefile([odd], { layout: 'daily', cameraFolders })).toEqual([]);
});

test('a preview counts clips, bytes and folders that are not there yet', () => {
  const count = new RefileCount({ layout: 'monthly', cameraFolders });
  count.add([clip(`2026-06-28/${name}`), clip(`2026-06-29/${name}`)]);
  count.add([
    clip(`2026-05/${name}`, { local_start: '2026-05-01T00:00:00' }),
    clip(`2026-05-02/${name}`, { local_start: '2026-05-02T00:00:00' }),
  ]);
  expect(count.preview()).toEqual({
    layout: 'monthly',
    clips: 3,
    bytes: 300,
    inPlace: 1,
    newFolders: 1,
    examples: [
      { from: `2026-06-28/${name}`, to: `2026-06/${name}` },
      { from: `2026-06-29/${name}`, to: `2026-06/${name}` },
      { from: `2026-05-02/${name}`, to: `2026-05/${name}` },
    ],
  });
});
