import { useDebouncedValue, useElementSize } from '@mantine/hooks';
import { memo, useEffect, useMemo, useRef, useState, type MouseEvent, type PointerEvent } from 'react';
import type { Box } from '../../shared/tracks.ts';
import { journeyOf, passesFilter, type ArchiveFilter, type ArchiveMonth } from './archive-months.ts';
import classes from './archive-sketch.module.css';
import { DrawLayer } from './draw-layer.tsx';
import { linesOf } from './map-data.ts';
import { MapControls } from './map-controls.tsx';
import { SketchPlaces, SketchPoints } from './map-sketch.tsx';
import type { ArchiveView, Coordinate, MapLook, MapViewProps } from './map-types.ts';
import {
  bunchesOf,
  densityPaths,
  journeysAt,
  lookOfBox,
  movedLook,
  pathAround,
  pathScale,
  viewOf,
  type SketchView,
} from './sketch-view.ts';
import { t } from './texts.ts';

type ArchiveSketchProps = MapViewProps & { archive: ArchiveView };

const wholeWorld: Box = { west: -170, south: -56, east: 178, north: 72 };
const reachPixels = 10;
/** Dots for stops are for the view at rest. */
const restMs = 160;

/** The whole archive without a map: the same lines, counts and heat, moved and zoomed like one, without ground under them. */
export function ArchiveSketch(props: ArchiveSketchProps) {
  const { archive, journeys, highlight = null, isDrawing, onDrawn, onPickPosition } = props;
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const { view, setLook, fitted } = useView(props, { width, height });
  const drag = useDrag(view, setLook);
  const pick = (event: MouseEvent<SVGSVGElement>) => {
    if (!onPickPosition || drag.wasMoved()) return;
    const frame = event.currentTarget.getBoundingClientRect();
    const at: Coordinate = [event.clientX - frame.left, event.clientY - frame.top];
    const position = view.unplace(at[0], at[1]);
    const { months, filter } = archive;
    const ids = journeysAt(months, { view, filter, at, reach: reachPixels });
    onPickPosition(
      position,
      { x: at[0], y: at[1], metresPerPixel: view.metresPerPixel(position.latitude) },
      ids,
    );
  };
  return (
    <div ref={ref} className={classes.frame} data-testid="map-sketch">
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- what is picked here by pointer is in lists beside the map for keys */}
      <svg
        className={classes.picture}
        width={width}
        height={height}
        role="img"
        aria-label={props.label}
        onClick={pick}
        {...drag.handlers}
      >
        <g transform={`translate(${drag.by[0]} ${drag.by[1]})`}>
          <SketchPlaces {...props} sketch={view} />
          {archive.isHeat ? (
            <Heat archive={archive} view={view} />
          ) : (
            <Rough archive={archive} view={view} isFaded={highlight !== null} />
          )}
          {!archive.isHeat && <Fine journeys={journeys} filter={archive.filter} view={view} />}
          <Lit archive={archive} view={view} highlight={highlight} />
          {!archive.isHeat && <Bunches archive={archive} view={view} />}
          <SketchPoints {...props} journeys={null} sketch={view} />
        </g>
      </svg>
      <p className={classes.why}>{t('sketchWhy')}</p>
      {isDrawing && onDrawn && <DrawLayer positionAt={view.unplace} onDrawn={onDrawn} />}
      <MapControls onZoom={(zoomed) => setLook(movedLook(view, { zoomed }))} onFit={() => setLook(fitted)} />
    </div>
  );
}

/** What is looked at: where the address says, else the newest journeys, until it is moved. */
function useView(
  { start, fit, archive, onWindow }: ArchiveSketchProps,
  { width, height }: { width: number; height: number },
) {
  const [look, setLook] = useState<MapLook | null>(start ?? null);
  const size = useMemo(() => ({ width: width || 400, height: height || 300 }), [width, height]);
  const fitted = useMemo(() => lookOfBox(fit ?? wholeWorld, size), [fit, size]);
  const view = useMemo(() => viewOf(look ?? fitted, size), [look, fitted, size]);
  const told = useRef<SketchView | null>(null);
  const isKnown = width > 0 && archive.months.length > 0;
  useEffect(() => {
    if (!onWindow || !isKnown || told.current === view) return;
    told.current = view;
    onWindow({ ...view.look, box: view.box });
  });
  return { view, setLook, fitted };
}

/** Moves the picture under a pointer that drags it, and the view when it lets go; the wheel zooms. */
function useDrag(view: SketchView, setLook: (look: MapLook) => void) {
  const from = useRef<Coordinate | null>(null);
  const isMoved = useRef(false);
  const [by, setBy] = useState<Coordinate>([0, 0]);
  const end = () => {
    if (!from.current) return;
    from.current = null;
    if (isMoved.current) setLook(movedLook(view, { dragged: by }));
    setBy([0, 0]);
  };
  return {
    by,
    wasMoved: () => isMoved.current,
    handlers: {
      onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
        if (event.button !== 0 || !event.isPrimary) return;
        isMoved.current = false;
        from.current = [event.clientX, event.clientY];
      },
      onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
        if (!from.current) return;
        const [x, y] = [event.clientX - from.current[0], event.clientY - from.current[1]];
        if (!isMoved.current && Math.hypot(x, y) < 5) return;
        if (!isMoved.current) event.currentTarget.setPointerCapture(event.pointerId);
        isMoved.current = true;
        setBy([x, y]);
      },
      onPointerUp: end,
      onPointerCancel: end,
    },
  };
}

