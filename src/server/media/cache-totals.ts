import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { ArtifactKind } from '../../shared/media.ts';
import type { Db } from '../db/open.ts';
import type { ArtifactRow } from '../db/schema-media.ts';
import { cacheKinds, isCacheKind, type CacheKind } from './artifact-key.ts';

export type CacheFigures = Record<CacheKind, { files: number; bytes: number }>;

const rowsAtOnce = 5000;

/** What the cache holds, counted once at the start and kept up to date from then on. */
export class CacheTotals {
  private readonly of: CacheFigures = {
    thumbnail: { files: 0, bytes: 0 },
    filmstrip: { files: 0, bytes: 0 },
    proxy: { files: 0, bytes: 0 },
  };

  get figures(): CacheFigures {
    return this.of;
  }

  get bytes(): number {
    return cacheKinds.reduce((sum, kind) => sum + this.of[kind].bytes, 0);
  }

  add(row: Pick<ArtifactRow, 'kind' | 'bytes'>, sign: 1 | -1 = 1): void {
    if (!isCacheKind(row.kind)) return;
    const figures = this.of[row.kind];
    figures.files += sign;
    figures.bytes += sign * row.bytes;
  }

  /** Once, before anything is added; in stretches, for there may be millions. */
  async count(db: Db, signal: AbortSignal): Promise<void> {
    let after = { clipId: -1, kind: '' as ArtifactKind | '' };
    while (!signal.aborted) {
      const rows = await db
        .selectFrom('artifact')
        .select(['clip_id', 'kind', 'bytes', 'state'])
        .where((eb) =>
          eb(eb.refTuple('clip_id', 'kind'), '>', eb.tuple(after.clipId, after.kind as ArtifactKind)),
        )
        .orderBy('clip_id')
        .orderBy('kind')
        .limit(rowsAtOnce)
        .execute();
      for (const row of rows) if (row.state !== 'failed') this.add(row);
      const last = rows.at(-1);
      if (!last || rows.length < rowsAtOnce) return;
      after = { clipId: last.clip_id, kind: last.kind };
      await yieldToOthers();
    }
  }
}
