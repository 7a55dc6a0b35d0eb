/** What the parts of the journey player agree on. All times are instants, UTC milliseconds, unless their name says otherwise. */
import type { Capture, Channel, Clip } from '../../shared/clips.ts';
import type { Journey, JourneyTrack } from '../../shared/journeys.ts';

/**
 * Footage of one clip on the clock of the player. The instant `at` within it shows the second
 * `(offsetMs + (at - from) / stretch) / 1000` of the clip's file: see `mediaMsAt` and `instantAt` in segment-plan.ts.
 */
export interface Segment {
  clip: Clip;
  capture: Capture;
  from: number;
  /** Its end; the next segment of the lane does not begin before it. */
  to: number;
  /** Milliseconds of footage in the file before `from`: not 0 where another recording covers the clip's beginning. */
  offsetMs: number;
  /** Seconds on the clock for each second of footage: 1, or more where the camera left frames out (time-lapse). */
  stretch: number;
  /** There is a file that may be played. Without one the segment is footage that is missing; the clip's state says why. */
  hasFile: boolean;
}

/** One lens of one camera. */
export interface Lane {
  /** `<camera id>-<channel>` */
  key: string;
  cameraId: number;
  channel: Channel;
  /** In the order of time, never overlapping. Those without a file among them; time without a segment was not recorded. */
  segments: readonly Segment[];
}

/** What is played: a journey, a day, or any range of it. */
export interface Footage {
  /** Clocks where it begins and where it ends, IANA names. */
  startZone: string;
  endZone: string;
  from: number;
  to: number;
  /** By camera, then front, rear, interior, tele, other. */
  lanes: readonly Lane[];
}

/** The clock of the player as it stands. A new object whenever something of it changed. */
export interface Playback {
  at: number;
  isPlaying: boolean;
  /** 0.25 to 16. */
  rate: number;
  /** Played again and again; null: to the end. */
  loop: { from: number; to: number } | null;
  /** Gaps of all lanes are jumped over. */
  skipsGaps: boolean;
  /** Some lane that has footage here is not ready to show it: the clock stands until it is, or the wait is given up. */
  isWaiting: boolean;
  /** A pointer or finger is down on what seeks: `at` moves by hand, and videos follow when they can. */
  isScrubbing: boolean;
}

/** The one clock that videos, map, strip and numbers follow; `subscribe` calls at most once a frame. */
export interface PlayerClock {
  readonly get: () => Playback;
  readonly subscribe: (onChange: () => void) => () => void;
  play(): void;
  pause(): void;
  /** To an instant within the footage; `isScrubbing` while a finger or pointer is still down (end with one without it). */
  seek(at: number, options?: { isScrubbing?: boolean }): void;
  setRate(rate: number): void;
  /** A range, cut to the footage; ends before it begins: none. The keys `i` and `o` set it too. */
  setLoop(loop: Playback['loop']): void;
  setSkipsGaps(skips: boolean): void;
  /** One frame of the large lane back or on; pauses. */
  step(frames: -1 | 1): void;
}

/** What the strip under the videos is handed: `<PlayerStrip />` of strip/player-strip.tsx. */
export interface PlayerStripProps {
  footage: Footage;
  clock: PlayerClock;
  /** The journey at the clock's place, with its marks; null where there is none. Of a day it changes under way. */
  journey: Journey | null;
  /** Its line; null while it is not read, or there is none. */
  track: JourneyTrack['parts'] | null;
}
