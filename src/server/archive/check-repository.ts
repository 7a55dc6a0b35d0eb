import { sql, type SqlBool } from 'kysely';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { archiveTotals } from './day-repository.ts';

export const checkColumns = [
  'id',
  'name',
  'path',
  'size_bytes',
  'mtime_ms',
  'sha256',
  'check_error',
  'checked_at',
  'verified_at',
] as const satisfies readonly (keyof ClipRow)[];
export type CheckedClip = Pick<ClipRow, (typeof checkColumns)[number]> & { at: number };

/** As the index `clip_checked` has it. */
const checkedAt = sql<number>`coalesce(checked_at, verified_at, 0)`;
const isArchived = sql<SqlBool>`state = 'archived'`;

/** The next clip to read, the longest unread first; `until`: what was read later is not due. */
export async function nextToCheck(
  db: Db,
  after: { at: number; id: number },
  until: number,
): Promise<CheckedClip | null> {
  const row = await db
    .selectFrom('clip')
    .select(checkColumns)
    .select(checkedAt.as('at'))
    .where(isArchived)
    .where(sql<SqlBool>`(${checkedAt}, id) > (${after.at}, ${after.id})`)
    // The seek itself: those of one instant are few, for what was read leaves it.
    .where(checkedAt, '>=', after.at)
    .where(checkedAt, '<', until)
    .orderBy(checkedAt)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export interface CheckTotals {
  clips: number;
  /** Read again since the check began, and how much that was. */
  checked: number;
  checkedBytes: number;
  /** Came in since the check began, verified on their way: it does not read them. */
  arrived: number;
  /** Ever read again, and the oldest of these readings. */
  everChecked: number;
  oldestCheckAt: number | null;
  /** Never read again, but verified as they came in. */
  onlyOnArrival: number;
  /** Without a checksum. */
  unknown: number;
}

/** Cost: two indexes over all clips; whoever asks often keeps the answer. `since`: when the check began. */
export async function checkTotals(db: Db, since: number): Promise<CheckTotals> {
  const { clips } = await archiveTotals(db);
  const read = await totalsQuery(db, since).executeTakeFirstOrThrow();
  const hashed = await db
    .selectFrom('clip')
    .select((eb) => eb.fn.countAll<number>().as('clips'))
    .where(isArchived)
    .where(sql<SqlBool>`sha256 is not null`)
    .executeTakeFirstOrThrow();
  const { checked, everChecked } = read;
  return {
    clips,
    checked,
    checkedBytes: read.checkedBytes,
    arrived: read.covered - checked,
    everChecked,
    oldestCheckAt: read.oldestCheckAt,
    onlyOnArrival: read.everRead - everChecked,
    unknown: Math.max(clips - hashed.clips, 0),
  };
}

/** The same once a clip was read; whether the oldest reading was its own, only a recount tells. */
export function withChecked(
  totals: CheckTotals,
  { clip, bytes, now }: { clip: CheckedClip; bytes: number; now: number },
): CheckTotals {
  const isFirst = clip.checked_at === null;
  return {
    ...totals,
    checked: totals.checked + 1,
    checkedBytes: totals.checkedBytes + bytes,
    everChecked: totals.everChecked + (isFirst || clip.checked_at === 0 ? 1 : 0),
    oldestCheckAt: totals.oldestCheckAt ?? now,
    onlyOnArrival: totals.onlyOnArrival - (isFirst && clip.verified_at !== null ? 1 : 0),
    unknown: Math.max(totals.unknown - (clip.sha256 === null ? 1 : 0), 0),
  };
}

/** All that it looks at is in the index `clip_checked`: no row of a clip is read. */
export const totalsQuery = (db: Db, since: number) =>
  db
    .selectFrom('clip')
    .select([
      sql<number>`count(*) filter (where checked_at >= ${since})`.as('checked'),
      sql<number>`coalesce(sum(size_bytes) filter (where checked_at >= ${since}), 0)`.as('checkedBytes'),
      sql<number>`count(*) filter (where ${checkedAt} >= ${since})`.as('covered'),
      sql<number>`count(*) filter (where checked_at > 0)`.as('everChecked'),
      sql<number | null>`min(checked_at) filter (where checked_at > 0)`.as('oldestCheckAt'),
      sql<number>`count(*) filter (where checked_at > 0 or verified_at > 0)`.as('everRead'),
    ])
    .where(isArchived)
    // All of them: the condition that leads to the index.
    .where(checkedAt, '>=', 0);

/** Clips that were found bad are the next to be read: a person may have put them back. */
export async function recheckBad(db: Db): Promise<void> {
  await db
    .updateTable('clip')
    .set({ checked_at: 0 })
    .where(sql<SqlBool>`check_error is not null`)
    .where(isArchived)
    .execute();
}

export interface BadClip {
  clipId: number;
  path: string;
  message: string;
}

/** Clips whose bytes are wrong, as far as shown, and how many there are. */
export async function badClips(db: Db, limit: number): Promise<{ bad: BadClip[]; count: number }> {
  const base = db
    .selectFrom('clip')
    .where(sql<SqlBool>`check_error is not null`)
    .where(isArchived);
  const rows = await base.select(['id', 'path', 'check_error']).orderBy('id').limit(limit).execute();
  const { count } = await base.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return {
    bad: rows.map((row) => ({ clipId: row.id, path: row.path ?? '', message: row.check_error ?? '' })),
    count,
  };
}
