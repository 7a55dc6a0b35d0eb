/** How high rows of a day will be, before they are drawn: what lies above must not jump when it is scrolled to. Pure. */
import type { DayListRow } from './day-rows-plan.ts';

const headPx = 64;
/** Of the pictures below a folded head. */
const runPx = 66;
/** Pictures of 8 rem beside the words, the padding and the line. */
const wideRowPx = 85;
/** Below this the pictures stand under the words, as large as they fit side by side (capture-row.module.css). */
const phoneBelowPx = 704;
/** Margins of the page and of the row; words, padding and gaps of a row. */
const besidePx = 66;
const abovePx = 57;
const gapPx = 6;

/** Height of a row in pixels, as near as it can be told; `pagePx` is how wide the window is. */
export function rowPx(row: DayListRow | undefined, pagePx: number): number {
  if (!row) return headPx;
  if (row.kind === 'head') return row.isClosed && row.captures.length > 0 ? headPx + runPx : headPx;
  if (pagePx >= phoneBelowPx) return wideRowPx;
  const { length } = row.capture.clips;
  const columns = length === 3 ? 3 : 2;
  const lines = Math.max(1, Math.ceil(length / columns));
  const tilePx = (pagePx - besidePx - (columns - 1) * gapPx) / columns;
  return Math.round((lines * tilePx * 9) / 16 + (lines - 1) * gapPx + abovePx);
}
