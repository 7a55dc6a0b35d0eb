import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CameraClock, DoubtfulDay } from '../../shared/clock.ts';
import { countOf, formatDate } from '../format.ts';
import classes from './clock-shifts.module.css';

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
      <p>
        The clock may have been wrong on these days. Look at what was recorded then, and say by how much: no
        rule deletes them meanwhile.
      </p>
      <ul className={classes.list} aria-label="Days in doubt">
        {doubtfulDays.map((day) => (
          <li key={day.localDay} className={classes.shift}>
            <Link to="/archive/$day" params={{ day: day.localDay }}>
              {formatDate(day.localDay)}
            </Link>
            <span>{countOf(day.captures, 'recording')} in doubt</span>
            <Button variant="default" size="compact-sm" onClick={() => onMend(day)}>
              Mend
            </Button>
          </li>
        ))}
      </ul>
      {shown < captures.doubtful && (
        <p>{countOf(captures.doubtful - shown, 'recording')} on earlier days in doubt, too.</p>
      )}
    </>
  );
}
