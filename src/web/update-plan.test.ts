import { expect, test } from 'vitest';
import { buildIdIn, mayTakeOver, mustLoadAnew } from './update-plan.ts';

const clear = { isNewer: true, isToOtherPage: true, isBusy: false };
test.each([
  ['another page is gone to', clear, true],
  ['the server has the same build', { ...clear, isNewer: false }, false],
  ['only a filter changes', { ...clear, isToOtherPage: false }, false],
  ['something is under way', { ...clear, isBusy: true }, false],
])('when %s, another build takes over: %s', (_when, way, does) => {
  expect(mayTakeOver(way)).toBe(does);
});

test.each([
  ['is gone with its build', { isNewer: true, wasReloaded: false, sinceMs: 500 }, true],
  ['is gone long after a reload', { isNewer: true, wasReloaded: true, sinceMs: 60_000 }, true],
  ['is gone again at once', { isNewer: true, wasReloaded: true, sinceMs: 500 }, false],
  ['did not come, of the same build', { isNewer: false, wasReloaded: false, sinceMs: 500 }, false],
])('a script that %s has the page loaded anew: %s', (_what, now, must) => {
  expect(mustLoadAnew(now)).toBe(must);
});

test.each([
  [{ id: '3f2a' }, '3f2a'],
  [{ id: '' }, null],
  [{ id: 7 }, null],
  [{}, null],
  [null, null],
  ['<html>', null],
])('%j names the build %s', (answer, id) => {
  expect(buildIdIn(answer)).toBe(id);
});
