import type { Startup } from '../../shared/startup.ts';
import { EntryFrame } from './entry-frame.tsx';
import { elapsedWords, percentOf, phaseTitle } from './entry-words.ts';
import classes from './starting.module.css';
import { t } from './texts.ts';

/** What the program does before it can answer. */
export function Starting({ startup, silent }: { startup: Startup; silent: string | null }) {
  const elapsed = elapsedWords(startup);
  return (
    <EntryFrame title={phaseTitle(startup.phase)} silent={silent} isBrief={elapsed === null}>
      <output className={classes.message}>{startup.message}</output>
      <Progress startup={startup} />
      <p className={classes.hint}>
        {elapsed && <span>{elapsed}</span>} {t('goesOn')}
      </p>
    </EntryFrame>
  );
}

function Progress({ startup }: { startup: Startup }) {
  const percent = percentOf(startup.progress);
  if (percent === null) return null;
  return (
    <div className={classes.progress}>
      <progress className={classes.bar} aria-label={phaseTitle(startup.phase)} max={100} value={percent} />
      <span aria-hidden>{percent} %</span>
    </div>
  );
}

/** Nothing has come back from the server yet. */
export function Silent({ silent }: { silent: string | null }) {
  return (
    <EntryFrame title={t('connecting')} isBrief={silent === null}>
      <output className={classes.message}>{silent}</output>
      {silent !== null && <p className={classes.hint}>{t('goesOn')}</p>}
    </EntryFrame>
  );
}
