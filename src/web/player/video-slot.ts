import type { Clip } from '../../shared/clips.ts';
import type { SourceKind } from '../media/source-plan.ts';
import type { ElementPlan, ElementProgress } from './sync-plan.ts';

/** One form of a clip, with its address. */
export interface Source {
  clip: Clip;
  kind: SourceKind;
  address: string;
}

export interface SlotDeps {
  /** Something of it has changed. */
  onEvent: () => void;
  /** It cannot be played, or could not be fetched. */
  onTrouble: (source: Source) => void;
  /** The browser lets it play only without sound. */
  onBlocked: () => void;
  now: () => number;
}

const events = ['loadedmetadata', 'loadeddata', 'canplay', 'playing', 'waiting', 'seeked', 'ended'] as const;
/** Rates that differ by less sound and look alike, and each change costs the browser a moment. */
const rateStep = 0.008;

/** One video element and what is in it. */
export class VideoSlot {
  readonly element: HTMLVideoElement;
  private readonly deps: SlotDeps;
  private source: Source | null = null;
  private loadedAt = 0;

  constructor(deps: SlotDeps, element: HTMLVideoElement = document.createElement('video')) {
    this.deps = deps;
    this.element = element;
    element.playsInline = true;
    element.muted = true;
    element.disableRemotePlayback = true;
    element.preload = 'none';
    for (const name of events) element.addEventListener(name, () => this.happened(name));
    element.addEventListener('error', () => this.failed());
  }

  get loaded(): Source | null {
    return this.source;
  }

  holds(source: Pick<Source, 'clip' | 'kind'> | null): boolean {
    return source !== null && this.source?.clip.id === source.clip.id && this.source.kind === source.kind;
  }

  showsClip(clip: Pick<Clip, 'id'>): boolean {
    return this.source?.clip.id === clip.id;
  }

  /** Fetches a clip so that it begins at a place of it. */
  load(source: Source, { timeS, isEager }: { timeS: number; isEager: boolean }): void {
    this.source = source;
    this.loadedAt = this.deps.now();
    this.element.preload = isEager ? 'auto' : 'metadata';
    // With its place in the address a browser does not fetch the beginning first.
    this.element.src = `${source.address}#t=${Math.max(0, timeS).toFixed(3)}`;
  }

  /** Lets go of what it holds, and of the connection that brought it. */
  unload(): void {
    if (!this.source) return;
    this.source = null;
    this.element.preload = 'none';
    this.element.removeAttribute('src');
    this.element.load();
  }

  /** Whether more of it is fetched than what it shows. */
  setEager(isEager: boolean): void {
    const preload = isEager ? 'auto' : 'metadata';
    if (this.source && this.element.preload !== preload) this.element.preload = preload;
  }

  facts(): ElementProgress {
    const { readyState, currentTime, paused, seeking, duration, playbackRate } = this.element;
    return {
      readyState,
      timeS: currentTime,
      isPaused: paused,
      isSeeking: seeking,
      rate: playbackRate,
      durationS: duration,
      loadedForMs: this.deps.now() - this.loadedAt,
    };
  }

  /** Its place while it plays and gets on; null else. */
  playingS(): number | null {
    const { paused, ended, seeking, readyState, currentTime, duration } = this.element;
    if (paused || ended || seeking || readyState < HTMLMediaElement.HAVE_FUTURE_DATA) return null;
    return currentTime >= duration - 0.02 ? null : currentTime;
  }

  carryOut({ isPlaying, rate, seekToS }: ElementPlan): void {
    const { element } = this;
    if (rate !== null && Math.abs(element.playbackRate - rate) > rateStep * rate) element.playbackRate = rate;
    if (seekToS !== null) element.currentTime = seekToS;
    if (!isPlaying) {
      if (!element.paused) element.pause();
      return;
    }
    // Of one that has ended, playing would begin at the beginning.
    if (element.paused && !(element.ended && seekToS === null)) this.play();
  }

  private play(): void {
    this.element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError' && !this.element.muted)
        this.deps.onBlocked();
    });
  }

  private happened(name: (typeof events)[number]): void {
    // Sound alone: the browser does not know how the picture is encoded.
    if (name === 'loadedmetadata' && this.element.videoWidth === 0) return this.failed();
    this.deps.onEvent();
  }

  private failed(): void {
    const { source } = this;
    if (!source || !this.element.getAttribute('src')) return;
    this.unload();
    this.deps.onTrouble(source);
  }
}
