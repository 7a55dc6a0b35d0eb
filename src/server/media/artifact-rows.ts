import { sql, type SqlBool } from 'kysely';
import type { ArtifactKind } from '../../shared/media.ts';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { ArtifactRow } from '../db/schema-media.ts';
import { artifactKey, type CacheKind } from './artifact-key.ts';
import type { ClipIdentity } from './media-types.ts';

/** As the partial indexes have it: bound values would not match. */
const isReady = sql<SqlBool>`state = 'ready'`;
const isOrphan = sql<SqlBool>`state = 'orphan'`;
const hasFailed = sql<SqlBool>`state = 'failed'`;

export const artifactOf = (db: Db, clipId: number, kind: ArtifactKind): Promise<ArtifactRow | undefined> =>
  db
    .selectFrom('artifact')
    .selectAll()
    .where('clip_id', '=', clipId)
    .where('kind', '=', kind)
    .executeTakeFirst();

/** Puts a row, unless its clip has gone meanwhile: what is made of it then is not to stay. */
export function putIfArchived(db: Database, row: ArtifactRow): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const clip = await trx
      .selectFrom('clip')
      .select('state')
      .where('id', '=', row.clip_id)
      .executeTakeFirst();
    if (clip?.state !== 'archived') return false;
    await putArtifact(trx, row);
    return true;
  });
}

/** Puts a row in the stead of what was known of this clip and kind. */
export async function putArtifact(db: Db, row: ArtifactRow): Promise<void> {
  await db
    .insertInto('artifact')
    .values(row)
    .onConflict((conflict) => conflict.columns(['clip_id', 'kind']).doUpdateSet(row))
    .execute();
}

/** What is there stays; making it anew failed, and is tried again then. */
export async function noteRetry(
  db: Db,
  { clip_id, kind, attempts }: ArtifactRow,
  { error, at }: { error: string; at: number },
): Promise<void> {
  await db
    .updateTable('artifact')
    .set({ attempts: attempts + 1, next_at: at, error })
    .where('clip_id', '=', clip_id)
    .where('kind', '=', kind)
    .execute();
}

/** Removes rows, if they still are what was seen of them; returns those that went. */
export async function dropArtifacts(db: Db, rows: readonly ArtifactRow[]): Promise<ArtifactRow[]> {
  const gone: ArtifactRow[] = [];
  for (const row of rows) {
    const { numDeletedRows } = await db
      .deleteFrom('artifact')
      .where('clip_id', '=', row.clip_id)
      .where('kind', '=', row.kind)
      .where('state', '=', row.state)
      .where('made_at', 'is', row.made_at)
      .executeTakeFirst();
    if (numDeletedRows > 0n) gone.push(row);
  }
  return gone;
}

/**
 * Clips whose files were read: small copies of other bytes than these, and repaired copies of files that are not played
 * as such, are to go. In the transaction that says so; their files are cleared afterwards.
 */
export async function dropOutdated(
  trx: Db,
  clips: readonly (ClipIdentity & Pick<ClipRow, 'repair'>)[],
): Promise<void> {
  const byId = new Map(clips.map((clip) => [clip.id, clip]));
  const rows = await trx
    .selectFrom('artifact')
    .select(['clip_id', 'kind', 'key', 'state'])
    .where(among('clip_id', [...byId.keys()]))
    .where('kind', 'in', ['proxy', 'repair'])
    .where('state', '<>', 'orphan')
    .execute();
  for (const { clip_id, kind, key, state } of rows) {
    const clip = byId.get(clip_id);
    const isOutdated = kind === 'repair' ? clip?.repair === null : clip && artifactKey(clip) !== key;
    if (isOutdated !== true) continue;
    const row = { clip_id, kind };
    if (state === 'failed') await removeRow(trx, row);
    else await orphanRow(trx, row);
  }
}

type RowName = Pick<ArtifactRow, 'clip_id' | 'kind'>;

