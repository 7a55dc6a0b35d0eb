import { parseClipName } from '../../shared/clip-name.ts';
import type { RecordState } from '../../shared/cameras.ts';
import type { Channel, ClipKind, ClipState, StateReason } from '../../shared/clips.ts';
import type { LedgerEntry } from '../archive/clip-repository.ts';
import type { ListedFile } from '../camera/camera.ts';
import type { ClipPatch } from '../db/schema.ts';
import type { PlacedTime } from '../lib/zones.ts';

export interface ReconcileInput {
  /** What the camera was last known to hold, and every other clip of the names it lists now. */
  ledger: readonly LedgerEntry[];
  files: readonly ListedFile[];
  /** Only a complete listing lets anything be concluded from absence. */
  complete: boolean;
  recording: RecordState;
  fetchPhotos: boolean;
  now: number;
  /** Places a camera-local time on the UTC line. */
  place(localStart: string): PlacedTime;
}

/** A clip seen for the first time. */
export interface NewClip {
  file: ListedFile;
  generation: number;
  localStart: string;
  placed: PlacedTime;
  timeSource: 'setting' | 'file';
  sequence: number | null;
  kind: ClipKind;
  channel: Channel;
  state: Extract<ClipState, 'listed' | 'waiting' | 'held'>;
  reason: StateReason | null;
}

export interface StateChange {
  id: number;
  from: ClipState;
  to: ClipState;
  reason: StateReason | null;
}

export interface ReconcilePlan {
  inserts: NewClip[];
  /** Facts of the camera's side that changed. */
  patches: { id: number; patch: ClipPatch }[];
  changes: StateChange[];
  /** Rows the camera no longer holds. */
  gone: number[];
}

/** Channels of one capture may differ by this much when the newest is looked for. */
const newestToleranceMs = 6000;
const dayMs = 24 * 60 * 60_000;
/** Without word from the camera, a newest clip that has not changed for this long is taken as finished. */
const settledAfterMs = 90_000;

interface Sighting {
  file: ListedFile;
  name: ReturnType<typeof parseClipName>;
  localStart: string;
  placed: PlacedTime;
  row: LedgerEntry | undefined;
  /** Sizes prove that the row of this name is another recording. */
  otherContents: boolean;
  /** A clip that was made of a wrong listing and is none. */
  mistaken: LedgerEntry | undefined;
}

/**
 * What a listing means for the ledger. Nothing is concluded from what a partial or empty listing does not show; a
 * clip counts as lost only when the camera shows newer ones in its stead; one that comes again is revived; one that
 * moved to `RO` is followed.
 */
export function planReconcile(input: ReconcileInput): ReconcilePlan {
  const sightings = sightAll(input);
  const newest = newestOf(sightings, input.now);
  const plan: ReconcilePlan = { inserts: [], patches: [], changes: [], gone: [] };
  for (const sighting of sightings) {
    const want = wantOf(sighting, input, newest.has(sighting));
    const { mistaken } = sighting;
    if (mistaken) {
      plan.gone.push(mistaken.id);
      plan.changes.push({ id: mistaken.id, from: mistaken.state, to: 'skipped', reason: 'duplicate' });
    }
    if (!sighting.row || sighting.otherContents) plan.inserts.push(insertOf(sighting, want));
    else follow(plan, { row: sighting.row, file: sighting.file }, want, input.now);
  }
  if (input.complete && sightings.length > 0) concludeAbsence(plan, input, sightings);
  return plan;
}

function sightAll(input: ReconcileInput): Sighting[] {
  const rows = new Map<string, LedgerEntry[]>();
  for (const row of input.ledger) {
    const key = row.name.toLowerCase();
    const same = rows.get(key);
    if (!same) rows.set(key, [row]);
    else if (!same.some((other) => other.id === row.id)) same.push(row);
  }
  const taken = new Set<number>();
  return withoutDoubles(input.files).map((file) => {
    const known = rows.get(file.name.toLowerCase());
    if (!known) return sight(file, {}, input);
    const sameName = known.filter((entry) => !taken.has(entry.id));
    const best = bestRow(sameName, file.volume);
    const archived = best && archivedBefore(best, sameName, file);
    const row = archived ?? best;
    if (row) taken.add(row.id);
    return sight(file, { row, mistaken: archived && best }, input);
  });
}

/** One file for each name on a storage: what is seen in two folders was moved while they were read. */
function withoutDoubles(files: readonly ListedFile[]): ListedFile[] {
  const byName = new Map<string, ListedFile[]>();
  for (const file of files) {
    const key = file.name.toLowerCase();
    const others = byName.get(key) ?? [];
    byName.set(key, others);
    const index = others.findIndex((other) => sameVolume(other.volume, file.volume));
    const other = others[index];
    if (!other) others.push(file);
    else if (telling(file) > telling(other)) others[index] = file;
  }
  return [...byName.values()].flat();
}

