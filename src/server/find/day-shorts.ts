import type { ArchiveFilter } from '../../shared/archive-filter.ts';
import type { DayPicture, DayShort } from '../../shared/find.ts';
import type { DayRoutes } from '../../shared/journeys.ts';
import type { ClipMedia } from '../../shared/media.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { tagsIn } from '../lib/tags-policy.ts';
import { localTextOf } from '../lib/zones.ts';
import type { CarOf } from './calendar.ts';
import { planShort, type ShortClip, type ShortPlan, type ShortScope } from './day-short-policy.ts';
import { scopeOfPlace } from './place-scope.ts';

export interface DayShortDeps {
  carOf: CarOf;
  /** Journeys that began on some days, of one car or of all. */
  journeysOf: (days: readonly string[], carId: number | null) => Promise<readonly DayRoutes[]>;
  mediaOf: (db: Db, rows: readonly ClipRow[]) => Promise<ReadonlyMap<number, ClipMedia>>;
}

/**
 * Days in short, in the order in which they are named; one of which nothing passes the filter is left out. Cost: the
 * clips of those days, by index.
 */
export async function dayShorts(
  db: Db,
  { days, filter }: { days: readonly string[]; filter: ArchiveFilter },
  deps: DayShortDeps,
): Promise<DayShort[]> {
  const named = [...new Set(days)];
  const clips = await clipsOf(db, named);
  const scope = await scopeFor(db, named, filter);
  const carId = filter.cameraId === null ? null : await deps.carOf(db, filter.cameraId);
  const journeys = new Map((await deps.journeysOf(named, carId)).map((of) => [of.day, of.journeys]));
  const planned = named.flatMap((day) => {
    const ids = journeys.get(day)?.map(({ id }) => id) ?? [];
    const plan = planShort(day, clips.get(day) ?? [], { filter, scope, journeyIds: ids });
    return plan ? [{ day, plan }] : [];
  });
  const pictures = await picturesOf(
    db,
    planned.flatMap(({ plan }) => shownIn(plan)),
    deps.mediaOf,
  );
  const journeyOf = new Map([...clips.values()].flat().map((clip) => [clip.id, clip.journeyId]));
  return planned.map(({ day, plan }) =>
    shortOf(day, plan, {
      journeys: journeys.get(day) ?? [],
      pictureOf: (id) => {
        const row = pictures.get(id);
        return row && { ...row, journeyId: journeyOf.get(id) ?? null };
      },
    }),
  );
}

async function scopeFor(db: Db, days: readonly string[], { placeId }: ArchiveFilter) {
  if (placeId === null) return null;
  const inOrder = days.toSorted();
  const found = await scopeOfPlace(db, placeId, { from: inOrder[0] ?? '', to: inOrder.at(-1) ?? '' });
  return { stopIds: new Set(found?.stopIds), journeyIds: new Set(found?.journeyIds) } satisfies ShortScope;
}

async function clipsOf(db: Db, days: readonly string[]): Promise<Map<string, ShortClip[]>> {
  const rows = await db
    .selectFrom('capture')
    // Cross: the captures of the days come first.
    .crossJoin('clip')
    .select([
      'clip.id',
      'capture.id as captureId',
      'capture.camera_id as cameraId',
      'capture.local_day as day',
      'capture.journey_id as journeyId',
      'capture.stop_id as stopId',
      'capture.started_at as startedAt',
      'capture.kind',
      'clip.zone_offset_min as zoneOffsetMinutes',
      'clip.channel',
      'clip.container',
      'clip.state',
      'clip.kept',
      'clip.tags',
      'clip.duration_ms as durationMs',
    ])
    .whereRef('clip.capture_id', '=', 'capture.id')
    .where(among('capture.local_day', days))
    .execute();
  const byDay = new Map<string, ShortClip[]>();
  for (const { day, kept, tags, ...row } of rows) {
    const clip = { ...row, kept: kept === 1, ...(tags !== null && { tags: tagsIn(tags) }) };
    const of = byDay.get(day);
    if (of) of.push(clip);
    else byDay.set(day, [clip]);
  }
  return byDay;
}

const shownIn = ({ ofJourneys, others, found }: ShortPlan): number[] => [
  ...[...ofJourneys.values()].flat(),
  ...others.clipIds,
  ...(found?.clipIds ?? []),
];

type Picture = Omit<DayPicture, 'journeyId'>;

async function picturesOf(
  db: Db,
  clipIds: readonly number[],
  mediaOf: DayShortDeps['mediaOf'],
): Promise<Map<number, Picture>> {
  if (clipIds.length === 0) return new Map();
  const rows = await db.selectFrom('clip').selectAll().where(among('id', clipIds)).execute();
  const media = await mediaOf(db, rows);
  return new Map(
    rows.map((row) => {
      const own = media.get(row.id);
      const picture: Picture = {
        id: row.id,
        captureId: row.capture_id,
        channel: row.channel,
        container: row.container,
        startedAt: row.started_at,
        zoneOffsetMinutes: row.zone_offset_min,
        ...(own && { media: own }),
      };
      return [row.id, picture];
    }),
  );
}

function shortOf(
  day: string,
  plan: ShortPlan,
  {
    journeys,
    pictureOf,
  }: { journeys: DayRoutes['journeys']; pictureOf: (clipId: number) => DayPicture | undefined },
): DayShort {
  const shown = (ids: readonly number[]) => ids.flatMap((id) => pictureOf(id) ?? []);
  const some = ({ captures, clipIds }: { captures: number; clipIds: number[] }) => ({
    captures,
    pictures: shown(clipIds),
  });
  return {
    day,
    firstLocalStart: localTextOf(plan.firstWallMs),
    lastLocalStart: localTextOf(plan.lastWallMs),
    bars: plan.bars,
    kinds: plan.kinds,
    journeys: plan.found
      ? []
      : journeys.map((one) => ({ ...one, pictures: shown(plan.ofJourneys.get(one.id) ?? []) })),
    others: some(plan.others),
    found: plan.found && some(plan.found),
  };
}
