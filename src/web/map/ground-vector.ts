import { layers as protomapsLayers, namedFlavor } from '@protomaps/basemaps';
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Ground, Scheme } from './ground-outline.ts';
import {
  creditWords,
  formOf,
  styleJsonSchema,
  tileAddress,
  tileJsonSchema,
  wholeAddress,
  type TileJson,
} from './ground-plan.ts';
import { ownLayers } from './ground-layers.ts';
import { t } from './texts.ts';

/** The map of a style, a TileJSON, a PMTiles file or an address of tiles. Rejects with a sentence. */
export async function vectorGround(url: string, scheme: Scheme, signal: AbortSignal): Promise<Ground> {
  const form = formOf(url);
  if (form === 'tiles') return tilesGround({ tiles: [tileAddress(url)], maxzoom: 14 }, scheme);
  if (form === 'pmtiles') {
    const { readPmtiles } = await import('./ground-pmtiles.ts');
    return tilesGround(await readPmtiles(url), scheme);
  }
  const json = await readJson(url, signal);
  const style = styleJsonSchema.safeParse(json);
  if (style.success) {
    // JSON enters; the map library looks at every part of it.
    return { style: withWholeAddresses(style.data as unknown as StyleSpecification, url), credit: '' };
  }
  const tileJson = tileJsonSchema.safeParse(json);
  if (!tileJson.success) throw new Error(t('neitherStyle'));
  const tiles = tileJson.data.tiles.map((each) => wholeAddress(each, url));
  return tilesGround({ ...tileJson.data, tiles }, scheme);
}

async function readJson(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(t('serverAnswered', { status: response.status }));
  return response.json();
}

/** Tiles in colours of ours. Whose layers they have shows how they are to be drawn. */
function tilesGround(tileJson: TileJson, scheme: Scheme): Ground {
  const { tiles, minzoom, maxzoom, bounds, attribution = '', vector_layers: known = [] } = tileJson;
  const isProtomaps = known.some(({ id }) => id === 'earth');
  const style: StyleSpecification = {
    version: 8,
    sources: {
      map: {
        type: 'vector',
        tiles,
        ...(minzoom !== undefined && { minzoom }),
        ...(maxzoom !== undefined && { maxzoom }),
        ...(bounds && { bounds }),
      },
    },
    layers: isProtomaps ? protomaps(scheme) : ownLayers(scheme),
  };
  return { style, credit: creditWords(attribution) };
}

/** Without icons, for those lie on another server. */
function protomaps(scheme: Scheme): LayerSpecification[] {
  const language = navigator.language.split('-')[0] ?? 'en';
  return protomapsLayers('map', namedFlavor(scheme), { lang: language }).filter(
    (layer) => layer.type !== 'symbol' || layer.layout?.['icon-image'] === undefined,
  );
}

/** Addresses in a style may be relative to its own. */
function withWholeAddresses(style: StyleSpecification, from: string): StyleSpecification {
  const sources = Object.fromEntries(
    Object.entries(style.sources).map(([name, source]) => {
      const whole = { ...source };
      if ('url' in whole && whole.url) whole.url = wholeAddress(whole.url, from);
      if ('tiles' in whole && whole.tiles) whole.tiles = whole.tiles.map((each) => wholeAddress(each, from));
      return [name, whole];
    }),
  );
  return {
    ...style,
    sources,
    ...(style.glyphs && { glyphs: wholeAddress(style.glyphs, from) }),
    ...(typeof style.sprite === 'string' && { sprite: wholeAddress(style.sprite, from) }),
  };
}
