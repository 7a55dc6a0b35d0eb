/** Reading a date as people type it. */
import { addDays } from '../format.ts';

interface DateReader {
  /** The reader's present day, `YYYY-MM-DD`. */
  today: string;
  locale?: string;
}

/** The day a typed text means: `2026-09-03`, `3 sep`, `sep 3 2025`, `3/9`, `thursday`, `yesterday`; null when it is none. */
export function parseDateWords(text: string, reader: DateReader): string | null {
  const words = text.trim().toLowerCase().replaceAll(/[,]/g, ' ').split(/\s+/).filter(Boolean);
  const [first = ''] = words;
  if (words.length === 1) return fromOneWord(first, reader);
  return fromNamedMonth(words, reader);
}

function fromOneWord(word: string, reader: DateReader): string | null {
  if (word === 'today') return reader.today;
  if (word === 'yesterday') return addDays(reader.today, -1);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(word);
  if (iso) return dayOf({ year: Number(iso[1]), month: Number(iso[2]), date: Number(iso[3]) });
  return fromNumbers(word, reader) ?? fromWeekday(word, reader);
}

function fromNumbers(word: string, reader: DateReader): string | null {
  const match = /^(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2}|\d{4}))?\.?$/.exec(word);
  if (!match) return null;
  const [one, two] = [Number(match[1]), Number(match[2])];
  const [date, month] = isMonthFirst(reader.locale) ? [two, one] : [one, two];
  return withYear({ month, date }, match[3], reader);
}

function isMonthFirst(locale: string | undefined): boolean {
  const parts = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric' }).formatToParts(0);
  return parts.find((part) => part.type === 'day' || part.type === 'month')?.type === 'month';
}

function fromNamedMonth(words: readonly string[], reader: DateReader): string | null {
  const months = namesOf((index) => new Date(Date.UTC(2026, index, 1)), 12, { month: 'long' }, reader.locale);
  let [month, date, year]: [number?, number?, string?] = [];
  for (const word of words.map((each) => each.replace(/(\d)(st|nd|rd|th|\.)$/, '$1'))) {
    if (/^\d{1,2}$/.test(word) && date === undefined) date = Number(word);
    else if (/^\d{4}$/.test(word)) year = word;
    else if (month === undefined) month = indexByName(months, word);
  }
  if (month === undefined || date === undefined) return null;
  return withYear({ month: month + 1, date }, year, reader);
}

function fromWeekday(word: string, reader: DateReader): string | null {
  // 4 January 1970 was a Sunday.
  const weekdays = namesOf(
    (index) => new Date(Date.UTC(1970, 0, 4 + index)),
    7,
    { weekday: 'long' },
    reader.locale,
  );
  const wanted = indexByName(weekdays, word);
  if (wanted === undefined) return null;
  const back = (new Date(`${reader.today}T00:00:00Z`).getUTCDay() - wanted + 7) % 7;
  return addDays(reader.today, -back);
}

function namesOf(
  at: (index: number) => Date,
  count: number,
  part: Intl.DateTimeFormatOptions,
  locale: string | undefined,
): string[][] {
  return ['en', locale].map((each) => {
    const format = new Intl.DateTimeFormat(each, { ...part, timeZone: 'UTC' });
    return Array.from({ length: count }, (_, index) => format.format(at(index)).toLowerCase());
  });
}

function indexByName(names: readonly string[][], word: string): number | undefined {
  if (word.length < 3) return undefined;
  for (const list of names) {
    const index = list.findIndex((name) => name.startsWith(word.replace(/\.$/, '')));
    if (index >= 0) return index;
  }
  return undefined;
}

/** Without a year the latest such day that is not in the future. */
function withYear(
  part: { month: number; date: number },
  year: string | undefined,
  { today }: DateReader,
): string | null {
  if (year !== undefined) return dayOf({ ...part, year: Number(year.length === 2 ? `20${year}` : year) });
  const thisYear = Number(today.slice(0, 4));
  const day = dayOf({ ...part, year: thisYear });
  return day !== null && day > today ? dayOf({ ...part, year: thisYear - 1 }) : day;
}

function dayOf({ year, month, date }: { year: number; month: number; date: number }): string | null {
  const day = `${pad(year, 4)}-${pad(month)}-${pad(date)}`;
  const instant = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(day) ? day : null;
}

function pad(part: number, length = 2): string {
  return String(part).padStart(length, '0');
}