interface LayerProps {
  archive: ArchiveView;
  view: SketchView;
}

/** A path for each month: moved and scaled as a whole, and made anew only where the filter cuts through it. */
function Rough({ archive, view, isFaded }: LayerProps & { isFaded: boolean }) {
  const origin = useOrigin(archive.months);
  if (archive.rough === 'hidden') return null;
  const [x, y] = view.place(origin);
  return (
    <g
      transform={`translate(${x} ${y}) scale(${pathScale(view)})`}
      className={classes.lines}
      data-faded={isFaded || archive.rough === 'under' || undefined}
    >
      {archive.months.map((month) => (
        <MonthPath key={month.month} month={month} filter={archive.filter} origin={origin} />
      ))}
    </g>
  );
}

/** Somewhere among the lines, so that numbers within paths stay small; the same while the first month does. */
function useOrigin(months: readonly ArchiveMonth[]): Coordinate {
  const first = months.at(0)?.journeys.find(({ line }) => line.length > 0)?.line[0];
  const kept = useRef<Coordinate | null>(null);
  // oxlint-disable-next-line react/refs -- kept from the first journey that comes, for paths are made around it
  kept.current ??= first ?? null;
  // oxlint-disable-next-line react/refs -- as above
  return kept.current ?? [0, 0];
}

interface MonthPathProps {
  month: ArchiveMonth;
  filter: ArchiveFilter;
  origin: Coordinate;
}

const MonthPath = memo(
  function MonthPath({ month, filter, origin }: MonthPathProps) {
    const shown = month.journeys.filter((journey) => passesFilter(journey, filter));
    const path = pathAround(
      shown.map(({ line }) => line),
      origin,
    );
    return path === '' ? null : <path className={classes.line} d={path} data-month={month.month} />;
  },
  (before, after) =>
    before.month === after.month &&
    before.origin === after.origin &&
    (before.filter === after.filter ||
      keyOfShown(before.month, before.filter) === keyOfShown(after.month, after.filter)),
);

/** Which journeys of a month pass: those of a span are next to each other. */
function keyOfShown({ journeys }: ArchiveMonth, filter: ArchiveFilter): string {
  const ids = journeys.filter((journey) => passesFilter(journey, filter)).map(({ id }) => id);
  return `${filter.cameraId} ${ids.length} ${ids[0]} ${ids.at(-1)}`;
}

function Heat({ archive: { months, filter }, view }: LayerProps) {
  const [rested] = useDebouncedValue(filter, restMs);
  const paths = useMemo(() => densityPaths(months, view, rested), [months, view, rested]);
  return (
    <g data-testid="sketch-heat">
      {paths.map((path, level) => (
        // oxlint-disable-next-line react/no-array-index-key -- a level is its place
        <path key={level} className={classes.heat} data-level={level} d={path} />
      ))}
    </g>
  );
}

function Bunches({ archive: { months, filter }, view }: LayerProps) {
  const [rested] = useDebouncedValue(filter, restMs);
  const bunches = useMemo(() => bunchesOf(months, view, rested), [months, view, rested]);
  return (
    <g pointerEvents="none">
      {bunches.map(({ at: [x, y], count }) => (
        <g key={`${x} ${y}`}>
          <circle className={classes.bunch} cx={x} cy={y} r={count > 1 ? 9 + 2 * Math.log10(count) : 4} />
          {count > 1 && (
            <text className={classes.count} x={x} y={y}>
              {count}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

/** The finer lines of the journeys in view. */
function Fine({
  journeys,
  filter,
  view,
}: {
  journeys: MapViewProps['journeys'];
  filter: ArchiveFilter;
  view: SketchView;
}) {
  const path = useMemo(() => {
    const shown = (journeys?.features ?? []).filter(({ properties }) => passesFilter(properties, filter));
    return pathAround(shown.flatMap(linesOf), [view.look.longitude, view.look.latitude]);
  }, [journeys, filter, view.look]);
  return <PathInView path={path} view={view} className={classes.line} />;
}

function Lit({ archive, view, highlight }: LayerProps & { highlight: number | null }) {
  const line = journeyOf(archive.months, highlight)?.line;
  const { longitude, latitude } = view.look;
  const path = useMemo(
    () => (line ? pathAround([line], [longitude, latitude]) : ''),
    [line, longitude, latitude],
  );
  return <PathInView path={path} view={view} className={classes.lit} />;
}

function PathInView({
  path,
  view,
  className,
}: {
  path: string;
  view: SketchView;
  className: string | undefined;
}) {
  if (path === '') return null;
  const { width, height } = view.size;
  return (
    <g transform={`translate(${width / 2} ${height / 2}) scale(${pathScale(view)})`}>
      <path className={className} d={path} />
    </g>
  );
}
