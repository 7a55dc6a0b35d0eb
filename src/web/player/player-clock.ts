import { advance, endOf, frameBeside, rangeWithin, within } from './clock-plan.ts';
import type { Footage, Playback, PlayerClock, Segment } from './player-types.ts';
import { coveredSpans, nextCovered, type Span } from './segment-plan.ts';

/** Nearer to the end than this, playing begins anew. */
const atEndMs = 250;

/** The player's clock as a store outside of React. Whoever drives it says how much time has passed. */
export class JourneyClock implements PlayerClock {
  private readonly listeners = new Set<() => void>();
  private playback: Playback;
  private footage: Footage;
  private spans: readonly Span[];
  /** Those of the large lane, by whose pictures it is stepped. */
  private steps: readonly Segment[] = [];

  constructor(footage: Footage, start: Pick<Playback, 'skipsGaps'> & { at: number | null }) {
    this.footage = footage;
    this.spans = coveredSpans(footage);
    this.playback = {
      at: within(footage, start.at ?? nextCovered(this.spans, footage.from) ?? footage.from),
      isPlaying: false,
      rate: 1,
      loop: null,
      skipsGaps: start.skipsGaps,
      isWaiting: false,
      isScrubbing: false,
    };
  }

  readonly get = (): Playback => this.playback;

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.listeners.add(onChange);
    return () => this.listeners.delete(onChange);
  };

  /** Where there is something to show. */
  get covered(): readonly Span[] {
    return this.spans;
  }

  /** More is known of what was recorded; the clock stays where it is. */
  setFootage(footage: Footage): void {
    this.footage = footage;
    this.spans = coveredSpans(footage);
    const { at, loop } = this.playback;
    this.change({ at: within(footage, at), loop: rangeWithin(footage, loop) });
  }

  setSteps(segments: readonly Segment[]): void {
    this.steps = segments;
  }

  play(): void {
    const { at, isPlaying, skipsGaps } = this.playback;
    if (isPlaying) return;
    const isAtEnd = at >= endOf(this.footage, this.spans, skipsGaps) - atEndMs;
    const begin = nextCovered(this.spans, this.footage.from) ?? this.footage.from;
    this.change({ isPlaying: true, isWaiting: true, ...(isAtEnd && { at: begin }) });
  }

  pause(): void {
    this.change({ isPlaying: false, isWaiting: false });
  }

  seek(at: number, { isScrubbing = false }: { isScrubbing?: boolean } = {}): void {
    if (!Number.isFinite(at)) return;
    const { isPlaying } = this.playback;
    this.change({ at: within(this.footage, at), isScrubbing, isWaiting: isPlaying && !isScrubbing });
  }

  setRate(rate: number): void {
    this.change({ rate });
  }

  setLoop(loop: Playback['loop']): void {
    this.change({ loop: rangeWithin(this.footage, loop) });
  }

  setSkipsGaps(skipsGaps: boolean): void {
    this.change({ skipsGaps });
  }

  step(frames: -1 | 1): void {
    const at = within(this.footage, frameBeside(this.steps, this.playback.at, frames));
    this.change({ at, isPlaying: false, isWaiting: false, isScrubbing: false });
  }

  /** Some time has passed; `masterAt` is what the large lane's video shows, null while it does not play. True at the end. */
  advance(elapsedMs: number, masterAt: number | null): boolean {
    const { footage, playback, spans } = this;
    const { at, isOver } = advance({ playback, footage, covered: spans, elapsedMs, masterAt });
    const isJump = at < playback.at || at > playback.at + elapsedMs * playback.rate + jumpMs;
    this.change({
      at,
      ...(isOver && { isPlaying: false, isWaiting: false }),
      ...(isJump && { isWaiting: !isOver }),
    });
    return isOver;
  }

  /** Whether lanes are waited for. */
  wait(isWaiting: boolean): void {
    this.change({ isWaiting });
  }

  private change(over: Partial<Playback>): void {
    const next = { ...this.playback, ...over };
    const keys = Object.keys(over) as (keyof Playback)[];
    if (keys.every((key) => Object.is(next[key], this.playback[key]))) return;
    this.playback = next;
    for (const listener of this.listeners) listener();
  }
}

/** Beyond it lies a gap that was jumped over, and the next recordings are waited for. */
const jumpMs = 5000;
