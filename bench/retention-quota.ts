import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { BenchContext } from './bench-context.ts';
import { milliseconds, type Figures } from './report.ts';
import { untilTold, withCopy, type Backlog } from './retention-steps.ts';
import { writeSettings } from './seed-archive.ts';
import { ServerProcess } from './server-process.ts';

const sweeps = 10;
/** Counts in the program itself how often a folder is listed, or an entry of one looked at. */
const counter = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
for (const of of [fs.promises, fs]) for (const name of ['readdir', 'opendir', 'lstat']) {
  const real = of[name];
  of[name] = (path, ...more) => {
    if (String(path).startsWith(process.env.RECORDINGS)) fs.appendFileSync(process.env.BENCH_WALKED, '.');
    return real.call(of, path, ...more);
  };
}
syncBuiltinESMExports();
`;

/** What it costs to find that quota and share of the disk are kept, of an archive of that size. */
export async function measureIdleSweep(
  context: BenchContext,
  figures: Figures,
  backlog: Backlog,
): Promise<void> {
  await withCopy(context, backlog, async (folder) => {
    await writeSettings(folder, { quotaGib: 1000, retentionDiskPct: 99 });
    const server = await startCounted(context, folder);
    try {
      await untilMeasured(server);
      const before = await walked(folder);
      const from = performance.now();
      for (let count = 0; count < sweeps; count++) await sweepOnce(server);
      const meanMs = (performance.now() - from) / sweeps;
      const calls = (await walked(folder)) - before;
      figures.goal(
        {
          what: `entries of the archive looked at by ${sweeps} sweeps under a quota that is kept`,
          goal: '0',
          measured: `${calls} (${milliseconds(meanMs)} each, as seen from outside)`,
          // Those of the walk, in the background: without any, nothing was counted.
          values: { calls, meanMs, ofTheWalk: before },
        },
        calls === 0 && before > 0,
      );
    } finally {
      await server.stop();
    }
  });
}

const walkedFile = (folder: string): string => join(folder, 'walked');
const walked = async (folder: string): Promise<number> => (await readFile(walkedFile(folder))).length;

async function startCounted(context: BenchContext, folder: string): Promise<ServerProcess> {
  const counterFile = join(folder, 'counter.mjs');
  await writeFile(counterFile, counter);
  await writeFile(walkedFile(folder), '');
  const env = {
    NODE_OPTIONS: `--import=${pathToFileURL(counterFile).href}`,
    BENCH_WALKED: walkedFile(folder),
  };
  return ServerProcess.start({ bundle: context.bundle, folder, env });
}

const measureOnly = z.object({ measure: z.object({ state: z.string() }) });

/** The walk in the background is not the sweep's. */
async function untilMeasured(server: ServerProcess): Promise<void> {
  await fetch(`${server.url}/api/storage/measure`, { method: 'POST' });
  await untilTold(server, ({ state }) => (state === 'idle' ? state : undefined));
  for (;;) {
    const response = await fetch(`${server.url}/api/storage`);
    const { measure } = measureOnly.parse(await response.json());
    if (measure.state !== 'running') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function sweepOnce(server: ServerProcess): Promise<void> {
  const response = await fetch(`${server.url}/api/retention/sweep`, { method: 'POST' });
  if (!response.ok) throw new Error(`a sweep was refused: ${await response.text()}`);
  await untilTold(server, ({ state }) => (state === 'idle' ? state : undefined), 5);
}
