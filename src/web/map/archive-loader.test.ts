import { expect, test } from 'vitest';
import { ArchiveLoader, type LoaderState } from './archive-loader.ts';
import type { ArchiveMonth } from './archive-months.ts';

const listed = (...names: string[]) =>
  names.map((name) => {
    const [month = '', version = 'v1'] = name.split(' ');
    return { month, version, journeys: 1, distanceM: 1 };
  });

/** Until everything that was answered has been taken in. */
const rest = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A loader whose requests are answered by hand. */
function useLoader() {
  const asked: { name: string; signal: AbortSignal; answer: () => void; fail: () => void }[] = [];
  const told: { months: string[]; state: LoaderState }[] = [];
  const loader = new ArchiveLoader({
    fetchMonth: ({ month, version }, signal) =>
      new Promise<ArchiveMonth>((resolve, reject) => {
        asked.push({
          name: `${month} ${version}`,
          signal,
          answer: () => resolve({ month, version, journeys: [], stops: [] }),
          fail: () => reject(new Error('no answer')),
        });
      }),
    onMonths: (months, state) => told.push({ months: months.map(({ month }) => month), state }),
    later: (work) => queueMicrotask(work),
  });
  return { loader, asked, told };
}

const seven = ['2026-07', '2026-06', '2026-05', '2026-04', '2026-03', '2026-02', '2026-01'];

test('months are read newest first, a few at a time, until all are there', async () => {
  const { loader, asked, told } = useLoader();
  loader.follow(listed(...seven));
  expect(asked.map(({ name }) => name.slice(0, 7))).toEqual(seven.slice(0, 5));
  asked[1]?.answer();
  await rest();
  expect(asked).toHaveLength(6);
  expect(told.at(-1)).toEqual({ months: ['2026-06'], state: { isWhole: false, error: null } });
  for (const one of asked) one.answer();
  await rest();
  for (const one of asked) one.answer();
  await rest();
  expect(told.at(-1)).toEqual({ months: seven, state: { isWhole: true, error: null } });
});

test('only what has changed is read again, what is gone is let go, and nothing twice', async () => {
  const { loader, asked, told } = useLoader();
  loader.follow(listed('2026-06', '2026-05'));
  for (const one of asked) one.answer();
  await rest();
  loader.follow(listed('2026-07', '2026-06 v2'));
  expect(asked.map(({ name }) => name).slice(2)).toEqual(['2026-07 v1', '2026-06 v2']);
  await rest();
  // The old lines of a month stay until the new ones are there.
  expect(told.at(-1)?.months).toEqual(['2026-06']);
  loader.follow(listed('2026-07', '2026-06 v3'));
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([false, false, false, true, false]);
  for (const one of asked) one.answer();
  await rest();
  expect(told.at(-1)).toEqual({ months: ['2026-07', '2026-06'], state: { isWhole: true, error: null } });
});

test('after a failure nothing is asked until somebody says so, and what came stays', async () => {
  const { loader, asked, told } = useLoader();
  loader.follow(listed(...seven));
  asked[0]?.fail();
  for (const one of asked.slice(1)) one.answer();
  await rest();
  expect(asked).toHaveLength(5);
  expect(told.at(-1)?.state.error?.message).toBe('no answer');
  expect(told.at(-1)?.months).toEqual(seven.slice(1, 5));
  loader.retry();
  await rest();
  expect(asked.slice(5).map(({ name }) => name.slice(0, 7))).toEqual(['2026-07', '2026-02', '2026-01']);
  expect(told.at(-1)?.state.error).toBeNull();
});

test('once it is over nothing is told', async () => {
  const { loader, asked, told } = useLoader();
  loader.follow(listed('2026-06'));
  loader.stop();
  asked[0]?.answer();
  await rest();
  expect(told).toEqual([]);
});
