import { setTimeout as sleep } from 'node:timers/promises';
import { between, seededRandom } from '../simulator/random.ts';
import type { BenchContext, Benchmark } from './bench-context.ts';
import { Figures, type Figure } from './report.ts';
import type { ServerProcess } from './server-process.ts';
import {
  cameraBytesPerSecond,
  runVisit,
  tellArchive,
  tellBytesSent,
  type RunningVisit,
} from './visit-run.ts';

const kills = 10;
const seed = 20_260_628;
/** Most of the time that the visit takes is shared by the lives of the processes, so that all ten fall into it. */
const usedShare = 0.75;
const shortestMs = 150;

export const killBenchmark: Benchmark = {
  name: 'kill',
  about: 'kill -9 of the server at ten random moments of a visit',
  run: killed,
};

async function killed(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('kill');
  let done = 0;
  const outcome = await runVisit(context, {
    seed: 11,
    listingMs: 100,
    hashEvery: 1,
    meanwhile: async (visit) => {
      const killing = await killAtRandom(visit);
      done = killing.kills;
      return killing.server;
    },
  });
  figures.goal(
    {
      what: 'kills while clips were still being fetched',
      goal: String(kills),
      measured: String(done),
      values: { kills: done },
    },
    done === kills,
  );
  tellArchive(figures, outcome);
  tellBytesSent(figures, outcome, null);
  return figures.all;
}

async function killAtRandom(visit: RunningVisit): Promise<{ server: ServerProcess; kills: number }> {
  const random = seededRandom(seed);
  const meanMs = ((visit.clips * 15_000_000) / cameraBytesPerSecond / kills) * 1000 * usedShare;
  let { server } = visit;
  for (let count = 0; count < kills; count++) {
    await sleep(between(random, shortestMs, 2 * meanMs));
    if (await visit.isDone(server)) return { server, kills: count };
    await server.kill();
    server = await visit.restart();
  }
  return { server, kills };
}
