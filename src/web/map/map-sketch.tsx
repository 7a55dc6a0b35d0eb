import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState, type MouseEvent } from 'react';
import type { Box } from '../../shared/tracks.ts';
import { DrawLayer } from './draw-layer.tsx';
import { linesOf } from './map-data.ts';
import { sketchOf, zoomOf, type Sketch } from './sketch-plan.ts';
import type { Coordinate, Line, MapCar, MapViewProps } from './map-types.ts';
import classes from './map-sketch.module.css';

interface MapSketchProps extends MapViewProps {
  /** Why it is no map, where it stays a sketch. */
  why?: string;
}

/** The map without a map: lines, stops, places and marks where they lie to each other, without ground under them. */
export function MapSketch({ carFeed, ...given }: MapSketchProps) {
  const car = useFedCar(carFeed);
  const props = carFeed ? { ...given, car } : given;
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const { lines, sketch } = useSketch(props, { width: width || 400, height: height || 300 });
  useWindow(sketch, { width, height }, props.onWindow);
  const { onPickPosition, isDrawing, onDrawn } = props;
  const pick = (event: MouseEvent<SVGSVGElement>) => {
    if (!onPickPosition) return;
    const frame = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const position = sketch.unplace(x, y);
    onPickPosition(position, { x, y, metresPerPixel: sketch.metresPerPixel(position.latitude) }, []);
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
        data-pick={onPickPosition ? true : undefined}
        onClick={pick}
      >
        <SketchPlaces {...props} sketch={sketch} />
        <Journeys {...props} lines={lines} sketch={sketch} />
        <SketchPoints {...props} sketch={sketch} />
      </svg>
      {props.why !== undefined && <p className={classes.why}>{props.why}</p>}
      {isDrawing && onDrawn && <DrawLayer positionAt={sketch.unplace} onDrawn={onDrawn} />}
    </div>
  );
}

const sketchEveryMs = 400;

/** The car of a feed: now and then, for the sketch is drawn anew for it. */
function useFedCar(feed: MapViewProps['carFeed']): MapCar | null {
  const [car, setCar] = useState<MapCar | null>(null);
  useEffect(() => {
    let latest: MapCar | null = null;
    let timer: number | undefined;
    const stop = feed?.((at) => {
      latest = at;
      timer ??= window.setTimeout(() => {
        timer = undefined;
        setCar(latest);
      }, sketchEveryMs);
    });
    return () => {
      stop?.();
      window.clearTimeout(timer);
    };
  }, [feed]);
  return car;
}

/** Says what the sketch shows, as the map does, so that the lines of it are asked for. */
function useWindow(
  sketch: Sketch,
  { width, height }: { width: number; height: number },
  onWindow: MapViewProps['onWindow'],
): void {
  const told = useRef('');
  useEffect(() => {
    if (!onWindow || width === 0) return;
    const [from, to, middle] = [
      sketch.unplace(0, 0),
      sketch.unplace(width, height),
      sketch.unplace(width / 2, height / 2),
    ];
    const box = { west: from.longitude, north: from.latitude, east: to.longitude, south: to.latitude };
    const zoom = zoomOf(sketch.metresPerPixel(0));
    // A line that came has moved the frame by next to nothing.
    const words = [...Object.values(box), zoom].map((each) => each.toFixed(2)).join(' ');
    if (words === told.current) return;
    told.current = words;
    onWindow({ ...middle, zoom, box });
  });
}

interface JourneyLine {
  id: number;
  line: Line;
  isTriage: boolean;
}

function useSketch(props: MapViewProps, { width, height }: { width: number; height: number }) {
  const { journeys, track, places, car, fit } = props;
  return useMemo(() => {
    const lines: JourneyLine[] = (journeys?.features ?? []).flatMap((each) =>
      linesOf(each).map((line) => ({ line, id: each.properties.id, isTriage: each.properties.isTriage })),
    );
    const own = (track ?? []).map((part) => part.map(([, x, y]): Coordinate => [x, y]));
    const all = [...lines.map(({ line }) => line), ...own];
    const alone = [...(places ?? []), ...(car ? [car] : [])].map(({ longitude, latitude }): Coordinate => [
      longitude,
      latitude,
    ]);
    // As much room as the map leaves around what it fits in.
    const frame = { width, height, margin: Math.min(48, Math.min(width, height) / 8) };
    // Without a line, places tell where to look.
    const shown = all.some((line) => line.length > 0) ? all : [...all, alone];
    return { lines, sketch: sketchOf(shown, frame, fit ?? null) };
  }, [journeys, track, places, car, fit, width, height]);
}

