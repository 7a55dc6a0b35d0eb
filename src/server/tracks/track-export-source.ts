import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import { plainName } from './gpx-text.ts';
import { zonedText } from './track-export-time.ts';
import { unpackFixes } from './track-codec.ts';
import type { ExportFix, ExportTrack } from './track-export-parts.ts';
import type { Fix } from './track-types.ts';
import { oneOfEachCapture, type TrackInShort } from './track-views.ts';

/** A track that is to be exported, without its points. */
export interface SourceTrack extends TrackInShort {
  camera_id: number;
  started_at: number;
  zone: string | null;
  name: string;
  local_day: string;
}

export interface SourceJourney {
  id: number;
  camera_id: number;
  started_at: number;
  ended_at: number;
  start_zone: string;
  local_day: string;
  name: string | null;
}

/** No clip is longer: one that began earlier has nothing of a journey. */
const longestClipMs = 2 * 3_600_000;
/** Journeys that began earlier than this before a day are not looked for. */
const longestJourneyMs = 7 * 86_400_000;
const tracksAtOnce = 100;

const tracks = (db: Db) =>
  db
    .selectFrom('clip')
    .innerJoin('track', 'track.clip_id', 'clip.id')
    .select([
      'track.clip_id',
      'track.capture_id',
      'track.camera_id',
      'track.started_at',
      'track.fixes',
      'track.dropped',
      'track.zone',
      'clip.name',
      'clip.local_day',
    ])
    .where('track.west', 'is not', null);

/** One track of each capture of a day, camera by camera, in the order of time. */
export async function tracksOfDay(db: Db, day: string): Promise<SourceTrack[]> {
  const cameras = await db.selectFrom('camera').select('id').orderBy('id').execute();
  const found: SourceTrack[] = [];
  for (const { id } of cameras) {
    const rows = await tracks(db)
      .where('clip.camera_id', '=', id)
      .where('clip.local_day', '=', day)
      .execute();
    found.push(...inOrder(rows));
  }
  return found;
}

/** One track of each capture of these clips. */
export async function tracksOfClips(db: Db, clipIds: readonly number[]): Promise<SourceTrack[]> {
  return inOrder(await tracks(db).where(among('clip.id', clipIds)).execute());
}

/** The tracks of all cameras of a car from an instant to another; the first may begin before. */
export async function tracksWithin(db: Db, journey: SourceJourney): Promise<SourceTrack[]> {
  const rows = await tracks(db)
    .where('track.camera_id', 'in', await camerasOfCar(db, journey.camera_id))
    .where('track.started_at', '>=', journey.started_at - longestClipMs)
    .where('track.started_at', '<=', journey.ended_at)
    .execute();
  return inOrder(rows);
}

function inOrder(rows: readonly SourceTrack[]): SourceTrack[] {
  return oneOfEachCapture(rows).toSorted(
    (a, b) => a.camera_id - b.camera_id || a.started_at - b.started_at || a.clip_id - b.clip_id,
  );
}

/** The camera and all others of the same car. */
async function camerasOfCar(db: Db, cameraId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('camera')
    .select(['id', 'vehicle'])
    .where((eb) =>
      eb.or([
        eb('id', '=', cameraId),
        eb('vehicle', '=', eb.selectFrom('camera').select('vehicle').where('id', '=', cameraId)),
      ]),
    )
    .execute();
  return rows.filter(({ id, vehicle }) => id === cameraId || (vehicle ?? '') !== '').map(({ id }) => id);
}

const journeyColumns = [
  'id',
  'camera_id',
  'started_at',
  'ended_at',
  'start_zone',
  'local_day',
  'name',
] as const;

export async function journeysById(db: Db, ids: readonly number[]): Promise<SourceJourney[]> {
  return db
    .selectFrom('journey')
    .select(journeyColumns)
    .where(among('id', ids))
    .orderBy('started_at')
    .execute();
}

/** The name given by hand, fit for a file; null without one. */
export function givenName(journey: Pick<SourceJourney, 'name'> | undefined): string | null {
  const name = plainName(journey?.name ?? '');
  return name === '' ? null : name;
}

