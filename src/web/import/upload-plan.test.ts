import { describe, expect, test } from 'vitest';
import { Slots } from './slots.ts';
import {
  isWanted,
  isWorthTelling,
  looseName,
  matchAgain,
  partsOf,
  plainPath,
  sendOrder,
  speedOf,
  uploadName,
  waitMs,
} from './upload-plan.ts';

test('a path is the same however the browser writes it', () => {
  expect(['./DCIM/a.MP4', '/DCIM/a.MP4', 'DCIM/a.MP4'].map(plainPath)).toEqual(
    Array.from({ length: 3 }, () => 'DCIM/a.MP4'),
  );
  expect(plainPath('.hidden/a')).toBe('.hidden/a');
});

test('what systems leave on cards is not told', () => {
  expect(isWorthTelling('DCIM/a.MP4')).toBe(true);
  for (const path of ['DCIM/._a.MP4', 'x/.DS_Store', 'System Volume Information/x', '.Trashes/1/a.MP4'])
    expect(isWorthTelling(path), path).toBe(false);
});

test('an upload is called by its folders, in whatever order they come, so that it is found again', () => {
  expect(uploadName(['B/x.MP4', 'A/y.MP4', 'A/b/z.MP4'])).toBe('A, B');
  expect(uploadName(['y.MP4', 'x.MP4'])).toBe(looseName);
  expect(uploadName(Array.from({ length: 99 }, (_, index) => `folder-${index}/x`))).toHaveLength(200);
});

test('a long list is told in parts', () => {
  expect(partsOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(partsOf([], 2)).toEqual([]);
});

const file = (path: string, size: number) => ({ path, file: { name: path.split('/').at(-1) ?? '', size } });

describe('files that are given again', () => {
  const waiting = [
    { path: 'DCIM/Movie/a.MP4', name: 'a.MP4', bytes: 10 },
    { path: 'DCIM/Movie/b.MP4', name: 'b.MP4', bytes: 20 },
  ];
  test('are known by their paths', () => {
    const files = [file('DCIM/Movie/b.MP4', 20), file('DCIM/Movie/c.MP4', 30), file('DCIM/Movie/a.MP4', 10)];
    expect(matchAgain(waiting, files).map(({ path }) => path)).toEqual([
      'DCIM/Movie/a.MP4',
      'DCIM/Movie/b.MP4',
    ]);
  });
  test('are known by name and size where another folder was chosen, and keep the path they had', () => {
    expect(matchAgain(waiting, [file('Movie/a.MP4', 10), file('b.MP4', 20)])).toEqual([
      { ...file('Movie/a.MP4', 10), path: 'DCIM/Movie/a.MP4' },
      { ...file('b.MP4', 20), path: 'DCIM/Movie/b.MP4' },
    ]);
  });
  test('are none when they have another size', () => {
    expect(matchAgain(waiting, [file('DCIM/Movie/a.MP4', 11)])).toEqual([]);
  });
});

const item = (path: string, localStart: string | null, receivedBytes = 0) => ({
  path,
  localStart,
  receivedBytes,
});

test('what is begun is ended first, then the newest comes, and a track follows its clip', () => {
  const items = [
    item('old.MP4', '2026-09-01T10:00:00'),
    item('new.MP4.gpx', null),
    item('new.MP4', '2026-09-03T10:00:00'),
    item('begun.MP4', '2026-08-01T10:00:00', 5),
  ];
  expect(sendOrder(items).map(({ path }) => path)).toEqual([
    'begun.MP4',
    'new.MP4',
    'new.MP4.gpx',
    'old.MP4',
  ]);
});

test('bytes are wanted of what is planned or coming, and has any', () => {
  expect(isWanted({ state: 'planned', bytes: 1 })).toBe(true);
  expect(isWanted({ state: 'coming', bytes: 1 })).toBe(true);
  expect(isWanted({ state: 'planned', bytes: 0 })).toBe(false);
  expect(isWanted({ state: 'left', bytes: 1 })).toBe(false);
});

test('a server that does not answer is asked less and less often, but at least every ten seconds', () => {
  expect([0, 1, 2, 3, 4, 20].map(waitMs)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test('the speed is that of the last pieces, and unknown until there are two', () => {
  expect(speedOf([{ at: 0, bytes: 8 }])).toBeNull();
  expect(
    speedOf([
      { at: 0, bytes: 999 },
      { at: 1000, bytes: 8 },
      { at: 2000, bytes: 8 },
    ]),
  ).toBe(8);
});

test('no more is under way at once than there are slots, and all of it is done', async () => {
  const slots = new Slots(2);
  let [now, most] = [0, 0];
  const done: number[] = [];
  await Promise.all(
    [1, 2, 3, 4, 5].map((number) =>
      slots.run(async () => {
        now += 1;
        most = Math.max(most, now);
        await Promise.resolve();
        now -= 1;
        done.push(number);
      }),
    ),
  );
  expect(most).toBe(2);
  expect(done.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
  await expect(slots.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(slots.run(() => Promise.resolve(7))).resolves.toBe(7);
});
