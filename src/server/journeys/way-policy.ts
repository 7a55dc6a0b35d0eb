import type { CarFix } from './journey-types.ts';
import { metresBetween } from './plane-policy.ts';

/** Positions of a standing car wander by this much. */
const jitterM = 8;
/** Slower than this is standing. */
const crawlMps = 0.7;
/** A receiver that never says more than this says nothing. */
const leastToldMps = 1.5;
/** A step this long in time was not seen. */
const unseenMs = 10_000;

/** A step of a way that is no jitter: from one fix to a later one. */
export interface Step {
  from: CarFix;
  to: CarFix;
  metres: number;
}

/** The steps of a way: those of a standing car, and those within its jitter, are left out or put together. */
export function* stepsOf(fixes: readonly CarFix[]): Generator<Step> {
  let from = fixes[0];
  if (!from) return;
  const isToldSpeed = tellsSpeed(fixes);
  for (const to of fixes) {
    if (isToldSpeed && isStill(from) && isStill(to) && to.at - from.at <= unseenMs) {
      // The receiver says that it stands: wherever it wanders to meanwhile, the way goes on from there.
      from = to;
      continue;
    }
    const metres = metresBetween(from, to);
    if (metres < jitterM) continue;
    yield { from, to, metres };
    from = to;
  }
}

/** Some cameras write that every speed is 0. */
export const tellsSpeed = (fixes: readonly CarFix[]): boolean =>
  fixes.some(({ speedMps }) => speedMps !== null && speedMps >= leastToldMps);

const isStill = ({ speedMps }: CarFix): boolean => speedMps !== null && speedMps < crawlMps;

/** The length of a way in metres, without what a standing car seems to move. */
export function guardedMetres(fixes: readonly CarFix[]): number {
  let metres = 0;
  for (const step of stepsOf(fixes)) metres += step.metres;
  return metres;
}
