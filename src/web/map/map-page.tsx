import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Box } from '../../shared/tracks.ts';
import { localToday } from '../format.ts';
import { useNow } from '../ui/use-now.ts';
import { journeysById, type ArchiveJourney, type ArchiveMonth } from './archive-months.ts';
import { ArchiveMap, type Picked } from './archive-map.tsx';
import { MapDock } from './map-dock.tsx';
import classes from './map-page.module.css';
import { boxOf, boxWords, lookWords } from './map-search.ts';
import { MapFindings } from './map-findings.tsx';
import { MapTime } from './map-time.tsx';
import { MapTools } from './map-tools.tsx';
import type { MapWindow } from './map-types.ts';
import { useChosenArchive } from './use-chosen-archive.ts';
import { useMapBase } from './use-map-base.ts';
import { useMapSearch, type SearchChange } from './use-map-search.ts';
import { usePointed } from './use-pointed.ts';

const route = getRouteApi('/map');
/** Narrower windows have the map alone, with what is found and the filters over it. */
const compact = '(max-width: 61.99em)';

/** What was pressed on the map, as the address and the list beside it have it. */
function usePicked(months: readonly ArchiveMonth[], setSearch: (change: SearchChange) => void) {
  const [here, setHere] = useState<readonly number[]>([]);
  const byId = useMemo(() => journeysById(months), [months]);
  const journeysHere = useMemo(() => newestFirst(here.flatMap((id) => byId.get(id) ?? [])), [here, byId]);
  return {
    journeysHere,
    pick: ({ box, journeyIds }: Picked) => {
      setHere(journeyIds.length > 1 ? journeyIds : []);
      setSearch({
        journey: journeyIds.length === 1 ? journeyIds[0] : undefined,
        box: box ? boxWords(box) : undefined,
      });
    },
    pickOne: (journey: number) => {
      setHere([]);
      setSearch({ journey });
    },
    closeHere: () => setHere([]),
  };
}

/** All that the parts of the page share. */
function useMapPage() {
  const search = route.useSearch();
  const setSearch = useMapSearch();
  const chosen = useChosenArchive(search, setSearch);
  const [isDrawing, setDrawing] = useState(false);
  const [shown, setShown] = useState<MapWindow | null>(null);
  const picked = usePicked(chosen.archive.months, setSearch);
  const { setPass, setLit, ...pointed } = usePointed(search.journey);
  const units = useMapBase()?.units ?? 'km';
  const onLook = (next: Box | null) => {
    setDrawing(false);
    if (next) setSearch({ box: boxWords(next) });
  };
  const onShown = (now: MapWindow) => {
    setShown(now);
    setSearch({ at: lookWords(now) });
  };
  return {
    map: {
      chosen,
      search,
      isDrawing,
      ...pointed,
      onHover: setLit,
      onDrawn: onLook,
      onPick: picked.pick,
      onShown,
    },
    tools: { search, setSearch, isDrawing, onDraw: () => setDrawing(!isDrawing) },
    time: { time: chosen.time, archive: chosen.archive, units },
    found: {
      search,
      setSearch,
      filter: chosen.filter,
      units,
      shown,
      onLook,
      onPass: setPass,
      onPoint: setLit,
    },
    picked,
  };
}

/** Every journey; a press on a road or a box lists the times the car came through, and the slider says of when. */
export function MapPage() {
  const { map, tools, time, found, picked } = useMapPage();
  const isCompact = useMediaQuery(compact, undefined, { getInitialValueInEffect: false }) ?? false;
  const today = localToday(useNow());
  const findings = (
    <MapFindings
      {...found}
      journeysHere={picked.journeysHere}
      today={today}
      isCompact={isCompact}
      onPick={picked.pickOne}
      onCloseHere={picked.closeHere}
    />
  );
  return (
    <div className={classes.page} data-compact={isCompact || undefined}>
      {!isCompact && <MapTools {...tools} />}
      <div className={classes.parts}>
        <div className={classes.frame}>
          <ArchiveMap {...map} box={boxOf(map.search.box)} />
          {!isCompact && time.time && <MapTime {...time} time={time.time} />}
          {isCompact && <MapDock {...tools} {...time} onLook={found.onLook} shown={found.shown} />}
          {isCompact && findings}
        </div>
        {!isCompact && findings}
      </div>
    </div>
  );
}

const newestFirst = (journeys: readonly ArchiveJourney[]): ArchiveJourney[] =>
  journeys.toSorted((a, b) => b.startedAt - a.startedAt);
