import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { routes } from '../../shared/routes.ts';
import { keyOf } from '../api.ts';
import { progressToast } from '../ui/progress-toast.ts';
import { inBatches } from './removal-plan.ts';
import { batchWords, type BatchDeed } from './removal-words.ts';

/** What deleting, keeping or restoring makes old; what is in view is read again. */
const affected = [
  routes.getStatus,
  routes.getDay,
  routes.getDayJourneys,
  routes.listDays,
  routes.getCalendar,
  routes.listDayShorts,
  routes.getRetention,
  routes.listTrash,
  routes.listAudit,
  routes.getStorage,
  routes.listTags,
];

export interface BatchResult<T> {
  answers: T[];
  /** How many of the clips the answers are about. */
  done: number;
  /** What kept the rest from being done. */
  error: Error | null;
}

/** Sends so many clips as the server takes at one time, one portion after another, and shows how far it is. */
export async function sendBatches<T>(
  ids: readonly number[],
  deed: BatchDeed,
  send: (clipIds: number[]) => Promise<T>,
): Promise<BatchResult<T>> {
  const batches = inBatches(ids);
  const progress = batches.length > 1 ? progressToast(batchWords(deed, 0, ids.length)) : null;
  const result: BatchResult<T> = { answers: [], done: 0, error: null };
  try {
    for (const batch of batches) {
      // oxlint-disable-next-line no-await-in-loop -- the next portion only once this one went through
      result.answers.push(await send(batch));
      result.done += batch.length;
      progress?.say(batchWords(deed, result.done, ids.length));
    }
  } catch (error) {
    result.error = error instanceof Error ? error : new Error(String(error));
  }
  progress?.close();
  return result;
}

/** Reads again what such a change made old. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await Promise.all(affected.map((each) => client.invalidateQueries({ queryKey: keyOf(each) })));
  }, [client]);
}
