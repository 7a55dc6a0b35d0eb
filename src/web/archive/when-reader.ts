/** Takes what a person typed apart, word by word. */
import { addDays } from '../format.ts';
import {
  atWords,
  daysAgoWords,
  fillers,
  lastWords,
  monthOf,
  numberWords,
  partsOfDay,
  unitWords,
  weekdayOf,
} from './when-names.ts';

/** What is known after some words. Months count from 1. */
export interface WhenParts {
  /** `YYYY-MM-DD`, where a day is named as a whole. */
  day?: string;
  year?: number;
  month?: number;
  date?: number;
  /** Numbers that may be day and month in either order. */
  pair?: [number, number];
  weekday?: number;
  isLast?: boolean;
  /** `HH:MM:SS` */
  time?: string;
}

export interface WordsContext {
  today: string;
  locale?: string | undefined;
}

type Words = readonly string[];
/** What the words from one on mean, and how many of them; null when they mean nothing to this reader. */
type Reader = (
  words: Words,
  context: WordsContext,
  known: WhenParts,
) => { parts: WhenParts; take: number } | null;

const found = (parts: WhenParts, take = 1) => ({ parts, take });

const pad = (value: number) => String(value).padStart(2, '0');

/** `HH:MM:SS`; null when there is no such time. */
function timeOf(hour: number, minute = 0, second = 0): string | null {
  if (hour > 23 || minute > 59 || second > 59) return null;
  return `${pad(hour)}:${pad(minute)}:${pad(second)}`;
}

/** `YYYY-MM-DD`; null when there is no such day. */
export function dayOf(year: number, month: number, date: number): string | null {
  const day = `${String(year).padStart(4, '0')}-${pad(month)}-${pad(date)}`;
  const instant = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(day) ? day : null;
}

/** `2026-08-14`, `2026/8/4`, `20260814`, and with a time: `2026-08-14T17:32`, `2026_0814_173210F.MP4`. */
const readIso: Reader = ([word = '']) => {
  const match =
    /^(\d{4})([-/.])(\d\d?)\2(\d\d?)(?:t(.*))?$/.exec(word) ??
    /^(\d{4})(_?)(\d\d)(\d\d)(?:[t_]?(\d{6}).*)?$/.exec(word);
  if (!match) return null;
  const day = dayOf(Number(match[1]), Number(match[3]), Number(match[4]));
  const time = isoTime(match[5] ?? '');
  return day === null ? null : found({ day, ...(time !== null && { time }) });
};

function isoTime(text: string): string | null {
  const match = /^(\d\d):?(\d\d)(?::?(\d\d))?/.exec(text);
  return match && timeOf(Number(match[1]), Number(match[2]), Number(match[3] ?? 0));
}

/** `2026-08` */
const readIsoMonth: Reader = ([word = '']) => {
  const match = /^(\d{4})-(\d\d?)$/.exec(word);
  const [year, month] = [Number(match?.[1]), Number(match?.[2])];
  return month >= 1 && month <= 12 ? found({ year, month }) : null;
};

const clock = /^(\d{1,2})(?:[:.h](\d{2}))?(?:[:.](\d{2}))?(am|pm|uhr|h)?$/;
const clockWords = new Set(['am', 'pm', 'uhr', "o'clock"]);

/** `17:32`, `8am`, `8 am`, `5.32 pm`, `17 Uhr`, `17h32`. */
const readTime: Reader = ([word = '', next = ''], _, known) => {
  const match = known.time === undefined ? clock.exec(word) : null;
  if (!match) return null;
  const beside = match[4] === undefined && clockWords.has(next) ? next : undefined;
  const half = match[4] ?? beside;
  const time = half !== undefined || isClock(word, known) ? clockTime(match, half) : null;
  return time === null ? null : found({ time }, beside === undefined ? 1 : 2);
};

const isClock = (word: string, known: WhenParts) =>
  /[:h]/.test(word) || (word.includes('.') && hasDay(known));

/** `at 17`, `um 8 Uhr`. */
const readAt: Reader = ([word = '', ...rest], context, known) => {
  if (!atWords.has(word)) return null;
  const said = readTime(rest, context, known);
  const match = said ? null : clock.exec(rest[0] ?? '');
  const time = match && clockTime(match, undefined);
  if (said) return { ...said, take: said.take + 1 };
  return time === null ? null : found({ time }, 2);
};

const clockTime = ([, hour, minute = '0', second = '0']: RegExpExecArray, half: string | undefined) =>
  timeOf(hourOf(Number(hour), half), Number(minute), Number(second));

function hourOf(hour: number, half: string | undefined): number {
  if (half === 'pm' && hour < 12) return hour + 12;
  if (half === 'am' && hour === 12) return 0;
  return (half === 'pm' || half === 'am') && hour > 12 ? 99 : hour;
}

const hasDay = ({ day, date, pair, weekday }: WhenParts): boolean =>
  (day ?? date ?? pair ?? weekday) !== undefined;

