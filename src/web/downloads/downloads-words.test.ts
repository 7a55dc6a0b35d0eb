import { expect, test } from 'vitest';
import { pagesFor } from './downloads-words.ts';

test('only the pages in view are asked for', () => {
  expect(pagesFor(0, 20, 1000)).toEqual([0]);
  expect(pagesFor(90, 130, 1000)).toEqual([0, 100]);
  expect(pagesFor(950, 1010, 960)).toEqual([900]);
  expect(pagesFor(0, 10, 0)).toEqual([]);
});
