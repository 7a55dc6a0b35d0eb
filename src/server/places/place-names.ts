import type { PlaceName } from '../../shared/journeys.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Position } from '../../shared/tracks.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import type { Gazetteer } from './gazetteer.ts';
import { cellKey, cellOf, isWanted, type KnownName } from './geocode-policy.ts';
import { GeocodeRepository } from './geocode-repository.ts';
import type { GeocodeService } from './geocode-service.ts';
import { placeAt } from './place-match-policy.ts';
import { PlaceRepository, type NamedPlace } from './place-repository.ts';

export interface PlaceNamesDeps {
  db: Database;
  clock: Clock;
  settings: () => Settings;
  gazetteer: Gazetteer;
  geocoder: Pick<GeocodeService, 'want'>;
}

/** A position, and the place that a stop there was found to be at. */
export type NamedPosition = Position & { placeId?: number | null };

/**
 * Names of positions: the user's own place, else a name that was fetched before, else the nearest town. Never waits for
 * a network; what may be asked for is asked for in the background, and `places.changed` says when more is known. The
 * position of an own place is never asked for.
 */
export class PlaceNames {
  private readonly deps: PlaceNamesDeps;
  private readonly places = new PlaceRepository();
  private readonly geocodes = new GeocodeRepository();

  constructor(deps: PlaceNamesDeps) {
    this.deps = deps;
  }

  /** One for each position, null where nothing is known. */
  async namesOf(positions: readonly NamedPosition[]): Promise<(PlaceName | null)[]> {
    if (positions.length === 0) return [];
    const { db, gazetteer } = this.deps;
    const places = await this.places.named(db);
    const names = positions.map((position) => ownName(position, places));
    const others = positions.filter((_, at) => names[at] === null);
    const known = await this.geocodes.known(db, others.map(cellOf));
    const towns = await gazetteer.townsAt(others);
    this.askFor(others, known);
    const found = others.map((position, at) =>
      nameOf(known.get(cellKey(cellOf(position))), towns[at] ?? null),
    );
    return names.map((name) => name ?? found.shift() ?? null);
  }

  private askFor(positions: readonly Position[], known: ReadonlyMap<string, KnownName>): void {
    const { clock, settings, geocoder } = this.deps;
    const [now, values] = [clock.now(), settings()];
    const wanted = positions.filter((position) =>
      isWanted(known.get(cellKey(cellOf(position))) ?? null, values, now),
    );
    // The first that a page shows has its turn first: the geocoder takes the last.
    if (wanted.length > 0) geocoder.want(wanted.toReversed());
  }
}

function ownName(position: NamedPosition, places: readonly NamedPlace[]): PlaceName | null {
  const known = position.placeId == null ? undefined : places.find(({ id }) => id === position.placeId);
  const place = known ?? placeAt(position, places);
  return place && { name: place.name, source: 'place', placeId: place.id };
}

function nameOf(known: KnownName | undefined, town: string | null): PlaceName | null {
  if (known && known.label !== '') return { name: known.label, source: 'geocoder', placeId: null };
  return town === null ? null : { name: town, source: 'gazetteer', placeId: null };
}
