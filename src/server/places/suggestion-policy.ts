/** Where the car often stops: counted stop by stop, then drawn together. Pure. */
import { distanceM, metresPerDegree } from '../../shared/geo.ts';
import type { Position } from '../../shared/tracks.ts';

export interface CountedStop extends Position {
  placeId: number | null;
  startedAt: number;
  endedAt: number;
  /** As `2026-06-28`. */
  localDay: string;
  lastLocalDay: string;
}

export interface PlaceCount {
  stops: number;
  lastStopAt: number;
  nights: number;
}

/** Somewhere the car stops that is no place yet. */
export interface Cluster extends Position {
  radiusM: number;
  stops: number;
  parkedMs: number;
  nights: number;
  lastStopAt: number;
  isLikelyHome: boolean;
}

interface Sums extends Position {
  stops: number;
  parkedMs: number;
  nights: number;
  lastStopAt: number;
}

/** A receiver's wandering, and a car park. */
const reachM = 100;
const [leastRadiusM, mostRadiusM] = [75, 200];
const leastStops = 3;
const mostSuggestions = 10;
/** More cells than a car's year has; a map of another kind must not eat the memory. */
const mostCells = 50_000;
const leastNights = 3;
/** A car that stood for months says no more than one that stood for two weeks. */
const mostNightsOfStop = 14;

/** What stops come to, without keeping them. */
export class StopTally {
  readonly places = new Map<number, PlaceCount>();
  private readonly cells = new Map<string, Sums>();
  private readonly since: number;

  /** Stops without a place count from `since` on. */
  constructor(since: number) {
    this.since = since;
  }

  add(stop: CountedStop): void {
    if (stop.placeId !== null) this.addToPlace(stop.placeId, stop);
    else if (stop.endedAt >= this.since) this.addToCell(stop);
  }

  private addToPlace(placeId: number, stop: CountedStop): void {
    const count = this.places.get(placeId) ?? { stops: 0, lastStopAt: 0, nights: 0 };
    this.places.set(placeId, {
      stops: count.stops + 1,
      lastStopAt: Math.max(count.lastStopAt, stop.startedAt),
      nights: count.nights + (stop.endedAt >= this.since ? nightsOf(stop) : 0),
    });
  }

  private addToCell(stop: CountedStop): void {
    const key = cellKeyOf(stop);
    const cell = this.cells.get(key);
    if (!cell && this.cells.size >= mostCells) return;
    const one = {
      latitude: stop.latitude,
      longitude: stop.longitude,
      stops: 1,
      parkedMs: Math.max(0, stop.endedAt - stop.startedAt),
      nights: nightsOf(stop),
      lastStopAt: stop.startedAt,
    };
    this.cells.set(key, cell ? together(cell, one) : one);
  }

  /** The most visited first. */
  clusters(hasHome: boolean): Cluster[] {
    const cells = [...this.cells.values()].toSorted((a, b) => b.stops - a.stops || b.parkedMs - a.parkedMs);
    const clusters: Cluster[] = [];
    const free = new Set(cells);
    for (const seed of cells) {
      if (clusters.length >= mostSuggestions * 3 || seed.stops * 9 < leastStops) break;
      if (!free.has(seed)) continue;
      const near = [...free].filter((cell) => isNear(seed, cell));
      for (const cell of near) free.delete(cell);
      const sums = near.reduce((all, cell) => (cell === seed ? all : together(all, cell)), seed);
      if (sums.stops >= leastStops)
        clusters.push({ ...sums, radiusM: radiusOf(sums, near), isLikelyHome: false });
    }
    const best = clusters.toSorted((a, b) => b.stops - a.stops).slice(0, mostSuggestions);
    return hasHome ? best : withHome(best, this.places);
  }
}

/** Where the most nights were, of all there is, named or not. */
function withHome(clusters: Cluster[], places: ReadonlyMap<number, PlaceCount>): Cluster[] {
  const most = Math.max(0, ...clusters.map(({ nights }) => nights));
  const ofPlaces = Math.max(0, ...[...places.values()].map(({ nights }) => nights));
  if (most < leastNights || most <= ofPlaces) return clusters;
  const home = clusters.find(({ nights }) => nights === most);
  return clusters.map((cluster) => (cluster === home ? { ...cluster, isLikelyHome: true } : cluster));
}

/** Midnights within the stop, as its days tell them. */
function nightsOf({ localDay, lastLocalDay }: CountedStop): number {
  const days = (Date.parse(lastLocalDay) - Date.parse(localDay)) / (24 * 60 * 60_000);
  return days > 0 ? Math.min(mostNightsOfStop, Math.round(days)) : 0;
}

/** Cells of about 100 m on either side. */
function cellKeyOf({ latitude, longitude }: Position): string {
  const row = Math.round(latitude * 1000);
  const shrink = Math.max(0.001, Math.cos((row / 1000) * (Math.PI / 180)));
  return `${row} ${Math.round(longitude * 1000 * shrink)}`;
}

/** The mean is weighted by stops; neighbours across the antimeridian stay apart, which is two suggestions at worst. */
function together(a: Sums, b: Sums): Sums {
  const stops = a.stops + b.stops;
  const mean = (one: number, other: number) => (one * a.stops + other * b.stops) / stops;
  return {
    latitude: mean(a.latitude, b.latitude),
    longitude: mean(a.longitude, b.longitude),
    stops,
    parkedMs: a.parkedMs + b.parkedMs,
    nights: a.nights + b.nights,
    lastStopAt: Math.max(a.lastStopAt, b.lastStopAt),
  };
}

function isNear(seed: Position, cell: Position): boolean {
  if (Math.abs(seed.latitude - cell.latitude) * metresPerDegree > reachM) return false;
  return Math.abs(seed.longitude - cell.longitude) < 180 && distanceM(seed, cell) <= reachM;
}

function radiusOf(centre: Position, cells: readonly Position[]): number {
  const farthest = Math.max(...cells.map((cell) => distanceM(centre, cell)));
  return Math.round(Math.min(mostRadiusM, Math.max(leastRadiusM, farthest + 40)));
}
