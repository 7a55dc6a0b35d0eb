/** The archive without a map library: where its lines lie in a view that can be moved, and what lies where. */
import { longitudeStep, wrapLongitude } from '../../shared/geo.ts';
import type { Box, Position } from '../../shared/tracks.ts';
import {
  passesFilter,
  type ArchiveFilter,
  type ArchiveJourney,
  type ArchiveMonth,
} from './archive-months.ts';
import type { Coordinate, Line, MapLook } from './map-types.ts';
import { toLatitude, toY, type Sketch } from './sketch-plan.ts';

export interface Size {
  width: number;
  height: number;
}

/** Where positions are in a view; pixels of a degree of longitude. */
export interface SketchView extends Pick<Sketch, 'place' | 'unplace' | 'metresPerPixel'> {
  look: MapLook;
  size: Size;
  pixelsPerDegree: number;
  box: Box;
}

const equatorM = 40_075_016.7;
const worldPixels = 512;
const [leastZoom, mostZoom] = [0, 17];
const zoomWithin = (zoom: number): number => Math.max(leastZoom, Math.min(mostZoom, zoom));

export function viewOf(look: MapLook, size: Size): SketchView {
  const pixelsPerDegree = (worldPixels * 2 ** look.zoom) / 360;
  const middleY = toY(look.latitude);
  const unplace = (x: number, y: number): Position => ({
    longitude: wrapLongitude(look.longitude + (x - size.width / 2) / pixelsPerDegree),
    latitude: toLatitude(middleY + (y - size.height / 2) / pixelsPerDegree),
  });
  const [from, to] = [unplace(0, 0), unplace(size.width, size.height)];
  const isWorld = size.width / pixelsPerDegree >= 360;
  return {
    look,
    size,
    pixelsPerDegree,
    box: {
      north: from.latitude,
      south: to.latitude,
      west: isWorld ? -180 : from.longitude,
      east: isWorld ? 180 : to.longitude,
    },
    place: ([longitude, latitude]) => [
      longitudeStep(look.longitude, longitude) * pixelsPerDegree + size.width / 2,
      (toY(latitude) - middleY) * pixelsPerDegree + size.height / 2,
    ],
    unplace,
    metresPerPixel: (latitude) => ((equatorM / 360) * Math.cos((latitude * Math.PI) / 180)) / pixelsPerDegree,
  };
}

/** What shows a box whole, with some room around it. */
export function lookOfBox({ west, south, east, north }: Box, { width, height }: Size): MapLook {
  const wide = east >= west ? east - west : east - west + 360;
  const [top, bottom] = [toY(north), toY(south)];
  const room = 0.84;
  const scale = Math.min(
    (width * room) / Math.max(wide, 0.005),
    (height * room) / Math.max(bottom - top, 0.005),
  );
  return {
    longitude: wrapLongitude(west + wide / 2),
    latitude: toLatitude((top + bottom) / 2),
    zoom: zoomWithin(Math.log2((scale * 360) / worldPixels)),
  };
}

/** The look after so many pixels were dragged, and so many steps zoomed around a pixel. */
export function movedLook(
  view: SketchView,
  { dragged = [0, 0], zoomed = 0, around }: { dragged?: Coordinate; zoomed?: number; around?: Coordinate },
): MapLook {
  const { size, look } = view;
  const [middleX, middleY] = [size.width / 2, size.height / 2];
  const zoom = zoomWithin(look.zoom + zoomed);
  const [x, y] = around ?? [middleX, middleY];
  const left = 1 - 2 ** (look.zoom - zoom);
  const middle = view.unplace(
    middleX + (x - middleX) * left - dragged[0],
    middleY + (y - middleY) * left - dragged[1],
  );
  return { ...middle, zoom };
}

/** Paths are drawn in these units around an origin, and scaled to the view as a whole. */
const unitsPerDegree = 1000;

/** The lines as one path around an origin; scale it by `pathScale`. */
export function pathAround(lines: readonly Line[], [originX, originY]: Coordinate): string {
  const top = toY(originY);
  let path = '';
  for (const line of lines) {
    if (line.length < 2) continue;
    const shift = longitudeStep(originX, line[0]?.[0] ?? 0) - (line[0]?.[0] ?? 0);
    for (const [index, [x, y]] of line.entries()) {
      const [left, down] = [
        Math.round((x + shift) * unitsPerDegree * 10) / 10,
        Math.round((toY(y) - top) * unitsPerDegree * 10) / 10,
      ];
      path += `${index === 0 ? 'M' : 'L'}${left} ${down}`;
    }
  }
  return path;
}

export const pathScale = ({ pixelsPerDegree }: SketchView): number => pixelsPerDegree / unitsPerDegree;

