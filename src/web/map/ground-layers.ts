import type { LayerSpecification } from 'maplibre-gl';
import type { Scheme } from './ground-outline.ts';

const colours = {
  light: {
    ground: '#f5f6f7',
    green: '#e6eee4',
    water: '#cddde9',
    building: '#e7e9ec',
    road: '#ffffff',
    casing: '#d3d9df',
    border: '#b4bfca',
    text: '#465360',
  },
  dark: {
    ground: '#161e26',
    green: '#182620',
    water: '#0d1720',
    building: '#1d2731',
    road: '#2f3b47',
    casing: '#0f161d',
    border: '#4a5967',
    text: '#a9b6c2',
  },
} as const;

const roadWidth = (least: number): LayerSpecification['paint'] => ({
  'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 6, least / 3, 12, least, 18, least * 9],
});

/** Names that OpenMapTiles and Shortbread give to the same things; a tile that lacks one draws nothing of it. */
const layerNames = {
  green: ['landcover', 'park', 'landuse', 'land', 'sites'],
  water: ['water', 'ocean', 'water_polygons'],
  rivers: ['waterway', 'water_lines'],
  buildings: ['building', 'buildings'],
  roads: ['transportation', 'streets', 'roads'],
  borders: ['boundary', 'boundaries'],
  names: ['place', 'place_labels', 'places'],
  roadNames: ['transportation_name', 'street_labels'],
} as const;

const greenKinds = ['forest', 'grass', 'grassland', 'meadow', 'park', 'scrub', 'village_green', 'wood'];

const each = (names: readonly string[], make: (name: string) => LayerSpecification) => names.map(make);

function line(name: string, suffix: string, paint: object): LayerSpecification {
  return {
    id: `${name}-${suffix}`,
    type: 'line',
    source: 'map',
    'source-layer': name,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint,
  };
}

function fill(name: string, color: string): LayerSpecification {
  return {
    id: `${name}-fill`,
    type: 'fill',
    source: 'map',
    'source-layer': name,
    paint: { 'fill-color': color },
  };
}

/** A quiet map out of tiles whose layers are not known beforehand. */
export function ownLayers(scheme: Scheme): LayerSpecification[] {
  const colour = colours[scheme];
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': colour.ground } },
    ...each(layerNames.green, (name) => ({
      ...fill(name, colour.green),
      filter: ['in', ['coalesce', ['get', 'class'], ['get', 'kind'], 'park'], ['literal', greenKinds]],
    })),
    ...each(layerNames.water, (name) => fill(name, colour.water)),
    ...each(layerNames.rivers, (name) => line(name, 'line', { 'line-color': colour.water })),
    ...each(layerNames.buildings, (name) => ({ ...fill(name, colour.building), minzoom: 14 })),
    ...each(layerNames.roads, (name) =>
      line(name, 'casing', { 'line-color': colour.casing, ...roadWidth(2) }),
    ),
    ...each(layerNames.roads, (name) => line(name, 'road', { 'line-color': colour.road, ...roadWidth(1.4) })),
    ...each(layerNames.borders, (name) =>
      line(name, 'border', { 'line-color': colour.border, 'line-dasharray': [3, 2] }),
    ),
    ...each(layerNames.roadNames, (name) =>
      names(name, scheme, { 'symbol-placement': 'line', 'text-size': 11 }),
    ),
    ...each(layerNames.names, (name) => names(name, scheme, { 'text-size': 13, 'text-max-width': 8 })),
  ];
}

function names(layer: string, scheme: Scheme, layout: object): LayerSpecification {
  return {
    id: `${layer}-names`,
    type: 'symbol',
    source: 'map',
    'source-layer': layer,
    layout: { 'text-field': ['coalesce', ['get', 'name'], ['get', 'name_en'], ''], ...layout },
    paint: {
      'text-color': colours[scheme].text,
      'text-halo-color': colours[scheme].ground,
      'text-halo-width': 1.4,
    },
  };
}
