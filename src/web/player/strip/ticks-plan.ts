/** Where the clock axis has lines, and how exactly they are named. Pure. */
import { xOf, type Scale } from './strip-plan.ts';

export interface Tick {
  at: number;
  x: number;
  /** Named; the others are short lines between. */
  isNamed: boolean;
}

export interface Ticks {
  ticks: Tick[];
  /** Their names need seconds. */
  hasSeconds: boolean;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Time between names, and between the lines that halve it: such as people count in. */
const steps: readonly [named: number, small: number][] = [
  [secondMs, secondMs],
  [2 * secondMs, secondMs],
  [5 * secondMs, secondMs],
  [10 * secondMs, 5 * secondMs],
  [15 * secondMs, 5 * secondMs],
  [30 * secondMs, 10 * secondMs],
  [minuteMs, 15 * secondMs],
  [2 * minuteMs, minuteMs],
  [5 * minuteMs, minuteMs],
  [10 * minuteMs, 5 * minuteMs],
  [15 * minuteMs, 5 * minuteMs],
  [30 * minuteMs, 10 * minuteMs],
  [hourMs, 15 * minuteMs],
  [2 * hourMs, hourMs],
  [3 * hourMs, hourMs],
  [6 * hourMs, 2 * hourMs],
  [12 * hourMs, 3 * hourMs],
  [24 * hourMs, 6 * hourMs],
];

const namePx = 68;
const longNamePx = 92;
const smallPx = 7;

/**
 * Lines at full seconds, minutes or hours by the clocks where the car was; `aheadMs`: how far these are ahead of UTC at
 * an instant.
 */
export function ticksOf(scale: Scale, aheadMs: (at: number) => number): Ticks {
  const { from, to, width } = scale;
  if (to <= from || width <= 0) return { ticks: [], hasSeconds: false };
  const perPx = (to - from) / width;
  const [named, small] = stepFor(perPx);
  const step = small / perPx >= smallPx ? small : named;
  const ticks: Tick[] = [];
  for (let at = from - 1; ;) {
    at = nextOn(at, step, aheadMs);
    if (at > to || ticks.length > mostTicks) break;
    const local = at + aheadMs(at);
    if (local % step === 0) ticks.push({ at, x: xOf(scale, at), isNamed: local % named === 0 });
  }
  return { ticks, hasSeconds: named < minuteMs };
}

const mostTicks = 2000;

function stepFor(perPx: number): readonly [number, number] {
  const fits = steps.find(([named]) => named / perPx >= (named < minuteMs ? longNamePx : namePx));
  if (fits) return fits;
  const days = Math.ceil((namePx * perPx) / (24 * hourMs));
  return [days * 24 * hourMs, days * 24 * hourMs];
}

/** The next full step of the clocks after an instant; when they are changed in between, whichever comes first. */
function nextOn(at: number, step: number, aheadMs: (at: number) => number): number {
  const local = Math.floor(at + aheadMs(at));
  return local - (((local % step) + step) % step) + step - aheadMs(at);
}
