/** The clips of the queue that a person has picked. */
import type { QueueItem } from '../../shared/queue.ts';

/** Sizes in bytes by clip id, in the order they were picked. */
export type Selection = ReadonlyMap<number, number>;

export const emptySelection: Selection = new Map();

/** The most clips that one change of the queue takes. */
export const mostSelected = 5000;

type Pickable = Pick<QueueItem, 'id' | 'remoteSizeBytes'>;

/** With a clip picked or let go. */
export function toggled(selection: Selection, item: Pickable): Selection {
  const next = new Map(selection);
  if (!next.delete(item.id)) addTo(next, item);
  return next;
}

/** With all of these clips picked as well, as many as one change takes. */
export function extended(selection: Selection, items: readonly Pickable[]): Selection {
  const next = new Map(selection);
  for (const item of items) addTo(next, item);
  return next;
}

function addTo(selection: Map<number, number>, item: Pickable): void {
  if (selection.size < mostSelected) selection.set(item.id, item.remoteSizeBytes ?? 0);
}

/** Bytes on the card of all that is picked. */
export function selectedBytes(selection: Selection): number {
  let sum = 0;
  for (const bytes of selection.values()) sum += bytes;
  return sum;
}
