import { Skeleton } from '@mantine/core';
import { getRouteApi, Link, Navigate } from '@tanstack/react-router';
import { IconRouteOff } from '@tabler/icons-react';
import type { Journey } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatDay, localTimeIn } from '../format.ts';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { JourneyHead } from './journey-head.tsx';
import classes from './journey-page.module.css';
import { PlayedJourney } from './played-journey.tsx';
import { t } from './texts.ts';
import { useFootage } from './use-footage.ts';
import { useKeptMoment, useMoment } from './use-moment.ts';

const route = getRouteApi('/journeys/$id');

/** One journey: what was recorded on it, where it went and how fast, and what can be changed. */
export function JourneyPage() {
  const { id } = route.useParams();
  const journeyId = Number(id);
  if (!Number.isSafeInteger(journeyId) || journeyId <= 0) return <NoSuchJourney />;
  return <ById key={journeyId} id={journeyId} />;
}

function ById({ id }: { id: number }) {
  const query = useRoute(routes.getJourney, { params: { id }, query: {} });
  if (query.error?.code === 'not_found') return <Gone id={id} />;
  return (
    <QueryView query={query} what={t('theJourney')} skeleton={<JourneySkeleton />}>
      {(journey) => <Whole journey={journey} />}
    </QueryView>
  );
}

/** It was merged, split or derived anew: to the one that has its time now, which a moment in the address tells. */
function Gone({ id }: { id: number }) {
  const at = useMoment();
  const now = useRoute(
    routes.getJourney,
    { params: { id }, query: { at: at ?? undefined } },
    { enabled: at !== null },
  );
  if (now.data)
    return <Navigate to="/journeys/$id" params={{ id: String(now.data.id) }} search={{ at }} replace />;
  return now.isLoading ? <JourneySkeleton /> : <NoSuchJourney at={at} />;
}

function Whole({ journey }: { journey: Journey }) {
  useKeptMoment(journey);
  const { query, captures } = useFootage(journey);
  return (
    <div className={classes.page}>
      <JourneyHead journey={journey} />
      <QueryView query={query} what={t('itsRecordings')} skeleton={<PlayerSkeleton />}>
        {() => <PlayedJourney journey={journey} captures={captures} />}
      </QueryView>
    </div>
  );
}

/** Nobody knows any more where it was: its day by the clocks of the reader. */
const zoneHere = new Intl.DateTimeFormat().resolvedOptions().timeZone;

function NoSuchJourney({ at = null }: { at?: number | null }) {
  const day = at === null ? null : localTimeIn(at, zoneHere).slice(0, 10);
  const way =
    day === null ? (
      <Link to="/archive">{t('allDays')}</Link>
    ) : (
      <Link to="/archive/$day" params={{ day }}>
        {formatDay(day)}
      </Link>
    );
  return (
    <EmptyState icon={<IconRouteOff size={28} stroke={1.6} />} title={t('noSuchJourney')} action={way}>
      {t('noSuchJourneyWhy')}
    </EmptyState>
  );
}

function PlayerSkeleton() {
  return <Skeleton height={520} radius="md" className={classes.wide ?? ''} />;
}

function JourneySkeleton() {
  return (
    <div className={classes.page}>
      <Skeleton height={64} radius="sm" className={classes.wide ?? ''} />
      <PlayerSkeleton />
    </div>
  );
}
