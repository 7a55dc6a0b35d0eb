import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCameraAddress } from '../src/server/camera/address.ts';
import { NovatekCamera } from '../src/server/camera/novatek-camera.ts';
import type { MoovLayout } from '../src/server/sync/triage-plan.ts';
import { readSparse } from '../src/server/sync/triage-read.ts';
import { spanReader } from '../src/server/sync/triage-remote.ts';
import { verdictOfBlock } from '../src/server/tracks/gps-block.ts';
import { indexOfMoov } from '../src/server/tracks/gps-index.ts';
import { readingOf } from '../src/server/tracks/gps-reading.ts';
import { readTsGps } from '../src/server/tracks/ts-gps.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { seedDrives } from '../simulator/drives.ts';
import { startSimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import type { Benchmark } from './bench-context.ts';
import { Figures, type Figure } from './report.ts';
import { drawDrives, fixed, product, type Pick } from './triage-line.ts';

const gps = { indexOfMoov, verdictOfBlock, readingOf, readTsGps };
const mostRequests = 3;

export const triageBenchmark: Benchmark = {
  name: 'triage',
  about: 'the track of a clip that is still on its camera: requests, bytes, and how true the line is',
  run: ({ quick }) => triage(quick ? 10 : 40),
};

async function triage(seeds: number): Promise<Figure[]> {
  const figures = new Figures('triage');
  for (const moov of ['front', 'back'] as const)
    for (const sizeBytes of [15_000_000, 500_000_000]) await tellRequests(figures, moov, sizeBytes);
  const picks: [string, Pick][] = [
    ['1 position a clip, its beginning', fixed(0)],
    ['2 positions, both ends', fixed(0, 1)],
    ['2 positions, a quarter and three', fixed(0.25, 0.75)],
    ['2 positions, beginning and middle', fixed(0, 0.5)],
    ['3 positions, even', fixed(0, 1 / 3, 2 / 3)],
    ['the product with 2 positions', product(2, false)],
    ['the product with 2 and the first for nothing', product(2, true)],
  ];
  for (const [what, pick] of picks) {
    const line = drawDrives(pick, seeds);
    figures.info({
      what: `line beside the way driven, ${what}`,
      measured: `mean ${line.mean.toFixed(1)} m, 95 % ${line.p95.toFixed(0)} m, most ${line.max.toFixed(0)} m, end ${line.end.toFixed(0)} m`,
      values: { ...line },
    });
  }
  return figures.all;
}

/** Clips of a minute, as the product reads them: what it learns from one it knows of the next. */
async function tellRequests(figures: Figures, moov: 'front' | 'back', sizeBytes: number): Promise<void> {
  const simulated = await startSimulatedCamera();
  const factory = createClipFactory({ cacheDir: join(tmpdir(), 'viofosync-footage') });
  const until = localTime(2026, 6, 28, 11);
  await seedDrives(simulated.card, factory, { until, days: 1, channels: 1, photos: false, moov, sizeBytes });
  const address = parseCameraAddress(simulated.address);
  if ('error' in address) throw new Error(address.error);
  const camera = new NovatekCamera({ address });
  const { signal } = new AbortController();
  const { files } = await camera.list(signal);
  simulated.log.clear();
  const beganAt = performance.now();
  let layout: MoovLayout | null = null;
  let [most, records] = [0, 0];
  for (const file of files) {
    const hints = { layout, isFirst: false, isLast: false };
    const sparse = await readSparse(spanReader(camera, file.remotePath, signal), file, hints, gps);
    layout = sparse.layout;
    most = Math.max(most, sparse.requests);
    records += sparse.reading.records.length;
  }
  const requests = simulated.log.downloads.length;
  const ms = (performance.now() - beganAt) / files.length;
  const bytes = simulated.bytesSent / files.length;
  camera.close();
  await simulated.stop();
  const each = (count: number) => (count / files.length).toFixed(1);
  figures.goal(
    {
      what: `requests for a minute of ${sizeBytes / 1e6} MB, index at the ${moov}`,
      goal: `<= ${mostRequests}`,
      measured: `${each(requests)}, at most ${most}; ${Math.round(bytes / 1000)} kB, ${each(records)} positions, ${ms.toFixed(0)} ms`,
      values: { most, bytes, records: records / files.length, ms },
    },
    most <= mostRequests,
  );
}
