/** How the whole archive is drawn: thin lines, or where the car drove most, and how often it stood where. */
import type { ExpressionSpecification, GeoJSONSourceSpecification, LayerSpecification } from 'maplibre-gl';
import type { ArchiveFilter } from './archive-months.ts';
import type { MapColours } from './map-layers.ts';

export const linesSource = 'vs-archive';
export const stopsSource = 'vs-archive-stops';

/** From this zoom on finer lines than the archive's are asked for. */
export const fineZoom = 10.5;

const nothing = { type: 'FeatureCollection' as const, features: [] };

export const archiveSources: Record<string, GeoJSONSourceSpecification> = {
  // The lines are rough: beyond zoom 12 tiles would have nothing new.
  [linesSource]: { type: 'geojson', data: nothing, maxzoom: 12, tolerance: 0.5, buffer: 32 },
  [stopsSource]: {
    type: 'geojson',
    data: nothing,
    maxzoom: 14,
    cluster: true,
    clusterRadius: 56,
    clusterMaxZoom: 12,
  },
};

const isJourney: ExpressionSpecification = ['==', ['get', 'kind'], 'journey'];

/** Passes what a filter lets through. */
export function filterExpression({ from, to, cameraId }: ArchiveFilter): ExpressionSpecification {
  return [
    'all',
    isJourney,
    ...(Number.isFinite(to) ? [['<=', ['get', 'startedAt'], to] as ExpressionSpecification] : []),
    ...(Number.isFinite(from) ? [['>=', ['get', 'endedAt'], from] as ExpressionSpecification] : []),
    ...(cameraId === null ? [] : [['==', ['get', 'cameraId'], cameraId] as ExpressionSpecification]),
  ];
}

/**
 * How strongly the rough lines are drawn: `whole` when they are all there is, `under` while finer ones are coming or
 * are not all there, `hidden` under those that are.
 */
export type RoughLook = 'whole' | 'under' | 'hidden';

const shareOf: Record<RoughLook, number> = { whole: 1, under: 0.4, hidden: 0 };

/** Thin and faint from afar, where thousands lie over each other. */
export function roughOpacity(look: RoughLook, isFaded: boolean): ExpressionSpecification {
  const share = shareOf[look] * (isFaded ? 0.4 : 1);
  return ['interpolate', ['linear'], ['zoom'], 3, 0.5 * share, 8, 0.65 * share, 11, 0.85 * share];
}

const roughWidth: ExpressionSpecification = [
  'interpolate',
  ['linear'],
  ['zoom'],
  3,
  0.7,
  7,
  1.1,
  10,
  2,
  14,
  3.2,
];

/** Of one journey's line in a glow; where many lie over each other it is nearly opaque. */
const glows = [
  { name: 'wide', colour: 'heatLow', width: 11, blur: 8, opacity: 0.1 },
  { name: 'middle', colour: 'heatMiddle', width: 6, blur: 4, opacity: 0.07 },
  { name: 'core', colour: 'heatHigh', width: 2.5, blur: 1, opacity: 0.05 },
] as const;

/** From seldom to often, as density grows; light on dark ground and dark on light ground. */
export interface HeatColours {
  heatLow: string;
  heatMiddle: string;
  heatHigh: string;
}

export const roughLayer = 'vs-archive';
export const heatLayers = {
  rough: glows.map(({ name }) => `vs-heat-${name}`),
  fine: glows.map(({ name }) => `vs-heat-fine-${name}`),
};
export const clusterLayer = 'vs-cluster';
export const stopLayers = [clusterLayer, 'vs-cluster-count', 'vs-archive-stop'];

const round = { 'line-cap': 'round', 'line-join': 'round' } as const;

function glowLayers(ids: readonly string[], source: string, colours: HeatColours): LayerSpecification[] {
  return glows.map(({ colour, width, blur, opacity }, index) => ({
    id: ids[index] ?? '',
    type: 'line',
    source,
    layout: { ...round, visibility: 'none' },
    paint: {
      'line-color': colours[colour],
      'line-width': ['interpolate', ['linear'], ['zoom'], 4, width * 0.5, 12, width, 17, width * 1.8],
      'line-blur': ['interpolate', ['linear'], ['zoom'], 4, blur * 0.5, 12, blur, 17, blur * 1.8],
      'line-opacity': opacity,
    },
  }));
}

/** Lines and heat; they lie under the finer lines. */
export function lineLayers({ accent }: MapColours, heat: HeatColours): LayerSpecification[] {
  return [
    ...glowLayers(heatLayers.rough, linesSource, heat),
    ...glowLayers(heatLayers.fine, 'vs-journeys', heat),
    {
      id: roughLayer,
      type: 'line',
      source: linesSource,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': accent, 'line-width': roughWidth, 'line-opacity': roughOpacity('whole', false) },
    },
  ];
}

const isCluster: ExpressionSpecification = ['has', 'point_count'];

/** How often the car stood where: numbers from afar, dots from near. */
export function clusterLayers(
  { accent, surface, text }: MapColours,
  font: string[] | null,
): LayerSpecification[] {
  return [
    {
      id: 'vs-archive-stop',
      type: 'circle',
      source: stopsSource,
      minzoom: 12,
      filter: ['!', isCluster],
      paint: {
        'circle-radius': 3.5,
        'circle-color': surface,
        'circle-stroke-color': accent,
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: clusterLayer,
      type: 'circle',
      source: stopsSource,
      maxzoom: 12,
      filter: isCluster,
      paint: {
        'circle-radius': ['step', ['get', 'point_count'], 11, 20, 14, 200, 17, 2000, 20],
        'circle-color': surface,
        'circle-stroke-color': accent,
        'circle-stroke-width': 2,
        'circle-opacity': 0.94,
      },
    },
    {
      id: 'vs-cluster-count',
      type: 'symbol',
      source: stopsSource,
      maxzoom: 12,
      filter: isCluster,
      layout: {
        'text-field': ['get', 'point_count_abbreviated'],
        'text-size': 11,
        'text-allow-overlap': true,
        'text-ignore-placement': true,
        ...(font && { 'text-font': font }),
      },
      paint: { 'text-color': text },
    },
  ];
}
