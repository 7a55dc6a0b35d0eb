import 'maplibre-gl/dist/maplibre-gl.css';
import type { FeatureCollection } from 'geojson';
import * as maplibregl from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Box, Position } from '../../shared/tracks.ts';
import { ArchiveOnMap } from './archive-on-map.ts';
import type { Ground, Scheme } from './ground-outline.ts';
import { boxOfCorners, cornersOf } from './map-data.ts';
import {
  fadeOf,
  isHighlighted,
  journeyLayers,
  overlaySources,
  placeLayers,
  withOverlays,
  type MapColours,
  type OverlayData,
  type OverlaySource,
} from './map-layers.ts';
import type { ArchiveView, AtPixel, MapCar, MapLook, MapWindow } from './map-types.ts';

/** What happens on the map. */
export interface MapEvents {
  hover: (journeyId: number | null) => void;
  /** What was clicked, in the order of what is wanted. */
  click: (hit: Hit) => void;
  window: (shown: MapWindow) => void;
  /** A part of the ground could not be fetched or drawn. */
  groundError: () => void;
}

export interface Hit {
  journeyId: number | null;
  /** All of them there, the one on top first. */
  journeyIds: number[];
  placeId: number | null;
  position: Position;
  at: AtPixel;
}

interface EngineOptions {
  container: HTMLElement;
  label: string;
  /** The page behind it scrolls by wheel and one finger. */
  isInPage: boolean;
  isStill: boolean;
  fit: Box | null;
  start: MapLook | null;
  units: 'metric' | 'imperial';
  events: MapEvents;
}

const empty: FeatureCollection = { type: 'FeatureCollection', features: [] };
const wholeWorld: Box = { west: -170, south: -56, east: 178, north: 72 };
const equatorM = 40_075_016.7;
/** How far beside a line a pointer still finds it; a finger is broader. */
const reachPixels = () => (matchMedia('(pointer: coarse)').matches ? 14 : 7);

/** The map library with what we do with it; lives as long as its element. */
export class MapEngine {
  private readonly map: maplibregl.Map;
  private readonly events: MapEvents;
  private readonly isStill: boolean;
  private readonly data: OverlayData = {
    'vs-places': empty,
    'vs-journeys': empty,
    'vs-lit': empty,
    'vs-track': empty,
    'vs-marks': empty,
    'vs-box': empty,
  };
  private highlighted: number | null = null;
  private hovered: number | null = null;
  private car: maplibregl.Marker | null = null;
  private archive: ArchiveOnMap | null = null;
  private drawnIn: { colours: MapColours; scheme: Scheme } | null = null;
  private isHoverDue = false;
  private isStopped = false;

