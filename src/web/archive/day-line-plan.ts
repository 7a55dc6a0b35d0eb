/** What a day's row tells, and how high it is, before anything of it is read: rows must not jump. Pure. */
import { journeysTold, type CalendarDay } from '../../shared/find.ts';

export interface DayLines {
  journeys: number;
  /** Journeys that are a number only. */
  more: number;
  /** Recordings that are in no journey. */
  hasOthers: boolean;
  /** Pictures of what was found, without words. */
  isAlone: boolean;
}

/** The lines of a day: of its first journeys, and one for what was recorded parked or nobody knows where. */
export function linesOf(day: Pick<CalendarDay, 'journeys' | 'parking'>, isNarrow: boolean): DayLines {
  if (isNarrow) return { journeys: 0, more: 0, hasOthers: true, isAlone: true };
  return {
    journeys: Math.min(day.journeys, journeysTold),
    more: Math.max(0, day.journeys - journeysTold),
    hasOthers: day.journeys === 0 || day.parking > 0,
    isAlone: false,
  };
}

/** In rem, as day-row.module.css and day-lines.module.css have them; the border of the card, two pixels, is added apart. */
const desk = { padding: 1.25, head: 2.75, line: 3.25, alone: 3.25, lineGap: 0.25, more: 1.5, least: 6.75 };
const phone = { padding: 1.5, head: 5.25, line: 5.5, alone: 2.75, lineGap: 0.5, more: 1.75, least: 0 };
/** From this width on words stand beside pictures. */
const deskFromRem = 62;
const gapRem = 0.5;

export interface PageSize {
  widthPx: number;
  /** Of one rem. */
  remPx: number;
}

/** Whether there is room for words beside pictures. */
export const isDeskSize = ({ widthPx, remPx }: PageSize): boolean => widthPx >= deskFromRem * remPx;

/** Height of a day's row in pixels, with the room below it. */
export function dayRowPx({ journeys, more, hasOthers, isAlone }: DayLines, size: PageSize): number {
  const of = isDeskSize(size) ? desk : phone;
  const lines = journeys + Number(hasOthers);
  const line = isAlone ? of.alone : of.line;
  const body = lines * line + (lines - 1) * of.lineGap + (more > 0 ? of.more + of.lineGap : 0);
  const least = journeys > 0 ? of.least : 0;
  const all = of.padding + of.head + gapRem + Math.max(least, body) + gapRem;
  return Math.round(all * size.remPx) + 2;
}

/** The same of a day that is open: its head alone. */
export function openDayRowPx(size: PageSize): number {
  const of = isDeskSize(size) ? desk : phone;
  return Math.round((of.padding + of.head) * size.remPx) + 2;
}

const pictureRem = { desk: 5.75, phone: 4.75 } as const;
const pictureGapRem = 0.25;
/** Left and right of what is in a card; on a desk with room for a box to choose it by. */
const besideRem = { desk: 3.75, phone: 2 } as const;
const wordsRem = 19;
const sketchRem = 11.75;

/** How many pictures fit beside the words of a journey, of the rest of a day, and where there are no words. */
export interface PictureRoom {
  journey: number;
  others: number;
  alone: number;
}

export function picturesThatFit(listPx: number, size: PageSize): PictureRoom {
  const of = isDeskSize(size) ? 'desk' : 'phone';
  const inside = (listPx - 2) / size.remPx - besideRem[of];
  const fit = (rem: number) =>
    Math.max(1, Math.floor((rem + pictureGapRem) / (pictureRem[of] + pictureGapRem)));
  const alone = fit(inside);
  if (of === 'phone') return { journey: alone, others: alone, alone };
  return { journey: fit(inside - sketchRem - wordsRem), others: fit(inside - wordsRem), alone };
}
