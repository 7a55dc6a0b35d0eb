import { useCallback } from 'react';
import { distanceM } from '../../shared/geo.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import type { CarAt } from './track-index.ts';

/** Names a position that lies within one of the user's places. */
export function usePlaceOf(): (position: CarAt) => string | null {
  const places = useRoute(routes.listPlaces).data?.places;
  return useCallback(
    (position) => places?.find((place) => distanceM(place, position) <= place.radiusM)?.name ?? null,
    [places],
  );
}
