import type { ClipKind } from '../../shared/clips.ts';
import type { ClipRow } from '../db/schema.ts';
import { isRuleHold } from './queue-actions-plan.ts';

/** A stay of the car; `skips`: at a place whose parked clips stay on the card. Instants in milliseconds. */
export interface ParkedStop {
  from: number;
  to: number;
  /** Nothing is known of its end. */
  isOpen: boolean;
  skips: boolean;
}

/** A journey with the footage shown before and after it. */
export interface Drive {
  from: number;
  to: number;
  shownFrom: number;
  shownTo: number;
}

/** A moment of recording that is no parking footage. */
export interface Driven {
  at: number;
  /** Its positions may still come. */
  isPending: boolean;
}

/** All of a car that decides about what it recorded in a stretch of time; each in the order of time. */
export interface ParkedFacts {
  stops: readonly ParkedStop[];
  drives: readonly Drive[];
  driven: readonly Driven[];
  /** When parking footage began. */
  parked: readonly number[];
  now: number;
}

export type ParkedVerdict = 'skip' | 'wanted' | 'undecided';

/** A camera that is switched off after the engine records on for so long; it belongs to the drive. */
const tailCapMs = 900_000;
/** A longer pause in it, and it is over. */
const tailGapMs = 300_000;
const slackMs = 120_000;
/** A stop begins where a journey ends, give or take this. */
const arrivalMatchMs = 120_000;
const nominalClipMs = 60_000;
/** What was recorded so long before a stop may still move its beginning. */
const beforeMs = 300_000;

/** Whether what was recorded at an instant was made while parked at a place that skips it. */
export function judgeParked(capture: { at: number; kind: ClipKind }, facts: ParkedFacts): ParkedVerdict {
  const { at } = capture;
  const stop = stopAt(at, facts);
  if (!stop?.skips) return 'wanted';
  if (facts.drives.some((drive) => drive.shownFrom <= at && at <= drive.shownTo)) return 'wanted';
  const unsettled = (one: Driven) => one.isPending && one.at >= stop.from - beforeMs && one.at <= at;
  if (facts.driven.some(unsettled)) return 'undecided';
  const isKnown = at <= stop.to || capture.kind === 'parking';
  const movedSince = facts.driven.some((one) => one.at > stop.to && one.at <= at);
  if (!isKnown || movedSince) return 'wanted';
  return capture.kind === 'parking' ? 'skip' : judgeTail(at, stop, facts);
}

/** The stop at an instant; one of which nobody knows the end lasts until something else is known. */
function stopAt(at: number, { stops, drives }: ParkedFacts): ParkedStop | undefined {
  const stop = stops.findLast((one) => one.from <= at);
  if (!stop || at <= stop.to) return stop;
  const isOver = !stop.isOpen || drives.some((drive) => drive.from >= stop.to && drive.from <= at);
  return isOver ? undefined : stop;
}

function judgeTail(at: number, stop: ParkedStop, facts: ParkedFacts): ParkedVerdict {
  const arrives = facts.drives.some((drive) => Math.abs(drive.to - stop.from) <= arrivalMatchMs);
  const watchedUntil = stop.from + tailCapMs + tailGapMs;
  // A camera that goes over to parking by itself has no tail.
  const parks = facts.parked.some((one) => one >= stop.from && one <= watchedUntil);
  if (!arrives || parks) return 'skip';
  const end = endOfTail(stop, facts.driven);
  const isTail = at <= end && (at <= stop.from + tailCapMs || end <= stop.from + tailCapMs + slackMs);
  if (isTail) return 'wanted';
  return facts.now < watchedUntil ? 'undecided' : 'skip';
}

/** When the last clip begins that follows the arrival without a long pause. */
function endOfTail(stop: ParkedStop, driven: readonly Driven[]): number {
  let last = stop.from;
  for (const { at } of driven) {
    if (at < stop.from - slackMs) continue;
    if (at > last + nominalClipMs + tailGapMs) break;
    last = Math.max(last, at);
  }
  return last;
}

export type PlacedClip = Pick<
  ClipRow,
  | 'id'
  | 'camera_id'
  | 'capture_id'
  | 'local_day'
  | 'started_at'
  | 'kind'
  | 'channel'
  | 'container'
  | 'state'
  | 'state_reason'
  | 'locked'
  | 'kept'
  | 'rank'
  | 'place_released_at'
  | 'remote_path'
  | 'remote_gone_at'
>;

/** What a verdict makes of a clip; null: it stays as it is. */
export function changeByPlace(clip: PlacedClip, verdict: ParkedVerdict): 'skip' | 'want' | null {
  if (clip.state === 'skipped' && clip.state_reason === 'place') {
    const isOnCard = clip.remote_gone_at === null && clip.remote_path !== null;
    return isOnCard && (verdict === 'wanted' || isExempt(clip)) ? 'want' : null;
  }
  return verdict === 'skip' && isSkippable(clip) && !isExempt(clip) ? 'skip' : null;
}

function isSkippable({ state, state_reason }: PlacedClip): boolean {
  return state === 'waiting' || state === 'failed' || (state === 'held' && isRuleHold(state_reason));
}

/** Protected, asked for, or let out by hand. */
function isExempt(clip: PlacedClip): boolean {
  const isOfWorth = clip.locked === 1 || clip.kept === 1 || clip.kind === 'event' || clip.container === 'jpg';
  return isOfWorth || clip.rank !== null || clip.place_released_at !== null;
}
