import { nextBlock } from '../src/server/sync/triage-plan.ts';
import { seededRandom } from '../simulator/random.ts';
import { driveAlong, townWays, type RoutePoint } from '../simulator/town-routes.ts';

/** A second of a drive on a plane, in metres. */
interface Point {
  east: number;
  north: number;
  at: number;
}

/** Which seconds of a clip of so many are looked at. */
export type Pick = (seconds: number, ends: { isFirst: boolean; isLast: boolean }) => number[];

/** Metres between where a car was and the line that few of its positions make. */
export interface LineFigures {
  mean: number;
  p95: number;
  max: number;
  /** Between where it ended and where the line ends. */
  end: number;
}

const metresPerDegree = 111_195;
const clipSeconds = 60;

/** As the product picks with so many requests; `free`: the first block came with the index. */
export function product(requests: number, free: boolean): Pick {
  return (seconds, ends) => {
    const taken = free ? [{ index: 0, isFix: true }] : [];
    for (let left = requests; ; left--) {
      const index = nextBlock({ count: seconds, taken, left, ...ends });
      if (index === null) return taken.map((one) => one.index);
      taken.push({ index, isFix: true });
    }
  };
}

/** At fixed shares of each clip. */
export const fixed =
  (...shares: number[]): Pick =>
  (seconds) =>
    shares.map((share) => Math.min(seconds - 1, Math.round(share * seconds)));

/** Draws simulated drives, cut into clips of a minute, by a few positions of each clip. */
export function drawDrives(pick: Pick, seeds: number): LineFigures {
  const errors: number[] = [];
  const ends: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    for (const way of [townWays.work, townWays.lunch, townWays.work.toReversed()]) {
      const truth = driveAlong(way, seededRandom(seed)).map(onPlane);
      const line = lineOf(truth, pick);
      for (const point of truth) errors.push(distanceTo(line, point));
      const [last, drawn] = [truth.at(-1), line.at(-1)];
      if (last && drawn) ends.push(Math.hypot(last.east - drawn.east, last.north - drawn.north));
    }
  }
  errors.sort((a, b) => a - b);
  return {
    mean: mean(errors),
    p95: errors[Math.floor(errors.length * 0.95)] ?? 0,
    max: errors.at(-1) ?? 0,
    end: mean(ends),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

function onPlane({ latitude, longitude }: RoutePoint, at: number): Point {
  const shrink = Math.cos((53.88 * Math.PI) / 180);
  return { east: longitude * metresPerDegree * shrink, north: latitude * metresPerDegree, at };
}

function lineOf(truth: readonly Point[], pick: Pick): Point[] {
  const line: Point[] = [];
  const clips = Math.ceil(truth.length / clipSeconds);
  for (let clip = 0; clip < clips; clip++) {
    const part = truth.slice(clip * clipSeconds, (clip + 1) * clipSeconds);
    const picked = pick(part.length, { isFirst: clip === 0, isLast: clip === clips - 1 });
    line.push(...picked.flatMap((index) => part[index] ?? []));
  }
  return line.toSorted((a, b) => a.at - b.at);
}

function distanceTo(line: readonly Point[], point: Point): number {
  let best = Infinity;
  for (const [index, to] of line.entries()) {
    const from = line[index - 1] ?? to;
    best = Math.min(best, toSegment(point, from, to));
  }
  return best;
}

function toSegment(point: Point, from: Point, to: Point): number {
  const [east, north] = [to.east - from.east, to.north - from.north];
  const square = east * east + north * north;
  const along = ((point.east - from.east) * east + (point.north - from.north) * north) / (square || 1);
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(point.east - from.east - share * east, point.north - from.north - share * north);
}
