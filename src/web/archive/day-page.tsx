import { Skeleton } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { IconCalendarOff } from '@tabler/icons-react';
import { useRef } from 'react';
import { localDaySchema, type Capture } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatDay } from '../format.ts';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { captureBars, minuteOfDay } from '../ui/time-strip-plan.ts';
import { TimeStrip } from '../ui/time-strip.tsx';
import { VirtualList, type ListHandle } from '../ui/virtual-list.tsx';
import { CaptureRow } from './capture-row.tsx';
import { DayHead } from './day-head.tsx';
import { NoSuchDay } from './no-such-day.tsx';
import classes from './day-page.module.css';
import { Player } from './player.tsx';
import { RemovalProvider } from './removal-provider.tsx';
import { useDayKeys } from './use-day-keys.ts';
import { usePlayerRoute } from './use-player-route.ts';

const route = getRouteApi('/archive/$day');

/** The recordings of one day in the order of time; `?clip=` opens one in the player. */
export function DayPage() {
  const { day } = route.useParams();
  if (!localDaySchema.safeParse(day).success) {
    return (
      <EmptyState icon={<IconCalendarOff size={28} stroke={1.6} />} title={`“${day}” is not a date`}>
        A day is written like 2026-09-03.
      </EmptyState>
    );
  }
  return (
    <RemovalProvider key={day}>
      <Day day={day} />
    </RemovalProvider>
  );
}

function Day({ day }: { day: string }) {
  const query = useRoute(routes.getDay, { params: { day } });
  if (query.error?.code === 'not_found') {
    return (
      <>
        <DayHead day={day} />
        <NoSuchDay day={day} />
      </>
    );
  }
  return (
    <>
      <DayHead day={day} summary={query.data?.day} captures={query.data?.captures} />
      <QueryView query={query} what="The day" skeleton={<DaySkeleton />}>
        {(data) => <Captures day={day} captures={data.captures} />}
      </QueryView>
    </>
  );
}

function Captures({ day, captures }: { day: string; captures: readonly Capture[] }) {
  const list = useRef<ListHandle>(null);
  const player = usePlayerRoute(day);
  useDayKeys(captures, player.clipId === undefined);
  const scrollTo = (minute: number) => {
    const nearest = captures.reduce(
      (best, capture, index) => {
        const distance = Math.abs(minuteOfDay(capture.localStart) - minute);
        return distance < best.distance ? { index, distance } : best;
      },
      { index: 0, distance: Infinity },
    );
    list.current?.scrollToIndex(nearest.index, { align: 'start' });
  };
  return (
    <>
      <div className={classes.strip}>
        <TimeStrip
          size="tall"
          bars={captureBars(captures)}
          label={`Recordings of ${formatDay(day)} by time`}
          onSeek={scrollTo}
        />
      </div>
      <VirtualList
        count={captures.length}
        label="Recordings in order of time"
        estimateSize={() => 48}
        keyOf={(index) => captures[index]?.id ?? index}
        handle={list}
        framed
        renderRow={(index) => {
          const capture = captures[index];
          return (
            capture && <CaptureRow capture={capture} previous={captures[index - 1]} onOpen={player.open} />
          );
        }}
      />
      {player.clipId !== undefined && (
        <Player
          day={day}
          captures={captures}
          clipId={player.clipId}
          onSelect={player.select}
          onClose={player.close}
        />
      )}
    </>
  );
}

function DaySkeleton() {
  return (
    <>
      <div className={classes.strip}>
        <Skeleton height={32} radius="sm" />
      </div>
      <SkeletonRows count={10} form="line" />
    </>
  );
}
