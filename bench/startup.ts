import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { Figures, median, megabytes, milliseconds, type Figure } from './report.ts';
import { seedDatabase } from './seed-database.ts';
import { ServerProcess } from './server-process.ts';

const clips = 20_000;
const mostMs = 900;
/** Nothing listens there, and nothing ever will. */
const deadCamera = '127.0.0.1:1';

export const startupBenchmark: Benchmark = {
  name: 'startup',
  about: 'process start to the first page and status, 20,000 clips, camera dead, recordings well or hanging',
  run: startup,
};

async function startup(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('startup');
  const runs = context.quick ? 3 : 7;
  await withFolder(context.dir, async (seeded) => {
    const configDir = join(seeded, 'config');
    await seedDatabase({
      configDir,
      clips,
      cameraAddress: deadCamera,
      waiting: 200,
      markerId: '9f6a3c1e-0000-4000-8000-000000000000',
    });
    const well: Start[] = [];
    const hanging: Start[] = [];
    // In turns, so that other load on the machine meets both alike.
    for (let run = 0; run < runs; run++) {
      well.push(await startOnce(context, configDir, 'well'));
      hanging.push(await startOnce(context, configDir, 'hanging'));
    }
    const wellMs = tellStart(figures, 'recordings volume well', well);
    const hangingMs = tellStart(figures, 'recordings volume hangs', hanging);
    figures.info({
      what: 'what a hanging volume costs (difference of the medians)',
      goal: '0 ms',
      measured: milliseconds(hangingMs - wellMs),
      values: { differenceMs: hangingMs - wellMs },
    });
    figures.info({
      what: 'resident memory a second after the start',
      goal: '<= 110.0 MB',
      measured: megabytes(median(well.map((start) => start.residentBytes))),
      values: { residentBytes: median(well.map((start) => start.residentBytes)) },
    });
  });
  return figures.all;
}

interface Start {
  pageMs: number;
  statusMs: number;
  residentBytes: number;
}

async function startOnce(
  context: BenchContext,
  configDir: string,
  volume: 'well' | 'hanging',
): Promise<Start> {
  return withFolder(context.dir, async (folder) => {
    await cp(configDir, join(folder, 'config'), { recursive: true });
    const recordings = join(folder, 'recordings');
    await mkdir(recordings);
    const marker = join(recordings, markerName);
    // Whoever reads a pipe that nobody writes to waits for ever, as on a share whose server has gone.
    if (volume === 'hanging') execFileSync('mkfifo', [marker]);
    const server = await ServerProcess.launch({
      bundle: context.bundle,
      folder,
      profileDir: context.profileDir,
    });
    try {
      const [pageMs, statusMs] = await Promise.all([server.answers('/'), server.answers('/api/status')]);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return { pageMs, statusMs, residentBytes: server.memory().residentBytes };
    } finally {
      await (context.profileDir === null ? server.kill() : server.stop());
      await rm(marker, { force: true });
    }
  });
}

/** Returns the median of the slower of page and status. */
function tellStart(figures: Figures, what: string, starts: readonly Start[]): number {
  const both = starts.map((start) => Math.max(start.pageMs, start.statusMs));
  const medianMs = median(both);
  const values = { medianMs, leastMs: Math.min(...both), mostMs: Math.max(...both) };
  figures.goal(
    {
      what: `process start to page and status, ${what} (median of ${starts.length})`,
      goal: `<= ${mostMs} ms`,
      measured: `${milliseconds(medianMs)} (${Math.round(values.leastMs)} to ${Math.round(values.mostMs)})`,
      values,
    },
    medianMs <= mostMs,
  );
  return medianMs;
}
