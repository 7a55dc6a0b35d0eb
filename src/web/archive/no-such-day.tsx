import { Link } from '@tanstack/react-router';
import { IconCalendarOff } from '@tabler/icons-react';
import { formatDay } from '../format.ts';
import { EmptyState } from '../ui/states.tsx';
import { useNearestDays } from './day-neighbours.ts';
import classes from './no-such-day.module.css';
import { t } from './texts.ts';

/** A day without recordings, and the ways to those that have some. */
export function NoSuchDay({ day }: { day: string }) {
  const { earlier, later } = useNearestDays(day);
  return (
    <EmptyState
      icon={<IconCalendarOff size={28} stroke={1.6} />}
      title={t('nothingOn', { day: formatDay(day) })}
      action={
        <span className={classes.ways}>
          {[earlier, later].map(
            (near) =>
              near !== null && (
                <Link key={near} to="/archive/$day" params={{ day: near }}>
                  {formatDay(near)}
                </Link>
              ),
          )}
          <Link to="/archive">{t('allDays')}</Link>
        </span>
      }
    >
      {earlier !== null || later !== null ? t('nearestDays') : t('noDayNear')}
    </EmptyState>
  );
}
