import { Button } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { IconBoxMultiple, IconMapPins, IconRoute, IconX } from '@tabler/icons-react';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { boxAround } from '../../shared/geo.ts';
import { routes } from '../../shared/routes.ts';
import type { Box, Pass, Position } from '../../shared/tracks.ts';
import { useRoute } from '../api.ts';
import { formatCount } from '../format.ts';
import { Panel } from '../ui/panel.tsx';
import { EmptyState, LoadError } from '../ui/states.tsx';
import { ChooseMap } from './choose-map.tsx';
import { MapFilters } from './map-filters.tsx';
import { boxOf, boxWords, lookOf, lookWords, type MapSearch } from './map-search.ts';
import type { AtPixel, MapWindow } from './map-types.ts';
import { MapView } from './map-view.tsx';
import classes from './map-page.module.css';
import { PassList } from './pass-list.tsx';
import { useMapBase } from './use-map-base.ts';
import { useRange, useTracks } from './use-tracks.ts';

const route = getRouteApi('/map');
/** Around a tap: half the width of a finger, but no less than a road is wide. */
const tapPixels = 12;
const leastTapM = 15;

/** Every track; a tap on a road or a box lists the times the car came through. */
export function MapPage() {
  const search = route.useSearch();
  const setSearch = useMapSearch();
  const [isDrawing, setDrawing] = useState(false);
  const [shown, setShown] = useState<MapWindow | null>(null);
  const box = boxOf(search.box);
  const look = (next: Box | null) => {
    setDrawing(false);
    if (next) setSearch({ box: boxWords(next) });
  };
  return (
    <div className={classes.page}>
      <div className={classes.tools}>
        <MapFilters search={search} onChange={setSearch} />
        <Button
          variant={isDrawing ? 'filled' : 'default'}
          leftSection={<IconBoxMultiple size={18} aria-hidden />}
          aria-pressed={isDrawing}
          onClick={() => setDrawing(!isDrawing)}
        >
          {isDrawing ? 'Drag over the map' : 'Draw a box'}
        </Button>
        <Link to="/places" className={classes.link}>
          <IconMapPins size={18} aria-hidden />
          Places
        </Link>
        <ChooseMap />
      </div>
      <TracksMap
        search={search}
        box={box}
        isDrawing={isDrawing}
        onLook={look}
        onShown={(now) => {
          setShown(now);
          setSearch({ at: lookWords(now) });
        }}
      >
        {(onPoint) => (
          <Passes
            search={search}
            box={box}
            shown={shown}
            onPoint={onPoint}
            onLook={look}
            onClose={() => setSearch({ box: undefined })}
          />
        )}
      </TracksMap>
    </div>
  );
}

type Change = { [Key in keyof MapSearch]?: MapSearch[Key] | undefined };

