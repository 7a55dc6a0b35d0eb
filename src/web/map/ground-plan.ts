/** What lies under the lines: which form an address of a map has, and what of it can be read. */
import { z } from 'zod';
import type { Settings } from '../../shared/settings.ts';

export type MapBase = Pick<Settings, 'mapSource' | 'mapUrl' | 'mapAttribution'>;

export const outlineBase: MapBase = { mapSource: 'outline', mapUrl: '', mapAttribution: '' };

/** The ground that the settings name; without an address of it the outline, which needs none. */
export function baseOf({ mapSource, mapUrl, mapAttribution }: MapBase): MapBase {
  return mapSource === 'outline' || mapUrl === '' ? outlineBase : { mapSource, mapUrl, mapAttribution };
}

/** `tiles`: an address with `{z}`; `pmtiles`: one file with all tiles; `json`: a style or a TileJSON. */
export type AddressForm = 'tiles' | 'pmtiles' | 'json';

export function formOf(url: string): AddressForm {
  if (url.includes('{z}')) return 'tiles';
  return url.startsWith('pmtiles:') || /\.pmtiles([?#]|$)/.test(url) ? 'pmtiles' : 'json';
}

/** The server that an address names, `https://maps.example`; null when it is no address. */
export function originOf(url: string): string | null {
  const address = URL.canParse(url.replace(/^pmtiles:\/\//, '')) && new URL(url.replace(/^pmtiles:\/\//, ''));
  return address && /^https?:$/.test(address.protocol) ? address.origin : null;
}

/** The one address of tiles in the form that the map library reads: no letter of a mirror, no mark for sharp screens. */
export const tileAddress = (url: string): string => url.replaceAll('{s}', 'a').replaceAll('{r}', '');

export const tileJsonSchema = z.object({
  tiles: z.array(z.string()).min(1),
  minzoom: z.number().optional(),
  maxzoom: z.number().optional(),
  bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
  attribution: z.string().optional(),
  vector_layers: z.array(z.object({ id: z.string() })).optional(),
});
export type TileJson = z.infer<typeof tileJsonSchema>;

export const styleJsonSchema = z.looseObject({
  version: z.literal(8),
  sources: z.record(z.string(), z.looseObject({})),
  layers: z.array(z.looseObject({ id: z.string() })),
});

/** An address within a style or TileJSON, whole; what the map library fills in stays as it is. */
export function wholeAddress(address: string, from: string): string {
  if (!URL.canParse(address, from)) return address;
  return new URL(address, from).href.replaceAll('%7B', '{').replaceAll('%7D', '}');
}

/** The words of a credit that servers send as HTML. */
export function creditWords(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&copy;', '©')
    .replaceAll('&amp;', '&')
    .replaceAll('&nbsp;', ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
