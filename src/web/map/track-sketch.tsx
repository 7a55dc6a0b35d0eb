import { sketchOf } from './sketch-plan.ts';
import type { Line } from './map-types.ts';
import classes from './track-sketch.module.css';

interface TrackSketchProps {
  points: Line;
  /** For a list that already says where the journey went, leave it out: it is a picture beside words. */
  label?: string;
  /** Pixels of the picture; the styles around it may show it larger or smaller. */
  width?: number;
  height?: number;
}

/** The shape of one journey, drawn without a map: cheap enough for every row of a list. */
export function TrackSketch({ points, ...others }: TrackSketchProps) {
  return <TracksSketch lines={[points]} {...others} />;
}

interface TracksSketchProps extends Omit<TrackSketchProps, 'points'> {
  lines: readonly Line[];
  /** Place in `lines` of the one that is pointed at. */
  highlight?: number | null;
}

/** The shapes of several journeys beside each other as they lie on the ground, such as those of a day. */
export function TracksSketch({ lines, highlight = null, label, width = 96, height = 64 }: TracksSketchProps) {
  const sketch = sketchOf(lines, { width, height, margin: 8 });
  return (
    <svg
      className={classes.sketch}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {sketch.paths.map((path, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines have no name but their place
        <g key={index} data-dimmed={(highlight !== null && highlight !== index) || undefined}>
          <path className={classes.line} d={path.d} />
          {path.from && <circle className={classes.from} cx={path.from[0]} cy={path.from[1]} r={2.5} />}
          {path.to && <circle className={classes.to} cx={path.to[0]} cy={path.to[1]} r={3} />}
        </g>
      ))}
    </svg>
  );
}
