/** Numbers, sizes and times for people, in the reader's locale unless one is given. */
import { locale as readersLocale } from './text/text.ts';
import { t } from './texts.ts';

const nbsp = '\u00a0';
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const formatters = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions, locale = readersLocale): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  formatters.set(key, made);
  return made;
}

function byteUnitOf(bytes: number): number {
  let unit = 0;
  for (let value = bytes; value >= 999.5 && unit < byteUnits.length - 1; value /= 1000) unit += 1;
  return unit;
}

function inByteUnit(bytes: number, unit: number, locale = readersLocale): string {
  const value = bytes / 1000 ** unit;
  const digits = unit >= 3 && value < 100 ? 1 : unit === 2 && value < 10 ? 1 : 0;
  return value.toLocaleString(locale, { maximumFractionDigits: digits });
}

/** `1.4 GB`, in decimal units as disks and cards are sold. */
export function formatBytes(bytes: number, locale?: string): string {
  const unit = byteUnitOf(bytes);
  return `${inByteUnit(bytes, unit, locale)}${nbsp}${byteUnits[unit] ?? ''}`;
}

/** `62 of 180 MB`: a part and its whole in the unit of the whole. */
export function formatPart(bytes: number, total: number | null, locale?: string): string {
  if (total === null) return formatBytes(bytes, locale);
  const unit = byteUnitOf(total);
  return t('partOf', { part: inByteUnit(bytes, unit, locale), whole: formatBytes(total, locale) });
}

/** `24 MB/s` */
export function formatSpeed(bytesPerSecond: number, locale?: string): string {
  return `${formatBytes(bytesPerSecond, locale)}/s`;
}

/** `1,204` */
export function formatCount(count: number, locale = readersLocale): string {
  return count.toLocaleString(locale);
}

/** A time to wait, as exact as it is worth: `less than a minute`, `about 9 min`, `about 1 h 20 min`, `about 2 days`. */
export function formatAbout(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return t('underAMinute');
  if (minutes < 60) return t('aboutMinutes', { count: minutes });
  const fives = Math.round(minutes / 5) * 5;
  const hours = Math.floor(fives / 60);
  if (hours < 10 && fives % 60 > 0) return t('aboutHoursMinutes', { hours, minutes: fives % 60 });
  if (hours < 10) return t('aboutHours', { count: hours });
  if (hours < 48) return t('aboutHours', { count: Math.round(minutes / 60) });
  return t('aboutDays', { count: Math.round(minutes / 1440) });
}

/** The same for where there is little room: `9 min`, `1 h 20 min`, `2 days`. */
export function shortAbout(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return t('underAMinute');
  if (minutes >= 48 * 60) return t('days', { count: Math.round(minutes / 1440) });
  const fives = minutes < 60 ? minutes : Math.round(minutes / 5) * 5;
  return formatLength((fives < 600 ? fives : Math.round(minutes / 60) * 60) * 60_000);
}

/** The length of a recording: `47 s`, `1 min`, `2 min 30 s`, `1 h 3 min`. */
export function formatLength(ms: number): string {
  const all = Math.round(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60), all % 60];
  if (hours > 0 && minutes % 60 > 0) return t('hoursMinutes', { hours, minutes: minutes % 60 });
  if (hours > 0) return t('hours', { hours });
  if (minutes > 0 && seconds > 0) return t('minutesSeconds', { minutes, seconds });
  return minutes > 0 ? t('minutes', { minutes }) : t('seconds', { seconds });
}

/** Camera-local wall clock read as if it were UTC, so that no zone can move it. */
function wallClock(local: string): Date {
  return new Date(`${local.length === 10 ? `${local}T00:00:00` : local}Z`);
}

/** `15:47`, or `15:47:12` with seconds, of a camera-local time; never converted to another zone. */
export function formatLocalTime(
  localStart: string,
  options: { seconds?: boolean; locale?: string } = {},
): string {
  const { seconds = false, locale } = options;
  const style = { timeStyle: seconds ? 'medium' : 'short', timeZone: 'UTC' } as const;
  return dateFormat(style, locale).format(wallClock(localStart));
}

/** `YYYY-MM-DDTHH:MM:SS` of an instant where clocks are so many minutes ahead of UTC. */
export function localTimeAt(instant: number, offsetMinutes: number): string {
  return new Date(instant + offsetMinutes * 60_000).toISOString().slice(0, 19);
}

