import type { CarFix } from './journey-types.ts';
import { metresBetween } from './plane-policy.ts';
import { stepsOf, tellsSpeed } from './way-policy.ts';

/** A step of a way this slow has a wait in it. */
const walkMps = 0.8;
/** No car that records itself is faster. */
const impossibleMps = 100;
/** Positions over a second tell too little of a speed. */
const leastSpeedMs = 2500;
const mostSpeedMs = 150_000;

export interface WayFigures {
  distanceM: number;
  movingMs: number;
  topSpeedMps: number | null;
  /** The fix with the top speed. */
  topFix: CarFix | null;
}

/** How far, how long in motion, and how fast at most. `fixes` in the order of time, sound ones alone. */
export function figuresOf(fixes: readonly CarFix[]): WayFigures {
  let [distanceM, movingMs] = [0, 0];
  for (const { from, to, metres } of stepsOf(fixes)) {
    distanceM += metres;
    const ms = to.at - from.at;
    // A step with a wait before it: the time its way takes at the speed it ends with.
    const speed = Math.max(from.speedMps ?? 0, to.speedMps ?? 0, walkMps);
    movingMs += metres / (ms / 1000) >= walkMps || ms <= 2000 ? ms : Math.min(ms, (metres / speed) * 1000);
  }
  return { distanceM, movingMs: Math.round(movingMs), ...topOf(fixes) };
}

/** A speed counts when its neighbours had it too, near enough: the middle one of three. */
function topOf(fixes: readonly CarFix[]): Pick<WayFigures, 'topSpeedMps' | 'topFix'> {
  const speeds = speedsOf(fixes);
  let [topSpeedMps, topFix]: [number | null, CarFix | null] = [null, null];
  for (let index = 0; index < speeds.length; index++) {
    const three = speeds.slice(Math.max(0, index - 1), index + 2).filter((speed) => speed !== null);
    const fix = fixes[index];
    if (!fix || three.length < 2) continue;
    const middle = three.toSorted((a, b) => a - b)[three.length === 3 ? 1 : 0] ?? 0;
    if (middle >= impossibleMps || (topSpeedMps !== null && middle <= topSpeedMps)) continue;
    [topSpeedMps, topFix] = [middle, fix];
  }
  return { topSpeedMps, topFix };
}

/** As the receiver says, where it does; else from where the car was a few seconds before. */
function speedsOf(fixes: readonly CarFix[]): (number | null)[] {
  const isToldSpeed = tellsSpeed(fixes);
  let before = 0;
  return fixes.map((fix, index) => {
    if (isToldSpeed && fix.speedMps !== null) return fix.speedMps;
    while (before + 1 < index && fix.at - (fixes[before + 1]?.at ?? 0) >= leastSpeedMs) before++;
    const from = fixes[before];
    const ms = from ? fix.at - from.at : 0;
    return from && ms >= leastSpeedMs && ms <= mostSpeedMs ? metresBetween(from, fix) / (ms / 1000) : null;
  });
}
