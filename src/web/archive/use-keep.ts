import { routes } from '../../shared/routes.ts';
import { call } from '../api.ts';
import { toast } from '../ui/toasts.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import { keepChange, type RemovableClip } from './removal-plan.ts';
import { keepOutcome } from './removal-words.ts';
import { t } from './texts.ts';
import { sendBatches, useRefresh } from './use-batches.ts';
import { tellBrokenOff } from './use-restore.ts';

/** The clips that were changed, and about how many the server was asked before it refused, if it did. */
async function sendKept(ids: readonly number[], kept: boolean): Promise<{ changed: number[]; done: number }> {
  const result = await sendBatches(ids, kept ? 'keeping' : 'lettingGo', (clipIds) =>
    call(routes.keepClips, { body: { clipIds, kept } }),
  );
  tellBrokenOff(t(kept ? 'clipsNotKept' : 'clipsNotLetGo'), result, ids.length);
  return { changed: result.answers.flatMap(({ clipIds }) => clipIds), done: result.done };
}

/** Pins clips, so that no rule deletes them, or lets go of them; says what was changed, with a way back. */
export function useKeep(): (clips: readonly RemovableClip[], kept: boolean) => Promise<void> {
  const refresh = useRefresh();
  const takeBack = async (ids: readonly number[], kept: boolean) => {
    const { done } = await sendKept(ids, kept);
    if (done > 0) toast(t('takenBack'));
    await refresh();
  };
  return async (clips, kept) => {
    const ids = keepChange(clips, kept).map((clip) => clip.id);
    if (ids.length === 0) return;
    const { changed, done } = await sendKept(ids, kept);
    const words = keepOutcome(changed.length, kept);
    if (changed.length > 0) undoToast(words, () => void takeBack(changed, !kept));
    else if (done > 0) toast(words);
    await refresh();
  };
}
