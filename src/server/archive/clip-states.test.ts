import { expect, test } from 'vitest';
import { clipStates } from '../../shared/clips.ts';
import { assertTransition, wantedStates } from './clip-states.ts';

const allowed = (from: (typeof clipStates)[number]) =>
  clipStates.filter((to) => {
    try {
      assertTransition(from, to);
      return to !== from;
    } catch {
      return false;
    }
  });

test('an archived clip leaves that state only by the end of its file', () => {
  expect(allowed('archived').toSorted()).toEqual(['deleted', 'expired', 'missing']);
});

test('every clip can become archived, for its file may be found on the volume whatever was decided of it', () => {
  const others = clipStates.filter((from) => from !== 'archived');
  expect(others.filter((from) => !allowed(from).includes('archived'))).toEqual([]);
});

test('a deleted or expired clip is wanted again only when somebody asks, or archived when its file is found', () => {
  expect(allowed('deleted').toSorted()).toEqual(['archived', 'waiting']);
  expect(allowed('expired').toSorted()).toEqual(['archived', 'waiting']);
});

test('every wanted clip can be lost and every lost one wanted again', () => {
  for (const state of wantedStates) expect(allowed(state)).toContain('lost');
  expect(allowed('lost')).toContain('waiting');
});

test('a skipped clip goes back to whatever it was before', () => {
  for (const state of ['waiting', 'held', 'failed', 'listed'] as const) {
    expect(allowed(state)).toContain('skipped');
    expect(allowed('skipped')).toContain(state);
  }
});

test('staying as it is is always allowed', () => {
  for (const state of clipStates) expect(() => assertTransition(state, state)).not.toThrow();
});
