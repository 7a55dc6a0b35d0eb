/** What is drawn on the map, as GeoJSON of its layers. Longitudes run on past 180, as map libraries want them. */
import type { Feature, FeatureCollection, Position as GeoPosition } from 'geojson';
import { metresPerDegree, wrapLongitude } from '../../shared/geo.ts';
import type { Box, Mark, RouteMap, TrackPoint } from '../../shared/tracks.ts';
import type { Coordinate, Line, MapPlace } from './map-types.ts';
import { drawnLatitude, unwrapped } from './sketch-plan.ts';

type Features = FeatureCollection;
type RouteFeature = RouteMap['features'][number];

const collection = (features: Feature[]): Features => ({ type: 'FeatureCollection', features });
const pointOf = ([longitude, latitude]: Coordinate): GeoPosition => [longitude, drawnLatitude(latitude)];
const mutable = (line: Line): GeoPosition[] => line.map(pointOf);

/** The lines of a feature; none of a point. */
export function linesOf({ geometry }: RouteFeature): Line[] {
  if (geometry.type === 'LineString') return [geometry.coordinates];
  return geometry.type === 'MultiLineString' ? geometry.coordinates : [];
}

/** Journeys and stops. */
export function journeyFeatures(map: RouteMap | null): Features {
  return collection(
    (map?.features ?? []).map((each): Feature => {
      const { properties, geometry } = each;
      if (geometry.type === 'Point')
        return {
          type: 'Feature',
          properties,
          geometry: { ...geometry, coordinates: pointOf(geometry.coordinates) },
        };
      const coordinates = linesOf(each).map((line) => mutable(unwrapped(line)));
      return { type: 'Feature', properties, geometry: { type: 'MultiLineString', coordinates } };
    }),
  );
}

/** One line by itself; nothing without one. */
export function litFeatures(line: Line | null): Features {
  if (!line) return collection([]);
  return collection([
    { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: mutable(line) } },
  ]);
}

/** Metres a second at which the colour of a line changes: 10, 30, 50, 80 and 110 km/h. */
export const speedSteps = [10 / 3.6, 30 / 3.6, 50 / 3.6, 80 / 3.6, 110 / 3.6] as const;

const stepOf = (speed: number | null): number =>
  speed === null ? -1 : speedSteps.filter((limit) => speed >= limit).length;

/** A journey with `step`, the place of its speed among `speedSteps`; -1 where it is not known. */
export function speedFeatures(parts: readonly (readonly TrackPoint[])[]): Features {
  return collection(parts.flatMap(stretchesOf));
}

/** A part in stretches of one colour; each begins where the one before ends. */
function stretchesOf(points: readonly TrackPoint[]): Feature[] {
  const line = unwrapped(
    points.map(([, longitude, latitude]): Coordinate => [longitude, drawnLatitude(latitude)]),
  );
  const stretches: { step: number; coordinates: GeoPosition[] }[] = [];
  for (const [index, [longitude, latitude]] of line.entries()) {
    const last = stretches.at(-1);
    last?.coordinates.push([longitude, latitude]);
    const step = stepOf(points[index]?.[3] ?? null);
    if (last?.step !== step) stretches.push({ step, coordinates: [[longitude, latitude]] });
  }
  return stretches
    .filter(({ coordinates }) => coordinates.length > 1)
    .map(({ step, coordinates }) => ({
      type: 'Feature',
      properties: { step },
      geometry: { type: 'LineString', coordinates },
    }));
}

/** Circles of places on the ground, and their names in the middle. */
export function placeFeatures(places: readonly MapPlace[]): Features {
  return collection(
    places.flatMap((place): Feature[] => {
      const { id, name, isHome, isSuggested = false, latitude, longitude } = place;
      const properties = { id, name, isHome, isSuggested };
      return [
        { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [circleOf(place)] } },
        {
          type: 'Feature',
          properties,
          geometry: { type: 'Point', coordinates: pointOf([longitude, latitude]) },
        },
      ];
    }),
  );
}

const corners = 64;

/** A circle of so many metres as a closed ring, anticlockwise. */
export function circleOf({ latitude, longitude, radiusM }: Omit<MapPlace, 'id' | 'name' | 'isHome'>) {
  const up = radiusM / metresPerDegree;
  const across = up / Math.cos((Math.min(89, Math.abs(latitude)) * Math.PI) / 180);
  return Array.from({ length: corners + 1 }, (_, index): [number, number] => {
    const angle = ((index % corners) / corners) * 2 * Math.PI;
    const y = latitude + up * Math.sin(angle);
    return [longitude + across * Math.cos(angle), drawnLatitude(y)];
  });
}

export function markFeatures(marks: readonly Mark[]): Features {
  return collection(
    marks.map(({ kind, at, latitude, longitude }) => ({
      type: 'Feature',
      properties: { kind, at },
      geometry: { type: 'Point', coordinates: pointOf([longitude, latitude]) },
    })),
  );
}

/** A box as a polygon; nothing without one. */
export function boxFeatures(box: Box | null): Features {
  if (!box) return collection([]);
  const [[west, south], [east, north]] = cornersOf(box);
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return collection([
    { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } },
  ]);
}

/** South-west and north-east of a box as a map can show it, the latter to the east of the former. */
export function cornersOf({ west, south, east, north }: Box): [[number, number], [number, number]] {
  return [
    [west, drawnLatitude(south)],
    [east >= west ? east : east + 360, drawnLatitude(north)],
  ];
}

/** The box between two corners whose longitudes may run past 180; the whole world when they are that far apart. */
export function boxOfCorners([west, south]: Coordinate, [east, north]: Coordinate): Box {
  const within = { south: Math.max(-90, south), north: Math.min(90, north) };
  if (east - west >= 360) return { west: -180, east: 180, ...within };
  return { west: wrapLongitude(west), east: wrapLongitude(east), ...within };
}

/**
 * Whether two boxes show the same: lines that are simplified for another zoom have slightly other ends, and the map
 * must not move for that.
 */
export function isAlmost(one: Box | null, other: Box): boolean {
  if (!one) return false;
  const [[west, south], [east, north]] = cornersOf(other);
  const near = Math.max(east - west, north - south, 0.001) / 20;
  const [[west1, south1], [east1, north1]] = cornersOf(one);
  return [west - west1, south - south1, east - east1, north - north1].every((each) => Math.abs(each) < near);
}
