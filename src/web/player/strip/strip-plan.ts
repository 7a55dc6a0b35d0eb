/** How instants lie on the strip, and what zooming, panning and choosing a range make of it. Pure. */
import type { Span } from '../segment-plan.ts';

/** What of the time is seen on how many pixels. */
export interface Scale extends Span {
  width: number;
}

/** Nobody needs to see single pictures of a recording side by side. */
export const shortestViewMs = 10_000;
/** Ends of a range never meet. */
export const shortestRangeMs = 500;

/** Pixels from the left; beyond 0 and the width for what is not seen. */
export function xOf({ from, to, width }: Scale, at: number): number {
  return to > from ? ((at - from) / (to - from)) * width : 0;
}

export function atOf({ from, to, width }: Scale, x: number): number {
  return width > 0 ? from + (x / width) * (to - from) : from;
}

/** An instant under a pointer that may have left the strip. */
export function atWithin(scale: Scale, x: number): number {
  return atOf(scale, clamp(x, 0, scale.width));
}

/** The view nearest to a wish that lies within what is played and is not too short. */
export function viewWithin(bounds: Span, wish: Span): Span {
  const length = lengthWithin(bounds, wish.to - wish.from);
  const from = clamp(wish.from, bounds.from, bounds.to - length);
  return { from, to: Math.min(from + length, bounds.to) };
}

/** Longer or shorter by a factor; the instant stays where it is. */
export function zoomAround(bounds: Span, view: Span, at: number, factor: number): Span {
  const before = view.to - view.from;
  if (before <= 0) return viewWithin(bounds, bounds);
  const length = lengthWithin(bounds, before * factor);
  const from = at - ((at - view.from) / before) * length;
  return viewWithin(bounds, { from, to: from + length });
}

export function panBy(bounds: Span, view: Span, ms: number): Span {
  return viewWithin(bounds, { from: view.from + ms, to: view.to + ms });
}

/** Two fingers, each with the instant that it took hold of. */
export interface Finger {
  x: number;
  at: number;
}

const nearestPx = 8;

/** The view in which each finger lies on its instant again. */
export function pinched(
  bounds: Span,
  { width, ...view }: Scale,
  [one, other]: readonly [Finger, Finger],
): Span {
  const apart = other.x - one.x;
  const ms = other.at - one.at;
  if (Math.abs(apart) < nearestPx || ms * apart <= 0) return view;
  const length = lengthWithin(bounds, (ms / apart) * width);
  const from = (one.at + other.at) / 2 - ((one.x + other.x) / 2 / width) * length;
  return viewWithin(bounds, { from, to: from + length });
}

/** Where a page that is turned begins before the instant. */
const leadShare = 0.1;

/** The view in which an instant is seen: the same where it is. */
export function viewWith(bounds: Span, view: Span, at: number): Span {
  if (at >= view.from && at <= view.to) return view;
  const from = at - (view.to - view.from) * leadShare;
  return viewWithin(bounds, { from, to: from + view.to - view.from });
}

export function isWhole(bounds: Span, view: Span): boolean {
  return view.to - view.from >= bounds.to - bounds.from - 1;
}

const rangeShare = 0.12;
const leastRangeMs = 4000;

/** A range around an instant that is easily seen and taken hold of. */
export function rangeAround(bounds: Span, view: Span, at: number): Span {
  const whole = bounds.to - bounds.from;
  const length = Math.min(whole, Math.max(leastRangeMs, (view.to - view.from) * rangeShare));
  const from = clamp(at - length / 2, bounds.from, bounds.to - length);
  return { from, to: Math.min(from + length, bounds.to) };
}

/** One end of a range elsewhere; it stops before the other. */
export function rangeWithEnd(bounds: Span, range: Span, end: 'from' | 'to', at: number): Span {
  if (end === 'from')
    return { ...range, from: clamp(at, bounds.from, Math.max(bounds.from, range.to - shortestRangeMs)) };
  return { ...range, to: clamp(at, Math.min(bounds.to, range.from + shortestRangeMs), bounds.to) };
}

const smallMs = 5000;
const largeMs = 60_000;

/** Where a key of a slider leads; null for other keys. */
export function atOfKey(key: string, hasShift: boolean, at: number, bounds: Span): number | null {
  const step = hasShift ? largeMs : smallMs;
  const targets: Record<string, number> = {
    ArrowLeft: at - step,
    ArrowDown: at - step,
    ArrowRight: at + step,
    ArrowUp: at + step,
    PageDown: at - largeMs,
    PageUp: at + largeMs,
    Home: bounds.from,
    End: bounds.to,
  };
  const target = Object.hasOwn(targets, key) ? targets[key] : undefined;
  return target === undefined ? null : clamp(target, bounds.from, bounds.to);
}

/** How much a turn of the wheel zooms, of pixels; a mouse's notch is about 100, a touchpad's step a few. */
export function wheelFactor(pixels: number): number {
  return Math.exp(clamp(pixels, -240, 240) * 0.0022);
}

function lengthWithin(bounds: Span, length: number): number {
  const whole = Math.max(0, bounds.to - bounds.from);
  return clamp(length, Math.min(shortestViewMs, whole), whole);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
