import { EntryFrame } from './entry-frame.tsx';
import classes from './entry-form.module.css';
import { t } from './texts.ts';

/** The installation has a password that nobody can check: what to do. */
export function LockedPage({ silent }: { silent: string | null }) {
  return (
    <EntryFrame title={t('locked')} silent={silent}>
      <p className={classes.text}>{t('lockedHelp')}</p>
      <dl className={classes.commands}>
        <div>
          <dt className={classes.dim}>{t('inContainer')}</dt>
          <dd>
            <code className={classes.command}>docker exec -it viofosync viofosync password</code>
          </dd>
        </div>
        <div>
          <dt className={classes.dim}>{t('otherwise')}</dt>
          <dd>
            <code className={classes.command}>viofosync password</code>
          </dd>
        </div>
      </dl>
      <p className={classes.dim}>{t('lockedGoesOn')}</p>
    </EntryFrame>
  );
}
