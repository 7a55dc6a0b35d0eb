import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Filmstrip } from '../../shared/media.ts';
import { dragPx, frameAt, restMs, wantMs } from './scrub-plan.ts';

interface ScrubChoices {
  /** Null while there are no tiles. */
  strip: Filmstrip | null;
  /** Someone stays and there are no tiles. */
  onWanted: () => void;
}

export interface Scrub {
  /** The tile that is looked at; null while nobody scrubs. */
  index: number | null;
  /** Whether the press that ends now was a scrub with the finger. */
  wasDragged: () => boolean;
  handlers: {
    onPointerEnter: (event: PointerEvent<HTMLElement>) => void;
    onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerLeave: () => void;
    onPointerCancel: () => void;
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
    onBlur: () => void;
  };
}

interface Hold {
  restTimer: number | undefined;
  wantTimer: number | undefined;
  isAwake: boolean;
  share: number;
  fromX: number;
  isDragged: boolean;
}

const resting = (): Hold => ({
  restTimer: undefined,
  wantTimer: undefined,
  isAwake: false,
  share: 0,
  fromX: 0,
  isDragged: false,
});

/** Looking through a clip by pointer, finger or arrow keys: after a short rest the tile under it shows, until it leaves. */
export function useScrub({ strip, onWanted }: ScrubChoices): Scrub {
  const hold = useRef<Hold>(resting());
  const [index, setIndex] = useState<number | null>(null);
  const [isAwake, setAwake] = useState(false);
  useEffect(() => () => stopTimers(hold.current), []);
  const begin = (event: PointerEvent<HTMLElement>) => {
    stopTimers(hold.current);
    const wake = () => {
      hold.current.isAwake = true;
      setAwake(true);
      if (strip) setIndex(frameAt(hold.current.share, strip));
    };
    hold.current = {
      ...resting(),
      share: shareOf(event),
      fromX: event.clientX,
      restTimer: window.setTimeout(wake, restMs),
      wantTimer: strip ? undefined : window.setTimeout(onWanted, wantMs),
    };
  };
  const end = () => {
    stopTimers(hold.current);
    hold.current.isAwake = false;
    setAwake(false);
    setIndex(null);
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    const now = hold.current;
    now.share = shareOf(event);
    if (!now.isAwake || !strip) return;
    if (event.pointerType === 'touch' && Math.abs(event.clientX - now.fromX) > dragPx) now.isDragged = true;
    setIndex(frameAt(now.share, strip));
  };
  const step = (event: KeyboardEvent<HTMLElement>) => {
    hold.current.isDragged = false;
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!strip) return onWanted();
    setAwake(true);
    setIndex((at) => (at === null ? 0 : Math.min(Math.max(0, at + by), strip.frames - 1)));
  };
  return {
    index: isAwake && strip ? index : null,
    wasDragged: () => hold.current.isDragged,
    handlers: {
      onPointerEnter: (event) => event.pointerType !== 'touch' && begin(event),
      onPointerDown: (event) => event.pointerType === 'touch' && begin(event),
      onPointerMove: move,
      onPointerLeave: end,
      onPointerCancel: end,
      onKeyDown: step,
      onBlur: end,
    },
  };
}

function stopTimers({ restTimer, wantTimer }: Hold): void {
  window.clearTimeout(restTimer);
  window.clearTimeout(wantTimer);
}

function shareOf(event: PointerEvent<HTMLElement>): number {
  const { left, width } = event.currentTarget.getBoundingClientRect();
  return width > 0 ? (event.clientX - left) / width : 0;
}
