/** Reading a day or a moment as people type them. Pure. */
import { addDays } from '../format.ts';
import { plain } from './when-names.ts';
import { dayOf, readWords, type WhenParts } from './when-reader.ts';

export type When =
  /** A time of the wall clock, `HH:MM:SS`. */
  | { kind: 'moment'; day: string; time: string }
  | { kind: 'day'; day: string }
  /** `YYYY-MM` */
  | { kind: 'month'; month: string }
  | { kind: 'year'; year: number };

export interface WhenReader {
  /** The present day where the car is, `YYYY-MM-DD`. */
  today: string;
  /** The day in view: a time by itself is one of this day. */
  day?: string | undefined;
  locale?: string | undefined;
}

/**
 * What a typed text can mean, the likeliest first: `14 Aug 17:32`, `14.8. 17:32`, `yesterday 8am`, `letzten Freitag`,
 * `2026-08-14`, `17:32`, `August`. Numbers are read in the reader's order, then in the other. Empty when it is no time.
 */
export function parseWhen(text: string, reader: WhenReader): When[] {
  const words = wordsOf(text);
  if (words.length === 0 || words.length > 12) return [];
  const known = readWords(words, reader);
  if (!known) return [];
  const seen = new Set<string>();
  return whensOf(known, reader).filter((when) => {
    const key = JSON.stringify(when);
    return !seen.has(key) && seen.add(key);
  });
}

function wordsOf(text: string): string[] {
  return plain(text)
    .replaceAll(/\b([ap])\.\s?m\b\.?/g, '$1m')
    .replaceAll(/[,;]/g, ' ')
    .replaceAll(/(\d)\s+([ap]m)\b/g, '$1$2')
    .split(/\s+/)
    .filter((word) => word !== '');
}

function whensOf(known: WhenParts, reader: WhenReader): When[] {
  const { time } = known;
  const days = daysOf(known, reader);
  if (days.length > 0)
    return days.map((day) => (time === undefined ? { kind: 'day', day } : { kind: 'moment', day, time }));
  if (time !== undefined) return isTimeAlone(known) ? timesOf(time, reader) : [];
  if ((known.date ?? known.weekday) !== undefined) return [];
  if (known.month !== undefined) return monthsOf({ ...known, month: known.month }, reader);
  return known.year === undefined ? [] : [{ kind: 'year', year: known.year }];
}

const isTimeAlone = ({ month, year, date, weekday }: WhenParts): boolean =>
  (month ?? year ?? date ?? weekday) === undefined;

/** Of the day in view, else of today. */
function timesOf(time: string, { day, today }: WhenReader): When[] {
  return [day ?? today, today].map((of) => ({ kind: 'moment', day: of, time }));
}

function daysOf(known: WhenParts, reader: WhenReader): string[] {
  if (known.day !== undefined) return [known.day];
  if (known.pair) {
    const [one, two] = known.pair;
    const inOrder = isMonthFirst(reader.locale)
      ? [
          [two, one],
          [one, two],
        ]
      : [
          [one, two],
          [two, one],
        ];
    return inOrder.flatMap(
      ([date = 0, month = 0]) => withYear({ date, month }, known.year, reader.today) ?? [],
    );
  }
  const { date, month, weekday } = known;
  if (date !== undefined && month !== undefined)
    return [withYear({ date, month }, known.year, reader.today) ?? []].flat();
  if (date !== undefined) return known.year === undefined ? latestDate(date, reader.today) : [];
  return weekday === undefined || month !== undefined ? [] : [latestWeekday(weekday, known, reader.today)];
}

const orders = new Map<string | undefined, boolean>();

function isMonthFirst(locale: string | undefined): boolean {
  let isFirst = orders.get(locale);
  if (isFirst === undefined) {
    const parts = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric' }).formatToParts(0);
    isFirst = parts.find((part) => part.type === 'day' || part.type === 'month')?.type === 'month';
    orders.set(locale, isFirst);
  }
  return isFirst;
}

/** Without a year the latest such day that is not in the future. */
function withYear(
  { date, month }: { date: number; month: number },
  year: number | undefined,
  today: string,
): string | null {
  if (year !== undefined) return dayOf(year, month, date);
  const thisYear = Number(today.slice(0, 4));
  // Four years back there was a 29 February.
  for (let back = 0; back <= 8; back++) {
    const day = dayOf(thisYear - back, month, date);
    if (day !== null && day <= today) return day;
  }
  return null;
}

/** The latest 14th. */
function latestDate(date: number, today: string): string[] {
  const [year = 0, month = 0] = today.split('-').map(Number);
  for (let back = 0; back < 3; back++) {
    const first = new Date(Date.UTC(year, month - 1 - back, 1));
    const day = dayOf(first.getUTCFullYear(), first.getUTCMonth() + 1, date);
    if (day !== null && day <= today) return [day];
  }
  return [];
}

/** The latest such day, today included; with `last` before today. */
function latestWeekday(weekday: number, { isLast = false }: WhenParts, today: string): string {
  const back = (new Date(`${today}T00:00:00Z`).getUTCDay() - weekday + 7) % 7;
  return addDays(today, -(back === 0 && isLast ? 7 : back));
}

function monthsOf(
  { month, year, isLast = false }: WhenParts & { month: number },
  { today }: WhenReader,
): When[] {
  const inYear = (of: number): When => ({ kind: 'month', month: `${of}-${String(month).padStart(2, '0')}` });
  if (year !== undefined) return [inYear(year)];
  const [thisYear = 0, thisMonth = 0] = today.split('-').map(Number);
  const isOver = month < thisMonth || (month === thisMonth && !isLast);
  return [inYear(isOver ? thisYear : thisYear - 1)];
}

/** `2026-08-14T17:32:00` of a moment; of a day its noon, as good as any. */
export function localOf(when: Extract<When, { day: string }>): string {
  return `${when.day}T${when.kind === 'moment' ? when.time : '12:00:00'}`;
}
