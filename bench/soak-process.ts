import { z } from 'zod';
import { expectInvariants } from '../test/invariants.ts';
import { startSoak, takingOrder, type SoakOrder, type SoakRun } from '../test/soak-run.ts';
import type { SoakVerdict } from '../test/soak-verdict.ts';

/** What the benchmark wants: one JSON argument. */
const orderSchema = z.object({
  seed: z.number().int(),
  visits: z.number().int(),
  realMs: z.number(),
  clipBytes: z.tuple([z.number().int(), z.number().int()]),
  taking: z.boolean(),
});

/** After a forced collection: bytes of the heap, bytes in memory, and what is open. */
export interface MemorySample {
  heapBytes: number;
  residentBytes: number;
  resources: number;
}

/** What the process prints as one line of JSON. */
export interface SoakResult {
  verdict: SoakVerdict;
  episodes: number;
  simulatedMs: number;
  /** A quarter through, and at the end. */
  quarter: MemorySample | null;
  end: MemorySample;
  /** Of the tables that grow with time rather than with clips. */
  rows: { visits: number; listings: number; problems: number };
  /** What broke of docs/data-model.md's promises; null when nothing did. */
  broken: string | null;
}

/** The soak in a process of its own, so that its memory is nobody else's. Needs `--expose-gc`. */
async function main(): Promise<void> {
  const { taking, ...order } = orderSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  let quarter: MemorySample | null = null;
  let end = sample();
  const whole: SoakOrder = {
    ...(taking ? takingOrder(order.seed) : order),
    afterVisit(visit) {
      if (visit === Math.floor(order.visits / 4)) quarter = sample();
      if (visit === order.visits) end = sample();
      if (visit % 10 === 0) console.error(`  ${visit} visits`);
    },
  };
  const soak = await startSoak(whole);
  const run = await soak.run();
  const result: SoakResult = {
    verdict: run.verdict,
    episodes: run.episodes.size,
    simulatedMs: run.simulatedMs,
    quarter,
    end,
    rows: await rowsOf(run),
    broken: await brokenPromise(run),
  };
  await soak.end();
  console.log(JSON.stringify(result));
}

function sample(): MemorySample {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, residentBytes: rss, resources: process.getActiveResourcesInfo().length };
}

async function rowsOf({ test: { app } }: SoakRun): Promise<SoakResult['rows']> {
  const count = async (table: 'visit' | 'listing' | 'problem') =>
    (await app.db.selectFrom(table).select('id').execute()).length;
  return { visits: await count('visit'), listings: await count('listing'), problems: await count('problem') };
}

async function brokenPromise({ test, cameras }: SoakRun): Promise<string | null> {
  try {
    await expectInvariants(test, ...cameras.map(({ camera }) => camera));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

await main();
