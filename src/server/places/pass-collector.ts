import type { Box, Pass } from '../../shared/tracks.ts';
import type { Fix } from '../tracks/track-types.ts';
import { bridgeMs, passesThrough } from './pass-policy.ts';

export interface CameraClip {
  clipId: number;
  captureId: number;
  cameraId: number;
  startedAt: number;
  journeyId: number | null;
  isArchived: boolean;
  /** Of the clips of a capture, the one of the highest rank speaks. */
  rank: number;
  fixes: () => Fix[];
}

export interface CollectorOrder {
  box: Box;
  /** By camera, the first camera of its car; cameras that are not here have no passes. */
  cars: ReadonlyMap<number, number>;
  from: number;
  before: number;
}

/** Without the zone, which is looked up for what is shown alone. */
export type PlainPass = Omit<Pass, 'zone'>;

interface Found {
  pass: PlainPass;
  carId: number;
}

/** Clips of a camera that follow each other, the newest first. */
interface Chain {
  clips: { clip: CameraClip; fixes: Fix[] }[];
  oldestAt: number;
  newestEnd: number;
}

const longestClipMs = 30 * 60_000;
/** Cameras of one car go into a box within some seconds of each other. */
const togetherMs = 15_000;

/**
 * Makes passes of clips that come newest first, in batches. A pass is told when nothing that is still to come can
 * belong to it or be newer.
 */
export class PassCollector {
  private readonly order: CollectorOrder;
  private readonly chains = new Map<number, Chain>();
  private readonly captures = new Set<number>();
  private found: Found[] = [];
  private readyFrom = Number.POSITIVE_INFINITY;

  constructor(order: CollectorOrder) {
    this.order = order;
  }

  /** How many passes are certain. */
  get ready(): number {
    return this.found.filter(({ pass }) => pass.at >= this.readyFrom).length;
  }

  /** `nextAt` is the start of the newest clip that is still to come. */
  add(clips: readonly CameraClip[], nextAt: number | null): void {
    const spoken = this.speakers(clips);
    for (const clip of spoken.toSorted((a, b) => b.startedAt - a.startedAt || b.clipId - a.clipId))
      this.append(clip);
    if (nextAt === null) return this.end();
    const reachable = nextAt + longestClipMs + bridgeMs;
    for (const [cameraId, chain] of this.chains) if (chain.oldestAt > reachable) this.close(cameraId, chain);
    const open = [...this.chains.values()].map(({ newestEnd }) => newestEnd + 1);
    this.readyFrom = Math.max(nextAt + longestClipMs, ...open);
  }

  /** Nothing more comes. */
  end(): void {
    for (const [cameraId, chain] of this.chains) this.close(cameraId, chain);
    this.readyFrom = Number.NEGATIVE_INFINITY;
  }

  /**
   * The newest so many. `nextAt`: where reading ended although there is more; then what is known is told, and the next
   * page goes on from there.
   */
  page(limit: number, nextAt: number | null): { passes: PlainPass[]; nextBefore: number | null } {
    const isCutOff = nextAt !== null && this.ready <= limit;
    if (isCutOff) {
      this.end();
      this.readyFrom = nextAt;
    }
    const sorted = onePerCar(this.found.filter(({ pass }) => pass.at >= this.readyFrom));
    let count = Math.min(limit, sorted.length);
    // Whoever goes on before this instant would miss others of the same.
    while (count > 0 && sorted[count]?.at === sorted[count - 1]?.at) count++;
    const passes = sorted.slice(0, count);
    const last = passes.at(-1);
    if (count < sorted.length && last) return { passes, nextBefore: last.at };
    if (isCutOff) return { passes, nextBefore: nextAt };
    return { passes, nextBefore: nextAt !== null && last ? last.at : null };
  }

  private speakers(clips: readonly CameraClip[]): CameraClip[] {
    const best = new Map<number, CameraClip>();
    for (const clip of clips) {
      if (this.captures.has(clip.captureId) || !this.order.cars.has(clip.cameraId)) continue;
      const other = best.get(clip.captureId);
      if (!other || clip.rank > other.rank || (clip.rank === other.rank && clip.clipId < other.clipId))
        best.set(clip.captureId, clip);
    }
    for (const captureId of best.keys()) this.captures.add(captureId);
    return [...best.values()];
  }

  private append(clip: CameraClip): void {
    const fixes = clip.fixes();
    const end = fixes.at(-1)?.at;
    if (end === undefined) return;
    const chain = this.chains.get(clip.cameraId);
    if (chain && chain.oldestAt - end <= bridgeMs) {
      chain.clips.push({ clip, fixes });
      chain.oldestAt = Math.min(chain.oldestAt, fixes[0]?.at ?? clip.startedAt);
      return;
    }
    if (chain) this.close(clip.cameraId, chain);
    const oldestAt = fixes[0]?.at ?? clip.startedAt;
    this.chains.set(clip.cameraId, { clips: [{ clip, fixes }], oldestAt, newestEnd: end });
  }

  private close(cameraId: number, { clips }: Chain): void {
    this.chains.delete(cameraId);
    const { box, cars, from, before } = this.order;
    const byId = new Map(clips.map(({ clip }) => [clip.clipId, clip]));
    const inOrder = clips.toReversed().map(({ clip, fixes }) => ({ ...clip, fixes }));
    for (const pass of passesThrough(box, inOrder)) {
      const clip = byId.get(pass.clipId);
      if (!clip || pass.at < from || pass.at >= before) continue;
      const offsetMs = Math.max(0, pass.at - clip.startedAt);
      const { journeyId, isArchived: archived } = clip;
      this.found.push({
        pass: { ...pass, cameraId, journeyId, offsetMs, archived },
        carId: cars.get(cameraId) ?? cameraId,
      });
    }
  }
}

/** Newest first; of cameras of one car that pass together, the first camera's. */
function onePerCar(found: readonly Found[]): PlainPass[] {
  const kept: Found[] = [];
  for (const one of found.toSorted((a, b) => b.pass.at - a.pass.at || a.pass.cameraId - b.pass.cameraId)) {
    const twin = twinOf(one, kept);
    if (twin < 0) kept.push(one);
    else if ((kept[twin]?.pass.cameraId ?? 0) > one.pass.cameraId) kept[twin] = one;
  }
  return kept.map(({ pass }) => pass).toSorted((a, b) => b.at - a.at);
}

/** Its place among those that are kept, newest first; -1 for none. */
function twinOf({ pass, carId }: Found, kept: readonly Found[]): number {
  for (let at = kept.length - 1; at >= 0; at--) {
    const other = kept[at];
    if (!other || other.pass.at - pass.at > togetherMs) return -1;
    if (other.carId === carId && other.pass.cameraId !== pass.cameraId) return at;
  }
  return -1;
}
