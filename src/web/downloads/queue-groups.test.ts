import { describe, expect, test } from 'vitest';
import { testItem } from '../test-support.ts';
import { driveAround, queueGroups } from './queue-groups.ts';

const starts = (...groups: ReturnType<typeof queueGroups>) => groups.map(({ index, size }) => [index, size]);

describe('the queue is grouped', () => {
  test('by drive, which a pause of a quarter of an hour ends', () => {
    const items = [testItem(1, 0), testItem(2, 15), testItem(3, 31), testItem(4, 32)];
    expect(starts(...queueGroups(items))).toEqual([
      [0, 2],
      [2, 2],
    ]);
  });
  test('with the channels of a drive together, though they come one after the other', () => {
    const front = [0, 10, 20, 30].map((minutes) => testItem(minutes + 1, minutes));
    const rear = [0, 10, 20, 30].map((minutes) => testItem(minutes + 2, minutes, { channel: 'rear' }));
    expect(starts(...queueGroups([...front, ...rear]))).toEqual([[0, 8]]);
  });
  test('by reason, camera and day', () => {
    const items = [
      testItem(1, 0, { reason: 'locked' }),
      testItem(2, 1),
      testItem(3, 2, { cameraId: 2 }),
      testItem(4, 3, { cameraId: 2, localStart: '2026-09-04T00:00:00' }),
    ];
    expect(queueGroups(items).map((group) => group.index)).toEqual([0, 1, 2, 3]);
  });
  test('as far as it is known', () => {
    const items = [testItem(1, 0), undefined, testItem(3, 1), testItem(4, 2)];
    expect(starts(...queueGroups(items, 100))).toEqual([
      [100, 1],
      [102, 2],
    ]);
  });
});

test('a drive is as long as one recording follows the other, also those that are here already', () => {
  const minute = 60_000;
  const captures = [0, 10, 20, 30, 60].map((at) => ({ cameraId: 1, startedAt: at * minute }));
  const other = { cameraId: 2, startedAt: 45 * minute };
  const span = { cameraId: 1, from: 20 * minute, to: 20 * minute };
  expect(driveAround([...captures, other], span)).toEqual({ from: 0, to: 30 * minute });
  expect(driveAround([], span)).toEqual({ from: 20 * minute, to: 20 * minute });
});
