/** The time slider: days of the archive as numbers, bars of what was driven, and what a key or a drag makes of a range. */
import type { MapMonths } from '../../shared/map-months.ts';
import { localTimeIn } from '../format.ts';
import { everything, passesFilter, type ArchiveFilter, type ArchiveMonth } from './archive-months.ts';

/** The days from the first to the last, both included; day 0 is the first. */
export interface SliderSpan {
  first: string;
  last: string;
  /** The number of the last day. */
  end: number;
}

/** Days by number, both included. */
export interface DayRange {
  from: number;
  to: number;
}

/** What is moved: an end of the range, or all of it. */
export type Grip = 'from' | 'to' | 'both';

/** What a drag moves: besides, a new range from the day where it began, to either side. */
export type DragGrip = Grip | 'new';

/** A stretch of days and the metres driven in it. */
export interface Bar extends DayRange {
  distanceM: number;
}

const dayMs = 86_400_000;
const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** A day some days after another. */
export const dayAfter = (day: string, count: number): string =>
  new Date(utc(day) + count * dayMs).toISOString().slice(0, 10);

/** The number of a day; below zero before the first. */
export const numberOf = ({ first }: SliderSpan, day: string): number =>
  Math.round((utc(day) - utc(first)) / dayMs);

export const dayOf = ({ first }: SliderSpan, number: number): string => dayAfter(first, number);

/** From the first day of the oldest month to the last of the newest, but not beyond today; null without a month. */
export function spanOf(months: MapMonths['months'], today: string): SliderSpan | null {
  const [newest, oldest] = [months[0]?.month, months.at(-1)?.month];
  if (newest === undefined || oldest === undefined) return null;
  const first = `${oldest}-01`;
  const ofMonth = dayAfter(`${nextMonth(newest)}-01`, -1);
  const last = ofMonth > today && `${newest}-01` <= today ? today : ofMonth;
  return { first, last, end: Math.round((utc(last) - utc(first)) / dayMs) };
}

