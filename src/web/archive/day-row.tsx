import { Link } from '@tanstack/react-router';
import { IconChevronRight } from '@tabler/icons-react';
import type { Day } from '../../shared/clips.ts';
import { formatBytes, formatDay } from '../format.ts';
import { dayDriven } from '../journey/journey-words.ts';
import { useUnits } from '../journey/use-units.ts';
import { Toned } from '../ui/chips.tsx';
import { dayBars } from '../ui/time-strip-plan.ts';
import { TimeStrip } from '../ui/time-strip.tsx';
import { dayCounts, daySpan } from './archive-words.ts';
import { DayRoutes } from './day-routes.tsx';
import classes from './day-row.module.css';
import type { RoutesOfDay } from './use-month-routes.ts';

/** One day of the archive: when, how much, whether anything is missing, and where the car went. */
export function DayRow({ day, journeys = [] }: { day: Day; journeys?: RoutesOfDay | undefined }) {
  const units = useUnits();
  return (
    <div className={classes.pad}>
      <div className={classes.card}>
        <div className={classes.row}>
          <span className={classes.name}>
            <Link to="/archive/$day" params={{ day: day.day }} className={classes.link}>
              {formatDay(day.day, { today: day.day })}
            </Link>
            {journeys.length > 0 && <span className={classes.driven}>{dayDriven(journeys, units)}</span>}
          </span>
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
        </div>
        {journeys.length > 0 && <DayRoutes journeys={journeys} />}
      </div>
    </div>
  );
}
