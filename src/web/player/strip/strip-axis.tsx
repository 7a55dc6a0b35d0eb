import { useMemo } from 'react';
import { formatLocalTime } from '../../format.ts';
import { localTimeOf } from '../player-time.ts';
import type { Footage } from '../player-types.ts';
import classes from './player-strip.module.css';
import type { Scale } from './strip-plan.ts';
import { aheadOf } from './strip-words.ts';
import { ticksOf } from './ticks-plan.ts';

/** A name nearer to the edge than this would be cut off. */
const edgePx = 22;

/** The clock where the car was. Dragged, it pans. */
export function StripAxis({ footage, scale }: { footage: Footage; scale: Scale }) {
  const { ticks, hasSeconds } = useMemo(() => ticksOf(scale, (at) => aheadOf(footage, at)), [footage, scale]);
  return (
    <div className={classes.axis} data-pan aria-hidden>
      {ticks.map(({ at, x, isNamed }) => (
        <span key={at} className={classes.tick} data-named={isNamed || undefined} style={{ left: x }}>
          {isNamed && x > edgePx && x < scale.width - edgePx && (
            <span className={classes.time}>
              {formatLocalTime(localTimeOf(footage, at), { seconds: hasSeconds })}
            </span>
          )}
        </span>
      ))}
    </div>
  );
}
