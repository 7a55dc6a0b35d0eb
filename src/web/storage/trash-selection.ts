import type { TrashEntry } from '../../shared/retention.ts';

/** The clips in the trash that are picked, by their id. */
export type Picked = ReadonlyMap<number, PickedClip>;
export type PickedClip = Pick<TrashEntry, 'clipId' | 'bytes' | 'why'>;

/** The most that one order takes. */
export const mostPicked = 1000;

/** With a clip picked, or let go when it was. */
export function toggled(picked: Picked, clip: PickedClip): Picked {
  const next = new Map(picked);
  if (next.delete(clip.clipId)) return next;
  return next.size < mostPicked ? next.set(clip.clipId, clip) : picked;
}

/** With all of these picked as well, as many as one order takes. */
export function extended(picked: Picked, clips: readonly PickedClip[]): Picked {
  const next = new Map(picked);
  for (const clip of clips) {
    if (next.size < mostPicked) next.set(clip.clipId, clip);
  }
  return next;
}

/** How much is picked. */
export function pickedTotal(picked: Picked): { clips: number; bytes: number } {
  let bytes = 0;
  for (const clip of picked.values()) bytes += clip.bytes;
  return { clips: picked.size, bytes };
}
