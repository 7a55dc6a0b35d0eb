import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { sql } from 'kysely';
import type { FoundPlace } from '../../shared/find.ts';
import { boxAround } from '../../shared/geo.ts';
import type { Box } from '../../shared/tracks.ts';
import type { Database } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import type { Gazetteer, Town } from './gazetteer.ts';
import { boxesOfLabels, fitOf, folded } from './place-search-policy.ts';
import { halves, PlaceRepository } from './place-repository.ts';

export interface PlaceSearchDeps {
  db: Database;
  gazetteer: Pick<Gazetteer, 'search'>;
}

/** Two letters begin the names of thousands of towns. */
const mostTowns = 6000;
const townsAtOnce = 500;
/** Around the middle of a town. */
const townRadiusM = 2500;
const mostCells = 300;

/** Somewhere the car was, by the beginning of a word of its name. Never asks a network. */
export class PlaceSearch {
  private readonly deps: PlaceSearchDeps;
  private readonly places = new PlaceRepository();

  constructor(deps: PlaceSearchDeps) {
    this.deps = deps;
  }

  /** The user's own places first, then names that were fetched, then towns that tracks lead through. */
  async find({ q, limit }: { q: string; limit: number }): Promise<FoundPlace[]> {
    const own = await this.ownPlaces(q);
    const fetched = await this.fetchedNames(q);
    const left = limit - own.length - fetched.length;
    const towns = left > 0 ? await this.towns(q, left) : [];
    return [...own, ...fetched, ...towns].slice(0, limit);
  }

  private async ownPlaces(q: string): Promise<FoundPlace[]> {
    const typed = folded(q);
    const fits = (await this.places.named(this.deps.db)).flatMap((place) => {
      const fit = fitOf(folded(place.name), typed);
      return fit === null ? [] : [{ place, fit }];
    });
    return fits
      .toSorted((one, other) => one.fit - other.fit || one.place.name.localeCompare(other.place.name))
      .map(({ place }) => ({
        name: place.name,
        source: 'place',
        placeId: place.id,
        box: boxAround(place, place.radiusM),
      }));
  }

  /** By the beginning of the whole name: a geocoder's are `street, town`. */
  private async fetchedNames(q: string): Promise<FoundPlace[]> {
    const label = sql.ref('label');
    // Without capitals as SQLite knows them, which are those of English: others as they are written at the beginning.
    const spellings = [...new Set([q, q.charAt(0).toUpperCase() + q.slice(1)])];
    const cells = [];
    for (const from of spellings) {
      cells.push(
        ...(await this.deps.db
          .selectFrom('geocode')
          .select(['label', 'lat_e3 as latE3', 'lon_e3 as lonE3'])
          .where(sql<boolean>`${label} >= ${from} collate nocase`)
          .where(sql<boolean>`${label} < ${`${from}\u{10ffff}`} collate nocase`)
          .limit(mostCells)
          .execute()),
      );
    }
    return boxesOfLabels(cells).map(({ label: name, box }) => ({
      name,
      source: 'geocoder',
      placeId: null,
      box,
    }));
  }

  private async towns(q: string, most: number): Promise<FoundPlace[]> {
    const found: FoundPlace[] = [];
    const towns = await this.deps.gazetteer.search(q, mostTowns);
    for (const some of chunks(towns, townsAtOnce)) {
      const boxes = some.map((town) => boxAround(town, townRadiusM));
      for (const index of await this.touched(boxes)) {
        const [town, box] = [some[index], boxes[index]];
        if (town && box && !isTold(found, town)) found.push(townPlace(town, box));
        if (found.length >= most) return found;
      }
      await yieldToOthers();
    }
    return found;
  }

  /** Which of some boxes a track leads through, by their places in the list. */
  private async touched(boxes: readonly Box[]): Promise<number[]> {
    const given = boxes.flatMap((box, index) =>
      halves(box).map(({ west, east, south, north }) => [index, west, east, south, north]),
    );
    const { rows } = await sql<{ id: number }>`select distinct value ->> 0 as id
      from json_each(${JSON.stringify(given)}) as given
      where exists (select 1 from track_box where track_box.east >= given.value ->> 1
        and track_box.west <= given.value ->> 2 and track_box.north >= given.value ->> 3
        and track_box.south <= given.value ->> 4)
      order by id`.execute(this.deps.db);
    return rows.map(({ id }) => id);
  }
}

/** Parts of one town often stand in the list beside it, under the same name. */
const isTold = (found: readonly FoundPlace[], { name, latitude, longitude }: Town): boolean =>
  found.some(
    (other) =>
      other.name === name &&
      Math.abs(other.box.south - latitude) < 0.2 &&
      Math.abs(other.box.west - longitude) < 0.2,
  );

const townPlace = ({ name }: Town, box: Box): FoundPlace => ({
  name,
  source: 'gazetteer',
  placeId: null,
  box,
});
