import { expect, test } from 'vitest';
import { indexNote, noRoom, tablesNote, timeWords } from './repair-words.ts';

test.each([
  [0, '0:00'],
  [41_600, '0:42'],
  [3_725_000, '62:05'],
  [-5, '0:00'],
])('%d ms are %s', (ms, words) => {
  expect(timeWords(ms)).toBe(words);
});

test.each([
  [{ isMoved: false, wholeMs: 60_000, keptMs: 42_000, dropped: 0 }, 'It is cut at 0:42 of 1:00.'],
  [
    { isMoved: true, wholeMs: 60_000, keptMs: 60_000, dropped: 0 },
    'Its table of frames pointed to wrong places.',
  ],
  [{ isMoved: false, wholeMs: 60_000, keptMs: 60_000, dropped: 3 }, '3 of its frames cannot be read.'],
  [{ isMoved: false, wholeMs: 60_000, keptMs: 60_000, dropped: 0 }, 'Nothing of it is missing.'],
])('%o is told', (what, words) => {
  expect(tablesNote(what)).toBe(words);
});

test('what is missing and what it takes is told', () => {
  expect(indexNote(42_000, true)).not.toContain('sound');
  expect(indexNote(42_000, false)).toContain('without sound');
  expect(noRoom(1_500_001)).toContain('2 MB');
});
