import { useDebouncedValue } from '@mantine/hooks';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { askedOf, rangeOf, type MapSearch } from './map-search.ts';
import type { MapWindow } from './map-types.ts';

const settleMs = 250;

/** The tracks of the squares in view, of the days and the camera that are chosen. */
export function useTracks(search: MapSearch, window: MapWindow | null) {
  const range = useRange(search);
  const [settled] = useDebouncedValue(window, settleMs);
  const asked = settled ? askedOf(settled) : nowhere;
  return useRoute(
    routes.getMap,
    { query: { ...asked, ...range, ...(search.camera && { cameraId: search.camera }) } },
    { enabled: settled !== null, keepPrevious: true },
  );
}

const nowhere = { west: 0, south: 0, east: 0, north: 0, zoom: 0 };

/** Days of the filter on the clocks of the cameras' zone. */
export function useRange(search: MapSearch): { from?: number; to?: number } {
  const zone = useRoute(routes.getStatus).data?.zone ?? 'UTC';
  return rangeOf(search, zone);
}
