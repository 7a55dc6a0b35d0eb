import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { missingStates, type ArchiveFilter } from '../../shared/archive-filter.ts';
import type { CalendarDay } from '../../shared/find.ts';
import type { Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import type { PlaceScope } from './place-scope-policy.ts';
import { daysWithin } from './place-scope-policy.ts';
import { scopeOfPlace } from './place-scope.ts';

export interface MatchingDays {
  days: ReadonlySet<string>;
  /** Days before this one were not looked into; null when all were. */
  nextBefore: string | null;
}

/** So many recordings are looked into for one answer, and so many days in one statement. */
const capturesInAll = 20_000;
const daysAtOnce = 31;

/**
 * Which of some days, given newest first, have a recording that passes a filter. What one index tells is asked of that
 * index; where several things have to be true of the same recording, the recordings of the days that are left are looked
 * into, newest day first, up to a bound.
 */
export async function matchingDays(
  db: Db,
  days: readonly CalendarDay[],
  filter: ArchiveFilter,
): Promise<MatchingDays> {
  const scope = await scopeFor(db, days, filter);
  if (filter.placeId !== null && !scope) return { days: new Set(), nextBefore: null };
  const possible = await possibleDays(db, days, { filter, scope });
  if (!needsALook(filter)) return { days: new Set(possible.map(({ day }) => day)), nextBefore: null };
  const { within, nextBefore } = withinBound(possible);
  const found = new Set<string>();
  for (const some of chunks(within, daysAtOnce)) {
    const passing = await daysWhere(db, some, hasPassing(filter, scope));
    for (const day of passing) found.add(day);
    await yieldToOthers();
  }
  return { days: found, nextBefore };
}

async function scopeFor(
  db: Db,
  days: readonly CalendarDay[],
  { placeId }: ArchiveFilter,
): Promise<PlaceScope | null> {
  const [newest, oldest] = [days[0], days.at(-1)];
  if (placeId === null || !newest || !oldest) return null;
  return scopeOfPlace(db, placeId, { from: oldest.day, to: newest.day });
}

/** Whether what single indexes say is not enough. */
function needsALook({ position, placeId, ...filter }: ArchiveFilter): boolean {
  const { kinds, channels, isKept, isMissing, tag } = filter;
  const wishes = [kinds.length > 0, channels.length > 0, isKept, isMissing, tag !== null];
  const asked = wishes.filter(Boolean).length;
  return position !== null || placeId !== null || asked > 1;
}

/** Days of which each single wish is true somewhere. */
async function possibleDays(
  db: Db,
  days: readonly CalendarDay[],
  { filter, scope }: { filter: ArchiveFilter; scope: PlaceScope | null },
): Promise<CalendarDay[]> {
  let left = [...days];
  if (filter.isMissing) left = left.filter((day) => day.wanted + day.lost + day.vanished > 0);
  if (filter.position === 'known') left = await narrowed(db, left, isPlaced);
  if (scope) {
    const within = new Set(
      daysWithin(
        left.map(({ day }) => day),
        scope.days,
      ),
    );
    left = left.filter(({ day }) => within.has(day));
  }
  if (filter.tag !== null) left = await narrowed(db, left, hasTagged(filter, filter.tag));
  if (filter.isKept) left = await narrowed(db, left, hasKept(filter));
  if (filter.kinds.length > 0) left = await narrowed(db, left, hasKinds(filter));
  if (filter.channels.length > 0) left = await narrowed(db, left, hasChannels(filter));
  return left;
}

async function narrowed(
  db: Db,
  days: readonly CalendarDay[],
  condition: RawBuilder<SqlBool>,
): Promise<CalendarDay[]> {
  const found = new Set(
    await daysWhere(
      db,
      days.map(({ day }) => day),
      condition,
    ),
  );
  return days.filter(({ day }) => found.has(day));
}

/** Those of some days of which a condition on `value` is true. */
async function daysWhere(db: Db, days: readonly string[], condition: RawBuilder<SqlBool>): Promise<string[]> {
  if (days.length === 0) return [];
  const { rows } = await sql<{ day: string }>`select value as day from json_each(${JSON.stringify(days)})
    where ${condition}`.execute(db);
  return rows.map(({ day }) => day);
}

function withinBound(days: readonly CalendarDay[]): { within: string[]; nextBefore: string | null } {
  const within: string[] = [];
  let captures = 0;
  for (const day of days) {
    captures += day.captures;
    // One day is always looked into: else there would be no way on.
    if (captures > capturesInAll && within.length > 0) return { within, nextBefore: within.at(-1) ?? null };
    within.push(day.day);
  }
  return { within, nextBefore: null };
}

const listOf = (words: readonly string[]) => sql.join(words.map((word) => sql.lit(word)));
const none = sql<SqlBool>`true`;
const ofCamera = ({ cameraId }: ArchiveFilter, column: string): RawBuilder<SqlBool> =>
  cameraId === null ? none : sql<SqlBool>`${sql.ref(column)} = ${cameraId}`;

const isPlaced = sql<SqlBool>`(
  exists (select 1 from journey where journey.local_day = value)
  or exists (select 1 from journey where journey.last_local_day = value)
  or exists (select 1 from capture where capture.local_day = value
    and (capture.journey_id is not null or capture.stop_id is not null)))`;

const hasKept = (filter: ArchiveFilter) => sql<SqlBool>`exists (
  select 1 from clip where clip.kept = 1 and clip.local_day = value and ${ofCamera(filter, 'clip.camera_id')})`;

const hasTagged = (filter: ArchiveFilter, tag: string) => sql<SqlBool>`exists (
  select 1 from clip where clip.tags is not null and clip.local_day = value
    and ${ofCamera(filter, 'clip.camera_id')} and ${isTagged(tag)})`;

const isTagged = (tag: string) => sql<SqlBool>`exists (
  select 1 from clip_tag where clip_tag.clip_id = clip.id and clip_tag.tag = ${tag})`;

const hasKinds = (filter: ArchiveFilter) => sql<SqlBool>`exists (
  select 1 from capture where capture.local_day = value and capture.kind in (${listOf(filter.kinds)})
    and ${ofCamera(filter, 'capture.camera_id')})`;

/** Of videos in any state, and of photos in the archive. */
const hasChannels = (filter: ArchiveFilter) => sql<SqlBool>`(
  exists (select 1 from day_channel where day_channel.local_day = value
    and day_channel.channel in (${listOf(filter.channels)}) and ${ofCamera(filter, 'day_channel.camera_id')})
  or exists (select 1 from day_usage where day_usage.local_day = value
    and day_usage.channel in (${listOf(filter.channels)}) and ${ofCamera(filter, 'day_usage.camera_id')}))`;

/** A recording of which all of it is true. */
const hasPassing = (filter: ArchiveFilter, scope: PlaceScope | null) =>
  // Cross: the day's captures come first.
  sql<SqlBool>`exists (select 1 from capture cross join clip on clip.capture_id = capture.id
    where capture.local_day = value and ${passes(filter, scope)})`;

/** Whether a row of `capture` with one of its rows of `clip` passes; the same judgement as `keepsClip` and its like. */
export function passes(filter: ArchiveFilter, scope: PlaceScope | null): RawBuilder<SqlBool> {
  const { kinds, channels, isKept, isMissing, position, tag } = filter;
  const wishes = [
    ofCamera(filter, 'capture.camera_id'),
    kinds.length > 0 && sql<SqlBool>`capture.kind in (${listOf(kinds)})`,
    position === 'known' && sql<SqlBool>`(capture.journey_id is not null or capture.stop_id is not null)`,
    position === 'unknown' && sql<SqlBool>`(capture.journey_id is null and capture.stop_id is null)`,
    scope && isWithin(scope),
    channels.length > 0 && sql<SqlBool>`clip.channel in (${listOf(channels)})`,
    isKept && sql<SqlBool>`clip.kept = 1`,
    isMissing && sql<SqlBool>`clip.state in (${listOf(missingStates)})`,
    tag !== null && isTagged(tag),
  ].filter((wish) => wish !== false && wish !== null);
  return sql<SqlBool>`${sql.join(wishes, sql` and `)}`;
}

const isWithin = ({ stopIds, journeyIds }: PlaceScope) => sql<SqlBool>`(
  capture.stop_id in (select id.value from json_each(${JSON.stringify(stopIds)}) as id)
  or capture.journey_id in (select id.value from json_each(${JSON.stringify(journeyIds)}) as id))`;
