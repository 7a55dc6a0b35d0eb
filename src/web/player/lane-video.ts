import type { Clip } from '../../shared/clips.ts';
import type { Segment } from './player-types.ts';
import { mediaMsAt } from './segment-plan.ts';
import { isReady, planElement, type ElementWish } from './sync-plan.ts';
import type { Upcoming } from './upcoming-plan.ts';
import { VideoSlot, type SlotDeps, type Source } from './video-slot.ts';

/** What a lane is to show now, and what comes next. */
export interface LaneOrder {
  at: number;
  segment: Segment | null;
  /** What it shows after that; null: nothing that is known of. */
  next: Upcoming | null;
  isRunning: boolean;
  /** It runs, or will as soon as all lanes are ready. */
  isPlaying: boolean;
  /** Seconds on the clock for each second that passes. */
  rate: number;
  isLarge: boolean;
  isScrubbing: boolean;
  isStepped: boolean;
  /** No other lane fetches ahead at the moment. */
  mayPreload: boolean;
  /** It stands still for so long that nothing is fetched ahead any more. */
  isResting: boolean;
}

export interface LaneDeps extends SlotDeps {
  /** The form of a clip to play; null when there is none. */
  sourceOf: (clip: Clip, isLarge: boolean) => Source | null;
}

export interface LaneSound {
  isMuted: boolean;
  volume: number;
}

/** Early enough for a disk that sleeps. */
const preloadMs = 8000;
/** A browser takes about so long from the word to the first picture. */
const startLeadMs = 40;
/** While a finger draws over the strip, other clips are fetched at this pace at most. */
const scrubLoadMs = 250;
/** Another form of a clip takes over when it is as near as this to the clock. */
const takeOverS = 0.06;

/** The picture of one lane: two video elements, of which one shows and the other fetches what comes next. */
export class LaneVideo {
  private readonly deps: LaneDeps;
  private readonly slots: [VideoSlot, VideoSlot];
  private readonly still = document.createElement('canvas');
  private shown = 0;
  private readySince: number;
  private ready = true;
  private scrubLoadedAt = -Infinity;
  private sound: LaneSound = { isMuted: true, volume: 1 };

  constructor(deps: LaneDeps) {
    this.deps = deps;
    this.slots = [new VideoSlot(deps), new VideoSlot(deps)];
    this.readySince = deps.now();
    this.still.hidden = true;
  }

  /** Puts its elements into the page. They stay there: a video that is moved stops. */
  mount(place: HTMLElement): () => void {
    const elements = [...this.slots.map(({ element }) => element), this.still];
    place.prepend(...elements);
    this.lift();
    return () => {
      for (const element of elements) element.remove();
    };
  }

  /** What it is told each frame. */
  follow(order: LaneOrder): void {
    const wanted = order.segment && this.sourceOf(order.segment, order);
    if (wanted && order.segment) this.show(wanted, order.segment, order);
    else this.active.unload();
    this.prepare(order, wanted);
    this.noteReadiness(wanted, order);
  }

  /** Whether it shows what it should; also where there is nothing to show. */
  get isReady(): boolean {
    return this.ready;
  }

  get waitsMs(): number {
    return this.ready ? 0 : this.deps.now() - this.readySince;
  }

