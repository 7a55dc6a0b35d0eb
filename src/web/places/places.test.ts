import { expect, test } from 'vitest';
import { isWithin } from '../../shared/geo.ts';
import { placeInputSchema, placeSchema, type Place, type PlaceSuggestion } from '../../shared/places.ts';
import {
  boxOfAll,
  boxOfPlace,
  draftAt,
  draftOf,
  draftOfSuggestion,
  drawnPlaces,
  inputOf,
  suggestionOf,
} from './place-draft.ts';
import { effectsOf, radiusWords, stopsWords, suggestionTitle, suggestionWords } from './place-words.ts';

const now = Date.UTC(2026, 8, 3, 12);
const place: Place = placeSchema.parse({
  id: 4,
  name: 'Home',
  latitude: 53.8,
  longitude: -1.6,
  radiusM: 120,
  isHome: true,
  skipParked: true,
  isHidden: false,
  stops: 12,
  lastStopAt: now,
});
const suggestion: PlaceSuggestion = {
  latitude: 53.9,
  longitude: -1.7,
  radiusM: 7,
  stops: 9,
  parkedMs: 43_000_000,
  lastStopAt: now,
  name: 'Otley',
  isLikelyHome: false,
};

test('what a form holds is what the server takes', () => {
  const { stops: _, lastStopAt: __, id: ___, ...input } = place;
  expect(placeInputSchema.parse(inputOf(draftOf(place)))).toEqual(input);
  const made = { ...draftAt(suggestion), name: '  Work ' };
  expect(placeInputSchema.parse(inputOf(made))).toMatchObject({
    name: 'Work',
    radiusM: 75,
    skipParked: false,
  });
});

test('a suggestion becomes a place of a size that is allowed; the likely home is home and hidden, if there is none', () => {
  expect(draftOfSuggestion(suggestion, false)).toMatchObject({ name: '', radiusM: 20, isHome: false });
  const likely = { ...suggestion, isLikelyHome: true };
  expect(draftOfSuggestion(likely, false)).toMatchObject({ name: 'Home', isHome: true, isHidden: true });
  expect(draftOfSuggestion(likely, true)).toMatchObject({ name: '', isHome: false, isHidden: false });
});

test('while a place is changed the map shows it as it would be, once', () => {
  const data = { places: [place], suggestions: [suggestion] };
  const drawn = drawnPlaces(data, { ...draftOf(place), radiusM: 500 });
  expect(drawn.map(({ id, radiusM }) => [id, radiusM])).toEqual([[4, 500]]);
  expect(drawnPlaces(data, draftAt(suggestion)).map(({ name }) => name)).toEqual(['Home', 'New place']);
});

test('what is suggested is drawn beside the places, told from them, and found again when it is pressed', () => {
  const suggestions = [suggestion, { ...suggestion, name: null, isLikelyHome: true }];
  const drawn = drawnPlaces({ places: [place], suggestions }, null);
  expect(drawn.map(({ id, isSuggested }) => [id, isSuggested ?? false])).toEqual([
    [place.id, false],
    [-1, true],
    [-2, true],
  ]);
  expect(drawn.map(({ id }) => suggestionOf(id, suggestions))).toEqual([undefined, ...suggestions]);
  expect(new Set(drawn.map(({ name }) => name)).size).toBe(3);
});

test('the map is fitted around one place, or around all', () => {
  const box = boxOfAll([place], [suggestion])!;
  expect(isWithin(place, box) && isWithin(suggestion, box)).toBe(true);
  expect(boxOfAll([], [])).toBeNull();
  expect(isWithin(place, boxOfPlace(place))).toBe(true);
});

test('what a place does is said in words', () => {
  expect(effectsOf(place)).toEqual(['Home', 'Parking recordings stay on the card']);
  expect(stopsWords({ stops: 0, lastStopAt: null }, now)).toBe('No stop here yet');
  expect(stopsWords(place, now)).toMatch(/^12\u00a0stops, last /);
  expect(radiusWords(75, 'km')).toBe('75\u00a0m');
  expect(radiusWords(75, 'miles')).toBe('82\u00a0yd');
  expect(suggestionTitle(suggestion)).toBe('Near Otley');
  expect(suggestionTitle({ ...suggestion, name: null, isLikelyHome: true })).toBe(
    'Somewhere without a name, perhaps home',
  );
  expect(suggestionWords(suggestion, now)).toMatch(/^9\u00a0stops, parked for 12\u00a0h in all, last /);
});
