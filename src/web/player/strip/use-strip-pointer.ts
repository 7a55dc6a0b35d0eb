import { useEffect, useState, type PointerEvent, type RefObject } from 'react';
import type { PlayerClock } from '../player-types.ts';
import { useLatest } from '../../ui/use-latest.ts';
import type { PointedAt } from './pointed-at.ts';
import { atWithin, panBy, rangeAround, wheelFactor, zoomAround } from './strip-plan.ts';
import { StripPress } from './strip-press.ts';
import type { StripView } from './use-strip-view.ts';

export interface StripPointer {
  onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  onPointerUp: (event: PointerEvent<HTMLElement>) => void;
  onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
  onPointerLeave: () => void;
  onDoubleClick: (event: { clientX: number }) => void;
}

interface StripPointerDeps {
  area: RefObject<HTMLElement | null>;
  view: StripView;
  clock: PlayerClock;
  pointed: PointedAt;
  /** The strip was pressed: its slider is to hear the keys. */
  onPress: () => void;
}

/**
 * What pointers do to the strip: a press seeks, a drag scrubs, or pans where it begins on the axis (`data-pan`); two
 * fingers zoom; the wheel zooms, with shift it pans.
 */
export function useStripPointer({ area, view, clock, pointed, onPress }: StripPointerDeps): StripPointer {
  const [press] = useState(() => new StripPress());
  const deps = { clock, view };
  const xIn = (clientX: number) => clientX - (area.current?.getBoundingClientRect().left ?? 0);
  useWheel(area, view, xIn);
  const point = (x: number) => {
    const { width } = view.now();
    pointed.set({ at: atWithin(view.now(), x), x: Math.min(Math.max(x, 0), width) });
  };
  return {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const x = xIn(event.clientX);
      const isAxis = event.target instanceof Element && event.target.closest('[data-pan]') !== null;
      press.down(deps, event.pointerId, { x, isAxis });
      onPress();
      if (press.isScrub) point(x);
      else pointed.set(null);
    },
    onPointerMove: (event) => {
      const x = xIn(event.clientX);
      press.move(deps, event.pointerId, x);
      const isHovering = !press.isHeld && event.pointerType !== 'touch';
      if (press.isScrub || isHovering) point(x);
    },
    onPointerUp: (event) => {
      press.up(deps, event.pointerId);
      if (event.pointerType === 'touch') pointed.set(null);
    },
    onPointerCancel: () => {
      press.cancel(deps);
      pointed.set(null);
    },
    onPointerLeave: () => {
      if (!press.isHeld) pointed.set(null);
    },
    onDoubleClick: ({ clientX }) =>
      clock.setLoop(rangeAround(view.bounds, view.now(), atWithin(view.now(), xIn(clientX)))),
  };
}

const lineOfWheelPx = 16;

/** Past React, whose wheel listeners may not stop the page from scrolling. */
function useWheel(
  area: RefObject<HTMLElement | null>,
  view: StripView,
  xIn: (clientX: number) => number,
): void {
  const turn = useLatest((event: WheelEvent) => {
    if (event.ctrlKey && !event.shiftKey && event.deltaY === 0) return;
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : lineOfWheelPx;
    const [across, down] = [event.deltaX * unit, event.deltaY * unit];
    const isPan = event.shiftKey || Math.abs(across) > Math.abs(down);
    const before = view.now();
    view.change((bounds, scale) => {
      const perPx = (scale.to - scale.from) / Math.max(1, scale.width);
      if (isPan) return panBy(bounds, scale, (across || down) * perPx);
      return zoomAround(bounds, scale, atWithin(scale, xIn(event.clientX)), wheelFactor(down));
    });
    const after = view.now();
    // Where nothing is left to zoom or to pan, the page scrolls as it does elsewhere.
    if (after.from !== before.from || after.to !== before.to) event.preventDefault();
  });
  useEffect(() => {
    const element = area.current;
    element?.addEventListener('wheel', turn, { passive: false });
    return () => element?.removeEventListener('wheel', turn);
  }, [area, turn]);
}
