import type { GpsSample } from './clip-source.ts';
import type { Random } from './random.ts';
import { addSeconds, wallClock, type WallClock } from './times.ts';

/** Degrees, WGS 84. */
export interface Waypoint {
  latitude: number;
  longitude: number;
}

/** One second of driving. */
export interface RoutePoint extends Waypoint {
  speedMps: number;
  courseDegrees: number;
}

const metresPerDegree = 111_195;
const metresPerSecondInKnots = 1.943_844;

/**
 * Invented ways between real places north of Leeds: plausible on a map, driven by nobody.
 * `work` goes from Otley to the airport; `lunch` starts and ends where `work` ends. `antimeridian` is on Taveuni, across
 * the 180th meridian; its longitudes run on so that the way is a line, points on it do not.
 */
export const townWays: Readonly<Record<'work' | 'lunch' | 'antimeridian', readonly Waypoint[]>> = {
  work: ways([
    [53.9052, -1.6918],
    [53.9041, -1.6869],
    [53.8995, -1.6803],
    [53.8926, -1.6742],
    [53.8851, -1.6705],
    [53.8779, -1.6651],
    [53.8694, -1.6568],
  ]),
  lunch: ways([
    [53.8694, -1.6568],
    [53.8663, -1.6632],
    [53.8652, -1.6721],
    [53.8668, -1.681],
    [53.8703, -1.6835],
    [53.8731, -1.6762],
    [53.8722, -1.6661],
    [53.8694, -1.6568],
  ]),
  antimeridian: ways([
    [-16.7905, 179.978],
    [-16.7921, 179.991],
    [-16.7988, 180.004],
    [-16.8062, 180.0125],
  ]),
};

function ways(pairs: Array<[number, number]>): Waypoint[] {
  return pairs.map(([latitude, longitude]) => ({ latitude, longitude }));
}

/**
 * A drive along the waypoints, one point a second from standing to standing: a smooth curve through
 * them, a wandering town speed, a halt now and then. As long as the way takes.
 */
export function driveAlong(waypoints: readonly Waypoint[], random: Random): RoutePoint[] {
  const path = measured(curveThrough(waypoints));
  const totalMetres = path.at(-1)?.atMetres ?? 0;
  const halts = Array.from({ length: 3 }, () => random() * totalMetres).toSorted((a, b) => a - b);
  const points: RoutePoint[] = [];
  let metres = 0;
  let speedMps = 0;
  let waitSeconds = 4;
  while (metres < totalMetres - 2 && points.length < 7200) {
    const nextStop = halts[0] ?? totalMetres;
    const wantedMps = waitSeconds > 0 ? 0 : wantedSpeed(nextStop - metres, metres, random);
    speedMps += Math.max(-2.5, Math.min(1.8, wantedMps - speedMps));
    metres = Math.min(totalMetres, metres + speedMps);
    points.push({ ...pointAt(path, metres), speedMps });
    waitSeconds = Math.max(0, waitSeconds - 1);
    if (halts.length > 0 && nextStop - metres < 6) {
      halts.shift();
      waitSeconds = 8 + Math.floor(random() * 25);
    }
  }
  return points;
}

/** Up to 48 km/h in town and 80 outside, slow enough to stop in time. */
function wantedSpeed(metresToStop: number, metres: number, random: Random): number {
  const cruise = 15 + 7 * Math.sin(metres / 900) + (random() - 0.5) * 1.5;
  const canStop = Math.sqrt(2 * 1.6 * Math.max(0, metresToStop - 3));
  return Math.max(1, Math.min(cruise, canStop));
}

interface PathPoint extends Waypoint {
  atMetres: number;
}

/** A Catmull-Rom curve with 20 points between waypoints. */
function curveThrough(waypoints: readonly Waypoint[]): Waypoint[] {
  const at = (index: number) => waypoints[Math.max(0, Math.min(waypoints.length - 1, index))] ?? zero;
  return waypoints.slice(0, -1).flatMap((_, index) => {
    const four: [Waypoint, Waypoint, Waypoint, Waypoint] = [
      at(index - 1),
      at(index),
      at(index + 1),
      at(index + 2),
    ];
    return Array.from({ length: 20 }, (_, step) => ({
      latitude: bend(
        four.map((point) => point.latitude),
        step / 20,
      ),
      longitude: bend(
        four.map((point) => point.longitude),
        step / 20,
      ),
    }));
  });
}

const zero: Waypoint = { latitude: 0, longitude: 0 };

