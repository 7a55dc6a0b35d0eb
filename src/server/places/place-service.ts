import type { Events } from '../../shared/events.ts';
import type { Place, PlaceInput, PlacePatch, PlaceSuggestion } from '../../shared/places.ts';
import type { Database, Db } from '../db/open.ts';
import type { PlaceRow } from '../db/schema-journeys.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import type { PlaceNames } from './place-names.ts';
import { PlaceOverview } from './place-overview.ts';
import { PlaceRematch } from './place-rematch.ts';
import { PlaceRepository } from './place-repository.ts';
import type { Cluster, PlaceCount } from './suggestion-policy.ts';

export interface PlaceServiceDeps {
  db: Database;
  clock: Clock;
  events: EventBus<Events>;
  log: Logger;
  names: PlaceNames;
  /**
   * Places changed and all stops are at theirs: clips that a place's rule skipped may be wanted again, others may not
   * be. It is also called at a start that finished what another one began.
   */
  onPlacesChanged: () => Promise<void> | void;
}

/** More than anybody names; each stop is compared with all of them. */
const mostPlaces = 500;

/** The places that the user named, and where he might want to. */
export class PlaceService implements Component {
  private readonly deps: PlaceServiceDeps;
  private readonly places = new PlaceRepository();
  private readonly overview: PlaceOverview;
  private readonly rematch: PlaceRematch;

  constructor(deps: PlaceServiceDeps) {
    this.deps = deps;
    this.overview = new PlaceOverview(deps);
    this.rematch = new PlaceRematch({ ...deps, onDone: (localDays) => this.rematched(localDays) });
  }

  start(): void {
    this.overview.start();
    this.rematch.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.rematch.stop(), this.overview.stop()]);
  }

  /** Resolves when all stops are at their places. */
  idle(): Promise<void> {
    return this.rematch.idle();
  }

  /**
   * Puts stops that were just written at their places (`placeOfStop` in place-match-policy.ts), in the transaction that
   * wrote them. Returns the days on which a stop's place changed, those of a later stop too.
   */
  assignPlaces(trx: Db, stopIds: readonly number[]): Promise<string[]> {
    return this.places.assign(trx, stopIds);
  }

  async list(): Promise<{ places: Place[]; suggestions: PlaceSuggestion[] }> {
    const rows = await this.places.all(this.deps.db);
    const { places, clusters } = await this.overview.view();
    const byName = new Intl.Collator('en', { sensitivity: 'base', numeric: true });
    return {
      places: rows
        .map((row) => viewOf(row, places.get(row.id)))
        .toSorted((a, b) => Number(b.isHome) - Number(a.isHome) || byName.compare(a.name, b.name)),
      suggestions: await this.suggestionsOf(clusters),
    };
  }

  /** Throws `conflict` when there is a place of this name, or there are too many. */
  async add(input: PlaceInput): Promise<Place> {
    const { db, clock } = this.deps;
    const row = await db.transaction().execute(async (trx) => {
      await this.refuseTwice(trx, input.name, null);
      const row = await this.places.insert(trx, input, clock.now());
      await this.rematch.note(trx, row.id, [row]);
      return row;
    });
    return this.changed(row);
  }

  /** Throws `not_found`, or `conflict` when another place has this name. */
  async update(id: number, patch: PlacePatch): Promise<Place> {
    const row = await this.deps.db.transaction().execute(async (trx) => {
      const before = await this.places.byId(trx, id);
      if (!before) throw new AppError('not_found', 'There is no such place.');
      if (patch.name !== undefined) await this.refuseTwice(trx, patch.name, id);
      const row = (await this.places.replace(trx, id, patched(before, patch))) ?? before;
      await this.rematch.note(trx, id, [before, row]);
      return row;
    });
    return this.changed(row);
  }

  /** Throws `not_found`. */
  async remove(id: number): Promise<void> {
    await this.deps.db.transaction().execute(async (trx) => {
      const before = await this.places.byId(trx, id);
      if (!before) throw new AppError('not_found', 'There is no such place.');
      await this.places.remove(trx, id);
      await this.rematch.note(trx, id, [before]);
    });
    this.deps.events.emit('places.changed', {});
    this.rematch.kick();
  }

  /**
   * Takes places over from the existing system, in its order; one whose name is there already is left out. Call `start`
   * afterwards, or `idle` never comes. Returns how many.
   */
  async adopt(trx: Db, inputs: readonly PlaceInput[], at: number): Promise<number> {
    const names = new Set((await this.places.all(trx)).map(({ name }) => comparable(name)));
    const hasHome = (await this.places.all(trx)).some((row) => row.is_home === 1);
    const fresh = inputs.filter(({ name }) => !names.has(comparable(name))).slice(0, mostPlaces - names.size);
    for (const input of fresh) {
      const row = await this.places.insert(trx, { ...input, isHome: input.isHome && !hasHome }, at);
      await this.rematch.note(trx, row.id, [row]);
    }
    return fresh.length;
  }

  private async refuseTwice(trx: Db, name: string, id: number | null): Promise<void> {
    const rows = await this.places.all(trx);
    if (rows.some((row) => row.id !== id && comparable(row.name) === comparable(name)))
      throw new AppError('conflict', 'There is a place of this name already.', [
        { field: 'name', message: 'There is a place of this name already.' },
      ]);
    if (id === null && rows.length >= mostPlaces)
      throw new AppError('conflict', `There are ${mostPlaces} places already; remove one first.`);
  }

  private async changed(row: PlaceRow): Promise<Place> {
    this.deps.events.emit('places.changed', {});
    this.rematch.kick();
    const { places } = await this.overview.view();
    return viewOf(row, places.get(row.id));
  }

  private async rematched(localDays: string[]): Promise<void> {
    const { events, onPlacesChanged } = this.deps;
    await this.overview.refresh();
    await onPlacesChanged();
    events.emit('places.changed', {});
    if (localDays.length > 0) events.emit('journeys.changed', { localDays });
  }

  private async suggestionsOf(clusters: readonly Cluster[]): Promise<PlaceSuggestion[]> {
    const names = await this.deps.names.namesOf(clusters);
    return clusters.flatMap((cluster, at) => {
      const name = names[at] ?? null;
      // A place that was added since the stops were counted.
      if (name?.source === 'place') return [];
      const { latitude, longitude, radiusM, stops, parkedMs, lastStopAt, isLikelyHome } = cluster;
      return [
        {
          latitude,
          longitude,
          radiusM,
          stops,
          parkedMs,
          lastStopAt,
          name: name?.name ?? null,
          isLikelyHome,
        },
      ];
    });
  }
}

const comparable = (name: string): string => name.normalize('NFC').trim().toLowerCase();

const inputOf = (row: PlaceRow): PlaceInput => ({
  name: row.name,
  latitude: row.latitude,
  longitude: row.longitude,
  radiusM: row.radius_m,
  isHome: row.is_home === 1,
  skipParked: row.skip_parked === 1,
  isHidden: row.is_hidden === 1,
});

function patched(row: PlaceRow, patch: PlacePatch): PlaceInput {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...inputOf(row), ...Object.fromEntries(given) };
}

const viewOf = (row: PlaceRow, count: PlaceCount | undefined): Place => ({
  id: row.id,
  ...inputOf(row),
  stops: count?.stops ?? 0,
  lastStopAt: count?.lastStopAt ?? null,
});