/** The journeys whose lines come near a pixel, the newest first. */
export function journeysAt(
  months: readonly ArchiveMonth[],
  { view, filter, at, reach }: { view: SketchView; filter: ArchiveFilter; at: Coordinate; reach: number },
): number[] {
  const found: ArchiveJourney[] = [];
  for (const { journeys } of months) {
    for (const journey of journeys) {
      if (passesFilter(journey, filter) && isNear(journey.line.map(view.place), at, reach))
        found.push(journey);
    }
  }
  return found.toSorted((a, b) => b.startedAt - a.startedAt).map(({ id }) => id);
}

function isNear(line: readonly Coordinate[], [x, y]: Coordinate, reach: number): boolean {
  let last: Coordinate | undefined;
  for (const point of line) {
    if (last) {
      const [dx, dy] = [point[0] - last[0], point[1] - last[1]];
      const length = dx * dx + dy * dy;
      const along = length === 0 ? 0 : ((x - last[0]) * dx + (y - last[1]) * dy) / length;
      const share = Math.max(0, Math.min(1, along));
      if (Math.hypot(x - last[0] - share * dx, y - last[1] - share * dy) <= reach) return true;
    }
    last = point;
  }
  return false;
}

export interface Bunch {
  at: Coordinate;
  count: number;
}

const bunchPixels = 64;

/** Stops in view that lie close to each other, as one point in their middle each. */
export function bunchesOf(months: readonly ArchiveMonth[], view: SketchView, filter: ArchiveFilter): Bunch[] {
  const cells = new Map<string, { x: number; y: number; count: number }>();
  for (const { stops } of months) {
    for (const stop of stops) {
      if (!passesFilter(stop, filter)) continue;
      const [x, y] = view.place(stop.at);
      if (!isInView(x, y, view.size)) continue;
      const key = `${Math.floor(x / bunchPixels)} ${Math.floor(y / bunchPixels)}`;
      const cell = cells.get(key) ?? { x: 0, y: 0, count: 0 };
      cells.set(key, { x: cell.x + x, y: cell.y + y, count: cell.count + 1 });
    }
  }
  return [...cells.values()].map(({ x, y, count }) => ({ at: [x / count, y / count], count }));
}

const isInView = (x: number, y: number, { width, height }: Size): boolean =>
  x >= 0 && y >= 0 && x <= width && y <= height;

const cellPixels = 5;
export const densityLevels = 5;

/** Squares of the view by how many journeys come through each, as one path for each level; the last is the densest. */
export function densityPaths(
  months: readonly ArchiveMonth[],
  view: SketchView,
  filter: ArchiveFilter,
): string[] {
  const columns = Math.ceil(view.size.width / cellPixels);
  const rows = Math.ceil(view.size.height / cellPixels);
  const counts = new Uint32Array(columns * rows);
  const lastBy = new Uint32Array(columns * rows);
  let number = 0;
  for (const { journeys } of months) {
    for (const journey of journeys) {
      if (!passesFilter(journey, filter)) continue;
      number += 1;
      for (const cell of cellsOf(journey.line, view, columns, rows)) {
        if (lastBy[cell] === number) continue;
        lastBy[cell] = number;
        counts[cell] = (counts[cell] ?? 0) + 1;
      }
    }
  }
  const most = Math.log(1 + counts.reduce((top, count) => Math.max(top, count), 0));
  const paths = Array.from({ length: densityLevels }, () => '');
  for (const [cell, count] of counts.entries()) {
    if (count === 0) continue;
    const level = Math.min(
      densityLevels - 1,
      Math.floor((Math.log(count) / Math.max(most, 0.1)) * densityLevels),
    );
    const [x, y] = [(cell % columns) * cellPixels, Math.floor(cell / columns) * cellPixels];
    paths[level] += `M${x} ${y}h${cellPixels}v${cellPixels}h${-cellPixels}z`;
  }
  return paths;
}

/** The squares that a line goes through, in its order; one may come several times. */
function* cellsOf(line: Line, view: SketchView, columns: number, rows: number): Generator<number> {
  const { width, height } = view.size;
  let last: Coordinate | undefined;
  for (const point of line) {
    const [x, y] = view.place(point);
    const [fromX, fromY] = last ?? [x, y];
    last = [x, y];
    const misses =
      Math.max(x, fromX) < 0 ||
      Math.max(y, fromY) < 0 ||
      Math.min(x, fromX) > width ||
      Math.min(y, fromY) > height;
    if (misses) continue;
    const steps = Math.min(
      4000,
      Math.max(1, Math.ceil(Math.max(Math.abs(x - fromX), Math.abs(y - fromY)) / cellPixels)),
    );
    for (let step = 0; step <= steps; step++) {
      const column = Math.floor((fromX + ((x - fromX) * step) / steps) / cellPixels);
      const row = Math.floor((fromY + ((y - fromY) * step) / steps) / cellPixels);
      if (column >= 0 && row >= 0 && column < columns && row < rows) yield row * columns + column;
    }
  }
}
