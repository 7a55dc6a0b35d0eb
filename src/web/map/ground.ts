import type { StyleSpecification } from 'maplibre-gl';
import { outlineGround, type Ground, type Scheme } from './ground-outline.ts';
import { formOf, tileAddress, type MapBase } from './ground-plan.ts';

/** The ground that the settings name. Rejects with a sentence when its server does not give it. */
export async function groundOf(base: MapBase, scheme: Scheme, signal: AbortSignal): Promise<Ground> {
  if (base.mapSource === 'outline') return outlineGround(scheme);
  const ground = await (base.mapSource === 'raster'
    ? rasterGround(base, scheme)
    : vector(base, scheme, signal));
  return { ...ground, credit: base.mapAttribution || ground.credit };
}

async function vector(base: MapBase, scheme: Scheme, signal: AbortSignal): Promise<Ground> {
  const { vectorGround } = await import('./ground-vector.ts');
  return vectorGround(base.mapUrl, scheme, signal);
}

/** Pictures as they are; in the dark scheme dimmed, for hardly any are made for it. */
async function rasterGround({ mapUrl }: MapBase, scheme: Scheme): Promise<Ground> {
  const form = formOf(mapUrl);
  if (form === 'pmtiles') await import('./ground-pmtiles.ts').then(({ readPmtiles }) => readPmtiles(mapUrl));
  const source =
    form === 'tiles'
      ? { tiles: [tileAddress(mapUrl)], maxzoom: 19 }
      : { url: form === 'pmtiles' ? `pmtiles://${mapUrl.replace(/^pmtiles:\/\//, '')}` : mapUrl };
  const style: StyleSpecification = {
    version: 8,
    sources: { pictures: { type: 'raster', tileSize: 256, ...source } },
    layers: [
      {
        id: 'ground',
        type: 'background',
        paint: { 'background-color': scheme === 'dark' ? '#18212a' : '#eef1f4' },
      },
      {
        id: 'pictures',
        type: 'raster',
        source: 'pictures',
        paint:
          scheme === 'dark'
            ? { 'raster-brightness-max': 0.62, 'raster-saturation': -0.35, 'raster-fade-duration': 0 }
            : { 'raster-saturation': -0.2, 'raster-fade-duration': 0 },
      },
    ],
  };
  return { style, credit: '' };
}
