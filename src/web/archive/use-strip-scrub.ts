import { useEffect, useRef, useState, type PointerEvent } from 'react';
import type { Filmstrip } from '../../shared/media.ts';
import { dragPx, frameAt, restMs, wantMs } from '../media/scrub-plan.ts';

/** Which picture is looked through, and where in it. */
export interface StripAt {
  index: number;
  frame: number;
}

interface StripScrubChoices {
  /** The tiles of a picture; null while there are none. */
  stripOf: (index: number) => Filmstrip | null;
  /** Somebody stays on a picture that has no tiles. */
  onWanted: (index: number) => void;
}

interface Hold {
  index: number;
  share: number;
  fromX: number;
  isAwake: boolean;
  isDragged: boolean;
  restTimer: number | undefined;
  wantTimer: number | undefined;
}

const resting = (): Hold => ({
  index: -1,
  share: 0,
  fromX: 0,
  isAwake: false,
  isDragged: false,
  restTimer: undefined,
  wantTimer: undefined,
});

type Moved = PointerEvent<HTMLElement>;
const isFinger = ({ pointerType }: Moved) => pointerType === 'touch';

/**
 * Looking through a row of pictures with one set of listeners: after a short rest on one, until the pointer leaves the
 * row. A finger begins when it is put down and ends when it is lifted.
 */
export function useStripScrub({ stripOf, onWanted }: StripScrubChoices) {
  const hold = useRef<Hold>(resting());
  const [at, setAt] = useState<StripAt | null>(null);
  useEffect(() => () => stopTimers(hold.current), []);
  const show = () => {
    const { index, share } = hold.current;
    const strip = stripOf(index);
    setAt(strip ? { index, frame: frameAt(share, strip) } : null);
  };
  const wake = () => {
    hold.current.isAwake = true;
    show();
  };
  const begin = (index: number) => {
    const now = hold.current;
    stopTimers(now);
    now.index = index;
    if (index < 0) return setAt(null);
    if (now.isAwake) show();
    else now.restTimer = window.setTimeout(wake, restMs);
    if (!stripOf(index)) now.wantTimer = window.setTimeout(() => onWanted(index), wantMs);
    return undefined;
  };
  const end = () => {
    stopTimers(hold.current);
    hold.current = { ...resting(), isDragged: hold.current.isDragged };
    setAt(null);
  };
  const move = (event: Moved) => {
    const now = hold.current;
    const under = pictureUnder(event);
    now.share = under.share;
    now.isDragged ||= isFinger(event) && now.isAwake && Math.abs(event.clientX - now.fromX) > dragPx;
    if (under.index !== now.index) begin(under.index);
    else if (now.isAwake) show();
  };
  const press = (event: Moved) => {
    stopTimers(hold.current);
    hold.current = { ...resting(), fromX: event.clientX };
    move(event);
  };
  const handlers = {
    onPointerEnter: (event: Moved) => !isFinger(event) && press(event),
    onPointerDown: (event: Moved) => isFinger(event) && press(event),
    onPointerMove: move,
    onPointerUp: (event: Moved) => isFinger(event) && end(),
    onPointerLeave: end,
    onPointerCancel: end,
  };
  /** Whether the press that ends now was a scrub with the finger. */
  return { at, wasDragged: () => hold.current.isDragged, handlers };
}

function stopTimers({ restTimer, wantTimer }: Hold): void {
  window.clearTimeout(restTimer);
  window.clearTimeout(wantTimer);
}

/** By place, for a finger that moves holds the picture it began on. */
function pictureUnder(event: PointerEvent<HTMLElement>): { index: number; share: number } {
  for (const child of event.currentTarget.children) {
    const { left, width } = child.getBoundingClientRect();
    if (event.clientX >= left && event.clientX < left + width)
      return {
        index: Number((child as HTMLElement).dataset['index']),
        share: (event.clientX - left) / width,
      };
  }
  return { index: -1, share: 0 };
}
