/** How high rows of the archive will be, before they are drawn. Pure. */
import type { ArchiveRow } from './archive-rows-plan.ts';
import { dayRowPx, linesOf, openDayRowPx, type PageSize } from './day-line-plan.ts';
import { rowPx } from './row-size-plan.ts';

const monthRem = 3.25;
const yearRem = 40;
const noteRem = 4.5;
const waitRem = 20;
/** Strip, map and what is around them. */
const topRem = 26;
const belowRem = 0.5;

/** Height of a row in pixels, as near as it can be told. */
export function archiveRowPx(row: ArchiveRow | undefined, size: PageSize & { isNarrow: boolean }): number {
  const { remPx } = size;
  switch (row?.kind) {
    case 'day':
      return row.isOpen ? openDayRowPx(size) : dayRowPx(linesOf(row.day, size.isNarrow), size);
    case 'part':
      return rowPx(row.row, size.widthPx) + (row.isLast ? belowRem * remPx + 1 : 0);
    case 'year':
      return yearRem * remPx;
    case 'top':
      return topRem * remPx;
    case 'wait':
      return waitRem * remPx;
    case 'error':
    case 'none':
      return noteRem * remPx;
    default:
      return monthRem * remPx;
  }
}
