import { Skeleton } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { IconRouteOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { Journey } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { JourneyAbout } from './journey-about.tsx';
import { JourneyEditing } from './journey-editing.tsx';
import { JourneyFacts } from './journey-facts.tsx';
import { JourneyHead } from './journey-head.tsx';
import { JourneyMap } from './journey-map.tsx';
import { JourneyMarks } from './journey-marks.tsx';
import classes from './journey-page.module.css';
import { useFootage } from './use-footage.ts';

const route = getRouteApi('/journeys/$id');

/** One journey: where it went and how fast, what is known of it, and what can be changed. */
export function JourneyPage() {
  const { id } = route.useParams();
  const journeyId = Number(id);
  if (!Number.isSafeInteger(journeyId) || journeyId <= 0) return <NoSuchJourney />;
  return <ById key={journeyId} id={journeyId} />;
}

function ById({ id }: { id: number }) {
  const query = useRoute(routes.getJourney, { params: { id } });
  if (query.error?.code === 'not_found') return <NoSuchJourney />;
  return (
    <QueryView query={query} what="The journey" skeleton={<JourneySkeleton />}>
      {(journey) => <Whole journey={journey} />}
    </QueryView>
  );
}

function Whole({ journey }: { journey: Journey }) {
  const [at, setAt] = useState<number | null>(null);
  const footage = useFootage(journey);
  const track = useRoute(routes.getJourneyTrack, { params: { id: journey.id } });
  const navigate = useNavigate();
  const goTo = (id: number) => {
    setAt(null);
    if (id !== journey.id) void navigate({ to: '/journeys/$id', params: { id: String(id) }, replace: true });
  };
  return (
    <div className={classes.page}>
      <JourneyHead journey={journey} footage={footage} />
      <JourneyMap
        journey={journey}
        parts={track.data?.parts ?? null}
        footage={footage}
        at={at}
        onPick={setAt}
      />
      <div className={classes.column}>
        <JourneyFacts journey={journey} />
        <JourneyMarks journey={journey} footage={footage} onShow={setAt} />
        <JourneyAbout journey={journey} />
        <JourneyEditing journey={journey} at={at} onAt={setAt} onJourney={goTo} />
      </div>
    </div>
  );
}

function NoSuchJourney() {
  return (
    <EmptyState icon={<IconRouteOff size={28} stroke={1.6} />} title="There is no such journey">
      It may have become part of another, as more of the footage came in. The archive has all of them.
    </EmptyState>
  );
}

function JourneySkeleton() {
  return (
    <div className={classes.page}>
      <Skeleton height={64} radius="sm" className={classes.wide ?? ''} />
      <Skeleton height={480} radius="md" />
      <Skeleton height={480} radius="md" />
    </div>
  );
}
