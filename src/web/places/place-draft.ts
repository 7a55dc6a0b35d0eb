/** A place while it is being made or changed. */
import { boundsOf, boxAround } from '../../shared/geo.ts';
import type { Place, PlaceInput, PlaceSuggestion } from '../../shared/places.ts';
import type { Box, Position } from '../../shared/tracks.ts';
import type { MapPlace } from '../map/map-types.ts';

export interface PlaceDraft extends PlaceInput {
  /** Null: it is new. */
  id: number | null;
}

/** Where the map draws a draft that has no id yet. */
const newId = 0;

export function draftAt({ latitude, longitude }: Position): PlaceDraft {
  return {
    id: null,
    name: '',
    latitude,
    longitude,
    radiusM: 75,
    isHome: false,
    skipParked: false,
    isHidden: false,
  };
}

export function draftOf({ stops: _stops, lastStopAt: _lastStopAt, ...place }: Place): PlaceDraft {
  return place;
}

/** Somewhere the car often stops, ready for its name. Home is hidden when sharing unless the owner says otherwise. */
export function draftOfSuggestion(suggestion: PlaceSuggestion, hasHome: boolean): PlaceDraft {
  const { radiusM, isLikelyHome } = suggestion;
  const isHome = isLikelyHome && !hasHome;
  const within = Math.round(Math.min(5000, Math.max(20, radiusM)));
  return {
    ...draftAt(suggestion),
    name: isHome ? 'Home' : '',
    radiusM: within,
    isHome,
    isHidden: isHome,
  };
}

/** The body of the request that saves a draft. */
export function inputOf({ id: _id, ...input }: PlaceDraft): PlaceInput {
  return { ...input, name: input.name.trim() };
}

/** The circles on the map, with the draft in the place of what it changes. */
export function drawnPlaces(places: readonly Place[], draft: PlaceDraft | null): MapPlace[] {
  if (!draft) return [...places];
  const others = places.filter(({ id }) => id !== draft.id);
  return [...others, { ...draft, id: draft.id ?? newId, name: draft.name || 'New place' }];
}

/** A box with a circle in its middle and room around it. */
export const boxOfPlace = ({ latitude, longitude, radiusM }: Omit<MapPlace, 'id' | 'name' | 'isHome'>): Box =>
  boxAround({ latitude, longitude }, Math.max(250, radiusM * 3));

/** A box around all places and suggestions; null without any. */
export function boxOfAll(places: readonly Position[], suggestions: readonly Position[]): Box | null {
  const all = [...places, ...suggestions].toSorted((one, other) => one.longitude - other.longitude);
  const [only] = all;
  if (all.length === 1 && only) return boxAround(only, 1500);
  return boundsOf(all);
}
