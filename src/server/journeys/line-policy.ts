import { longitudeStep } from '../../shared/geo.ts';
import type { Position } from '../../shared/tracks.ts';
import { metresBetween } from './plane-policy.ts';

/** Longitude and latitude. */
export type Pair = [number, number];

type LinePoint = Position & { at: number };

const radians = Math.PI / 180;
/** Where the map of the web ends. */
const lastLatitude = 85.0511;
const tilePixels = 256;
/** What is finer is not seen. */
const finePixels = 0.75;
/** A line is drawn over what is not known, unless it is long in both. */
const unseenMs = 180_000;
const unseenM = 200;
export const outlinePoints = 60;
const outlineInput = 2000;

/** The parts of a way between which nothing is known; those of one point alone only when there is nothing else. */
export function splitUnseen<T extends LinePoint>(points: readonly T[]): T[][] {
  const parts: T[][] = [];
  let last: T | undefined;
  for (const point of points) {
    const part = parts.at(-1);
    const isKnown = last && (point.at - last.at <= unseenMs || metresBetween(last, point) <= unseenM);
    if (part && isKnown) part.push(point);
    else parts.push([point]);
    last = point;
  }
  const lines = parts.filter((part) => part.length > 1);
  if (lines.length > 0) return lines;
  return points.length > 1 ? [[...points]] : [];
}

/** Lines for a zoom of the web's map: simplified, rounded, and cut where they cross the antimeridian. */
export function linesAt(points: readonly LinePoint[], zoom: number): Pair[][] {
  const digits = zoom > 15 ? 6 : 5;
  return splitUnseen(points).flatMap((part) =>
    cutAtAntimeridian(simplifyAt(part, zoom).map((point) => rounded(point, digits))),
  );
}

const rounded = ({ longitude, latitude }: Position, digits: number): Pair => {
  const factor = 10 ** digits;
  return [Math.round(longitude * factor) / factor, Math.round(latitude * factor) / factor];
};

/** The points of a line without which it would look otherwise at a zoom. */
export function simplifyAt<T extends Position>(points: readonly T[], zoom: number): T[] {
  const plane = projected(points);
  const tolerance = finePixels / (tilePixels * 2 ** zoom);
  return pick(points, significances(plane, tolerance), tolerance);
}

/** At most so many points that keep the shape of a line best. */
export function outlineOf(points: readonly Position[], most = outlinePoints): Pair[] {
  const step = Math.max(1, Math.ceil(points.length / outlineInput));
  const some = points.filter((_, index) => index % step === 0 || index === points.length - 1);
  const marks = significances(projected(some), 0);
  const bar = [...marks].toSorted((a, b) => b - a)[most - 1] ?? 0;
  // Of points that matter alike there may be more than there is room for.
  const chosen = some.filter(
    (_, index) => (marks[index] ?? 0) > bar || index === 0 || index === some.length - 1,
  );
  const picked = marks.length <= most ? some : chosen;
  return picked.slice(0, most).map((point) => rounded(point, 5));
}

const pick = <T>(points: readonly T[], marks: Float64Array, tolerance: number): T[] =>
  points.filter((_, index) => (marks[index] ?? 0) >= tolerance);

interface Plane {
  x: Float64Array;
  y: Float64Array;
}

/** The web's plane, the world one wide; lines run on across the antimeridian. */
function projected(points: readonly Position[]): Plane {
  const plane = { x: new Float64Array(points.length), y: new Float64Array(points.length) };
  let longitude = points[0]?.longitude ?? 0;
  for (const [index, point] of points.entries()) {
    longitude += longitudeStep(((longitude + 540) % 360) - 180, point.longitude);
    const latitude = Math.max(-lastLatitude, Math.min(lastLatitude, point.latitude)) * radians;
    plane.x[index] = longitude / 360;
    plane.y[index] = Math.log(Math.tan(Math.PI / 4 + latitude / 2)) / (2 * Math.PI);
  }
  return plane;
}

/**
 * How far the line would be off without each point, after Douglas and Peucker: infinite for its ends, 0 for what lies
 * closer than `tolerance`.
 */
function significances(plane: Plane, tolerance: number): Float64Array {
  const count = plane.x.length;
  const marks = new Float64Array(count);
  if (count === 0) return marks;
  marks[0] = marks[count - 1] = Infinity;
  const stack: [number, number, number][] = [[0, count - 1, Infinity]];
  for (let range = stack.pop(); range; range = stack.pop()) {
    const [first, last, limit] = range;
    let [far, farthest] = [-1, 0];
    for (let index = first + 1; index < last; index++) {
      const off = distanceTo(plane, index, first, last);
      if (off > farthest) [far, farthest] = [index, off];
    }
    if (far === -1 || farthest < tolerance) continue;
    // No point matters more than the one that made it matter: a coarser line has no point that a finer one lacks.
    const mark = Math.min(limit, farthest);
    marks[far] = mark;
    stack.push([first, far, mark], [far, last, mark]);
  }
  return marks;
}

/** From a point to the piece of line between two others. */
function distanceTo({ x, y }: Plane, index: number, first: number, last: number): number {
  const [x0, y0] = [x[first] ?? 0, y[first] ?? 0];
  const [dx, dy] = [(x[last] ?? 0) - x0, (y[last] ?? 0) - y0];
  const [px, py] = [(x[index] ?? 0) - x0, (y[index] ?? 0) - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
  const [ox, oy] = [px - along * dx, py - along * dy];
  return Math.sqrt(ox * ox + oy * oy);
}

/** Lines none of which crosses the antimeridian, each going up to it. */
export function cutAtAntimeridian(line: readonly Pair[]): Pair[][] {
  const lines: Pair[][] = [];
  let current: Pair[] = [];
  let last: Pair | undefined;
  for (const pair of line) {
    if (last && Math.abs(pair[0] - last[0]) > 180) {
      const step = longitudeStep(last[0], pair[0]);
      const edge = step > 0 ? 180 : -180;
      const share = step === 0 ? 0 : (edge - last[0]) / step;
      const latitude = Math.round((last[1] + (pair[1] - last[1]) * share) * 1e6) / 1e6;
      lines.push([...current, [edge, latitude]]);
      current = [[-edge, latitude]];
    }
    current.push(pair);
    last = pair;
  }
  if (current.length > 0) lines.push(current);
  return lines.filter((one) => one.length > 1);
}
