import { useLocation } from '@tanstack/react-router';
import { IconArrowUp } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, type RefObject } from 'react';
import type { ArchiveFilterFields } from '../../shared/archive-filter.ts';
import type { CalendarDay } from '../../shared/find.ts';
import { VirtualList, type ListHandle } from '../ui/virtual-list.tsx';
import classes from './archive-list.module.css';
import { archiveRowPx } from './archive-row-size-plan.ts';
import { ArchiveRowView } from './archive-row-view.tsx';
import { archiveRows, yearsInView } from './archive-rows-plan.ts';
import { openOf, withDay, type ArchiveSearch } from './archive-search.ts';
import { useOpenDayScript } from './open-day-script.ts';
import type { Reading } from './reading.ts';
import { t } from './texts.ts';
import { useArchiveView } from './use-archive-view.ts';
import { useDayKeys } from './use-day-keys.ts';
import { useNews } from './use-news.ts';
import { useOpenDays, type OpenDayView } from './use-open-days.ts';
import { useElementPx, usePageSize } from './use-page-size.ts';
import { useReadingPlace } from './use-reading-place.ts';
import type { SearchChange } from './use-search-change.ts';

/** Brings a day, a month or a year into view. */
export type GoTo = (at: string) => void;

interface ArchiveListProps {
  search: ArchiveSearch;
  fields: ArchiveFilterFields;
  isNarrow: boolean;
  years: readonly number[];
  daysOf: ReadonlyMap<number, readonly CalendarDay[]>;
  reading: Reading;
  /** What stays at the top of the page, above the list. */
  top: RefObject<HTMLElement | null>;
  /** Handed what brings a day into view. */
  onReady: (goTo: GoTo) => void;
  onWant: (years: readonly number[]) => void;
  onChange: SearchChange;
}

const headerPx = 60;
/** Years are read before their place comes into view. */
const rowsAhead = 16;

/** The days of the years that are read, newest first, with what is in those that are open. */
export function ArchiveList(props: ArchiveListProps) {
  const { search, fields, isNarrow, years, daysOf, reading, top, onReady, onWant, onChange } = props;
  const open = useMemo(() => openOf({ open: search.open ?? '' }), [search.open]);
  const script = useOpenDayScript(open.length > 0);
  const { open: opened, fold } = useOpenDays(open, fields, script !== null);
  const rows = useMemo(() => archiveRows({ years, daysOf, open: opened }), [years, daysOf, opened]);
  const list = useRef<ListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const coveredPx = headerPx + useElementPx(top, 'height');
  // The address changes a moment before the list does: the place in one list is never taken for that in another.
  const entry = `${useHistoryEntry()} ${JSON.stringify(fields)}`;
  const goTo = useReadingPlace({ rows, list, entry, at: search.at, coveredPx, reading, onWant });
  useEffect(() => onReady(goTo), [onReady, goTo]);
  const onRange = useCallback(
    (first: number, last: number) => onWant(yearsInView(rows, first, last + rowsAhead)),
    [rows, onWant],
  );
  const toggle = useCallback(
    (day: string, isOpen: boolean) => onChange((before) => withDay(before, day, isOpen), { replace: true }),
    [onChange],
  );
  const size = usePageSize();
  const estimateSize = useCallback(
    (index: number) => archiveRowPx(rows[index], { ...size, isNarrow }),
    [rows, size, isNarrow],
  );
  const keyOf = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const view = useArchiveView({ fields, isNarrow, rows, opened, script, list, frame, reading, fold, toggle });
  useOpenKeys(opened);
  return (
    <div ref={frame} className={classes.list}>
      <News days={daysOf.get(years[0] ?? 0) ?? noDays} reading={reading} coveredPx={coveredPx} />
      <VirtualList
        count={rows.length}
        label={t('daysNewestFirst')}
        estimateSize={estimateSize}
        keyOf={keyOf}
        onRange={onRange}
        handle={list}
        overscan={2}
        coveredPx={coveredPx}
        renderRow={(index) => rows[index] && <ArchiveRowView row={rows[index]} view={view} />}
      />
    </div>
  );
}

const noDays: readonly CalendarDay[] = [];

/** A name of the present entry of the browser's history. */
function useHistoryEntry(): string {
  return useLocation({
    select: ({ state, href }) => {
      const { ['__TSR_key']: key } = state;
      return key ?? href;
    },
  });
}

/** Keys for recordings of days that are open. */
function useOpenKeys(opened: ReadonlyMap<string, OpenDayView>): void {
  const captures = useMemo(() => [...opened.values()].flatMap((of) => of.captures), [opened]);
  useDayKeys(captures, true);
}

interface NewsProps {
  days: readonly CalendarDay[];
  reading: Reading;
  coveredPx: number;
}

/** Says that something came in above what is read, and leads there. */
function News({ days, reading, coveredPx }: NewsProps) {
  const count = useNews(days, reading);
  return (
    <output className={classes.news} style={{ top: coveredPx + 8 }}>
      {count > 0 && (
        <button type="button" className={classes.pill} onClick={() => window.scrollTo({ top: 0 })}>
          <IconArrowUp size={16} aria-hidden />
          {t('newOnes', { count })}
        </button>
      )}
    </output>
  );
}
