import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import PQueue from 'p-queue';
import type { ArtifactKind } from '../../shared/media.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Database, Db } from '../db/open.ts';
import type { ArtifactRow } from '../db/schema-media.ts';
import type { Clock } from '../lib/clock.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { orphanGone } from './artifact-gone.ts';
import { artifactKey, cachePlace, isCacheKind } from './artifact-key.ts';
import { artifactOf, dropArtifacts, noteRetry, putArtifact, putIfArchived } from './artifact-rows.ts';
import { budgetOf } from './cache-policy.ts';
import { CacheSweeper } from './cache-sweeper.ts';
import { CacheTotals, type CacheFigures } from './cache-totals.ts';
import type { Artifacts, ClipIdentity, MadeFile, MadeFormat } from './media-types.ts';

export interface ArtifactStoreDeps {
  db: Database;
  /** `$CONFIG_DIR/cache`; made when it is not there. */
  root: string;
  clock: Clock;
  log: Logger;
  settings: () => Pick<Settings, 'cacheGb'>;
  /** Something of this clip is there that was not, or is not any more. */
  onChange?: (clip: Pick<ClipIdentity, 'id' | 'local_day'>) => void;
  /** Free bytes of the cache's disk, for tests. */
  freeBytes?: () => Promise<number>;
}

const draftFolder = 'drafts';
const usedEveryMs = 60 * 60_000;
/** One by an older recipe serves so long before a new one is tried once more, when that failed again and again. */
const olderStaysMs = 30 * 24 * 60 * 60_000;
/** A disk is not asked before each picture. */
const freeTrustMs = 30_000;

/**
 * What is made of clips: files in the cache with rows that know them. Everything in it can be made again, so that a
 * file without a row, or a row without a file, costs time and nothing else.
 */
export class ArtifactStore implements Artifacts, Component {
  private readonly deps: ArtifactStoreDeps;
  private readonly totals = new CacheTotals();
  private readonly sweeper: CacheSweeper;
  /** Files and rows change together: one change at a time. */
  private readonly turns = new PQueue({ concurrency: 1 });
  private readonly abort = new AbortController();
  private counted: Promise<void> | undefined;
  private free: { bytes: number; at: number } | null = null;

  constructor(deps: ArtifactStoreDeps) {
    this.deps = deps;
    this.sweeper = new CacheSweeper({
      ...deps,
      totals: this.totals,
      signal: this.abort.signal,
      inTurn: (work) => this.inTurn(work),
      budget: () => this.budget(),
    });
  }

  async start(): Promise<void> {
    await this.clearDrafts().catch((error: unknown) => this.warn(error));
    this.counted = this.totals
      .count(this.deps.db, this.abort.signal)
      .catch((error: unknown) => this.warn(error));
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await Promise.all([this.counted, this.turns.onIdle()]);
  }

  private warn(error: unknown): void {
    if (!this.abort.signal.aborted)
      this.deps.log.warn({ reason: messageOf(error) }, 'the cache of pictures could not be looked at');
  }

  /** What an earlier process began to write; nobody else writes here. */
  private async clearDrafts(): Promise<void> {
    const folder = join(this.deps.root, draftFolder);
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.turns.add(work);
  }

  /** Files and bytes of each kind; what is still being counted after a start is missing. */
  get figures(): CacheFigures {
    return this.totals.figures;
  }

  async of(db: Db, clipId: number, kind: ArtifactKind): Promise<ArtifactRow | null> {
    return (await artifactOf(db, clipId, kind)) ?? null;
  }

  fileOf(row: ArtifactRow): string {
    if (row.format === null || !isCacheKind(row.kind)) throw new Error(`no file of the cache: ${row.kind}`);
    return join(this.deps.root, cachePlace(row.kind, row.key, { version: row.version, format: row.format }));
  }

  async draft(_kind: ArtifactKind, format: string): Promise<string> {
    const folder = join(this.deps.root, draftFolder);
    await mkdir(folder, { recursive: true });
    return join(folder, `${randomBytes(8).toString('hex')}.${format}`);
  }

  keep(clip: ClipIdentity, kind: ArtifactKind, made: MadeFile): Promise<void> {
    return this.inTurn(async () => {
      const bytes = await syncFile(made.draft);
      const row = this.rowOf(clip, kind, { ...made, bytes });
      const place = this.fileOf(row);
      await mkdir(dirname(place), { recursive: true });
      await rename(made.draft, place);
      await fsyncFolder(dirname(place));
      await this.put(clip, row);
    }).finally(() => void this.sweeper.makeRoom().catch((error: unknown) => this.warn(error)));
  }

  adopt(
    clip: ClipIdentity,
    kind: ArtifactKind,
    like: { version: number; formats: readonly MadeFormat[]; detail: unknown },
  ): Promise<boolean> {
    return this.inTurn(async () => {
      for (const format of like.formats) {
        const row = this.rowOf(clip, kind, { ...like, format, bytes: 0 });
        const bytes = await sizeOf(this.fileOf(row));
        if (bytes === 0) continue;
        return this.put(clip, { ...row, bytes });
      }
      return false;
    });
  }