function bend([before = 0, from = 0, to = 0, after = 0]: number[], t: number): number {
  const linear = to - before;
  const square = 2 * before - 5 * from + 4 * to - after;
  const cube = 3 * from - before - 3 * to + after;
  return 0.5 * (2 * from + linear * t + square * t ** 2 + cube * t ** 3);
}

function measured(path: readonly Waypoint[]): PathPoint[] {
  let atMetres = 0;
  return path.map((point, index) => {
    const last = path[index - 1];
    if (last !== undefined) atMetres += metresBetween(last, point);
    return { ...point, atMetres };
  });
}

function metresBetween(from: Waypoint, to: Waypoint): number {
  const { north, east } = offset(from, to);
  return Math.hypot(north, east);
}

function offset(from: Waypoint, to: Waypoint): { north: number; east: number } {
  const shrink = Math.cos((from.latitude * Math.PI) / 180);
  return {
    north: (to.latitude - from.latitude) * metresPerDegree,
    east: (to.longitude - from.longitude) * metresPerDegree * shrink,
  };
}

function pointAt(path: readonly PathPoint[], metres: number): Waypoint & { courseDegrees: number } {
  const found = path.findIndex((point) => point.atMetres >= metres);
  const index = Math.max(1, found < 0 ? path.length - 1 : found);
  const from = path[index - 1] ?? { ...zero, atMetres: 0 };
  const to = path[index] ?? from;
  const part = (metres - from.atMetres) / Math.max(0.001, to.atMetres - from.atMetres);
  const { north, east } = offset(from, to);
  return {
    latitude: from.latitude + (to.latitude - from.latitude) * part,
    longitude: withinWorld(from.longitude + (to.longitude - from.longitude) * part),
    courseDegrees: ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360,
  };
}

const withinWorld = (longitude: number): number => (longitude > 180 ? longitude - 360 : longitude);

export interface GpsClock {
  /** What records with a fix carry (camera.md 4.4); without a fix it is always UTC. */
  gpsClock: 'utc' | 'local';
  /** Camera-local minus UTC. */
  zoneOffsetMinutes: number;
}

/** Seconds `[from, to)` from the first point. */
export type Stretch = readonly [from: number, to: number];

/** Where a receiver hears nothing. */
export interface Reception {
  /** The first so many seconds. */
  coldSeconds: number;
  tunnels?: readonly Stretch[];
}

/**
 * The records of one clip, one a second from `startedLocal`. The first `coldSeconds` have no fix; with
 * a local GPS clock the time then jumps by the zone, as the firmware does (camera.md 4.4). No fix in tunnels either.
 */
export function gpsSamples(
  points: readonly RoutePoint[],
  startedLocal: Date,
  clock: GpsClock & Reception,
): GpsSample[] {
  const { gpsClock, zoneOffsetMinutes } = clock;
  return points.map((point, second) => {
    const utc = addSeconds(startedLocal, second - zoneOffsetMinutes * 60);
    return gpsSample(point, utc, { gpsClock, zoneOffsetMinutes, fixed: hasFix(second, clock) });
  });
}

export function hasFix(second: number, { coldSeconds, tunnels = [] }: Reception): boolean {
  return second >= coldSeconds && !tunnels.some(([from, to]) => second >= from && second < to);
}

/** One record at an instant. */
export function gpsSample(
  point: RoutePoint,
  utc: Date,
  { gpsClock, zoneOffsetMinutes, fixed }: GpsClock & { fixed: boolean },
): GpsSample {
  const isLocal = fixed && gpsClock === 'local';
  return {
    ...(isLocal ? firmwareClock(utc, zoneOffsetMinutes) : wallClock(utc)),
    status: fixed ? 'A' : 'V',
    latitude: fixed ? point.latitude : 0,
    longitude: fixed ? point.longitude : 0,
    speedKnots: fixed ? point.speedMps * metresPerSecondInKnots : 0,
    courseDegrees: fixed ? point.courseDegrees : 0,
  };
}

/** The firmware's own arithmetic: west of UTC by a half hour, the full hour is minute 60 (camera.md 4.4 item 3). */
function firmwareClock(utc: Date, zoneOffsetMinutes: number): WallClock {
  const local = wallClock(addSeconds(utc, zoneOffsetMinutes * 60));
  const isHalf = zoneOffsetMinutes < 0 && zoneOffsetMinutes % 60 !== 0;
  if (!isHalf || local.minute !== 0) return local;
  return { ...wallClock(addSeconds(utc, (zoneOffsetMinutes - 60) * 60)), minute: 60 };
}
