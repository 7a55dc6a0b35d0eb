/** The sentences of a camera's clock. */
import type { CameraClock, ClockShift, ShiftReach } from '../../shared/clock.ts';
import { formatCount, formatDate, formatLocalTime, fullStop, joinWords } from '../format.ts';
import { wordsOf, type TextKey } from '../text/text.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

const nbsp = '\u00a0';

export const gpsClockWords = wordsOf<typeof en, CameraClock['gpsClock']>(t, {
  utc: 'utc',
  local: 'camerasClock',
  unknown: 'notKnownYet',
});

/** What the GPS records' time is taken for, and why. */
export function gpsClockSentence({ gpsClock, isGpsClockSet, gpsClockReason }: CameraClock): string {
  const values = { clock: gpsClockWords[gpsClock], reason: fullStop(gpsClockReason) };
  return t(isGpsClockSet ? 'clockSetByYou' : 'clockReason', values);
}

/** `UTC+01:00`, `UTC-03:30`, `UTC`. */
export function offsetWords(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const ahead = Math.abs(minutes);
  return `UTC${minutes > 0 ? '+' : '-'}${pad(Math.floor(ahead / 60))}:${pad(ahead % 60)}`;
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}

/** How the camera's clock ran when last seen beside GPS: `UTC+01:00, 12 s fast`; null when it never was. */
export function observedWords({ observedOffsetMinutes, observedErrorMs }: CameraClock): string | null {
  if (observedOffsetMinutes === null) return null;
  const offset = offsetWords(observedOffsetMinutes);
  if (observedErrorMs === null) return offset;
  if (Math.abs(observedErrorMs) < 2000) return t('clockExact', { offset });
  return t(observedErrorMs > 0 ? 'clockFast' : 'clockSlow', { offset, span: formatSpan(observedErrorMs) });
}

const known: [key: keyof CameraClock['captures'], word: TextKey<typeof en>][] = [
  ['sure', 'timesSure'],
  ['likely', 'timesLikely'],
  ['assumed', 'timesAssumed'],
  ['doubtful', 'timesDoubtful'],
];

/** `1,204 recordings: 1,150 surely, 50 likely and 4 in doubt`; null before there are any. */
export function confidenceWords(captures: CameraClock['captures']): string | null {
  const total = known.reduce((sum, [key]) => sum + captures[key], 0);
  if (total === 0) return null;
  const parts = known.filter(([key]) => captures[key] > 0);
  const told = parts.map(([key, word]) => t(word, { count: captures[key] }));
  return t('timesOf', { recordings: t('recordings', { count: total }), times: joinWords(told) });
}

