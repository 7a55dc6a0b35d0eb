import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { ClipKind } from '../../shared/clips.ts';
import type { Amount, RetentionSettings } from '../../shared/retention.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { Flag } from '../db/schema.ts';
import { capturesById, drivesAround } from './drives-reader.ts';
import { cutoffOf, termsOfKinds, type KindTerms } from './policy.ts';
import { compareUnits, unitsOf, type LedgerClip, type Unit } from './policy-units.ts';
import { dueBeyond } from './removal-policy.ts';

/** A page of this many is read in a few milliseconds. */
export const rowsPerPage = 1000;
/** A statement of this many is over in a few milliseconds. */
const capturesPerStatement = 250;
const daysPerPage = 200;

/** A part of the archive that is gone through in the order of time. */
export interface Source {
  /** Null is every kind. */
  kind: ClipKind | null;
  /** Clips that begin at this instant or later are left out; UTC ms. */
  before: number;
  /** Of these, only some. */
  filter: RawBuilder<SqlBool> | null;
}

/** As the partial indexes have it: a bound value would not match. */
const isArchived = sql<SqlBool>`state = 'archived'`;

/** What may be past its days, kind by kind; kinds of which everything stays are not looked at. */
export function sourcesByAge(rules: RetentionSettings, now: number): Source[] {
  return termsOfKinds(rules).flatMap((kind) => {
    const before = kind.minDays === null ? null : cutoffOf({ days: kind.minDays }, now);
    return before === null ? [] : [{ kind: kind.kind, before, filter: pastItsDays(kind, now) }];
  });
}

/** What room can be made of: everything, but for kinds that stay for ever. */
export function sourcesForRoom(rules: RetentionSettings, before: number): Source[] {
  const kinds = termsOfKinds(rules).filter((kind) => !kind.isForEver);
  if (kinds.length === termsOfKinds(rules).length) return [{ kind: null, before, filter: null }];
  return kinds.map(({ kind }) => ({ kind, before, filter: null }));
}

/** Whether a clip is past its own days, where one kind has several rules. */
function pastItsDays({ terms }: KindTerms, now: number): RawBuilder<SqlBool> | null {
  if (new Set(terms.map((term) => term.days)).size < 2) return null;
  const branches = terms.map((term) => {
    const past = sql`started_at < ${cutoffOf(term, now) ?? -Number.MAX_SAFE_INTEGER}`;
    const { cameraId = null, channel = null } = term.rule ?? {};
    const names = [
      ...(cameraId === null ? [] : [sql`camera_id = ${cameraId}`]),
      ...(channel === null ? [] : [sql`channel = ${channel}`]),
    ];
    return sql`when ${names.length === 0 ? sql`1` : sql.join(names, sql` and `)} then ${past}`;
  });
  return sql<SqlBool>`case ${sql.join(branches, sql` `)} else 0 end`;
}

/** A place in the order of time. */
interface Place {
  at: number;
  id: number;
}

interface Cursor {
  source: Source;
  /** Everything up to it has been read. */
  place: Place;
}

const start: Place = { at: -Number.MAX_SAFE_INTEGER, id: 0 };

export interface ReadOptions {
  rules: RetentionSettings;
  now: number;
  signal: AbortSignal;
  rowsPerPage: number;
}

/**
 * The units that have a clip in these sources, oldest first, as they are known; each only once. Reads page by page, no
 * further than it is asked, and lets others work in between. Throws the signal's reason when it is aborted.
 */
export async function* readUnits(
  db: Db,
  sources: readonly Source[],
  options: ReadOptions,
): AsyncGenerator<Unit[]> {
  const known = new Set<number>();
  let cursors: Cursor[] = sources.map((source) => ({ source, place: start }));
  let pending: Unit[] = [];
  while (cursors.length > 0) {
    const [cursor] = cursors.toSorted((a, b) => a.place.at - b.place.at);
    if (cursor === undefined) break;
    const page = await readPage(db, cursor, options.rowsPerPage);
    if (page.end === null) cursors = cursors.filter((other) => other !== cursor);
    else cursor.place = page.end;
    const units = await unitsWith(db, page.captureIds, known, options);
    pending = [...pending, ...units].toSorted(compareUnits);
    // What is still to come is no older than the place of the cursor that is furthest behind.
    const reached = Math.min(...cursors.map(({ place }) => place.at));
    const ready = countWhile(pending, (unit) => unit.at < reached);
    yield pending.slice(0, ready);
    pending = pending.slice(ready);
    await yieldToOthers();
    options.signal.throwIfAborted();
  }
}

function countWhile<T>(list: readonly T[], test: (item: T) => boolean): number {
  const index = list.findIndex((item) => !test(item));
  return index === -1 ? list.length : index;
}

