import { isZoneOffset, minuteMs } from './gps-clock-policy.ts';
import type { CaptureFacts, Reading } from './time-policy.ts';

/** A clock that was wrong, as somebody said: names from then to then, as if they were UTC, both included. */
export interface Shift {
  fromMs: number;
  toMs: number;
  shiftMs: number;
}

/** A capture that shows what its camera's clock was. */
export interface Witness {
  wallMs: number;
  sequence: number | null;
  reading: Reading;
}

/** A neighbour is at most so far away by the camera's own clock. */
export const nearMs = 12 * 60 * minuteMs;
/** What a clock was further away than this by its own reckoning, tells nothing of it. */
export const reachMs = 60 * 24 * 60 * minuteMs;
/** Two clocks that are off by as much as each other, but for what a clock loses in some weeks. */
const alikeMs = 10 * minuteMs;
/** An error that may put a recording on another day; less is not worth a doubt. */
const largeMs = 2 * 60 * minuteMs;
/** Counters of neighbours are at most so far apart: a card or a reset begins anew. */
const nearNumbers = 1000;

/** What was said by hand of the clock that gave a name. */
export const shiftAt = (shifts: readonly Shift[], wallMs: number): number =>
  shifts.reduce(
    (sum, { fromMs, toMs, shiftMs }) => (wallMs >= fromMs && wallMs <= toMs ? sum + shiftMs : sum),
    0,
  );

type Near = Pick<CaptureFacts, 'wallMs' | 'sequence'>;

/** The one that was recorded next to a capture: by the card's counter where both have one, else by the clock. */
export function nearestWitness(
  capture: Near,
  witnesses: readonly Witness[],
  shifts: readonly Shift[],
): Witness | null {
  const shift = shiftAt(shifts, capture.wallMs);
  let best: Witness | null = null;
  let least: Distance = { numbers: Infinity, ms: Infinity };
  // One pass and no lists: there may be very many witnesses, for each of very many captures.
  for (const witness of witnesses) {
    const ms = Math.abs(witness.wallMs - capture.wallMs);
    if (ms > nearMs || witness.reading.others.length > 0) continue;
    if (shifts.length > 0 && shiftAt(shifts, witness.wallMs) !== shift) continue;
    const apart = numbersApart(capture, witness);
    const distance = { numbers: apart <= nearNumbers ? apart : Infinity, ms };
    if (!isLess(distance, least)) continue;
    [best, least] = [witness, distance];
  }
  return best;
}

interface Distance {
  numbers: number;
  ms: number;
}

const isLess = (a: Distance, b: Distance): boolean =>
  a.numbers < b.numbers || (a.numbers === b.numbers && a.ms < b.ms);

const numbersApart = (a: Near, b: Near): number =>
  a.sequence === null || b.sequence === null ? Infinity : Math.abs(a.sequence - b.sequence);

/** The captures on both sides of another, by the camera's own clock, that show what it was there. */
export interface Sides {
  before: Witness | null;
  after: Witness | null;
}

/** None of a stretch of which a person said what is wrong with it: that goes before what others tell. */
export function sidesOf(capture: Near, witnesses: readonly Witness[], shifts: readonly Shift[]): Sides {
  const sides: Sides = { before: null, after: null };
  if (shiftAt(shifts, capture.wallMs) !== 0) return sides;
  for (const witness of witnesses) {
    const { wallMs, reading } = witness;
    if (Math.abs(wallMs - capture.wallMs) > reachMs || reading.others.length > 0) continue;
    const side = wallMs <= capture.wallMs ? 'before' : 'after';
    const best = sides[side];
    const isCloser = !best || (side === 'before' ? wallMs > best.wallMs : wallMs < best.wallMs);
    if (isCloser && shiftAt(shifts, wallMs) === 0 && isInOrder(capture, witness)) sides[side] = witness;
  }
  return sides;
}

/** Counters that are close tell the order: a clock that was set back shows old times again. */
const isInOrder = (capture: Near, witness: Near): boolean =>
  numbersApart(capture, witness) > nearNumbers ||
  witness.sequence === capture.sequence ||
  witness.wallMs < capture.wallMs === (witness.sequence ?? 0) < (capture.sequence ?? 0);

/** A clock that is off by more than any zone. */
export const isWrong = ({ reading }: Pick<Witness, 'reading'>): boolean => !isZoneOffset(-reading.deltaMs);

const deltasApart = (a: Witness, b: Witness): number => Math.abs(a.reading.deltaMs - b.reading.deltaMs);

/**
 * The nearer of the two sides where both were wrong by the same: then the clock was so between them, too. Null where
 * that is not proven, and where a counter speaks against it.
 */
export function wrongAlike(capture: Near, { before, after }: Sides): Witness | null {
  if (!before || !after || !isWrong(before) || !isWrong(after)) return null;
  if (deltasApart(before, after) > alikeMs || !isCountedBetween(capture, before, after)) return null;
  return capture.wallMs - before.wallMs <= after.wallMs - capture.wallMs ? before : after;
}

const isCountedBetween = ({ sequence }: Near, before: Witness, after: Witness): boolean =>
  sequence === null ||
  before.sequence === null ||
  after.sequence === null ||
  (before.sequence < sequence && sequence < after.sequence);

/** On one of its sides the clock was off by far more than it is taken for here: nobody knows since when, or until when. */
export const isContradicted = (deltaMs: number, { before, after }: Sides): boolean =>
  [before, after].some(
    (side) => side !== null && isWrong(side) && Math.abs(side.reading.deltaMs - deltaMs) > largeMs,
  );
