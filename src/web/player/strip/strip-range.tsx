import type { KeyboardEvent, PointerEvent } from 'react';
import { timeWords } from '../player-time.ts';
import type { Footage, PlayerClock } from '../player-types.ts';
import type { Span } from '../segment-plan.ts';
import { usePlayback } from '../use-player.ts';
import classes from './player-strip.module.css';
import { atWithin, rangeWithEnd, xOf } from './strip-plan.ts';
import { t } from './texts.ts';
import type { StripView } from './use-strip-view.ts';

/** The range that is played again and again; null: none. */
export function useRange(clock: PlayerClock): Span | null {
  const from = usePlayback(clock, ({ loop }) => loop?.from ?? null);
  const to = usePlayback(clock, ({ loop }) => loop?.to ?? null);
  return from === null || to === null ? null : { from, to };
}

interface StripRangeProps {
  footage: Footage;
  clock: PlayerClock;
  view: StripView;
}

export function StripRange({ footage, clock, view }: StripRangeProps) {
  const range = useRange(clock);
  const { scale } = view;
  if (!range) return null;
  const [begin, end] = [xOf(scale, range.from), xOf(scale, range.to)];
  const left = Math.max(0, begin);
  return (
    <>
      <span className={classes.shade} style={{ left: 0, width: Math.max(0, Math.min(begin, scale.width)) }} />
      <span className={classes.shade} style={{ left: Math.min(Math.max(0, end), scale.width), right: 0 }} />
      <span
        className={classes.range}
        style={{ left, width: Math.max(0, Math.min(end, scale.width) - left) }}
      />
      <RangeEnd end="from" x={begin} range={range} footage={footage} clock={clock} view={view} />
      <RangeEnd end="to" x={end} range={range} footage={footage} clock={clock} view={view} />
    </>
  );
}

interface RangeEndProps extends StripRangeProps {
  end: 'from' | 'to';
  x: number;
  range: Span;
}

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1000,
  ArrowDown: -1000,
  ArrowRight: 1000,
  ArrowUp: 1000,
  PageDown: -60_000,
  PageUp: 60_000,
  Home: -Infinity,
  End: Infinity,
};

function RangeEnd({ end, x, range, footage, clock, view }: RangeEndProps) {
  const moveTo = (at: number) => clock.setLoop(rangeWithEnd(view.bounds, range, end, at));
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    event.stopPropagation();
    const { left } = event.currentTarget.parentElement?.getBoundingClientRect() ?? { left: 0 };
    moveTo(atWithin(view.now(), event.clientX - left));
  };
  const press = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moveTo(range[end] + step * (event.shiftKey ? 5 : 1));
  };
  const seconds = (at: number) => Math.round((at - footage.from) / 1000);
  if (x < 0 || x > view.scale.width) return null;
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- two inputs would lie over each other
      role="slider"
      tabIndex={0}
      className={classes.end}
      data-end={end}
      style={{ left: x }}
      aria-label={t(end === 'from' ? 'rangeFrom' : 'rangeTo')}
      aria-valuemin={0}
      aria-valuemax={seconds(footage.to)}
      aria-valuenow={seconds(range[end])}
      aria-valuetext={timeWords(footage, range[end])}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onPointerUp={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onKeyDown={press}
    />
  );
}
