import { dirname } from 'node:path';
import { sql, type SqlBool } from 'kysely';
import { isUsable } from '../../shared/status.ts';
import { among } from '../db/bulk.ts';
import type { Database } from '../db/open.ts';
import { messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { encodeBook } from './book.ts';
import { clearUnfinished, readBookFile } from './book-file.ts';
import { replaceText } from './book-writer.ts';
import { entryText, manifestColumns, manifestKey, manifestPath, manifestSchema } from './manifest.ts';
import { unreadManifests } from './manifest-restore.ts';

export interface ManifestWriterDeps {
  db: Database;
  volume: ArchiveVolume;
  log: Logger;
  /** Makes a change of the volume when those before it have ended. */
  inTurn: (change: () => Promise<void>) => Promise<void>;
  /** The call's outcome, or an error when the program ends. */
  unlessStopped: <T>(call: Promise<T>) => Promise<T>;
  /** A day is written at most so often while clips come in. */
  everyMs?: number;
}

/** Literals, as the index `clip_hash_due` has them. */
const isDue = sql<SqlBool>`sha256 is not null and hash_noted = 0 and state = 'archived'`;
const hasBytes = sql<SqlBool>`sha256 is not null
  and (state = 'archived' or exists (select 1 from trash where trash.clip_id = clip.id))`;

/** Greater than every time of that day. */
const endOf = (day: string) => `${day}~`;

/** Writes hashes and origins of clips into the manifests of their days, so that they outlive the database. */
export class ManifestWriter {
  private readonly deps: ManifestWriterDeps;
  private lastAt = -Infinity;
  /** Days that could not be written, until the program starts anew. */
  private readonly given = new Set<string>();
  private readonly cleared = new Set<string>();

  constructor(deps: ManifestWriterDeps) {
    this.deps = deps;
  }

  /** One look by an index where nothing is due. Throws what the volume says. */
  async bringUpToDate(): Promise<void> {
    const { db, volume, everyMs = 60_000, unlessStopped } = this.deps;
    if (performance.now() - this.lastAt < everyMs || !isUsable(volume.status)) return;
    // What they tell must be read before they are written over.
    if ((await unreadManifests(db)) !== null) return;
    this.lastAt = performance.now();
    for (let after = ''; ;) {
      const day = await this.dayAfter(after);
      if (day === null) return;
      after = day;
      if (this.given.has(day)) continue;
      // A share that was unmounted must not be written into.
      if (!isUsable(await unlessStopped(volume.check()))) return;
      await this.bring(day);
    }
  }

  private async dayAfter(day: string): Promise<string | null> {
    const row = await this.deps.db
      .selectFrom('clip')
      .select(sql<string>`substr(local_start, 1, 10)`.as('day'))
      .where(isDue)
      .where('local_start', '>', day === '' ? '' : endOf(day))
      .orderBy('local_start')
      .limit(1)
      .executeTakeFirst();
    return row?.day ?? null;
  }

  private async bring(day: string): Promise<void> {
    const { volume, log, inTurn, unlessStopped } = this.deps;
    const path = manifestPath(day);
    try {
      const rows = await this.rowsOf(day);
      const spec = { key: manifestKey, schema: manifestSchema };
      const before = await unlessStopped(readBookFile(volume, path, spec));
      if (before.kind === 'broken' || before.kind === 'foreign') {
        log.warn({ path }, 'hashes of a day are not written: something else is in their place');
        this.given.add(day);
        return;
      }
      const entries = rows.map((row) => entryText(row.archive_folder, row));
      const text = encodeBook(manifestKey, entries, before.kind === 'ours' ? before.rest : {}, 0);
      if (text !== (before.kind === 'ours' ? before.text : null))
        await unlessStopped(inTurn(() => this.write(path, text)));
      await this.settle(rows);
    } catch (error) {
      if (error instanceof VolumeError) throw error;
      this.given.add(day);
      log.warn({ path, reason: messageOf(error) }, 'hashes of a day could not be written');
    }
  }

  private async write(path: string, text: string | null): Promise<void> {
    const folder = this.deps.volume.pathOf(dirname(path));
    await replaceText(this.deps.volume, path, text);
    if (!this.cleared.has(folder)) await clearUnfinished(folder);
    this.cleared.add(folder);
  }

  private async rowsOf(day: string) {
    return this.deps.db
      .selectFrom('clip')
      .innerJoin('camera', 'camera.id', 'clip.camera_id')
      .select(['clip.id', 'camera.archive_folder'])
      .select(manifestColumns.map((column) => `clip.${column}` as const))
      .where(hasBytes)
      .where('local_start', '>=', day)
      .where('local_start', '<', endOf(day))
      .orderBy('local_start')
      .orderBy('clip.id')
      .execute();
  }

  /** Noted are those whose hash is still the one that was written. */
  private async settle(rows: readonly { id: number; sha256: string | null }[]): Promise<void> {
    const hashOf = new Map(rows.map((row) => [row.id, row.sha256]));
    await this.deps.db.transaction().execute(async (trx) => {
      const now = await trx
        .selectFrom('clip')
        .select(['id', 'sha256'])
        .where(among('id', [...hashOf.keys()]))
        .execute();
      const same = now.filter((row) => row.sha256 === hashOf.get(row.id)).map((row) => row.id);
      await trx.updateTable('clip').set({ hash_noted: 1 }).where(among('id', same)).execute();
    });
  }
}
