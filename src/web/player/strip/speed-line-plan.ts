/** The speed of the car as a line. Pure. */
import type { TrackIndex } from '../track-index.ts';
import { xOf, type Scale } from './strip-plan.ts';

export interface SpeedLine {
  /** Of an SVG path; empty where nothing is known. */
  line: string;
  /** The same with the ground beneath it. */
  area: string;
}

/** Between points further apart than this nobody knows how fast the car was. */
const knownMs = 10_000;
/** One point for so many pixels, the fastest. */
const columnPx = 1.5;
/** A line of standing still is not drawn as a mountain. */
const leastTopMps = 10;

/** The height of the drawing in metres a second. */
export function topOf(points: TrackIndex): number {
  return points.reduce((top, [, , , speed]) => Math.max(top, speed ?? 0), leastTopMps);
}

interface Point {
  at: number;
  x: number;
  mps: number;
}

export function speedLine(points: TrackIndex, scale: Scale, height: number): SpeedLine {
  const top = topOf(points);
  const y = (mps: number) => round(height - (Math.max(0, mps) / top) * (height - 2));
  const drawn = runsOf(points, scale).map((run) => ({
    path: run.map(({ x, mps }, index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${y(mps)}`).join(''),
    begin: round(run[0]?.x ?? 0),
    end: round(run.at(-1)?.x ?? 0),
  }));
  return {
    line: drawn.map(({ path }) => path).join(''),
    area: drawn.map(({ path, begin, end }) => `${path}L${end} ${height}L${begin} ${height}Z`).join(''),
  };
}

/** Points in and right beside the view, without what would fall on one pixel, apart where nothing is known. */
function runsOf(points: TrackIndex, scale: Scale): Point[][] {
  const runs: Point[][] = [];
  let last: Point | null = null;
  for (const [at, , , mps] of points) {
    if (mps === null || at < scale.from - knownMs || at > scale.to + knownMs) continue;
    const point: Point = { at, x: clampX(xOf(scale, at), scale.width), mps };
    const run = runs.at(-1);
    if (!last || !run || at - last.at > knownMs) runs.push([point]);
    else if (Math.floor(point.x / columnPx) === Math.floor(last.x / columnPx)) {
      const before = run.at(-1);
      if (before && before.mps < mps) run[run.length - 1] = { ...point, x: before.x };
    } else run.push(point);
    last = point;
  }
  return runs.filter((run) => run.length > 1);
}

/** A little beyond the edge, so that the line does not end before it. */
const clampX = (x: number, width: number): number => Math.min(Math.max(x, -width), 2 * width);

const round = (value: number): number => Math.round(value * 10) / 10;
