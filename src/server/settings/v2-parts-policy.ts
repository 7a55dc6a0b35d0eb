/** What of the existing system's settings is more than a setting: rules, triage, places. Pure. */
import type { PlaceInput } from '../../shared/places.ts';
import type { FetchRule } from '../../shared/queue.ts';
import type { V2Values } from './v2-config.ts';
import { placesOfLocations, placesOfZones, type V2PlacesReading } from './v2-places-policy.ts';
import { booleanOf, isBlank, lowerCase } from './v2-values-policy.ts';

export interface V2Source {
  source: 'config.json' | 'viofosync.env';
  values: V2Values;
  /** There is a `config.json`, and it is no settings. */
  isDamaged: boolean;
}

/** What was fetched over the main and over the alternative address. */
export interface V2Rules {
  main: FetchRule;
  alternative: FetchRule;
}

/** Whether tracks were read off the card over the main and over the alternative address. */
export interface V2Triage {
  main: boolean;
  alternative: boolean;
}

/** What a key came to. */
export type Outcome = 'adopted' | 'default' | 'unusable' | 'later' | 'unknown' | { without: string };

const scopeKeys = ['PRIMARY_SCOPE', 'ALTERNATIVE_SCOPE'] as const;
const ruleOfScope: ReadonlyMap<unknown, FetchRule> = new Map([
  ['everything', 'everything'],
  ['no_parking', 'no_parking'],
  ['ro_only', 'locked_only'],
  ['nothing', 'nothing'],
]);

/** The older key, for both connections, counts where the one of a connection is missing or cannot be used. */
export function rulesOf(values: V2Values): V2Rules | null {
  const isLockedOnly = booleanOf(values.get('SYNC_RO_ONLY')) === true;
  const [main, alternative] = scopeKeys.map(
    (key) => ruleOfScope.get(lowerCase(values.get(key))) ?? (isLockedOnly ? 'locked_only' : 'everything'),
  ) as [FetchRule, FetchRule];
  return main === 'everything' && alternative === 'everything' ? null : { main, alternative };
}

export function ruleOutcome(key: string, values: V2Values): Outcome {
  if (key !== 'SYNC_RO_ONLY') {
    const rule = ruleOfScope.get(lowerCase(values.get(key)));
    if (rule === undefined) return 'unusable';
    return rule === 'everything' ? 'default' : 'adopted';
  }
  const isLockedOnly = booleanOf(values.get(key));
  if (isLockedOnly === null) return 'unusable';
  if (!isLockedOnly) return 'default';
  const isReplaced = scopeKeys.every((scope) => ruleOfScope.has(lowerCase(values.get(scope))));
  return isReplaced ? { without: 'each connection has its own' } : 'adopted';
}

export const triageKeys = ['PRIMARY_GPS_TRIAGE', 'ALTERNATIVE_GPS_TRIAGE'] as const;

/** The one that is not given was off, unless the older key, for both connections, said otherwise. */
export function triageOf(values: V2Values): V2Triage | null {
  const [main, alternative] = triageKeys.map((key) => booleanOf(values.get(key)));
  if ((main ?? null) === null && (alternative ?? null) === null) return null;
  const other = booleanOf(values.get('GPS_TRIAGE')) === true;
  return { main: main ?? other, alternative: alternative ?? other };
}

export function triageOutcome(value: unknown): Outcome {
  const isOn = booleanOf(value);
  if (isOn === null) return 'unusable';
  return isOn ? 'default' : 'adopted';
}

/** The zones came before the locations, and became these. */
function placesOf(values: V2Values): V2PlacesReading {
  const locations = values.get('LOCATIONS');
  if (!isBlank(locations)) return placesOfLocations(locations);
  const zones = values.get('GEOFENCE_ZONES');
  if (isBlank(zones)) return { places: [], isDamaged: false };
  return placesOfZones(zones, booleanOf(values.get('GEOFENCE_ENABLED')) === true);
}

/** A file that a newer one took the place of says where places are; not any more that recordings are left out. */
export function placesInForce({ values, isDamaged }: V2Source): PlaceInput[] {
  const { places } = placesOf(values);
  return isDamaged ? places.map((place) => ({ ...place, skipParked: false })) : places;
}

export function placesOutcome(key: string, value: unknown, values: V2Values): Outcome {
  if (key !== 'LOCATIONS' && !isBlank(values.get('LOCATIONS')))
    return { without: 'LOCATIONS is in its stead' };
  if (key === 'GEOFENCE_ENABLED') {
    if (booleanOf(value) === null) return 'unusable';
    return isBlank(values.get('GEOFENCE_ZONES')) ? { without: 'there are no zones' } : 'adopted';
  }
  const { places, isDamaged } = placesOf(values);
  if (isDamaged) return 'unusable';
  return places.length > 0 ? 'adopted' : 'default';
}
