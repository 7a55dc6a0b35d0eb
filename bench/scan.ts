import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { serverEnvironment, serverNodeFlags } from '../scripts/lib/server-launch.mjs';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { systemSchema, type Scan } from '../src/shared/system.ts';
import { scaled, withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { dayTimes } from './day-views.ts';
import { Figures, megabytes, milliseconds, quantile, type Figure } from './report.ts';
import type { ScanWork } from './scan-work.ts';
import { ServerProcess } from './server-process.ts';

const fullFiles = 196_000;
const capturesPerDay = 50;
const dayMs = 24 * 60 * 60_000;
const minuteMs = 60_000;
const firstDay = Date.UTC(2020, 0, 1);
const goals = { firstMs: 3000, residentBytes: 200e6, againMs: 1000, listMs: 3, viewMs: 4 };
const longestScanMs = 120_000;

export const scanBenchmark: Benchmark = {
  name: 'scan',
  about:
    '196,000 files in daily folders: the first scan of the real server, again with nothing new, and the pages',
  run: scan,
};

async function scan(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('scan');
  const files = scaled(context, fullFiles);
  await withFolder(context.dir, async (folder) => {
    seedTree(join(folder, 'recordings'), files);
    await alone(figures, context, { folder, files });
    const order = { bundle: context.bundle, folder, profileDir: context.profileDir };
    const server = await ServerProcess.start(order);
    try {
      console.log('  the same in the real server, with all that it does beside it');
      await first(figures, server, files);
      await again(figures, server, { what: 'again with nothing new', thorough: false, files });
      await again(figures, server, { what: 'again, thorough', thorough: true, files });
      await pages(figures, server);
    } finally {
      await server.stop();
    }
    const restarted = await ServerProcess.start(order);
    try {
      await isReady(restarted);
      await again(figures, restarted, { what: 'after a restart, with nothing new', thorough: false, files });
    } finally {
      await restarted.stop();
    }
  });
  return figures.all;
}

/** The scan in a process of its own: from nothing, again with nothing new, and thoroughly. */
async function alone(
  figures: Figures,
  context: BenchContext,
  { folder, files }: { folder: string; files: number },
): Promise<void> {
  const args = [join(folder, 'config-of-scan'), join(folder, 'recordings'), 'normal', 'normal', 'thorough'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...serverNodeFlags, context.bundle.scanWork, ...args],
    { env: { ...process.env, ...serverEnvironment } },
  );
  const [began, again, thorough] = JSON.parse(stdout) as ScanWork[];
  if (!began || !again || !thorough) throw new Error('the scans did not come to their end');
  const { peakBytes } = began;
  tellWork(figures, `${files} files from nothing`, began, {
    mostMs: goals.firstMs,
    isRight: began.found === files,
  });
  figures.goal(
    {
      what: 'most resident memory by then',
      goal: `<= ${megabytes(goals.residentBytes)}`,
      measured: megabytes(peakBytes),
      values: { peakBytes },
    },
    peakBytes <= goals.residentBytes,
  );
  tellWork(figures, `again with nothing new (${again.skippedFolders} folders unchanged)`, again, {
    mostMs: goals.againMs,
    isRight: again.files === files && again.found === 0,
  });
  figures.info({ what: 'again, thorough', measured: workWords(thorough), values: { ...thorough } });
}

function tellWork(
  figures: Figures,
  what: string,
  work: ScanWork,
  { mostMs, isRight }: { mostMs: number; isRight: boolean },
): void {
  const draft = { what, goal: `<= ${mostMs} ms`, measured: workWords(work), values: { ...work } };
  figures.goal(draft, work.ms <= mostMs && isRight);
}

const workWords = ({ ms, cpuMs, mainMs }: ScanWork): string =>
  `${milliseconds(ms)} (processor ${milliseconds(cpuMs)}, of it the main thread ${milliseconds(mainMs)})`;

