import { useMemo } from 'react';
import type { Journey } from '../../../shared/journeys.ts';
import type { Mark } from '../../../shared/tracks.ts';
import { formatDriven, type DistanceUnits } from '../../journey/units.ts';
import type { TrackIndex } from '../track-index.ts';
import classes from './player-strip.module.css';
import { speedLine, topOf } from './speed-line-plan.ts';
import { xOf, type Scale } from './strip-plan.ts';

const height = 36;

interface StripSpeedProps {
  points: TrackIndex;
  journey: Journey | null;
  scale: Scale;
  units: DistanceUnits;
}

/** How fast the car was, with what stands out. */
export function StripSpeed({ points, journey, scale, units }: StripSpeedProps) {
  const { line, area } = useMemo(() => speedLine(points, scale, height), [points, scale]);
  const top = useMemo(() => topOf(points), [points]);
  const marks = journey?.marks.filter(({ at }) => at >= scale.from && at <= scale.to) ?? [];
  return (
    <div className={classes.speed} aria-hidden>
      <svg width={scale.width} height={height} className={classes.drawing}>
        <path className={classes.ground} d={area} />
        <path className={classes.line} d={line} />
        {marks.map((mark) => (
          <path
            key={`${mark.kind} ${mark.at}`}
            className={classes.mark}
            data-kind={mark.kind}
            d={shapes[mark.kind]}
            transform={`translate(${Math.round(xOf(scale, mark.at))} ${height - 6})`}
          />
        ))}
      </svg>
      {line !== '' && <span className={classes.top}>{formatDriven(top, units)}</span>}
    </div>
  );
}

/** Told apart by their shape, not by colour alone. */
const shapes: Record<Mark['kind'], string> = {
  braking: 'M-4.5 -4H4.5L0 4.5Z',
  acceleration: 'M-4.5 4H4.5L0 -4.5Z',
  stop: 'M-3.5 -3.5H3.5V3.5H-3.5Z',
  top_speed: 'M0 -5.5L5 0L0 5.5L-5 0Z',
};
