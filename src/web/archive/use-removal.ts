import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { RemovalOrder } from '../../shared/retention.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf } from '../api.ts';
import { failed, toast } from '../ui/toasts.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import { protectedIn, removalPlan, withoutAbsent, type RemovableClip } from './removal-plan.ts';
import { leftQuestion, removalOutcome, removalQuestion, type QuestionWords } from './removal-words.ts';
import { t } from './texts.ts';
import { sendBatches, useRefresh } from './use-batches.ts';
import { sumOf, tellBrokenOff, useRestore, useWait } from './use-restore.ts';

export interface Question {
  words: QuestionWords;
  onAll: () => void;
  /** Deletes only what nothing protects; null when there is nothing such. */
  onOthers: (() => void) | null;
}

interface Order {
  ids: readonly number[];
  includeProtected: boolean;
  /** Sent before; what went then is not there any more, of which nothing needs to be said. */
  isAgain?: boolean;
  /** Told once something of it is on its way. */
  onOrdered: (() => void) | undefined;
}

const settingsMs = 30_000;

function idsOf(clips: readonly RemovableClip[]): number[] {
  return clips.map((clip) => clip.id);
}

/**
 * Deletes clips that have a file in the archive. It is done at once, with a way back, unless some are protected or
 * there is no trash: then `ask` is given the question. Clips that are on their way already are passed over.
 */
export function useRemoval(
  ask: (question: Question) => void,
): (clips: readonly RemovableClip[], onOrdered?: () => void) => Promise<void> {
  const client = useQueryClient();
  const order = useOrder(ask);
  return async (clips, onOrdered) => {
    const answer = await client
      .fetchQuery({
        queryKey: keyOf(routes.getSettings, {}),
        queryFn: ({ signal }) => call(routes.getSettings, undefined, { signal }),
        staleTime: settingsMs,
      })
      .catch(failed(t('clipsNotDeleted')));
    if (!answer) return;
    const plan = removalPlan(clips, answer.settings);
    const all = (includeProtected: boolean) =>
      void order({ ids: idsOf(plan.all), includeProtected, onOrdered });
    if (plan.all.length === 0) return;
    if (!plan.mustAsk) return all(false);
    const words = removalQuestion(plan);
    ask({
      words,
      onAll: () => all(plan.others.length < plan.all.length),
      onOthers: words.others
        ? () => void order({ ids: idsOf(plan.others), includeProtected: false, onOrdered })
        : null,
    });
  };
}

/** Sends an order, says what came of it, and asks about what only the server knew to be protected. */
function useOrder(ask: (question: Question) => void): (order: Order) => Promise<void> {
  const refresh = useRefresh();
  const restore = useRestore();
  const waitNow = useWait();
  const underWay = useRef(new Set<number>());
  const tell = (sum: RemovalOrder, ids: readonly number[]) => {
    const words = removalOutcome(sum, waitNow());
    if (sum.ordered > 0 && sum.toTrash) undoToast(words, () => void restore(ids, { byRule: false }));
    else toast(words);
  };
  const run = async (order: Order): Promise<void> => {
    const { includeProtected, isAgain = false, onOrdered } = order;
    const ids = order.ids.filter((id) => !underWay.current.has(id));
    if (ids.length === 0) return;
    for (const id of ids) underWay.current.add(id);
    const result = await sendBatches(ids, 'deleting', (clipIds) =>
      call(routes.deleteClips, { body: { clipIds, includeProtected } }),
    );
    const sum = isAgain ? withoutAbsent(sumOf(result)) : sumOf(result);
    if (result.done > 0) tell(sum, ids);
    tellBrokenOff(t('clipsNotDeleted'), result, ids.length);
    if (sum.ordered > 0) onOrdered?.();
    if (!includeProtected && protectedIn(sum) > 0) {
      const again = { ids: ids.slice(0, result.done), includeProtected: true, isAgain: true, onOrdered };
      ask({ words: leftQuestion(sum), onAll: () => void run(again), onOthers: null });
    }
    await refresh();
    for (const id of ids) underWay.current.delete(id);
  };
  return run;
}
