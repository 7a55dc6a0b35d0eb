import type { Clip } from '../../shared/clips.ts';
import type { SourceKind } from '../media/source-plan.ts';
import { CopyWishes } from './copy-wishes.ts';
import { LaneVideo, type LaneOrder } from './lane-video.ts';
import { isSameView, laneView, type EngineView, type LaneView } from './lane-view-plan.ts';
import { PaceWatch } from './pace-watch.ts';
import { JourneyClock } from './player-clock.ts';
import { needsCopy, sourceFor, whyNoSource, type Quality } from './player-choice-plan.ts';
import type { Footage, Lane } from './player-types.ts';
import { segmentAt } from './segment-plan.ts';
import { mustWait } from './sync-plan.ts';
import { upcoming } from './upcoming-plan.ts';
import type { Source } from './video-slot.ts';

/** What became of a clip that did not play: it is there and does not play, it is gone, or it cannot be had now. */
export type Fate = { kind: 'there' } | { kind: 'gone' } | { kind: 'away'; message: string };

export interface EngineDeps {
  /** Milliseconds that only go on. */
  now: () => number;
  /** Calls back before the next picture is drawn, or after a while when nobody looks. Returns what calls it off. */
  frame: (run: () => void) => () => void;
  later: (run: () => void, ms: number) => () => void;
  canPlay: (type: string) => boolean;
  addressOf: (clip: Clip, kind: SourceKind) => string;
  /** Looks what became of what is at an address. */
  fateOf: (address: string) => Promise<Fate>;
  /** What is known of the footage may be old. */
  onOld: () => void;
  /** A small copy is needed to show this clip. */
  onCopyWanted: (clip: Clip) => void;
  onEnded: () => void;
}

export interface EngineSettings {
  volume: number;
  isMuted: boolean;
  quality: Quality;
  skipsGaps: boolean;
}

/** More than this between two pictures: the page was asleep. */
const longestFrameMs = 250;
const restAfterMs = 4000;
const askAgainMs = 2000;
/** What comes within so much is wanted as well. */
const aheadMs = 60_000;

/** Drives the clock and the videos of all lanes, once a frame while something moves. */
export class PlayerEngine {
  readonly clock: JourneyClock;
  private readonly deps: EngineDeps;
  private readonly lanes = new Map<string, LaneVideo>();
  /** Forms that did not play, by clip as it was then. */
  private readonly failed = new Map<string, Set<SourceKind>>();
  private readonly pace = new PaceWatch();
  private readonly listeners = new Set<() => void>();
  private readonly copies = new CopyWishes();
  private footage: Footage;
  private settings: EngineSettings;
  private largeKey: string;
  private view: EngineView;
  private lastAt = 0;
  private cancelFrame: (() => void) | null = null;
  private cancelRest: (() => void) | null = null;
  private stoodSince = 0;
  private scrubbedFrom: number | null = null;
  private stallSince: number | null = null;
  private away: string | null = null;
  private isSoundBlocked = false;
  private isReleased = false;
  private isStopped = true;

  constructor(deps: EngineDeps, footage: Footage, settings: EngineSettings & { at: number | null }) {
    this.deps = deps;
    this.footage = footage;
    this.settings = settings;
    this.clock = new JourneyClock(footage, settings);
    this.largeKey = firstLarge(footage);
    this.setLanes();
    this.view = this.look();
  }

  readonly get = (): EngineView => this.view;
  readonly subscribe = (onChange: () => void): (() => void) => {
    this.listeners.add(onChange);
    return () => this.listeners.delete(onChange);
  };

  start(): () => void {
    this.isStopped = false;
    const stopListening = this.clock.subscribe(() => this.wake());
    this.wake();
    return () => {
      stopListening();
      this.isStopped = true;
      this.cancelFrame?.();
      this.cancelFrame = null;
      this.cancelRest?.();
      for (const lane of this.lanes.values()) lane.stop();
    };
  }

  lane(key: string): LaneVideo | undefined {
    return this.lanes.get(key);
  }

  get large(): LaneVideo | undefined {
    return this.lanes.get(this.largeKey);
  }

  setFootage(footage: Footage): void {
    this.footage = footage;
    this.setLanes();
    this.clock.setFootage(footage);
    this.wake();
  }

  setLarge(key: string): void {
    this.largeKey = key;
    this.applySound();
    this.clock.setSteps(this.laneOf(key)?.segments ?? []);
    this.wake();
  }

  change(over: Partial<EngineSettings>): void {
    this.settings = { ...this.settings, ...over };
    if (over.isMuted === false) this.isSoundBlocked = false;
    if (over.skipsGaps !== undefined) this.clock.setSkipsGaps(over.skipsGaps);
    this.applySound();
    this.wake();
  }

  /** Another look is worth it: the server is back, or what did not play may play now. */
  retry(): void {
    this.away = null;
    this.failed.clear();
    this.copies.clear();
    this.wake();
  }

