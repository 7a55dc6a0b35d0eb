import type { BenchContext, Benchmark } from './bench-context.ts';
import { Figures, percent, type Figure } from './report.ts';
import { tellTimeline } from './timeline.ts';
import { runVisit, tellArchive, tellBytesSent, throughputOf } from './visit-run.ts';

const mostBytesSent = 1.05;

export const brokenTransfersBenchmark: Benchmark = {
  name: 'broken',
  about: 'the same visit, every second transfer broken at a random byte',
  run: brokenTransfers,
};

async function brokenTransfers(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('broken');
  const outcome = await runVisit(context, {
    seed: 7,
    listingMs: 800,
    hashEvery: 1,
    faults: { dropEvery: 2 },
  });
  tellBytesSent(figures, outcome, mostBytesSent);
  tellArchive(figures, outcome);
  const { share, seconds } = throughputOf(outcome, outcome.timeline.firstMediaAt);
  figures.info({
    what: "camera's bandwidth turned into archived bytes, from the first file request",
    measured: `${percent(share)} (${seconds.toFixed(1)} s)`,
    values: { share, seconds },
  });
  tellTimeline(figures, outcome.timeline, outcome.clips);
  return figures.all;
}
