import { boundsOf } from '../../shared/geo.ts';
import type { Box, Position, RouteMap, TrackPoint } from '../../shared/tracks.ts';

/** The box around all that is on a map; null when there is nothing. */
export function boxOfRoutes(map: RouteMap | undefined): Box | null {
  return boundsOf((map?.features ?? []).flatMap(({ geometry }) => positionsOf(geometry)));
}

type Geometry = RouteMap['features'][number]['geometry'];

function positionsOf(geometry: Geometry): Position[] {
  if (geometry.type === 'Point') return [positionOf(geometry.coordinates)];
  if (geometry.type === 'LineString') return geometry.coordinates.map(positionOf);
  return geometry.coordinates.flat().map(positionOf);
}

function positionOf([longitude, latitude]: readonly [number, number]): Position {
  return { longitude, latitude };
}

/** The box around the lines of a journey. */
export function boxOfTrack(parts: readonly (readonly TrackPoint[])[]): Box | null {
  return boundsOf(parts.flat().map(([, longitude, latitude]) => ({ longitude, latitude })));
}

const steps = [8, 11, 14, 17] as const;

/** The zoom that lines are asked for at, so that not every turn of the wheel asks anew: never coarser than the one shown. */
export function zoomStep(zoom: number): number {
  return steps.find((step) => zoom <= step) ?? steps[steps.length - 1] ?? zoom;
}
