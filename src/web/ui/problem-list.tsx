import { IconAlertTriangle, IconExclamationCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Problem } from '../../shared/status.ts';
import { formatInstant } from '../format.ts';
import classes from './problem-list.module.css';
import { useNow } from './use-now.ts';
import { t } from './texts.ts';

interface ProblemListProps {
  problems: readonly Problem[];
  /** What else is shown with each, such as where it is cured. */
  more?: (problem: Problem) => ReactNode;
}

/** Problems as sentences, each with what to do about it. */
export function ProblemList({ problems, more }: ProblemListProps) {
  const now = useNow();
  return (
    <ul className={classes.list}>
      {problems.map((problem) => (
        <li key={problem.key} className={classes.problem} data-severity={problem.severity}>
          <span className={classes.icon} aria-hidden>
            {problem.severity === 'error' ? (
              <IconExclamationCircle size={20} />
            ) : (
              <IconAlertTriangle size={20} />
            )}
          </span>
          <div>
            <p className={classes.message}>{problem.message}</p>
            {problem.advice && <p>{problem.advice}</p>}
            <p className={classes.since}>{t('since', { time: formatInstant(problem.since, now) })}</p>
            {more?.(problem)}
          </div>
        </li>
      ))}
    </ul>
  );
}
