import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useLatest } from '../ui/use-latest.ts';
import classes from './next-up.module.css';
import { t } from './texts.ts';

export interface NextJourney {
  title: string;
  /** When it began, in words. */
  time: string;
  /** It begins by itself after a moment. */
  isAutomatic: boolean;
  go: () => void;
  /** It is not gone to by itself. */
  stay: () => void;
}

const goesAfterMs = 6000;

/** At the end of a journey: what comes next, and the way there. */
export function NextUp({ next }: { next: NextJourney }) {
  const { title, time, isAutomatic, stay } = next;
  const go = useLatest(next.go);
  useEffect(() => {
    if (!isAutomatic) return undefined;
    const timer = window.setTimeout(go, goesAfterMs);
    return () => window.clearTimeout(timer);
  }, [isAutomatic, go]);
  return (
    <section className={classes.next} aria-live="polite">
      <p className={classes.title}>{t('nextUp', { time, title })}</p>
      {isAutomatic && <p className={classes.soon}>{t('nextSoon')}</p>}
      <div className={classes.ways}>
        <Button onClick={() => go()}>{t('goNow')}</Button>
        <Button variant="default" onClick={stay}>
          {t('stay')}
        </Button>
      </div>
      {isAutomatic && <span className={classes.progress} aria-hidden />}
    </section>
  );
}
