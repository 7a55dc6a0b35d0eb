import { expect, test } from 'vitest';
import { GentlePace } from './check-pace.ts';

const { signal } = new AbortController();

/** What a disk that takes so long for each piece is left alone, in ms. */
async function rested(share: number, pieces: readonly number[]): Promise<number> {
  let total = 0;
  const pace = new GentlePace({ share, rest: async (ms) => void (total += ms) });
  for (const ms of pieces) await pace.worked(ms, signal);
  return total;
}

test.each([
  ['a fast disk', 0.5, Array.from({ length: 1000 }, () => 2), 2000],
  ['a slow disk', 0.5, Array.from({ length: 10 }, () => 900), 9000],
  ['a disk that others keep busy now and then', 0.5, [2, 400, 2, 800, 2, 34], 1240],
  ['a quarter of the time', 0.25, Array.from({ length: 100 }, () => 10), 3000],
  ['all of the time', 1, Array.from({ length: 100 }, () => 10), 0],
])('%s is left alone in proportion to the work, whatever its speed', async (_, share, pieces, restMs) => {
  expect(await rested(share, pieces)).toBeCloseTo(restMs, -1);
});

test('rests that are too short for a timer are gathered', async () => {
  const rests: number[] = [];
  const pace = new GentlePace({ share: 0.5, rest: async (ms) => void rests.push(ms) });
  for (let piece = 0; piece < 9; piece++) await pace.worked(5, signal);
  expect(rests).toEqual([20, 20]);
});