  private rowOf(
    clip: ClipIdentity,
    kind: ArtifactKind,
    made: { format: MadeFormat; detail: unknown; version: number; bytes: number },
  ): ArtifactRow {
    const now = this.deps.clock.now();
    const { format, version, bytes, detail } = made;
    return {
      clip_id: clip.id,
      kind,
      key: artifactKey(clip),
      state: 'ready',
      format,
      bytes,
      detail: detail === null || detail === undefined ? null : JSON.stringify(detail),
      version,
      attempts: 0,
      next_at: null,
      error: null,
      made_at: now,
      // Before anybody looks at it, what was recorded first counts as what was looked at first.
      used_at: Math.min(now, recordedAt(clip, now)),
    };
  }

  private async put(clip: ClipIdentity, row: ArtifactRow): Promise<boolean> {
    const before = await artifactOf(this.deps.db, row.clip_id, row.kind);
    if (!(await putIfArchived(this.deps.db, row))) {
      await this.sweeper.removeFiles([row]);
      return false;
    }
    if (before && before.state !== 'failed') this.totals.add(before, -1);
    this.totals.add(row);
    this.free = null;
    if (before && before.state !== 'failed' && this.fileOf(before) !== this.fileOf(row))
      await this.sweeper.removeFiles([before]);
    this.deps.onChange?.(clip);
    return true;
  }

  fail(
    clip: ClipIdentity,
    kind: ArtifactKind,
    failure: { error: string; version: number; retryAt: number | null },
  ): Promise<void> {
    return this.inTurn(async () => {
      const before = await artifactOf(this.deps.db, clip.id, kind);
      const now = this.deps.clock.now();
      const { error, version, retryAt } = failure;
      // An older one is better than none.
      if (before?.state === 'ready' && before.key === artifactKey(clip))
        return noteRetry(this.deps.db, before, { error, at: retryAt ?? now + olderStaysMs });
      const attempts = before?.version === version ? before.attempts + 1 : 1;
      const nothing = { format: null, bytes: 0, detail: null, made_at: null, used_at: now };
      const what = { clip_id: clip.id, kind, key: artifactKey(clip), state: 'failed' as const };
      await putArtifact(this.deps.db, { ...what, ...nothing, version, attempts, next_at: retryAt, error });
      if (before && before.state !== 'failed') {
        this.totals.add(before, -1);
        await this.sweeper.removeFiles([before]);
      }
      this.deps.onChange?.(clip);
    });
  }

  async used(row: ArtifactRow): Promise<void> {
    const now = this.deps.clock.now();
    if (now - row.used_at < usedEveryMs) return;
    await this.deps.db
      .updateTable('artifact')
      .set({ used_at: now })
      .where('clip_id', '=', row.clip_id)
      .where('kind', '=', row.kind)
      .execute();
  }

  lost(row: ArtifactRow): Promise<void> {
    return this.inTurn(async () => {
      const gone = await dropArtifacts(this.deps.db, [row]);
      if (row.state !== 'failed') for (const each of gone) this.totals.add(each, -1);
    });
  }

  /** The room that the settings give, or that the disk has: the database lies on it too. */
  async budget(): Promise<number> {
    const free = await this.freeBytes();
    return budgetOf({ cacheGb: this.deps.settings().cacheGb, usedBytes: this.totals.bytes, freeBytes: free });
  }

  async room(): Promise<number> {
    return Math.max(0, (await this.budget()) - this.totals.bytes);
  }

  /** Whether one that was last of use at `usedAt` would stay, were it made now without anybody asking. */
  async isWorth(kind: ArtifactKind, usedAt: number): Promise<boolean> {
    return (await this.room()) > 0 || this.sweeper.givesWay(kind, usedAt);
  }

  private async freeBytes(): Promise<number> {
    const at = performance.now();
    if (this.free && at - this.free.at < freeTrustMs) return this.free.bytes;
    const bytes = await (this.deps.freeBytes?.() ?? freeOf(this.deps.root));
    this.free = { bytes, at };
    return bytes;
  }

  /** What is left of clips that are gone; what is too much. Cheap when there is none of it. */
  tidy(): Promise<void> {
    return this.sweeper.tidy();
  }

  /** What was made of clips that are gone, and files that no row knows: those of another database are of no use when every clip has had its turn. */
  async sweepStrays(): Promise<number> {
    const { db, clock, log } = this.deps;
    const { signal } = this.abort;
    const clips = await orphanGone(db, clock.now(), signal);
    if (clips > 0) log.info({ clips }, 'what was made of clips that are gone is cleared');
    return this.sweeper.sweepStrays();
  }
}

const recordedAt = (clip: ClipIdentity, now: number): number => Date.parse(`${clip.local_start}Z`) || now;

/** A cache that cannot be asked is taken to have no room. */
async function freeOf(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const entry = await stat(path);
    return entry.isFile() ? entry.size : 0;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function syncFile(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}
