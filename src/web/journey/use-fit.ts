import { useState } from 'react';
import type { Box, RouteMap } from '../../shared/tracks.ts';
import { boxOfRoutes } from './map-plan.ts';

/** The box around what is on a map; the same one for the same journeys, however their lines are simplified. */
export function useFit(map: RouteMap | undefined): Box | null {
  const ids = (map?.features ?? []).map(({ properties }) => `${properties.kind}${properties.id}`).join();
  const [fit, setFit] = useState<{ ids: string; box: Box | null }>({ ids: '', box: null });
  if (fit.ids === ids) return fit.box;
  const next = { ids, box: boxOfRoutes(map) };
  setFit(next);
  return next.box;
}
