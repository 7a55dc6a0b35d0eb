import type { Box, Position } from './tracks.ts';

const earthRadiusM = 6_371_008.8;
const radians = Math.PI / 180;
/** Metres of one degree of latitude on that sphere. */
export const metresPerDegree = earthRadiusM * radians;

/** Great-circle distance in metres between two WGS 84 points in degrees (haversine, R = 6 371 008.8 m). */
export function distanceM(a: Position, b: Position): number {
  const latitude = Math.sin(((b.latitude - a.latitude) * radians) / 2);
  const longitude = Math.sin(((b.longitude - a.longitude) * radians) / 2);
  const chord =
    latitude * latitude +
    Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * longitude * longitude;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** A longitude within -180 (included) and 180 (excluded). */
export const wrapLongitude = (longitude: number): number =>
  longitude >= -180 && longitude < 180 ? longitude : ((((longitude + 180) % 360) + 360) % 360) - 180;

/** Degrees from `from` eastwards to `to`, the short way: within -180 and 180. */
export const longitudeStep = (from: number, to: number): number => wrapLongitude(to - from);

/**
 * The smallest box around points that follow each other with no step of half the world; null for none. Across the
 * antimeridian `west` is greater than `east`.
 */
export function boundsOf(points: Iterable<Position>): Box | null {
  let box: Box | null = null;
  // Longitudes run on past 180 here, from the first point.
  let [west, east, last] = [0, 0, 0];
  for (const { latitude, longitude } of points) {
    if (!box) {
      box = { west: longitude, east: longitude, south: latitude, north: latitude };
      [west, east, last] = [longitude, longitude, longitude];
      continue;
    }
    last += longitudeStep(wrapLongitude(last), longitude);
    west = Math.min(west, last);
    east = Math.max(east, last);
    box.south = Math.min(box.south, latitude);
    box.north = Math.max(box.north, latitude);
  }
  if (!box) return null;
  if (east - west >= 360) return { ...box, west: -180, east: 180 };
  return {
    ...box,
    west: west < -180 || west > 180 ? wrapLongitude(west) : west,
    east: east > 180 || east < -180 ? wrapLongitude(east) : east,
  };
}

/** Whether a point lies within a box, its edges included. */
export function isWithin({ latitude, longitude }: Position, { west, south, east, north }: Box): boolean {
  if (latitude < south || latitude > north) return false;
  return west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
}

/** The box of so many metres around a point. At the poles it goes around the world. */
export function boxAround({ latitude, longitude }: Position, radiusM: number): Box {
  const up = radiusM / metresPerDegree;
  const shrink = Math.cos(Math.min(89.9, Math.abs(latitude) + up) * radians);
  const across = up / shrink;
  const south = Math.max(-90, latitude - up);
  const north = Math.min(90, latitude + up);
  if (across >= 180 || south === -90 || north === 90) return { west: -180, east: 180, south, north };
  return { west: wrapLongitude(longitude - across), east: wrapLongitude(longitude + across), south, north };
}
