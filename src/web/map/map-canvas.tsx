import { useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { FeatureCollection } from 'geojson';
import type { Box } from '../../shared/tracks.ts';
import { journeyOf } from './archive-months.ts';
import { DrawLayer } from './draw-layer.tsx';
import { originOf, type MapBase } from './ground-plan.ts';
import { outlineGround, type Ground } from './ground-outline.ts';
import { groundOf } from './ground.ts';
import { MapControls } from './map-controls.tsx';
import {
  boxFeatures,
  isAlmost,
  journeyFeatures,
  litFeatures,
  markFeatures,
  placeFeatures,
  speedFeatures,
} from './map-data.ts';
import { chooseWorkerFor, MapEngine, type Hit, type MapEvents } from './map-engine.ts';
import type { MapColours, OverlaySource } from './map-layers.ts';
import { GroundCredit, GroundTrouble, SpeedLegend } from './map-notes.tsx';
import { MapSketch } from './map-sketch.tsx';
import type { Line, MapViewProps } from './map-types.ts';
import classes from './map-canvas.module.css';
import { reloadWhenRefused } from './reload-when-refused.ts';
import { t } from './texts.ts';
import { useMapBase } from './use-map-base.ts';

interface MapCanvasProps extends MapViewProps {
  /** The browser cannot draw it after all. */
  onBroken: () => void;
}

/** The drawn map. Once it is known what lies under it, for a worker is made for one server. */
export function MapCanvas(props: MapCanvasProps) {
  const known = useMapBase();
  if (!known) return null;
  const { base, units } = known;
  return <Canvas key={originOf(base.mapUrl)} {...props} base={base} units={units} />;
}

type CanvasProps = MapCanvasProps & { base: MapBase; units: 'km' | 'miles' };

function Canvas(props: CanvasProps) {
  const { base, fit, isDrawing, onDrawn } = props;
  const frame = useRef<HTMLDivElement>(null);
  const car = useRef<HTMLDivElement>(null);
  const [hasGaps, setGaps] = useState(false);
  const engine = useEngine(frame, props, setGaps);
  const { shown, isDrawn } = useGround(engine, base);
  useData(engine, props);
  const { carFeed } = props;
  useEffect(() => {
    const element = car.current;
    if (!element || !engine) return undefined;
    if (carFeed) return carFeed((at) => engine.setCar(at, element));
    engine.setCar(props.car ?? null, element);
    return undefined;
  }, [engine, props.car, carFeed]);
  return (
    <div className={classes.canvas}>
      <div
        ref={frame}
        className={classes.frame}
        data-testid="map"
        aria-busy={!isDrawn}
        data-ready={isDrawn || undefined}
      />
      {!isDrawn && !props.start && !props.archive && (
        <div className={classes.coming}>
          <MapSketch {...props} onWindow={undefined} />
        </div>
      )}
      {/* The map library takes the element within for its own while the car is shown. */}
      <div hidden>
        <div ref={car} className={classes.car} data-testid="map-car" />
      </div>
      {engine && isDrawing && onDrawn && (
        <DrawLayer positionAt={(x, y) => engine.positionAt(x, y)} onDrawn={onDrawn} />
      )}
      <MapControls
        onZoom={(steps) => engine?.zoomBy(steps)}
        onFit={fit ? () => engine?.fit(fit) : undefined}
      />
      <Notes {...props} ground={shown} hasGaps={hasGaps} />
    </div>
  );
}

/** Beside the map: what of it is missing, what its colours are, whom it is by. */
function Notes(props: CanvasProps & { ground: Shown | null; hasGaps: boolean }) {
  const { base, units, track, ground, hasGaps } = props;
  const trouble = ground?.trouble ?? (hasGaps && base.mapSource !== 'outline' ? gapsTrouble(base) : null);
  return (
    <div className={classes.notes}>
      {trouble !== null && <GroundTrouble>{trouble}</GroundTrouble>}
      {track && track.length > 0 && <SpeedLegend units={units} />}
      {ground && <GroundCredit credit={ground.credit} />}
    </div>
  );
}

const gapsTrouble = ({ mapUrl }: MapBase) => t('gaps', { server: originOf(mapUrl) ?? mapUrl });

interface Shown {
  credit: string;
  trouble: string | null;
}

/** Lays the ground of the settings under the map, in the colours of the page; the outline when it cannot be had. */
function useGround(engine: MapEngine | null, base: MapBase): { shown: Shown | null; isDrawn: boolean } {
  const scheme = useComputedColorScheme('light');
  const [shown, setShown] = useState<Shown | null>(null);
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => {
    if (!engine) return;
    const origin = originOf(base.mapUrl);
    const stopped = new AbortController();
    const unwatch = origin === null ? undefined : reloadWhenRefused(origin);
    const lay = (ground: Ground, trouble: string | null) => {
      if (stopped.signal.aborted) return;
      const onDrawn = () => {
        if (!stopped.signal.aborted) setDrawn(true);
      };
      engine.setGround(ground, { colours: coloursNow(), scheme, onDrawn });
      setShown({ credit: ground.credit, trouble });
    };
    groundOf(base, scheme, stopped.signal).then(
      (ground) => lay(ground, null),
      (error: unknown) => lay(outlineGround(scheme), groundTrouble(origin, error)),
    );
    return () => {
      stopped.abort();
      unwatch?.();
    };
  }, [engine, base, scheme]);
  return { shown, isDrawn };
}

