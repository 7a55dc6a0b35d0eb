/** What of some clips is deleted, kept or restored by hand, and whether a question comes first. */
import type { Capture, Clip } from '../../shared/clips.ts';
import type { RemovalOrder } from '../../shared/retention.ts';

/** The most clips that the server takes at one time. */
export const mostAtOnce = 1000;

const hourMs = 3_600_000;

/** What of a clip these judgements look at. */
export type RemovableClip = Pick<Clip, 'id' | 'state' | 'kept' | 'locked' | 'sizeBytes'>;

export interface Part {
  clips: number;
  bytes: number;
}

/** What is to be known before clips are deleted. */
export interface RemovalPlan {
  /** Every clip that has a file in the archive. */
  all: RemovableClip[];
  /** Those of them that nothing protects. */
  others: RemovableClip[];
  /** Protected ones by their cause; one that is both kept and locked counts as kept. */
  kept: Part;
  locked: Part;
  /** Hours that the trash keeps them; 0 when there is no trash. */
  trashHours: number;
  mustAsk: boolean;
}

/** The clips that have a file in the archive. */
export function inArchive<C extends Pick<Clip, 'state'>>(clips: readonly C[]): C[] {
  return clips.filter((clip) => clip.state === 'archived');
}

/** Of all captures of a day, or of any, the clips that have a file in the archive. */
export function clipsOf(captures: readonly Capture[]): Clip[] {
  return captures.flatMap((capture) => inArchive(capture.clips));
}

export function removalPlan(clips: readonly RemovableClip[], rules: { trashHours: number }): RemovalPlan {
  const all = inArchive(clips);
  const others = all.filter((clip) => !clip.kept && !clip.locked);
  return {
    all,
    others,
    kept: partOf(all.filter((clip) => clip.kept)),
    locked: partOf(all.filter((clip) => clip.locked && !clip.kept)),
    trashHours: rules.trashHours,
    mustAsk: all.length > 0 && (others.length < all.length || rules.trashHours === 0),
  };
}

export function partOf(clips: readonly Pick<Clip, 'sizeBytes'>[]): Part {
  return { clips: clips.length, bytes: clips.reduce((sum, clip) => sum + (clip.sizeBytes ?? 0), 0) };
}

/** Ids in the portions that the server takes. */
export function inBatches(ids: readonly number[], size = mostAtOnce): number[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}

export const emptyOrder: RemovalOrder = {
  ordered: 0,
  bytes: 0,
  left: { kept: 0, locked: 0, inUse: 0, notThere: 0 },
  toTrash: true,
};

/** What several answers came to together; to the trash only when all of it goes there. */
export function addOrders(one: RemovalOrder, other: RemovalOrder): RemovalOrder {
  return {
    ordered: one.ordered + other.ordered,
    bytes: one.bytes + other.bytes,
    left: {
      kept: one.left.kept + other.left.kept,
      locked: one.left.locked + other.left.locked,
      inUse: one.left.inUse + other.left.inUse,
      notThere: one.left.notThere + other.left.notThere,
    },
    toTrash: one.toTrash && other.toTrash,
  };
}

/** The same without a word about clips that had no file any more. */
export function withoutAbsent(order: RemovalOrder): RemovalOrder {
  return { ...order, left: { ...order.left, notThere: 0 } };
}

/** Clips that were left because something protects them. */
export function protectedIn({ left }: Pick<RemovalOrder, 'left'>): number {
  return left.kept + left.locked + left.inUse;
}

/** Whether the trash may still have a clip; when room was needed, it has gone before its time. */
export function mayBeInTrash(
  clip: Pick<Clip, 'state' | 'stateAt'>,
  trashHours: number,
  now: number,
): boolean {
  const wasDeleted = clip.state === 'expired' || clip.state === 'deleted';
  return wasDeleted && clip.stateAt + trashHours * hourMs > now;
}

/** The clips to pin, or to let go of, so that all that have a file are alike. */
export function keepChange(clips: readonly RemovableClip[], kept: boolean): RemovableClip[] {
  return inArchive(clips).filter((clip) => clip.kept !== kept);
}

/** Whether everything here that has a file is kept. */
export function areAllKept(clips: readonly Clip[]): boolean {
  const archived = inArchive(clips);
  return archived.length > 0 && archived.every((clip) => clip.kept);
}

/** What finds the deletions of some clips in the log: the beginning that their names share, else the first name. */
export function logName(names: readonly [string, ...string[]]): string {
  const [first] = names;
  let length = first.length;
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length -= 1;
  const shared = first.slice(0, length);
  return shared.length >= shortestShared ? shared : first;
}

/** `2026_0903_154712` */
const shortestShared = 16;
