/** Where the archive was for the existing system, as absolute paths without a slash at the end. */
export interface Roots {
  /** The archive root now. */
  current: string;
  /** Where it was before its mount moved; null when no row says so. */
  former: string | null;
}

/** Below the archive root with `/`; or why a path is not to be used. */
export type Placement = { path: string; isCurrent: boolean } | { flaw: string };

/** What a clip's place on the camera tells. */
export interface RemotePlace {
  /** Drive letter, upper case; empty when it was not named. */
  volume: string;
  /** Plain URL path of the file; null when it did not come from a camera or the text makes no sense. */
  path: string | null;
  /** It was imported from a folder or a browser. */
  imported: boolean;
  /** In the folder of write-protected clips. */
  locked: boolean;
}

/** Control characters, halves of characters, and what stands for bytes that were no text. */
const unreadable = /[\p{Cc}\p{Cs}\uFFFD]/u;
const groupFolder = /^(?:\d{4}(?:-\d{2}(?:-\d{2})?)?|\.exports)$/;
const lockedFolder = /^(?:RO|EMR)$/i;
const recordingEnding = /\.(?:MP4|MOV|TS|JPG)$/i;

/** Why this cannot be the name of a file; null when it can. */
export function flawOfName(name: unknown): string | null {
  if (typeof name !== 'string' || name.trim() === '') return 'it has no name';
  if (name.length > 255 || unreadable.test(name) || /[/\\]/.test(name))
    return 'its name cannot be that of a file';
  return null;
}

/** Segments of an absolute path, without what means nothing; null when it is none or climbs. */
function segmentsOf(path: unknown): string[] | null {
  if (typeof path !== 'string' || !path.startsWith('/') || unreadable.test(path)) return null;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.includes('..') ? null : segments;
}

/** The last segment of whatever is written as a path. */
export function lastSegment(path: unknown): string | null {
  return typeof path === 'string' ? (path.split('/').at(-1) ?? null) : null;
}

/** An absolute path of the existing system below the archive root, wherever that was. */
export function placeInArchive(path: unknown, roots: Roots): Placement {
  if (path === null || path === '') return { flaw: 'it has no path' };
  const segments = segmentsOf(path);
  if (!segments) return { flaw: 'its path makes no sense' };
  const plain = `/${segments.join('/')}`;
  const current = below(plain, roots.current);
  if (current !== null) return { path: current, isCurrent: true };
  const former = roots.former === null ? null : below(plain, roots.former);
  return former === null
    ? { flaw: 'its path is outside the recordings' }
    : { path: former, isCurrent: false };
}

function below(path: string, root: string): string | null {
  const prefix = root === '/' ? '/' : `${root}/`;
  return path.startsWith(prefix) && path.length > prefix.length ? path.slice(prefix.length) : null;
}

/** `/recordings/` or `/recordings/.` as `/recordings`. */
export function plainRoot(path: string): string {
  return `/${(segmentsOf(path) ?? []).join('/')}`;
}

/** Finds where the recordings were before: each path outside the present root has a vote. */
export class RootVotes {
  private readonly current: string;
  private readonly votes = new Map<string, number>();

  constructor(current: string) {
    this.current = plainRoot(current);
  }

  add(path: unknown): void {
    // Nearly all paths end here.
    if (typeof path === 'string' && path.startsWith(`${this.current}/`)) return;
    const segments = segmentsOf(path);
    if (!segments || segments.length < 2 || below(`/${segments.join('/')}`, this.current) !== null) return;
    const folders = segments.slice(0, -1);
    const root = groupFolder.test(folders.at(-1) ?? '') ? folders.slice(0, -1) : folders;
    const key = `/${root.join('/')}`;
    this.votes.set(key, (this.votes.get(key) ?? 0) + 1);
  }

  /** The root most paths speak for; of equals the shortest, which holds most. */
  roots(): Roots {
    const [best] = [...this.votes].toSorted(
      ([a, votesA], [b, votesB]) => votesB - votesA || a.length - b.length || (a < b ? -1 : 1),
    );
    return { current: this.current, former: best?.[0] ?? null };
  }
}

/**
 * Reads `source_dir` in all its forms: `A:\DCIM\Movie\X.MP4`, `/DCIM/Movie/X.MP4`, the folder alone with a slash at
 * the end or without, `/import/` and `/import/RO/`.
 */
export function remotePlaceOf(sourceDir: unknown, name: string): RemotePlace {
  const nowhere: RemotePlace = { volume: '', path: null, imported: false, locked: false };
  if (typeof sourceDir !== 'string') return nowhere;
  const match = /^\s*(?:https?:\/\/[^/]*)?(?:([A-Za-z]):)?(.*?)\s*$/s.exec(sourceDir);
  const [, drive = '', rest = ''] = match ?? [];
  const segments = rest.split(/[/\\]/).filter((segment) => segment !== '' && segment !== '.');
  const isFile = segments.at(-1)?.toLowerCase() === name.toLowerCase();
  const folders = isFile ? segments.slice(0, -1) : segments;
  const locked = folders.some((folder) => lockedFolder.test(folder));
  const imported = drive === '' && folders[0]?.toLowerCase() === 'import';
  const volume = drive.toUpperCase();
  if (imported || !isSane(folders)) return { volume, path: null, imported, locked };
  return { volume, path: `/${[...folders, isFile ? segments.at(-1) : name].join('/')}`, imported, locked };
}

/** Folders of a camera: some, none of which climbs, is unreadable or is really another file. */
function isSane(folders: readonly string[]): boolean {
  return (
    folders.length > 0 &&
    folders.every((folder) => folder !== '..' && !unreadable.test(folder) && !recordingEnding.test(folder))
  );
}
