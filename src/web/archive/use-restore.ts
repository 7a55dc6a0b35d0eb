import { useQueryClient } from '@tanstack/react-query';
import type { RemovalOrder } from '../../shared/retention.ts';
import { routes } from '../../shared/routes.ts';
import type { Status } from '../../shared/status.ts';
import { call, keyOf } from '../api.ts';
import { failed, toast } from '../ui/toasts.ts';
import { addOrders, emptyOrder } from './removal-plan.ts';
import { brokenOffWords, restoreOutcome, waitWords } from './removal-words.ts';
import { t } from './texts.ts';
import { sendBatches, useRefresh, type BatchResult } from './use-batches.ts';

/** Brings clips back out of the trash and says what came back. `byRule`: a rule had deleted them. */
export function useRestore(): (ids: readonly number[], options: { byRule: boolean }) => Promise<void> {
  const refresh = useRefresh();
  const waitNow = useWait();
  return async (ids, { byRule }) => {
    const result = await sendBatches(ids, 'restoring', (clipIds) =>
      call(routes.restoreClips, { body: { clipIds } }),
    );
    if (result.done > 0) toast(restoreOutcome(sumOf(result), { byRule, wait: waitNow() }));
    tellBrokenOff(t('clipsNotRestored'), result, ids.length);
    await refresh();
  };
}

/** What several answers came to. */
export function sumOf({ answers }: BatchResult<RemovalOrder>): RemovalOrder {
  return answers.reduce(addOrders, emptyOrder);
}

/** Says that not all of it could be done, and why. */
export function tellBrokenOff(what: string, result: BatchResult<unknown>, total: number): void {
  if (result.error) failed(brokenOffWords(what, result.done, total))(result.error);
}

/** When an order is carried out, if not at once; as the archive is at the time of asking. */
export function useWait(): () => string | null {
  const client = useQueryClient();
  return () => waitWords(client.getQueryData<Status>(keyOf(routes.getStatus, {}))?.archive.state);
}
