import type { Box } from '../../shared/tracks.ts';
import type { PlaceInput } from '../../shared/places.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { Flag } from '../db/schema.ts';
import type { PlaceRow, StopRow } from '../db/schema-journeys.ts';
import { placeOfStop, type PlaceCircle } from './place-match-policy.ts';

/** A place with what is needed to name and to match by it. */
export interface NamedPlace extends PlaceCircle {
  name: string;
}

export type PlacedStop = Pick<
  StopRow,
  'id' | 'camera_id' | 'started_at' | 'latitude' | 'longitude' | 'place_id'
>;

const stopColumns = ['id', 'camera_id', 'started_at', 'latitude', 'longitude', 'place_id'] as const;

/** However far one stop's place depends on the one before it. */
const mostFollowed = 1000;

const flag = (value: boolean): Flag => (value ? 1 : 0);

const columnsOf = (input: PlaceInput) => ({
  name: input.name,
  latitude: input.latitude,
  longitude: input.longitude,
  radius_m: input.radiusM,
  is_home: flag(input.isHome),
  skip_parked: flag(input.skipParked),
  is_hidden: flag(input.isHidden),
});

/** The rows of places, and at which of them stops are. */
export class PlaceRepository {
  all(db: Db): Promise<PlaceRow[]> {
    return db.selectFrom('place').selectAll().orderBy('id').execute();
  }

  byId(db: Db, id: number): Promise<PlaceRow | undefined> {
    return db.selectFrom('place').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async named(db: Db): Promise<NamedPlace[]> {
    const rows = await db
      .selectFrom('place')
      .select(['id', 'name', 'latitude', 'longitude', 'radius_m'])
      .execute();
    return rows.map(({ radius_m, ...row }) => ({ ...row, radiusM: radius_m }));
  }

  async insert(trx: Db, input: PlaceInput, at: number): Promise<PlaceRow> {
    if (input.isHome) await this.leaveHome(trx);
    return trx
      .insertInto('place')
      .values({ ...columnsOf(input), created_at: at })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** Null when there is none of this id. */
  async replace(trx: Db, id: number, input: PlaceInput): Promise<PlaceRow | undefined> {
    if (input.isHome) await this.leaveHome(trx);
    return trx
      .updateTable('place')
      .set(columnsOf(input))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
  }

  async remove(trx: Db, id: number): Promise<void> {
    await trx.deleteFrom('place').where('id', '=', id).execute();
  }

  /** There is one home at most. */
  private async leaveHome(trx: Db): Promise<void> {
    await trx.updateTable('place').set({ is_home: 0 }).where('is_home', '=', 1).execute();
  }

  /** Stops within boxes, and those that are at the place now; ids in their order. */
  async stopsAround(db: Db, placeId: number, boxes: readonly Box[]): Promise<number[]> {
    const ids = new Set<number>();
    const at = await db.selectFrom('stop').select('id').where('place_id', '=', placeId).execute();
    for (const { id } of at) ids.add(id);
    for (const box of boxes.flatMap(halves)) {
      const within = await db
        .selectFrom('stop_box')
        .select('stop_id')
        .where('east', '>=', box.west)
        .where('west', '<=', box.east)
        .where('north', '>=', box.south)
        .where('south', '<=', box.north)
        .execute();
      for (const { stop_id: id } of within) ids.add(id);
    }
    return [...ids].toSorted((a, b) => a - b);
  }

  /**
   * Puts stops at their places, and those after them as far as their place follows from it. Ids that are not there
   * change nothing. Returns the days, as the stops have them, on which anything changed.
   */
  async assign(trx: Db, stopIds: readonly number[]): Promise<string[]> {
    const places = await this.named(trx);
    const stops = await trx
      .selectFrom('stop')
      .select(stopColumns)
      .where(among('id', stopIds))
      .orderBy('camera_id')
      .orderBy('started_at')
      .execute();
    const changed = new Set<number>();
    const own = new Set(stops.map(({ id }) => id));
    for (const first of stops) {
      let stop: PlacedStop | undefined = first;
      for (let steps = 0; stop && steps < mostFollowed; steps++) {
        const isChanged = await this.settle(trx, stop, places);
        if (isChanged) changed.add(stop.id);
        // The one right after is looked at in any case: the stop before it may be new.
        if (!isChanged && stop !== first) break;
        stop = await stopBeside(trx, stop, 'after');
        if (stop && own.has(stop.id)) break;
      }
    }
    return daysOf(trx, [...changed]);
  }

  /** Whether its place is another one now. */
  private async settle(trx: Db, stop: PlacedStop, places: readonly PlaceCircle[]): Promise<boolean> {
    const before = places.length === 0 ? undefined : await stopBeside(trx, stop, 'before');
    const placeId = placeOfStop(stop, places, before?.place_id ?? null)?.id ?? null;
    if (placeId === stop.place_id) return false;
    await trx.updateTable('stop').set({ place_id: placeId }).where('id', '=', stop.id).execute();
    return true;
  }
}

/** The stop of the same car right before or after this one. */
function stopBeside(
  trx: Db,
  { camera_id, started_at }: PlacedStop,
  side: 'before' | 'after',
): Promise<PlacedStop | undefined> {
  return trx
    .selectFrom('stop')
    .select(stopColumns)
    .where('camera_id', '=', camera_id)
    .where('started_at', side === 'before' ? '<' : '>', started_at)
    .orderBy('started_at', side === 'before' ? 'desc' : 'asc')
    .limit(1)
    .executeTakeFirst();
}

async function daysOf(trx: Db, stopIds: readonly number[]): Promise<string[]> {
  if (stopIds.length === 0) return [];
  const rows = await trx
    .selectFrom('stop')
    .select(['local_day', 'last_local_day'])
    .where(among('id', stopIds))
    .execute();
  return [...new Set(rows.flatMap((row) => [row.local_day, row.last_local_day]))];
}

/** A box across the antimeridian is two for an R-tree. */
export const halves = (box: Box): Box[] =>
  box.west <= box.east
    ? [box]
    : [
        { ...box, east: 180 },
        { ...box, west: -180 },
      ];
