import { keepPreviousData, useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { retentionSettingKeys, type Preview, type Retention } from '../../shared/retention.ts';
import type { RouteInput, RouteResponse } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';
import { call, keyOf, useAction, useRoute, type ApiError } from '../api.ts';
import { failed } from '../ui/toasts.ts';
import type { CameraNames } from './why-words.ts';

/** What a change of what is deleted, or how, makes old. */
export const affectedByDeletion = [
  routes.getRetention,
  routes.getStorage,
  routes.listTrash,
  routes.listAudit,
  routes.getStatus,
  routes.listDays,
  routes.getDay,
] as const;

/** The names of all cameras, also where there is only one. */
export function useCameraNames(): CameraNames {
  const cameras = useRoute(routes.listCameras).data?.cameras;
  return useMemo(() => new Map((cameras ?? []).map(({ id, name }) => [id, name])), [cameras]);
}

/**
 * What the next sweep would do under a change of the rules; the last picture stays while the next one is on its way.
 * `inForce`: what is changed.
 */
export function usePreview(
  settings: SettingsPatch | null,
  inForce: Settings,
  retention: Retention | undefined,
): UseQueryResult<Preview, ApiError> {
  const last = retention?.sweeps[0];
  return useQuery<Preview, ApiError>({
    // What a sweep has done makes it old; that one goes on does not, or each of its files would have it worked out anew.
    queryKey: [
      ...keyOf(routes.previewRetention, settings),
      // The same change of other rules is another plan.
      retentionSettingKeys.map((key) => inForce[key]),
      last?.id,
      last?.endedAt,
      retention?.confirmation?.key,
      retention?.trash.clips === 0,
    ],
    queryFn: ({ signal }) =>
      call(routes.previewRetention, { body: { settings: settings ?? {} } }, { signal }),
    enabled: settings !== null && retention !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** The clips in the trash, newest first, read as they come into view. */
export function useTrash() {
  const query = useInfiniteQuery({
    queryKey: keyOf(routes.listTrash, 'all'),
    queryFn: ({ pageParam, signal }) =>
      call(routes.listTrash, { query: { limit: 100, ...(pageParam && { before: pageParam }) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextBefore,
  });
  const clips = useMemo(() => query.data?.pages.flatMap((page) => page.clips) ?? [], [query.data]);
  return { ...query, clips, more: useMore(query) };
}

type AuditQuery = RouteInput<typeof routes.listAudit>['query'];
export type AuditFilter = Pick<AuditQuery, 'by' | 'cameraId' | 'name' | 'action'>;

/** The log of deletions, newest first, read as it comes into view. */
export function useAudit(filter: AuditFilter) {
  const query = useInfiniteQuery({
    queryKey: keyOf(routes.listAudit, filter),
    queryFn: ({ pageParam, signal }) =>
      call(
        routes.listAudit,
        { query: { ...filter, limit: 100, ...(pageParam && { before: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextBefore,
    placeholderData: keepPreviousData,
  });
  const entries = useMemo(() => query.data?.pages.flatMap((page) => page.entries) ?? [], [query.data]);
  return { ...query, entries, more: useMore(query) };
}

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

function useMore({ hasNextPage, isFetchingNextPage, fetchNextPage }: Paged): () => void {
  return useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
}

type SweepRoute =
  | typeof routes.startSweep
  | typeof routes.stopSweep
  | typeof routes.confirmSweep
  | typeof routes.confirmClock;

/** A word to what deletes by rule; `refused` says what could not be done. */
export function useSweepAction<R extends SweepRoute>(
  route: R,
  refused: string,
  onSuccess?: (answer: RouteResponse<R>) => void,
) {
  return useAction(route, {
    refetch: [routes.getRetention, routes.getStorage, routes.getStatus],
    onError: failed(refused),
    ...(onSuccess && { onSuccess }),
  });
}
