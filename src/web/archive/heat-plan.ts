/** The strip of a year: a bar for each day that has recordings. Pure. */
import type { CalendarDay } from '../../shared/find.ts';

export interface HeatCell {
  day: CalendarDay;
  /** Of the year, from 0. */
  index: number;
  /** 0: recorded, and not driven; 4: a long day. */
  level: 0 | 1 | 2 | 3 | 4;
  isHollow: boolean;
  isLocked: boolean;
  /** Nothing of it is here any more, and nothing is expected. */
  isGone: boolean;
}

export interface HeatMonth {
  /** `2026-09` */
  month: string;
  /** Days of the year, the end excluded. */
  from: number;
  to: number;
  hasDays: boolean;
}

export interface HeatYear {
  year: number;
  length: 365 | 366;
  /** In the order of time. */
  cells: readonly HeatCell[];
  months: readonly HeatMonth[];
}

const dayMs = 86_400_000;
const startOf = (year: number, month = 0) => Date.UTC(year, month, 1);
const indexOf = (day: string) => Math.round((Date.parse(day) - startOf(Number(day.slice(0, 4)))) / dayMs);

/** Hours driven from which a day is of a level. Where a year knows no journeys, recordings stand for them. */
const hours = [0, 0.5, 1.5, 3];
const recordings = [0, 20, 60, 150];

/** The bars of a year by the days of its calendar. */
export function heatOf(year: number, days: readonly CalendarDay[]): HeatYear {
  const isDriven = days.some(({ drivenMs }) => drivenMs > 0);
  const levelOf = (day: CalendarDay) =>
    isDriven ? levelAbove(day.drivenMs / 3_600_000, hours) : levelAbove(day.captures, recordings);
  const cells = days.map((day): HeatCell => {
    const isHollow = missingOf(day) > 0;
    return {
      day,
      index: indexOf(day.day),
      level: levelOf(day),
      isHollow,
      isLocked: day.locked > 0,
      isGone: day.archived === 0 && !isHollow,
    };
  });
  const length = startOf(year + 1) - startOf(year) === 366 * dayMs ? 366 : 365;
  return {
    year,
    length,
    cells: cells.toSorted((a, b) => a.index - b.index),
    months: Array.from({ length: 12 }, (_, month) => monthOf(year, month, cells)),
  };
}

/** Clips that should be here and are not. */
export const missingOf = ({ wanted, lost, vanished }: CalendarDay): number => wanted + lost + vanished;

function levelAbove(value: number, steps: readonly number[]): HeatCell['level'] {
  const level = steps.filter((step) => (step === 0 ? value > 0 : value >= step)).length;
  return level > 3 ? 4 : level > 2 ? 3 : level > 1 ? 2 : level > 0 ? 1 : 0;
}

function monthOf(year: number, month: number, cells: readonly HeatCell[]): HeatMonth {
  const name = `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}`;
  const [from, to] = [month, month + 1].map((of) => Math.round((startOf(year, of) - startOf(year)) / dayMs));
  return {
    month: name,
    from: from ?? 0,
    to: to ?? 0,
    hasDays: cells.some(({ day }) => day.day.startsWith(name)),
  };
}

/** The day with recordings that is nearest to a share of the strip, 0 to 1. */
export function cellNear({ cells, length }: HeatYear, share: number): HeatCell | null {
  const wanted = share * length - 0.5;
  let best: HeatCell | null = null;
  for (const cell of cells)
    if (!best || Math.abs(cell.index - wanted) < Math.abs(best.index - wanted)) best = cell;
  return best;
}

/** Where a day lies on the strip, 0 to 1. */
export function shareOf({ length }: Pick<HeatYear, 'length'>, day: string): number {
  return (Math.min(indexOf(day), length - 1) + 0.5) / length;
}

type Step = (heat: HeatYear, at: number) => HeatCell | undefined;

const after = ({ cells }: HeatYear, index: number) => cells.find((cell) => cell.index >= index);
const before = ({ cells }: HeatYear, index: number) => cells.findLast((cell) => cell.index <= index);
const monthAt = ({ months }: HeatYear, at: number) =>
  months.find(({ from, to }) => from <= at && at < to) ?? { from: 0, to: 0 };
const next: Step = (heat, at) => after(heat, at + 1);
const previous: Step = (heat, at) => before(heat, at - 1);

const steps: Readonly<Record<string, Step>> = {
  ArrowRight: next,
  ArrowUp: next,
  ArrowLeft: previous,
  ArrowDown: previous,
  PageUp: (heat, at) => after(heat, monthAt(heat, at).to),
  PageDown: (heat, at) => before(heat, monthAt(heat, at).from - 1),
  Home: ({ cells }) => cells[0],
  End: ({ cells }) => cells.at(-1),
};

/** What a key does: the day before or after one with recordings, the same of a month, the first or the last. */
export function cellByKey(heat: HeatYear, day: string, key: string): HeatCell | null {
  return steps[key]?.(heat, indexOf(day)) ?? null;
}

/** Heights of bars by their level, of 30. */
const heights = [5, 10, 16, 22, 28] as const;
export const stripHeight = 34;

export interface HeatPath {
  look: 'full' | 'hollow' | 'gone' | 'locked';
  level: HeatCell['level'];
  d: string;
}

/** The bars as few paths, one for each look; a unit is a day wide. */
export function pathsOf({ cells }: HeatYear): HeatPath[] {
  const paths = new Map<string, HeatPath>();
  const add = (look: HeatPath['look'], level: HeatCell['level'], d: string) => {
    const key = `${look} ${level}`;
    const path = paths.get(key);
    if (path) path.d += d;
    else paths.set(key, { look, level, d });
  };
  for (const { index, level, isHollow, isGone, isLocked } of cells) {
    const look = isHollow ? 'hollow' : isGone ? 'gone' : 'full';
    const height = heights[level];
    add(look, level, `M${index + 0.15} ${stripHeight - height}h.7v${height}h-.7z`);
    if (isLocked) add('locked', 0, `M${index} ${stripHeight - height - 4}h1v2.5h-1z`);
  }
  return [...paths.values()];
}
