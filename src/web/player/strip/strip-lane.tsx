import { useMemo } from 'react';
import type { Lane } from '../player-types.ts';
import { barsOf, type Piece } from './lane-bars-plan.ts';
import classes from './player-strip.module.css';
import type { Scale } from './strip-plan.ts';

interface StripLaneProps {
  lane: Lane;
  name: string;
  pieces: readonly Piece[];
  scale: Scale;
  isLarge: boolean;
}

/** A cause in words needs so much room. */
const wordsPx = 110;

/** The recordings of one lens: filled where they are here, hollow where they are missing. */
export function StripLane({ lane, name, pieces, scale, isLarge }: StripLaneProps) {
  const bars = useMemo(() => barsOf(pieces, scale), [pieces, scale]);
  return (
    <div className={classes.lane} data-channel={lane.channel} data-large={isLarge || undefined} aria-hidden>
      <span className={classes.within}>{name}</span>
      {bars.map(({ x, width, piece }) => (
        <span
          key={piece.from}
          className={classes.bar}
          data-look={piece.isHere ? 'here' : 'missing'}
          data-pin={piece.pin ?? undefined}
          style={{ left: x, width }}
        >
          {piece.cause !== null && width > wordsPx && <span className={classes.cause}>{piece.cause}</span>}
        </span>
      ))}
    </div>
  );
}
