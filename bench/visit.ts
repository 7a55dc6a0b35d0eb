import type { BenchContext, Benchmark } from './bench-context.ts';
import { Figures, megabytes, percent, type Figure } from './report.ts';
import { tellTimeline } from './timeline.ts';
import {
  cameraBytesPerSecond,
  runVisit,
  tellArchive,
  tellBytesSent,
  throughputOf,
  type VisitOutcome,
} from './visit-run.ts';

const listingMs = 800;
const mostResidentBytes = 150_000_000;
const mostIdleBytes = 110_000_000;

export const visitBenchmark: Benchmark = {
  name: 'visit',
  about: '90 clips of about 15 MB from a camera limited to 30 MB/s whose listings take 0.8 s a folder',
  run: visit,
};

async function visit(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('visit');
  const outcome = await runVisit(context, { seed: 1, listingMs, hashEvery: 5, withReference: true });
  tellShare(figures, outcome, { from: 'media', least: 0.95 });
  tellShare(figures, outcome, { from: 'listing', least: 0.9 });
  tellReference(figures, outcome);
  tellMemory(figures, outcome);
  tellArchive(figures, outcome);
  tellTimeline(figures, outcome.timeline, outcome.clips);
  tellBytesSent(figures, outcome, null);
  const perGigabyte = outcome.cpuSeconds / (outcome.archive.archivedBytes / 1e9);
  figures.info({
    what: "the server's processor time for each GB archived",
    measured: `${perGigabyte.toFixed(2)} s`,
    values: { cpuSecondsPerGigabyte: perGigabyte },
  });
  return figures.all;
}

function tellShare(
  figures: Figures,
  outcome: VisitOutcome,
  { from, least }: { from: 'media' | 'listing'; least: number },
): void {
  const { firstMediaAt, firstListingAt } = outcome.timeline;
  const { seconds, share } = throughputOf(outcome, from === 'media' ? firstMediaAt : firstListingAt);
  const what = from === 'media' ? 'first file request' : 'first listing request';
  figures.goal(
    {
      what: `camera's bandwidth turned into archived bytes, from the ${what}`,
      goal: `>= ${percent(least)}`,
      measured: `${percent(share)} (${seconds.toFixed(1)} s)`,
      values: { share, seconds },
    },
    share >= least,
  );
}

/** On a busy machine the camera itself does not reach its rate: this tells a slow server from a slow machine. */
function tellReference(figures: Figures, { referenceShare, timeline }: VisitOutcome): void {
  if (referenceShare === null) return;
  figures.info({
    what: 'the same from a client that throws the bytes away: what this machine allows',
    measured: percent(referenceShare),
    values: { referenceShare },
  });
  const sendingShare = timeline.mediaBytes / (cameraBytesPerSecond * (timeline.sendingMs / 1000));
  figures.info({
    what: "the camera's rate within transfers, pauses between them left out",
    measured: percent(sendingShare),
    values: { sendingShare },
  });
}

function tellMemory(figures: Figures, { peakResidentBytes, idleResidentBytes }: VisitOutcome): void {
  figures.goal(
    {
      what: 'most resident memory of the server, with 20,000 clips known from before',
      goal: `<= ${megabytes(mostResidentBytes)}`,
      measured: megabytes(peakResidentBytes),
      values: { peakResidentBytes },
    },
    peakResidentBytes <= mostResidentBytes,
  );
  figures.info({
    what: 'resident memory right after its start',
    goal: `<= ${megabytes(mostIdleBytes)}`,
    measured: megabytes(idleResidentBytes),
    values: { idleResidentBytes },
  });
}
