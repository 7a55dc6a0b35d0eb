import { useMemo, useRef, useState } from 'react';
import type { Capture } from '../../shared/clips.ts';
import type { DayItem, DayJourneys, Journey } from '../../shared/journeys.ts';
import { formatDay } from '../format.ts';
import { captureBars } from '../ui/time-strip-plan.ts';
import { TimeStrip } from '../ui/time-strip.tsx';
import type { ListHandle } from '../ui/virtual-list.tsx';
import { DayList } from './day-list.tsx';
import { DayMap } from './day-map.tsx';
import classes from './day-page.module.css';
import { dayRows, rowOfCapture } from './day-rows-plan.ts';
import { nearestCapture } from './nearest-capture.ts';
import { Player } from './player.tsx';
import { useDayKeys } from './use-day-keys.ts';
import { usePlayerRoute } from './use-player-route.ts';
import { t } from './texts.ts';

interface DayBodyProps {
  day: string;
  captures: readonly Capture[];
  /** Undefined when they could not be read: then the recordings stand by themselves. */
  journeys: DayJourneys | undefined;
}

const none: readonly DayItem[] = [];

/** What happened in the order of time, beside the map of it, and the player over both. */
export function DayBody({ day, captures, journeys }: DayBodyProps) {
  const items = journeys?.items ?? none;
  const list = useRef<ListHandle>(null);
  const player = usePlayerRoute(day);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [lit, setLit] = useState<number | null>(null);
  useDayKeys(captures, player.clipId === undefined);
  const rows = useMemo(() => dayRows(captures, items, closed), [captures, items, closed]);
  const hasPlaces = items.some((item) => item.kind !== 'unplaced');
  const scrollTo = (index: number) => list.current?.scrollToIndex(index, { align: 'start' });
  const scrollToMinute = (minute: number) => {
    const nearest = nearestCapture(captures, minute);
    if (nearest) scrollTo(rowOfCapture(rows, nearest.id));
  };
  return (
    <>
      <DayTop
        day={day}
        captures={captures}
        isPending={journeys?.isPending ?? false}
        onSeek={scrollToMinute}
      />
      <div className={classes.body} data-with-map={hasPlaces || undefined}>
        {hasPlaces && (
          <DayMap
            day={day}
            items={items}
            captures={captures}
            lit={lit}
            onLit={setLit}
            onOpen={player.open}
            onScrollTo={(key) => scrollTo(rows.findIndex((row) => row.key === key))}
          />
        )}
        <div className={classes.list}>
          <DayList
            day={day}
            rows={rows}
            lit={lit}
            list={list}
            onLit={setLit}
            onOpen={player.open}
            onToggle={(key) => setClosed(toggled(closed, key))}
          />
        </div>
      </div>
      {player.clipId !== undefined && (
        <Player
          day={day}
          captures={captures}
          clipId={player.clipId}
          seconds={player.seconds}
          journeyOf={(captureId) => journeyOf(items, captureId)}
          onSelect={player.select}
          onClose={player.close}
        />
      )}
    </>
  );
}

function journeyOf(items: readonly DayItem[], captureId: number): Journey | null {
  const item = items.find(({ captures }) => captures.some(({ id }) => id === captureId));
  return item?.kind === 'journey' ? item.journey : null;
}

interface DayTopProps {
  day: string;
  captures: readonly Capture[];
  isPending: boolean;
  onSeek: (minute: number) => void;
}

function DayTop({ day, captures, isPending, onSeek }: DayTopProps) {
  return (
    <>
      <div className={classes.strip}>
        <TimeStrip
          size="tall"
          bars={captureBars(captures)}
          label={t('recordingsByTime', { day: formatDay(day) })}
          onSeek={onSeek}
        />
      </div>
      {isPending && <output className={classes.pending}>{t('stillReading')}</output>}
    </>
  );
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return set.has(key) ? new Set([...set].filter((each) => each !== key)) : new Set([...set, key]);
}
