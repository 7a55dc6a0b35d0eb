import { useEffect } from 'react';
import { isTyping, useKeys } from '../ui/keys.ts';
import { boxOf, isCovered, pressBox, rowBeside, rowHere, rowOf } from './select-rows.ts';
import type { SelectionStore } from './selection-store.ts';

/**
 * `x` chooses the row under the focus, or under the pointer; with Shift all from the one before. Shift and the arrows go
 * on from row to row; the arrows alone move. Escape chooses nothing, Ctrl or Cmd with `a` the whole day.
 */
export function useSelectKeys(store: SelectionStore): void {
  useKeys({
    x: pressHere(false),
    X: pressHere(true),
    ArrowDown: move(1, false),
    ArrowUp: move(-1, false),
    'Shift+ArrowDown': move(1, true),
    'Shift+ArrowUp': move(-1, true),
    Escape: () => {
      if (!store.isAny() || isCovered()) return false;
      store.clear();
      return undefined;
    },
  });
  useWholeDay(store);
}

function useWholeDay(store: SelectionStore): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const isAll = (event.ctrlKey || event.metaKey) && !event.altKey && event.key === 'a';
      if (!isAll || isTyping(event.target) || isCovered()) return;
      const day = boxOf(rowHere())?.dataset['select'] ?? store.lastDay;
      if (!day) return;
      event.preventDefault();
      void store.addDay(day);
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [store]);
}

const pressHere = (isRange: boolean) => () => {
  const box = isCovered() ? null : boxOf(rowHere());
  if (!box) return false;
  pressBox(box, isRange);
  return undefined;
};
const move = (step: 1 | -1, isRange: boolean) => () => {
  const row = rowOf(document.activeElement);
  const box = boxOf(row);
  if (!row || !box || isCovered() || (!isRange && document.activeElement !== box)) return false;
  const next = boxOf(rowBeside(row, step));
  if (!next) return false;
  if (isRange && !box.checked) pressBox(box, false);
  next.focus();
  if (isRange) pressBox(next, true);
  return undefined;
};
