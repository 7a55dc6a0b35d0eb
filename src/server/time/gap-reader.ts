import type { Db } from '../db/open.ts';
import type { FixClock, Zones } from './gps-clock-policy.ts';
import { ownReading, type CameraClocks } from './time-policy.ts';
import { fixesBeyond, unseenBetween, type CaptureFix, type WallSpan } from './time-reader.ts';
import { isWrong, reachMs, type Witness } from './witness-policy.ts';

/** What fixes are understood by. */
export interface ReadingContext {
  clocks: CameraClocks;
  zones: Zones;
  now: number;
}

/** What these fixes show of their camera's clock, one by one; those that cannot be understood are left out. */
export function witnessesOf(fixes: readonly CaptureFix[], { clocks, zones, now }: ReadingContext): Witness[] {
  return fixes.flatMap((fix) => {
    const reading = ownReading({ fixes: [fix] }, clocks, { zones, now });
    return reading ? [{ wallMs: fix.captureWallMs, sequence: fix.sequence, reading }] : [];
  });
}

/**
 * Captures without a fix between these, which show a clock, and the next ones on both sides that do: where one of them
 * was wrong, what is between them may be told by it. None where all clocks were right, which costs no query.
 */
export async function unseenBeside(
  db: Db,
  cameraId: number,
  seen: { span: WallSpan; fixes: readonly CaptureFix[]; noted: readonly FixClock[] },
  context: ReadingContext,
): Promise<number[]> {
  const { span, fixes, noted } = seen;
  const near = noted.filter(({ wallMs }) => wallMs >= span.from - reachMs && wallMs <= span.to + reachMs);
  const known = near.map((fix) => ({ ...fix, captureId: 0, captureWallMs: fix.wallMs, sequence: null }));
  if (!witnessesOf([...fixes, ...known], context).some(isWrong)) return [];
  const beside = witnessesOf(await fixesBeyond(db, cameraId, span, 0), context);
  const walls = beside.map(({ wallMs }) => wallMs);
  const gap = {
    from: Math.max(span.from - reachMs, ...walls.filter((wallMs) => wallMs < span.from)),
    to: Math.min(span.to + reachMs, ...walls.filter((wallMs) => wallMs > span.to)),
  };
  return (await unseenBetween(db, cameraId, gap)).map(({ id }) => id);
}
