/** How what is ours is drawn over a ground. */
import type { FeatureCollection } from 'geojson';
import type {
  DataDrivenPropertyValueSpecification,
  ExpressionSpecification,
  GeoJSONSourceSpecification,
  LayerSpecification,
  StyleSpecification,
} from 'maplibre-gl';

/** Colours of the page; the map library knows no CSS variables. */
export interface MapColours {
  accent: string;
  amber: string;
  violet: string;
  surface: string;
  text: string;
  dim: string;
}

export const overlaySources = [
  'vs-places',
  'vs-journeys',
  'vs-lit',
  'vs-track',
  'vs-marks',
  'vs-box',
] as const;
export type OverlaySource = (typeof overlaySources)[number];
export type OverlayData = Record<OverlaySource, FeatureCollection>;

/** Of a speed of no record, and then faster and faster. Distinct in grey as well: they go from dark to light to dark. */
export const speedColours = [
  '#8793a1',
  '#6b4fc0',
  '#2f7dc4',
  '#17958a',
  '#7aa31d',
  '#e09a16',
  '#d0402f',
] as const;

/** Lines and points that a pointer can find. */
export const journeyLayers = ['vs-journey', 'vs-journey-triage', 'vs-journey-lit'];
export const placeLayers = ['vs-place-middle', 'vs-place'];

const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
const width = (pixels: number): DataDrivenPropertyValueSpecification<number> => [
  'interpolate',
  ['linear'],
  ['zoom'],
  4,
  pixels * 0.6,
  13,
  pixels,
  18,
  pixels * 1.7,
];
const isJourney: ExpressionSpecification = ['==', ['get', 'kind'], 'journey'];

const isTriage: ExpressionSpecification = ['==', ['get', 'isTriage'], true];

/** What the layers of journeys draw of them, by layer. */
export const fineFilters: Record<
  'vs-journey-casing' | 'vs-journey' | 'vs-journey-triage',
  ExpressionSpecification
> = {
  'vs-journey-casing': isJourney,
  'vs-journey': ['all', isJourney, ['!', isTriage]],
  'vs-journey-triage': ['all', isJourney, isTriage],
};

/** How strongly a journey is drawn while one is pointed at, or none. */
export const fadeOf = (highlight: number | null) => (highlight === null ? 0.9 : 0.3);

/** Shows one journey alone; no journey has the id 0. */
export const isHighlighted = (highlight: number | null): ExpressionSpecification => [
  'all',
  isJourney,
  ['==', ['get', 'id'], highlight ?? 0],
];

/** A style with our sources and layers over it. */
export function withOverlays(
  style: StyleSpecification,
  colours: MapColours,
  data: OverlayData,
): StyleSpecification {
  const sources = overlaySources.map((name): [string, GeoJSONSourceSpecification] => [
    name,
    { type: 'geojson', data: data[name], tolerance: 0.2 },
  ]);
  return {
    ...style,
    sources: { ...style.sources, ...Object.fromEntries(sources) },
    layers: [
      ...style.layers,
      ...areaOverlays(colours),
      ...journeyOverlays(colours),
      ...litOverlays(colours),
      ...trackOverlays(colours),
      ...pointOverlays(colours),
      ...nameOverlays(colours, fontOf(style)),
    ],
  };
}

/** The font that a style's own names have, for its server may know no other. */
export function fontOf({ layers, glyphs }: StyleSpecification): string[] | null {
  if (!glyphs) return null;
  for (const layer of layers) {
    const font = layer.type === 'symbol' ? layer.layout?.['text-font'] : undefined;
    if (Array.isArray(font)) return font.map(String);
  }
  return null;
}

const isSuggested: ExpressionSpecification = ['==', ['get', 'isSuggested'], true];

function areaOverlays({ violet }: MapColours): LayerSpecification[] {
  const source = 'vs-places';
  const isArea: ExpressionSpecification = ['==', ['geometry-type'], 'Polygon'];
  return [
    {
      id: 'vs-place',
      type: 'fill',
      source,
      filter: isArea,
      paint: { 'fill-color': violet, 'fill-opacity': ['case', isSuggested, 0.06, 0.16] },
    },
    {
      id: 'vs-place-edge',
      type: 'line',
      source,
      filter: ['all', isArea, ['!', isSuggested]],
      paint: { 'line-color': violet, 'line-width': 1.5 },
    },
    {
      id: 'vs-place-suggested-edge',
      type: 'line',
      source,
      filter: ['all', isArea, isSuggested],
      paint: { 'line-color': violet, 'line-width': 1.5, 'line-dasharray': [3, 2] },
    },
  ];
}

