/** The sentences of the downloads page. */
import type { OrderReason, QueueItem } from '../../shared/queue.ts';
import { formatInstant, sentence } from '../format.ts';
import { reasonOf } from '../words.ts';

const orderWords: Record<OrderReason, string> = {
  asked: 'You asked for it',
  locked: 'Locked clips come first',
  event: 'Events come early',
  newest: 'Newest drive first',
  earlier: 'Earlier drive',
  parking: 'Parking comes after driving',
  unclassified: 'File name not understood, so it comes late',
  photo: 'Photos come last',
};

/** Why a clip has its place in the queue; after an attempt that came to nothing, that and when the next one is due. */
export function queuedWords(
  item: Pick<QueueItem, 'reason' | 'stateReason' | 'nextAttemptAt'>,
  now: number,
): string {
  const cause = reasonOf(item.stateReason);
  if (!cause) return orderWords[item.reason];
  const isLater = item.nextAttemptAt !== null && item.nextAttemptAt > now;
  return `${sentence(cause)}${isLater ? `, tries again at ${formatInstant(item.nextAttemptAt ?? now, now)}` : ''}`;
}

export const queuePageSize = 100;

/** Offsets of the pages that hold the rows from `first` to `last`. */
export function pagesFor(first: number, last: number, total: number): number[] {
  if (total === 0) return [];
  const from = Math.floor(Math.max(0, first) / queuePageSize);
  const to = Math.floor(Math.min(last, total - 1) / queuePageSize);
  return Array.from({ length: Math.max(0, to - from) + 1 }, (_, index) => (from + index) * queuePageSize);
}
