import { useMemo } from 'react';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import type { DistanceUnits } from '../journey/units.ts';
import { baseOf, outlineBase, type MapBase } from './ground-plan.ts';

/** What lies under maps, and in what distances are told; null while the settings are being read. */
export function useMapBase(): { base: MapBase; units: DistanceUnits } | null {
  const { data, isError } = useRoute(routes.getSettings);
  const { mapSource, mapUrl, mapAttribution, distanceUnits } = data?.settings ?? {};
  return useMemo(() => {
    if (mapSource === undefined) return isError ? { base: outlineBase, units: 'km' } : null;
    return {
      base: baseOf({ mapSource, mapUrl: mapUrl ?? '', mapAttribution: mapAttribution ?? '' }),
      units: distanceUnits ?? 'km',
    };
  }, [mapSource, mapUrl, mapAttribution, distanceUnits, isError]);
}
