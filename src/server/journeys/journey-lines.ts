import { sql } from 'kysely';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import { carsOf, readTracks, tracksOf, type Car } from './activity-reader.ts';
import type { CarFix, LensTrack } from './journey-types.ts';
import { LineCache } from './line-cache.ts';
import { linesAt, type Pair } from './line-policy.ts';
import { mergeTracks } from './merge-policy.ts';
import type { JourneyRow } from './span-rows.ts';
import { fixesIn } from './standing-policy.ts';

type Spanned = Pick<JourneyRow, 'id' | 'camera_id' | 'started_at' | 'ended_at' | 'version'>;

/** The fixes of a journey, one lens at a time, in the order of time. */
export async function journeyFixes(db: Db, journey: Spanned, car: Car): Promise<CarFix[]> {
  const span = { from: journey.started_at, to: journey.ended_at };
  return fixesIn(mergeTracks(await readTracks(db, car, span)), span);
}

/** The lines of journeys, simplified for a zoom; made once for each content and zoom, as long as there is room. */
export class JourneyLines {
  private readonly db: Database;
  private readonly cache: LineCache;

  constructor(db: Database, cache = new LineCache()) {
    this.db = db;
    this.cache = cache;
  }

  async of(journeys: readonly Spanned[], zoom: number): Promise<Pair[][][]> {
    const cars = await carsOf(this.db);
    const lines: Pair[][][] = [];
    for (const journey of journeys) {
      const key = `${journey.id} ${journey.version} ${Math.round(zoom)}`;
      let known = this.cache.get(key);
      if (!known) {
        const car = cars.get(journey.camera_id) ?? { id: journey.camera_id, cameraIds: [journey.camera_id] };
        known = linesAt(await journeyFixes(this.db, journey, car), Math.round(zoom));
        this.cache.put(key, known);
      }
      lines.push(known);
    }
    return lines;
  }

  /** The lines of journeys where clips of theirs are, by journey; clips that are of none are left out. */
  async ofClips(journeys: readonly Spanned[], clipIds: readonly number[], zoom: number): Promise<Pair[][][]> {
    const cars = await carsOf(this.db);
    const tracks = await tracksOf(this.db, (query) => query.where(among('track.clip_id', clipIds)));
    const byCar = new Map<number, LensTrack[]>();
    for (const track of tracks) {
      const id = cars.get(track.cameraId)?.id ?? track.cameraId;
      const list = byCar.get(id);
      if (list) list.push(track);
      else byCar.set(id, [track]);
    }
    const fixes = new Map([...byCar].map(([id, list]) => [id, mergeTracks(list)]));
    return journeys.map((journey) => {
      const id = cars.get(journey.camera_id)?.id ?? journey.camera_id;
      const own = fixesIn(fixes.get(id) ?? [], { from: journey.started_at, to: journey.ended_at });
      return linesAt(own, Math.round(zoom));
    });
  }
}

/** Clips with positions in a box that may be of these journeys, newest first, at most so many. */
export async function clipsInBox(
  db: Db,
  box: { west: number; south: number; east: number; north: number },
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('track_box')
    .select('clip_id')
    .where('west', '<=', box.east)
    .where('east', '>=', box.west)
    .where('south', '<=', box.north)
    .where('north', '>=', box.south)
    .where(sql<boolean>`started_at between ${from} and ${to}`)
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ clip_id }) => clip_id);
}
