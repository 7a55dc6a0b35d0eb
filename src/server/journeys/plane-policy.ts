import { distanceM, longitudeStep, metresPerDegree } from '../../shared/geo.ts';
import type { Position } from '../../shared/tracks.ts';

const radians = Math.PI / 180;
/** Further than this, the earth is not flat. */
const flatM = 2000;

/** Metres between two points that are near each other; exact enough at any distance. */
export function metresBetween(a: Position, b: Position): number {
  const up = (b.latitude - a.latitude) * metresPerDegree;
  const across =
    longitudeStep(a.longitude, b.longitude) *
    metresPerDegree *
    Math.cos(((a.latitude + b.latitude) / 2) * radians);
  const flat = Math.sqrt(up * up + across * across);
  return flat < flatM ? flat : distanceM(a, b);
}

/** The position whose latitude and longitude have as many below as above; undefined for none. */
export function medianPosition(positions: readonly Position[]): Position | undefined {
  const [first] = positions;
  if (!first) return undefined;
  const latitude = middleOf(positions.map((position) => position.latitude));
  const step = middleOf(positions.map((position) => longitudeStep(first.longitude, position.longitude)));
  const longitude = first.longitude + step;
  return {
    latitude,
    longitude: longitude >= 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude,
  };
}

const middleOf = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
