/** The words of places. */
import type { Place, PlaceSuggestion } from '../../shared/places.ts';
import { formatInstant, formatLength } from '../format.ts';
import { formatDistance, type DistanceUnits } from '../journey/units.ts';
import { t } from './texts.ts';

const yardsOf = 0.9144;

/** `75 m`, `82 yd`, `1.2 km`: a radius. */
export function radiusWords(metres: number, units: DistanceUnits): string {
  if (metres >= 1000) return formatDistance(metres, units);
  return units === 'miles' ? `${Math.round(metres / yardsOf)}\u00a0yd` : `${Math.round(metres)}\u00a0m`;
}

/** What a place does, in the order of how much it matters; empty when it only has a name. */
export function effectsOf({ isHome, skipParked, isHidden }: Place): string[] {
  return [isHome && t('home'), skipParked && t('staysOnCard'), isHidden && t('hidden')].filter(
    (each): each is string => each !== false,
  );
}

/** `12 stops, last yesterday 18:40` */
export function stopsWords({ stops, lastStopAt }: Pick<Place, 'stops' | 'lastStopAt'>, now: number): string {
  if (stops === 0 || lastStopAt === null) return t('noStop');
  return t('stopsLast', { stops: t('stops', { count: stops }), time: formatInstant(lastStopAt, now) });
}

/** `Near Otley`, or what else can be said of it. */
export function suggestionTitle({ name, isLikelyHome }: PlaceSuggestion): string {
  const where = name === null ? t('nameless') : t('near', { name });
  return isLikelyHome ? t('perhapsHome', { where }) : where;
}

/** `23 stops, parked for 140 h in all, last yesterday 18:40` */
export function suggestionWords({ stops, parkedMs, lastStopAt }: PlaceSuggestion, now: number): string {
  const hourMs = 3_600_000;
  const parked = parkedMs >= 10 * hourMs ? Math.round(parkedMs / hourMs) * hourMs : parkedMs;
  return t('stopsParked', {
    stops: t('stops', { count: stops }),
    parked: formatLength(parked),
    time: formatInstant(lastStopAt, now),
  });
}
