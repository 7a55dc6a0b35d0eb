import { Button } from '@mantine/core';
import { useState } from 'react';
import type { QueueItem } from '../../shared/queue.ts';
import { Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { useNow } from '../ui/use-now.ts';
import { clipStateWords } from '../words.ts';
import { ClipLine } from './queue-row.tsx';

const shownAtFirst = 4;

/** The clips that are wanted but cannot be fetched now, each with what it waits for. */
export function HeldPanel({ items, title }: { items: readonly QueueItem[]; title: string }) {
  const now = useNow();
  const [isAll, setAll] = useState(false);
  // The title says a cause that is common to all.
  const isMixed = new Set(items.map((item) => item.stateReason)).size > 1;
  const shown = isAll ? items : items.slice(0, shownAtFirst);
  return (
    <Panel title={title}>
      {shown.map((item) => (
        <ClipLine
          key={item.id}
          item={item}
          withDay
          words={isMixed && <Toned tone="amber">{clipStateWords(item, now)}</Toned>}
        />
      ))}
      {items.length > shown.length && (
        <Button variant="subtle" onClick={() => setAll(true)}>
          Show the other {items.length - shown.length}
        </Button>
      )}
    </Panel>
  );
}
