import { Link } from '@tanstack/react-router';
import { IconChevronRight } from '@tabler/icons-react';
import type { Day } from '../../shared/clips.ts';
import { formatBytes, formatDay } from '../format.ts';
import { Toned } from '../ui/chips.tsx';
import { dayBars } from '../ui/time-strip-plan.ts';
import { TimeStrip } from '../ui/time-strip.tsx';
import { dayCounts, daySpan } from './archive-words.ts';
import classes from './day-row.module.css';

/** One day of the archive: when, how much, and whether anything is missing. */
export function DayRow({ day }: { day: Day }) {
  return (
    <div className={classes.pad}>
      <Link to="/archive/$day" params={{ day: day.day }} className={classes.row}>
        <span className={classes.name}>{formatDay(day.day, { today: day.day })}</span>
        <span className={classes.time}>
          <TimeStrip bars={dayBars(day)} label={`Recorded ${daySpan(day)}`} />
          <span className={classes.span}>{daySpan(day)}</span>
        </span>
        <span className={classes.counts}>
          {dayCounts(day).map((count) => (
            <Toned key={count.text} tone={count.tone}>
              {count.text}
            </Toned>
          ))}
        </span>
        <span className={classes.size}>{day.archivedBytes > 0 ? formatBytes(day.archivedBytes) : ''}</span>
        <IconChevronRight className={classes.chevron} size={18} aria-hidden />
      </Link>
    </div>
  );
}
