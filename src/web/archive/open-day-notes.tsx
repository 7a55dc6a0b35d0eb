import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './open-day.module.css';
import { t } from './texts.ts';

/** An open day that is still being read, in about the room it will have. */
export function OpenWait() {
  return (
    <div className={classes.part} data-last aria-busy>
      <div className={classes.wait}>
        <Skeleton height={32} radius="sm" />
        <Skeleton height={240} radius="sm" />
      </div>
    </div>
  );
}

/** An open day that says something instead of showing recordings. */
export function OpenNote({ children, onRetry }: { children: ReactNode; onRetry?: (() => void) | undefined }) {
  return (
    <div className={classes.part} data-last role={onRetry ? 'alert' : undefined}>
      <p className={classes.note}>
        {children}
        {onRetry && (
          <Button variant="default" size="xs" onClick={onRetry}>
            {t('again')}
          </Button>
        )}
      </p>
    </div>
  );
}
