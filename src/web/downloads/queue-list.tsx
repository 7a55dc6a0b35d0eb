import { Skeleton } from '@mantine/core';
import type { QueueItem } from '../../shared/queue.ts';
import { formatDay } from '../format.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import classes from './queue-list.module.css';
import { QueueRow } from './queue-row.tsx';
import { useQueueWindow } from './use-queue.ts';

/** The waiting clips in the order they will come, with a heading where the day changes. */
export function QueueList({ count, zoneTitle }: { count: number; zoneTitle: string }) {
  const { itemAt, show } = useQueueWindow(count);
  return (
    <>
      <h2 className={classes.title}>{zoneTitle}</h2>
      <VirtualList
        count={count}
        label="Waiting clips in the order they will be fetched"
        estimateSize={() => 48}
        keyOf={(index) => index}
        onRange={show}
        framed
        renderRow={(index) => <Row item={itemAt(index)} before={index === 0 ? null : itemAt(index - 1)} />}
      />
    </>
  );
}

/** `before`: the item above, null when this is the first one, undefined when it is not known yet. */
function Row({ item, before }: { item: QueueItem | undefined; before: QueueItem | null | undefined }) {
  if (!item) return <QueueSkeleton />;
  const day = item.localStart.slice(0, 10);
  const isNewDay = before === null || (before !== undefined && before.localStart.slice(0, 10) !== day);
  return (
    <>
      {isNewDay && <h3 className={classes.day}>{formatDay(day)}</h3>}
      <QueueRow item={item} />
    </>
  );
}

function QueueSkeleton() {
  return (
    <div className={classes.skeleton} aria-hidden>
      <Skeleton height={16} radius="sm" />
    </div>
  );
}