  /** Nobody looks: a player that stands still holds no connection. */
  release(): void {
    if (this.clock.get().isPlaying) return;
    this.isReleased = true;
    for (const lane of this.lanes.values()) lane.release();
  }

  wake(): void {
    if (this.isStopped || this.cancelFrame) return;
    this.cancelFrame = this.deps.frame(() => this.tick());
  }

  /** Somebody looks again, or no more: frames come by another way. */
  resume(): void {
    if (!document.hidden) this.isReleased = false;
    this.cancelFrame?.();
    this.cancelFrame = null;
    this.wake();
  }

  private setLanes(): void {
    for (const { key } of this.footage.lanes) if (!this.lanes.has(key)) this.lanes.set(key, this.makeLane());
    if (!this.laneOf(this.largeKey)) this.largeKey = firstLarge(this.footage);
    this.clock.setSteps(this.laneOf(this.largeKey)?.segments ?? []);
    this.applySound();
  }

  private makeLane(): LaneVideo {
    return new LaneVideo({
      now: this.deps.now,
      onEvent: () => this.wake(),
      onTrouble: (source) => void this.trouble(source),
      onBlocked: () => this.blockSound(),
      sourceOf: (clip, isLarge) => this.sourceOf(clip, isLarge),
    });
  }

  private laneOf(key: string): Lane | undefined {
    return this.footage.lanes.find((lane) => lane.key === key);
  }

  private tick(): void {
    this.cancelFrame = null;
    const now = this.deps.now();
    const elapsed = Math.min(longestFrameMs, now - this.lastAt);
    this.lastAt = now;
    if (this.isReleased) {
      if (!this.clock.get().isPlaying) return;
      this.isReleased = false;
    }
    this.runClock(now, elapsed);
    this.followAll();
    this.askForCopies(now);
    this.judgeWaiting(now);
    this.publish();
    this.goOn(now);
  }

  private runClock(now: number, elapsedMs: number): void {
    const { isPlaying, isWaiting, isScrubbing, at, rate } = this.clock.get();
    if (!isPlaying || isWaiting || isScrubbing) return this.pace.stood();
    const masterAt = this.masterAt(at);
    if (masterAt === null) this.pace.stood();
    else this.pace.ran(now, masterAt, rate);
    if (this.clock.advance(elapsedMs, masterAt)) this.deps.onEnded();
  }

  /** What the large lane's video shows while it plays. */
  private masterAt(at: number): number | null {
    const segment = segmentAt(this.laneOf(this.largeKey) ?? { segments: [] }, at);
    const mediaMs = segment && this.large?.playingMs(segment.clip);
    if (!segment || mediaMs === null || mediaMs === undefined) return null;
    return segment.from + (mediaMs - segment.offsetMs) * segment.stretch;
  }

  private followAll(): void {
    if (this.away !== null) return;
    const orders = new Map(this.footage.lanes.map((lane) => [lane.key, this.orderOf(lane)]));
    // The large one first, for it may fetch ahead first.
    const keys = [...orders.keys()].toSorted((one) => (one === this.largeKey ? -1 : 0));
    let mayPreload = [...this.lanes.values()].every((lane) => !lane.isPreloading);
    for (const key of keys) {
      const [lane, order] = [this.lanes.get(key), orders.get(key)];
      if (!lane || !order) continue;
      lane.follow({ ...order, mayPreload });
      mayPreload &&= !lane.isPreloading;
    }
  }

  private orderOf(lane: Lane): Omit<LaneOrder, 'mayPreload'> {
    const playback = this.clock.get();
    const { at, isPlaying, isWaiting, isScrubbing, rate } = playback;
    const isLarge = lane.key === this.largeKey;
    const segment = segmentAt(lane, isScrubbing && !isLarge ? this.restedAt(at) : at);
    return {
      at: isScrubbing && !isLarge ? this.restedAt(at) : at,
      segment: segment?.hasFile ? segment : null,
      next: upcoming(lane, playback, this.clock.covered),
      isRunning: isPlaying && !isWaiting && !isScrubbing,
      isPlaying,
      rate,
      isLarge,
      isScrubbing,
      isStepped: rate >= this.pace.stepsFrom,
      isResting: !isPlaying && this.deps.now() - this.stoodSince > restAfterMs,
    };
  }

  private askForCopies(now: number): void {
    const { at } = this.clock.get();
    const near = this.footage.lanes.flatMap((lane) =>
      [at, at + aheadMs].flatMap((instant) => segmentAt(lane, instant)?.clip.id ?? []),
    );
    for (const clip of this.copies.due(now, new Set(near))) this.deps.onCopyWanted(clip);
  }

  /** While a finger draws over the strip, tiles stay where they were. */
  private restedAt(at: number): number {
    return this.scrubbedFrom ?? at;
  }

