import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { IconCloudOff, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatInstant } from '../format.ts';
import { useLiveState } from '../live-context.tsx';
import classes from './states.module.css';
import { useNow } from './use-now.ts';
import { t } from './texts.ts';

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  tone?: 'quiet' | 'red';
  compact?: boolean;
}

/** Says in a calm voice that there is nothing here, why, and what would change it. */
export function EmptyState({ icon, title, children, action, tone = 'quiet', compact }: EmptyStateProps) {
  return (
    <div className={compact ? `${classes.empty} ${classes.inPanel}` : classes.empty}>
      <div className={classes.icon} data-tone={tone} aria-hidden>
        {icon}
      </div>
      <p className={classes.title}>{title}</p>
      {children && <p className={classes.text}>{children}</p>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}

type Shown<T> = Pick<
  UseQueryResult<T>,
  'data' | 'error' | 'isError' | 'isFetching' | 'dataUpdatedAt' | 'refetch'
>;

interface QueryViewProps<T> {
  query: Shown<T>;
  /** What could not be loaded, as the subject of a sentence: `The archive`. */
  what: string;
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}

/** The forms of something read from the server: skeleton, error with retry, the thing itself, and the thing grown old. */
export function QueryView<T>({ query, what, skeleton, children }: QueryViewProps<T>) {
  // While the live channel is down the header says so for the whole page.
  const { connected } = useLiveState();
  if (query.data === undefined) {
    return query.isError ? <LoadError query={query} what={what} /> : <div aria-busy="true">{skeleton}</div>;
  }
  return (
    <>
      {query.isError && connected && <StaleNote query={query} what={what} />}
      {children(query.data)}
    </>
  );
}

/** What could not be read, why, and a button to try again. */
export function LoadError<T>({ query, what }: { query: Shown<T>; what: string }) {
  return (
    <div role="alert">
      <EmptyState
        icon={<IconCloudOff size={28} stroke={1.6} />}
        tone="red"
        title={t('notLoaded', { what })}
        action={<RetryButton query={query} />}
      >
        {query.error?.message}
      </EmptyState>
    </div>
  );
}

function StaleNote<T>({ query, what }: { query: Shown<T>; what: string }) {
  const now = useNow();
  return (
    <output className={classes.stale}>
      {t('stale', { what, time: formatInstant(query.dataUpdatedAt, now) })}
      <RetryButton query={query} />
    </output>
  );
}

function RetryButton<T>({ query }: { query: Shown<T> }) {
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconRefresh size={16} />}
      loading={query.isFetching}
      onClick={() => void query.refetch()}
    >
      {t('again')}
    </Button>
  );
}
