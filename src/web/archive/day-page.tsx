import { Skeleton } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { IconCalendarOff } from '@tabler/icons-react';
import { localDaySchema, type Capture } from '../../shared/clips.ts';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { DayBody } from './day-body.tsx';
import { DayHead } from './day-head.tsx';
import classes from './day-page.module.css';
import { NoSuchDay } from './no-such-day.tsx';
import { SelectAnything } from '../select/select-provider.tsx';
import { RemovalProvider } from './removal-provider.tsx';
import { useDay } from './use-day.ts';
import { t } from './texts.ts';

const route = getRouteApi('/archive/$day');

/** The journeys, stops and recordings of one day in the order of time; `?clip=` opens one in the player. */
export function DayPage() {
  const { day } = route.useParams();
  if (!localDaySchema.safeParse(day).success) {
    return (
      <EmptyState icon={<IconCalendarOff size={28} stroke={1.6} />} title={t('noDate', { text: day })}>
        {t('dateLikeThis')}
      </EmptyState>
    );
  }
  return (
    <RemovalProvider key={day}>
      <SelectAnything>
        <Day day={day} />
      </SelectAnything>
    </RemovalProvider>
  );
}

const none: readonly Capture[] = [];

function Day({ day }: { day: string }) {
  const { journeys, alone, captures = none, summary, isNone } = useDay(day);
  if (isNone) {
    return (
      <>
        <DayHead day={day} />
        <NoSuchDay day={day} />
      </>
    );
  }
  return (
    <>
      <DayHead day={day} summary={summary} captures={captures} />
      {alone ? (
        <QueryView query={alone} what={t('theDay')} skeleton={<DaySkeleton />}>
          {() => <DayBody day={day} captures={captures} journeys={undefined} />}
        </QueryView>
      ) : (
        <QueryView query={journeys} what={t('theDay')} skeleton={<DaySkeleton />}>
          {(known) => <DayBody day={day} captures={captures} journeys={known} />}
        </QueryView>
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