/** The captures of the next thousand clips; `end` is null when there are no more. */
async function readPage(
  db: Db,
  { source, place }: Cursor,
  rows: number,
): Promise<{ captureIds: number[]; end: Place | null }> {
  const after = db
    .selectFrom('clip')
    .where(isArchived)
    .$if(source.kind !== null, (clips) => clips.where('kind', '=', source.kind ?? 'normal'))
    .where('started_at', '>=', place.at)
    .where((eb) => eb.or([eb('started_at', '>', place.at), eb('id', '>', place.id)]));
  const end = await after
    .where('started_at', '<', source.before)
    .select(['started_at as at', 'id'])
    .orderBy('started_at')
    .orderBy('id')
    .limit(1)
    .offset(rows - 1)
    .executeTakeFirst();
  // One bound alone: of two, SQLite would go up to the wrong one.
  const page = end
    ? after
        .where('started_at', '<=', end.at)
        .where((eb) => eb.or([eb('started_at', '<', end.at), eb('id', '<=', end.id)]))
    : after.where('started_at', '<', source.before);
  const { filter } = source;
  const found = await (filter === null ? page : page.where(filter)).select('capture_id').execute();
  return { captureIds: found.map((row) => row.capture_id), end: end ?? null };
}

/** The units of captures that were not met yet, which from then on are known, with all that belongs to them. */
async function unitsWith(
  db: Db,
  captureIds: readonly number[],
  known: Set<number>,
  options: ReadOptions,
): Promise<Unit[]> {
  const fresh = [...new Set(captureIds)].filter((id) => !known.has(id));
  const bundles = await bundlesOf(db, fresh, options);
  const units: Unit[] = [];
  for (const some of chunkBundles(bundles.filter((bundle) => !bundle.some((id) => known.has(id))))) {
    for (const id of some.flat()) known.add(id);
    const clips = await clipsOf(db, some.flat(), options.now);
    for (const bundle of some)
      units.push(
        ...unitsOf(
          bundle.map((id) => clips.get(id) ?? []),
          options.rules,
          options.now,
        ),
      );
    await yieldToOthers();
    options.signal.throwIfAborted();
  }
  return units;
}

/** Captures that are judged together, by id. */
async function bundlesOf(
  db: Db,
  ids: readonly number[],
  { rules, signal }: ReadOptions,
): Promise<number[][]> {
  if (rules.retentionWhole === 'captures' || ids.length === 0) return ids.map((id) => [id]);
  const drives = await drivesAround(db, await capturesById(db, ids), signal);
  return drives.map((drive) => drive.map((capture) => capture.id));
}

/** Whole bundles, about as many as one statement takes. */
function chunkBundles(bundles: readonly number[][]): number[][][] {
  const parts: number[][][] = [];
  let size = Infinity;
  for (const bundle of bundles) {
    if (size + bundle.length > capturesPerStatement) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(bundle);
    size += bundle.length;
  }
  return parts;
}

/** The clips in the archive of each capture. One that is on its way out by hand is none of them any more. */
async function clipsOf(
  db: Db,
  captureIds: readonly number[],
  now: number,
): Promise<Map<number, LedgerClip[]>> {
  const rows = await db
    .selectFrom('clip')
    .innerJoin('capture', 'capture.id', 'clip.capture_id')
    .leftJoin('removal', 'removal.clip_id', 'clip.id')
    .select(clipColumns)
    .select([
      sql<Flag>`exists (select 1 from clip_use where clip_use.clip_id = clip.id)`.as('in_use'),
      sql<Flag>`removal.clip_id is not null
        and coalesce(removal.next_at > ${now} and removal.next_at <= ${dueBeyond(now)}, 1)`.as('has_failed'),
    ])
    .where(sql<SqlBool>`clip.state = 'archived'`)
    .where(sql<SqlBool>`(removal.clip_id is null or removal.error is not null)`)
    .where(among('clip.capture_id', captureIds))
    .execute();
  const byCapture = new Map<number, LedgerClip[]>();
  for (const row of rows) {
    const clips = byCapture.get(row.capture_id);
    if (clips === undefined) byCapture.set(row.capture_id, [row]);
    else clips.push(row);
  }
  return byCapture;
}

const clipColumns = [
  'clip.id',
  'clip.capture_id',
  'clip.camera_id',
  'clip.kind',
  'clip.channel',
  'clip.started_at',
  'clip.archived_at',
  'clip.local_day',
  'clip.size_bytes',
  'clip.origin',
  'clip.kept',
  'clip.locked',
  'capture.time_confidence',
] as const;

/** Clips and bytes in the archive, from the cached days. */
export async function archiveAmount(db: Db): Promise<Amount> {
  return db
    .selectFrom('day')
    .select([
      sql<number>`coalesce(sum(archived), 0)`.as('clips'),
      sql<number>`coalesce(sum(archived_bytes), 0)`.as('bytes'),
    ])
    .executeTakeFirstOrThrow();
}

/** The day of the oldest clip, and of the oldest one that stays when so many of each day go. */
export async function oldestDays(
  db: Db,
  going: ReadonlyMap<string, number>,
): Promise<{ oldestDay: string | null; oldestKeptDay: string | null }> {
  let oldestDay: string | null = null;
  for (let after = ''; ;) {
    const days = await db
      .selectFrom('day')
      .select(['local_day as day', sql<number>`sum(archived)`.as('archived')])
      .where('local_day', '>', after)
      .groupBy('local_day')
      .orderBy('local_day')
      .limit(daysPerPage)
      .execute();
    for (const { day, archived } of days) {
      if (archived > 0) oldestDay ??= day;
      if (archived > (going.get(day) ?? 0)) return { oldestDay, oldestKeptDay: day };
    }
    if (days.length < daysPerPage) return { oldestDay, oldestKeptDay: null };
    after = days.at(-1)?.day ?? after;
  }
}
