import { useEffect, useRef } from 'react';
import type { DistanceUnits } from '../journey/units.ts';
import { formatDriven } from '../journey/units.ts';
import { timeWords } from './player-time.ts';
import classes from './readout.module.css';
import { t } from './texts.ts';
import { carAt, type CarAt, type TrackIndex } from './track-index.ts';
import type { Player } from './use-player.ts';

/** What the numbers are read from. */
export interface ReadoutSources {
  points: TrackIndex;
  units: DistanceUnits;
  /** The name of where a position is, where somebody gave it one. */
  placeOf: (position: CarAt) => string | null;
}

const everyMs = 120;

/** Time of day, speed and position of what is shown. Written into the page past React: it changes with every picture. */
export function Readout({ player, sources }: { player: Player; sources: ReadoutSources }) {
  const { clock, footage } = player;
  const [time, speed, where] = [
    useRef<HTMLElement>(null),
    useRef<HTMLElement>(null),
    useRef<HTMLElement>(null),
  ];
  const { points, units, placeOf } = sources;
  useEffect(() => {
    let wroteAt = -Infinity;
    let timer: number | undefined;
    const write = () => {
      timer = undefined;
      wroteAt = performance.now();
      const { at } = clock.get();
      const car = carAt(points, at);
      setText(time.current, timeWords(footage, at));
      setText(speed.current, car?.speedMps == null ? '' : formatDriven(car.speedMps, units));
      setText(where.current, car ? (placeOf(car) ?? coordinateWords(car)) : t('noPosition'));
    };
    const changed = () => {
      timer ??= window.setTimeout(write, Math.max(0, wroteAt + everyMs - performance.now()));
    };
    write();
    const stop = clock.subscribe(changed);
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [clock, footage, points, units, placeOf, time, speed, where]);
  return (
    <div className={classes.readout} data-testid="readout">
      <span ref={time} className={classes.time} title={t('clock')} />
      <span ref={speed} className={classes.speed} title={t('drivenSpeed')} />
      <span ref={where} className={classes.where} title={t('coordinates')} />
    </div>
  );
}

function setText(element: HTMLElement | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

/** `53.80012, -1.54911` */
export function coordinateWords({ latitude, longitude }: Pick<CarAt, 'latitude' | 'longitude'>): string {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}