const telling = (file: ListedFile) => (file.volume === '' ? 0 : 2) + (file.locked ? 1 : 0);

/** The row a file of that name belongs to: on the same storage rather than an unknown one, the latest generation. */
function bestRow(sameName: readonly LedgerEntry[], volume: string): LedgerEntry | undefined {
  return sameName
    .filter((entry) => sameVolume(entry.remote_volume, volume))
    .toSorted(
      (a, b) =>
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
  const placed = row ? { at: row.started_at, offsetMinutes: 0 } : input.place(localStart);
  return {
    file,
    name,
    localStart,
    placed,
    row,
    otherContents: row !== undefined && isOtherRecording(row, file),
    mistaken,
  };
}

/** Without better knowledge, a file of unknown name gets the time of its first sighting, read as UTC. */
const localOf = (now: number) => new Date(now).toISOString().slice(0, 19);

const sameVolume = (known: string, listed: string) => known === '' || listed === '' || known === listed;

/** A file that a scan took for the clip, and that is no whole recording: the camera's is another. */
const isBrokenFind = (row: LedgerEntry) =>
  row.state === 'archived' && row.origin === 'found' && row.complete === 0;

/** A finished clip whose name comes again with another exact size is another recording (formatted card, reset clock). */
function isOtherRecording(row: LedgerEntry, file: ListedFile): boolean {
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

/**
 * The clips that may still be written: the newest by name, by counter and by time of last write, for the clock may be
 * wrong and the counter may be missing. Clips dated in the future say nothing about which is newest.
 */
function newestOf(sightings: readonly Sighting[], now: number): Set<Sighting> {
  const videos = sightings.filter((sighting) => sighting.file.container !== 'jpg');
  const dated = videos.filter((sighting) => sighting.placed.at <= now + dayMs);
  const leaders = [
    latest(dated, (sighting) => sighting.placed.at),
    latest(videos, (sighting) => sighting.name?.sequence ?? null),
    latest(dated, (sighting) => sighting.file.timecode),
  ].filter((leader) => leader !== undefined);
  return new Set(
    videos.filter((sighting) =>
      leaders.some((leader) => Math.abs(sighting.placed.at - leader.placed.at) <= newestToleranceMs),
    ),
  );
}

function latest(
  sightings: readonly Sighting[],
  value: (sighting: Sighting) => number | null,
): Sighting | undefined {
  let best: Sighting | undefined;
  let most = -Infinity;
  for (const sighting of sightings) {
    const number = value(sighting);
    if (number === null || number <= most) continue;
    [best, most] = [sighting, number];
  }
  return best;
}

type Want = Pick<NewClip, 'state' | 'reason'>;

/** What is wanted of a clip that the camera holds and we do not have. */
function wantOf(sighting: Sighting, input: ReconcileInput, isNewest: boolean): Want {
  if (sighting.file.container === 'jpg' && !input.fetchPhotos) return { state: 'listed', reason: 'photo' };
  if (isNewest && mayBeWritten(sighting, input)) return { state: 'held', reason: 'recording' };
  return { state: 'waiting', reason: null };
}

function mayBeWritten(sighting: Sighting, input: ReconcileInput): boolean {
  switch (input.recording) {
    case 'recording':
      return true;
    case 'stopped':
      return false;
    case 'unknown': {
      const changedAt =
        sighting.row && !changedOnCamera(sighting.row, sighting.file) ? sighting.row.remote_changed_at : null;
      return changedAt === null || input.now - changedAt < settledAfterMs;
    }
  }
}

function insertOf(sighting: Sighting, want: Want): NewClip {
  const { file, name } = sighting;
  return {
    file,
    generation: sighting.row ? sighting.row.generation + 1 : 0,
    localStart: sighting.localStart,
    placed: sighting.placed,
    timeSource: name ? 'setting' : 'file',
    sequence: name?.sequence ?? null,
    kind: name?.kind ?? 'unclassified',
    channel: name?.channel ?? 'other',
    ...want,
  };
}

/** A row of the ledger and the same clip as it is listed now. */
interface Pair {
  row: LedgerEntry;
  file: ListedFile;
}

function follow(plan: ReconcilePlan, pair: Pair, want: Want, now: number): void {
  const { row } = pair;
  const patch = patchOf(pair, now);
  if (Object.keys(patch).length > 0) plan.patches.push({ id: row.id, patch });
  const next = nextState(pair, want, now);
  if (next && (next.state !== row.state || next.reason !== row.state_reason)) {
    plan.changes.push({ id: row.id, from: row.state, to: next.state, reason: next.reason });
  }
}

function changedOnCamera(row: LedgerEntry, file: ListedFile): boolean {
  const sizeChanged =
    file.sizeBytes !== null &&
    file.sizeBytes !== row.remote_size_bytes &&
    (file.sizeExact || row.remote_size_exact === 0);
  return (
    sizeChanged ||
    (file.timecode !== null && row.remote_timecode !== null && file.timecode !== row.remote_timecode)
  );
}

function patchOf(pair: Pair, now: number): ClipPatch {
  const { row, file } = pair;
  return {
    ...placePatchOf(pair, now),
    ...sizePatchOf(pair),
    ...(file.remotePath !== row.remote_path && newChance),
    ...(changedOnCamera(row, file) && { ...newChance, remote_changed_at: now }),
  };
}

/** What changed or moved on the camera is tried anew. */
const newChance: ClipPatch = { attempts: 0, next_attempt_at: null };

function placePatchOf({ row, file }: Pair, now: number): ClipPatch {
  return {
    ...(row.remote_gone_at !== null && { remote_gone_at: null, remote_seen_at: now }),
    ...(file.remotePath !== row.remote_path && { remote_path: file.remotePath }),
    ...(row.remote_volume === '' && file.volume !== '' && { remote_volume: file.volume }),
    ...(file.locked !== (row.locked === 1) && { locked: file.locked ? 1 : 0 }),
  };
}

/** A rounded size never takes the place of an exact one. */
function sizePatchOf({ row, file }: Pair): ClipPatch {
  const times: ClipPatch = {
    ...(file.timecode !== null &&
      file.timecode !== row.remote_timecode && { remote_timecode: file.timecode }),
    ...(file.endedLocal !== null &&
      file.endedLocal !== row.remote_ended_local && { remote_ended_local: file.endedLocal }),
  };
  if (file.sizeBytes === null || (!file.sizeExact && row.remote_size_exact === 1)) return times;
  return {
    ...times,
    ...(file.sizeBytes !== row.remote_size_bytes && { remote_size_bytes: file.sizeBytes }),
    ...(file.sizeExact && row.remote_size_exact === 0 && { remote_size_exact: 1 as const }),
  };
}

/** Null where a listing decides nothing: what is archived, skipped or under way stays as it is. */
function nextState(pair: Pair, want: Want, now: number): Want | null {
  const { row, file } = pair;
  if (row.state === 'listed' || row.state === 'lost') return want;
  if (row.state === 'waiting') return want.state === 'waiting' ? null : want;
  if (row.state === 'held') return stillHeld(row, file, now) ? null : want;
  if (row.state === 'failed') return changedOnCamera(row, file) ? want : null;
  return null;
}

/** Held for something a listing cannot tell (its place, a length in doubt): until its time is over. */
function stillHeld(row: LedgerEntry, file: ListedFile, now: number): boolean {
  if (row.state_reason === 'recording') return false;
  return !changedOnCamera(row, file) && row.next_attempt_at !== null && row.next_attempt_at > now;
}

function concludeAbsence(plan: ReconcilePlan, input: ReconcileInput, sightings: readonly Sighting[]): void {
  const shown = new Set(
    sightings.flatMap(({ row, otherContents, mistaken }) => [
      ...(row && !otherContents ? [row.id] : []),
      ...(mistaken ? [mistaken.id] : []),
    ]),
  );
  const newestAt = new Map<string, number>();
  for (const { file, placed } of sightings) {
    // A row of unknown storage ('') is compared with them all.
    for (const volume of new Set([file.volume, ''])) {
      newestAt.set(volume, Math.max(newestAt.get(volume) ?? -Infinity, placed.at));
    }
  }
  for (const row of input.ledger) {
    const wasThere = row.remote_gone_at === null && row.remote_path !== null;
    // Newer clips of that storage in its stead: the card has moved on. Otherwise it may be another card, or a fault.
    const movedOn = (newestAt.get(row.remote_volume) ?? -Infinity) > row.started_at;
    // What is under way ends by itself; the next listing concludes.
    if (!wasThere || !movedOn || shown.has(row.id) || row.state === 'transferring') continue;
    plan.gone.push(row.id);
    if (losable.includes(row.state)) {
      plan.changes.push({ id: row.id, from: row.state, to: 'lost', reason: 'overwritten' });
    }
  }
}

const losable: readonly ClipState[] = ['waiting', 'held', 'failed', 'listed'];
