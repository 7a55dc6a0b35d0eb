import { expect, test } from 'vitest';
import { pagesFor, queuedWords } from './downloads-words.ts';

test('only the pages in view are asked for', () => {
  expect(pagesFor(0, 20, 1000)).toEqual([0]);
  expect(pagesFor(90, 130, 1000)).toEqual([0, 100]);
  expect(pagesFor(950, 1010, 960)).toEqual([900]);
  expect(pagesFor(0, 10, 0)).toEqual([]);
});

test('a clip says why it has its place, or what went wrong the last time', () => {
  const item = { reason: 'newest' as const, stateReason: null, nextAttemptAt: null };
  expect(queuedWords(item, 0)).toBe('Newest drive first');
  expect(queuedWords({ ...item, stateReason: 'busy' }, 0)).toBe('The camera was busy');
  expect(queuedWords({ ...item, stateReason: 'truncated', nextAttemptAt: 60_000 }, 0)).toMatch(
    /^The camera broke off in the middle, tries again at/,
  );
});
