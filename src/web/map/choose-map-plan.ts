/** What can be chosen to lie under the tracks, and what each means. */
import type { SettingsPatch } from '../../shared/settings.ts';
import type { MapBase } from './ground-plan.ts';

/** The public server's own rules name this address and this credit. */
export const openStreetMap = {
  url: 'https://tile.openstreetmap.org/{z}/{x}/{y}.png',
  credit: '© OpenStreetMap contributors',
} as const;

export const choices = [
  {
    name: 'outline',
    title: 'Outline of the world only',
    means: 'Nothing leaves this house. Coasts, borders and the names of countries are a part of the program.',
  },
  {
    name: 'osm',
    title: 'Pictures of OpenStreetMap',
    means:
      'Roads and places everywhere. Your browser asks tile.openstreetmap.org, run by volunteers, for pictures of what you look at: it learns your address on the internet and that you look at these places, which are mostly those where you drive. It gets neither tracks nor times nor videos.',
  },
  {
    name: 'vector',
    title: 'A vector map of another server',
    means:
      'Sharp at every zoom, light and dark; also from a server of your own. Whoever runs it learns which places you look at.',
  },
  {
    name: 'raster',
    title: 'Pictures of another server',
    means: 'Such as satellite pictures. Whoever runs it learns which places you look at.',
  },
] as const;

export type MapChoice = (typeof choices)[number]['name'];

export interface Choice {
  name: MapChoice;
  url: string;
  credit: string;
}

/** What is chosen now. */
export function choiceOf({ mapSource, mapUrl, mapAttribution }: MapBase): Choice {
  if (mapSource === 'raster' && mapUrl === openStreetMap.url) return { name: 'osm', url: '', credit: '' };
  return { name: mapSource, url: mapUrl, credit: mapAttribution };
}

/** The settings of a choice. */
export function patchOf({ name, url, credit }: Choice): SettingsPatch {
  switch (name) {
    case 'outline':
      return { mapSource: null, mapUrl: null, mapAttribution: null };
    case 'osm':
      return { mapSource: 'raster', mapUrl: openStreetMap.url, mapAttribution: openStreetMap.credit };
    case 'vector':
    case 'raster':
      return { mapSource: name, mapUrl: url.trim(), mapAttribution: credit.trim() };
  }
}
