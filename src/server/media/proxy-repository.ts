import { sql, type ExpressionBuilder } from 'kysely';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow, Schema } from '../db/schema.ts';
import { identityColumns } from './media-types.ts';
import { proxyVersion } from './proxy-args-plan.ts';
import { askedMs, ruleWishAt, type ProxyCandidate } from './proxy-policy.ts';

const factColumns = [
  'container',
  'codecs',
  'video_codec',
  'audio_codec',
  'width',
  'height',
  'fps',
  'media_duration_ms',
  'duration_ms',
] as const;
const proxyColumns = [...identityColumns, ...factColumns, 'path', 'repair', 'started_at'] as const;

/** A clip that a small copy is to be made of. */
export type ProxyClip = Pick<ClipRow, (typeof proxyColumns)[number]>;

const rowsPerStatement = 1000;
/** A literal: no bound value finds a partial index. */
const isArchived = sql<boolean>`clip.state = 'archived'`;

/** None by the recipe of today is there, and no try failed that is not to be made again yet. */
const isOpen = (eb: ExpressionBuilder<Schema, 'clip'>, now: number) =>
  eb.not(
    eb.exists(
      eb
        .selectFrom('artifact')
        .select('artifact.clip_id')
        .whereRef('artifact.clip_id', '=', 'clip.id')
        .where('artifact.kind', '=', 'proxy')
        .where((on) =>
          on.or([
            on('artifact.state', '=', 'ready').and(
              on.or([on('artifact.version', '=', proxyVersion), on('artifact.next_at', '>', now)]),
            ),
            on('artifact.state', '=', 'failed').and(
              on.or([on('artifact.next_at', 'is', null), on('artifact.next_at', '>', now)]),
            ),
          ]),
        ),
    ),
  );

