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
  likely: Rename[];
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
  const plan: RenamePlan = { sure: [], likely: [] };
  const clips = bySize(gone, (clip) => `${clip.container} ${clip.size_bytes}`);
  const found = bySize(files, (file) => `${containerOfName(file.path)} ${file.sizeBytes}`);
  for (const [key, some] of clips) {
    const candidates = found.get(key) ?? [];
    const sure = surePairs(some, candidates);
    plan.sure.push(...sure);
    plan.likely.push(...likelyPairs(some, candidates, sure));
  }
  return plan;
}

const hasTimeOf = (clip: UnseenClip, file: FoundFile): boolean =>
  clip.mtime_ms !== null && Math.abs(clip.mtime_ms - file.mtimeMs) <= sameTimeMs;

function surePairs(clips: readonly UnseenClip[], files: readonly FoundFile[]): Rename[] {
  // So many of one length are no recordings.
  if (clips.length * files.length > mostPairs) return [];
  return clips.flatMap((clip) => {
    const mine = files.filter((file) => hasTimeOf(clip, file));
    const [file] = mine;
    if (!file || mine.length > 1 || clips.filter((other) => hasTimeOf(other, file)).length > 1) return [];
    return [{ clip, file }];
  });
}

function likelyPairs(
  clips: readonly UnseenClip[],
  files: readonly FoundFile[],
  sure: readonly Rename[],
): Rename[] {
  if (clips.length * files.length > mostPairs) return [];
  const found = new Set<unknown>(sure.flatMap(({ clip, file }) => [clip, file]));
  const hashed = clips.filter((clip) => clip.sha256 !== null && !found.has(clip));
  return files.filter((file) => !found.has(file)).flatMap((file) => hashed.map((clip) => ({ clip, file })));
}

function bySize<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
