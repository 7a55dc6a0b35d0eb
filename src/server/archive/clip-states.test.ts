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

test('only what is in transfer, waiting or found in its place becomes archived, never what was deleted', () => {
  expect(clipStates.filter((from) => allowed(from).includes('archived'))).not.toContain('deleted');
  expect(allowed('deleted')).toEqual(['waiting']);
});

test('every wanted clip can be lost and every lost one wanted again', () => {
  for (const state of wantedStates) expect(allowed(state)).toContain('lost');
  expect(allowed('lost')).toContain('waiting');
});

test('staying as it is is always allowed', () => {
  for (const state of clipStates) expect(() => assertTransition(state, state)).not.toThrow();
});
