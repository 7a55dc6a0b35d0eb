/** A place while it is being made or changed. */
import { boundsOf, boxAround } from '../../shared/geo.ts';
import type { Place, PlaceInput, PlaceSuggestion } from '../../shared/places.ts';
import type { Box, Position } from '../../shared/tracks.ts';
import type { MapPlace } from '../map/map-types.ts';
import { t } from './texts.ts';

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
    name: isHome ? t('home') : '',
    radiusM: within,
    isHome,
    isHidden: isHome,
  };
}

/** The body of the request that saves a draft. */
export function inputOf({ id: _id, ...input }: PlaceDraft): PlaceInput {
  return { ...input, name: input.name.trim() };
}

/** Where a suggestion is among the drawn places: below zero, for it is no place yet. */
const suggestionId = (index: number): number => -1 - index;

/** The suggestion that a drawn place stands for; undefined for a place. */
export const suggestionOf = (
  id: number,
  suggestions: readonly PlaceSuggestion[],
): PlaceSuggestion | undefined => suggestions[suggestionId(id)];

/**
 * The circles on the map: places, and while nothing is being changed what is suggested; with the draft in the place of
 * what it changes.
 */
export function drawnPlaces(
  { places, suggestions }: { places: readonly Place[]; suggestions: readonly PlaceSuggestion[] },
  draft: PlaceDraft | null,
): MapPlace[] {
  if (!draft) return [...places, ...suggestions.map(drawnSuggestion)];
  const others = places.filter(({ id }) => id !== draft.id);
  return [...others, { ...draft, id: draft.id ?? newId, name: draft.name || t('newPlace') }];
}

function drawnSuggestion(suggestion: PlaceSuggestion, index: number): MapPlace {
  const { latitude, longitude, radiusM, name, isLikelyHome } = suggestion;
  const words = isLikelyHome ? t('homePerhaps') : name === null ? t('oftenHereShort') : t('near', { name });
  const id = suggestionId(index);
  return { id, name: words, latitude, longitude, radiusM, isHome: false, isSuggested: true };
}

/** A box with a circle in its middle and room around it. */
export const boxOfPlace = ({ latitude, longitude, radiusM }: Position & { radiusM: number }): Box =>
  boxAround({ latitude, longitude }, Math.max(250, radiusM * 3));

/** A box around all places and suggestions; null without any. */
export function boxOfAll(places: readonly Position[], suggestions: readonly Position[]): Box | null {
  const all = [...places, ...suggestions].toSorted((one, other) => one.longitude - other.longitude);
  const [only] = all;
  if (all.length === 1 && only) return boxAround(only, 1500);
  return boundsOf(all);
}
