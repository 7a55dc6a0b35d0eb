import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';

/** The nearest days with recordings before and after a day, which need have none itself. */
export function useNearestDays(day: string): { earlier: string | null; later: string | null } {
  const earlier = useRoute(routes.listDays, { query: { before: day, limit: 1 } });
  const later = useRoute(routes.listDays, { query: { after: day, limit: 1 } });
  return { earlier: earlier.data?.days[0]?.day ?? null, later: later.data?.days[0]?.day ?? null };
}
