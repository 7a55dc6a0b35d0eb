import { containerOfName } from '../../shared/clip-name.ts';
import { flawOfPath, isIgnoredName, isInLockedFolder, shownName } from './remote-path.ts';
import type { ListedFile } from './camera.ts';
import type { Notes } from './notes.ts';

/** What a listing says of one entry, before it is trusted. */
export interface ClaimedFile {
  /** Decoded path segments, the file name last. */
  segments: readonly string[];
  volume: string;
  sizeBytes: number | null;
  sizeExact: boolean;
  timecode: number | null;
  endedLocal: string | null;
  /** The read-only attribute; a locked folder counts as well. */
  locked: boolean;
}

/** The entry as a `ListedFile`; null, with a note where one is due, when it is unsafe or no recording. */
export function listedFile(claimed: ClaimedFile, notes: Notes): ListedFile | null {
  const name = claimed.segments.at(-1) ?? '';
  const flaw = flawOfPath(claimed.segments);
  if (flaw) return leftOut(notes, name, `its path ${flaw}`);
  const container = containerOfName(name);
  if (!container && isIgnoredName(name)) return null;
  if (!container) return leftOut(notes, name, 'it is no kind of recording that is known');
  return {
    name,
    remotePath: `/${claimed.segments.join('/')}`,
    volume: claimed.volume,
    container,
    sizeBytes: claimed.sizeBytes,
    sizeExact: claimed.sizeExact,
    timecode: claimed.timecode,
    endedLocal: claimed.endedLocal,
    locked: claimed.locked || isInLockedFolder(claimed.segments.slice(0, -1)),
  };
}

/** Notes why an entry was left out. */
export function leftOut(notes: Notes, name: string, why: string): null {
  notes.add(`${shownName(name)} was left out: ${why}`);
  return null;
}
