import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { between, seededRandom } from '../simulator/random.ts';
import { disagreements } from './archive-agreement.ts';
import type { BenchContext } from './bench-context.ts';
import type { Figures } from './report.ts';
import { rules, untilTold, withCopy, type Backlog } from './retention-steps.ts';
import { archivedFiles, askDatabase, writeSettings } from './seed-archive.ts';
import { ServerProcess } from './server-process.ts';

const kills = 10;
const seed = 20_261_123;
/** Most of the time of one sweep is shared by the lives of the processes, so that all ten fall into it. */
const usedShare = 0.6;
const recoveryMs = 30_000;

/** Ends the program without warning at ten random moments of one sweep, and compares rows and files after each. */
export async function measureKills(
  context: BenchContext,
  figures: Figures,
  { backlog, sweptMs }: { backlog: Backlog; sweptMs: number },
): Promise<void> {
  const random = seededRandom(seed);
  let [inSweep, differences] = [0, 0];
  await withCopy(context, backlog, async (folder) => {
    for (let count = 0; count < kills; count++) {
      const lifeMs = between(random, 0, (2 * sweptMs * usedShare) / kills);
      // With and without the trash, in turns.
      await writeSettings(folder, { ...rules, trashHours: count % 2 === 0 ? 0 : 24 });
      await killInSweep(context, folder, lifeMs);
      if (archivedFiles(join(folder, 'config')).length > backlog.clips - backlog.overAge) inSweep++;
      await recover(context, folder);
      const told = await disagreements(folder);
      for (const line of told.slice(0, 5)) console.error(`    after kill ${count + 1}: ${line}`);
      differences += told.length;
    }
  });
  figures.goal(
    {
      what: 'kills while clips were still to be deleted',
      goal: String(kills),
      measured: String(inSweep),
      values: { kills: inSweep },
    },
    inSweep === kills,
  );
  figures.goal(
    {
      what: 'rows and files that differ after a kill and a new start, of all kills',
      goal: '0',
      measured: String(differences),
      values: { differences },
    },
    differences === 0,
  );
}

async function killInSweep(context: BenchContext, folder: string, lifeMs: number): Promise<void> {
  const server = await ServerProcess.launch({ bundle: context.bundle, folder });
  try {
    await server.answers('/api/retention');
    const isSweeping = ['planning', 'sweeping'] as const;
    await untilTold(server, ({ state }) => isSweeping.find((one) => one === state), 5);
    await sleep(lifeMs);
  } finally {
    await server.kill();
  }
}

/** A start under no rules: what the killed one left is brought to its end, and nothing new begins. */
async function recover(context: BenchContext, folder: string): Promise<void> {
  await writeSettings(folder, {});
  const server = await ServerProcess.start({ bundle: context.bundle, folder });
  try {
    const from = performance.now();
    while (removalsLeft(folder) > 0 && performance.now() - from < recoveryMs) await sleep(50);
  } finally {
    await server.stop();
  }
}

function removalsLeft(folder: string): number {
  return askDatabase(join(folder, 'config'), 'select clip_id from removal limit 1').length;
}
