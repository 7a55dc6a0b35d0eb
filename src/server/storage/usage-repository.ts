import { sql } from 'kysely';
import type { Channel, ClipKind } from '../../shared/clips.ts';
import type { UsageCell } from '../../shared/storage.ts';
import type { Db } from '../db/open.ts';

/** What came in of one camera, kind and channel on one local day, and is still in the archive. */
export interface DayBytes {
  day: string;
  cameraId: number;
  kind: ClipKind;
  channel: Channel;
  bytes: number;
}

export interface ArchiveTotals {
  clips: number;
  bytes: number;
  keptBytes: number;
  lockedBytes: number;
}

const sumOf = (column: string) => sql<number>`coalesce(sum(${sql.ref(column)}), 0)`;

/** What the archive holds, by camera, kind, channel and month, oldest month first; cost: the days, not the clips. */
export async function usageCells(db: Db): Promise<UsageCell[]> {
  const month = sql<string>`substr(local_day, 1, 7)`;
  return db
    .selectFrom('day_usage')
    .select([
      'camera_id as cameraId',
      'kind',
      'channel',
      month.as('month'),
      sumOf('clips').as('clips'),
      sumOf('bytes').as('bytes'),
      sumOf('kept_bytes').as('keptBytes'),
      sumOf('locked_bytes').as('lockedBytes'),
    ])
    .groupBy(['camera_id', 'kind', 'channel', month])
    .orderBy('month')
    .orderBy('cameraId')
    .orderBy('kind')
    .orderBy('channel')
    .execute();
}

/** Of all clips in the archive; cost: one row a day and camera. */
export async function archiveBytes(db: Db): Promise<number> {
  const row = await db
    .selectFrom('day')
    .select(sumOf('archived_bytes').as('bytes'))
    .executeTakeFirstOrThrow();
  return row.bytes;
}

export function totalsOf(cells: readonly UsageCell[]): ArchiveTotals {
  const total: ArchiveTotals = { clips: 0, bytes: 0, keptBytes: 0, lockedBytes: 0 };
  for (const { clips, bytes, keptBytes, lockedBytes } of cells) {
    total.clips += clips;
    total.bytes += bytes;
    total.keptBytes += keptBytes;
    total.lockedBytes += lockedBytes;
  }
  return total;
}

/** The last `limit` local days that have clips in the archive, from `from` to `to` (both included). */
export async function lastDays(
  db: Db,
  { from, to, limit }: { from: string; to: string; limit: number },
): Promise<DayBytes[]> {
  const days = db
    .selectFrom('day_usage')
    .select('local_day')
    .distinct()
    .where('local_day', '>=', from)
    .where('local_day', '<=', to)
    .orderBy('local_day', 'desc')
    .limit(limit);
  return db
    .selectFrom('day_usage')
    .select(['local_day as day', 'camera_id as cameraId', 'kind', 'channel', 'bytes'])
    .where('local_day', 'in', days)
    .execute();
}

/** Those of the places in the trash that a deletion knows, or is about to fill or empty. */
export async function knownTrash(db: Db, paths: readonly string[]): Promise<Set<string>> {
  const lying = await db.selectFrom('trash').select('trash_path').where('trash_path', 'in', paths).execute();
  const underWay = await db
    .selectFrom('removal')
    .select('trash_path')
    .where('trash_path', 'in', paths)
    .execute();
  return new Set([...lying, ...underWay].flatMap(({ trash_path: path }) => (path === null ? [] : [path])));
}