/** The same in an IANA zone; in UTC when the browser does not know the zone. */
export function localTimeIn(instant: number, zone: string): string {
  const known = zoneOr(zone, 'UTC');
  const parts = dateFormat({ ...numericParts, timeZone: known }, 'en').formatToParts(instant);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '00';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`;
}

const numericParts = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
} as const;

/** `CEST`, `GMT+2`: what clocks of a zone were called at an instant. */
export function zoneWord(instant: number, zone: string, locale?: string): string {
  const format = dateFormat({ timeZoneName: 'short', timeZone: zoneOr(zone, 'UTC') }, locale);
  return format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

const knownZones = new Map<string, boolean>();

function zoneOr(zone: string, otherwise: string): string {
  let isKnown = knownZones.get(zone);
  if (isKnown === undefined) {
    try {
      isKnown = new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
    } catch {
      isKnown = false;
    }
    knownZones.set(zone, isKnown);
  }
  return isKnown ? zone : otherwise;
}

/** `Thursday 3 September` of a local day, with the year when it is not the one of `today`. */
export function formatDay(
  day: string,
  options: { today?: string; locale?: string; short?: boolean } = {},
): string {
  const { today = localToday(), locale, short = false } = options;
  const withYear = day.slice(0, 4) !== today.slice(0, 4);
  return dateFormat(
    {
      weekday: short ? 'short' : 'long',
      day: 'numeric',
      month: short ? 'short' : 'long',
      ...(withYear && { year: 'numeric' }),
      timeZone: 'UTC',
    },
    locale,
  ).format(wallClock(day));
}

/** `3 September` of a local day, with the year when it is not the one of `today`. */
export function formatDate(day: string, options: { today?: string; locale?: string } = {}): string {
  const { today = localToday(), locale } = options;
  const withYear = day.slice(0, 4) !== today.slice(0, 4);
  const style: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', timeZone: 'UTC' };
  return dateFormat(withYear ? { ...style, year: 'numeric' } : style, locale).format(wallClock(day));
}

/** `September 2026` */
export function formatMonth(day: string, locale?: string): string {
  return dateFormat({ month: 'long', year: 'numeric', timeZone: 'UTC' }, locale).format(wallClock(day));
}

/** `Sep`, of a day or of the first of a month. */
export function formatMonthShort(day: string, locale?: string): string {
  return dateFormat({ month: 'short', timeZone: 'UTC' }, locale).format(wallClock(day));
}

/** The reader's calendar day of an instant, `YYYY-MM-DD`. */
export function localToday(now: number = Date.now()): string {
  const date = new Date(now);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}

/** A day some days later (or earlier) by the calendar. */
export function addDays(day: string, count: number): string {
  return new Date(wallClock(day).getTime() + count * 86_400_000).toISOString().slice(0, 10);
}

/** An instant on the reader's clock, as short as it stays clear: `18:40`, `yesterday 18:40`, `Tue 18:40`, `3 Sep 18:40`. */
export function formatInstant(instant: number, now: number, locale?: string): string {
  const time = dateFormat({ timeStyle: 'short' }, locale).format(instant);
  const daysAgo = (Date.parse(localToday(now)) - Date.parse(localToday(instant))) / 86_400_000;
  if (daysAgo === 0) return time;
  if (daysAgo === 1) return t('yesterdayAt', { time });
  const isThisWeek = daysAgo > 0 && daysAgo < 7;
  const isThisYear = new Date(instant).getFullYear() === new Date(now).getFullYear();
  const options: Intl.DateTimeFormatOptions = isThisWeek
    ? { weekday: 'short' }
    : { day: 'numeric', month: 'short', ...(!isThisYear && { year: 'numeric' }) };
  return t('dayAt', { day: dateFormat(options, locale).format(instant), time });
}

/** A day to come, as exact as a guess is worth: `today`, `tomorrow`, `Thursday`, `12 March`. */
export function formatExpected(instant: number, now: number, locale?: string): string {
  const days = (Date.parse(localToday(instant)) - Date.parse(localToday(now))) / 86_400_000;
  if (days <= 0) return t('today');
  if (days === 1) return t('tomorrow');
  const isFar = days >= 7;
  const isThisYear = new Date(instant).getFullYear() === new Date(now).getFullYear();
  const date: Intl.DateTimeFormatOptions = {
    day: 'numeric',
    month: 'long',
    ...(!isThisYear && { year: 'numeric' }),
  };
  return dateFormat(isFar ? date : { weekday: 'long' }, locale).format(instant);
}

/** Whether an instant to come is that near; a day further off needs another preposition. */
export function isTodayOrTomorrow(instant: number, now: number): boolean {
  return localToday(instant) <= addDays(localToday(now), 1);
}

/** `a, b and c` */
export function joinWords(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return t('and', { first: parts.slice(0, -1).join(', '), last: parts.at(-1) ?? '' });
}

/** The same with its first letter small, to stand within a sentence. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `Sentence with its full stop.` */
export function fullStop(text: string): string {
  return /[.!?]$/.test(text) ? sentence(text) : `${sentence(text)}.`;
}

/** The same with its first letter large. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