async function removeRow(db: Db, { clip_id, kind }: RowName): Promise<void> {
  await db.deleteFrom('artifact').where('clip_id', '=', clip_id).where('kind', '=', kind).execute();
}

async function orphanRow(db: Db, { clip_id, kind }: RowName): Promise<void> {
  await db
    .updateTable('artifact')
    .set({ state: 'orphan', next_at: null })
    .where('clip_id', '=', clip_id)
    .where('kind', '=', kind)
    .execute();
}

/** Of this kind, what nobody looked at for longest; nothing that was made after `before`. */
export const leastUsed = (
  db: Db,
  kind: CacheKind,
  { before, limit }: { before: number; limit: number },
): Promise<ArtifactRow[]> =>
  db
    .selectFrom('artifact')
    .selectAll()
    .where(isReady)
    .where('kind', '=', kind)
    .where('made_at', '<=', before)
    .orderBy('used_at')
    .limit(limit)
    .execute();

/** Of clips whose files are gone; repairs lie in the archive, and are cleared by who made them. */
export const orphans = (db: Db, limit: number): Promise<ArtifactRow[]> =>
  db.selectFrom('artifact').selectAll().where(isOrphan).where('kind', '<>', 'repair').limit(limit).execute();

/** Whose row names one of these keys. */
export async function keysKnown(
  db: Db,
  kind: ArtifactKind,
  keys: readonly string[],
): Promise<Map<string, ArtifactRow[]>> {
  const rows = await db
    .selectFrom('artifact')
    .selectAll()
    .where(among('key', keys))
    .where('kind', '=', kind)
    .execute();
  const known = new Map<string, ArtifactRow[]>();
  for (const row of rows) known.set(row.key, [...(known.get(row.key) ?? []), row]);
  return known;
}

export interface Failure {
  clipId: number;
  name: string;
  kind: ArtifactKind;
  error: string;
  nextAt: number | null;
}

/** What failed, the next to be tried first. */
export async function failures(db: Db, limit: number): Promise<Failure[]> {
  const rows = await db
    .selectFrom('artifact')
    .innerJoin('clip', 'clip.id', 'artifact.clip_id')
    .select(['artifact.clip_id', 'clip.name', 'artifact.kind', 'artifact.error', 'artifact.next_at'])
    .where(sql<SqlBool>`artifact.state = 'failed'`)
    .orderBy('artifact.next_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    clipId: row.clip_id,
    name: row.name,
    kind: row.kind,
    error: row.error ?? '',
    nextAt: row.next_at,
  }));
}

export async function countFailures(db: Db): Promise<number> {
  const row = await db
    .selectFrom('artifact')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(hasFailed)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Failures of these kinds that are due to be tried again. */
export const failuresDue = (
  db: Db,
  kinds: readonly ArtifactKind[],
  { now, limit }: { now: number; limit: number },
): Promise<ArtifactRow[]> =>
  db
    .selectFrom('artifact')
    .selectAll()
    .where(hasFailed)
    .where('next_at', '<=', now)
    .where('kind', 'in', [...kinds])
    .orderBy('next_at')
    .limit(limit)
    .execute();

/** Everything of these kinds that failed is due again; as many as asked for, returns how many there were. */
export async function retryFailures(
  db: Db,
  kinds: readonly ArtifactKind[],
  { now, limit }: { now: number; limit: number },
): Promise<number> {
  const some = db
    .selectFrom('artifact')
    .select('clip_id')
    .where(hasFailed)
    .where('kind', 'in', [...kinds])
    .where((eb) => eb.or([eb('next_at', 'is', null), eb('next_at', '>', now)]))
    .limit(limit);
  const { numUpdatedRows } = await db
    .updateTable('artifact')
    .set({ next_at: now, attempts: 0 })
    .where(hasFailed)
    .where('kind', 'in', [...kinds])
    .where('clip_id', 'in', some)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