function journeyOverlays({ accent, surface }: MapColours): LayerSpecification[] {
  const source = 'vs-journeys';
  return [
    {
      id: 'vs-journey-casing',
      type: 'line',
      source,
      filter: fineFilters['vs-journey-casing'],
      layout: round,
      paint: { 'line-color': surface, 'line-width': width(5.5), 'line-opacity': 0.55 },
    },
    {
      id: 'vs-journey',
      type: 'line',
      source,
      filter: fineFilters['vs-journey'],
      layout: round,
      paint: { 'line-color': accent, 'line-width': width(3), 'line-opacity': fadeOf(null) },
    },
    {
      id: 'vs-journey-triage',
      type: 'line',
      source,
      filter: fineFilters['vs-journey-triage'],
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': accent,
        'line-width': width(3),
        'line-opacity': fadeOf(null),
        'line-dasharray': [2, 1.5],
      },
    },
    {
      id: 'vs-journey-lit-casing',
      type: 'line',
      source,
      filter: ['==', ['get', 'id'], 0],
      layout: round,
      paint: { 'line-color': surface, 'line-width': width(8) },
    },
    {
      id: 'vs-journey-lit',
      type: 'line',
      source,
      filter: ['==', ['get', 'id'], 0],
      layout: round,
      paint: { 'line-color': accent, 'line-width': width(4.5) },
    },
  ];
}

/** The rough line of a journey that stands out, where there is no finer one. */
function litOverlays({ accent, surface }: MapColours): LayerSpecification[] {
  const source = 'vs-lit';
  return [
    {
      id: 'vs-lit-casing',
      type: 'line',
      source,
      layout: round,
      paint: { 'line-color': surface, 'line-width': width(8) },
    },
    {
      id: 'vs-lit',
      type: 'line',
      source,
      layout: round,
      paint: { 'line-color': accent, 'line-width': width(4.5) },
    },
  ];
}

/** A journey in the colours of its speed. */
function trackOverlays({ surface }: MapColours): LayerSpecification[] {
  return [
    {
      id: 'vs-track-casing',
      type: 'line',
      source: 'vs-track',
      layout: round,
      paint: { 'line-color': surface, 'line-width': width(8) },
    },
    {
      id: 'vs-track',
      type: 'line',
      source: 'vs-track',
      layout: round,
      paint: { 'line-color': speedColour(), 'line-width': width(4.5) },
    },
  ];
}

/** The colour of a `step` of map-data.ts. */
function speedColour(): DataDrivenPropertyValueSpecification<string> {
  const [none, slowest, ...faster] = speedColours;
  return [
    'match',
    ['get', 'step'],
    -1,
    none,
    0,
    slowest,
    ...faster.flatMap((colour, index) => [index + 1, colour]),
    none,
  ] as unknown as DataDrivenPropertyValueSpecification<string>;
}

/** Names of places and their middles, over the lines that end there. */
function nameOverlays({ violet, text, surface }: MapColours, font: string[] | null): LayerSpecification[] {
  const source = 'vs-places';
  return [
    {
      id: 'vs-place-middle',
      type: 'circle',
      source,
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-radius': 4,
        'circle-color': ['case', isSuggested, surface, violet],
        'circle-stroke-color': ['case', isSuggested, violet, surface],
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: 'vs-place-name',
      type: 'symbol',
      source,
      filter: ['==', ['geometry-type'], 'Point'],
      layout: {
        'text-field': ['get', 'name'],
        'text-size': 12,
        'text-offset': [0, 0.9],
        'text-anchor': 'top',
        ...(font && { 'text-font': font }),
      },
      paint: { 'text-color': text, 'text-halo-color': surface, 'text-halo-width': 1.6 },
    },
  ];
}

function pointOverlays({ accent, amber, surface }: MapColours): LayerSpecification[] {
  return [
    {
      id: 'vs-stop',
      type: 'circle',
      source: 'vs-journeys',
      filter: ['==', ['get', 'kind'], 'stop'],
      paint: {
        'circle-radius': 4,
        'circle-color': surface,
        'circle-stroke-color': accent,
        'circle-stroke-width': 2,
      },
    },
    {
      id: 'vs-mark',
      type: 'circle',
      source: 'vs-marks',
      paint: {
        'circle-radius': 5,
        'circle-color': amber,
        'circle-stroke-color': surface,
        'circle-stroke-width': 2,
      },
    },
    {
      id: 'vs-box',
      type: 'fill',
      source: 'vs-box',
      paint: { 'fill-color': accent, 'fill-opacity': 0.14 },
    },
    {
      id: 'vs-box-edge',
      type: 'line',
      source: 'vs-box',
      paint: { 'line-color': accent, 'line-width': 2 },
    },
  ];
}