/** Front and rear, 50 times a day, every tenth in `RO`, every fifth in `Parking`; each file a few bytes. */
function seedTree(recordings: string, files: number): void {
  mkdirSync(recordings, { recursive: true });
  const id = '9f6a3c1e-0000-4000-8000-000000000003';
  writeFileSync(join(recordings, markerName), JSON.stringify({ id }));
  for (let index = 0; index < files; index++) {
    const capture = Math.floor(index / 2);
    const inDay = capture % capturesPerDay;
    const at = firstDay + Math.floor(capture / capturesPerDay) * dayMs + (480 + inDay) * minuteMs;
    const local = new Date(at).toISOString();
    const [locked, parking] = [inDay % 10 === 3, inDay % 5 === 4];
    const folder = join(recordings, local.slice(0, 10), locked ? 'RO' : parking ? 'Parking' : '');
    if (index % (capturesPerDay * 2) === 0)
      for (const name of ['RO', 'Parking'])
        mkdirSync(join(recordings, local.slice(0, 10), name), { recursive: true });
    const [year, month, day, hour, minute] = local.split(/[-T:]/);
    const mark = `${parking ? 'P' : ''}${index % 2 === 0 ? 'F' : 'R'}`;
    const sequence = String(capture % 1_000_000).padStart(6, '0');
    writeFileSync(join(folder, `${year}_${month}${day}_${hour}${minute}00_${sequence}${mark}.MP4`), 'clip');
  }
}

async function first(figures: Figures, server: ServerProcess, files: number): Promise<void> {
  const pings: number[] = [];
  const { done, wallMs } = await untilDone(server, pings);
  const tookMs = msOf(done);
  const { peakBytes, residentBytes } = server.memory();
  figures.info({
    what: `${files} files from nothing (${done.folders} folders, ${done.found} found)`,
    measured: milliseconds(tookMs),
    values: { tookMs, wallMs, cpuSeconds: server.cpuSeconds(), found: done.found },
  });
  figures.goal(
    {
      what: 'most resident memory of the server by then (now)',
      goal: `<= ${megabytes(goals.residentBytes)}`,
      measured: `${megabytes(peakBytes)} (${megabytes(residentBytes)})`,
      values: { peakBytes, residentBytes },
    },
    peakBytes <= goals.residentBytes,
  );
  const values = { p95Ms: quantile(pings, 0.95), mostMs: Math.max(0, ...pings) };
  figures.info({
    what: 'the page answers meanwhile within: p95, most',
    measured: `${milliseconds(values.p95Ms)}, ${milliseconds(values.mostMs)}`,
    values,
  });
}

async function again(
  figures: Figures,
  server: ServerProcess,
  { what, thorough, files }: { what: string; thorough: boolean; files: number },
): Promise<void> {
  const response = await fetch(`${server.url}/api/archive/scan`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ thorough }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  const { done } = await untilDone(server);
  const tookMs = msOf(done);
  const { residentBytes } = server.memory();
  const draft = {
    what: `${what} (${done.folders} folders, ${done.skippedFolders ?? 0} of them unchanged, ${done.files} files)`,
    measured: `${milliseconds(tookMs)}, ${megabytes(residentBytes)} resident`,
    values: { tookMs, found: done.found, residentBytes },
  };
  if (thorough) figures.info(draft);
  else
    figures.goal({ ...draft, goal: `< ${goals.againMs} ms` }, tookMs < goals.againMs && done.files === files);
}

async function pages(figures: Figures, server: ServerProcess): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const { list, view } = await dayTimes(server.url, agent);
    for (const [what, times, most] of [
      ['day list, 60 days', list, goals.listMs],
      ['day view, 100 clips', view, goals.viewMs],
    ] as const) {
      const p95Ms = quantile(times, 0.95);
      const draft = {
        what: `${what}: p95`,
        goal: `<= ${most} ms`,
        measured: milliseconds(p95Ms),
        values: { p95Ms },
      };
      figures.goal(draft, p95Ms <= most);
    }
  } finally {
    agent.destroy();
  }
}

const msOf = (scan: Scan): number => (scan.finishedAt ?? Number.NaN) - (scan.startedAt ?? Number.NaN);

/** The recordings volume has been looked at. */
async function isReady(server: ServerProcess): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < longestScanMs) {
    if ((await server.status()).archive.state === 'ready') return;
    await sleep(50);
  }
  throw new Error('the recordings volume is not ready');
}

/** Asks ten times a second; `pings` gets how long each answer took. */
async function untilDone(
  server: ServerProcess,
  pings: number[] = [],
): Promise<{ done: Scan; wallMs: number }> {
  const began = performance.now();
  while (performance.now() - began < longestScanMs) {
    const asked = performance.now();
    const response = await fetch(`${server.url}/api/system`);
    const { scan: seen } = systemSchema.parse(await response.json());
    pings.push(performance.now() - asked);
    if (seen.state === 'done') return { done: seen, wallMs: performance.now() - began };
    if (seen.state === 'failed') throw new Error(`the scan failed: ${seen.message}`);
    await sleep(100);
  }
  throw new Error('the scan did not end');
}
