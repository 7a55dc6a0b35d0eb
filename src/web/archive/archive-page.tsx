import { getRouteApi, Link } from '@tanstack/react-router';
import { IconFileImport, IconFilterOff, IconMovie } from '@tabler/icons-react';
import { useCallback, useMemo, useRef, useState, type RefObject } from 'react';
import type { ArchiveFilterFields } from '../../shared/archive-filter.ts';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { ArchiveList, type GoTo } from './archive-list.tsx';
import classes from './archive-page.module.css';
import {
  calendarFieldsOf,
  fieldsOf,
  isFiltered,
  isNarrowed,
  unfiltered,
  type ArchiveSearch,
} from './archive-search.ts';
import { FilterBar, type FilterChange } from './filter-bar.tsx';
import { GoToField } from './go-to.tsx';
import { HeatStrip } from './heat-strip.tsx';
import { useIsDesk } from '../ui/header-slot.tsx';
import { Reading } from './reading.ts';
import { SelectProvider } from '../select/select-provider.tsx';
import { RemovalProvider } from './removal-provider.tsx';
import { t } from './texts.ts';
import { useCalendar } from './use-calendar.ts';
import { useSearchChange, type SearchChange } from './use-search-change.ts';
import { useYearOf } from './use-year-of.ts';

const route = getRouteApi('/archive');

/** Every day that has recordings, newest first, under the calendar of a year. */
export function ArchivePage() {
  return (
    <RemovalProvider>
      <Archive />
    </RemovalProvider>
  );
}

function Archive() {
  const search = route.useSearch();
  const fields = useFields(search);
  const isDesk = useIsDesk();
  const change = useSearchChange();
  const [reading] = useState(() => new Reading());
  const top = useRef<HTMLDivElement>(null);
  const goTo = useRef<GoTo>(null);
  const go = useCallback((at: string) => goTo.current?.(at), []);
  const setGoTo = useCallback((next: GoTo) => {
    goTo.current = next;
  }, []);
  const clear = useCallback(() => change(unfiltered), [change]);
  const filter = useCallback(
    (wish: FilterChange) => change((before) => withoutEmpty({ ...before, ...wish, at: undefined })),
    [change],
  );
  const filters = (
    <div className={classes.filters}>
      <FilterBar search={search} onChange={filter} onClear={clear} />
      {isDesk && <ImportLink />}
    </div>
  );
  return (
    <SelectProvider fields={fields}>
      <div className={classes.tools}>
        <GoToField onGo={go} />
        {!isDesk && <ImportLink />}
      </div>
      <div className={classes.top} ref={top}>
        <YearStrip fields={calendarFieldsOf(fields)} reading={reading} onGo={go} />
        {isDesk && filters}
      </div>
      {!isDesk && filters}
      <Days
        // Another filter is another list, which begins at its top.
        key={JSON.stringify(fields)}
        search={search}
        fields={fields}
        reading={reading}
        top={top}
        onReady={setGoTo}
        onChange={change}
        onClear={clear}
      />
    </SelectProvider>
  );
}

function ImportLink() {
  return (
    <Link to="/import" className={classes.import}>
      <IconFileImport size={18} stroke={1.7} aria-hidden />
      {t('import')}
    </Link>
  );
}

/** The same object for the same wish. */
function useFields(search: ArchiveSearch): ArchiveFilterFields {
  const key = JSON.stringify(fieldsOf(search));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was one a line before
  return useMemo(() => JSON.parse(key) as ArchiveFilterFields, [key]);
}

const withoutEmpty = (search: FilterChange): ArchiveSearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

interface YearStripProps {
  fields: ArchiveFilterFields;
  reading: Reading;
  onGo: (at: string) => void;
}

const wantNone: readonly number[] = [];

/** The year that is read. Of another camera it is another one, and of nothing else. */
function YearStrip({ fields, reading, onGo }: YearStripProps) {
  const [thisYear] = useState(() => new Date().getFullYear());
  const inView = useYearOf(reading);
  const wanted = useMemo(() => (inView === null ? wantNone : [inView]), [inView]);
  const { years, daysOf, query } = useCalendar(fields, wanted);
  const year = inView !== null && years.includes(inView) ? inView : (years[0] ?? null);
  if (query.data && year === null) return null;
  return (
    <HeatStrip
      years={years}
      year={year ?? thisYear}
      days={daysOf.get(year ?? 0) ?? []}
      isPending={year === null || !daysOf.has(year)}
      reading={reading}
      onGo={onGo}
    />
  );
}

interface DaysProps {
  search: ArchiveSearch;
  fields: ArchiveFilterFields;
  reading: Reading;
  top: RefObject<HTMLDivElement | null>;
  onReady: (goTo: GoTo) => void;
  onChange: SearchChange;
  onClear: () => void;
}

function Days({ search, fields, onClear, ...others }: DaysProps) {
  const [wanted, setWanted] = useState<readonly number[]>([]);
  const want = useCallback(
    (years: readonly number[]) =>
      setWanted((before) => {
        const more = years.filter((year) => !before.includes(year));
        return more.length === 0 ? before : [...before, ...more];
      }),
    [],
  );
  const calendar = useCalendar(fields, wanted);
  const { years, daysOf } = calendar;
  const oldest = years.find((year) => !daysOf.has(year));
  const found = [...daysOf.values()].reduce((sum, days) => sum + days.length, 0);
  const isFew = found < fewDays;
  // Where little passes a filter, the years before are read until there is something to scroll through.
  if (isFew && oldest !== undefined && !wanted.includes(oldest)) setWanted([...wanted, oldest]);
  return (
    <QueryView query={calendar.query} what={t('theArchive')} skeleton={<DaysSkeleton />}>
      {() => {
        if (found > 0)
          return (
            <ArchiveList
              search={search}
              fields={fields}
              isNarrow={isNarrowed(fields)}
              years={years}
              daysOf={daysOf}
              onWant={want}
              {...others}
            />
          );
        if (oldest !== undefined) return <DaysSkeleton />;
        return isFiltered(search) ? <NothingPasses onClear={onClear} /> : <NoDays />;
      }}
    </QueryView>
  );
}

const fewDays = 12;

function DaysSkeleton() {
  return (
    <div className={classes.skeleton} aria-busy="true">
      <SkeletonRows count={9} form="card" />
    </div>
  );
}

function NothingPasses({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={<IconFilterOff size={28} stroke={1.6} />}
      title={t('nothingPasses')}
      action={
        <button type="button" className={classes.clear} onClick={onClear}>
          {t('clearFilters')}
        </button>
      }
    >
      {t('nothingPassesWhy')}
    </EmptyState>
  );
}

function NoDays() {
  return (
    <EmptyState
      icon={<IconMovie size={28} stroke={1.6} />}
      title={t('noDays')}
      action={<Link to="/import">{t('importOnes')}</Link>}
    >
      {t('noDaysWhy')}
    </EmptyState>
  );
}
