import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sweep } from '../src/shared/retention.ts';
import type { Settings } from '../src/shared/settings.ts';
import { disagreements } from './archive-agreement.ts';
import { scaled, withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { Figures, median, megabytes, milliseconds, quantile, type Figure } from './report.ts';
import { measureKills } from './retention-kills.ts';
import { measureIdleSweep } from './retention-quota.ts';
import { full, rules, untilTold, withCopy, type Backlog } from './retention-steps.ts';
import { archivedFiles, seedArchive, writeSettings } from './seed-archive.ts';
import { clipsPerDay } from './seed-database.ts';
import { ServerProcess } from './server-process.ts';

const leastASecond = 3000;
const mostPageMs = 50;
/** Of the medians; a machine measures the same thing twice no closer than this. */
const mostStartRatio = 1.1;
const betweenAsksMs = 50;
const trashOff = 'trash off';

export const retentionBenchmark: Benchmark = {
  name: 'retention',
  about: '19,600 of 20,000 clips beyond their age: swept while the page is asked, started with, and killed',
  run: retention,
};

async function retention(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('retention');
  await withFolder(context.dir, async (folder) => {
    const overAge = Math.round(scaled(context, full.overAge) / clipsPerDay) * clipsPerDay;
    const backlog = { folder, overAge, clips: overAge + full.clips - full.overAge };
    await seedArchive(folder, { ...backlog, days: full.days });
    const sweptMs = await measureSweep(context, figures, { backlog, trashHours: 0 });
    await measureSweep(context, figures, { backlog, trashHours: 24 });
    await measureStarts(context, figures, backlog);
    await measureIdleSweep(context, figures, backlog);
    await measureKills(context, figures, { backlog, sweptMs });
  });
  return figures.all;
}

/** Returns how long the sweep took, in milliseconds. */
async function measureSweep(
  context: BenchContext,
  figures: Figures,
  { backlog, trashHours }: { backlog: Backlog; trashHours: number },
): Promise<number> {
  return withCopy(context, backlog, async (folder) => {
    await writeSettings(folder, { ...rules, trashHours });
    const { bundle, profileDir } = context;
    const server = await ServerProcess.launch({ bundle, folder, profileDir });
    const { sweep, asked } = await sweepWhileAsked(server, folder);
    const [cpuSeconds, { peakBytes }] = [server.cpuSeconds(), server.memory()];
    await server.stop();
    const what = trashHours === 0 ? trashOff : 'into the trash';
    tellSweep(figures, what, { sweep, cpuSeconds, peakBytes });
    tellPage(figures, what, { sweep, asked });
    await tellAgreement(figures, { what, folder, left: backlog.clips - backlog.overAge });
    return tookMs(sweep);
  });
}

interface Asked {
  at: number;
  tookMs: number;
}

async function sweepWhileAsked(
  server: ServerProcess,
  folder: string,
): Promise<{ sweep: Sweep; asked: Asked[] }> {
  await server.answers('/api/retention');
  let isOver = false;
  const asking = askPage(server, { days: daysOf(folder), isOver: () => isOver });
  try {
    return { sweep: await untilSwept(server), asked: await ((isOver = true), asking) };
  } finally {
    isOver = true;
    await asking;
  }
}

const daysOf = (folder: string): string[] => [
  ...new Set(archivedFiles(join(folder, 'config')).map(({ path }) => path.slice(0, 10))),
];

/** The day list and a day in turns, as the archive page asks for them, on one kept connection. */
async function askPage(
  server: ServerProcess,
  { days, isOver }: { days: readonly string[]; isOver: () => boolean },
): Promise<Asked[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const asked: Asked[] = [];
  for (let turn = 0; !isOver(); turn++) {
    const day = days[(turn * 7) % days.length] ?? '';
    const startedAt = performance.now();
    const at = Date.now();
    await answerOf(`${server.url}/api/days${turn % 2 === 0 ? '' : `/${day}`}`, agent);
    asked.push({ at, tookMs: performance.now() - startedAt });
    await sleep(betweenAsksMs);
  }
  agent.destroy();
  return asked;
}

function answerOf(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.on('end', resolve).on('error', reject).resume();
    }).on('error', reject);
  });
}

