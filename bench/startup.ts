import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { Figures, median, megabytes, milliseconds, type Figure } from './report.ts';
import { copyArchive, seedArchive, writeSettings } from './seed-archive.ts';
import { ServerProcess } from './server-process.ts';

const days = 30;
const backlog = { clips: 20_000, overAge: 19_600, waiting: 200, days };
const mostMs = 900;

export const startupBenchmark: Benchmark = {
  name: 'startup',
  about:
    'process start to the first page and status, 20,000 clips, 19,600 deletions waiting, camera dead, recordings well or hanging',
  run: startup,
};

async function startup(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('startup');
  const runs = context.quick ? 3 : 7;
  await withFolder(context.dir, async (seeded) => {
    await seedArchive(seeded, backlog);
    // Into the trash, as it is unless the user says otherwise; nobody is there to be asked.
    await writeSettings(seeded, { retentionDays: days, retentionMaxSharePct: 100 });
    const well: Start[] = [];
    const hanging: Start[] = [];
    // In turns, so that other load on the machine meets both alike.
    for (let run = 0; run < runs; run++) {
      well.push(await startOnce(context, seeded, 'well'));
      hanging.push(await startOnce(context, seeded, 'hanging'));
    }
    const wellMs = tellStart(figures, 'recordings volume well', well);
    const hangingMs = tellStart(figures, 'recordings volume hangs', hanging);
    figures.info({
      what: 'what a hanging volume costs (difference of the medians)',
      goal: '0 ms',
      measured: milliseconds(hangingMs - wellMs),
      values: { differenceMs: hangingMs - wellMs },
    });
    tellMemory(figures, 'nothing under way', hanging, '<= 110.0 MB');
    tellMemory(figures, 'the sweep under way', well);
  });
  return figures.all;
}

interface Start {
  pageMs: number;
  statusMs: number;
  residentBytes: number;
}

async function startOnce(context: BenchContext, seeded: string, volume: 'well' | 'hanging'): Promise<Start> {
  return withFolder(context.dir, async (folder) => {
    await copyArchive(seeded, folder);
    const marker = join(folder, 'recordings', markerName);
    // Whoever reads a pipe that nobody writes to waits for ever, as on a share whose server has gone.
    if (volume === 'hanging') {
      await rm(marker);
      execFileSync('mkfifo', [marker]);
    }
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

function tellMemory(figures: Figures, when: string, starts: readonly Start[], goal = ''): void {
  const residentBytes = median(starts.map((start) => start.residentBytes));
  figures.info({
    what: `resident memory a second after the start, ${when}`,
    goal,
    measured: megabytes(residentBytes),
    values: { residentBytes },
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
