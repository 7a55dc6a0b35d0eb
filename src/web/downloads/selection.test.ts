import { expect, test } from 'vitest';
import { testItem } from '../test-support.ts';
import { emptySelection, extended, mostSelected, selectedBytes, toggled } from './selection.ts';

test('a clip is picked, and let go by the same move', () => {
  const picked = toggled(emptySelection, testItem(1, 0));
  expect([...picked.keys()]).toEqual([1]);
  expect(toggled(picked, testItem(1, 0)).size).toBe(0);
});

test('a range is added to what was picked, and weighed', () => {
  const picked = extended(toggled(emptySelection, testItem(1, 0)), [testItem(1, 0), testItem(2, 1)]);
  expect(picked.size).toBe(2);
  expect(selectedBytes(picked)).toBe(200_000_000);
  expect(selectedBytes(toggled(emptySelection, testItem(3, 0, { remoteSizeBytes: null })))).toBe(0);
});

test('no more are picked than one change takes', () => {
  const many = Array.from({ length: mostSelected + 5 }, (_, id) => testItem(id, 0));
  expect(extended(emptySelection, many).size).toBe(mostSelected);
});
