/** The sentences of the queue. */
import type { StateReason } from '../../shared/clips.ts';
import type { OrderReason, QueueItem } from '../../shared/queue.ts';
import { countOf, formatInstant, sentence } from '../format.ts';
import { reasonOf } from '../words.ts';

const orderWords: Record<OrderReason, string> = {
  asked: 'You asked for it',
  begun: 'Already begun',
  locked: 'Locked',
  event: 'Event',
  overwrite: 'About to be overwritten',
  newest: 'Newest drive',
  earlier: 'Earlier drive',
  parking: 'Parking',
  unclassified: 'Name not understood',
  photo: 'Photo',
  last: 'You put it last',
};

/** Why a clip has its place, as a word or two. */
export function orderReasonWords(reason: OrderReason): string {
  return orderWords[reason];
}

/** Why a clip has its place in the queue; after an attempt that came to nothing, that and when the next one is due. */
export function queuedWords(
  item: Pick<QueueItem, 'reason' | 'stateReason' | 'nextAttemptAt'>,
  now: number,
): string {
  const cause = reasonOf(item.stateReason, 'waiting');
  if (!cause) return orderWords[item.reason];
  const isLater = item.nextAttemptAt !== null && item.nextAttemptAt > now;
  return `${sentence(cause)}${isLater ? `, tries again at ${formatInstant(item.nextAttemptAt ?? now, now)}` : ''}`;
}

export interface HeldGroup {
  reason: StateReason | null;
  items: QueueItem[];
}

/** Held clips by what holds them, the largest group first. */
export function heldGroups(items: readonly QueueItem[]): HeldGroup[] {
  const groups = new Map<StateReason | null, QueueItem[]>();
  for (const item of items) groups.set(item.stateReason, [...(groups.get(item.stateReason) ?? []), item]);
  return [...groups]
    .map(([reason, held]) => ({ reason, items: held }))
    .toSorted((a, b) => b.items.length - a.items.length);
}

/** `12 clips: waiting for the camera's other address` */
export function heldGroupTitle({ reason, items }: HeldGroup): string {
  const count = countOf(items.length, 'clip');
  const cause = reasonOf(reason, 'held');
  return cause ? `${count}: ${cause}` : count;
}

export const queuePageSize = 100;

/** Offsets of the pages that hold the rows from `first` to `last`. */
export function pagesFor(first: number, last: number, total: number): number[] {
  if (total === 0) return [];
  const from = Math.floor(Math.max(0, first) / queuePageSize);
  const to = Math.floor(Math.min(last, total - 1) / queuePageSize);
  return Array.from({ length: Math.max(0, to - from) + 1 }, (_, index) => (from + index) * queuePageSize);
}

/** What `getQueue` is asked for a page of the clips that are fetched in turn. */
export function queuePage(offset: number) {
  return { query: { state: 'waiting', offset, limit: queuePageSize } } as const;
}
