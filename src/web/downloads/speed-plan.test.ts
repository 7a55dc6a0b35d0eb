import { expect, test } from 'vitest';
import { linePoints } from './speed-plan.ts';

test('a line runs to the right edge, its highest at the top', () => {
  expect(linePoints([0, 10, 5], 3)).toEqual({
    line: '0,22 60,2 120,12',
    area: '0,24 0,22 60,2 120,12 120,24',
  });
  expect(linePoints([10, 10], 61)?.line).toBe('118,2 120,2');
});

test('nothing is drawn of nothing', () => {
  expect(linePoints([5], 60)).toBeNull();
  expect(linePoints([0, 0, 0], 60)).toBeNull();
});
