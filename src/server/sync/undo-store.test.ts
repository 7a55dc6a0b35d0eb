import { expect, test } from 'vitest';
import { UndoStore } from './undo-store.ts';

const restores = (rows: number) => () => Promise.resolve(rows);

test('what was done is taken back by its token, once', async () => {
  const store = new UndoStore();
  const first = store.remember(restores(3));
  const second = store.remember(restores(4));
  expect(await store.undo(first)).toBe(3);
  await expect(store.undo(first)).rejects.toMatchObject({ code: 'not_found' });
  expect(await store.undo(second)).toBe(4);
});

test('a token that was never given is not found', async () => {
  await expect(new UndoStore().undo('guessed')).rejects.toMatchObject({ code: 'not_found' });
});

test('the last fifty are remembered', async () => {
  const store = new UndoStore();
  const tokens = Array.from({ length: 51 }, (_, index) => store.remember(restores(index)));
  expect(new Set(tokens).size).toBe(51);
  await expect(store.undo(tokens[0] ?? '')).rejects.toMatchObject({ code: 'not_found' });
  expect(await store.undo(tokens[1] ?? '')).toBe(1);
  expect(await store.undo(tokens[50] ?? '')).toBe(50);
});

test('large changes push older ones out, and the newest stays however large it is', async () => {
  const store = new UndoStore();
  const older = store.remember(restores(1), 30_000);
  const kept = store.remember(restores(2), 10_000);
  const newest = store.remember(restores(3), 30_000);
  await expect(store.undo(older)).rejects.toMatchObject({ code: 'not_found' });
  expect(await store.undo(kept)).toBe(2);
  expect(await store.undo(newest)).toBe(3);
  expect(await store.undo(store.remember(restores(4), 1_000_000))).toBe(4);
});
