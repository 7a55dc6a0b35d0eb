import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { formatDate, formatLocalTime, localTimeIn } from '../format.ts';
import { formatDrive } from '../journey/journey-words.ts';
import { formatDistance, type DistanceUnits } from '../journey/units.ts';
import { CameraMark } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import type { ArchiveJourney } from './archive-months.ts';
import classes from './journeys-here.module.css';
import { t } from './texts.ts';

interface JourneysHereProps {
  /** Newest first. */
  journeys: readonly ArchiveJourney[];
  units: DistanceUnits;
  today: string;
  onPick: (id: number) => void;
  onPoint: (id: number | null) => void;
  onClose: () => void;
}

const mostRows = 40;

/** The journeys whose lines lie over each other where the map was pressed, to choose one of them. */
export function JourneysHere({ journeys, units, today, onPick, onPoint, onClose }: JourneysHereProps) {
  const close = (
    <ActionIcon variant="default" size="lg" aria-label={t('closeHere')} onClick={onClose}>
      <IconX size={18} aria-hidden />
    </ActionIcon>
  );
  return (
    <Panel title={t('journeysHere')} actions={close}>
      <p className={classes.count}>{t('journeys', { count: journeys.length })}</p>
      <ul className={classes.list}>
        {journeys.slice(0, mostRows).map((journey) => (
          <li key={journey.id}>
            <button
              type="button"
              className={classes.row}
              onClick={() => onPick(journey.id)}
              onPointerEnter={() => onPoint(journey.id)}
              onPointerLeave={() => onPoint(null)}
              onFocus={() => onPoint(journey.id)}
              onBlur={() => onPoint(null)}
            >
              <span className={classes.when}>{whenWords(journey, today)}</span>
              <span className={classes.facts}>
                {formatDistance(journey.distanceM, units)}, {formatDrive(journey.endedAt - journey.startedAt)}
              </span>
              <CameraMark cameraId={journey.cameraId} />
            </button>
          </li>
        ))}
      </ul>
      {journeys.length > mostRows && (
        <p className={classes.count}>{t('moreHere', { count: journeys.length - mostRows })}</p>
      )}
    </Panel>
  );
}

function whenWords({ startedAt, zone }: ArchiveJourney, today: string): string {
  const local = localTimeIn(startedAt, zone);
  return t('dayAt', { day: formatDate(local.slice(0, 10), { today }), time: formatLocalTime(local) });
}
