/** Decisions of an upload by the browser; what they are carried out with is in `upload-session.ts`. */
import type { ImportItem } from '../../shared/imports.ts';

/** A file as a person gave it. */
export interface Chosen {
  /** Below what was dropped, with `/`: `DCIM/Movie/2026_0628_133416_0001F.MP4`. */
  path: string;
  file: File;
}

/** The same without its bytes, for whoever only decides. */
export interface ChosenFacts {
  path: string;
  file: Pick<File, 'name' | 'size'>;
}

/** `./a`, `/a` and `a` are the same path; how it is written depends on how it was given. */
export function plainPath(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '');
}

/** What systems leave lying about on cards is not worth a word. */
export function isWorthTelling(path: string): boolean {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  return !name.startsWith('._') && !parts.some((part) => junk.has(part.toLowerCase()));
}

const junk: ReadonlySet<string> = new Set([
  '.ds_store',
  'thumbs.db',
  'desktop.ini',
  '.spotlight-v100',
  '.trashes',
  '.fseventsd',
  'system volume information',
]);

/** What files without a folder are called: always the same, so that they are found again. */
export const looseName = 'single files';
const maxNameLength = 200;

/** What an upload is called: by its folders, so that the same ones find it again after a reload, in whatever language. */
export function uploadName(paths: readonly string[]): string {
  const folders = new Set(
    paths.flatMap((path) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : [])),
  );
  return folders.size === 0 ? looseName : [...folders].toSorted().join(', ').slice(0, maxNameLength);
}

/** Parts of a list, each of at most so many. */
export function partsOf<T>(list: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / most) }, (_, index) =>
    list.slice(index * most, (index + 1) * most),
  );
}

/**
 * Which of the files given again are those an upload still waits for: by path, else by name and size, for a person may
 * choose a folder further in. Each keeps the path it was told of under.
 */
export function matchAgain<F extends ChosenFacts>(
  waiting: readonly Pick<ImportItem, 'path' | 'name' | 'bytes'>[],
  files: readonly F[],
): F[] {
  const byPath = new Map(files.map((each) => [each.path, each]));
  const bySize = new Map(files.map((each) => [`${nameOf(each.path)} ${each.file.size}`, each]));
  return waiting.flatMap(({ path, bytes }) => {
    const same = byPath.get(path);
    const found = same?.file.size === bytes ? same : bySize.get(`${nameOf(path)} ${bytes}`);
    return found ? { ...found, path } : [];
  });
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Whether the server still wants bytes of a file. */
export function isWanted({ state, bytes }: Pick<ImportItem, 'state' | 'bytes'>): boolean {
  return (state === 'planned' || state === 'coming') && bytes > 0;
}

type Sendable = Pick<ImportItem, 'path' | 'receivedBytes' | 'localStart'>;

/** What is begun is ended first, then the newest recording; a GPX file goes right after its clip. */
export function sendOrder<I extends Sendable>(items: readonly I[]): I[] {
  const starts = new Map(items.map((item) => [item.path, item]));
  const clipOf = (item: I): I => starts.get(item.path.replace(/\.gpx$/i, '')) ?? item;
  return items.toSorted((a, b) => {
    const [clipA, clipB] = [clipOf(a), clipOf(b)];
    return (
      Number(clipB.receivedBytes > 0) - Number(clipA.receivedBytes > 0) ||
      (clipB.localStart ?? '').localeCompare(clipA.localStart ?? '') ||
      a.path.localeCompare(b.path)
    );
  });
}

/** Before the next attempt while the server does not answer: a second, doubling to ten. */
export function waitMs(attempt: number): number {
  return Math.min(10_000, 1000 * 2 ** attempt);
}

/** Bytes a second over the last pieces; null before two are known. */
export function speedOf(pieces: readonly { at: number; bytes: number }[]): number | null {
  const [first] = pieces;
  const last = pieces.at(-1);
  if (!first || !last || last.at - first.at < 500) return null;
  const bytes = pieces.slice(1).reduce((sum, piece) => sum + piece.bytes, 0);
  return (bytes / (last.at - first.at)) * 1000;
}
