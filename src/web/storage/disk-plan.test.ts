import { describe, expect, test } from 'vitest';
import { diskLimits, diskPicture } from './disk-plan.ts';
import { gb, testCell, testStorage } from './test-storage.ts';

const names = new Map([
  [1, 'Civic'],
  [2, 'Van'],
]);
const cells = [
  testCell({ bytes: 100 * gb }),
  testCell({ kind: 'parking', bytes: 50 * gb, month: '2026-07' }),
  testCell({ cameraId: 2, channel: 'rear', bytes: 30 * gb, month: '2026-07' }),
];
const titles = (storage = testStorage({ cells }), by: Parameters<typeof diskPicture>[1] = 'kind') =>
  diskPicture(storage, by, names).parts.map(({ title, bytes }) => `${title} ${bytes / gb}`);

describe('the picture of the disk', () => {
  test('splits the archive by kind, camera, channel or month, newest month first', () => {
    expect(titles().slice(0, 2)).toEqual(['Driving 130', 'Parking 50']);
    expect(titles(undefined, 'camera').slice(0, 2)).toEqual(['Civic 150', 'Van 30']);
    expect(titles(undefined, 'channel').slice(0, 2)).toEqual(['Front 150', 'Rear 30']);
    expect(titles(undefined, 'month').slice(0, 2)).toEqual(['July 2026 80', 'June 2026 100']);
  });
  test('is as large as the disk: what is not known to be ours is other data', () => {
    const picture = diskPicture(testStorage({ cells }), 'kind', names);
    expect(titles().slice(2)).toEqual(['Other data 520', 'Free 300']);
    expect(picture.wholeBytes).toBe(1000 * gb);
    expect(picture.parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1);
  });
  test('tells the trash, and what a walk found beside the archive, from other data', () => {
    const { measure } = testStorage();
    const storage = testStorage({
      cells,
      trash: { clips: 3, bytes: gb },
      measure: { ...measure, exportsBytes: 4 * gb, recycleBytes: 5 * gb, trashStrayBytes: 2 * gb },
    });
    expect(titles(storage).slice(2)).toEqual([
      'Trash 3',
      'Exports 4',
      'Recycle bin of the NAS 5',
      'Other data 508',
      'Free 300',
    ]);
  });
  test('has one part for all months before the last twelve', () => {
    const years = Array.from({ length: 20 }, (_, index) =>
      testCell({ month: `${2025 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}` }),
    );
    const parts = diskPicture(testStorage({ cells: years }), 'month', names).parts;
    expect(parts.filter((part) => part.clips !== null)).toHaveLength(13);
    expect(parts[12]).toMatchObject({ title: 'Earlier months', bytes: 8 * gb });
  });
  test('shows what is known when the disk has not told its size', () => {
    const { volume } = testStorage();
    const storage = testStorage({ cells, volume: { ...volume, freeBytes: null } });
    const picture = diskPicture(storage, 'kind', names);
    expect(picture).toMatchObject({ isWholeDisk: false, wholeBytes: 180 * gb });
    expect(picture.parts.some((part) => part.look === 'free')).toBe(false);
    expect(diskLimits(picture, 50 * gb, null)).toEqual([]);
  });
  test('never has less than nothing as other data', () => {
    const full = testStorage({ cells: [testCell({ bytes: 900 * gb })] });
    expect(titles(full)).toEqual(['Driving 900', 'Free 300']);
  });
});

test('the lines across it are where the limits of the rules are', () => {
  const picture = diskPicture(testStorage({ cells }), 'kind', names);
  expect(diskLimits(picture, 400 * gb, { retentionDiskPct: 90, diskCriticalPct: 95 })).toEqual([
    { look: 'quota', at: 0.4 },
    { look: 'delete', at: 0.9 },
    { look: 'stop', at: 0.95 },
  ]);
  expect(diskLimits(picture, 2000 * gb, { retentionDiskPct: 0, diskCriticalPct: 0 })).toEqual([]);
});
