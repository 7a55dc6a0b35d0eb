import type { CarFix, JourneyRules, Session, Span } from './journey-types.ts';
import { union } from './merge-policy.ts';

/**
 * Splits at pauses longer than the setting in which the car neither told where it was nor recorded a drive. `fixes` in
 * the order of time; `drives`: what was recorded but in parking mode.
 */
export function splitSessions(
  fixes: readonly CarFix[],
  drives: readonly Span[],
  { sessionGapMs }: JourneyRules,
): Session[] {
  const runs: Span[] = [];
  for (const { at } of fixes) {
    const run = runs.at(-1);
    if (run && at - run.to <= sessionGapMs) run.to = at;
    else runs.push({ from: at, to: at });
  }
  let index = 0;
  return union([...runs, ...drives], sessionGapMs).map(({ from, to }) => {
    const first = index;
    while (index < fixes.length && (fixes[index]?.at ?? Infinity) <= to) index++;
    return { from, to, fixes: fixes.slice(first, index) };
  });
}
