import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { sql, type SqlBool } from 'kysely';
import type { Amount, AuditAction, AuditEntry, DeletionWhy } from '../../shared/retention.ts';
import { among, insertRows, nextId } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { AuditRow } from '../db/schema.ts';
import { readCursor, writeCursor, type Cursor } from './removal-cursor.ts';
import { readWhy } from './trash-repository.ts';

const columns = [
  'id',
  'at',
  'action',
  'clip_id',
  'camera_id',
  'name',
  'channel',
  'kind',
  'local_start',
  'kept',
  'locked',
  'bytes',
  'path',
  'why',
  'sweep_id',
  'gone_at',
  'restored_at',
] as const satisfies readonly (keyof AuditRow)[];

export interface AuditQuery {
  before: string | undefined;
  cameraId: number | undefined;
  by: DeletionWhy['by'] | undefined;
  action: AuditAction | undefined;
  /** A part of the clip's name. */
  name: string | undefined;
  limit: number;
}

/** A filter that fits little looks at this many rows at a time, and at most at so many for one page. */
const rowsAtOnce = 5_000;
const maxLooks = 10;

/** Every deletion, with its reason and what became of it. */
export class AuditRepository {
  /** Inserts rows and returns their ids, in their order; in a transaction. */
  async insert(db: Db, rows: readonly Omit<AuditRow, 'id'>[]): Promise<number[]> {
    const first = await nextId(db, 'audit');
    const numbered = rows.map((row, index) => ({ ...row, id: first + index }));
    await insertRows(db, 'audit', columns, numbered);
    return numbered.map((row) => row.id);
  }

  async noteGone(db: Db, ids: readonly number[], at: number): Promise<void> {
    if (ids.length > 0) await db.updateTable('audit').set({ gone_at: at }).where(among('id', ids)).execute();
  }

  async noteRestored(db: Db, ids: readonly number[], at: number): Promise<void> {
    if (ids.length > 0)
      await db.updateTable('audit').set({ restored_at: at }).where(among('id', ids)).execute();
  }

  /**
   * Newest first, and where to go on; null at the end. Its cost is bounded: a page may have fewer entries than it could,
   * or none, and still say where to go on.
   */
  async page(db: Db, query: AuditQuery): Promise<{ entries: AuditEntry[]; nextBefore: string | null }> {
    const found: AuditRow[] = [];
    let cursor = readCursor(query.before);
    for (let looks = 0; looks < maxLooks; looks++) {
      const end = await stretchEnd(db, cursor);
      found.push(...(await rowsIn(db, { from: cursor, to: end }, query, query.limit + 1 - found.length)));
      if (found.length > query.limit) {
        const page = found.slice(0, query.limit);
        return { entries: await viewsOf(db, page), nextBefore: cursorOf(page.at(-1)) };
      }
      cursor = end;
      if (end === null) break;
      await yieldToOthers();
    }
    return { entries: await viewsOf(db, found), nextBefore: cursor && writeCursor(cursor) };
  }
}

/** The last of the next rows; null when fewer are left. By index alone. */
async function stretchEnd(db: Db, from: Cursor | null): Promise<Cursor | null> {
  const row = await audit(db, { from, to: null })
    .select(['at', 'id'])
    .limit(1)
    .offset(rowsAtOnce - 1)
    .executeTakeFirst();
  return row ?? null;
}

interface Stretch {
  /** Not included. */
  from: Cursor | null;
  /** Included. */
  to: Cursor | null;
}

function audit(db: Db, { from, to }: Stretch) {
  return db
    .selectFrom('audit')
    .$if(from !== null, (query) =>
      query.where((eb) => eb(eb.refTuple('at', 'id'), '<', eb.tuple(from?.at ?? 0, from?.id ?? 0))),
    )
    .$if(to !== null, (query) =>
      query.where((eb) => eb(eb.refTuple('at', 'id'), '>=', eb.tuple(to?.at ?? 0, to?.id ?? 0))),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc');
}

async function rowsIn(db: Db, stretch: Stretch, query: AuditQuery, limit: number): Promise<AuditRow[]> {
  const { cameraId, by, action, name } = query;
  return audit(db, stretch)
    .selectAll()
    .$if(cameraId !== undefined, (rows) => rows.where('camera_id', '=', cameraId ?? 0))
    .$if(by !== undefined, (rows) => rows.where(sql<SqlBool>`why ->> '$.by' = ${by}`))
    .$if(action !== undefined, (rows) => rows.where('action', '=', action ?? 'deleted'))
    .$if(name !== undefined && name !== '', (rows) =>
      rows.where(sql<SqlBool>`name like ${`%${escapeLike(name ?? '')}%`} escape '!'`),
    )
    .limit(limit)
    .execute();
}

const escapeLike = (text: string) => text.replaceAll(/[!%_]/g, '!$&');

const cursorOf = (row: AuditRow | undefined) => (row ? writeCursor(row) : null);

async function viewsOf(db: Db, rows: readonly AuditRow[]): Promise<AuditEntry[]> {
  const clipIds = rows.map((row) => row.clip_id);
  const trash = await db.selectFrom('trash').select('audit_id').where(among('clip_id', clipIds)).execute();
  const inTrash = new Set(trash.map((row) => row.audit_id));
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    action: row.action,
    clipId: row.clip_id,
    cameraId: row.camera_id,
    name: row.name,
    channel: row.channel,
    kind: row.kind,
    localStart: row.local_start,
    kept: row.kept === 1,
    locked: row.locked === 1,
    bytes: row.bytes,
    path: row.path,
    why: readWhy(row.why),
    inTrash: inTrash.has(row.id),
    goneAt: row.gone_at,
    restoredAt: row.restored_at,
  }));
}

/**
 * Clips and bytes that rules have deleted since an instant and that were not restored. Cost: the deletions since then,
 * by index.
 */
export async function rulesDeletedSince(db: Db, at: number): Promise<Amount> {
  return db
    .selectFrom('audit')
    .select((eb) => [
      eb.fn.countAll<number>().as('clips'),
      eb.fn.coalesce(eb.fn.sum<number>('bytes'), eb.lit(0)).as('bytes'),
    ])
    .where('at', '>=', at)
    .where('action', '!=', 'missing')
    .where('sweep_id', 'is not', null)
    .where('restored_at', 'is', null)
    .executeTakeFirstOrThrow();
}