function nextMonth(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${month.slice(0, 5)}${String(number + 1).padStart(2, '0')}`;
}

/** The range of an address; an open end is the span's. */
export function rangeOfDays(
  span: SliderSpan,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): DayRange {
  const within = (day: string | undefined, otherwise: number) =>
    day === undefined ? otherwise : Math.max(0, Math.min(span.end, numberOf(span, day)));
  const range = { from: within(from, 0), to: within(to, span.end) };
  return range.from <= range.to ? range : { from: range.to, to: range.from };
}

/** The days of a range; an end that is the span's is left open, so that days to come are shown as well. */
export function daysOfRange(
  span: SliderSpan,
  { from, to }: DayRange,
): { from: string | undefined; to: string | undefined } {
  return {
    from: from <= 0 ? undefined : dayOf(span, from),
    to: to >= span.end ? undefined : dayOf(span, to),
  };
}

/** The range after a grip was moved by some days. */
export function moved(
  span: SliderSpan,
  range: DayRange,
  { grip, by }: { grip: DragGrip; by: number },
): DayRange {
  switch (grip) {
    case 'from':
      return { ...range, from: clamp(range.from + by, 0, range.to) };
    case 'to':
      return { ...range, to: clamp(range.to + by, range.from, span.end) };
    case 'new': {
      const end = clamp(range.from + by, 0, span.end);
      return { from: Math.min(range.from, end), to: Math.max(range.from, end) };
    }
    case 'both': {
      const step = clamp(by, -range.from, span.end - range.to);
      return { from: range.from + step, to: range.to + step };
    }
  }
}

/**
 * What a pointer on a day takes, and the range to move from: the nearer end within reach, all of a part, or, where
 * everything is shown or beside the part, a new range that begins there.
 */
export function gripAt(
  span: SliderSpan,
  range: DayRange,
  { day, reach }: { day: number; reach: number },
): { grip: DragGrip; start: DayRange } {
  const [toFrom, toTo] = [Math.abs(day - range.from), Math.abs(day - (range.to + 1))];
  if (Math.min(toFrom, toTo) <= reach) return { grip: toFrom < toTo ? 'from' : 'to', start: range };
  const isPartial = range.from > 0 || range.to < span.end;
  if (isPartial && day > range.from && day <= range.to) return { grip: 'both', start: range };
  const here = clamp(Math.floor(day), 0, span.end);
  return { grip: 'new', start: { from: here, to: here } };
}

const clamp = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, Math.round(value)));

const monthDays = 30;

/** By how many days a key moves a grip; null: it is none of the slider's. */
export function stepOfKey(key: string, span: SliderSpan): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return -1;
    case 'ArrowRight':
    case 'ArrowUp':
      return 1;
    case 'PageDown':
      return -monthDays;
    case 'PageUp':
      return monthDays;
    case 'Home':
      return -span.end;
    case 'End':
      return span.end;
    default:
      return null;
  }
}

/** Longer archives are shown by month, of which the list of months tells; others by week. */
const mostWeeks = 110;

/** What was driven when: bars over the whole span. By month until all journeys are there. */
export function barsOf(
  span: SliderSpan,
  listed: MapMonths['months'],
  {
    months,
    isWhole,
    cameraId,
  }: { months: readonly ArchiveMonth[]; isWhole: boolean; cameraId: number | null },
): Bar[] {
  if (isWhole && span.end / 7 <= mostWeeks) return weekBars(span, months, cameraId);
  const own = isWhole && cameraId !== null ? ofCar(months, cameraId) : null;
  return listed
    .map(({ month, distanceM }) => ({
      from: Math.max(0, numberOf(span, `${month}-01`)),
      to: Math.min(span.end, numberOf(span, `${nextMonth(month)}-01`) - 1),
      distanceM: own ? (own.get(month) ?? 0) : distanceM,
    }))
    .toReversed();
}

function ofCar(months: readonly ArchiveMonth[], cameraId: number): Map<string, number> {
  return new Map(
    months.map(({ month, journeys }) => [
      month,
      journeys.reduce((sum, each) => sum + (each.cameraId === cameraId ? each.distanceM : 0), 0),
    ]),
  );
}

function weekBars(span: SliderSpan, months: readonly ArchiveMonth[], cameraId: number | null): Bar[] {
  const count = Math.ceil((span.end + 1) / 7);
  const bars = Array.from({ length: count }, (_, week) => ({
    from: week * 7,
    to: Math.min(span.end, week * 7 + 6),
    distanceM: 0,
  }));
  const filter: ArchiveFilter = { ...everything, cameraId };
  const ahead = clocksOfZones();
  for (const { journeys } of months) {
    for (const journey of journeys) {
      const day = Math.floor(
        (journey.startedAt + ahead(journey.startedAt, journey.zone) - utc(span.first)) / dayMs,
      );
      const bar = bars[Math.floor(day / 7)];
      if (bar && passesFilter(journey, filter)) bar.distanceM += journey.distanceM;
    }
  }
  return bars;
}

/** By how many milliseconds clocks of a zone are ahead of UTC on a day of UTC; looked up once, for it takes its time. */
function clocksOfZones(): (at: number, zone: string) => number {
  const known = new Map<string, number>();
  return (at, zone) => {
    const day = Math.floor(at / dayMs);
    const key = `${day} ${zone}`;
    let ahead = known.get(key);
    if (ahead === undefined) {
      const noon = day * dayMs + dayMs / 2;
      ahead = Date.parse(`${localTimeIn(noon, zone)}Z`) - noon;
      known.set(key, ahead);
    }
    return ahead;
  };
}

export const barsHeight = 100;

/** The bars as one path, `span.end + 1` wide and `barsHeight` high; something driven is never lower than it can be seen. */
export function barsPath(bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.map(({ distanceM }) => distanceM));
  return bars
    .filter(({ distanceM }) => distanceM > 0)
    .map(({ from, to, distanceM }) => {
      const height = Math.max(4, Math.round((Math.sqrt(distanceM) / Math.sqrt(most)) * barsHeight));
      const gap = to - from > 3 ? 0.12 * (to + 1 - from) : 0;
      return `M${from} ${barsHeight}v${-height}h${round(to + 1 - from - gap)}v${height}z`;
    })
    .join('');
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Years or months to write under the bars, at most so many: the number of the day each begins with. */
export function ticksOf(span: SliderSpan, most: number): { day: number; label: string; isYear: boolean }[] {
  const months: { day: number; label: string; isYear: boolean }[] = [];
  for (let month = span.first.slice(0, 7); `${month}-01` <= span.last; month = nextMonth(month)) {
    const label = `${month}-01`;
    months.push({ day: numberOf(span, label), label, isYear: month.endsWith('-01') });
  }
  const years = months.filter((tick, index) => tick.isYear || index === 0);
  for (const step of [1, 2, 3, 6]) {
    const some = months.filter(({ label }) => (Number(label.slice(5, 7)) - 1) % step === 0);
    if (some.length <= most) return some;
  }
  const every = Math.ceil(years.length / most);
  return years.filter(({ isYear }, index) => isYear && index % every === 0);
}
