import type { ListedFile } from './camera.ts';

/** One listing, or one page of it. */
export interface ListingPart {
  files: readonly ListedFile[];
  complete: boolean;
  notes: readonly string[];
}

export interface MergedListing {
  files: ListedFile[];
  complete: boolean;
  notes: string[];
}

/**
 * Joins what a camera's listings say, the more exact ones first: a file listed in several has the facts of the first
 * that knows them, and the spelling of the first. A file that was moved to the locked folder between two listings is
 * taken to be there. Complete only when every part is.
 */
export function mergeListings(parts: readonly ListingPart[]): MergedListing {
  const byPath = new Map<string, ListedFile>();
  for (const part of parts) {
    for (const file of part.files) {
      const key = file.remotePath.toLowerCase();
      const known = byPath.get(key);
      const now = known ? joined(known, file) : file;
      if (now !== known) byPath.set(key, now);
    }
  }
  return {
    files: withoutMoved([...byPath.values()]),
    complete: parts.every((part) => part.complete),
    notes: [...new Set(parts.flatMap((part) => part.notes))],
  };
}

/** `first` with what only `second` knows. */
function joined(first: ListedFile, second: ListedFile): ListedFile {
  if (isWhole(first) && (first.locked || !second.locked)) return first;
  const size = first.sizeExact || (first.sizeBytes !== null && !second.sizeExact) ? first : second;
  const time = first.timecode === null && second.timecode !== null ? second : first;
  return {
    ...first,
    volume: first.volume || second.volume,
    sizeBytes: size.sizeBytes,
    sizeExact: size.sizeExact,
    timecode: time.timecode,
    endedLocal: time.endedLocal ?? second.endedLocal,
    locked: first.locked || second.locked,
  };
}

/** Nothing another listing says could be better: what the XML list tells of each file of most cameras. */
function isWhole(file: ListedFile): boolean {
  return file.sizeExact && file.volume !== '' && file.timecode !== null && file.endedLocal !== null;
}

/** Keeps the locked one of two files of one name, with what the other listing knew of it. */
function withoutMoved(files: ListedFile[]): ListedFile[] {
  const lockedByName = new Map<string, ListedFile>();
  for (const file of files) {
    if (isInLocked(file)) lockedByName.set(nameKey(file), file);
  }
  if (lockedByName.size === 0) return files;
  const kept = new Map(files.map((file) => [file.remotePath, file]));
  for (const file of files) {
    const moved = lockedByName.get(nameKey(file));
    if (!moved || isInLocked(file)) continue;
    kept.delete(file.remotePath);
    kept.set(moved.remotePath, joined(kept.get(moved.remotePath) ?? moved, file));
  }
  return [...kept.values()];
}

function isInLocked(file: ListedFile): boolean {
  return lockedFolderPattern.test(file.remotePath);
}

/** Within one tree of the card: `DCIM` and the name. */
function nameKey(file: ListedFile): string {
  const path = file.remotePath;
  return `${path.slice(1, path.indexOf('/', 1))}/${file.name}`.toLowerCase();
}

const lockedFolderPattern = /\/(?:RO|EMR)\//i;
