import { Link } from '@tanstack/react-router';
import type { Problem } from '../../shared/status.ts';
import { afterProblemMs, cureOf, type Cure } from './cure-plan.ts';
import classes from './problem-links.module.css';
import { t } from './texts.ts';

/** From a problem to where it is cured, and to what the log said when it began. */
export function ProblemLinks({ problem: { key, since } }: { problem: Problem }) {
  const cure = cureOf(key);
  return (
    <p className={classes.links}>
      {cure && <CureLink cure={cure} />}
      <Link to="/health/log" search={{ until: since + afterProblemMs }}>
        {t('logOfThen')}
      </Link>
    </p>
  );
}

function CureLink({ cure }: { cure: Cure }) {
  switch (cure.to) {
    case '/storage':
      return (
        <Link to="/storage" search={cure.view ? { view: cure.view } : {}}>
          {t(cure.view ? 'cureTrash' : 'cureStorage')}
        </Link>
      );
    case '/cameras':
      return <Link to="/cameras">{t('cureCameras')}</Link>;
    case '/settings':
      return (
        <Link to="/settings" search={cure.q === undefined ? {} : { q: cure.q }}>
          {t(cure.q === undefined ? 'cureSettings' : 'cureSetting')}
        </Link>
      );
    case '/health':
      // It is shown here.
      return null;
  }
}
