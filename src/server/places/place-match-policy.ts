/** At which place a position is. Pure. */
import { distanceM } from '../../shared/geo.ts';
import type { Position } from '../../shared/tracks.ts';

/** A place as far as it matters where it is. */
export interface PlaceCircle extends Position {
  id: number;
  radiusM: number;
}

/** Positions of a parked car wander by some tens of metres between houses, whatever the radius. */
const wanderM = 30;

/** How far from a place's centre a car that was there before still counts as there. */
export const stayRadiusM = (radiusM: number): number => radiusM * 1.5 + wanderM;

/** Degrees of latitude of a metre, generously: what is farther apart need not be measured. */
const degreesPerMetre = 1 / 110_000;

interface Candidate {
  place: PlaceCircle;
  distance: number;
}

/** The place whose circle holds the position: of several the smallest, of equal ones the nearest; null for none. */
export function placeAt<P extends PlaceCircle>(position: Position, places: readonly P[]): P | null {
  return best(position, places, (place) => place.radiusM);
}

/**
 * The place of a stop. To come to a place, the car has to stand within its radius; where it stood at the stop before
 * (`previousId`), it also is while it stands within one and a half times the radius and 30 m. So a car that was parked
 * at home does not leave because its receiver wandered. A smaller place that holds the position goes before.
 */
export function placeOfStop<P extends PlaceCircle>(
  position: Position,
  places: readonly P[],
  previousId: number | null,
): P | null {
  return best(position, places, (place) =>
    place.id === previousId ? stayRadiusM(place.radiusM) : place.radiusM,
  );
}

function best<P extends PlaceCircle>(
  position: Position,
  places: readonly P[],
  reachOf: (place: P) => number,
): P | null {
  let found: { place: P; distance: number } | null = null;
  for (const place of places) {
    const reachM = reachOf(place);
    if (Math.abs(place.latitude - position.latitude) > reachM * degreesPerMetre) continue;
    const distance = distanceM(place, position);
    if (distance <= reachM && (!found || isBetter({ place, distance }, found))) found = { place, distance };
  }
  return found?.place ?? null;
}

const isBetter = (one: Candidate, other: Candidate): boolean =>
  one.place.radiusM === other.place.radiusM
    ? one.distance < other.distance || (one.distance === other.distance && one.place.id < other.place.id)
    : one.place.radiusM < other.place.radiusM;
