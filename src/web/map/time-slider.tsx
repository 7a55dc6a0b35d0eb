import { useElementSize } from '@mantine/hooks';
import { useMemo, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { formatDate, formatMonthShort } from '../format.ts';
import {
  barsHeight,
  barsPath,
  dayOf,
  gripAt,
  moved,
  stepOfKey,
  ticksOf,
  type Bar,
  type DayRange,
  type DragGrip,
  type Grip,
  type SliderSpan,
} from './slider-plan.ts';
import { t } from './texts.ts';
import classes from './time-slider.module.css';

interface TimeSliderProps {
  span: SliderSpan;
  range: DayRange;
  bars: readonly Bar[];
  today: string;
  /** While it is moved, and with `isDone` when it was let go. */
  onChange: (range: DayRange, isDone: boolean) => void;
}

/** The time of the whole archive: bars of what was driven, and the range of it that is shown. */
export function TimeSlider({ span, range, bars, today, onChange }: TimeSliderProps) {
  const path = useMemo(() => barsPath(bars), [bars]);
  const days = span.end + 1;
  const share = (day: number) => (100 * day) / days;
  const [left, right] = [share(range.from), share(range.to + 1)];
  const isPartial = range.from > 0 || range.to < span.end;
  const drag = useDrag({ span, range, onChange });
  const grip = (which: Grip) => ({
    span,
    range,
    today,
    which,
    onMove: (next: DayRange) => onChange(next, true),
  });
  const chart = (
    <svg viewBox={`0 0 ${days} ${barsHeight}`} preserveAspectRatio="none" aria-hidden>
      <path d={path} />
    </svg>
  );
  return (
    <section className={classes.slider} aria-label={t('sliderLabel')}>
      <div
        className={classes.track}
        data-testid="time-slider"
        data-partial={isPartial || undefined}
        {...drag}
      >
        <div className={classes.bars}>{chart}</div>
        <div className={classes.bars} data-chosen style={{ clipPath: `inset(0 ${100 - right}% 0 ${left}%)` }}>
          {chart}
        </div>
        <GripElement
          {...grip('both')}
          className={classes.window}
          style={{ left: `${left}%`, width: `${right - left}%` }}
        />
        <GripElement {...grip('from')} className={classes.handle} style={{ left: `${left}%` }} />
        <GripElement {...grip('to')} className={classes.handle} style={{ left: `${right}%` }} />
      </div>
      <Ticks span={span} />
    </section>
  );
}

interface DragOptions {
  span: SliderSpan;
  range: DayRange;
  onChange: TimeSliderProps['onChange'];
}

interface Drag {
  x: number;
  width: number;
  grip: DragGrip;
  start: DayRange;
  latest: DayRange;
}

/** One pointer anywhere on the track takes what is under it, and moves that. */
function useDrag({ span, range, onChange }: DragOptions) {
  const drag = useRef<Drag | null>(null);
  const days = span.end + 1;
  const move = (event: PointerEvent<HTMLDivElement>, isDone: boolean) => {
    const now = drag.current;
    if (!now) return;
    const by = ((event.clientX - now.x) / now.width) * days;
    const next = moved(span, now.start, { grip: now.grip, by });
    if (!isDone && next.from === now.latest.from && next.to === now.latest.to) return;
    now.latest = next;
    onChange(next, isDone);
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.button !== 0) return;
      const { left, width } = event.currentTarget.getBoundingClientRect();
      if (width === 0) return;
      const reach = ((event.pointerType === 'mouse' ? 10 : 24) / width) * days;
      const { grip, start } = gripAt(span, range, { day: ((event.clientX - left) / width) * days, reach });
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, width, grip, start, latest: range };
      move(event, false);
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => move(event, false),
    onPointerUp: (event: PointerEvent<HTMLDivElement>) => {
      move(event, true);
      drag.current = null;
    },
    onPointerCancel: () => {
      if (drag.current) onChange(drag.current.latest, true);
      drag.current = null;
    },
  };
}

interface GripProps {
  span: SliderSpan;
  range: DayRange;
  which: Grip;
  today: string;
  className: string | undefined;
  style: { left: string; width?: string };
  onMove: (range: DayRange) => void;
}

const monthDays = 30;

function GripElement({ span, range, which, today, className, style, onMove }: GripProps) {
  const words = (day: number) => formatDate(dayOf(span, day), { today });
  const keyed = (event: KeyboardEvent) => {
    const step = stepOfKey(event.key, span);
    if (step === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const by = event.shiftKey && Math.abs(step) === 1 ? step * monthDays : step;
    onMove(moved(span, range, { grip: which, by }));
  };
  const value = {
    from: { now: range.from, least: 0, most: range.to, text: words(range.from), label: t('sliderFrom') },
    to: { now: range.to, least: range.from, most: span.end, text: words(range.to), label: t('sliderTo') },
    both: {
      now: range.from,
      least: 0,
      most: span.end - (range.to - range.from),
      text: t('fromTo', { from: words(range.from), to: words(range.to) }),
      label: t('sliderBoth'),
    },
  }[which];
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an input has one thumb; this is one of three on a track
      role="slider"
      tabIndex={0}
      className={className}
      style={style}
      aria-label={value.label}
      aria-valuemin={value.least}
      aria-valuemax={value.most}
      aria-valuenow={value.now}
      aria-valuetext={value.text}
      onKeyDown={keyed}
    />
  );
}

const tickPixels = 64;

/** Years or months beneath, as many as have room. */
function Ticks({ span }: { span: SliderSpan }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const ticks = useMemo(() => ticksOf(span, Math.max(2, Math.floor(width / tickPixels))), [span, width]);
  return (
    <div className={classes.ticks} ref={ref} aria-hidden>
      {width > 0 &&
        ticks
          .filter(({ day }) => day >= 0 && day / (span.end + 1) < 1 - 44 / width)
          .map(({ day, label, isYear }) => (
            <span key={label} style={{ left: `${(100 * day) / (span.end + 1)}%` }}>
              <span>{isYear ? label.slice(0, 4) : formatMonthShort(label)}</span>
            </span>
          ))}
    </div>
  );
}
