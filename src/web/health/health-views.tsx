import { Link } from '@tanstack/react-router';
import { t } from '../log/texts.ts';
import classes from './health-views.module.css';

/** What is wrong and what works, and the log: two parts of one page. */
export function HealthViews() {
  return (
    <nav className={classes.views} aria-label={t('views')}>
      <Link to="/health" className={classes.view} activeOptions={{ exact: true }}>
        {t('viewHealth')}
      </Link>
      <Link to="/health/log" className={classes.view}>
        {t('viewLog')}
      </Link>
    </nav>
  );
}
