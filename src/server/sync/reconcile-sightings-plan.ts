import { parseClipName } from '../../shared/clip-name.ts';
import type { ClipState } from '../../shared/clips.ts';
import type { LedgerEntry } from '../archive/clip-repository.ts';
import type { ListedFile } from '../camera/camera.ts';
import type { PlacedName } from '../lib/zones.ts';
import type { ReconcileInput } from './reconcile-plan.ts';

/** A file of a listing, and the clip of the ledger that it is. */
export interface Sighting {
  file: ListedFile;
  name: ReturnType<typeof parseClipName>;
  localStart: string;
  /** Its name as if it were UTC: what clips of one card are compared by, for an instant may have been corrected. */
  namedAt: number;
  placed: PlacedName;
  row: LedgerEntry | undefined;
  /** Sizes prove that the row of this name is another recording. */
  otherContents: boolean;
  /** A clip that was made of a wrong listing and is none. */
  mistaken: LedgerEntry | undefined;
}

/** For each file of a listing, its row: of that name, on that storage. */
export function sightAll(input: ReconcileInput): Sighting[] {
  const rows = new Map<string, LedgerEntry[]>();
  for (const row of input.ledger) {
    const key = row.name.toLowerCase();
    const same = rows.get(key);
    if (!same) rows.set(key, [row]);
    else if (!same.some((other) => other.id === row.id)) same.push(row);
  }
  const taken = new Set<number>();
  const files = withoutDoubles(input.files);
  const listed = new Set(files.map((file) => file.name));
  return files.map((file) => {
    const known = rows.get(file.name.toLowerCase());
    if (!known) return sight(file, {}, input);
    // A row in another spelling is this file's only as long as no file has that spelling.
    const sameName = known.filter(
      (entry) => !taken.has(entry.id) && (entry.name === file.name || !listed.has(entry.name)),
    );
    const best = bestRow(sameName, file);
    const archived = best && archivedBefore(best, sameName, file);
    const row = archived ?? best;
    if (row) taken.add(row.id);
    return sight(file, { row, mistaken: archived && best }, input);
  });
}

/**
 * One file for each name on a storage: what is seen in two folders was moved while they were read. Names that differ
 * in case are two files: a listing spells each in one way.
 */
function withoutDoubles(files: readonly ListedFile[]): ListedFile[] {
  const byName = new Map<string, ListedFile[]>();
  for (const file of files) {
    const others = byName.get(file.name) ?? [];
    byName.set(file.name, others);
    const index = others.findIndex((other) => sameVolume(other.volume, file.volume));
    const other = others[index];
    if (!other) others.push(file);
    else if (telling(file) > telling(other)) others[index] = file;
  }
  return [...byName.values()].flat();
}

const telling = (file: ListedFile) => (file.volume === '' ? 0 : 2) + (file.locked ? 1 : 0);

/** The row a file of that name belongs to: on the same storage rather than an unknown one, the latest generation. */
function bestRow(sameName: readonly LedgerEntry[], { name, volume }: ListedFile): LedgerEntry | undefined {
  return sameName
    .filter((entry) => sameVolume(entry.remote_volume, volume))
    .toSorted(
      (a, b) =>
        Number(b.name === name) - Number(a.name === name) ||
        Number(b.remote_volume === volume) - Number(a.remote_volume === volume) ||
        b.generation - a.generation ||
        a.id - b.id,
    )[0];
}

/**
 * The archived clip that is listed again in its own size, where a listing in between had shown another and so made a
 * clip of it that was not fetched yet.
 */
function archivedBefore(
  best: LedgerEntry,
  sameName: readonly LedgerEntry[],
  file: ListedFile,
): LedgerEntry | undefined {
  if (best.generation === 0 || !file.sizeExact || !losable.includes(best.state)) return undefined;
  return sameName.find(
    (entry) =>
      entry.state === 'archived' &&
      !isBrokenFind(entry) &&
      entry.size_bytes === file.sizeBytes &&
      sameVolume(entry.remote_volume, file.volume),
  );
}

function sight(
  file: ListedFile,
  { row, mistaken }: { row?: LedgerEntry | undefined; mistaken?: LedgerEntry | undefined },
  input: ReconcileInput,
): Sighting {
  const name = parseClipName(file.name);
  const localStart = name?.localStart ?? row?.local_start ?? file.endedLocal ?? localOf(input.now);
  const otherContents = row !== undefined && isOtherRecording(row, file);
  const isKnown = row !== undefined && !otherContents;
  const placed = isKnown ? { at: row.started_at, offsetMinutes: 0 } : input.place(localStart);
  return {
    file,
    name,
    localStart,
    namedAt: namedAt(localStart),
    placed,
    row,
    otherContents,
    mistaken,
  };
}

/** A camera's own time as if it were UTC. */
export const namedAt = (localStart: string): number => Date.parse(`${localStart}Z`);

/** Without better knowledge, a file of unknown name gets the time of its first sighting, read as UTC. */
const localOf = (now: number) => new Date(now).toISOString().slice(0, 19);

const sameVolume = (known: string, listed: string) => known === '' || listed === '' || known === listed;

/** A file that a scan took for the clip, and that is no whole recording: the camera's is another. */
const isBrokenFind = (row: LedgerEntry) =>
  row.state === 'archived' && row.origin === 'found' && row.complete === 0;

/** A finished clip whose name comes again with another exact size is another recording (formatted card, reset clock). */
export function isOtherRecording(row: LedgerEntry, file: ListedFile): boolean {
  const finished =
    row.state === 'archived' || row.state === 'expired' || row.state === 'deleted' || row.state === 'missing';
  if (!finished) return false;
  if (isBrokenFind(row)) return true;
  if (!file.sizeExact) return isFarFrom(file.sizeBytes, row.size_bytes);
  // As it was listed, or as it arrived: a listing may have lagged behind the file.
  const listed = row.remote_size_exact === 1 ? row.remote_size_bytes : row.size_bytes;
  return listed !== null && file.sizeBytes !== listed && file.sizeBytes !== row.size_bytes;
}

/** A rounded size (two decimals of a unit) that cannot be that of so many bytes. */
function isFarFrom(rounded: number | null, bytes: number | null): boolean {
  return rounded !== null && bytes !== null && Math.abs(rounded - bytes) > bytes / 100 + 16_384;
}

/** Whether a listing shows other contents of a clip than the one before. */
export function changedOnCamera(row: LedgerEntry, file: ListedFile): boolean {
  const sizeChanged =
    file.sizeBytes !== null &&
    file.sizeBytes !== row.remote_size_bytes &&
    (file.sizeExact || row.remote_size_exact === 0);
  return (
    sizeChanged ||
    (file.timecode !== null && row.remote_timecode !== null && file.timecode !== row.remote_timecode)
  );
}

/** States of a clip that is not ours yet. */
export const losable: readonly ClipState[] = ['waiting', 'held', 'failed', 'listed'];
