/** What can be chosen to lie under the tracks; the catalogue has what each means, `osm` and `osmMeans`. */
import { openStreetMap } from '../../shared/open-street-map.ts';
import type { SettingsPatch } from '../../shared/settings.ts';
import type { MapBase } from './ground-plan.ts';

export const choices = ['outline', 'osm', 'vector', 'raster'] as const;

export type MapChoice = (typeof choices)[number];

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