  private judgeWaiting(now: number): void {
    const { isPlaying, isWaiting, isScrubbing, at } = this.clock.get();
    if (!isScrubbing) this.scrubbedFrom = at;
    if (!isPlaying) return;
    const lanes = this.footage.lanes.flatMap(({ key }) => {
      const lane = this.lanes.get(key);
      return lane ? [{ isLarge: key === this.largeKey, isReady: lane.isReady, waitsMs: lane.waitsMs }] : [];
    });
    const waits =
      !isScrubbing && (this.away !== null || this.isAllBeingMade(at) || mustWait(lanes, isWaiting));
    this.noteStall(now, waits && !isWaiting, !waits && isWaiting);
    this.clock.wait(waits);
  }

  /** Nothing that was recorded here plays yet, and something will. */
  private isAllBeingMade(at: number): boolean {
    const clips = this.footage.lanes.flatMap((lane) => {
      const segment = segmentAt(lane, at);
      return segment?.hasFile ? [{ clip: segment.clip, isLarge: lane.key === this.largeKey }] : [];
    });
    const isWithout = clips.every(({ clip, isLarge }) => this.sourceOf(clip, isLarge) === null);
    return isWithout && clips.some(({ clip }) => whyNoSource(clip) === 'beingMade');
  }

  /** Of a wait that began while it played, and not with a seek. */
  private noteStall(now: number, begins: boolean, ends: boolean): void {
    if (begins && this.large?.source?.kind !== 'proxy' && this.away === null) this.stallSince = now;
    if (!ends || this.stallSince === null) return;
    this.pace.stalled(now, now - this.stallSince);
    this.stallSince = null;
  }

  /** The next frame while something moves; else once more when it has stood for a while. */
  private goOn(now: number): void {
    const { isPlaying, isScrubbing } = this.clock.get();
    const isSettled = !this.copies.isOpen && [...this.lanes.values()].every((lane) => lane.isReady);
    this.cancelRest?.();
    this.cancelRest = null;
    if (isPlaying) this.stoodSince = now;
    if (isPlaying || isScrubbing || (!isSettled && this.away === null)) return this.wake();
    if (now - this.stoodSince <= restAfterMs)
      this.cancelRest = this.deps.later(() => this.wake(), restAfterMs + 100);
  }

  private sourceOf(clip: Clip, isLarge: boolean): Source | null {
    const { rate } = this.clock.get();
    const showing = { isLarge, rate, isSlow: this.pace.isSlow(), quality: this.settings.quality };
    const failed = this.failed.get(nowOf(clip)) ?? new Set<SourceKind>();
    const kind = sourceFor(clip, showing, { canPlay: this.deps.canPlay, failed });
    if (needsCopy(clip, kind)) this.copies.note(clip, this.deps.now());
    return kind && { clip, kind, address: this.deps.addressOf(clip, kind) };
  }

  private async trouble({ clip, kind, address }: Source): Promise<void> {
    const fate = await this.deps.fateOf(address);
    if (this.isStopped) return;
    if (fate.kind !== 'there') this.deps.onOld();
    if (fate.kind === 'away') return this.waitForServer(fate.message);
    this.failed.set(nowOf(clip), new Set([...(this.failed.get(nowOf(clip)) ?? []), kind]));
    this.wake();
  }

  /** What did not come is asked for again until it comes. */
  private waitForServer(message: string): void {
    this.away = message;
    this.publish();
    this.deps.later(() => {
      this.away = null;
      this.wake();
    }, askAgainMs);
  }

  private blockSound(): void {
    this.isSoundBlocked = true;
    this.applySound();
    this.wake();
  }

  private applySound(): void {
    for (const [key, lane] of this.lanes) {
      const isMuted = this.settings.isMuted || this.isSoundBlocked || key !== this.largeKey;
      lane.setSound({ isMuted, volume: this.settings.volume });
    }
  }

  private look(): EngineView {
    const { at } = this.clock.get();
    const lanes = new Map<string, LaneView>();
    for (const lane of this.footage.lanes) {
      const video = this.lanes.get(lane.key);
      const segment = segmentAt(lane, at);
      const kind = segment?.hasFile && this.sourceOf(segment.clip, lane.key === this.largeKey)?.kind;
      lanes.set(
        lane.key,
        laneView(segment, {
          kind: kind || null,
          shown: video?.source?.kind ?? null,
          waitsMs: video?.waitsMs ?? 0,
          hasFailed: segment !== null && this.failed.has(nowOf(segment.clip)),
        }),
      );
    }
    const { away, isSoundBlocked, largeKey } = this;
    const isStepped = this.clock.get().rate >= this.pace.stepsFrom;
    return { lanes, largeKey, away, isSoundBlocked, isSlow: this.pace.isSlow(), isStepped };
  }

  private publish(): void {
    const next = this.look();
    if (isSameView(next, this.view)) return;
    this.view = next;
    for (const listener of this.listeners) listener();
  }
}

function firstLarge({ lanes }: Footage): string {
  const first = lanes.find(({ segments }) => segments.some(({ hasFile }) => hasFile)) ?? lanes[0];
  return first?.key ?? '';
}

/** A clip as it is: one that was made anew since may play. */
const nowOf = ({ id, media }: Clip): string => [id, media?.version, media?.proxy, media?.health].join(' ');
