import type { KeyboardEvent, PointerEvent } from 'react';
import { formatLocalTime } from '../format.ts';
import { dayMinutes, mergeBars, type StripBar } from './time-strip-plan.ts';
import classes from './time-strip.module.css';

interface TimeStripProps {
  bars: readonly StripBar[];
  /** What the strip shows, for those who cannot see it. */
  label: string;
  size?: 'thin' | 'tall';
  /** The minute of the day that is shown elsewhere on the page. */
  atMinute?: number;
  /** Called with the minute pressed, or with the next bar's by keyboard. */
  onSeek?: (minute: number) => void;
}

const hourLines = [6, 12, 18];
const axisTimes = ['00:00', '06:00', '12:00', '18:00'];

/** Midnight to midnight by the car's clock: what was recorded when, in the colour of its kind, and what is missing. */
export function TimeStrip({ bars, label, size = 'thin', atMinute, onSeek }: TimeStripProps) {
  const seekable = onSeek
    ? {
        role: 'slider',
        tabIndex: 0,
        'aria-valuemin': 0,
        'aria-valuemax': dayMinutes,
        'aria-valuenow': Math.round(atMinute ?? bars[0]?.fromMinute ?? 0),
        'aria-valuetext': minuteWords(atMinute ?? bars[0]?.fromMinute ?? 0),
        'data-seekable': true,
        onPointerDown: (event: PointerEvent<HTMLDivElement>) => onSeek(minuteAt(event)),
        onKeyDown: (event: KeyboardEvent) => seekByKey(event, bars, atMinute, onSeek),
      }
    : { role: 'img' };
  return (
    <div className={classes.strip}>
      <div className={classes.track} data-size={size} aria-label={label} {...seekable}>
        <svg className={classes.svg} viewBox={`0 0 ${dayMinutes} 10`} preserveAspectRatio="none" aria-hidden>
          {mergeBars(bars).map((bar) => (
            <rect
              key={bar.key}
              className={classes.bar}
              data-look={bar.look}
              x={bar.fromMinute}
              width={Math.max(size === 'tall' ? 1.5 : 12, bar.toMinute - bar.fromMinute)}
              y={0}
              height={10}
            />
          ))}
          {hourLines.map((hour) => (
            <line key={hour} className={classes.hour} x1={hour * 60} x2={hour * 60} y1={0} y2={10} />
          ))}
          {atMinute !== undefined && (
            <line className={classes.here} x1={atMinute} x2={atMinute} y1={0} y2={10} />
          )}
        </svg>
      </div>
      {size === 'tall' && (
        <div className={classes.axis} aria-hidden>
          {axisTimes.map((time) => (
            <span key={time}>{minuteWords(Number(time.slice(0, 2)) * 60)}</span>
          ))}
          <span>{minuteWords(dayMinutes)}</span>
        </div>
      )}
    </div>
  );
}

function minuteWords(minute: number): string {
  const at = Math.round(minute) % dayMinutes;
  return formatLocalTime(`2000-01-01T${pad(Math.floor(at / 60))}:${pad(at % 60)}:00`);
}

function minuteAt(event: PointerEvent<HTMLDivElement>): number {
  const box = event.currentTarget.getBoundingClientRect();
  return ((event.clientX - box.left) / box.width) * dayMinutes;
}

function seekByKey(
  event: KeyboardEvent,
  bars: readonly StripBar[],
  atMinute: number | undefined,
  onSeek: (minute: number) => void,
): void {
  const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
  if (!step || bars.length === 0) return;
  event.preventDefault();
  event.stopPropagation();
  const starts = bars.map((bar) => bar.fromMinute);
  const at = atMinute ?? starts[0] ?? 0;
  const next =
    step > 0 ? starts.find((start) => start > at + 0.01) : starts.findLast((start) => start < at - 0.01);
  if (next !== undefined) onSeek(next);
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}
