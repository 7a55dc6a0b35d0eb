import type { Channel, ClipKind, ClipState, Container } from '../../shared/clips.ts';
import type { OrderReason } from '../../shared/queue.ts';

/** What decides a clip's place in the order of downloads. */
export interface Orderable {
  id: number;
  captureId: number;
  state: ClipState;
  kind: ClipKind;
  channel: Channel;
  container: Container;
  locked: boolean;
  rank: number | null;
  startedAt: number;
}

export interface OrderedClip {
  id: number;
  reason: OrderReason;
}

/** A pause of driving this long ends the newest drive. */
const driveGapMs = 15 * 60_000;

const reasonOrder: Record<OrderReason, number> = {
  asked: 0,
  locked: 1,
  event: 2,
  newest: 3,
  earlier: 4,
  parking: 5,
  unclassified: 6,
  photo: 7,
};
const channelOrder: Record<Channel, number> = { front: 0, rear: 1, interior: 2, tele: 3, other: 4 };

/**
 * The order in which clips are fetched, with the reason of each: what the user asked for (in the order asked), then
 * locked and event clips, then the newest drive, then earlier ones, parking, unclassified and photos last. Within
 * each, the newest capture first and its front channel before the others.
 */
export function orderQueue(clips: readonly Orderable[]): OrderedClip[] {
  const captureStart = new Map<number, number>();
  for (const clip of clips) {
    captureStart.set(clip.captureId, Math.max(captureStart.get(clip.captureId) ?? -Infinity, clip.startedAt));
  }
  const newestFrom = startOfNewestDrive(clips);
  const keyed = clips.map((clip) => {
    const reason = reasonOf(clip, newestFrom);
    return { id: clip.id, reason, clip, start: captureStart.get(clip.captureId) ?? clip.startedAt };
  });
  keyed.sort(
    (a, b) =>
      reasonOrder[a.reason] - reasonOrder[b.reason] ||
      (a.clip.rank ?? 0) - (b.clip.rank ?? 0) ||
      b.start - a.start ||
      channelOrder[a.clip.channel] - channelOrder[b.clip.channel] ||
      a.id - b.id,
  );
  return keyed.map(({ id, reason }) => ({ id, reason }));
}

function reasonOf(clip: Orderable, newestFrom: number): OrderReason {
  if (clip.rank !== null) return 'asked';
  if (clip.container === 'jpg') return 'photo';
  if (clip.locked) return 'locked';
  switch (clip.kind) {
    case 'event':
      return 'event';
    case 'parking':
      return 'parking';
    case 'unclassified':
      return 'unclassified';
    case 'normal':
      return clip.startedAt >= newestFrom ? 'newest' : 'earlier';
  }
}

function startOfNewestDrive(clips: readonly Orderable[]): number {
  const starts = clips
    .filter((clip) => clip.kind === 'normal' && clip.container !== 'jpg')
    .map((clip) => clip.startedAt)
    .toSorted((a, b) => b - a);
  let start = starts[0] ?? Infinity;
  for (const at of starts) {
    if (start - at > driveGapMs) break;
    start = at;
  }
  return start;
}
