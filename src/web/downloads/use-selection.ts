import { useCallback, useRef, useState } from 'react';
import type { QueueItem } from '../../shared/queue.ts';
import { failed } from '../ui/toasts.ts';
import { emptySelection, extended, toggled, type Selection } from './selection.ts';
import { t } from './texts.ts';
import type { QueueWindow } from './use-queue.ts';

export interface SelectionHandle {
  selection: Selection;
  /** Picks a clip or lets it go; `extend`: all from the one picked before it. */
  pick: (index: number, item: QueueItem, options: { extend: boolean }) => void;
  addRange: (first: number, last: number) => void;
  clear: () => void;
}

/** What is picked in the queue, by rows as they are now. */
export function useSelection(load: QueueWindow['load']): SelectionHandle {
  const [selection, setSelection] = useState<Selection>(emptySelection);
  const anchor = useRef<number | null>(null);
  const addRange = useCallback(
    (first: number, last: number) => {
      load(first, last)
        .then((items) => setSelection((now) => extended(now, items)))
        .catch(failed(t('notSelected')));
    },
    [load],
  );
  const pick: SelectionHandle['pick'] = (index, item, { extend }) => {
    const from = anchor.current;
    anchor.current = index;
    if (extend && from !== null && from !== index) {
      addRange(Math.min(from, index), Math.max(from, index));
    } else {
      setSelection((now) => toggled(now, item));
    }
  };
  const clear = () => {
    anchor.current = null;
    setSelection(emptySelection);
  };
  return { selection, pick, addRange, clear };
}