function groundTrouble(origin: string | null, error: unknown): string {
  const server = origin ?? t('ofSettings');
  const why = error instanceof Error && !(error instanceof TypeError) ? error.message : '';
  return why === '' ? t('noGround', { server }) : t('noGroundBecause', { server, why });
}

/** The engine on the element, for as long as the component is there. */
function useEngine(
  frame: RefObject<HTMLDivElement | null>,
  props: CanvasProps,
  setGaps: (hasGaps: boolean) => void,
): MapEngine | null {
  const isStill = useReducedMotion() ?? false;
  const [engine, setEngine] = useState<MapEngine | null>(null);
  const current = useRef(props);
  useEffect(() => {
    current.current = props;
  });
  useEffect(() => {
    if (!frame.current) return;
    const { label, isInPage = false, fit = null, start = null, units, base, onBroken } = current.current;
    let made: MapEngine;
    try {
      chooseWorkerFor(originOf(base.mapUrl));
      made = new MapEngine({
        container: frame.current,
        label,
        isInPage,
        isStill,
        fit,
        start,
        units: units === 'miles' ? 'imperial' : 'metric',
        events: { ...eventsOf(() => current.current), groundError: () => setGaps(true) },
      });
    } catch {
      onBroken();
      return;
    }
    // oxlint-disable-next-line react/set-state-in-effect -- the map lives on an element that must be drawn first
    setEngine(made);
    current.current.onWindow?.(made.window());
    return () => {
      made.stop();
      setEngine(null);
    };
  }, [frame, isStill, setGaps]);
  useFit(engine, props.fit ?? null, props.start ?? null);
  return engine;
}

/** Moves the map when another box is to be shown; the first is shown from the beginning. */
function useFit(engine: MapEngine | null, fit: Box | null, start: MapViewProps['start']): void {
  const done = useRef<{ engine: MapEngine | null; fit: Box | null }>({ engine: null, fit: null });
  useEffect(() => {
    const before = done.current;
    const isFirst = before.engine !== engine;
    if (!engine || (!isFirst && (fit === null || isAlmost(before.fit, fit)))) return;
    done.current = { engine, fit };
    // A map that begins elsewhere has this box for the button that shows all.
    if (fit && !isFirst && !(start && before.fit === null)) engine.fit(fit);
  }, [engine, fit, start]);
}

function eventsOf(props: () => CanvasProps): Omit<MapEvents, 'groundError'> {
  return {
    hover: (journeyId) => props().onHover?.(journeyId),
    window: (shown) => props().onWindow?.(shown),
    click: (hit) => clicked(props(), hit),
  };
}

function clicked({ onPickJourney, onPickPlace, onPickPosition }: MapViewProps, hit: Hit): void {
  const { journeyId, journeyIds, placeId, position, at } = hit;
  if (onPickJourney && journeyId !== null) return onPickJourney(journeyId, position);
  if (onPickPlace && placeId !== null) return onPickPlace(placeId);
  onPickPosition?.(position, at, journeyIds);
}

/** What the car, places and journeys are, brought to the map as they change. */
function useData(engine: MapEngine | null, props: MapViewProps): void {
  const { journeys, track, places, marks, box, highlight, archive } = props;
  useLayer(engine, 'vs-journeys', journeys, journeyFeatures);
  useLayer(engine, 'vs-track', track ?? [], speedFeatures);
  useLayer(engine, 'vs-places', places ?? none, placeFeatures);
  useLayer(engine, 'vs-marks', marks ?? none, markFeatures);
  useLayer(engine, 'vs-box', box ?? null, boxFeatures);
  useLayer(engine, 'vs-lit', useLit(props), litFeatures);
  useEffect(() => {
    if (engine && archive) engine.setArchive(archive);
  }, [engine, archive]);
  useEffect(() => engine?.highlight(highlight ?? null), [engine, highlight]);
}

const none: never[] = [];

/** The rough line of the journey that stands out, unless its finer one is on the map. */
function useLit({ archive, journeys, highlight = null }: MapViewProps): Line | null {
  const months = archive?.months;
  return useMemo(() => {
    if (!months || highlight === null) return null;
    if (journeys?.features.some(({ properties }) => properties.id === highlight)) return null;
    return journeyOf(months, highlight)?.line ?? null;
  }, [months, journeys, highlight]);
}

function useLayer<T>(
  engine: MapEngine | null,
  source: OverlaySource,
  value: T,
  featuresOf: (value: T) => FeatureCollection,
): void {
  useEffect(() => engine?.setData(source, featuresOf(value)), [engine, source, value, featuresOf]);
}

function coloursNow(): MapColours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--vs-${name}`).trim();
  return {
    accent: of('accent'),
    amber: of('amber-mark'),
    violet: of('violet'),
    surface: of('surface'),
    text: of('text'),
    dim: of('dim'),
  };
}