/** The journeys that these tracks are of, by camera, in the order of time. */
async function journeysOf(db: Db, list: readonly SourceTrack[]): Promise<Map<number, SourceJourney[]>> {
  const byCamera = new Map<number, SourceJourney[]>();
  for (const cameraId of new Set(list.map((track) => track.camera_id))) {
    const starts = list.filter((track) => track.camera_id === cameraId).map((track) => track.started_at);
    const [from, to] = [starts[0] ?? 0, starts.at(-1) ?? 0];
    const journeys = await db
      .selectFrom('journey')
      .select(journeyColumns)
      .where('camera_id', 'in', await camerasOfCar(db, cameraId))
      .where('started_at', '>=', from - longestJourneyMs)
      .where('started_at', '<=', to + longestClipMs)
      .where('ended_at', '>=', from)
      .orderBy('started_at')
      .execute();
    byCamera.set(cameraId, journeys);
  }
  return byCamera;
}

export interface FixOptions {
  /** Only what lies within this journey; without it, everything, by the journeys it lies in. */
  within?: SourceJourney;
}

/** The sound fixes of tracks, in their order, a hundred tracks in memory at a time. */
export async function* fixesOf(
  db: Db,
  list: readonly SourceTrack[],
  { within }: FixOptions = {},
): AsyncGenerator<ExportFix> {
  const cameras = await db.selectFrom('camera').select(['id', 'name']).execute();
  const names = new Map(cameras.map(({ id, name }) => [id, plainName(name)]));
  const journeys = within ? null : await journeysOf(db, list);
  const naming = new Naming();
  for (const some of chunks(list, tracksAtOnce)) {
    await yieldToOthers();
    const points = await pointsOf(db, some);
    for (const source of some) {
      const camera = names.get(source.camera_id) ?? '';
      const near = new JourneyFinder(within ? [within] : (journeys?.get(source.camera_id) ?? []));
      const found = placed(points.get(source.clip_id) ?? [], { source, camera, near, naming });
      yield* within ? found.filter(({ track }) => track.journeyId !== null) : found;
    }
  }
}

/** The fixes of a clip with what they belong to. */
function placed(
  fixes: readonly Fix[],
  of: { source: SourceTrack; camera: string; near: JourneyFinder; naming: Naming },
): ExportFix[] {
  const { source, camera, near, naming } = of;
  const zone = source.zone ?? 'UTC';
  const clip = { clipId: source.clip_id, clipName: source.name, camera, zone };
  return fixes.map((fix) => {
    const place = { at: fix.at, zone, camera, cameraId: source.camera_id };
    return { ...fix, clip, track: naming.trackOf(place, near.at(fix.at)) };
  });
}

async function pointsOf(db: Db, list: readonly SourceTrack[]) {
  const ids = list.map((track) => track.clip_id);
  const rows = await db
    .selectFrom('track')
    .select(['clip_id', 'started_at', 'points'])
    .where('clip_id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.clip_id, unpackFixes(row.points, row.started_at)]));
}

/** Finds the journey of one instant after the other: most are of the same. */
class JourneyFinder {
  /** In the order of their starts. */
  private readonly list: readonly SourceJourney[];
  private last: SourceJourney | undefined;

  constructor(list: readonly SourceJourney[]) {
    this.list = list;
  }

  at(instant: number): SourceJourney | undefined {
    const holds = (journey: SourceJourney | undefined): boolean =>
      journey !== undefined && instant >= journey.started_at && instant <= journey.ended_at;
    if (!holds(this.last)) this.last = this.before(instant);
    return holds(this.last) ? this.last : undefined;
  }

  /** The last journey that had begun. */
  private before(instant: number): SourceJourney | undefined {
    let [from, to] = [0, this.list.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.list[middle]?.started_at ?? Infinity) <= instant) from = middle + 1;
      else to = middle;
    }
    return this.list[from - 1];
  }
}

/** Gives each run of positions of one journey, or of none, its track; named by hand, or by its local time. */
class Naming {
  private run: { of: string; track: ExportTrack } | null = null;

  trackOf(
    { at, zone, camera, cameraId }: { at: number; zone: string; camera: string; cameraId: number },
    journey: SourceJourney | undefined,
  ): ExportTrack {
    const of = `${cameraId} ${journey?.id ?? ''}`;
    if (this.run?.of === of) return this.run.track;
    const journeyId = journey?.id ?? null;
    const track = { key: `${of} ${at}`, name: journeyName(journey, { at, zone }), camera, journeyId };
    this.run = { of, track };
    return track;
  }
}

/** As given by hand, or the local time at which it began. */
function journeyName(journey: SourceJourney | undefined, first: { at: number; zone: string }): string {
  const begins = zonedText(journey?.started_at ?? first.at, journey?.start_zone ?? first.zone);
  return givenName(journey) ?? begins.slice(0, 16).replace('T', ' ');
}
