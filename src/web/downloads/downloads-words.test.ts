import { describe, expect, test } from 'vitest';
import { orderReasons } from '../../shared/queue.ts';
import { testItem } from '../test-support.ts';
import { groupSpan, heldGroups, heldGroupTitle, orderReasonWords, queuedWords } from './downloads-words.ts';
import { queueGroups } from './queue-groups.ts';
import { pagesFor } from './queue-pages.ts';

test('only the pages in view are asked for', () => {
  expect(pagesFor(0, 20, 1000)).toEqual([0]);
  expect(pagesFor(90, 130, 1000)).toEqual([0, 100]);
  expect(pagesFor(950, 1010, 960)).toEqual([900]);
  expect(pagesFor(0, 10, 0)).toEqual([]);
  expect(pagesFor(49_990, 50_010, 50_000)).toEqual([49_900]);
});

test('a clip says why it has its place, or what went wrong the last time', () => {
  const item = { reason: 'newest' as const, stateReason: null, nextAttemptAt: null };
  expect(queuedWords(item, 0)).toBe('Newest drive');
  expect(queuedWords({ ...item, stateReason: 'busy' }, 0)).toBe('The camera was busy');
  expect(queuedWords({ ...item, stateReason: 'truncated', nextAttemptAt: 60_000 }, 0)).toMatch(
    /^The camera broke off in the middle, tries again at/,
  );
});

test('every reason of the order has its own words', () => {
  expect(orderReasonWords('overwrite')).toBe('About to be overwritten');
  expect(orderReasonWords('last')).toBe('You put it last');
  expect(new Set(orderReasons.map(orderReasonWords)).size).toBe(orderReasons.length);
});

const held = (id: number, stateReason: 'rule' | 'recording' | null) =>
  testItem(id, id, { state: 'held', stateReason });

describe('held clips', () => {
  test('are grouped by what holds them, the most first', () => {
    const groups = heldGroups([held(1, 'recording'), held(2, 'rule'), held(3, 'rule')]);
    expect(groups.map((group) => heldGroupTitle(group).replaceAll('\u00a0', ' '))).toEqual([
      '2 clips: no connection of this camera fetches such clips',
      '1 clip: still being recorded by the camera',
    ]);
  });
});

test('a group says the span of its recordings', () => {
  const [group] = queueGroups([testItem(1, 20), testItem(2, 10), testItem(3, 30)]);
  expect(groupSpan(group!)).toMatch(/10.10.* to .*10.30/);
  expect(groupSpan(queueGroups([testItem(1, 20)])[0]!)).not.toContain('to');
});
