import { containerOfName } from '../../shared/clip-name.ts';
import type { FoundFile } from './scan-plan.ts';
import type { UnseenClip } from './scan-repository.ts';

/** A clip whose file has another name now. */
export interface Rename {
  clip: UnseenClip;
  file: FoundFile;
}

export interface RenamePlan {
  /** By size and time of last write, of which there is but one of each. */
  sure: Rename[];
  /** By size alone: their contents are to be compared with the clip's hash. */
  likely: Iterable<Rename>;
}

/** Clips and files of one length and ending. */
interface Group {
  clips: UnseenClip[];
  files: FoundFile[];
}

/** File systems and shares keep times by two seconds at the coarsest. */
const sameTimeMs = 2000;
const mostPairs = 1e6;

/**
 * Which files are clips under other names. `gone` are clips at whose places there is nothing, `files` those of whose
 * names the ledger has nothing. A renamed file keeps its bytes, its ending, and mostly its time of last write; what
 * fits more than one is left to its contents, and without a hash to nobody.
 */
export function planRenames(gone: readonly UnseenClip[], files: readonly FoundFile[]): RenamePlan {
  if (gone.length === 0 || files.length === 0) return { sure: [], likely: [] };
  const clips = bySize(gone, (clip) => `${clip.container} ${clip.size_bytes}`);
  const found = bySize(files, (file) => `${containerOfName(file.path)} ${file.sizeBytes}`, clips);
  const sure: Rename[] = [];
  const left: Group[] = [];
  for (const [key, candidates] of found) {
    const some = clips.get(key) ?? [];
    // So many of one length are no recordings.
    if (some.length * candidates.length > mostPairs) continue;
    const pairs = surePairs(some, candidates);
    sure.push(...pairs);
    left.push(restOf({ clips: some, files: candidates }, pairs));
  }
  return { sure, likely: likelyPairs(left) };
}

const hasTimeOf = (clip: UnseenClip, file: FoundFile): boolean =>
  clip.mtime_ms !== null && Math.abs(clip.mtime_ms - file.mtimeMs) <= sameTimeMs;

function surePairs(clips: readonly UnseenClip[], files: readonly FoundFile[]): Rename[] {
  return clips.flatMap((clip) => {
    const mine = files.filter((file) => hasTimeOf(clip, file));
    const [file] = mine;
    if (!file || mine.length > 1 || clips.filter((other) => hasTimeOf(other, file)).length > 1) return [];
    return [{ clip, file }];
  });
}

function restOf({ clips, files }: Group, sure: readonly Rename[]): Group {
  const found = new Set<unknown>(sure.flatMap(({ clip, file }) => [clip, file]));
  return {
    clips: clips.filter((clip) => clip.sha256 !== null && !found.has(clip)),
    files: files.filter((file) => !found.has(file)),
  };
}

/** One at a time: of many of one length there are more pairs than are to be held. */
function* likelyPairs(groups: readonly Group[]): Generator<Rename> {
  for (const { clips, files } of groups)
    for (const file of files) for (const clip of clips) yield { clip, file };
}

/** `among`: what has none of these keys is left out. */
function bySize<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  among?: ReadonlyMap<string, unknown>,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (among && !among.has(key)) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
