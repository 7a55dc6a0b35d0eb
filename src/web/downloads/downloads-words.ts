/** The sentences of the downloads page. */
import type { OrderReason } from '../../shared/queue.ts';

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

/** Why a clip has its place in the queue. */
export function orderReason(reason: OrderReason): string {
  return orderWords[reason];
}

export const queuePageSize = 100;

/** Offsets of the pages that hold the rows from `first` to `last`. */
export function pagesFor(first: number, last: number, total: number): number[] {
  if (total === 0) return [];
  const from = Math.floor(Math.max(0, first) / queuePageSize);
  const to = Math.floor(Math.min(last, total - 1) / queuePageSize);
  return Array.from({ length: Math.max(0, to - from) + 1 }, (_, index) => (from + index) * queuePageSize);
}