const untilSwept = (server: ServerProcess): Promise<Sweep> =>
  untilTold(server, ({ sweeps }) => sweeps.find(({ outcome }) => outcome !== null));

const tookMs = ({ beganAt, endedAt }: Sweep): number => (endedAt ?? beganAt) - beganAt;

function tellSweep(
  figures: Figures,
  what: string,
  { sweep, cpuSeconds, peakBytes }: { sweep: Sweep; cpuSeconds: number; peakBytes: number },
): void {
  const aSecond = (sweep.byAge / tookMs(sweep)) * 1000;
  const draft = {
    what: `clips deleted a second, ${what} (${sweep.byAge} clips)`,
    measured: `${Math.round(aSecond)} (in ${milliseconds(tookMs(sweep))}, ${sweep.outcome})`,
    values: { aSecond, clips: sweep.byAge, tookMs: tookMs(sweep) },
  };
  const isMet = aSecond >= leastASecond && sweep.outcome === 'done';
  if (what === trashOff) figures.goal({ ...draft, goal: `>= ${leastASecond}` }, isMet);
  else figures.info(draft);
  figures.info({
    what: `from process start to the end of that sweep: processor; most resident memory`,
    measured: `${cpuSeconds.toFixed(1)} s; ${megabytes(peakBytes)}`,
    values: { cpuSeconds, peakBytes },
  });
}

function tellPage(figures: Figures, what: string, { sweep, asked }: { sweep: Sweep; asked: Asked[] }): void {
  const meanwhile = asked.filter(({ at }) => at >= sweep.beganAt && at <= (sweep.endedAt ?? 0));
  const waits = meanwhile.map((one) => one.tookMs);
  const values = { p99Ms: quantile(waits, 0.99), medianMs: median(waits), asked: waits.length };
  figures.goal(
    {
      what: `the page meanwhile, ${what}: 99th percentile of ${waits.length} answers (median)`,
      goal: `<= ${mostPageMs} ms`,
      measured: `${milliseconds(values.p99Ms)} (${milliseconds(values.medianMs)})`,
      values,
    },
    waits.length > 0 && values.p99Ms <= mostPageMs,
  );
}

async function tellAgreement(
  figures: Figures,
  { what, folder, left }: { what: string; folder: string; left: number },
): Promise<void> {
  const told = await disagreements(folder);
  for (const line of told.slice(0, 5)) console.error(`    ${line}`);
  const archived = archivedFiles(join(folder, 'config')).length;
  figures.goal(
    {
      what: `rows and files that differ afterwards, ${what} (${archived} clips left of ${left})`,
      goal: '0',
      measured: String(told.length),
      values: { differences: told.length, archived },
    },
    told.length === 0 && archived === left,
  );
}

/** In turns, so that other load on the machine meets both alike. */
async function measureStarts(context: BenchContext, figures: Figures, backlog: Backlog): Promise<void> {
  const runs = context.quick ? 3 : 7;
  const [waiting, none]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    waiting.push(await startMs(context, backlog, rules));
    none.push(await startMs(context, backlog, {}));
  }
  const [waitingMs, noneMs] = [median(waiting), median(none)];
  const ratio = waitingMs / noneMs;
  figures.goal(
    {
      what: `process start to page and status, with the backlog by without (medians of ${runs})`,
      goal: `<= x ${mostStartRatio}`,
      measured: `x ${ratio.toFixed(2)} (${milliseconds(waitingMs)} by ${milliseconds(noneMs)})`,
      values: { ratio, waitingMs, noneMs },
    },
    ratio <= mostStartRatio,
  );
}

async function startMs(
  context: BenchContext,
  backlog: Backlog,
  settings: Partial<Settings>,
): Promise<number> {
  return withCopy(context, backlog, async (folder) => {
    await writeSettings(folder, settings);
    const server = await ServerProcess.launch({ bundle: context.bundle, folder });
    try {
      return Math.max(...(await Promise.all([server.answers('/'), server.answers('/api/status')])));
    } finally {
      await server.kill();
    }
  });
}
