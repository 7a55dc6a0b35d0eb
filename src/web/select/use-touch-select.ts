import { useEffect, useMemo, type MouseEvent, type PointerEvent } from 'react';
import { boxOf, pressBox, rowOf } from './select-rows.ts';
import type { SelectionStore } from './selection-store.ts';

const holdMs = 450;
const stillPx = 10;
/** What in a row does something of its own, also while rows are chosen. */
const ownDeeds = 'input, select, textarea, label, [aria-haspopup], [aria-expanded], [role="slider"]';

/** A row that a finger rests on is chosen, and not opened; from then on rows are chosen by a tap. */
export function useTouchSelect(store: SelectionStore) {
  const touch = useMemo(() => new Touch(store), [store]);
  useEffect(() => () => touch.stop(), [touch]);
  return touch.handlers;
}

class Touch {
  private readonly store: SelectionStore;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private from = { x: 0, y: 0 };
  private isTouch = false;
  private hasHeld = false;

  constructor(store: SelectionStore) {
    this.store = store;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  readonly handlers = {
    onPointerDownCapture: (event: PointerEvent) => {
      this.isTouch = event.pointerType === 'touch';
      this.hasHeld = false;
      this.stop();
      const box = this.isTouch ? boxAt(event) : null;
      if (!box) return;
      this.from = { x: event.clientX, y: event.clientY };
      this.timer = setTimeout(() => {
        this.hasHeld = true;
        navigator.vibrate?.(10);
        pressBox(box, false);
      }, holdMs);
    },
    onPointerMoveCapture: ({ clientX, clientY }: PointerEvent) => {
      if (Math.hypot(clientX - this.from.x, clientY - this.from.y) > stillPx) this.stop();
    },
    onPointerUpCapture: () => this.stop(),
    onPointerCancelCapture: () => this.stop(),
    onContextMenu: (event: MouseEvent) => {
      if (this.isTouch && boxAt(event)) event.preventDefault();
    },
    onClickCapture: (event: MouseEvent) => {
      // Our own presses of boxes pass.
      if (!event.isTrusted || !this.isTouch) return;
      const box = this.hasHeld || this.store.isAny() ? boxAt(event) : null;
      if (!box) return;
      event.preventDefault();
      event.stopPropagation();
      if (!this.hasHeld) pressBox(box, false);
      this.hasHeld = false;
    },
  };
}

function boxAt({ target }: { target: EventTarget }): HTMLInputElement | null {
  if (!(target instanceof Element) || target.closest(ownDeeds)) return null;
  return boxOf(rowOf(target));
}
