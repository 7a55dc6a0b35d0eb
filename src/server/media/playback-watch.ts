import type { Clock } from '../lib/clock.ts';
import type { PlaybackWatch } from './media-types.ts';

/** A player fetches ahead: as long as this after its last request it may still be playing. */
const playsOnMs = 30_000;

/** Notes when bytes of clips were asked for. */
export class Playback implements PlaybackWatch {
  private readonly clock: Clock;
  private lastAt = -Infinity;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  served(_clipId: number): void {
    this.lastAt = this.clock.now();
  }

  isPlaying(): boolean {
    const past = this.clock.now() - this.lastAt;
    return past >= 0 && past < playsOnMs;
  }
}
