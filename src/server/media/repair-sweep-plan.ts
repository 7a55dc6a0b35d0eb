/** Which repaired copies without a clip go. Pure. */

const dayMs = 24 * 60 * 60_000;
/** A clip that is not there may come back with its disk, and is told by its copy until then. */
const strayStaysMs = 30 * dayMs;

/** When each copy without a clip was first seen so, by its path. */
export type StraysSeen = Readonly<Record<string, number>>;

export interface StrayFacts {
  seen: StraysSeen;
  now: number;
  /** The last look through the whole archive: when it ended, and whether it left out any folder. */
  scan: { at: number; isWhole: boolean };
}

/** What goes now, and what is remembered of the others. Only a scan that began knowing of a stray can tell that its clip stays away. */
export function planStrays(
  paths: readonly string[],
  { seen, now, scan }: StrayFacts,
): { remove: string[]; seen: StraysSeen } {
  const since = new Map(paths.map((path) => [path, Math.min(seen[path] ?? now, now)]));
  const remove = paths.filter((path) => {
    const first = since.get(path) ?? now;
    return scan.isWhole && scan.at > first && now - first >= strayStaysMs;
  });
  const going = new Set(remove);
  return { remove, seen: Object.fromEntries([...since].filter(([path]) => !going.has(path))) };
}

/** What was written and never moved to its place: nobody is at it any more after a day. */
export const isOldDraft = (writtenAt: number, now: number): boolean => now - writtenAt > dayMs;
