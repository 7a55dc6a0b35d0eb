/** The queue by day, drive and reason, as far as its clips are known. */
import type { Capture } from '../../shared/clips.ts';
import type { OrderReason, QueueItem } from '../../shared/queue.ts';

/** A pause longer than this between two clips ends a drive. */
export const driveGapMs = 15 * 60_000;

/** Clips that follow one another in the queue, of one drive and for one reason. */
export interface QueueGroup {
  /** Of its first clip in the queue. */
  index: number;
  /** How many of its clips are known. */
  size: number;
  cameraId: number;
  day: string;
  reason: OrderReason;
  isParking: boolean;
  /** Starts of its first and last recording, as instants and by the camera's clock. */
  from: number;
  to: number;
  localFrom: string;
  localTo: string;
}

/** Groups the clips known from index `first` on; unknown ones end a group. */
export function queueGroups(items: readonly (QueueItem | undefined)[], first = 0): QueueGroup[] {
  const groups: QueueGroup[] = [];
  let open: QueueGroup | null = null;
  for (const [offset, item] of items.entries()) {
    if (item && open && belongs(item, open)) widen(open, item);
    else if (item) groups.push((open = groupOf(item, first + offset)));
    else open = null;
  }
  return groups;
}

/** Channels come one after the other, so a clip may lie before the one above it and still be of its drive. */
function belongs(item: QueueItem, group: QueueGroup): boolean {
  return (
    item.cameraId === group.cameraId &&
    item.reason === group.reason &&
    item.localStart.slice(0, 10) === group.day &&
    (item.kind === 'parking') === group.isParking &&
    item.startedAt >= group.from - driveGapMs &&
    item.startedAt <= group.to + driveGapMs
  );
}

function groupOf(item: QueueItem, index: number): QueueGroup {
  return {
    index,
    size: 1,
    cameraId: item.cameraId,
    day: item.localStart.slice(0, 10),
    reason: item.reason,
    isParking: item.kind === 'parking',
    from: item.startedAt,
    to: item.startedAt,
    localFrom: item.localStart,
    localTo: item.localStart,
  };
}

function widen(group: QueueGroup, item: QueueItem): void {
  const { startedAt, localStart } = item;
  const isFirst = startedAt < group.from;
  const isLast = startedAt > group.to;
  Object.assign(group, {
    size: group.size + 1,
    ...(isFirst && { from: startedAt, localFrom: localStart }),
    ...(isLast && { to: startedAt, localTo: localStart }),
  });
}

/**
 * The whole drive around a span of time, from the captures of its day in the order of time: as far as one
 * recording follows the other without a pause. Instants, both inclusive.
 */
export function driveAround(
  captures: readonly Pick<Capture, 'cameraId' | 'startedAt'>[],
  span: { cameraId: number; from: number; to: number },
): { from: number; to: number } {
  const starts = captures
    .filter((capture) => capture.cameraId === span.cameraId)
    .map((capture) => capture.startedAt);
  const to = starts.reduce((end, at) => (at > end && at - end <= driveGapMs ? at : end), span.to);
  const from = starts.reduceRight(
    (begin, at) => (at < begin && begin - at <= driveGapMs ? at : begin),
    span.from,
  );
  return { from, to };
}
