import type { Capture } from '../../shared/clips.ts';
import type { DayItem } from '../../shared/journeys.ts';

/** A row of a day: the head of a journey, stop or stretch without a place, or one capture. */
export type DayListRow =
  | { kind: 'head'; key: string; item: DayItem; captures: readonly Capture[]; isClosed: boolean }
  | {
      kind: 'capture';
      key: string;
      capture: Capture;
      /** The one before it under the same head. */
      previous: Capture | undefined;
      journeyId: number | null;
    };

/** Ids of journeys and stops stay when they are derived anew; a stretch without a place has its start. */
export function keyOfItem(item: DayItem): string {
  if (item.kind === 'journey') return `journey-${item.journey.id}`;
  return item.kind === 'stop' ? `stop-${item.stop.id}` : `unplaced-${item.cameraId}-${item.startedAt}`;
}

/** When an item begins, UTC milliseconds. */
export function startOfItem(item: DayItem): number {
  if (item.kind === 'journey') return item.journey.startedAt;
  return item.kind === 'stop' ? item.stop.startedAt : item.startedAt;
}

interface Group {
  startedAt: number;
  item: DayItem | null;
  captures: Capture[];
}

/**
 * The rows of a day. Every capture of the day has exactly one, whatever the items say: one that no item knows stands by
 * itself where its time is. Heads are left out on a day of which no place is known at all.
 */
export function dayRows(
  captures: readonly Capture[],
  items: readonly DayItem[],
  closed: ReadonlySet<string>,
): DayListRow[] {
  if (items.every((item) => item.kind === 'unplaced')) return captureRows(captures, null);
  return groupsOf(captures, items).flatMap((group): DayListRow[] => {
    const { item } = group;
    if (!item) return captureRows(group.captures, null);
    const key = keyOfItem(item);
    const isClosed = closed.has(key);
    const head = { kind: 'head', key, item, captures: group.captures, isClosed } as const;
    const journeyId = item.kind === 'journey' ? item.journey.id : null;
    return isClosed ? [head] : [head, ...captureRows(group.captures, journeyId)];
  });
}

function captureRows(captures: readonly Capture[], journeyId: number | null): DayListRow[] {
  return captures.map((capture, index) => ({
    kind: 'capture',
    key: `capture-${capture.id}`,
    capture,
    previous: captures[index - 1],
    journeyId,
  }));
}

function groupsOf(captures: readonly Capture[], items: readonly DayItem[]): Group[] {
  const groups: Group[] = items.map((item) => ({ startedAt: startOfItem(item), item, captures: [] }));
  const groupOf = new Map<number, Group>();
  for (const group of groups) for (const { id } of group.item?.captures ?? []) groupOf.set(id, group);
  let loose: Group | null = null;
  for (const capture of captures) {
    const group: Group | undefined = groupOf.get(capture.id);
    if (group) {
      group.captures.push(capture);
      loose = null;
      continue;
    }
    if (!loose) {
      loose = { startedAt: capture.startedAt, item: null, captures: [] };
      groups.push(loose);
    }
    loose.captures.push(capture);
  }
  return groups.filter(isToBeSeen).toSorted((one, other) => one.startedAt - other.startedAt);
}

/** A stretch without a place is nothing but its captures; those of another day are there. */
function isToBeSeen({ item, captures }: Group): boolean {
  return captures.length > 0 || (item !== null && item.kind !== 'unplaced');
}

/** The row in which a capture is to be found: its own, or that of the head it is folded under. */
export function rowOfCapture(rows: readonly DayListRow[], captureId: number): number {
  return rows.findIndex((row) =>
    row.kind === 'capture'
      ? row.capture.id === captureId
      : row.isClosed && row.captures.some(({ id }) => id === captureId),
  );
}
