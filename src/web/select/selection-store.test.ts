import { expect, test } from 'vitest';
import type { ChosenCapture } from '../../shared/select.ts';
import type { Stretch } from './selection-plan.ts';
import { SelectionStore } from './selection-store.ts';

const capture = (id: number, day: string): ChosenCapture => ({
  id,
  cameraId: 1,
  day,
  startedAt: id * 1000,
  clips: [{ id, state: 'archived', container: 'mp4', kept: false, locked: false, bytes: 1, durationMs: 1 }],
});
const all = [
  capture(1, '2026-06-27'),
  capture(2, '2026-06-28'),
  capture(3, '2026-06-28'),
  capture(4, '2026-06-29'),
];

function archive() {
  const asked: Stretch[] = [];
  const errors: string[] = [];
  let gone: number[] = [];
  const store = new SelectionStore({
    select: async (stretch) => {
      asked.push(stretch);
      const { fromDay, toDay, from = 0, to = Infinity } = stretch;
      return all.filter(
        ({ day, startedAt }) => day >= fromDay && day <= toDay && startedAt >= from && startedAt <= to,
      );
    },
    look: async (ids) => all.filter(({ id }) => ids.includes(id) && !gone.includes(id)),
    onError: (error) => errors.push(error.message),
    onTooMany: () => errors.push('too many'),
  });
  return { store, asked, errors, lose: (...ids: number[]) => (gone = ids) };
}
const ids = (store: SelectionStore) => [...store.get().keys()];
const sorted = (store: SelectionStore) => ids(store).toSorted((a, b) => a - b);

test('a range over days that are not in view has what lies between', async () => {
  const { store, asked } = archive();
  await store.press(all[0]!, false);
  await store.press(all[3]!, true);
  expect(ids(store)).toEqual([1, 2, 3, 4]);
  expect(asked).toEqual([{ fromDay: '2026-06-27', toDay: '2026-06-29', from: 1000, to: 4000 }]);
});

test('a range that ends earlier gives back what it had beyond, and nothing that was chosen before it', async () => {
  const { store } = archive();
  await store.press(all[3]!, false);
  await store.press(all[0]!, false);
  await store.press(all[2]!, true);
  expect(sorted(store)).toEqual([1, 2, 3, 4]);
  await store.press(all[1]!, true);
  expect(sorted(store)).toEqual([1, 2, 4]);
  await store.press(all[3]!, true);
  await store.press(all[1]!, true);
  expect(sorted(store)).toEqual([1, 2, 4]);
  // A new beginning leaves it as it is.
  await store.press(all[2]!, false);
  await store.press(all[3]!, true);
  expect(sorted(store)).toEqual([1, 2, 3, 4]);
});

test('a range without a beginning is the one recording', async () => {
  const { store } = archive();
  await store.press(all[1]!, true);
  expect(ids(store)).toEqual([2]);
});

test('a day is chosen, told as a whole, and let go of', async () => {
  const { store } = archive();
  await store.pressDay('2026-06-28', 99, false);
  expect(ids(store)).toEqual([2, 3]);
  // A filter may leave out some of its recordings.
  expect(store.shareOfDay('2026-06-28', 99)).toBe('all');
  await store.press(all[1]!, false);
  expect(store.shareOfDay('2026-06-28', 99)).toBe('some');
  await store.pressDay('2026-06-28', 99, false);
  await store.pressDay('2026-06-28', 99, false);
  expect(ids(store)).toEqual([]);
});

test('what is gone leaves the selection', async () => {
  const { store, lose } = archive();
  await store.pressDay('2026-06-28', 2, false);
  lose(2);
  await store.look();
  expect(ids(store)).toEqual([3]);
});

test('rows are told of each change, and what could not be asked for changes nothing', async () => {
  const errors: string[] = [];
  const store = new SelectionStore({
    select: () => Promise.reject(new Error('away')),
    look: () => Promise.reject(new Error('away')),
    onError: (error) => errors.push(error.message),
    onTooMany: () => undefined,
  });
  let told = 0;
  const stop = store.subscribe(() => told++);
  await store.pressDay('2026-06-28', 2, false);
  expect([errors, ids(store), store.isBusy(), told]).toEqual([['away'], [], false, 2]);
  await store.press(all[0]!, false);
  await store.look();
  expect(ids(store)).toEqual([1]);
  stop();
  store.clear();
  expect(told).toBe(3);
});
