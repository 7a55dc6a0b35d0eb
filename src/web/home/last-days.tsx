import { Link } from '@tanstack/react-router';
import { IconMovie } from '@tabler/icons-react';
import type { Day } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { dayCounts, daySpan } from '../archive/archive-words.ts';
import { formatBytes, formatDay } from '../format.ts';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { dayBars } from '../ui/time-strip-plan.ts';
import { TimeStrip } from '../ui/time-strip.tsx';
import classes from './last-days.module.css';
import { t } from './texts.ts';

/** The last days that have recordings. */
export function LastDays() {
  const days = useRoute(routes.listDays, { query: { limit: 5 } });
  return (
    <Panel title={t('lastDays')} actions={<Link to="/archive">{t('allDays')}</Link>}>
      <QueryView
        query={days}
        what={t('theLastDays')}
        skeleton={<SkeletonLines widths={[90, 90, 90, 90, 90]} />}
      >
        {(data) => (data.days.length > 0 ? <DayLinks days={data.days} /> : <NoDays />)}
      </QueryView>
    </Panel>
  );
}

function DayLinks({ days }: { days: readonly Day[] }) {
  return (
    <ul className={classes.days}>
      {days.map((day) => (
        <li key={day.day}>
          <Link to="/archive/$day" params={{ day: day.day }} className={classes.day}>
            <span className={classes.name}>{formatDay(day.day, { short: true })}</span>
            <span className={classes.size}>{day.archivedBytes > 0 && formatBytes(day.archivedBytes)}</span>
            <span className={classes.strip}>
              <TimeStrip bars={dayBars(day)} label={t('recorded', { span: daySpan(day) })} />
            </span>
            <span className={classes.counts}>
              {dayCounts(day)
                .map((count) => count.text)
                .join(', ')}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function NoDays() {
  return (
    <EmptyState compact icon={<IconMovie size={26} stroke={1.6} />} title={t('noRecordings')}>
      {t('noRecordingsWhy')}
    </EmptyState>
  );
}