/** The same in all languages. */
const units: [ms: number, word: string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** A length of time to the second: `7 d 3 h`, `1 h 30 min`, `12 s`. */
export function formatSpan(ms: number): string {
  let rest = Math.round(Math.abs(ms) / 1000) * 1000;
  const parts: string[] = [];
  for (const [size, word] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${nbsp}${word}`);
    rest -= count * size;
  }
  return parts.length > 0 ? parts.join(' ') : `0${nbsp}s`;
}

/** Days, hours, minutes and seconds, in English and German; seconds are what is none of the others. */
const wordSizes: [begins: RegExp, ms: number][] = [
  [/^[dt]/i, 86_400_000],
  [/^(h|st)/i, 3_600_000],
  [/^m/i, 60_000],
  [/^s/i, 1000],
];
const spanPart =
  /(\d+(?:[.,]\d+)?)\s*(d|days?|tage?|h|hours?|hrs?|std|stunden?|m|min|minuten?|minutes?|s|sek|sec|seconds?|sekunden?)\.?(?=[\s\d,]|$)/gi;

/** Reads `1 h 30 min`, `7 days`, `45 s`, `1:30` (hours and minutes) or `1:30:05`; null when it is none of these, or nothing. */
export function parseSpan(text: string): number | null {
  const clock = /^(\d{1,5}):([0-5]\d)(?::([0-5]\d))?$/.exec(text.trim());
  if (clock)
    return positive((Number(clock[1]) * 60 + Number(clock[2])) * 60_000 + Number(clock[3] ?? 0) * 1000);
  const rest = text.replace(spanPart, '').replaceAll(/[\s,]|and|und/g, '');
  if (rest !== '') return null;
  let sum = 0;
  for (const [, count = '', word = ''] of text.matchAll(spanPart)) {
    const [, size] = wordSizes.find(([begins]) => begins.test(word)) ?? [null, 0];
    sum += Number(count.replace(',', '.')) * size;
  }
  return positive(Math.round(sum / 1000) * 1000);
}

function positive(ms: number): number | null {
  return ms > 0 && ms <= 100 * 365 * 86_400_000 ? ms : null;
}

/** `2026-06-28 13:34` becomes: a local time some time later, on a clock without zones. */
export function shifted(local: string, shiftMs: number): string {
  return new Date(Date.parse(`${local}Z`) + shiftMs).toISOString().slice(0, 19);
}

/** `28 June 2026, 13:34`, with seconds where there are some. */
export function stampWords(local: string, locale?: string): string {
  const options = locale ? { locale } : {};
  const time = formatLocalTime(local, { seconds: !local.endsWith(':00'), ...options });
  return t('stamp', { day: formatDate(local.slice(0, 10), { today: '', ...options }), time });
}

/** What a shift makes of a recording's time: `28 June 2026, 13:34 becomes 28 June 2026, 14:34`. */
export function previewWords(local: string, shiftMs: number, locale?: string): string {
  const to = stampWords(shifted(local, shiftMs), locale);
  return t('becomes', { from: stampWords(local, locale), to });
}

/** `From 1 June 2026, 00:00 to 28 June 2026, 13:34: 1 h later`. */
export function shiftWords({ fromLocal, toLocal, shiftMs }: ClockShift, locale?: string): string {
  const shift = t(shiftMs < 0 ? 'spanEarlier' : 'spanLater', { span: formatSpan(shiftMs) });
  const [from, to] = [fromLocal, toLocal].map((local) => (local === null ? '' : stampWords(local, locale)));
  if (from && to) return t('shiftFromTo', { from, to, shift });
  if (from) return t('shiftFrom', { from, shift });
  return to ? t('shiftUntil', { to, shift }) : t('shiftAll', { shift });
}

/** What a shift that was just said does, as far as it is known before times are worked out. */
export function shiftedWords({ captures, byGps, isAll }: ShiftReach): string {
  if (captures === 0) return t('shiftedNone');
  const recordings = isAll ? t('recordings', { count: captures }) : t('moreThan', { count: captures - 1 });
  if (byGps === 0) return t('shifted', { recordings });
  if (byGps === captures && isAll) return t('shiftedNothingMoves', { recordings });
  return t('shiftedSome', { recordings, byGps: formatCount(byGps) });
}

/** What the browser's own field for a date and time gives, as a local time; null when it is empty. */
export function fromField(value: string): string | null {
  const match = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?/.exec(value);
  if (!match) return null;
  return match[1] ? match[0] : `${match[0]}:00`;
}

export interface ZoneGroup {
  group: string;
  items: { value: string; label: string }[];
}

/** Zones to choose from: the installation's, all of them by name, and clocks that never change. `set` is always among them. */
export function zoneChoices(
  installationZone: string,
  set: string | null,
  names: readonly string[],
): ZoneGroup[] {
  const own = [{ value: '', label: t('zoneOfMachine', { zone: installationZone }) }];
  const isListed = set === null || names.includes(set) || fixedOffsets.includes(set);
  if (!isListed) own.push({ value: set, label: set });
  return [
    { group: t('zonesUsual'), items: own },
    { group: t('zonesFixed'), items: choices(fixedOffsets) },
    { group: t('zones'), items: choices(names) },
  ];
}

function choices(values: readonly string[]): ZoneGroup['items'] {
  return values.map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}

const fixedOffsets = Array.from({ length: 27 }, (_, index) => {
  const hours = index - 12;
  return `UTC${hours < 0 ? '-' : '+'}${pad(Math.abs(hours))}:00`;
});
