/** The sentences of the queue. */
import type { StateReason } from '../../shared/clips.ts';
import type { OrderReason, QueueItem } from '../../shared/queue.ts';
import { formatInstant, formatLocalTime, sentence } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import { reasonOf } from '../words.ts';
import type { QueueGroup } from './queue-groups.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

const orderWords = wordsOf<typeof en, OrderReason>(t, {
  asked: 'orderAsked',
  begun: 'orderBegun',
  locked: 'orderLocked',
  event: 'orderEvent',
  overwrite: 'orderOverwrite',
  newest: 'orderNewest',
  earlier: 'orderEarlier',
  parking: 'orderParking',
  unclassified: 'orderUnclassified',
  photo: 'orderPhoto',
  last: 'orderLast',
});

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
  const why = sentence(cause);
  if (item.nextAttemptAt === null || item.nextAttemptAt <= now) return why;
  return t('triesAgain', { why, time: formatInstant(item.nextAttemptAt, now) });
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
  const count = items.length;
  const cause = reasonOf(reason, 'held');
  return cause ? t('heldBecause', { count, cause }) : t('clips', { count });
}

/** `15:47 to 16:43` */
export function groupSpan({ localFrom, localTo }: Pick<QueueGroup, 'localFrom' | 'localTo'>): string {
  const [from, to] = [formatLocalTime(localFrom), formatLocalTime(localTo)];
  return from === to ? from : t('span', { from, to });
}
