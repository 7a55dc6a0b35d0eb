/** What of an import comes in, worked out from what the dry run counted. */
import type {
  Import,
  ImportCount,
  ImportOptions,
  ImportOptionsPatch,
  ImportState,
  ImportVerdict,
} from '../../shared/imports.ts';

export interface Total {
  files: number;
  bytes: number;
}

/** The order in which verdicts are told: what comes in, then what is left, the clearest last. */
export const verdictOrder: readonly ImportVerdict[] = [
  'new',
  'wanted',
  'unclassified',
  'too_old',
  'skipped',
  'too_big',
  'unreadable',
  'known',
  'empty',
  'other',
];

/** Whether files of this verdict come in under these wishes; GPX files go with their clips and are not counted. */
export function comesIn(verdict: ImportVerdict, options: ImportOptions): boolean {
  switch (verdict) {
    case 'new':
    case 'wanted':
      return true;
    case 'unclassified':
      return options.includeUnclassified;
    case 'too_old':
      return options.includeOld;
    case 'skipped':
      return options.includeSkipped;
    case 'known':
    case 'too_big':
    case 'empty':
    case 'other':
    case 'unreadable':
    case 'companion':
      return false;
  }
}

/** How much would come in. */
export function totalComing(counts: readonly ImportCount[], options: ImportOptions): Total {
  const coming = counts.filter(({ verdict }) => comesIn(verdict, options));
  return {
    files: coming.reduce((sum, { files }) => sum + files, 0),
    bytes: coming.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Whether a start would do anything: bring files in, try again what had no room, or delete what was moved here. */
export function isWorthStarting(counts: readonly ImportCount[], options: ImportOptions): boolean {
  const hasOf = (verdict: ImportVerdict) => counts.some((each) => each.verdict === verdict && each.files > 0);
  return totalComing(counts, options).files > 0 || hasOf('too_big') || (options.move && hasOf('known'));
}

/** The counts in the order of `verdictOrder`, without those of nothing. */
export function inOrder(counts: readonly ImportCount[]): ImportCount[] {
  return verdictOrder.flatMap((verdict) =>
    counts.filter((count) => count.verdict === verdict && count.files > 0),
  );
}

/** A wish that makes a difference for this import. */
export type Wish = keyof ImportOptions;

const wishVerdicts: readonly (readonly [Wish, ImportVerdict])[] = [
  ['includeOld', 'too_old'],
  ['includeSkipped', 'skipped'],
  ['includeUnclassified', 'unclassified'],
];

/** The wishes that are worth asking for: each has files that it is about, and a read-only source keeps its own. */
export function wishesOf({ kind, counts, isReadOnly }: Import): Wish[] {
  const about = wishVerdicts.flatMap(([wish, verdict]) =>
    counts.some((count) => count.verdict === verdict && count.files > 0) ? wish : [],
  );
  const hasFiles = counts.some(({ files }) => files > 0);
  return kind === 'folder' && !isReadOnly && hasFiles ? [...about, 'move'] : about;
}

/** Options as a person changed them on the page. */
export function withWishes(options: ImportOptions, { ...wishes }: ImportOptionsPatch): ImportOptions {
  return {
    move: wishes.move ?? options.move,
    includeOld: wishes.includeOld ?? options.includeOld,
    includeSkipped: wishes.includeSkipped ?? options.includeSkipped,
    includeUnclassified: wishes.includeUnclassified ?? options.includeUnclassified,
  };
}

/** What is missing for all of it to find room; 0 when it fits or nobody knows. Within one volume, moving takes none. */
export function missingRoom(
  { freeBytes, isSameVolume }: Pick<Import, 'freeBytes' | 'isSameVolume'>,
  { bytes }: Total,
  { move }: Pick<ImportOptions, 'move'>,
): number {
  if (freeBytes === null || (isSameVolume && move)) return 0;
  return Math.max(0, bytes - freeBytes);
}

const openStates: ReadonlySet<ImportState> = new Set(['planning', 'ready', 'running', 'paused']);

export function isOpen({ state }: Pick<Import, 'state'>): boolean {
  return openStates.has(state);
}

/** Those under way first, then the newest. */
export function inListOrder(imports: readonly Import[]): Import[] {
  return imports.toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.createdAt - a.createdAt);
}
