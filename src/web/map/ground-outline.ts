import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';

export type Scheme = 'light' | 'dark';

/** A map to draw on: its style, and whom to thank for it. */
export interface Ground {
  style: StyleSpecification;
  credit: string;
  /** The colour under everything once all of it is drawn; before, it is not known where the sea is. */
  seaColour?: string;
}

const colours = {
  light: { sea: '#e3ebf1', land: '#f7f8f9', coast: '#b9c6d2', border: '#cfd8e0', name: '#566370' },
  dark: { sea: '#0b1117', land: '#18212a', coast: '#3a4957', border: '#2b3843', name: '#98a6b4' },
} as const;

/** Land, borders and names of countries, from our own server alone. */
export function outlineGround(scheme: Scheme): Ground {
  return {
    style: {
      version: 8,
      sources: { outline: { type: 'geojson', data: '/world-outline.json', maxzoom: 8, tolerance: 0.3 } },
      layers: outlineLayers(scheme),
    },
    credit: 'Natural Earth',
    seaColour: colours[scheme].sea,
  };
}

function outlineLayers(scheme: Scheme): LayerSpecification[] {
  const { land, coast, border, name } = colours[scheme];
  const source = 'outline';
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': land } },
    { id: 'land', type: 'fill', source, filter: ['==', 'kind', 'land'], paint: { 'fill-color': land } },
    {
      id: 'coast',
      type: 'line',
      source,
      filter: ['==', 'kind', 'land'],
      paint: { 'line-color': coast, 'line-width': 1 },
    },
    {
      id: 'border',
      type: 'line',
      source,
      filter: ['==', 'kind', 'border'],
      paint: { 'line-color': border, 'line-width': 1, 'line-dasharray': [3, 2] },
    },
    {
      id: 'country',
      type: 'symbol',
      source,
      maxzoom: 7,
      filter: ['==', 'kind', 'country'],
      layout: {
        // Islands and small countries have their names once there is room.
        'text-field': [
          'step',
          ['zoom'],
          ['case', ['<', ['get', 'rank'], -1], ['get', 'name'], ''],
          3,
          ['get', 'name'],
        ],
        'text-size': 12,
        'text-max-width': 7,
        'symbol-sort-key': ['get', 'rank'],
      },
      paint: { 'text-color': name, 'text-halo-color': land, 'text-halo-width': 1.2 },
    },
  ];
}
