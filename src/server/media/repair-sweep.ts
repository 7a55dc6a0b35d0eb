import { readdir, stat } from 'node:fs/promises';
import { z } from 'zod';
import { isUsable } from '../../shared/status.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { errnoOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import type { RepairFiles } from './repair-file.ts';
import { repairFolder } from './repair-place.ts';
import { copiesKnown, mayNeedCopy } from './repair-rows.ts';
import { isOldDraft, planStrays } from './repair-sweep-plan.ts';

export interface RepairSweepDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'check'>;
  files: Pick<RepairFiles, 'stampOf' | 'remove'>;
}

const scanSchema = z.object({ at: z.number(), skippedFolders: z.number().default(0) });
const seenSchema = z.record(z.string(), z.number());

/**
 * Clears repaired copies whose clips are gone, also those of another database. Only with the archive there that we know,
 * after a scan of all of it, and when the clip has stayed away for long; what does not say that it is ours is left.
 */
export class RepairSweep {
  private readonly deps: RepairSweepDeps;
  /** The scan after which it last looked. */
  private lookedAfter: number | null = null;

  constructor(deps: RepairSweepDeps) {
    this.deps = deps;
  }

  /** Once for each scan of the whole archive. Throws what the volume says. */
  async run(signal: AbortSignal): Promise<void> {
    const { db, clock, volume, log } = this.deps;
    const text = await readAppState(db, 'scan.finished');
    const scan = text === null ? null : scanSchema.parse(JSON.parse(text));
    if (!scan || scan.at === this.lookedAfter) return;
    if (!isUsable(await unlessAborted(volume.check(), signal))) return;
    const strays = await this.strays(signal);
    const plan = planStrays(strays, {
      seen: seenSchema.parse(JSON.parse((await readAppState(db, 'media.strays')) ?? '{}')),
      now: clock.now(),
      scan: { at: scan.at, isWhole: scan.skippedFolders === 0 },
    });
    for (const path of plan.remove) {
      if (!isUsable(await unlessAborted(volume.check(), signal))) return;
      await this.deps.files.remove(path);
      log.info({ path }, 'removed a repaired copy whose clip is gone');
    }
    await writeAppState(db, 'media.strays', JSON.stringify(plan.seen));
    this.lookedAfter = scan.at;
  }

  /** Copies of ours that belong to no clip, below the archive root. */
  private async strays(signal: AbortSignal): Promise<string[]> {
    const known = await copiesKnown(this.deps.db);
    const strays: string[] = [];
    for (const day of await this.namesIn(repairFolder, signal)) {
      for (const name of await this.namesIn(`${repairFolder}/${day}`, signal)) {
        const path = `${repairFolder}/${day}/${name}`;
        if (name.endsWith('.MP4.part')) await this.clearDraft(path, signal);
        if (name.endsWith('.MP4') && !known.has(path) && (await this.isStray(path, signal)))
          strays.push(path);
      }
    }
    return strays;
  }

  private async isStray(path: string, signal: AbortSignal): Promise<boolean> {
    const found = await this.deps.files.stampOf(path, signal);
    return found !== null && !(await mayNeedCopy(this.deps.db, found.stamp));
  }

  private async clearDraft(path: string, signal: AbortSignal): Promise<void> {
    const { volume, clock, files } = this.deps;
    const look = volume.run('a look at a repaired copy', () => stat(volume.pathOf(path)));
    const found = await unlessAborted(look, signal).catch(unlessGone);
    if (found && isOldDraft(found.mtimeMs, clock.now())) await files.remove(path);
  }

  private async namesIn(path: string, signal: AbortSignal): Promise<string[]> {
    const { volume } = this.deps;
    const look = volume.run('a look at repaired copies', () => readdir(volume.pathOf(path)));
    return (await unlessAborted(look, signal).catch(unlessGone)) ?? [];
  }
}

function unlessGone(error: unknown): null {
  if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return null;
  throw error;
}
