/** What is known of an unfinished download when it is taken up again. */
export interface PartFacts {
  /** Bytes in the `.part` file; null when there is none. */
  fileBytes: number | null;
  /** Bytes known to be on the disk itself, when `bootId` is not this boot. */
  durableBytes: number;
  bootId: string;
  totalBytes: number | null;
  remoteTimecode: number | null;
}

export interface RemoteFacts {
  sizeBytes: number | null;
  sizeExact: boolean;
  timecode: number | null;
}

/**
 * How many bytes of a part can be trusted and gone on from. After a crash of the process that is all of the file;
 * after a restart of the machine only what was fsynced, for the rest may be holes. A part of a file that has
 * changed on the camera is worth nothing.
 */
export function trustedBytes(part: PartFacts | null, remote: RemoteFacts, bootId: string): number {
  if (!part || part.fileBytes === null) return 0;
  const size = remote.sizeExact ? remote.sizeBytes : part.totalBytes;
  if (differ(part.remoteTimecode, remote.timecode) || differ(part.totalBytes, size)) return 0;
  if (size !== null && part.fileBytes > size) return 0;
  return part.bootId === bootId ? part.fileBytes : Math.min(part.fileBytes, part.durableBytes);
}

/**
 * Whether the first kilobytes of a part are to be compared with the camera's before it is gone on from. Size and time
 * of last write tell one recording from another; where the time is not known (a camera that only shows folder pages)
 * the seam alone would have to, and two recordings can be alike there: zeros, say. What is no longer than the seam is
 * compared whole anyway.
 */
export function needsHead(
  length: { trusted: number; seamBytes: number },
  part: { remote_timecode: number | null } | null,
  remote: RemoteFacts,
): boolean {
  const sameTime = part !== null && part.remote_timecode !== null && remote.timecode !== null;
  return length.trusted > length.seamBytes && !sameTime;
}

/** Two facts that are both known and not the same. */
const differ = (a: number | null, b: number | null) => a !== null && b !== null && a !== b;

/** What a served length means against the listed one. */
export type LengthVerdict = 'trust' | 'growing';

/**
 * The camera serves `served` bytes where its listing said `listed`. A file that is still being written is listed with
 * a stale size; it is taken only when two answers some time apart agree (`servedBefore`).
 */
export function judgeLength(lengths: {
  listed: number | null;
  listedExact: boolean;
  served: number | null;
  servedBefore: number | null;
}): LengthVerdict {
  const { listed, listedExact, served, servedBefore } = lengths;
  if (served === null || listed === null || !listedExact || served === listed) return 'trust';
  return served === servedBefore ? 'trust' : 'growing';
}
