import { Skeleton } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { IconCalendarOff } from '@tabler/icons-react';
import { localDaySchema } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { DayBody } from './day-body.tsx';
import { DayHead } from './day-head.tsx';
import classes from './day-page.module.css';
import { NoSuchDay } from './no-such-day.tsx';
import { RemovalProvider } from './removal-provider.tsx';

const route = getRouteApi('/archive/$day');

/** The journeys, stops and recordings of one day in the order of time; `?clip=` opens one in the player. */
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
  const journeys = useRoute(routes.getDayJourneys, { params: { day } });
  if (query.error?.code === 'not_found') {
    return (
      <>
        <DayHead day={day} />
        <NoSuchDay day={day} />
      </>
    );
  }
  // Both at one time, for journeys stand over recordings and would move them; without an answer the recordings alone.
  const data = journeys.isPending ? undefined : query.data;
  const whole = { ...query, data };
  return (
    <>
      <DayHead day={day} summary={query.data?.day} captures={query.data?.captures} />
      <QueryView query={whole} what="The day" skeleton={<DaySkeleton />}>
        {({ captures }) => <DayBody day={day} captures={captures} journeys={journeys.data} />}
      </QueryView>
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
