import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { isUsable } from '../../shared/status.ts';
import { readAppState } from '../db/app-state.ts';
import type { Database } from '../db/open.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { encodeBook } from './book.ts';
import {
  dayOfDecisions,
  decidedClips,
  decisionsFolder,
  decisionsKey,
  decisionsPath,
  decisionsSchema,
  decisionText,
} from './book-decisions.ts';
import { clearUnfinished, readBookFile } from './book-file.ts';
import { replaceText, unreadBook } from './book-writer.ts';

export interface DecisionsWriterDeps {
  db: Database;
  volume: ArchiveVolume;
  log: Logger;
  /** Makes a change of the volume when those before it have ended. */
  inTurn: (change: () => Promise<void>) => Promise<void>;
  /** The call's outcome, or an error when the program ends. */
  unlessStopped: <T>(call: Promise<T>) => Promise<T>;
  /** What follows within this time after a look is looked at together. */
  everyMs?: number;
}

const rowsAtOnce = 2000;
const defaultEveryMs = 5000;
/** After a file that could not be written. */
const retryMs = 60_000;

/**
 * Writes what was decided of clips that are on a card and not in the archive, a file for each of their days: a decision
 * rewrites one day, however many there are. Only what the cards may still hold is told, so that its size is theirs and
 * not the archive's. What was written last is remembered: as long as nothing changes, the volume is not touched.
 */
export class DecisionsWriter {
  private readonly deps: DecisionsWriterDeps;
  private isDue = true;
  private restUntil = -Infinity;
  /** The archive that was written to, and what each day's file tells; null: nobody has looked. */
  private marker: string | null = null;
  private written = new Map<string, string | null>();
  /** Days whose files are not ours, or could not be written: each is told once. */
  private readonly told = new Set<string>();
  private hasCleared = false;

  constructor(deps: DecisionsWriterDeps) {
    this.deps = deps;
  }

  /** Something may have been decided, or be on its card no more. */
  note(): void {
    this.isDue = true;
  }

  /** How long until there is something to do that is known of now, in milliseconds. */
  get waitMs(): number {
    return this.isDue ? Math.max(0, this.restUntil - performance.now()) : Infinity;
  }

  /** Nothing where nothing was noted; else one look at what the cards hold. Throws what the volume says. */
  async bringUpToDate(): Promise<void> {
    const { db, volume, everyMs = defaultEveryMs } = this.deps;
    if (this.waitMs > 0) return;
    this.rest(everyMs);
    this.isDue = false;
    const marker = await readAppState(db, 'archive.marker');
    // What the archive tells must be read before it is written over; whoever has read it, or sees it come, tells so.
    if (marker === null || !isUsable(volume.status) || (await unreadBook(db)) !== null) return;
    try {
      const days = await this.decided();
      if (marker !== this.marker) await this.begin(marker);
      for (const [day, entries] of days) await this.bring(day, entries);
      const over = [...this.written.keys()].filter((day) => !days.has(day));
      for (const day of over) await this.bring(day, null);
    } catch (error) {
      this.note();
      this.rest(retryMs);
      throw error;
    }
  }

  private rest(ms: number): void {
    this.restUntil = performance.now() + ms;
  }

  /** What there is to tell, by day. */
  private async decided(): Promise<Map<string, object[]>> {
    const { db } = this.deps;
    const days = new Map<string, object[]>();
    const cameras = await db.selectFrom('camera').select(['id', 'archive_folder']).orderBy('id').execute();
    for (const { id, archive_folder: folder } of cameras)
      for (let afterId = 0; ;) {
        const rows = await decidedClips(db, id, { afterId, limit: rowsAtOnce });
        for (const row of rows) {
          const day = row.local_start.slice(0, 10);
          const entries = days.get(day) ?? [];
          days.set(day, entries);
          entries.push(decisionText(folder, row));
        }
        if (rows.length < rowsAtOnce) break;
        afterId = rows.at(-1)?.id ?? 0;
        await yieldToOthers();
      }
    return days;
  }

  /** What lies there of an earlier run, or of another database. */
  private async begin(marker: string): Promise<void> {
    const { volume, unlessStopped } = this.deps;
    const names = volume.run('looking for what was decided of clips', () =>
      readdir(volume.pathOf(decisionsFolder)).catch((error: unknown) => {
        if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
        throw error;
      }),
    );
    const days = (await unlessStopped(names)).flatMap((name) => dayOfDecisions(name) ?? []);
    this.written = new Map(days.map((day) => [day, null]));
    this.told.clear();
    this.marker = marker;
  }

  private async bring(day: string, entries: object[] | null): Promise<void> {
    const { volume, unlessStopped } = this.deps;
    const digest = createHash('sha1')
      .update(JSON.stringify(entries ?? []))
      .digest('base64');
    if (this.written.get(day) === digest) return;
    // A share that was unmounted must not be written into; when it is back, its status tells so.
    if (!isUsable(await unlessStopped(volume.check()))) return;
    try {
      await this.replace(day, entries);
      if (entries) this.written.set(day, digest);
      else this.written.delete(day);
    } catch (error) {
      if (error instanceof VolumeError || errnoOf(error) === undefined) throw error;
      this.tell(day, messageOf(error));
      this.note();
      this.rest(retryMs);
    }
  }

  private async replace(day: string, entries: object[] | null): Promise<void> {
    const { volume, inTurn, unlessStopped } = this.deps;
    const path = decisionsPath(day);
    const spec = { key: decisionsKey, schema: decisionsSchema };
    const before = await unlessStopped(readBookFile(volume, path, spec));
    if (before.kind === 'foreign' || before.kind === 'broken')
      return this.tell(day, 'something else is in their place');
    const text = encodeBook(decisionsKey, entries, before.kind === 'ours' ? before.rest : {}, 0);
    if (text === (before.kind === 'ours' ? before.text : null)) return;
    await unlessStopped(
      inTurn(async () => {
        await replaceText(volume, path, text);
        if (!this.hasCleared) await clearUnfinished(volume.pathOf(decisionsFolder));
        this.hasCleared = true;
      }),
    );
  }

  private tell(day: string, reason: string): void {
    if (this.told.has(day)) return;
    this.told.add(day);
    this.deps.log.warn(
      { path: decisionsPath(day), reason },
      'decisions about clips of a day are not written',
    );
  }
}
