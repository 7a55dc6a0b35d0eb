import { useElementSize } from '@mantine/hooks';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Footage, PlayerClock } from '../player-types.ts';
import type { Span } from '../segment-plan.ts';
import { isWhole, viewWith, viewWithin, xOf, type Scale } from './strip-plan.ts';

export interface StripView {
  bounds: Span;
  scale: Scale;
  /** Everything is seen. */
  isWhole: boolean;
  /** The scale as it is at the moment of an event. */
  now: () => Scale;
  change: (of: (bounds: Span, scale: Scale) => Span) => void;
  measure: (element: HTMLElement | null) => void;
}

/** Which part of the time the strip shows; it goes along with the clock when that runs out of it. */
export function useStripView({ from, to }: Footage, clock: PlayerClock): StripView {
  const bounds = useMemo(() => ({ from, to }), [from, to]);
  const [chosen, choose] = useState<Span | null>(null);
  const { ref: measure, width } = useElementSize();
  const scale = useMemo(
    () => ({ ...(chosen ? viewWithin(bounds, chosen) : bounds), width }),
    [bounds, chosen, width],
  );
  const latest = useRef(scale);
  useEffect(() => {
    latest.current = scale;
  });
  const change = useCallback<StripView['change']>(
    (of) => {
      const view = of(bounds, latest.current);
      latest.current = { ...view, width: latest.current.width };
      choose(isWhole(bounds, view) ? null : view);
    },
    [bounds],
  );
  useFollowing(clock, { bounds, chosen, choose });
  const now = useCallback(() => latest.current, []);
  return { bounds, scale, isWhole: chosen === null, now, change, measure };
}

interface Following {
  bounds: Span;
  chosen: Span | null;
  choose: (view: Span) => void;
}

/** Turns the page when the clock, and not the reader, has left it. */
function useFollowing(clock: PlayerClock, { bounds, chosen, choose }: Following): void {
  useEffect(() => {
    if (!chosen) return undefined;
    let before = clock.get().at;
    return clock.subscribe(() => {
      const { at, isScrubbing } = clock.get();
      const wasSeen = before >= chosen.from && before <= chosen.to;
      before = at;
      if (isScrubbing || !wasSeen) return;
      const view = viewWith(bounds, chosen, at);
      if (view !== chosen) choose(view);
    });
  }, [clock, bounds, chosen, choose]);
}

/** Keeps an element at the clock's place, past React: the clock turns with every frame. */
export function useAtClock(
  clock: PlayerClock,
  scale: Scale,
  onChange?: (at: number) => void,
): (element: HTMLElement | null) => (() => void) | undefined {
  return useCallback(
    (element) => {
      if (!element) return undefined;
      const place = () => {
        const { at } = clock.get();
        const x = xOf(scale, at);
        const isSeen = x >= -1 && x <= scale.width + 1;
        element.style.transform = `translateX(${isSeen ? Math.round(x * 10) / 10 : -9999}px)`;
        onChange?.(at);
      };
      place();
      return clock.subscribe(place);
    },
    [clock, scale, onChange],
  );
}
