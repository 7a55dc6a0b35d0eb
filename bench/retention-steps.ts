import { setTimeout as sleep } from 'node:timers/promises';
import { retentionSchema, type Retention } from '../src/shared/retention.ts';
import type { Settings } from '../src/shared/settings.ts';
import { withFolder, type BenchContext } from './bench-context.ts';
import { copyArchive } from './seed-archive.ts';
import type { ServerProcess } from './server-process.ts';

export const full = { clips: 20_000, overAge: 19_600, days: 30 };
const patienceMs = 180_000;

export const rules = {
  retentionDays: full.days,
  retentionMaxSharePct: 100,
} as const satisfies Partial<Settings>;

/** A seeded archive that is copied for each part, never started on itself. */
export interface Backlog {
  folder: string;
  clips: number;
  overAge: number;
}

/** Runs `work` with the program on a copy of the backlog. */
export async function withCopy<T>(
  context: BenchContext,
  backlog: Backlog,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  return withFolder(context.dir, async (folder) => {
    await copyArchive(backlog.folder, folder);
    return work(folder);
  });
}

export async function retentionOf(server: ServerProcess): Promise<Retention> {
  const response = await fetch(`${server.url}/api/retention`);
  return retentionSchema.parse(await response.json());
}

/** Waits for what `find` finds in what the program tells of its sweeps. */
export async function untilTold<T>(
  server: ServerProcess,
  find: (retention: Retention) => T | undefined,
  everyMs = 100,
): Promise<T> {
  const from = performance.now();
  let told: Retention | undefined;
  while (performance.now() - from < patienceMs) {
    told = await retentionOf(server);
    const found = find(told);
    if (found !== undefined) return found;
    await sleep(everyMs);
  }
  throw new Error(`it never came: ${JSON.stringify({ ...told, sweeps: told?.sweeps.slice(0, 2) })}`);
}
