/** What the field of times and places offers for what is typed. Pure. */
import type { FoundPlace, Moment } from '../../shared/find.ts';
import type { Box } from '../../shared/tracks.ts';
import { formatDay, formatLocalTime, formatMonth, localTimeAt } from '../format.ts';
import { t } from './texts.ts';
import { localOf, type When } from './when-words.ts';

export type GoToOption =
  | { kind: 'when'; key: string; when: When; title: string; note: string | null }
  | { kind: 'place'; key: string; place: FoundPlace; title: string; note: string | null };

/** More meanings than these are none that anybody has in mind. */
export const mostWhens = 3;

interface Known {
  whens: readonly When[];
  /** What was found for each of them; undefined while that is not known. */
  moments: readonly (Moment | null | undefined)[];
  places: readonly FoundPlace[];
}

/** Times first, for they are typed on purpose; then places. */
export function goToOptions({ whens, moments, places }: Known): GoToOption[] {
  return [
    ...whens.map((when, index): GoToOption => {
      const key = `when-${when.kind}-${'day' in when ? localOf(when) : titleOf(when)}`;
      return { kind: 'when', key, when, title: titleOf(when), note: noteOf(when, moments[index]) };
    }),
    ...places.map((place, index): GoToOption => {
      const note = t(place.source === 'place' ? 'yourPlace' : 'placeNote');
      return { kind: 'place', key: `place-${index}-${place.name}`, place, title: place.name, note };
    }),
  ];
}

/** `Friday 14 August, 17:32` */
export function titleOf(when: When): string {
  switch (when.kind) {
    case 'moment':
      return t('dayAndTime', { day: formatDay(when.day), time: formatLocalTime(localOf(when)) });
    case 'day':
      return formatDay(when.day);
    case 'month':
      return formatMonth(`${when.month}-01`);
    case 'year':
      return String(when.year);
  }
}

/** What there is at that time, where it is not just that. */
function noteOf(when: When, moment: Moment | null | undefined): string | null {
  if (moment === undefined || !('day' in when)) return null;
  if (moment === null) return t('nothingRecorded');
  return isThere(when, moment) ? null : nearestWords(when, moment);
}

/** Whether something was recorded just then, or on that day where no more was asked for. */
export function isThere(when: Extract<When, { day: string }>, moment: Moment): boolean {
  return when.kind === 'day' ? moment.day === when.day : moment.isWithin;
}

/** `Nothing then. The nearest is Saturday 15 August, 08:12.` */
export function nearestWords(when: Extract<When, { day: string }>, moment: Moment): string {
  const start = localTimeAt(moment.startedAt, moment.zoneOffsetMinutes);
  const time = formatLocalTime(start);
  if (moment.day === when.day) return t('nearestTime', { time });
  const day = formatDay(moment.day);
  return when.kind === 'day' ? t('nearestDay', { day }) : t('nearestDayTime', { day, time });
}

/** Where a map shows a box with some room around it: latitude, longitude and zoom. */
export function lookAt({ west, south, east, north }: Box): string {
  const width = Math.max(0.002, (east >= west ? east - west : east - west + 360) * 1.5);
  const longitude = west + (east >= west ? east - west : east - west + 360) / 2;
  const zoom = Math.min(16, Math.max(1, Math.log2(360 / width)));
  const within = longitude > 180 ? longitude - 360 : longitude;
  return [(south + north) / 2, within, zoom].map((value) => String(Number(value.toFixed(4)))).join(',');
}
