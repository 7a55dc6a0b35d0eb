import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startupSchema } from '../src/shared/startup.ts';
import { fillV2, V2Database } from '../test/legacy/v2-database.ts';
import { scaled, withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { Figures, megabytes, milliseconds, type Figure } from './report.ts';
import { ServerProcess } from './server-process.ts';

const files = 200_000;
const queued = 300_000;
const mostMs = 20_000;
const mostBytes = 300e6;
const mostPageMs = 1000;
const patienceMs = 120_000;

export const adoptionBenchmark: Benchmark = {
  name: 'adoption',
  about:
    'the program takes over a v2 database of 200,000 clips and 300,000 queue rows while its page answers',
  run: adoption,
};

async function adoption(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('adoption');
  await withFolder(context.dir, async (folder) => {
    await mkdir(join(folder, 'config'), { recursive: true });
    const database = new V2Database(join(folder, 'config', 'viofosync.db'), { generation: '2.5' });
    fillV2(database, { files: scaled(context, files), queued: scaled(context, queued) });
    database.close();
    const order = { bundle: context.bundle, folder, profileDir: context.profileDir };
    await takeOver(figures, await ServerProcess.launch(order));
    await openAgain(figures, await ServerProcess.launch(order));
  });
  return figures.all;
}

/** From the process's start to the open database, asking for the page all the while. */
async function takeOver(figures: Figures, server: ServerProcess): Promise<void> {
  const firstMs = await server.answers('/');
  const waits = await askUntilReady(server);
  const totalMs = performance.now() - server.startedAt;
  const { peakBytes } = server.memory();
  const cpuSeconds = server.cpuSeconds();
  await server.stop();
  const worstMs = Math.max(...waits);
  const rows = `${files} clips and ${queued} queue rows`;
  figures.goal(
    {
      what: `v2 database of ${rows}: process start to open database`,
      goal: `<= ${mostMs / 1000} s`,
      measured: `${milliseconds(totalMs)} (processor ${cpuSeconds.toFixed(1)} s)`,
      values: { totalMs, cpuSeconds },
    },
    totalMs <= mostMs,
  );
  figures.goal(
    {
      what: 'most resident memory of the whole process meanwhile',
      goal: `<= ${megabytes(mostBytes)}`,
      measured: megabytes(peakBytes),
      values: { peakBytes },
    },
    peakBytes <= mostBytes,
  );
  figures.goal(
    {
      what: `the page meanwhile: first answer; longest of ${waits.length} further ones`,
      goal: `<= ${mostPageMs} ms each`,
      measured: `${milliseconds(firstMs)}; ${milliseconds(worstMs)}`,
      values: { firstMs, worstMs, answers: waits.length },
    },
    firstMs <= mostPageMs && worstMs <= mostPageMs,
  );
}

/** How long each answer took, in milliseconds. */
async function askUntilReady(server: ServerProcess): Promise<number[]> {
  const waits: number[] = [];
  while (performance.now() - server.startedAt < patienceMs) {
    const asked = performance.now();
    const response = await fetch(`${server.url}/api/startup`);
    const { phase } = startupSchema.parse(await response.json());
    waits.push(performance.now() - asked);
    if (phase === 'ready') return waits;
    await sleep(20);
  }
  throw new Error(`not taken over within ${patienceMs / 1000} s:\n${server.logTail(5)}`);
}

async function openAgain(figures: Figures, server: ServerProcess): Promise<void> {
  const pageMs = await server.answers('/');
  const statusMs = await server.answers('/api/status');
  await server.stop();
  figures.goal(
    {
      what: 'our own database of that size: process start to page; to its status',
      goal: `<= ${mostPageMs} ms`,
      measured: `${milliseconds(pageMs)}; ${milliseconds(statusMs)}`,
      values: { pageMs, statusMs },
    },
    Math.max(pageMs, statusMs) <= mostPageMs,
  );
}
