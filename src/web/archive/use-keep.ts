import type { Clip } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { call } from '../api.ts';
import { toast } from '../ui/toasts.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import { keepChange } from './removal-plan.ts';
import { keepOutcome } from './removal-words.ts';
import { sendBatches, useRefresh } from './use-batches.ts';
import { tellBrokenOff } from './use-restore.ts';

/** How many clips were changed, and about how many the server was asked before it refused, if it did. */
async function sendKept(ids: readonly number[], kept: boolean): Promise<{ changed: number; done: number }> {
  const result = await sendBatches(ids, kept ? 'Keeping' : 'Letting go', (clipIds) =>
    call(routes.keepClips, { body: { clipIds, kept } }),
  );
  tellBrokenOff(kept ? 'The clips could not be kept' : 'The clips could not be let go', result, ids.length);
  return { changed: result.answers.reduce((sum, each) => sum + each.changed, 0), done: result.done };
}

/** Pins clips, so that no rule deletes them, or lets go of them; says what was changed, with a way back. */
export function useKeep(): (clips: readonly Clip[], kept: boolean) => Promise<void> {
  const refresh = useRefresh();
  const takeBack = async (ids: readonly number[], kept: boolean) => {
    const { done } = await sendKept(ids, kept);
    if (done > 0) toast('Taken back.');
    await refresh();
  };
  return async (clips, kept) => {
    const ids = keepChange(clips, kept).map((clip) => clip.id);
    if (ids.length === 0) return;
    const { changed, done } = await sendKept(ids, kept);
    const words = keepOutcome(changed, kept);
    if (changed > 0) undoToast(words, () => void takeBack(ids, !kept));
    else if (done > 0) toast(words);
    await refresh();
  };
}
