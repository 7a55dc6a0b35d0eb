import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { sql, type SqlBool } from 'kysely';
import type { ArchiveFilter } from '../../shared/archive-filter.ts';
import { mostChosen } from '../../shared/notes.ts';
import type { ChosenCapture } from '../../shared/select.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import { AppError } from '../lib/errors.ts';
import { tagsIn } from '../lib/tags-policy.ts';
import { passes } from './matching-days.ts';
import { scopeOfPlace } from './place-scope.ts';

export interface SelectionQuery {
  /** Local days, both included. */
  fromDay: string;
  toDay: string;
  /** Instants between which a recording begins, both included. */
  from?: number | undefined;
  to?: number | undefined;
  filter: ArchiveFilter;
}

const idsAtOnce = 5000;

/**
 * The recordings of a stretch of days that pass a filter, in the order of time, each with the clips that do. Cost: the
 * clips of those days, by index. Throws `invalid` for a stretch that ends before it begins, and when there are too many.
 */
export async function selectCaptures(db: Db, query: SelectionQuery): Promise<ChosenCapture[]> {
  const { fromDay, toDay, filter, from, to } = query;
  if (toDay < fromDay) throw new AppError('invalid', 'The days end before they begin.');
  const scope =
    filter.placeId === null ? null : await scopeOfPlace(db, filter.placeId, { from: fromDay, to: toDay });
  if (filter.placeId !== null && !scope) return [];
  const rows = await chosen(db)
    .where('capture.local_day', '>=', fromDay)
    .where('capture.local_day', '<=', toDay)
    .$if(from !== undefined, (captures) => captures.where('capture.started_at', '>=', from ?? 0))
    .$if(to !== undefined, (captures) => captures.where('capture.started_at', '<=', to ?? 0))
    .where(passes(filter, scope))
    .limit(mostChosen + 1)
    .execute();
  if (rows.length > mostChosen)
    throw new AppError('invalid', `These are more than ${mostChosen} clips. Choose a shorter stretch.`);
  return capturesOf(rows);
}

/** What is known of clips now, by recording; those that are no more are left out. */
export async function chosenClips(db: Db, clipIds: readonly number[]): Promise<ChosenCapture[]> {
  const rows: ChosenRow[] = [];
  for (const ids of chunks([...new Set(clipIds)], idsAtOnce)) {
    const found = await db
      .selectFrom('clip')
      .crossJoin('capture')
      .select(chosenColumns)
      .where(sql<SqlBool>`capture.id = clip.capture_id`)
      .where(among('clip.id', ids))
      .execute();
    rows.push(...found);
    await yieldToOthers();
  }
  return capturesOf(rows);
}

const chosenColumns = [
  'capture.id as captureId',
  'capture.camera_id as cameraId',
  'capture.local_day as day',
  'capture.started_at as startedAt',
  'clip.id',
  'clip.state',
  'clip.container',
  'clip.kept',
  'clip.locked',
  'clip.size_bytes as bytes',
  'clip.duration_ms as durationMs',
  'clip.note',
  'clip.tags',
] as const;

// Cross: the captures of the days come first.
const chosen = (db: Db) =>
  db
    .selectFrom('capture')
    .crossJoin('clip')
    .select(chosenColumns)
    .where(sql<SqlBool>`clip.capture_id = capture.id`);
type ChosenRow = Awaited<ReturnType<ReturnType<typeof chosen>['execute']>>[number];

function capturesOf(rows: readonly ChosenRow[]): ChosenCapture[] {
  const captures = new Map<number, ChosenCapture>();
  for (const { captureId, cameraId, day, startedAt, kept, locked, note, tags, ...clip } of rows) {
    const own = captures.get(captureId) ?? { id: captureId, cameraId, day, startedAt, clips: [] };
    captures.set(captureId, own);
    own.clips.push({
      ...clip,
      bytes: clip.state === 'archived' ? clip.bytes : null,
      kept: kept === 1,
      locked: locked === 1,
      ...(note !== null && { note }),
      ...(tags !== null && { tags: tagsIn(tags) }),
    });
  }
  return [...captures.values()].toSorted((a, b) => a.startedAt - b.startedAt || a.id - b.id);
}
