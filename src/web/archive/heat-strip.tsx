import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import {
  memo,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type CSSProperties,
  type ReactNode,
  type RefObject,
} from 'react';
import type { CalendarDay } from '../../shared/find.ts';
import { formatMonthShort } from '../format.ts';
import {
  cellByKey,
  cellNear,
  heatOf,
  pathsOf,
  shareOf,
  stripHeight,
  type HeatCell,
  type HeatYear,
} from './heat-plan.ts';
import classes from './heat-strip.module.css';
import { heatWords } from './heat-words.ts';
import type { Reading } from './reading.ts';
import { t } from './texts.ts';

interface HeatStripProps {
  years: readonly number[];
  year: number;
  days: readonly CalendarDay[];
  /** It is not read yet; the room is kept. */
  isPending: boolean;
  reading: Reading;
  /** Goes to a day, a month or a year. */
  onGo: (at: string) => void;
}

/** A year at a glance: hours driven, what is locked and what is missing; a press goes there. */
export function HeatStrip({ years, year, days, isPending, reading, onGo }: HeatStripProps) {
  const heat = useMemo(() => heatOf(year, days), [year, days]);
  const scroller = useRef<HTMLDivElement>(null);
  return (
    <section className={classes.heat} aria-label={t('calendar')} aria-busy={isPending}>
      <YearChoice years={years} year={year} onGo={onGo} />
      <div className={classes.scroll} ref={scroller}>
        <div className={classes.year} style={{ '--days': heat.length } as CSSProperties}>
          <Strip heat={heat} reading={reading} scroller={scroller} onGo={onGo} />
          <Months heat={heat} onGo={onGo} />
        </div>
      </div>
    </section>
  );
}

interface YearChoiceProps {
  years: readonly number[];
  year: number;
  onGo: (at: string) => void;
}

function YearChoice({ years, year, onGo }: YearChoiceProps) {
  const at = years.indexOf(year);
  const step = (to: number | undefined, label: string, icon: ReactNode) => (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={32}
      className={classes.step ?? ''}
      aria-label={label}
      disabled={to === undefined}
      onClick={() => to !== undefined && onGo(String(to))}
    >
      {icon}
    </ActionIcon>
  );
  return (
    <div className={classes.choice}>
      {step(years[at + 1], t('yearBefore'), <IconChevronLeft size={18} aria-hidden />)}
      <select
        className={classes.select}
        aria-label={t('year')}
        value={String(year)}
        onChange={(event) => onGo(event.currentTarget.value)}
      >
        {years.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
      {step(years[at - 1], t('yearAfter'), <IconChevronRight size={18} aria-hidden />)}
    </div>
  );
}

interface StripProps {
  heat: HeatYear;
  reading: Reading;
  scroller: RefObject<HTMLDivElement | null>;
  onGo: (at: string) => void;
}

function Strip({ heat, reading, scroller, onGo }: StripProps) {
  const [pointed, setPointed] = useState<HeatCell | null>(null);
  const here = useHere(heat, reading);
  useFollowed(scroller, here === null ? null : shareOf(heat, here.day.day));
  const near = (event: MouseEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return cellNear(heat, (event.clientX - left) / width);
  };
  const handlers = {
    onClick: (event: MouseEvent<HTMLElement>) => {
      const cell = near(event);
      if (cell) onGo(cell.day.day);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) =>
      event.pointerType === 'mouse' && setPointed(near(event)),
    onPointerLeave: () => setPointed(null),
    onKeyDown: (event: KeyboardEvent) => {
      const cell = cellByKey(heat, here?.day.day ?? `${heat.year}-01-01`, event.key);
      if (!cell) return;
      event.preventDefault();
      onGo(cell.day.day);
    },
  };
  return (
    <div className={classes.strip} {...sliderOf(heat, here)} {...handlers}>
      <Bars heat={heat} />
      {here && <Mark share={shareOf(heat, here.day.day)} look="here" />}
      {pointed && <Pointed heat={heat} cell={pointed} />}
    </div>
  );
}

const sliderOf = (heat: HeatYear, here: HeatCell | null) => ({
  role: 'slider',
  tabIndex: 0,
  'aria-label': t('daysOfYear', { year: String(heat.year) }),
  'aria-valuemin': 1,
  'aria-valuemax': heat.length,
  'aria-valuenow': (here?.index ?? 0) + 1,
  'aria-valuetext': here ? heatWords(here) : t('noDayOfYear'),
});

/** The bar of the day that is read, or of the nearest one before it. */
function useHere(heat: HeatYear, reading: Reading): HeatCell | null {
  const { day } = useSyncExternalStore(reading.subscribe, reading.get);
  if (day === null) return null;
  return heat.cells.findLast((cell) => cell.day.day <= day) ?? heat.cells[0] ?? null;
}

/** Where a strip is wider than the page, the day that is read stays in view. */
function useFollowed(scroller: RefObject<HTMLDivElement | null>, share: number | null): void {
  useEffect(() => {
    const box = scroller.current;
    if (!box || share === null || box.scrollWidth <= box.clientWidth) return;
    const at = share * box.scrollWidth;
    const isSeen = at > box.scrollLeft + 24 && at < box.scrollLeft + box.clientWidth - 24;
    if (!isSeen) box.scrollTo({ left: at - box.clientWidth / 2 });
  }, [scroller, share]);
}

const Bars = memo(function Bars({ heat }: { heat: HeatYear }) {
  return (
    <svg
      className={classes.svg}
      viewBox={`0 0 ${heat.length} ${stripHeight}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      {heat.months.slice(1).map(({ month, from }) => (
        <line key={month} className={classes.line} x1={from} x2={from} y1={0} y2={stripHeight} />
      ))}
      {pathsOf(heat).map(({ look, level, d }) => (
        <path key={`${look}${level}`} className={classes.bar} data-look={look} data-level={level} d={d} />
      ))}
    </svg>
  );
});

function Mark({ share, look }: { share: number; look: 'here' | 'pointed' }) {
  return <span className={classes.mark} data-look={look} style={{ left: `${share * 100}%` }} aria-hidden />;
}

function Pointed({ heat, cell }: { heat: HeatYear; cell: HeatCell }) {
  const share = shareOf(heat, cell.day.day);
  return (
    <>
      <Mark share={share} look="pointed" />
      <span
        className={classes.tip}
        data-side={share > 0.5 ? 'right' : 'left'}
        style={share > 0.5 ? { right: `${(1 - share) * 100}%` } : { left: `${share * 100}%` }}
        aria-hidden
      >
        {heatWords(cell)}
      </span>
    </>
  );
}

const Months = memo(function Months({ heat, onGo }: { heat: HeatYear; onGo: (at: string) => void }) {
  return (
    <div className={classes.months}>
      {heat.months.map(({ month, from, to, hasDays }) => (
        <button
          key={month}
          type="button"
          className={classes.month}
          style={{ flexGrow: to - from }}
          disabled={!hasDays}
          aria-label={`${formatMonthShort(`${month}-01`)} ${month.slice(0, 4)}`}
          onClick={() => onGo(month)}
        >
          {formatMonthShort(`${month}-01`)}
        </button>
      ))}
    </div>
  );
});
