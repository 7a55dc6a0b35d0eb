import { sql, type SqlBool } from 'kysely';
import { channels, type Channel } from '../../shared/clips.ts';
import type { ChannelCoverage, DayCoverage } from '../../shared/queue.ts';
import type { Db } from '../db/open.ts';
import type { DayChannelRow } from '../db/schema.ts';

export interface CoverageQuery {
  /** Only days before this one. */
  before?: string | undefined;
  cameraId?: number | undefined;
  /** Days, whatever the number of cameras. */
  limit: number;
}

/** Later than any day, so that the days are always looked for from one end of their index. */
const afterAllDays = '9999-99-99';
/** For so many days on which it recorded, a camera is expected to go on with a channel that it had. */
const expectedForDays = 7;
/** Told of as never recorded nowhere: it stands for whatever a name does not tell. */
const nobodysChannel: Channel = 'other';

/**
 * What of each day is archived, waiting, lost or was never recorded, by camera and channel; newest days first. Videos
 * alone: photos say nothing of what a channel recorded.
 *
 * A channel is told of when there is a clip of it on that day, or on one of the 7 days before on which that camera
 * recorded. So a lens that fails is told of, one that was added later is not missed before, and one that was taken
 * away is missed for a week of driving and no longer. The rule looks back only, so a day says the same on every page.
 */
export async function listCoverage(
  db: Db,
  query: CoverageQuery,
): Promise<{ days: DayCoverage[]; nextBefore: string | null }> {
  const found = await daysBefore(db, query);
  const days = found.slice(0, query.limit);
  const [newest, oldest] = [days[0], days.at(-1)];
  if (newest === undefined || oldest === undefined) return { days: [], nextBefore: null };
  const span = { from: oldest, to: newest, cameraId: query.cameraId };
  const rows = await channelRows(db, span);
  const captures = await captureCounts(db, span);
  const byCamera = new Map<number, DayChannelRow[]>();
  for (const row of rows) {
    const ofCamera = byCamera.get(row.camera_id) ?? (await rowsJustBefore(db, row.camera_id, oldest));
    ofCamera.push(row);
    byCamera.set(row.camera_id, ofCamera);
  }
  const coverage = [...byCamera].flatMap(([cameraId, ofCamera]) =>
    coverageOf(ofCamera, { cameraId, from: oldest, captures }),
  );
  return {
    days: coverage.toSorted((a, b) => inOrder(b.day, a.day) || a.cameraId - b.cameraId),
    nextBefore: found.length > query.limit ? oldest : null,
  };
}

const inOrder = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** One more than asked for, where there are more. */
async function daysBefore(db: Db, { before, cameraId, limit }: CoverageQuery): Promise<string[]> {
  const rows = await db
    .selectFrom('day_channel')
    .select('local_day')
    .distinct()
    .where('local_day', '<', before ?? afterAllDays)
    .$if(cameraId !== undefined, (days) => days.where('camera_id', '=', cameraId ?? 0))
    .orderBy('local_day', 'desc')
    .limit(limit + 1)
    .execute();
  return rows.map((row) => row.local_day);
}

interface Span {
  from: string;
  to: string;
  cameraId?: number | undefined;
}

/** Oldest first. */
async function channelRows(db: Db, { from, to, cameraId }: Span): Promise<DayChannelRow[]> {
  return db
    .selectFrom('day_channel')
    .selectAll()
    .where('local_day', '>=', from)
    .where('local_day', '<=', to)
    .$if(cameraId !== undefined, (rows) => rows.where('camera_id', '=', cameraId ?? 0))
    .orderBy('local_day')
    .execute();
}

/** What a camera recorded on the days that its channels are expected from; oldest first. */
async function rowsJustBefore(db: Db, cameraId: number, day: string): Promise<DayChannelRow[]> {
  const rows = await db
    .selectFrom('day_channel')
    .selectAll()
    .where('local_day', '<', day)
    .where('camera_id', '=', cameraId)
    .orderBy('local_day', 'desc')
    .limit(expectedForDays * channels.length)
    .execute();
  return rows.toReversed();
}

interface CaptureCount {
  captures: number;
  /** Those that have a clip of which the channel is known. */
  channelled: number;
}

const countKey = (cameraId: number, day: string) => `${cameraId} ${day}`;

/** Cost: the clips of those days, by index. */
async function captureCounts(db: Db, { from, to, cameraId }: Span): Promise<Map<string, CaptureCount>> {
  const cameras = await db
    .selectFrom('camera')
    .select('id')
    .$if(cameraId !== undefined, (all) => all.where('id', '=', cameraId ?? 0))
    .execute();
  const counts = new Map<string, CaptureCount>();
  const isKnown = sql<SqlBool>`channel != ${nobodysChannel}`;
  // Camera by camera: the index begins with the camera.
  for (const { id } of cameras) {
    const rows = await db
      .selectFrom('clip')
      .select((eb) => [
        'local_day',
        eb.fn.count<number>('capture_id').distinct().as('captures'),
        sql<number>`count(distinct case when ${isKnown} then capture_id end)`.as('channelled'),
      ])
      .where('camera_id', '=', id)
      .where('local_day', '>=', from)
      .where('local_day', '<=', to)
      .where('container', '!=', 'jpg')
      .groupBy('local_day')
      .execute();
    for (const { local_day, ...count } of rows) counts.set(countKey(id, local_day), count);
  }
  return counts;
}

/** The days of one camera from `from` on; `rows` are its, oldest first, with those of some days before. */
function coverageOf(
  rows: readonly DayChannelRow[],
  { cameraId, from, captures }: { cameraId: number; from: string; captures: Map<string, CaptureCount> },
): DayCoverage[] {
  const byDay = new Map<string, DayChannelRow[]>();
  for (const row of rows) byDay.set(row.local_day, [...(byDay.get(row.local_day) ?? []), row]);
  const recorded = [...byDay.keys()];
  return recorded.flatMap((day, index) => {
    if (day < from) return [];
    const lately = recorded.slice(Math.max(0, index - expectedForDays), index + 1);
    const expected = new Set(lately.flatMap((other) => (byDay.get(other) ?? []).map((row) => row.channel)));
    const count = captures.get(countKey(cameraId, day)) ?? { captures: 0, channelled: 0 };
    const ofDay = new Map((byDay.get(day) ?? []).map((row) => [row.channel, row]));
    const told = channels.filter(
      (channel) => expected.has(channel) && (channel !== nobodysChannel || ofDay.has(channel)),
    );
    return [
      {
        day,
        cameraId,
        captures: count.captures,
        channels: told.map((channel) => channelCoverage(channel, ofDay.get(channel), count.channelled)),
      },
    ];
  });
}

const nothing = {
  archived: 0,
  waiting: 0,
  held: 0,
  failed: 0,
  skipped: 0,
  lost: 0,
  gone: 0,
  listed: 0,
  captures: 0,
} satisfies Partial<DayChannelRow>;

function channelCoverage(
  channel: Channel,
  row: DayChannelRow | undefined,
  channelled: number,
): ChannelCoverage {
  const { archived, waiting, held, failed, skipped, lost, gone, listed, captures } = row ?? nothing;
  const neverRecorded = channel === nobodysChannel ? 0 : channelled - captures;
  return { channel, archived, waiting, held, failed, skipped, lost, gone, listed, neverRecorded };
}
