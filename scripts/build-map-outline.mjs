/**
 * The outline of the world that is shipped with the program: land, borders and names of countries, of Natural Earth by
 * way of world-atlas (both free to use). A plugin of Vite: in the build a file of dist/web, in development an answer.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { geoArea, geoCentroid, geoEquirectangular } from 'd3-geo';
import { geoProject } from 'd3-geo-projection';
import { feature, mesh } from 'topojson-client';

export const outlinePath = '/world-outline.json';

/** Three decimals are 110 m, finer than the outline itself. */
const round = (value) => Math.round(value * 1000) / 1000;

/** Back from the plane of the projection, where y grows downwards. */
const rounded = (coordinates) =>
  typeof coordinates[0] === 'number'
    ? [round(coordinates[0]), round(-coordinates[1])]
    : coordinates.map(rounded);

/** Resolves to the outline as GeoJSON; about 1 s of work. */
export async function worldOutline() {
  const file = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
  const topology = JSON.parse(await readFile(file, 'utf8'));
  const { countries, land } = topology.objects;
  // The atlas is cut for a sphere; on a plane, without this, lines run across the Atlantic.
  const plane = geoEquirectangular()
    .scale(180 / Math.PI)
    .translate([0, 0])
    .precision(0);
  const drawn = (kind, shape) => {
    const { type, coordinates } = geoProject(shape, plane);
    return { type: 'Feature', properties: { kind }, geometry: { type, coordinates: rounded(coordinates) } };
  };
  const lands = feature(topology, land);
  const shapes = lands.type === 'FeatureCollection' ? lands.features : [lands];
  return {
    type: 'FeatureCollection',
    features: [
      ...shapes.map(({ geometry }) => drawn('land', geometry)),
      drawn(
        'border',
        mesh(topology, countries, (one, other) => one !== other),
      ),
      ...feature(topology, countries).features.map(countryName),
    ],
  };
}

/** The name of a country at the middle of its largest part. */
function countryName({ geometry, properties }) {
  const parts = geometry.type === 'MultiPolygon' ? geometry.coordinates : [geometry.coordinates];
  const polygons = parts.map((coordinates) => ({ type: 'Polygon', coordinates }));
  const largest = polygons.reduce((a, b) => (geoArea(b) > geoArea(a) ? b : a));
  return {
    type: 'Feature',
    // Larger ones have their names where there is no room for all.
    properties: { kind: 'country', name: properties.name, rank: Math.round(-1000 * geoArea(largest)) },
    geometry: { type: 'Point', coordinates: geoCentroid(largest).map(round) },
  };
}

/** The plugin: the outline at `outlinePath`. */
export function worldOutlinePlugin() {
  return {
    name: 'viofosync-world-outline',
    async buildStart() {
      if (this.meta.watchMode || this.environment?.mode === 'dev') return;
      const source = JSON.stringify(await worldOutline());
      this.emitFile({ type: 'asset', fileName: outlinePath.slice(1), source });
    },
    configureServer(server) {
      let made = null;
      server.middlewares.use(outlinePath, (_request, response, next) => {
        made ??= worldOutline().then(JSON.stringify);
        made.then((text) => response.setHeader('content-type', 'application/json').end(text), next);
      });
    },
  };
}