  /** It fetches what comes next and has not got it yet. */
  get isPreloading(): boolean {
    return this.spare.loaded !== null && this.spare.facts().readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  /** The form that plays. */
  get source(): Source | null {
    return this.active.loaded;
  }

  get element(): HTMLVideoElement {
    return this.active.element;
  }

  /** Milliseconds into its clip's file while it plays and gets on; null else. */
  playingMs(clip: Pick<Clip, 'id'>): number | null {
    const seconds = this.active.showsClip(clip) ? this.active.playingS() : null;
    return seconds === null ? null : seconds * 1000;
  }

  setSound(sound: LaneSound): void {
    this.sound = sound;
    this.applySound();
  }

  /** Gives back every connection; the picture stays. */
  release(): void {
    if (this.active.element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) this.keepStill();
    for (const slot of this.slots) slot.unload();
  }

  /** Nothing is shown any more. */
  stop(): void {
    this.still.hidden = true;
    for (const slot of this.slots) slot.unload();
  }

  private get active(): VideoSlot {
    return this.slots[this.shown === 0 ? 0 : 1];
  }

  private get spare(): VideoSlot {
    return this.slots[this.shown === 0 ? 1 : 0];
  }

  /** The form that is played already stays unless another is better: its address may have changed with what is known of it. */
  private sourceOf(segment: Segment, { isLarge }: Pick<LaneOrder, 'isLarge'>): Source | null {
    return this.deps.sourceOf(segment.clip, isLarge);
  }

  private show(wanted: Source, segment: Segment, order: LaneOrder): void {
    const { active, spare } = this;
    const wish = this.wishOf(segment, order);
    if (active.holds(wanted)) return drive(active, wish);
    const isOtherForm = active.showsClip(wanted.clip);
    if (!spare.holds(wanted)) {
      if (order.isScrubbing && this.deps.now() - this.scrubLoadedAt < scrubLoadMs) return;
      this.scrubLoadedAt = this.deps.now();
      spare.load(wanted, { timeS: wish.timeS, isEager: order.isPlaying });
    }
    drive(spare, { ...wish, isMaster: false });
    if (isOtherForm) drive(active, wish);
    else active.carryOut({ isPlaying: false, rate: null, seekToS: null });
    if (this.mayTakeOver(wish, isOtherForm)) this.swap();
  }

  private mayTakeOver(wish: ElementWish, isOtherForm: boolean): boolean {
    const facts = this.spare.facts();
    if (!isReady(facts, wish)) return false;
    return !isOtherForm || !wish.isRunning || Math.abs(facts.timeS - wish.timeS) < takeOverS * wish.rate;
  }

  private wishOf(segment: Segment, { at, isRunning, rate, isLarge, isStepped }: LaneOrder): ElementWish {
    return {
      timeS: mediaMsAt(segment, at) / 1000,
      isRunning,
      rate: rate / segment.stretch,
      isMaster: isLarge,
      fps: segment.clip.media?.fps ?? null,
      isStepped,
    };
  }

  /** The element that is not shown fetches what comes next, or lets go of what it has. */
  private prepare(order: LaneOrder, wanted: Source | null): void {
    const { spare, active } = this;
    active.setEager(order.isPlaying);
    if (wanted && !active.holds(wanted)) return;
    const { next } = order;
    const source = next && this.preloadable(next, order);
    if (!next || !source || order.isResting) return spare.unload();
    if (spare.holds(source)) this.stand(next, order);
    else if (order.mayPreload && order.isPlaying)
      spare.load(source, { timeS: next.segment.offsetMs / 1000, isEager: true });
  }

  private preloadable({ segment, inMs }: Upcoming, order: LaneOrder): Source | null {
    if (inMs > preloadMs || this.active.showsClip(segment.clip)) return null;
    return this.sourceOf(segment, order);
  }

  /** What comes next stands at its beginning, and starts a moment early: browsers take their time to begin. */
  private stand({ segment, inMs }: Upcoming, order: LaneOrder): void {
    const isBegun = order.isRunning && inMs < startLeadMs;
    const beginS = segment.offsetMs / 1000;
    const timeS = isBegun ? Math.max(beginS, this.spare.facts().timeS) : beginS;
    drive(this.spare, {
      ...this.wishOf(segment, { ...order, isRunning: isBegun }),
      isMaster: true,
      timeS,
    });
  }

  private noteReadiness(wanted: Source | null, order: LaneOrder): void {
    const { active } = this;
    const isThere =
      !wanted ||
      !order.segment ||
      (active.showsClip(wanted.clip) && isReady(active.facts(), this.wishOf(order.segment, order)));
    if (isThere !== this.ready) this.readySince = this.deps.now();
    this.ready = isThere;
    if (isThere && wanted) this.still.hidden = true;
  }

  private swap(): void {
    const old = this.active;
    this.shown = 1 - this.shown;
    this.lift();
    followIntoPictureInPicture(old.element, this.active.element);
    old.carryOut({ isPlaying: false, rate: null, seekToS: null });
  }

  /** The shown element above the other, which stays beneath until the next picture is on the screen. */
  private lift(): void {
    for (const slot of this.slots) slot.element.toggleAttribute('data-shown', slot === this.active);
    this.applySound();
  }

  private applySound(): void {
    for (const slot of this.slots) {
      slot.element.volume = this.sound.volume;
      slot.element.muted = this.sound.isMuted || slot !== this.active;
    }
  }

  private keepStill(): void {
    const { element } = this.active;
    this.still.width = element.videoWidth;
    this.still.height = element.videoHeight;
    this.still.getContext('2d')?.drawImage(element, 0, 0);
    this.still.hidden = false;
  }
}

function drive(slot: VideoSlot, wish: ElementWish): void {
  slot.carryOut(planElement(slot.facts(), wish));
}

/** The window that floats over others shows this lane: it goes on with the next clip. */
function followIntoPictureInPicture(old: HTMLVideoElement, next: HTMLVideoElement): void {
  if (document.pictureInPictureElement !== old) return;
  next.requestPictureInPicture().catch(() => undefined);
}