  /** Throws when the browser cannot draw. */
  constructor(options: EngineOptions) {
    const { container, label, isInPage, isStill, fit, start } = options;
    this.events = options.events;
    this.isStill = isStill;
    this.map = new maplibregl.Map({
      container,
      style: { version: 8, sources: {}, layers: [] },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      minZoom: 0,
      maxZoom: 19,
      fadeDuration: isStill ? 0 : 200,
      cooperativeGestures: isInPage,
      ...(start
        ? { center: [start.longitude, start.latitude], zoom: start.zoom }
        : {
            bounds: cornersOf(fit ?? wholeWorld),
            fitBoundsOptions: { padding: paddingOf(container), maxZoom: 15 },
          }),
      locale: { 'Map.Title': label },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibregl.ScaleControl({ unit: options.units }), 'bottom-left');
    this.listen();
  }

  private listen(): void {
    const { map, events } = this;
    map.on('click', (event) => {
      if (this.archive?.openCluster(aroundOf(event.point, 10), this.isStill)) return;
      events.click(this.hitAt(event.point));
    });
    map.on('mousemove', (event) => this.hoverSoon(event.point));
    map.on('mouseout', () => this.setHovered(null));
    map.on('moveend', () => events.window(this.window()));
    map.on('style.load', () => {
      if (this.drawnIn) this.archive?.styleLoaded(this.drawnIn.colours, this.drawnIn.scheme);
      this.highlight(this.highlighted);
    });
    map.on('error', () => events.groundError());
  }

  /** What the map shows now. */
  window(): MapWindow {
    const bounds = this.map.getBounds();
    const box = boxOfCorners([bounds.getWest(), bounds.getSouth()], [bounds.getEast(), bounds.getNorth()]);
    const { lng, lat } = this.map.getCenter().wrap();
    return { box, longitude: lng, latitude: lat, zoom: this.map.getZoom() };
  }

  /** Calls back once the lines on it are drawn; the ground may still be coming. */
  setGround(
    { style, seaColour }: Ground,
    { colours, scheme, onDrawn }: { colours: MapColours; scheme: Scheme; onDrawn: () => void },
  ): void {
    this.drawnIn = { colours, scheme };
    this.map.setStyle(withOverlays(style, colours, this.data), { diff: false });
    const look = () => {
      if (!this.hasOverlays()) return;
      for (const each of looking) each.unsubscribe();
      onDrawn();
    };
    const looking = [this.map.on('render', look), this.map.on('idle', look)];
    if (seaColour === undefined) return;
    void this.map.once('idle', () => {
      if (this.map.getLayer('sea')) this.map.setPaintProperty('sea', 'background-color', seaColour);
    });
  }

  private hasOverlays(): boolean {
    return overlaySources.every((name) => this.map.getSource(name) && this.map.isSourceLoaded(name));
  }

  setData(source: OverlaySource, features: FeatureCollection): void {
    this.data[source] = features;
    const drawn = this.map.getSource<maplibregl.GeoJSONSource>(source);
    // It is given up when the ground changes meanwhile, and then comes with that.
    drawn?.setData(features).catch(() => undefined);
  }

  /** The whole archive, or what has changed about it. */
  setArchive(view: ArchiveView): void {
    const isNew = this.archive === null;
    this.archive ??= new ArchiveOnMap(this.map);
    this.archive.show(view);
    if (isNew && this.drawnIn && this.map.getLayer('vs-journey-casing'))
      this.archive.styleLoaded(this.drawnIn.colours, this.drawnIn.scheme);
  }

  /** One journey over the others, which step back; null: all alike. */
  highlight(journeyId: number | null): void {
    this.highlighted = journeyId;
    this.archive?.setLit(journeyId !== null);
    if (!this.map.getLayer('vs-journey-lit')) return;
    const only = isHighlighted(journeyId);
    this.map.setFilter('vs-journey-lit', only);
    this.map.setFilter('vs-journey-lit-casing', only);
    for (const layer of ['vs-journey', 'vs-journey-triage']) {
      this.map.setPaintProperty(layer, 'line-opacity', fadeOf(journeyId));
    }
  }

  fit(box: Box): void {
    this.map.fitBounds(cornersOf(box), {
      padding: paddingOf(this.map.getContainer()),
      maxZoom: 16,
      animate: !this.isStill,
      duration: 500,
    });
  }

  zoomBy(steps: number): void {
    this.map.zoomTo(this.map.getZoom() + steps, { animate: !this.isStill, duration: 200 });
  }

  setCar(car: MapCar | null, element: HTMLElement): void {
    if (!car) {
      this.car?.remove();
      this.car = null;
      return;
    }
    this.car ??= new maplibregl.Marker({ element, rotationAlignment: 'map', pitchAlignment: 'map' })
      .setLngLat([car.longitude, car.latitude])
      .addTo(this.map);
    this.car.setLngLat([car.longitude, car.latitude]).setRotation(car.courseDegrees ?? 0);
  }

  positionAt(x: number, y: number): Position {
    const { lng, lat } = this.map.unproject([x, y]).wrap();
    return { longitude: lng, latitude: lat };
  }

  /** Says nothing of what changes about the size: the element does. */
  resize(): void {
    this.map.resize();
  }

  stop(): void {
    this.car?.remove();
    this.archive?.stop();
    this.isStopped = true;
    this.map.remove();
  }

  private hitAt(point: maplibregl.Point): Hit {
    const position = this.positionAt(point.x, point.y);
    const metresPerPixel =
      (equatorM * Math.cos((position.latitude * Math.PI) / 180)) / (512 * 2 ** this.map.getZoom());
    const journeyIds = this.journeysNear(point);
    return {
      journeyId: journeyIds[0] ?? null,
      journeyIds,
      placeId: this.idsNear(point, placeLayers, 1)[0] ?? null,
      position,
      at: { x: point.x, y: point.y, metresPerPixel },
    };
  }

  /** Once a frame, and not while the map moves: with many lines it takes its time. */
  private hoverSoon(point: maplibregl.Point): void {
    if (this.isHoverDue) return;
    this.isHoverDue = true;
    requestAnimationFrame(() => {
      this.isHoverDue = false;
      if (!this.isStopped && !this.map.isMoving()) this.setHovered(this.journeysNear(point)[0] ?? null);
    });
  }

  private setHovered(journeyId: number | null): void {
    if (journeyId === this.hovered) return;
    this.hovered = journeyId;
    this.map.getCanvas().style.cursor = journeyId === null ? '' : 'pointer';
    this.events.hover(journeyId);
  }

  private journeysNear(point: maplibregl.Point): number[] {
    return this.idsNear(point, [...journeyLayers, ...(this.archive?.layers ?? [])], reachPixels());
  }

  private idsNear(point: maplibregl.Point, wanted: string[], reach: number): number[] {
    const layers = wanted.filter((layer) => this.map.getLayer(layer));
    if (layers.length === 0) return [];
    const found = this.map.queryRenderedFeatures(aroundOf(point, reach), { layers });
    const ids = found.map(({ properties }): unknown => properties['id']);
    return [...new Set(ids.filter((id) => typeof id === 'number'))];
  }
}

const aroundOf = (
  { x, y }: maplibregl.Point,
  reach: number,
): [maplibregl.PointLike, maplibregl.PointLike] => [
  [x - reach, y - reach],
  [x + reach, y + reach],
];

/** Room around what is fitted in, in small maps too; more of it below, where the notes are. */
function paddingOf({ clientWidth, clientHeight }: HTMLElement): maplibregl.PaddingOptions {
  const around = Math.min(48, Math.round(Math.min(clientWidth, clientHeight) / 8));
  return { top: around, left: around, right: around, bottom: Math.round(around * 1.5) };
}

let asked = '';

/**
 * Lets maps reach the server of their ground. The browser keeps what a worker may reach with the worker's script, so
 * that each server needs an address of the script of its own.
 */
export function chooseWorkerFor(origin: string | null): void {
  const query = origin === null ? '' : `?map=${encodeURIComponent(origin)}`;
  if (asked === query && maplibregl.getWorkerUrl()) return;
  asked = query;
  maplibregl.setWorkerUrl(`${workerUrl}${query}`);
}
