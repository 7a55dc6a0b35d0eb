import { Button } from '@mantine/core';
import { IconRoute, IconX } from '@tabler/icons-react';
import type { Box, Pass } from '../../shared/tracks.ts';
import type { DistanceUnits } from '../journey/units.ts';
import { Panel } from '../ui/panel.tsx';
import type { ArchiveFilter, ArchiveJourney } from './archive-months.ts';
import { JourneyCard } from './journey-card.tsx';
import { JourneysHere } from './journeys-here.tsx';
import classes from './map-findings.module.css';
import { boxOf, type MapSearch } from './map-search.ts';
import type { MapWindow } from './map-types.ts';
import { PassList } from './pass-list.tsx';
import { t } from './texts.ts';
import type { SearchChange } from './use-map-search.ts';

interface MapFindingsProps {
  search: MapSearch;
  setSearch: (change: SearchChange) => void;
  filter: ArchiveFilter;
  journeysHere: readonly ArchiveJourney[];
  units: DistanceUnits;
  today: string;
  isCompact: boolean;
  shown: MapWindow | null;
  onPass: (pass: Pass | null) => void;
  onPoint: (journeyId: number | null) => void;
  onPick: (journeyId: number) => void;
  onCloseHere: () => void;
  onLook: (box: Box) => void;
}

/** Beside the map, or over its lower part: the journey that is chosen, those to choose from, and the passes of a box. */
export function MapFindings(props: MapFindingsProps) {
  const { search, setSearch, journeysHere, units, today, isCompact, shown, onLook } = props;
  const box = boxOf(search.box);
  const isEmpty = search.journey === undefined && journeysHere.length === 0 && !box;
  if (isEmpty && isCompact) return null;
  return (
    <div className={isCompact ? classes.sheet : classes.side}>
      {isEmpty && <HowToFind shown={shown} onLook={onLook} />}
      {search.journey !== undefined && (
        <JourneyCard
          key={search.journey}
          id={search.journey}
          units={units}
          today={today}
          onClose={() => setSearch({ journey: undefined })}
        />
      )}
      {journeysHere.length > 0 && (
        <JourneysHere
          journeys={journeysHere}
          units={units}
          today={today}
          onPick={props.onPick}
          onPoint={props.onPoint}
          onClose={props.onCloseHere}
        />
      )}
      {box && <Passes {...props} box={box} />}
    </div>
  );
}

function HowToFind({ shown, onLook }: Pick<MapFindingsProps, 'shown' | 'onLook'>) {
  return (
    <Panel title={t('howToFind')}>
      <div className={classes.hint}>
        <p>{t('howToFindWhy')}</p>
        <Button
          variant="default"
          disabled={!shown}
          leftSection={<IconRoute size={18} aria-hidden />}
          onClick={() => shown && onLook(shown.box)}
        >
          {t('allInView')}
        </Button>
      </div>
    </Panel>
  );
}

function Passes({ search, setSearch, filter, units, box, onPass }: MapFindingsProps & { box: Box }) {
  const { from, to } = filter;
  const close = (
    <Button
      variant="default"
      size="compact-md"
      leftSection={<IconX size={16} aria-hidden />}
      onClick={() => setSearch({ box: undefined })}
    >
      {t('close')}
    </Button>
  );
  return (
    <Panel title={t('cameByHere')} actions={close}>
      <div className={classes.passes}>
        <PassList
          key={search.box}
          wanted={{
            box,
            ...(Number.isFinite(from) && { from }),
            ...(Number.isFinite(to) && { to }),
            ...(search.camera && { cameraId: search.camera }),
          }}
          units={units}
          isFiltered={Boolean(search.from ?? search.to ?? search.camera)}
          onPoint={onPass}
        />
      </div>
    </Panel>
  );
}
