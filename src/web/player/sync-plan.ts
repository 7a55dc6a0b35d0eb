/** What a video element does so that it shows what the clock says. Pure: no element is touched here. */

/** A video element as it stands. */
export interface ElementFacts {
  /** HAVE_NOTHING to HAVE_ENOUGH_DATA. */
  readyState: number;
  timeS: number;
  isPaused: boolean;
  isSeeking: boolean;
  rate: number;
}

/** What it should show. */
export interface ElementWish {
  /** Place in its file. */
  timeS: number;
  /** The clock runs. */
  isRunning: boolean;
  /** Seconds of footage for each second that passes. */
  rate: number;
  /** The clock follows it: it is never hurried, or its sound would tell. */
  isMaster: boolean;
  /** Of the footage. */
  fps: number | null;
  /** Faster than it was seen to play: it is moved from picture to picture instead. */
  isStepped: boolean;
}

export interface ElementPlan {
  isPlaying: boolean;
  /** Null: its rate stays. */
  rate: number | null;
  /** Null: no seek. */
  seekToS: number | null;
}

const haveMetadata = 1;
/** What browsers take; Chromium throws at others. */
const slowestRate = 0.0625;
const fastestRate = 16;
/** Less than a picture: nobody sees it. What was begun to be made good is made good to the end. */
const deadZoneS = 0.022;
const backIsS = 0.006;
/** What a nudge would take too long for. */
const seekBeyondS = 0.35;
/** How much faster or slower it plays for a drift up to so many seconds. */
const nudges = [
  [0.045, 0.05],
  [0.09, 0.12],
] as const;
const mostNudge = 0.25;
/** While it seeks, the clock goes on. */
const seekTakesS = 0.08;
const usualFps = 30;

/** Whether it is moved from picture to picture: faster or slower than elements play. */
export const isMoved = ({ rate, isStepped }: Pick<ElementWish, 'rate' | 'isStepped'>): boolean =>
  isStepped || rate < slowestRate || rate > fastestRate;

/**
 * A small drift is made good by playing a little faster or slower, a large one by a seek; a paused element stands on
 * the very picture. Nothing is asked of one that is seeking or that knows nothing of its file yet.
 */
export function planElement(facts: ElementFacts, wish: ElementWish): ElementPlan {
  if (facts.readyState < haveMetadata) return { isPlaying: false, rate: null, seekToS: null };
  if (!wish.isRunning || isMoved(wish)) return standing(facts, wish);
  const drift = (facts.timeS - wish.timeS) / wish.rate;
  if (Math.abs(drift) > seekBeyondS) {
    const ahead = facts.isPaused ? 0 : seekTakesS * wish.rate;
    return { isPlaying: true, rate: wish.rate, seekToS: facts.isSeeking ? null : wish.timeS + ahead };
  }
  return {
    isPlaying: true,
    rate: wish.isMaster ? wish.rate : nudged(wish.rate, drift, facts.rate),
    seekToS: null,
  };
}

function standing(facts: ElementFacts, { timeS, fps }: ElementWish): ElementPlan {
  const isThere = Math.abs(facts.timeS - timeS) < 0.4 / (fps ?? usualFps);
  return { isPlaying: false, rate: null, seekToS: isThere || facts.isSeeking ? null : timeS };
}

/** `drift`: seconds that pass until the clock is where the element is. In few steps: each change costs a browser a moment. */
function nudged(rate: number, drift: number, rateNow: number): number {
  const isNudged = Math.abs(rateNow / rate - 1) > 0.01;
  const size = Math.abs(drift);
  if (size < (isNudged ? backIsS : deadZoneS)) return rate;
  const nudge = nudges.find(([upTo]) => size < upTo)?.[1] ?? mostNudge;
  return Math.min(Math.max(rate * (1 - Math.sign(drift) * nudge), slowestRate), fastestRate);
}

/** Beside what is asked of it: how it is getting on. */
export interface ElementProgress extends ElementFacts {
  /** Of the file; NaN while it is not known. */
  durationS: number;
  /** Milliseconds since it began to load. */
  loadedForMs: number;
}

const haveCurrentData = 2;
const haveFutureData = 3;
/** A browser that has the picture, and fetches no more until it plays. */
const enoughAfterMs = 300;
const atEndS = 0.12;

/** Whether an element can show what is wished, now and in the next moment. */
export function isReady(facts: ElementProgress, wish: ElementWish): boolean {
  if (wish.isRunning && isMoved(wish)) return facts.readyState >= haveMetadata;
  if (facts.isSeeking || facts.readyState < haveCurrentData) return false;
  const isAtEnd = facts.timeS >= facts.durationS - atEndS;
  if (wish.isRunning && !facts.isPaused) return facts.readyState >= haveFutureData || isAtEnd;
  const isThere = Math.abs(facts.timeS - wish.timeS) < seekBeyondS || isAtEnd;
  return isThere && (facts.readyState >= haveFutureData || isAtEnd || facts.loadedForMs > enoughAfterMs);
}

/** A lane that has footage at the clock's place. */
export interface LaneReadiness {
  isLarge: boolean;
  isReady: boolean;
  /** Milliseconds since it last was. */
  waitsMs: number;
}

/** A moment without a picture that nobody notices. */
const graceMs = 100;
/** Tiles are waited for so long, and then come along when they can. */
const patienceMs = 2500;

/**
 * Whether the clock stands until lanes are ready; `isWaiting`: it does so already, or is to begin. The large lane is
 * waited for as long as it takes.
 */
export function mustWait(lanes: readonly LaneReadiness[], isWaiting: boolean): boolean {
  return lanes.some(({ isLarge, isReady: isThere, waitsMs }) => {
    if (isThere || (!isWaiting && waitsMs <= graceMs)) return false;
    return isLarge || waitsMs < patienceMs;
  });
}
