import { useDebouncedValue } from '@mantine/hooks';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { fineZoom, type RoughLook } from './archive-layers.ts';
import type { ArchiveFilter } from './archive-months.ts';
import { askedOf } from './map-search.ts';
import type { MapLook, MapWindow } from './map-types.ts';

const settleMs = 250;
const nowhere = { west: 0, south: 0, east: 0, north: 0, zoom: 0 };

/**
 * Finer lines of the journeys in view, once the map is near enough. The time that is chosen is asked for only where
 * there are more of them than are sent: otherwise all are here, and moving the slider asks nothing.
 */
export function useFineTracks(filter: ArchiveFilter, window: MapWindow | null, start: MapLook | null) {
  const [settled] = useDebouncedValue(window, settleMs);
  const [chosen] = useDebouncedValue(filter, settleMs);
  const isNear = isFine(window ?? start);
  const isAsked = isNear && isFine(settled);
  const asked = isAsked && settled ? askedOf(settled) : nowhere;
  const all = useTracksOf(asked, isAsked);
  const isMany = isTooMany(all) && isChosen(chosen);
  const some = useTracksOf({ ...asked, ...queryOf(chosen) }, isAsked && isMany);
  const query = isMany && some.data ? some : all;
  return {
    query,
    rough: roughLook(query, isNear, settled === window),
    isNear,
    tracks: isNear ? (query.data ?? null) : null,
  };
}

type Tracks = ReturnType<typeof useTracksOf>;
type Asked = typeof nowhere & { from?: number; to?: number; cameraId?: number };

const useTracksOf = (query: Asked, enabled: boolean) =>
  useRoute(routes.getMap, { query }, { enabled, keepPrevious: true });

const isFine = (look: MapLook | null): boolean => (look?.zoom ?? 0) >= fineZoom;

const isTooMany = ({ data, isPlaceholderData }: Tracks): boolean =>
  data?.isPartial === true && !isPlaceholderData;

function roughLook({ data, isPlaceholderData }: Tracks, isNear: boolean, isSettled: boolean): RoughLook {
  if (!isNear) return 'whole';
  const isWhole = data !== undefined && !isPlaceholderData && !data.isPartial;
  return isWhole && isSettled ? 'hidden' : 'under';
}

const isChosen = ({ from, to, cameraId }: ArchiveFilter): boolean =>
  Number.isFinite(from) || Number.isFinite(to) || cameraId !== null;

const queryOf = ({ from, to, cameraId }: ArchiveFilter) => ({
  ...(Number.isFinite(from) && { from }),
  ...(Number.isFinite(to) && { to }),
  ...(cameraId !== null && { cameraId }),
});
