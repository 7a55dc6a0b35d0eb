import { ActionIcon, Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconExternalLink, IconPlayerPlay, IconX } from '@tabler/icons-react';
import type { Journey } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatDay } from '../format.ts';
import { formatDrive, journeyTitle, spanWords } from '../journey/journey-words.ts';
import { formatDistance, type DistanceUnits } from '../journey/units.ts';
import { CameraMark } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, LoadError } from '../ui/states.tsx';
import classes from './journey-card.module.css';
import { t } from './texts.ts';

interface JourneyCardProps {
  id: number;
  units: DistanceUnits;
  today: string;
  onClose: () => void;
}

/** The journey that is chosen on the map: what it is, and the way to its video. */
export function JourneyCard({ id, units, today, onClose }: JourneyCardProps) {
  const query = useRoute(routes.getJourney, { params: { id }, query: {} });
  const journey = query.data;
  const close = (
    <ActionIcon variant="default" size="lg" aria-label={t('closeJourney')} onClick={onClose}>
      <IconX size={18} aria-hidden />
    </ActionIcon>
  );
  return (
    <Panel title={journey ? journeyTitle(journey) : t('theJourney')} actions={close}>
      {journey && <Facts journey={journey} units={units} today={today} />}
      {!journey && query.error?.code === 'not_found' && (
        <EmptyState compact icon={<IconX size={28} stroke={1.6} />} title={t('journeyGone')}>
          {t('journeyGoneWhy')}
        </EmptyState>
      )}
      {!journey && query.isError && query.error.code !== 'not_found' && (
        <LoadError query={query} what={t('theJourney')} />
      )}
      {query.isPending && (
        <div aria-busy="true">
          <SkeletonRows count={2} form="line" />
        </div>
      )}
    </Panel>
  );
}

function Facts({ journey, units, today }: { journey: Journey; units: DistanceUnits; today: string }) {
  const { id, localDay, startedAt, endedAt, distanceM, cameraId } = journey;
  const to = { to: '/journeys/$id', params: { id: String(id) } } as const;
  return (
    <div className={classes.card}>
      <p className={classes.when}>
        {formatDay(localDay, { today })}, {spanWords(journey, localDay)}
      </p>
      <p className={classes.facts}>
        <span>{formatDistance(distanceM, units)}</span>
        <span>{formatDrive(endedAt - startedAt)}</span>
        <CameraMark cameraId={cameraId} />
      </p>
      <div className={classes.buttons}>
        <Button
          leftSection={<IconPlayerPlay size={18} aria-hidden />}
          renderRoot={(props) => <Link {...props} {...to} state={{ plays: true }} />}
        >
          {t('play')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconExternalLink size={18} aria-hidden />}
          renderRoot={(props) => <Link {...props} {...to} />}
        >
          {t('openJourney')}
        </Button>
      </div>
    </div>
  );
}
