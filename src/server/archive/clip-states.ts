import type { ClipState } from '../../shared/clips.ts';

/**
 * Which states may follow which. A clip never leaves `archived` but by its file's end. Whatever was decided of a clip,
 * it is archived when a scan finds its file on the volume (put back from a backup, or copied there by hand): no file of
 * the archive is without a row.
 */
const followers: Record<ClipState, readonly ClipState[]> = {
  listed: ['waiting', 'held', 'skipped', 'lost', 'archived'],
  waiting: ['transferring', 'held', 'skipped', 'failed', 'lost', 'archived', 'listed'],
  held: ['waiting', 'transferring', 'skipped', 'failed', 'lost', 'archived', 'listed'],
  transferring: ['archived', 'waiting', 'held', 'failed', 'skipped', 'lost'],
  failed: ['waiting', 'held', 'skipped', 'lost', 'archived'],
  skipped: ['waiting', 'held', 'failed', 'listed', 'lost', 'archived'],
  lost: ['waiting', 'held', 'listed', 'skipped', 'archived'],
  archived: ['expired', 'deleted', 'missing'],
  missing: ['archived', 'deleted', 'expired', 'waiting'],
  expired: ['waiting', 'archived'],
  deleted: ['waiting', 'archived'],
};

/** Still to come from a camera. */
export const wantedStates = [
  'waiting',
  'held',
  'transferring',
  'failed',
] as const satisfies readonly ClipState[];

/** Throws when the ledger would tell an impossible story; a bug, not a fact of the world. */
export function assertTransition(from: ClipState, to: ClipState): void {
  if (from !== to && !followers[from].includes(to)) throw new Error(`a clip cannot go from ${from} to ${to}`);
}
