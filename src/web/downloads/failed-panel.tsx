import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { QueueItem } from '../../shared/queue.ts';
import { routes } from '../../shared/routes.ts';
import { Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { RetryButton, SkipButton } from '../ui/queue-buttons.tsx';
import { changeWords } from '../ui/queue-words.ts';
import { useNow } from '../ui/use-now.ts';
import { useQueueChange } from '../ui/use-queue-change.ts';
import { clipStateWords } from '../words.ts';
import classes from './failed-panel.module.css';
import { ClipLine } from './queue-row.tsx';
import { t } from './texts.ts';

const shownAtFirst = 5;

/** The clips that could not be fetched, each with its cause. */
export function FailedPanel({ items, total }: { items: readonly QueueItem[]; total: number }) {
  const now = useNow();
  const [isAll, setAll] = useState(false);
  const shown = isAll ? items : items.slice(0, shownAtFirst);
  return (
    <Panel title={t('notFetched', { count: total })} actions={<RetryAllButton />}>
      {shown.map((item) => (
        <ClipLine
          key={item.id}
          item={item}
          withDay
          words={<Toned tone="red">{clipStateWords(item, now)}</Toned>}
          action={
            <>
              <SkipButton clipIds={[item.id]} />
              <RetryButton clipIds={[item.id]} />
            </>
          }
        />
      ))}
      {items.length > shown.length && (
        <Button variant="subtle" onClick={() => setAll(true)}>
          {t('showOthers', { count: items.length - shown.length })}
        </Button>
      )}
      {total > items.length && isAll && (
        <p className={classes.more}>{t('moreFailed', { count: total - items.length })}</p>
      )}
    </Panel>
  );
}

function RetryAllButton() {
  const retry = useQueueChange(routes.retryFailed, changeWords.retry);
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={17} />}
      loading={retry.isPending}
      onClick={() => retry.mutate({ body: {} })}
    >
      {t('retryAll')}
    </Button>
  );
}