/** `5.30` minutes after an hour that stood by itself: `17 Uhr 32`. */
const readMinutes: Reader = ([word = ''], _, { time }) => {
  const minutes = /^\d\d$/.test(word) && time?.endsWith(':00:00') ? Number(word) : 99;
  return time !== undefined && minutes < 60 ? found({ time: `${time.slice(0, 3)}${word}:00` }) : null;
};

/** `yesterday`, `vorgestern`, `the day before yesterday`. */
const readRelative: Reader = (words, { today }) => {
  if (words.slice(0, 3).join(' ') === 'day before yesterday') return found({ day: addDays(today, -2) }, 3);
  const back = daysAgoWords.get(words[0] ?? '');
  return back === undefined ? null : found({ day: addDays(today, -back) });
};

/** `3 days ago`, `a week ago`, `vor zwei Wochen`. */
const readAgo: Reader = (words, { today }) => {
  const [first = '', second = '', third = ''] = words;
  const isGerman = first === 'vor';
  const [count, unit] = isGerman ? [second, third] : [first, second];
  if (!isGerman && third !== 'ago') return null;
  const length = unitWords.get(unit);
  const number = /^\d{1,4}$/.test(count) ? Number(count) : numberWords.get(count);
  if (!length || number === undefined) return null;
  const day =
    'days' in length ? addDays(today, -length.days * number) : monthsBefore(today, length.months * number);
  return found({ day }, 3);
};

function monthsBefore(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 - months, 1));
  const [inYear, inMonth] = [first.getUTCFullYear(), first.getUTCMonth() + 1];
  // The last of a shorter month.
  for (let last = date; last > 0; last--) {
    const there = dayOf(inYear, inMonth, last);
    if (there !== null) return there;
  }
  return day;
}

const readWeekday: Reader = ([word = ''], { locale }) => {
  const weekday = weekdayOf(word, locale);
  return weekday === undefined ? null : found({ weekday });
};

const readLast: Reader = ([word = '']) => (lastWords.has(word) ? found({ isLast: true }) : null);

const readMonth: Reader = ([word = ''], { locale }) => {
  const month = monthOf(word, locale);
  return month === undefined ? null : found({ month: month + 1 });
};

/** `14.8.`, `14/8/2025`, `14-8`; `8/2026` is a month. */
const readPair: Reader = ([word = '']) => {
  const ofYear = /^(\d{1,2})[./-](\d{4})$/.exec(word);
  if (ofYear) {
    const month = Number(ofYear[1]);
    return month >= 1 && month <= 12 ? found({ month, year: Number(ofYear[2]) }) : null;
  }
  const match = /^(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2}|\d{4}))?\.?$/.exec(word);
  if (!match) return null;
  const year =
    match[3] === undefined ? undefined : Number(match[3].length === 2 ? `20${match[3]}` : match[3]);
  const [one, two] = [Number(match[1]), Number(match[2])];
  if (Math.min(one, two) < 1 || Math.min(one, two) > 12 || Math.max(one, two) > 31) return null;
  return found({ pair: [one, two], ...(year !== undefined && { year }) });
};

/** `5.30` is a time where it can be no date. */
const readDottedTime: Reader = ([word = ''], _, known) => {
  const match = /^(\d{1,2})\.(\d{2})$/.exec(word);
  const time = match && known.time === undefined ? timeOf(Number(match[1]), Number(match[2])) : null;
  return time === null ? null : found({ time });
};

const readPartOfDay: Reader = ([word = ''], _, known) => {
  const time = known.time === undefined ? partsOfDay.get(word) : undefined;
  return time === undefined ? null : found({ time });
};

/** `14`, `14.`, `14th`, `2025`; after a whole date an hour. */
const readNumber: Reader = ([word = ''], _, known) => {
  if (/^(?:19|20)\d\d$/.test(word) && known.year === undefined) return found({ year: Number(word) });
  const match = /^(\d{1,2})(?:st|nd|rd|th|\.)?$/.exec(word);
  if (!match) return null;
  const number = Number(match[1]);
  if (known.date === undefined && !hasWholeDay(known) && number >= 1 && number <= 31)
    return found({ date: number });
  const time = known.time === undefined && hasDay(known) ? timeOf(number) : null;
  return time === null ? null : found({ time });
};

const hasWholeDay = ({ day, pair }: WhenParts): boolean => (day ?? pair) !== undefined;

const readFiller: Reader = ([word = '']) => (fillers.has(word) ? found({}) : null);

const readers: readonly Reader[] = [
  readIso,
  readIsoMonth,
  readAgo,
  readRelative,
  readAt,
  readTime,
  readMinutes,
  readLast,
  readPair,
  readDottedTime,
  readNumber,
  readPartOfDay,
  readWeekday,
  readMonth,
  readFiller,
];

/** What some words say of a day and a time; null when one of them says nothing of either. */
export function readWords(words: Words, context: WordsContext): WhenParts | null {
  let known: WhenParts = {};
  for (let at = 0; at < words.length;) {
    const rest = words.slice(at);
    let next: ReturnType<Reader> = null;
    for (const read of readers) {
      next = read(rest, context, known);
      if (next) break;
    }
    if (!next) return null;
    known = { ...known, ...next.parts };
    at += next.take;
  }
  return known;
}
