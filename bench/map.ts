import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { mapMonthsSchema } from '../src/shared/map-months.ts';
import { scaled, withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { measurePage } from './map-page.ts';
import { seedJourneys } from './map-seed.ts';
import { Figures, median, milliseconds, quantile, sum, type Figure } from './report.ts';
import { seedDatabase } from './seed-database.ts';
import { ServerProcess } from './server-process.ts';

const fullJourneys = 10_000;
const clips = 2000;
const rounds = 20;
const until = Date.UTC(2026, 5, 28);

export const mapBenchmark: Benchmark = {
  name: 'map',
  about: 'the map of 10,000 journeys: what the server sends and how long it takes, and the page in Chromium',
  run: map,
};

async function map(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('map');
  const journeys = scaled(context, fullJourneys);
  await withFolder(context.dir, async (folder) => {
    const configDir = join(folder, 'config');
    await seedDatabase({ configDir, clips, cameraAddress: '127.0.0.1:1' });
    await seedJourneys(configDir, { journeys, until });
    const server = await ServerProcess.start({
      bundle: context.bundle,
      folder,
      profileDir: context.profileDir,
    });
    try {
      await served(figures, server.url, journeys);
      await measurePage(figures, server.url, journeys);
    } finally {
      await server.stop();
    }
  });
  return figures.all;
}

/** A first visit of the page, and those after it, as one browser would ask. */
async function served(figures: Figures, url: string, journeys: number): Promise<void> {
  const first = await visit(url);
  const later: number[] = [];
  for (let round = 0; round < rounds; round++) later.push(...(await visit(url)).timesMs);
  const kilobytes = first.bytes / 1000;
  const whole = { ms: sum(first.timesMs), gzipBytes: first.bytes, months: first.timesMs.length };
  figures.goal(
    {
      what: `all lines of ${journeys} journeys, gzipped, in ${whole.months} months`,
      goal: '<= 1500 kB',
      measured: `${kilobytes.toFixed(0)} kB`,
      values: whole,
    },
    kilobytes <= 1500,
  );
  tell(figures, { what: 'a month of them, made for the first time', timesMs: first.timesMs, goalMs: 30 });
  tell(figures, { what: 'a month of them, once it was made', timesMs: later, goalMs: 10 });
  const answer = await fetch(`${url}/api/map/months`);
  const index = gzipSync(await answer.text()).length;
  const again = await fetch(`${url}/api/map/months`, {
    headers: { 'if-none-match': answer.headers.get('etag') ?? '' },
    cache: 'no-store',
  });
  figures.goal(
    {
      what: 'a second visit',
      goal: '304, nothing sent',
      measured: `${again.status}; the list of months, if new, is ${index} B gzipped`,
      values: { status: again.status, indexGzipBytes: index },
    },
    again.status === 304,
  );
}

interface Told {
  what: string;
  timesMs: readonly number[];
  goalMs: number;
}

function tell(figures: Figures, { what, timesMs, goalMs }: Told): void {
  const values = { p95Ms: quantile(timesMs, 0.95), medianMs: median(timesMs) };
  const measured = `${milliseconds(values.p95Ms)} (${milliseconds(values.medianMs)})`;
  figures.goal(
    { what: `${what}: p95 (median)`, goal: `<= ${goalMs} ms`, measured, values },
    values.p95Ms <= goalMs,
  );
}

async function visit(url: string): Promise<{ timesMs: number[]; bytes: number }> {
  const { months } = mapMonthsSchema.parse(await (await fetch(`${url}/api/map/months`)).json());
  const timesMs: number[] = [];
  let bytes = 0;
  for (const { month, version } of months) {
    const startedAt = performance.now();
    const answer = await fetch(`${url}/api/map/months/${month}?v=${version}`);
    const body = await answer.text();
    timesMs.push(performance.now() - startedAt);
    bytes += Number(answer.headers.get('content-length') ?? gzipSync(body).length);
  }
  return { timesMs, bytes };
}
