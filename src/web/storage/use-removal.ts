import type { DeletionWhy } from '../../shared/retention.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { restoreOutcome } from '../archive/removal-words.ts';
import { useWait } from '../archive/use-restore.ts';
import { failed, toast } from '../ui/toasts.ts';
import { emptiedWords, isByRule } from './trash-words.ts';
import { affectedByDeletion } from './use-storage.ts';
import { t } from './texts.ts';

interface Restorable {
  clipId: number;
  why: DeletionWhy;
}

/** Brings clips back out of the trash and says what comes of it; `all` for whatever is in it, of which these are known. */
export function useRestore() {
  const wait = useWait();
  const action = useAction(routes.restoreClips, {
    refetch: affectedByDeletion,
    onError: failed(t('notRestored')),
  });
  const restore = (clips: readonly Restorable[], then: { all?: boolean; onSuccess?: () => void } = {}) =>
    action.mutate(
      { body: then.all ? {} : { clipIds: clips.map(({ clipId }) => clipId) } },
      {
        onSuccess: (order) => {
          toast(restoreOutcome(order, { byRule: isByRule(clips), wait: wait() }));
          then.onSuccess?.();
        },
      },
    );
  return { restore, isPending: action.isPending };
}

/** Deletes clips in the trash for good. */
export function useEmptyTrash() {
  return useAction(routes.emptyTrash, {
    refetch: affectedByDeletion,
    onSuccess: (order) => toast(emptiedWords(order)),
    onError: failed(t('notEmptied')),
  });
}