/** Changes the address of the page, which goes back at once to wherever the reader came from. */
function useMapSearch(): (change: Change) => void {
  const navigate = useNavigate({ from: '/map' });
  return useCallback(
    (change: Change) =>
      void navigate({
        to: '/map',
        search: (before) => withoutEmpty({ ...before, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
}

const withoutEmpty = (search: Change): MapSearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

interface TracksMapProps {
  search: MapSearch;
  box: Box | null;
  isDrawing: boolean;
  onLook: (box: Box | null) => void;
  onShown: (shown: MapWindow) => void;
  children: (onPoint: (pass: Pass | null) => void) => ReactNode;
}

/** The map with the tracks in view, and beside it what is found. */
function TracksMap({ search, box, isDrawing, onLook, onShown, children }: TracksMapProps) {
  const extent = useRoute(routes.getMapExtent);
  const places = useRoute(routes.listPlaces).data?.places;
  const [start] = useState(() => lookOf(search.at));
  const [window, setWindow] = useState<MapWindow | null>(null);
  const { highlight, car, setLit, setPass } = usePointed();
  const none = extent.data?.box === null;
  const tracks = useTracks(search, window);
  const pick = (position: Position, { metresPerPixel }: AtPixel) =>
    onLook(boxAround(position, Math.max(leastTapM, tapPixels * metresPerPixel)));
  return (
    <div className={classes.parts}>
      <div className={classes.mapFrame}>
        {(extent.data || extent.isError) && (
          <MapView
            className={classes.map ?? ''}
            label="Map of all journeys"
            journeys={tracks.data ?? null}
            highlight={highlight}
            places={places ?? noPlaces}
            car={car}
            box={box}
            start={start}
            fit={extent.data?.box ?? null}
            isDrawing={isDrawing}
            onDrawn={onLook}
            onHover={setLit}
            onPickPosition={pick}
            onWindow={(now) => {
              setWindow(now);
              onShown(now);
            }}
          />
        )}
        <MapNotice tracks={tracks} search={search} hasNone={none} />
      </div>
      {children(setPass)}
    </div>
  );
}

/** What is pointed at: a journey on the map, or a pass in the list and with it the car. */
function usePointed() {
  const [lit, setLit] = useState<number | null>(null);
  const [pass, setPass] = useState<Pass | null>(null);
  const car = useMemo(() => pass && { ...pass.position, courseDegrees: pass.courseDegrees }, [pass]);
  return { highlight: pass?.journeyId ?? lit, car, setLit, setPass };
}

interface MapNoticeProps {
  tracks: ReturnType<typeof useTracks>;
  search: MapSearch;
  /** Nowhere has a journey yet. */
  hasNone: boolean;
}

/** What there is to say about the tracks in view, over the map. */
function MapNotice({ tracks, search, hasNone }: MapNoticeProps) {
  const { data, isError } = tracks;
  const isEmpty = data?.features.length === 0;
  return (
    <div className={classes.over}>
      {isError && (
        <div className={classes.card}>
          <LoadError query={tracks} what="The tracks" />
        </div>
      )}
      {isEmpty && hasNone && <NoJourneys />}
      {isEmpty && !hasNone && (
        <output className={classes.partial}>
          {isFiltered(search) ? 'No journeys in view on these days' : 'No journeys in view'}
        </output>
      )}
      {data?.isPartial && (
        <output className={classes.partial}>
          The {formatCount(data.journeys)} newest journeys. Go closer to see all.
        </output>
      )}
    </div>
  );
}

const noPlaces: never[] = [];

const isFiltered = ({ from, to, camera }: MapSearch): boolean => Boolean(from ?? to ?? camera);

interface PassesProps {
  search: MapSearch;
  box: Box | null;
  shown: MapWindow | null;
  onPoint: (pass: Pass | null) => void;
  onLook: (box: Box) => void;
  onClose: () => void;
}

/** What was found in the box; without one, how to look. */
function Passes({ search, box, shown, onPoint, onLook, onClose }: PassesProps) {
  const range = useRange(search);
  const units = useMapBase()?.units ?? 'km';
  if (!box) {
    return (
      <Panel title="When did I come by here?">
        <div className={classes.hint}>
          <p>Tap a road, or draw a box, to see every time the car came through. Each starts at its second.</p>
          <Button
            variant="default"
            disabled={!shown}
            leftSection={<IconRoute size={18} aria-hidden />}
            onClick={() => shown && onLook(shown.box)}
          >
            All that is in view
          </Button>
        </div>
      </Panel>
    );
  }
  const close = (
    <Button
      variant="default"
      size="compact-md"
      leftSection={<IconX size={16} aria-hidden />}
      onClick={onClose}
    >
      Close
    </Button>
  );
  return (
    <Panel title="The car came by here" actions={close}>
      <div className={classes.passes}>
        <PassList
          key={search.box}
          wanted={{ box, ...range, ...(search.camera && { cameraId: search.camera }) }}
          units={units}
          isFiltered={isFiltered(search)}
          onPoint={onPoint}
        />
      </div>
    </Panel>
  );
}

function NoJourneys() {
  return (
    <div className={classes.card}>
      <EmptyState compact icon={<IconRoute size={28} stroke={1.6} />} title="No journeys yet">
        They appear here as soon as positions have been read out of recordings, or off the card while those
        are still being fetched.
      </EmptyState>
    </div>
  );
}
