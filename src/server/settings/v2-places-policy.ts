/** The places of the existing system. Pure. */
import { placeInputSchema, type PlaceInput } from '../../shared/places.ts';
import { booleanOf, isBlank, textOf, wholeNumber } from './v2-values-policy.ts';

export interface V2PlacesReading {
  places: PlaceInput[];
  /** It is no list, or some of it is no place. */
  isDamaged: boolean;
}

/** What is finer than positions are was never meant to be. */
const [leastRadiusM, mostRadiusM, usualRadiusM] = [20, 5000, 30];
const mostPlaces = 500;

/** `LOCATIONS`: names, positions, radii, which one is home, where recordings are left out. */
export function placesOfLocations(value: unknown): V2PlacesReading {
  return placesOf(value, (entry) => ({
    name: textOf(entry['name']),
    skipParked: booleanOf(entry['exclude_recordings']) === true,
    isHome: booleanOf(entry['is_home']) === true,
  }));
}

/** `GEOFENCE_ZONES`, which came before: circles without a name, all left out or none. */
export function placesOfZones(value: unknown, isEnabled: boolean): V2PlacesReading {
  return placesOf(value, (entry, at) => ({
    name: textOf(entry['name']) ?? (at === 0 ? 'Home' : null),
    skipParked: isEnabled,
    isHome: at === 0,
  }));
}

type Entry = Record<string, unknown>;
type About = Pick<PlaceInput, 'skipParked' | 'isHome'> & { name: string | null };

function placesOf(value: unknown, aboutOf: (entry: Entry, at: number) => About): V2PlacesReading {
  const list = listOf(value);
  if (!list) return { places: [], isDamaged: true };
  const found = list.slice(0, mostPlaces).map((entry, at) => placeOf(entry, at, aboutOf));
  const places = found.filter((place) => place !== null);
  // It had exactly one home, and made the first one of several that.
  const home = places.find(({ isHome }) => isHome);
  const taken = new Set<string>();
  return {
    places: places.map((place) => ({
      ...place,
      isHome: place === home,
      name: freeName(place.name, taken),
    })),
    isDamaged: places.length < list.length,
  };
}

/** In files of the oldest generation, lists are JSON within text. */
function listOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string') return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function placeOf(
  entry: unknown,
  at: number,
  aboutOf: (entry: Entry, at: number) => About,
): PlaceInput | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const fields = Object.fromEntries(Object.entries(entry));
  const about = aboutOf(fields, at);
  const radius = numberOf(fields['radius_m']) ?? usualRadiusM;
  const parsed = placeInputSchema.safeParse({
    ...about,
    name: (about.name ?? `Location ${at + 1}`).slice(0, 90),
    latitude: numberOf(fields['lat']),
    longitude: numberOf(fields['lon']),
    radiusM: Math.min(mostRadiusM, Math.max(leastRadiusM, radius)),
  });
  return parsed.success ? parsed.data : null;
}

function numberOf(value: unknown): number | null {
  if (isBlank(value) || typeof value === 'boolean') return null;
  const number = typeof value === 'string' ? Number(value) : wholeNumber(value);
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** Names are told apart without regard to case. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name} (${number})`;
  taken.add(free.toLowerCase());
  return free;
}
