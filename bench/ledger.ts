import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { scaled, withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import type * as ledgerWork from './ledger-work.ts';
import { Figures, median, milliseconds, quantile, type Figure } from './report.ts';
import { seedDatabase } from './seed-database.ts';

const fullRows = 300_000;
const files = 5000;
const mostFoldMs = 150;
const mostNextMs = 5;

type Work = typeof ledgerWork;

export const ledgerBenchmark: Benchmark = {
  name: 'ledger',
  about: 'with 300,000 clips: a listing of 5,000 files folded in, and the next download planned',
  run: ledger,
};

async function ledger(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('ledger');
  const work = (await import(pathToFileURL(context.bundle.ledgerWork).href)) as Work;
  await withFolder(context.dir, async (folder) => {
    const configDir = join(folder, 'config');
    await seedDatabase({ configDir, clips: scaled(context, fullRows), cameraAddress: '127.0.0.1:1' });
    const times = await work.ledgerTimes(configDir, { files, runs: context.quick ? 4 : 8 });
    tellFold(figures, `a listing of ${files} files, all new`, times.fresh);
    tellFold(figures, 'the same again, nothing changed', times.known);
    tellFold(figures, 'one of which half is known', times.half);
    tellNext(figures, times);
  });
  return figures.all;
}

/** Read, planned and written in one transaction. */
function tellFold(figures: Figures, what: string, folds: readonly ledgerWork.Fold[]): void {
  const totals = folds.map((fold) => fold.totalMs);
  const values = {
    medianMs: median(totals),
    slowestMs: Math.max(...totals),
    pauseMs: median(folds.map((fold) => fold.pauseMs)),
  };
  figures.goal(
    {
      what: `${what} (median of ${folds.length})`,
      goal: `<= ${mostFoldMs} ms`,
      measured: milliseconds(values.medianMs),
      values,
    },
    values.medianMs <= mostFoldMs,
  );
  figures.info({
    what: 'of that, at one stretch; the slowest of all',
    measured: `${milliseconds(values.pauseMs)}; ${milliseconds(values.slowestMs)}`,
    values,
  });
}

function tellNext(figures: Figures, { nextMs, anewMs }: ledgerWork.LedgerTimes): void {
  const p99Ms = quantile(nextMs, 0.99);
  figures.goal(
    {
      what: `the next of ${files} downloads, after each change (p99 of ${nextMs.length})`,
      goal: `<= ${mostNextMs} ms`,
      measured: milliseconds(p99Ms),
      values: { p99Ms, medianMs: median(nextMs) },
    },
    p99Ms <= mostNextMs,
  );
  figures.info({
    what: 'the same, the queue read and sorted anew (median)',
    measured: milliseconds(median(anewMs)),
    values: { medianMs: median(anewMs) },
  });
}
