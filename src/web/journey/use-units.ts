import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import type { DistanceUnits } from './units.ts';

/** Kilometres or miles, as the user wants them; kilometres until that is known. */
export function useUnits(): DistanceUnits {
  return useRoute(routes.getSettings).data?.settings.distanceUnits ?? 'km';
}
