import { Button } from '@mantine/core';
import { IconCloudOff, IconRefresh, IconRoute } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { boxAround } from '../../shared/geo.ts';
import { routes } from '../../shared/routes.ts';
import type { Box, Position } from '../../shared/tracks.ts';
import { useRoute } from '../api.ts';
import { EmptyState, LoadError } from '../ui/states.tsx';
import { hasJourneyIn, type ArchiveFilter } from './archive-months.ts';
import classes from './archive-map.module.css';
import { lookOf, type MapSearch } from './map-search.ts';
import type { ArchiveView, AtPixel, MapCar, MapWindow } from './map-types.ts';
import { MapView } from './map-view.tsx';
import { t } from './texts.ts';
import type { ArchiveMonths } from './use-archive-months.ts';
import type { ChosenArchive } from './use-chosen-archive.ts';
import { useFineTracks } from './use-fine-tracks.ts';

/** Around a press: half the width of a finger, but no less than a road is wide. From afar it would be half a town. */
const tapPixels = 12;
const [leastTapM, mostTapM] = [15, 500];

/** What was pressed: journeys whose lines are there, and where to look for passes, if the map is near enough. */
export interface Picked {
  journeyIds: readonly number[];
  box: Box | null;
}

interface ArchiveMapProps {
  chosen: ChosenArchive;
  search: MapSearch;
  box: Box | null;
  isDrawing: boolean;
  highlight: number | null;
  car: MapCar | null;
  onHover: (id: number | null) => void;
  onDrawn: (box: Box | null) => void;
  onPick: (picked: Picked) => void;
  onShown: (shown: MapWindow) => void;
}

/** The map of all journeys, and what there is to say about them. */
export function ArchiveMap({ chosen, search, onPick, onShown, ...shown }: ArchiveMapProps) {
  const { archive, filter } = chosen;
  const extent = useRoute(routes.getMapExtent);
  const places = useRoute(routes.listPlaces).data?.places;
  const [start] = useState(() => lookOf(search.at));
  const [window, setWindow] = useState<MapWindow | null>(null);
  const fine = useFineTracks(filter, window, start);
  const view = useMemo(
    (): ArchiveView => ({ months: archive.months, filter, isHeat: search.heat === 1, rough: fine.rough }),
    [archive.months, filter, search.heat, fine.rough],
  );
  const pick = (position: Position, { metresPerPixel }: AtPixel, journeyIds: readonly number[]) => {
    const radius = Math.max(leastTapM, tapPixels * metresPerPixel);
    onPick({ journeyIds, box: radius <= mostTapM ? boxAround(position, radius) : null });
  };
  const isReading = !archive.isWhole && archive.error === null;
  return (
    <div className={classes.frame} aria-busy={isReading}>
      {(extent.data || extent.isError) && (
        <MapView
          {...shown}
          className={classes.map ?? ''}
          label={t('mapLabel')}
          journeys={fine.tracks}
          archive={view}
          places={places ?? noPlaces}
          start={start}
          fit={extent.data?.box ?? null}
          onPickPosition={pick}
          onWindow={(now) => {
            setWindow(now);
            onShown(now);
          }}
        />
      )}
      <div className={classes.over}>
        <ArchiveNotice archive={archive} filter={filter} window={window} search={search} />
        <FineNotice fine={fine} />
      </div>
    </div>
  );
}

const noPlaces: never[] = [];

interface ArchiveNoticeProps {
  archive: ArchiveMonths;
  filter: ArchiveFilter;
  window: MapWindow | null;
  search: MapSearch;
}

/** That journeys are still coming, could not be read, or that there are none. */
function ArchiveNotice({ archive, filter, window, search }: ArchiveNoticeProps) {
  const { months, listed, isWhole, error, retry } = archive;
  const hasSome = useMemo(
    () => !isWhole || window === null || hasJourneyIn(months, filter, window.box),
    [months, filter, window, isWhole],
  );
  if (error) return <NotRead error={error} onRetry={retry} />;
  if (listed?.length === 0) return <NoJourneys />;
  if (!isWhole && listed && listed.length > months.length) {
    return <p className={classes.note}>{t('reading', { done: months.length, all: listed.length })}</p>;
  }
  if (hasSome) return null;
  const isFiltered = Boolean(search.from ?? search.to ?? search.camera);
  return <output className={classes.note}>{t(isFiltered ? 'noneInViewThen' : 'noneInView')}</output>;
}

function NotRead({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <div className={classes.card} role="alert">
      <EmptyState
        compact
        tone="red"
        icon={<IconCloudOff size={28} stroke={1.6} />}
        title={t('notAllRead')}
        action={
          <Button variant="default" size="xs" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
            {t('again')}
          </Button>
        }
      >
        {error.message}
      </EmptyState>
    </div>
  );
}

/** What of the finer lines is missing. */
function FineNotice({ fine: { query, isNear, rough } }: { fine: ReturnType<typeof useFineTracks> }) {
  if (!isNear) return null;
  if (query.isError) {
    return (
      <div className={classes.card}>
        <LoadError query={query} what={t('theTracks')} />
      </div>
    );
  }
  if (!query.data?.isPartial || rough === 'hidden') return null;
  return <output className={classes.note}>{t('someFine', { count: query.data.journeys })}</output>;
}

function NoJourneys() {
  return (
    <div className={classes.card}>
      <EmptyState compact icon={<IconRoute size={28} stroke={1.6} />} title={t('noJourneys')}>
        {t('noJourneysWhy')}
      </EmptyState>
    </div>
  );
}
