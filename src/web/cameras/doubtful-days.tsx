import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CameraClock, DoubtfulDay } from '../../shared/clock.ts';
import { formatDate } from '../format.ts';
import classes from './clock-shifts.module.css';
import { t } from './texts.ts';

interface DoubtfulDaysProps {
  clock: CameraClock;
  onMend: (day: DoubtfulDay) => void;
}

/** Days whose recordings may belong elsewhere: to look at them, and to say what was wrong with the clock. */
export function DoubtfulDays({ clock, onMend }: DoubtfulDaysProps) {
  const { doubtfulDays, captures } = clock;
  if (doubtfulDays.length === 0) return null;
  const shown = doubtfulDays.reduce((sum, day) => sum + day.captures, 0);
  return (
    <>
      <p>{t('doubtfulDays')}</p>
      <ul className={classes.list} aria-label={t('daysInDoubt')}>
        {doubtfulDays.map((day) => (
          <li key={day.localDay} className={classes.shift}>
            <Link to="/archive/$day" params={{ day: day.localDay }}>
              {formatDate(day.localDay)}
            </Link>
            <span>{t('inDoubt', { count: day.captures })}</span>
            <Button variant="default" size="compact-sm" onClick={() => onMend(day)}>
              {t('mend')}
            </Button>
          </li>
        ))}
      </ul>
      {shown < captures.doubtful && <p>{t('earlierInDoubt', { count: captures.doubtful - shown })}</p>}
    </>
  );
}
