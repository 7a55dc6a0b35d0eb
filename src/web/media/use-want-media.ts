import { useCallback } from 'react';
import type { ArtifactKind } from '../../shared/media.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { failed } from '../ui/toasts.ts';
import { t } from './texts.ts';

/** What is known of the clips of a day, and with it what can be shown of them. */
const affected = [routes.getDayJourneys, routes.getDay, routes.getClipMedia] as const;

/** Has something made of a clip before all others; what comes of it the live channel tells. */
export function useWantMedia() {
  const action = useAction(routes.wantClipMedia, {
    refetch: affected,
    onError: failed(t('notAskedFor')),
  });
  const { mutate, isPending } = action;
  const want = useCallback(
    (id: number, kind: ArtifactKind) => mutate({ params: { id }, body: { kind } }),
    [mutate],
  );
  return { want, isPending };
}

const asked = new Set<string>();

/** Has a picture or the tiles of a clip made that somebody looks at: once, and without a word if it cannot be. */
export function useWantLookedAt(): (id: number, kind: 'thumbnail' | 'filmstrip') => void {
  const { mutate } = useAction(routes.wantClipMedia);
  return useCallback(
    (id, kind) => {
      const key = `${id} ${kind}`;
      if (asked.has(key)) return;
      asked.add(key);
      mutate({ params: { id }, body: { kind } });
    },
    [mutate],
  );
}
