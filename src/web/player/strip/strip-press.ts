import type { PlayerClock } from '../player-types.ts';
import { atOf, atWithin, panBy, pinched, type Finger } from './strip-plan.ts';
import type { StripView } from './use-strip-view.ts';

/** What moving does. */
type Deed = 'scrub' | 'pan' | 'pinch';

const movedPx = 4;

export interface PressDeps {
  clock: PlayerClock;
  view: Pick<StripView, 'now' | 'change'>;
}

/** A press on the strip from the first finger to the last: it seeks, scrubs, pans or zooms. */
export class StripPress {
  private readonly fingers = new Map<number, Finger>();
  private deed: Deed | null = null;
  /** Where the clock was: a press that turns out to be a scroll of the page leaves it there. */
  private before = 0;
  private startX = 0;
  private hasMoved = false;

  get isHeld(): boolean {
    return this.deed !== null;
  }

  get isScrub(): boolean {
    return this.deed === 'scrub';
  }

  /** `isAxis`: what is pressed pans when it is dragged. */
  down({ clock, view }: PressDeps, id: number, { x, isAxis }: { x: number; isAxis: boolean }): void {
    this.fingers.set(id, { x, at: atOf(view.now(), x) });
    if (this.fingers.size > 1) {
      if (this.deed === 'scrub') clock.seek(this.before);
      this.deed = 'pinch';
      return;
    }
    this.deed = isAxis ? 'pan' : 'scrub';
    this.before = clock.get().at;
    this.startX = x;
    this.hasMoved = false;
    if (!isAxis) clock.seek(atWithin(view.now(), x), { isScrubbing: true });
  }

  move({ clock, view }: PressDeps, id: number, x: number): void {
    const finger = this.fingers.get(id);
    if (!finger) return;
    finger.x = x;
    if (Math.abs(x - this.startX) > movedPx) this.hasMoved = true;
    if (this.deed === 'scrub') clock.seek(atWithin(view.now(), x), { isScrubbing: true });
    if (this.deed === 'pan' && this.hasMoved)
      view.change((bounds, scale) => panBy(bounds, scale, finger.at - atOf(scale, x)));
    if (this.deed === 'pinch') this.pinch(view);
  }

  up({ clock, view }: PressDeps, id: number): void {
    const finger = this.fingers.get(id);
    this.fingers.delete(id);
    const isPress = this.deed === 'scrub' || (this.deed === 'pan' && !this.hasMoved);
    if (finger && isPress) clock.seek(atWithin(view.now(), finger.x));
    if (this.fingers.size === 0) this.deed = null;
  }

  /** The browser took it, to scroll the page. */
  cancel({ clock }: PressDeps): void {
    if (this.deed === 'scrub') clock.seek(this.before);
    this.fingers.clear();
    this.deed = null;
  }

  private pinch(view: PressDeps['view']): void {
    const [one, other] = [...this.fingers.values()];
    if (!one || !other) return;
    view.change((bounds, scale) => pinched(bounds, scale, one.x < other.x ? [one, other] : [other, one]));
  }
}
