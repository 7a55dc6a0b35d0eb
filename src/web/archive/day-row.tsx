import { ActionIcon } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { memo } from 'react';
import type { ArchiveFilterFields } from '../../shared/archive-filter.ts';
import type { CalendarDay, DayShort } from '../../shared/find.ts';
import { formatBytes, formatDay } from '../format.ts';
import type { DistanceUnits } from '../journey/units.ts';
import { TracksSketch } from '../map/track-sketch.tsx';
import { Toned } from '../ui/chips.tsx';
import { TimeStrip } from '../ui/time-strip.tsx';
import { barsOfShort, dayCounts, dayDrivenWords, kindsWords, shortSpan } from './archive-words.ts';
import { linesOf, type PictureRoom } from './day-line-plan.ts';
import { DayLines } from './day-lines.tsx';
import classes from './day-row.module.css';
import { RowLead } from './row-lead.tsx';
import { RowLink } from './row-link.tsx';
import { t } from './texts.ts';
import { useDayShort } from './use-day-short.ts';

export interface DayRowProps {
  day: CalendarDay;
  isOpen: boolean;
  /** It came while the reader was at the top. */
  isNew: boolean;
  fields: ArchiveFilterFields;
  isNarrow: boolean;
  /** Words stand beside pictures. */
  isDesk: boolean;
  units: DistanceUnits;
  /** How many pictures there is room for. */
  fit: PictureRoom;
  onToggle: (day: string, isOpen: boolean) => void;
}

/** One day of the archive: when, how much, what is missing, where the car went and what it saw. */
export const DayRow = memo(function DayRow(props: DayRowProps) {
  const { day, isOpen, isNew, fields, isNarrow } = props;
  const { data: short, isError } = useDayShort(day.day, fields);
  const lines = linesOf(day, isNarrow);
  return (
    <div className={classes.pad} data-open={isOpen || undefined}>
      <article
        className={classes.card}
        data-day={day.day}
        data-new={isNew || undefined}
        aria-label={formatDay(day.day)}
      >
        <RowLead of={{ kind: 'day', day }} />
        <DayRowHead {...props} short={short ?? null} />
        {!isOpen && <DayLines {...props} lines={lines} short={short ?? null} hasFailed={isError && !short} />}
      </article>
    </div>
  );
});

type HeadProps = DayRowProps & { short: DayShort | null };

function DayRowHead(props: HeadProps) {
  const { day, isOpen, isDesk, short, onToggle } = props;
  const name = formatDay(day.day, { today: day.day });
  return (
    <div className={classes.head}>
      <h3 className={classes.name}>
        <RowLink href={`/archive/${day.day}`} className={classes.link}>
          <span className={classes.long}>{name}</span>
          <span className={classes.short}>{formatDay(day.day, { today: day.day, short: true })}</span>
        </RowLink>
      </h3>
      <span className={classes.driven}>{whatWords(props)}</span>
      {!isDesk && !isOpen && <HeadSketch short={short} />}
      <span className={classes.time}>
        <TimeStrip bars={short ? barsOfShort(short) : []} label={short ? shortSpan(short) : name} />
        <span className={classes.span}>
          {short && <span>{shortSpan(short)}</span>}
          {short && <span className={classes.kinds}>{kindsWords(short.kinds)}</span>}
        </span>
      </span>
      <span className={classes.counts}>
        {dayCounts(day).map((count) => (
          <Toned key={count.text} tone={count.tone}>
            {count.text}
          </Toned>
        ))}
      </span>
      <span className={classes.size}>{day.archivedBytes > 0 ? formatBytes(day.archivedBytes) : ''}</span>
      <ActionIcon
        className={classes.toggle ?? ''}
        variant="subtle"
        color="gray"
        size={36}
        aria-expanded={isOpen}
        aria-label={t('openHere', { day: name })}
        onClick={() => onToggle(day.day, !isOpen)}
      >
        <IconChevronDown size={20} className={classes.chevron} aria-hidden />
      </ActionIcon>
    </div>
  );
}

/** What was driven, or recorded, or found. */
function whatWords({ day, isNarrow, units, short }: HeadProps): string {
  if (isNarrow) return short?.found ? t('found', { count: short.found.captures }) : '';
  return day.journeys > 0 ? dayDrivenWords(day, units) : t('recordings', { count: day.captures });
}

/** On a phone the lines of the day stand beside its name. */
function HeadSketch({ short }: { short: DayShort | null }) {
  return (
    <span className={classes.sketch}>
      {short && short.journeys.length > 0 && (
        <TracksSketch lines={short.journeys.map(({ outline }) => outline)} width={76} height={44} />
      )}
    </span>
  );
}
