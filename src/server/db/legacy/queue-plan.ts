import type { ClipState } from '../../../shared/clips.ts';
import type { ClipRow } from '../schema.ts';
import { countOf, instantOf, isMarked, numberOf, textOf } from './value-policy.ts';
import type { V2Queue } from './v2-rows.ts';

export type QueueState = Pick<ClipRow, 'state' | 'state_reason' | 'state_at' | 'attempts' | 'last_error'>;

type Story = Pick<QueueState, 'state' | 'state_reason'>;

/** `done` without a file in the archive: it was there and was deleted by age or space. Never fetched again. */
const stories: Record<string, Story> = {
  pending: { state: 'waiting', state_reason: null },
  downloading: { state: 'waiting', state_reason: null },
  failed: { state: 'failed', state_reason: null },
  gone: { state: 'lost', state_reason: 'gone' },
  done: { state: 'expired', state_reason: 'retention' },
};

/** By hand also stands for a clip that was deleted in the archive, and for whatever has no reason. */
const skipReasons: ReadonlyMap<unknown, Story['state_reason']> = new Map([
  ['geofence', 'place'],
  ['retention', 'retention'],
]);

/** The state of a clip that is in the queue alone; a text says why it is none. */
export function queueStateOf(queue: V2Queue | null, now: number): QueueState | string {
  if (!queue) return 'it is in no table';
  const story = storyOf(queue);
  if (!story) return 'its state is not known';
  const isWanted = story.state === 'waiting' || story.state === 'failed';
  return {
    ...story,
    state_at:
      instantOf(queue.finishedAt) ?? instantOf(queue.lastAttemptAt) ?? instantOf(queue.enqueuedAt) ?? now,
    attempts: isWanted ? Math.min(countOf(queue.attempts) ?? 0, mostAttempts) : 0,
    last_error: isWanted ? textOf(queue.lastError) : null,
  };
}

const mostAttempts = 1000;

function storyOf({ state, skipReason }: V2Queue): Story | undefined {
  if (typeof state !== 'string') return undefined;
  if (state === 'skipped') {
    return { state: 'skipped', state_reason: skipReasons.get(skipReason) ?? 'user' };
  }
  return Object.hasOwn(stories, state) ? stories[state] : undefined;
}

/**
 * Whether the camera is taken to hold the clip: what is wanted or skipped is, until a complete listing says otherwise;
 * anything else is believed gone, until a listing shows it.
 */
export function seenOf(
  queue: V2Queue | null,
  { imported, state, now }: { imported: boolean; state: ClipState; now: number },
): Pick<ClipRow, 'remote_seen_at' | 'remote_gone_at'> {
  if (!queue || imported) return { remote_seen_at: null, remote_gone_at: null };
  const isThere = state === 'waiting' || state === 'failed' || state === 'skipped';
  return {
    remote_seen_at: instantOf(queue.enqueuedAt) ?? now,
    remote_gone_at: isThere ? null : now,
  };
}

/** What the user asked for before its turn. */
export interface Wish {
  requested: boolean;
  priority: number;
  enqueuedAt: number;
}

/** Null when nobody asked for it. */
export function wishOf(queue: V2Queue, now: number): Wish | null {
  const priority = numberOf(queue.priority) ?? 0;
  const requested = isMarked(queue.requestedAt);
  if (!requested && priority <= 0) return null;
  return { requested, priority, enqueuedAt: instantOf(queue.enqueuedAt) ?? now };
}

/** Ranks in the order of the wishes, lower first: distinct negative numbers that end at -1. */
export function ranksOf(wishes: readonly (Wish & { id: number })[]): { id: number; rank: number }[] {
  return wishes
    .toSorted(
      (a, b) =>
        Number(b.requested) - Number(a.requested) ||
        b.priority - a.priority ||
        a.enqueuedAt - b.enqueuedAt ||
        a.id - b.id,
    )
    .map(({ id }, index, all) => ({ id, rank: index - all.length }));
}
