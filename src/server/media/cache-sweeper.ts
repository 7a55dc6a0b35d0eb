import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { ArtifactKind } from '../../shared/media.ts';
import type { Database } from '../db/open.ts';
import type { ArtifactRow } from '../db/schema-media.ts';
import type { Clock } from '../lib/clock.ts';
import { errnoOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { cacheKinds, cachePlace, readCacheName, type CacheKind } from './artifact-key.ts';
import { dropArtifacts, keysKnown, leastUsed, orphans } from './artifact-rows.ts';
import { surplusOf } from './cache-policy.ts';
import type { CacheTotals } from './cache-totals.ts';

export interface CacheSweeperDeps {
  db: Database;
  root: string;
  clock: Clock;
  log: Logger;
  totals: CacheTotals;
  signal: AbortSignal;
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  budget: () => Promise<number>;
}

const rowsAtOnce = 200;
/** What was made just now is about to be looked at. */
const freshMs = 60 * 60_000;

/** Removes from the cache what has to go: of deleted clips, of too much, of nobody. */
export class CacheSweeper {
  private readonly deps: CacheSweeperDeps;
  private making: Promise<void> | null = null;

  constructor(deps: CacheSweeperDeps) {
    this.deps = deps;
  }

  async tidy(): Promise<void> {
    await this.purgeOrphans();
    await this.makeRoom();
  }

  private async purgeOrphans(): Promise<void> {
    const { db, signal } = this.deps;
    while (!signal.aborted) {
      const rows = await orphans(db, rowsAtOnce);
      if (rows.length === 0) return;
      await this.remove(rows);
      await yieldToOthers();
    }
  }

  /** Proxies first, then filmstrips, then thumbnails; of each what nobody looked at for longest. */
  makeRoom(): Promise<void> {
    this.making ??= this.clear().finally(() => (this.making = null));
    return this.making;
  }

  private async clear(): Promise<void> {
    const { totals, signal, log } = this.deps;
    let surplus = surplusOf(totals.bytes, await this.deps.budget());
    for (const kind of cacheKinds) {
      while (surplus > 0 && !signal.aborted) {
        const rows = await this.oldest(kind, rowsAtOnce);
        if (rows.length === 0) break;
        const some = upTo(rows, surplus);
        surplus -= await this.remove(some);
        log.debug({ kind, files: some.length }, 'made room in the cache');
        await yieldToOthers();
      }
    }
  }

  private oldest(kind: CacheKind, limit: number): Promise<ArtifactRow[]> {
    return leastUsed(this.deps.db, kind, { before: this.deps.clock.now() - freshMs, limit });
  }

  /** Whether something would go before one of this kind that was last of use at `usedAt`. */
  async givesWay(kind: ArtifactKind, usedAt: number): Promise<boolean> {
    for (const each of cacheKinds) {
      const [oldest] = await this.oldest(each, 1);
      if (each === kind) return oldest !== undefined && oldest.used_at < usedAt;
      if (oldest) return true;
    }
    return false;
  }

  /** Rows first: a file without a row is only cleared later. Returns the bytes that went. */
  private remove(rows: readonly ArtifactRow[]): Promise<number> {
    const { db, totals } = this.deps;
    return this.deps.inTurn(async () => {
      const gone = await db.transaction().execute((trx) => dropArtifacts(trx, rows));
      for (const row of gone) totals.add(row, -1);
      await this.removeFiles(gone);
      return gone.reduce((sum, row) => sum + row.bytes, 0);
    });
  }

  /** Files of rows that are gone; one that another clip's row names too stays. Called in turn. */
  async removeFiles(rows: readonly ArtifactRow[]): Promise<void> {
    for (const row of rows) {
      if (row.format === null) continue;
      const place = this.placeOf(row);
      const others = (await keysKnown(this.deps.db, row.kind, [row.key])).get(row.key) ?? [];
      const isNeeded = others.some((other) => other.state === 'ready' && this.placeOf(other) === place);
      if (!isNeeded) await rm(place, { force: true });
    }
  }

  private placeOf({ kind, key, version, format }: ArtifactRow): string {
    return join(this.deps.root, cachePlace(kind, key, { version, format: format ?? '' }));
  }

  async sweepStrays(): Promise<number> {
    let count = 0;
    for (const kind of cacheKinds) {
      for (const folder of await namesIn(join(this.deps.root, kind))) {
        if (this.deps.signal.aborted) return count;
        count += await this.deps.inTurn(() => this.sweepFolder(kind, join(this.deps.root, kind, folder)));
        await yieldToOthers();
      }
    }
    if (count > 0) this.deps.log.info({ files: count }, 'cleared files of the cache that no clip needs');
    return count;
  }

  private async sweepFolder(kind: CacheKind, folder: string): Promise<number> {
    // What is not named as ours is not ours.
    const files = (await namesIn(folder)).flatMap((name) => {
      const said = readCacheName(name);
      return said ? [{ name, said }] : [];
    });
    const keys = files.map(({ said }) => said.key);
    const known = await keysKnown(this.deps.db, kind, keys);
    let count = 0;
    for (const { name, said } of files) {
      const rows = known.get(said.key) ?? [];
      const isNeeded = rows.some(
        (row) => row.state === 'ready' && row.version === said.version && row.format === said.format,
      );
      if (isNeeded || !(await this.isOld(join(folder, name)))) continue;
      await rm(join(folder, name), { force: true });
      count++;
    }
    return count;
  }

  private async isOld(path: string): Promise<boolean> {
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
    return this.deps.clock.now() - mtimeMs > freshMs;
  }
}

/** As many of the first as make up so many bytes. */
function upTo(rows: readonly ArtifactRow[], bytes: number): ArtifactRow[] {
  let sum = 0;
  return rows.filter((row) => {
    const isWanted = sum < bytes;
    sum += row.bytes;
    return isWanted;
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}
