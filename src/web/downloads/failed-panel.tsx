import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { QueueItem } from '../../shared/queue.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { RetryButton } from '../archive/clip-state.tsx';
import { countOf } from '../format.ts';
import { Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { failed, toast } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import { clipStateWords } from '../words.ts';
import classes from './failed-panel.module.css';
import { ClipLine } from './queue-row.tsx';

const shownAtFirst = 5;

/** The clips that could not be fetched, each with its cause. */
export function FailedPanel({ items, total }: { items: readonly QueueItem[]; total: number }) {
  const now = useNow();
  const [isAll, setAll] = useState(false);
  const shown = isAll ? items : items.slice(0, shownAtFirst);
  return (
    <Panel title={`${countOf(total, 'clip')} could not be fetched`} actions={<RetryAllButton />}>
      {shown.map((item) => (
        <ClipLine
          key={item.id}
          item={item}
          withDay
          words={<Toned tone="red">{clipStateWords(item, now)}</Toned>}
          action={<RetryButton clipIds={[item.id]} />}
        />
      ))}
      {items.length > shown.length && (
        <Button variant="subtle" onClick={() => setAll(true)}>
          Show the other {items.length - shown.length}
        </Button>
      )}
      {total > items.length && isAll && (
        <p className={classes.more}>{countOf(total - items.length, 'more clip')} failed as well.</p>
      )}
    </Panel>
  );
}

function RetryAllButton() {
  const retry = useAction(routes.retryFailed, {
    refetch: [routes.getStatus, routes.getQueue],
    onSuccess: ({ changed }) => toast(`${countOf(changed, 'clip')} will be tried again.`),
    onError: failed('They could not be tried again'),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={17} />}
      loading={retry.isPending}
      onClick={() => retry.mutate({ body: {} })}
    >
      Retry all
    </Button>
  );
}
