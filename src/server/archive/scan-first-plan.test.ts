import { expect, test } from 'vitest';
import { planFirst, type FirstClipRow, type FirstFolder } from './scan-first-plan.ts';

const two = (value: number) => String(value).padStart(2, '0');

/** Front and rear of so many minutes of a day. */
function folderOf(path: string, minutes: number, change: Partial<FirstFolder> = {}): FirstFolder {
  const clips = Array.from({ length: minutes }, (_, at) =>
    ['F', 'R'].map(
      (channel) => `2026_0628_${two(Math.floor(at / 60))}${two(at % 60)}00_000001${channel}.MP4`,
    ),
  ).flat();
  const sizes = clips.map(() => 1000);
  const measured = { sizes, mtimes: sizes, faults: [] };
  return { path, clips, companions: [], measured, ...change };
}

const rowsOf = (text: string) => JSON.parse(text) as FirstClipRow[];

test('a folder of very many is cut into batches of a thousand at most, and no moment is cut in two', () => {
  const { batches, isTaken } = planFirst([folderOf('2026-06-28', 1251)], [''], 999);
  expect(isTaken).toEqual([true]);
  expect(batches.map((batch) => batch.clips)).toEqual([998, 998, 506]);
  for (const { clipRows, clips } of batches) {
    const captures = rowsOf(clipRows).map(([capture]) => capture);
    expect(captures).toEqual(Array.from({ length: clips }, (_, at) => Math.floor(at / 2)));
  }
});

test('small folders go together, and what lies in a folder goes with it', () => {
  const folders = [
    folderOf('a', 300),
    folderOf('b', 100),
    folderOf('b/RO', 50),
    folderOf('b/Rear', 20),
    folderOf('c', 40),
  ];
  const { batches } = planFirst(folders, ['']);
  expect(batches.map((batch) => batch.clips)).toEqual([940, 80]);
  expect(planFirst(folders.slice(0, 2), ['']).batches).toHaveLength(1);
});

test('clips of different cameras are in different batches', () => {
  const folders = [folderOf('second', 2), folderOf('2026-06-28', 2), folderOf('second/RO', 2)];
  const { batches } = planFirst(folders, ['', 'second']);
  expect(batches.map(({ camera, clips }) => [camera, clips])).toEqual([
    [1, 4],
    [0, 4],
    [1, 4],
  ]);
});

test.each<[string, Partial<FirstFolder>]>([
  ['a name that no camera gives', { clips: ['2026_0628_120000_000001F.MP4', 'holiday.mp4'] }],
  ['a name that is not as cameras write it', { clips: ['2026_0628_120000_000001F.mp4'] }],
  ['a number of ours', { clips: ['2026_0628_120000_000001F~2.MP4'] }],
  ['a photo', { clips: ['2026_0628_120000_000001F.JPG'] }],
  ['a sidecar', { companions: ['2026_0628_000000_000001F.MP4.json'] }],
  [
    'our own sidecar beside one of somebody else',
    { companions: ['2026_0628_000000_000001F.MP4.VIOFOSYNC.json'] },
  ],
  ['clips that were not measured', { measured: { sizes: [1000], mtimes: [0], faults: [] } }],
])('a folder with %s goes the long way', (_, change) => {
  const { clips = folderOf('', 1).clips } = change;
  const sizes = clips.map(() => 1000);
  const folder = folderOf('a', 1, { measured: { sizes, mtimes: sizes, faults: [] }, ...change });
  expect(planFirst([folder, folderOf('b', 1)], [''])).toMatchObject({
    isTaken: [false, true],
    batches: [{ clips: 2 }],
  });
});

test('a sidecar of nothing that lies there is none of theirs; a track beside a clip is told, an empty file left out', () => {
  const folder = folderOf('a', 1, {
    companions: ['other.json', '2026_0628_000000_000001R.mp4.GPX'],
    measured: { sizes: [0, 7], mtimes: [0, 8.6], faults: [] },
  });
  const { batches } = planFirst([folder], ['']);
  expect(batches).toHaveLength(1);
  expect(rowsOf(batches[0]?.clipRows ?? '[]')).toEqual([
    [0, '2026_0628_000000_000001R.MP4', 'rear', 'normal', 1, 'mp4', null, 0, 0].concat([
      'a/2026_0628_000000_000001R.MP4',
      7,
      9,
      1,
    ]),
  ]);
});