/** The clip whose small copy was wished last, since then or at all. */
export function nextWished(
  db: Db,
  { now, since }: { now: number; since?: number },
): Promise<ProxyClip | undefined> {
  return db
    .selectFrom('clip')
    .select(proxyColumns)
    .where('proxy_wanted_at', 'is not', null)
    .where('proxy_wanted_at', '>', since ?? -1)
    .where(sql<boolean>`+clip.state = 'archived'`)
    .where((eb) => isOpen(eb, now))
    .orderBy('proxy_wanted_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The same clip as it is now; undefined when it is not in the archive. */
export function proxyClip(
  db: Db,
  id: number,
): Promise<(ProxyClip & { proxy_wanted_at: number | null }) | undefined> {
  return db
    .selectFrom('clip')
    .select([...proxyColumns, 'proxy_wanted_at'])
    .where('id', '=', id)
    .where('state', '=', 'archived')
    .executeTakeFirst();
}

export async function setWish(db: Db, id: number, at: number | null): Promise<void> {
  await db.updateTable('clip').set({ proxy_wanted_at: at }).where('id', '=', id).execute();
}

export async function countWished(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('clip')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('proxy_wanted_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Whatever became of the last try, the next may be made now. */
export async function tryAgain(db: Db, id: number, now: number): Promise<void> {
  await db
    .updateTable('artifact')
    .set({ next_at: now, attempts: 0 })
    .where('clip_id', '=', id)
    .where('kind', '=', 'proxy')
    .execute();
}

/** Those that failed are tried again by the next who looks; returns how many of a batch there were. */
export async function retryFailed(db: Db, now: number): Promise<number> {
  const failed = await db
    .selectFrom('artifact')
    .select('clip_id')
    .where(sql<boolean>`state = 'failed'`)
    .where((eb) => eb.or([eb('next_at', 'is', null), eb('next_at', '>', now)]))
    .where('kind', '=', 'proxy')
    .limit(rowsPerStatement)
    .execute();
  const ids = failed.map(({ clip_id }) => clip_id);
  if (ids.length === 0) return 0;
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('artifact')
      .set({ next_at: now, attempts: 0 })
      .where('kind', '=', 'proxy')
      .where(among('clip_id', ids))
      .execute();
    await trx
      .updateTable('clip')
      .set({ proxy_wanted_at: now - askedMs })
      .where(among('id', ids))
      .where('proxy_wanted_at', 'is', null)
      .execute();
  });
  return ids.length;
}

/** A place in the order of time, from the newest on. */
export interface Cursor {
  startedAt: number;
  id: number;
}

/** A copy by an older recipe is one that is still to be made, unless that failed lately. */
const standing = (now: number) =>
  sql<string | null>`case when artifact.state = 'ready' and artifact.version <> ${proxyVersion}
    and coalesce(artifact.next_at, 0) <= ${now} then null else artifact.state end`;

/** Archived clips before a place, newest first: all of them, or those that people keep. */
export async function proxyCandidates(
  db: Db,
  options: { before: Cursor; isKept: boolean; limit: number; now: number },
): Promise<ProxyCandidate[]> {
  const { before, isKept, limit, now } = options;
  let query = db
    .selectFrom('clip')
    .leftJoin('artifact', (join) =>
      join.onRef('artifact.clip_id', '=', 'clip.id').on('artifact.kind', '=', 'proxy'),
    )
    .select([
      ...(['clip.id', 'clip.started_at', 'clip.kind', 'clip.locked', 'clip.kept', 'clip.container'] as const),
      ...(['clip.codecs', 'clip.video_codec', 'clip.audio_codec', 'clip.width', 'clip.height'] as const),
      ...(['clip.size_bytes', 'clip.media_duration_ms', 'clip.duration_ms', 'clip.media_due'] as const),
      ...(['clip.repair', 'clip.proxy_wanted_at'] as const),
      standing(now).as('proxy_state'),
      sql<number | null>`nullif(artifact.bytes, 0)`.as('proxy_bytes'),
    ])
    .where(isArchived)
    .where(sql<boolean>`(clip.started_at, clip.id) < (${before.startedAt}, ${before.id})`)
    .orderBy('clip.started_at', 'desc')
    .orderBy('clip.id', 'desc')
    .limit(limit);
  if (isKept) query = query.where(sql<boolean>`clip.kept = 1`);
  return query.execute();
}

/** Wishes by rule; of a clip that somebody wished for already nothing changes. */
export async function wishByRule(db: Db, ids: readonly number[], now: number): Promise<void> {
  await db
    .updateTable('clip')
    .set({ proxy_wanted_at: sql`min(started_at, ${ruleWishAt(Infinity, now)})` })
    .where(among('id', ids))
    .where('proxy_wanted_at', 'is', null)
    .where('state', '=', 'archived')
    .execute();
}

/** Wishes in the order of their age from one on, with what tells whether they still hold. */
export async function wishesAfter(db: Db, after: { at: number; id: number }) {
  return db
    .selectFrom('clip')
    .leftJoin('artifact', (join) =>
      join
        .onRef('artifact.clip_id', '=', 'clip.id')
        .on('artifact.kind', '=', 'proxy')
        .on('artifact.state', '=', 'ready')
        .on('artifact.version', '=', proxyVersion),
    )
    .select(['clip.id', 'clip.state', 'clip.started_at', 'artifact.state as made'])
    .select(sql<number>`clip.proxy_wanted_at`.as('at'))
    .where('clip.proxy_wanted_at', 'is not', null)
    .where(sql<boolean>`(clip.proxy_wanted_at, clip.id) > (${after.at}, ${after.id})`)
    .orderBy('clip.proxy_wanted_at')
    .orderBy('clip.id')
    .limit(rowsPerStatement)
    .execute();
}

export async function dropWishes(db: Db, ids: readonly number[]): Promise<void> {
  if (ids.length > 0)
    await db.updateTable('clip').set({ proxy_wanted_at: null }).where(among('id', ids)).execute();
}

/** Bytes of all small copies: there are as many as the cache has room for. */
export async function proxyBytes(db: Db): Promise<number> {
  const { bytes } = await db
    .selectFrom('artifact')
    .select(({ fn }) => fn.coalesce(fn.sum<number>('bytes'), sql<number>`0`).as('bytes'))
    .where(sql<boolean>`state = 'ready'`)
    .where('kind', '=', 'proxy')
    .executeTakeFirstOrThrow();
  return bytes;
}
