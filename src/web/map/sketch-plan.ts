/** Where the points of a map lie on a picture without a map library: spherical Mercator, fitted into a frame. */
import { longitudeStep } from '../../shared/geo.ts';
import type { Box, Position } from '../../shared/tracks.ts';
import type { Coordinate, Line } from './map-types.ts';

export interface Frame {
  width: number;
  height: number;
  margin: number;
}

export interface Sketch {
  /** In the order of the lines. */
  paths: { d: string; from: Coordinate | null; to: Coordinate | null }[];
  /** Pixels of a position. */
  place: (coordinate: Coordinate) => [number, number];
  /** Position of a pixel. */
  unplace: (x: number, y: number) => Position;
  metresPerPixel: (latitude: number) => number;
}

/** Mercator ends before the poles: what lies beyond is drawn at its edge. */
const mostLatitude = 85;

/** The latitude at which a map draws another. */
export const drawnLatitude = (latitude: number): number =>
  Math.max(-mostLatitude, Math.min(mostLatitude, latitude));
const equatorM = 40_075_016.7;
/** A car that stood still is a dot in the middle of half a kilometre or so, not a scribble over the whole picture. */
const leastSpan = 0.005;

/** Degrees downwards on the plane of the web's map, as wide as a degree of longitude. */
export const toY = (latitude: number): number => {
  const within = (drawnLatitude(latitude) * Math.PI) / 360;
  return (-Math.log(Math.tan(Math.PI / 4 + within)) * 180) / Math.PI;
};
export const toLatitude = (y: number): number =>
  (Math.atan(Math.exp((-y * Math.PI) / 180)) * 360) / Math.PI - 90;

/** The zoom of a map on which a pixel at the equator is so many metres. */
export const zoomOf = (metresPerPixel: number): number =>
  Math.max(0, Math.min(22, Math.log2(equatorM / 512 / metresPerPixel)));

/** Longitudes that run on past 180 instead of jumping, each the short way from the one before. */
export function unwrapped(line: Line, near?: number): Coordinate[] {
  let last = near ?? line[0]?.[0] ?? 0;
  return line.map(([longitude, latitude]) => {
    last += longitudeStep(last, longitude);
    return [last, latitude];
  });
}

/** The lines as paths in a frame, and the way between pixels and positions; a fixed box is shown whole if there is one. */
export function sketchOf(lines: readonly Line[], frame: Frame, box: Box | null = null): Sketch {
  const base = box?.west ?? lines.find((line) => line.length > 0)?.[0]?.[0] ?? 0;
  const drawn = lines.map((line) =>
    unwrapped(line, base).map(([x, latitude]) => [x, toY(latitude)] as const),
  );
  const corners = box ? cornersOf(box) : drawn.flat();
  const { middle, span } = extentOf(corners);
  const scale = Math.min(
    (frame.width - 2 * frame.margin) / span[0],
    (frame.height - 2 * frame.margin) / span[1],
  );
  const toPixel = ([x, y]: Coordinate): [number, number] => [
    (x - middle[0]) * scale + frame.width / 2,
    (y - middle[1]) * scale + frame.height / 2,
  ];
  return {
    paths: drawn.map((line) => pathOf(line.map(toPixel))),
    place: ([longitude, latitude]) =>
      toPixel([middle[0] + longitudeStep(middle[0], longitude), toY(latitude)]),
    unplace: (x, y) => ({
      longitude: longitudeStep(0, (x - frame.width / 2) / scale + middle[0]),
      latitude: toLatitude((y - frame.height / 2) / scale + middle[1]),
    }),
    metresPerPixel: (latitude) => ((equatorM / 360) * Math.cos((latitude * Math.PI) / 180)) / scale,
  };
}

function cornersOf({ west, south, east, north }: Box): Coordinate[] {
  const width = east >= west ? east - west : east - west + 360;
  return [
    [west, toY(south)],
    [west + width, toY(north)],
  ];
}

function extentOf(points: readonly Coordinate[]): { middle: Coordinate; span: Coordinate } {
  if (points.length === 0) return { middle: [0, 0], span: [360, 180] };
  const [first = [0, 0]] = points;
  const least: [number, number] = [first[0], first[1]];
  const most: [number, number] = [first[0], first[1]];
  for (const [x, y] of points) {
    least[0] = Math.min(least[0], x);
    least[1] = Math.min(least[1], y);
    most[0] = Math.max(most[0], x);
    most[1] = Math.max(most[1], y);
  }
  return {
    middle: [(least[0] + most[0]) / 2, (least[1] + most[1]) / 2],
    span: [Math.max(leastSpan, most[0] - least[0]), Math.max(leastSpan, most[1] - least[1])],
  };
}

const shown = (value: number): number => Math.round(value * 10) / 10;

function pathOf(pixels: readonly [number, number][]): Sketch['paths'][number] {
  const rounded = pixels.map(([x, y]): Coordinate => [shown(x), shown(y)]);
  return {
    d: rounded.length > 0 ? `M${rounded.map((pixel) => pixel.join(' ')).join('L')}` : '',
    from: rounded[0] ?? null,
    to: rounded.at(-1) ?? null,
  };
}
