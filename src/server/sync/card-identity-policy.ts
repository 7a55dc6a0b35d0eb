/** What a listing and the ledger say of whose card it is. Times are camera-local, `YYYY-MM-DDTHH:MM:SS`. */
export interface CardEvidence {
  /** Videos listed, and when the first and the last of them begins. */
  listed: ListedVideos | null;
  /** Of those the ledger has seen the names of on this camera, now or ever; more than one need not be counted. */
  knownNames: number;
  /** Clips the camera was last known to hold that begin between the first and the last listed one. */
  heldInSpan: number;
  /** When the newest clip begins that the camera was last known to hold; null when it held none. */
  newestHeld: string | null;
}

export interface ListedVideos {
  videos: number;
  from: string;
  to: string;
}

/** Fewer than these prove nothing: a drive or two may well be new, or have been deleted. */
export const leastClips = 20;
/** A listing that ends so long before the newest known clip comes from a clock that was reset. */
const clockResetMs = 180 * 24 * 60 * 60_000;

/** `ours`: it holds what we know; `foreign`: another camera's card, or another card; `open`: it does not tell. */
export type CardVerdict = 'ours' | 'foreign' | 'open';

/**
 * A camera that was driven in the same weeks as ours, and not one clip of it is known: that is not our card. A new or
 * formatted card begins after what is known; a clock that was reset ends long before it.
 */
export function judgeCard({ listed, knownNames, heldInSpan, newestHeld }: CardEvidence): CardVerdict {
  if (knownNames > 0) return 'ours';
  if (listed === null || newestHeld === null) return 'open';
  if (listed.videos < leastClips || heldInSpan < leastClips) return 'open';
  return msOf(newestHeld) - msOf(listed.to) > clockResetMs ? 'open' : 'foreign';
}

/** Of differences only: as if the camera's clock were UTC. */
function msOf(local: string): number {
  return Date.parse(`${local}Z`);
}

/** Why a foreign card is not taken for the camera's, for people. */
export function foreignCardReason(listed: ListedVideos, heldInSpan: number): string {
  return (
    `It lists ${listed.videos} videos from ${listed.from.slice(0, 10)} to ${listed.to.slice(0, 10)}, and none of them ` +
    `is known here, although ${heldInSpan} clips of this camera are from that time: it is another camera, or another card.`
  );
}
