import { useEffect, useMemo, useRef, useState } from 'react';
import type { MapMonths } from '../../shared/map-months.ts';
import { routes } from '../../shared/routes.ts';
import { call, useRoute } from '../api.ts';
import { ArchiveLoader, type LoaderState } from './archive-loader.ts';
import { decodeMonth, type ArchiveMonth } from './archive-months.ts';

/** The first months are told of soon; each time the map takes them in as a whole, so the others in larger parts. */
const [firstMs, gatherMs] = [120, 2000];

export interface ArchiveMonths extends LoaderState {
  /** Those that are there, newest first. */
  months: readonly ArchiveMonth[];
  /** What the server has; null until it has said. */
  listed: MapMonths['months'] | null;
  retry: () => void;
}

const nothing = { months: [], isWhole: false, error: null };

/** All journeys and stops of the archive, rough; the browser keeps what does not change. */
export function useArchiveMonths(): ArchiveMonths {
  const index = useRoute(routes.listMapMonths);
  const listed = index.data?.months ?? null;
  const [state, setState] = useState<LoaderState & Pick<ArchiveMonths, 'months'>>(nothing);
  const loader = useRef<ArchiveLoader | null>(null);
  useEffect(() => {
    const made = new ArchiveLoader({
      fetchMonth: async ({ month, version }, signal) =>
        decodeMonth(await call(routes.getMapMonth, { params: { month }, query: { v: version } }, { signal })),
      onMonths: (months, rest) => setState({ months, ...rest }),
      later: (work, isFirst) => void window.setTimeout(work, isFirst ? firstMs : gatherMs),
    });
    loader.current = made;
    return () => {
      made.stop();
      loader.current = null;
    };
  }, []);
  useEffect(() => {
    if (listed) loader.current?.follow(listed);
  }, [listed]);
  const { refetch, error } = index;
  return useMemo(
    () => ({
      ...state,
      listed,
      error: state.error ?? (listed ? null : error),
      retry: () => {
        loader.current?.retry();
        void refetch();
      },
    }),
    [state, listed, error, refetch],
  );
}
