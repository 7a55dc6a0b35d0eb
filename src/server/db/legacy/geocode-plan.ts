import type { GeocodeTable } from '../schema.ts';
import { instantOf, numberOf, textOf } from './value-policy.ts';
import type { V2Place } from './v2-rows.ts';

/**
 * The name of a position; a text says why it is none. In which language it was asked for is not known: it stays empty,
 * and the name is used as it is.
 */
export function planGeocode(place: V2Place, now: number): Omit<GeocodeTable, 'language'> | string {
  const [lat, lon, label] = [numberOf(place.latKey), numberOf(place.lonKey), textOf(place.label)];
  if (lat === null || lon === null || Math.abs(lat) > 90 || Math.abs(lon) > 180)
    return 'its position makes no sense';
  if (label === null) return 'it has no name';
  return {
    lat_e3: thousandths(lat),
    lon_e3: thousandths(lon),
    label,
    source: 'nominatim',
    fetched_at: instantOf(place.fetchedAt) ?? now,
  };
}

/** Never -0, which no integer column takes for 0. */
const thousandths = (degrees: number) => Math.round(degrees * 1000) + 0;
