import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { faultsSchema } from '../simulator/faults.ts';
import { expectInvariants } from './invariants.ts';
import { passingEpisodes, takingEpisodes } from './soak-faults.ts';
import { startSoak, takingOrder, type SoakOrder, type SoakRun } from './soak-run.ts';

const seed = 20_260_628;
const dayMs = 24 * 60 * 60_000;

async function soak(order: SoakOrder): Promise<SoakRun> {
  const { run, end } = await startSoak(order);
  onTestFinished(end);
  return run();
}

/** Bytes in use once everything that nobody holds is gone. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function expectNothingWrong({ verdict }: SoakRun): void {
  const { missing, twice, wrongBytes, strangers, unsettled, partFiles, partRows } = verdict;
  expect({ missing, twice, wrongBytes, strangers, unsettled, partFiles, partRows }).toEqual({
    missing: [],
    twice: [],
    wrongBytes: [],
    strangers: [],
    unsettled: [],
    partFiles: [],
    partRows: 0,
  });
  expect(verdict.maxConcurrent, 'requests of a camera at one moment').toBe(1);
  expect(verdict.violations).toEqual([]);
  expect(verdict.errors).toEqual([]);
}

test('every fault of the simulator has its turn', () => {
  const used = [...passingEpisodes, ...takingEpisodes].flatMap(({ faults }) => Object.keys(faults));
  // Not faults but where and how often; and what has tests of its own, for this program deletes nothing here.
  const others = ['match', 'deletion'];
  const left = Object.keys(faultsSchema.shape).filter(
    (name) => !used.includes(name) && !others.includes(name),
  );
  expect(left).toEqual([]);
});

test(`a day of a flaky camera, away and back 30 times with every fault in turn, ends with every clip archived once (seed ${seed})`, async () => {
  const heap: number[] = [];
  const run = await soak({
    seed,
    visits: 30,
    realMs: 12_000,
    clipBytes: [60_000, 220_000],
    afterVisit(visit) {
      if (visit === 8 || visit === 30) heap.push(heapBytes());
    },
  });
  const { verdict, episodes, events } = run;
  expectNothingWrong(run);
  expect(verdict.lost).toEqual([]);
  expect(verdict.archived).toBe(verdict.clips);
  expect(run.simulatedMs).toBeGreaterThanOrEqual(dayMs);
  expect([...episodes.keys()].toSorted()).toEqual(passingEpisodes.map(({ name }) => name).toSorted());
  expect(events.size, 'kinds of other events').toBeGreaterThanOrEqual(8);
  // Generous: a request that is given up after its head counts as a whole clip, for these fit into a socket's buffers.
  expect(verdict.sentBytes / verdict.archivedBytes, 'bytes sent for each archived').toBeLessThan(4);
  expect(verdict.fetchedOverAndOver).toEqual([]);
  expect(heap[1]! - heap[0]!, 'growth of the heap over 22 visits').toBeLessThan(24e6);
  await expectInvariants(run.test, ...run.cameras.map(({ camera }) => camera));
}, 90_000);

test(`what a small card overwrites before it is fetched is lost and said to be, and the rest is archived once (seed ${seed})`, async () => {
  const run = await soak(takingOrder(seed));
  expectNothingWrong(run);
  expect(run.verdict.lost.length, 'some were overwritten').toBeGreaterThan(5);
  expect(run.verdict.archived + run.verdict.lost.length).toBe(run.verdict.clips);
  await expectInvariants(run.test, ...run.cameras.map(({ camera }) => camera));
}, 60_000);