type Drawn = Pick<MapViewProps, 'journeys' | 'marks' | 'car' | 'box' | 'places' | 'onPickPlace'> & {
  sketch: Pick<Sketch, 'place' | 'metresPerPixel'>;
};

function Journeys({
  lines,
  sketch,
  highlight = null,
  onHover,
  onPickJourney,
}: MapViewProps & { sketch: Sketch; lines: readonly JourneyLine[] }) {
  const picked = (event: MouseEvent<SVGPathElement>, id: number) => {
    if (!onPickJourney) return;
    event.stopPropagation();
    const frame = event.currentTarget.ownerSVGElement?.getBoundingClientRect();
    const [left, top] = [frame?.left ?? 0, frame?.top ?? 0];
    onPickJourney(id, sketch.unplace(event.clientX - left, event.clientY - top));
  };
  return lines.map(({ id, isTriage }, index) => (
    // oxlint-disable-next-line react/no-array-index-key, jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- a journey may have several lines; keys have the list beside the map
    <g
      key={index}
      className={classes.journey}
      data-dimmed={(highlight !== null && highlight !== id) || undefined}
      data-lit={highlight === id || undefined}
      data-triage={isTriage || undefined}
      onPointerEnter={() => onHover?.(id)}
      onPointerLeave={() => onHover?.(null)}
    >
      <path className={classes.line} d={sketch.paths[index]?.d} />
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- as above */}
      <path className={classes.reach} d={sketch.paths[index]?.d} onClick={(event) => picked(event, id)} />
    </g>
  ));
}

export function SketchPlaces({ places = [], sketch, onPickPlace }: Drawn) {
  return places.map(({ id, name, latitude, longitude, radiusM, isSuggested }) => {
    const [x, y] = sketch.place([longitude, latitude]);
    const picked = (event: MouseEvent) => {
      if (!onPickPlace) return;
      event.stopPropagation();
      onPickPlace(id);
    };
    return (
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- places are in a list beside the map
      <g key={id} onClick={picked}>
        <circle
          className={classes.place}
          data-suggested={isSuggested || undefined}
          cx={x}
          cy={y}
          r={Math.max(5, radiusM / sketch.metresPerPixel(latitude))}
        />
        <text className={classes.name} x={x} y={y + 18}>
          {name}
        </text>
      </g>
    );
  });
}

export function SketchPoints({ journeys, marks = [], car, box, sketch }: Drawn) {
  return (
    <g pointerEvents="none">
      {box && <BoxShape box={box} sketch={sketch} />}
      {stopsOf(journeys).map(({ id, at }) => (
        <Dot key={id} className={classes.stop} at={sketch.place(at)} r={4} />
      ))}
      {marks.map(({ kind, at, latitude, longitude }) => (
        <Dot key={`${kind} ${at}`} className={classes.mark} at={sketch.place([longitude, latitude])} r={4} />
      ))}
      {car && (
        <g data-testid="map-car">
          <Dot className={classes.car} at={sketch.place([car.longitude, car.latitude])} r={7} />
        </g>
      )}
    </g>
  );
}

function stopsOf(journeys: MapViewProps['journeys']): { id: number; at: Coordinate }[] {
  return (journeys?.features ?? []).flatMap(({ geometry, properties }) =>
    geometry.type === 'Point' ? [{ id: properties.id, at: geometry.coordinates }] : [],
  );
}

function Dot({ className, at, r }: { className: string | undefined; at: Coordinate; r: number }) {
  return <circle className={className} cx={at[0]} cy={at[1]} r={r} />;
}

function BoxShape({ box, sketch }: { box: Box; sketch: Drawn['sketch'] }) {
  const [left, top] = sketch.place([box.west, box.north]);
  const [right, bottom] = sketch.place([box.east, box.south]);
  const [width, height] = [Math.max(2, right - left), Math.max(2, bottom - top)];
  return <rect className={classes.box} x={left} y={top} width={width} height={height} />;
}
