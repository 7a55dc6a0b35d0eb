/** When tracks went through a box. Pure. */
import { distanceM, longitudeStep, wrapLongitude } from '../../shared/geo.ts';
import type { Box, Position } from '../../shared/tracks.ts';
import type { Fix } from '../tracks/track-types.ts';

/** The sound fixes of a clip. */
export interface PassClip {
  clipId: number;
  startedAt: number;
  fixes: readonly Fix[];
}

/** Once through the box, from the edge or the first fix to the last; speed and course are those of going in. */
export interface BoxPass {
  clipId: number;
  at: number;
  leftAt: number;
  position: Position;
  speedMps: number | null;
  courseDegrees: number | null;
}

/** Between fixes that are farther apart, nobody knows where the car was. */
export const lineMs = 30_000;
/** Without a fix outside, two fixes in the box belong to one pass over such a pause: a gap between clips, a tunnel. */
export const bridgeMs = 120_000;
/** Positions of a car at the edge wander in and out. */
const flickerMs = 10_000;

interface Sample {
  fix: Fix;
  clip: PassClip;
}
/** A part of the line between two samples, from 0 to 1. */
type Stretch = readonly [from: number, to: number];

/** The passes of clips of one camera, in the order of time, as they come out of clips in the order of time. */
export function passesThrough(box: Box, clips: readonly PassClip[]): BoxPass[] {
  const frame = new Frame(box);
  const walker = new Walker();
  let last: Sample | null = null;
  for (const clip of clips) {
    for (const fix of clip.fixes) {
      // A clip whose time was moved may begin before the one before it ends.
      if (last && fix.at <= last.fix.at) continue;
      const sample = { fix, clip };
      if (last && fix.at - last.fix.at <= lineMs)
        walker.alongLine(last, sample, frame.stretch(last.fix, fix));
      else walker.atFix(sample, frame.holds(fix));
      last = sample;
    }
  }
  return walker.done();
}

class Walker {
  private readonly passes: BoxPass[] = [];
  private open: BoxPass | null = null;
  /** It was seen outside since `open` was last inside. */
  private isOut = true;

  alongLine(from: Sample, to: Sample, stretch: Stretch | null): void {
    if (stretch) {
      const ms = to.fix.at - from.fix.at;
      const at = Math.round(from.fix.at + stretch[0] * ms);
      if (stretch[0] > 0) this.isOut = true;
      this.inside(at, () => entry(from, to, stretch[0]));
      if (this.open) this.open.leftAt = Math.round(from.fix.at + stretch[1] * ms);
    }
    this.isOut = !stretch || stretch[1] < 1;
  }

  atFix(sample: Sample, isInside: boolean): void {
    if (isInside) this.inside(sample.fix.at, () => entry(sample, sample, 0));
    this.isOut = !isInside;
  }

  private inside(at: number, begin: () => BoxPass): void {
    const goesOn = this.open && at - this.open.leftAt <= (this.isOut ? flickerMs : bridgeMs);
    if (goesOn && this.open) this.open.leftAt = at;
    else {
      this.open = begin();
      this.passes.push(this.open);
    }
  }

  done(): BoxPass[] {
    return this.passes;
  }
}

function entry(from: Sample, to: Sample, share: number): BoxPass {
  const at = Math.round(from.fix.at + share * (to.fix.at - from.fix.at));
  const { clip } = at >= to.clip.startedAt ? to : from;
  return {
    clipId: clip.clipId,
    at,
    leftAt: at,
    position: between(from.fix, to.fix, share),
    speedMps: to.fix.speedMps ?? from.fix.speedMps ?? speedBetween(from.fix, to.fix),
    courseDegrees: to.fix.courseDegrees ?? from.fix.courseDegrees ?? courseBetween(from.fix, to.fix),
  };
}

const between = (from: Position, to: Position, share: number): Position => ({
  latitude: from.latitude + share * (to.latitude - from.latitude),
  longitude: wrapLongitude(from.longitude + share * longitudeStep(from.longitude, to.longitude)),
});

const speedBetween = (from: Fix, to: Fix): number | null =>
  to.at > from.at ? (distanceM(from, to) * 1000) / (to.at - from.at) : null;

function courseBetween(from: Position, to: Position): number | null {
  const north = to.latitude - from.latitude;
  const east = longitudeStep(from.longitude, to.longitude) * Math.cos((from.latitude * Math.PI) / 180);
  if (north === 0 && east === 0) return null;
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

/** A box from 0,0 to its breadth and height in degrees; longitudes are taken on the side that is nearer to it. */
class Frame {
  private readonly breadth: number;
  private readonly height: number;
  private readonly centre: number;
  private readonly south: number;

  constructor({ west, south, east, north }: Box) {
    this.breadth = west <= east ? east - west : east - west + 360;
    this.height = north - south;
    this.centre = wrapLongitude(west + this.breadth / 2);
    this.south = south;
  }

  holds(position: Position): boolean {
    const [x, y] = [this.x(position), position.latitude - this.south];
    return x >= 0 && x <= this.breadth && y >= 0 && y <= this.height;
  }

  /** The part of a line within the box; null when it passes it by (Liang and Barsky). */
  stretch(from: Position, to: Position): Stretch | null {
    const [x, y] = [this.x(from), from.latitude - this.south];
    const [dx, dy] = [longitudeStep(from.longitude, to.longitude), to.latitude - from.latitude];
    const edges = [
      [-dx, x],
      [dx, this.breadth - x],
      [-dy, y],
      [dy, this.height - y],
    ] as const;
    let [first, last] = [0, 1];
    for (const [step, room] of edges) {
      if (step === 0 && room < 0) return null;
      if (step < 0) first = Math.max(first, room / step);
      if (step > 0) last = Math.min(last, room / step);
    }
    return first <= last ? [first, last] : null;
  }

  private x({ longitude }: Position): number {
    return longitudeStep(this.centre, longitude) + this.breadth / 2;
  }
}
