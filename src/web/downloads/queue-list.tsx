import { Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useCallback } from 'react';
import { routes } from '../../shared/routes.ts';
import { useKeys } from '../ui/keys.ts';
import { changeWords } from '../ui/queue-words.ts';
import { useLatest } from '../ui/use-latest.ts';
import { useNow } from '../ui/use-now.ts';
import { useQueueChange } from '../ui/use-queue-change.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import { GroupHead } from './group-head.tsx';
import classes from './queue-list.module.css';
import { QueueRow } from './queue-row.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { t } from './texts.ts';
import { useQueueWindow } from './use-queue.ts';
import { useSelection } from './use-selection.ts';

/** As in queue-row.module.css: one line of words on a desk, two where it is narrow. */
const rowHeight = { wide: 49, narrow: 81 };

/** The waiting clips in the order they will come, with a heading where another drive, day or reason begins. */
export function QueueList({ count }: { count: number }) {
  const rowPx = useMediaQuery('(max-width: 61.99em)') ? rowHeight.narrow : rowHeight.wide;
  const rows = useQueueWindow(count);
  const { selection, pick, addRange, clear } = useSelection(rows.load);
  const now = useNow();
  const first = useQueueChange(routes.fetchFirst, changeWords.first);
  const putFirst = useLatest((clipId: number) => first.mutate({ body: { clipIds: [clipId] } }));
  const pickRow = useLatest((index: number, extend: boolean) => {
    const item = rows.itemAt(index);
    if (item) pick(index, item, { extend });
  });
  // Clips leave at the head: counted from the end, the rows that stay keep their keys, their heights and their place.
  const keyOfRow = useCallback((index: number) => count - index, [count]);
  useRowKeys(pickRow, selection.size > 0 ? clear : null);
  return (
    <>
      <VirtualList
        count={count}
        label={t('waitingInOrder')}
        estimateSize={() => rowPx}
        keyOf={keyOfRow}
        onRange={rows.show}
        framed
        renderRow={(index) => {
          const item = rows.itemAt(index);
          const group = rows.groupAt(index);
          if (!item) return <QueueSkeleton />;
          return (
            <>
              {group && <GroupHead group={group} onSelect={() => addRange(index, index + group.size - 1)} />}
              <QueueRow
                item={item}
                index={index}
                isPicked={selection.has(item.id)}
                now={now}
                onPick={pickRow}
                onFirst={putFirst}
              />
            </>
          );
        }}
      />
      <SelectionBar selection={selection} onClear={clear} />
    </>
  );
}

/** `x` picks the row under the focus, else the one under the pointer; `j` and `k` go down and up. */
function useRowKeys(pick: (index: number, extend: boolean) => void, clear: (() => void) | null): void {
  const pickHere = (extend: boolean) => () => {
    const row =
      rowIndex(document.activeElement) ?? rowIndex(document.querySelector('[data-queue-row]:hover'));
    if (row === null) return false;
    pick(row, extend);
    return undefined;
  };
  useKeys({
    x: pickHere(false),
    X: pickHere(true),
    j: () => focusRow(1),
    k: () => focusRow(-1),
    // What floats above the list is closed first, by itself.
    Escape: () => (clear && !document.querySelector('[role="menu"], [role="dialog"]') ? clear() : false),
  });
}

/** Moves the focus a row down or up; to the first one when it is elsewhere. */
function focusRow(by: 1 | -1): void | false {
  const here = rowIndex(document.activeElement);
  const query = here === null ? '[data-queue-row]' : `[data-queue-row="${here + by}"]`;
  const row = document.querySelector<HTMLElement>(query);
  if (!row) return false;
  row.querySelector('input')?.focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
  return undefined;
}

function rowIndex(element: Element | null): number | null {
  const row = element?.closest<HTMLElement>('[data-queue-row]');
  return row ? Number(row.dataset['queueRow']) : null;
}

function QueueSkeleton() {
  return (
    <div className={classes.skeleton} aria-hidden>
      <Skeleton height={16} radius="sm" />
    </div>
  );
}
