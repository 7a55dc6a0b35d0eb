import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { seededRandom } from '../simulator/random.ts';
import { scaled, withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { Figures, median, milliseconds, quantile, type Figure } from './report.ts';
import { clipsPerDay, seedDatabase } from './seed-database.ts';
import { ServerProcess } from './server-process.ts';

const fullClips = 196_000;
const warmUp = 50;
const requests = 400;

export const dayViewsBenchmark: Benchmark = {
  name: 'days',
  about: 'day list and day view with 196,000 clips, as a client on one kept connection sees them',
  run: dayViews,
};

async function dayViews(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('days');
  const clips = scaled(context, fullClips);
  await withFolder(context.dir, async (folder) => {
    await seedDatabase({ configDir: join(folder, 'config'), clips, cameraAddress: '127.0.0.1:1' });
    const server = await ServerProcess.start({
      bundle: context.bundle,
      folder,
      profileDir: context.profileDir,
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const { days, list, view } = await dayTimes(server.url, agent);
      const longList = await timed(agent, () => `${server.url}/api/days?limit=400`);
      tell(figures, list, { what: `day list, 60 of ${days} days`, goal: '<= 3 ms' });
      tell(figures, longList, { what: 'day list, the newest 400 days' });
      tell(figures, view, { what: `day view, ${clipsPerDay} clips`, goal: '<= 4 ms' });
    } finally {
      agent.destroy();
      await server.stop();
    }
  });
  return figures.all;
}

/** Milliseconds of answers on one connection: 60 days of the list before any day, and any day's view. */
export async function dayTimes(
  url: string,
  agent: Agent,
): Promise<{ days: number; list: number[]; view: number[] }> {
  const days = await daysOf(url, agent);
  const random = seededRandom(5);
  const anyDay = () => days[Math.floor(random() * days.length)] ?? '';
  const list = await timed(agent, () => `${url}/api/days?before=${anyDay()}`);
  const view = await timed(agent, () => `${url}/api/days/${anyDay()}`);
  return { days: days.length, list, view };
}

function tell(figures: Figures, timesMs: number[], draft: { what: string; goal?: string }): void {
  const values = { p95Ms: quantile(timesMs, 0.95), medianMs: median(timesMs) };
  figures.info({
    ...draft,
    what: `${draft.what}: p95 (median)`,
    measured: `${milliseconds(values.p95Ms)} (${milliseconds(values.medianMs)})`,
    values,
  });
}

async function daysOf(url: string, agent: Agent): Promise<string[]> {
  const days: string[] = [];
  for (let before: string | null = '9999-12-31'; before !== null;) {
    const text = await answerOf(`${url}/api/days?limit=400&before=${before}`, agent);
    const page = JSON.parse(text) as { days: { day: string }[]; nextBefore: string | null };
    days.push(...page.days.map((day) => day.day));
    before = page.nextBefore;
  }
  return days;
}

async function timed(agent: Agent, urlOf: () => string): Promise<number[]> {
  const timesMs: number[] = [];
  for (let count = 0; count < warmUp + requests; count++) {
    const url = urlOf();
    const startedAt = performance.now();
    await answerOf(url, agent);
    if (count >= warmUp) timesMs.push(performance.now() - startedAt);
  }
  return timesMs;
}

function answerOf(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${url} answered ${response.statusCode}: ${text}`));
      });
      response.on('error', reject);
    }).on('error', reject);
  });
}
