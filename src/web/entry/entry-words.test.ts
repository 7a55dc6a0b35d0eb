import { expect, test } from 'vitest';
import { startupPhases } from '../../shared/startup.ts';
import { elapsedWords, percentOf, phaseTitle } from './entry-words.ts';

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');

test('every phase has a heading', () => {
  for (const phase of startupPhases) expect(phaseTitle(phase)).toMatch(/^[A-Z].*[a-z]$/);
});

test('progress is told in whole percent, and is full only at the end', () => {
  expect(percentOf({ done: 999, total: 1_000 })).toBe(99);
  expect(percentOf({ done: 1_000, total: 1_000 })).toBe(100);
  expect(percentOf({ done: 1_200, total: 1_000 })).toBe(100);
  expect(percentOf({ done: 0, total: 0 })).toBeNull();
  expect(percentOf(null)).toBeNull();
});

test('the time so far is told once it is more than a moment', () => {
  expect(elapsedWords({ since: 0, now: 900 })).toBeNull();
  expect(plain(elapsedWords({ since: 0, now: 72_000 }))).toBe('For 1 min 12 s so far');
});
