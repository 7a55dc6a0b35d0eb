import { containerOfName, parseClipName } from '../../shared/clip-name.ts';
import type { ClipKind, ClipState } from '../../shared/clips.ts';
import type { CameraRow, ClipPatch, ClipRow, NewClipRow } from '../db/schema.ts';
import type { PlacedName } from '../lib/zones.ts';
import { fileNameOf, isLockedPlace, isParkingPlace, recordedName } from './place-policy.ts';
import type { SidecarFacts } from './sidecar.ts';

/** A clip's file that the ledger had no row for when it was looked at. */
export interface FoundFile {
  /** Below the archive root, with `/`. */
  path: string;
  sizeBytes: number;
  mtimeMs: number;
  hasGpx: boolean;
  /** Null without a sidecar that can be read. */
  sidecar: SidecarFacts | null;
}

/** What a found file is compared with: every row of its name or at its path. */
export type KnownClip = Pick<
  ClipRow,
  | 'id'
  | 'camera_id'
  | 'name'
  | 'generation'
  | 'state'
  | 'path'
  | 'size_bytes'
  | 'remote_size_bytes'
  | 'remote_size_exact'
  | 'remote_path'
  | 'kept'
  | 'kept_at'
  | 'locked'
  | 'note'
  | 'time_source'
  | 'state_at'
>;

export interface ScanPlanInput {
  files: readonly FoundFile[];
  /** At least one. */
  cameras: readonly Pick<CameraRow, 'id' | 'archive_folder'>[];
  known: readonly KnownClip[];
  /** Where the bytes of unfinished downloads will be: not ours to judge. */
  targets: ReadonlySet<string>;
  /** Paths of archived rows that were looked for and are not there. */
  vanished: ReadonlySet<string>;
  /** When the files were looked at, or before: what was deleted since may not be there any more. */
  lookedAt: number;
  now: number;
  /** As a name of the camera; null: a time of this installation. */
  place(localStart: string, cameraId: number | null): PlacedName;
}

/** A new row, all but its capture. */
export type FoundClip = Omit<NewClipRow, 'capture_id'>;

/** One thing to do, in this order. */
export type ScanStep =
  | { kind: 'insert'; clip: FoundClip }
  /** A row without a file has one now. */
  | { kind: 'attach'; id: number; from: ClipState; patch: ClipPatch; time: ClipTime | null }
  /** The file of an archived row lies elsewhere. */
  | { kind: 'move'; id: number; patch: ClipPatch }
  | { kind: 'renumber'; id: number; generation: number };

export interface ScanPlan {
  steps: ScanStep[];
  /** Files that belong to a download under way; the next scan looks at them again. */
  left: number;
}

/** A row of the ledger, or one that this very plan makes; brought up to date as the plan grows. */
interface Entry extends Omit<KnownClip, 'id'> {
  id: number | null;
  clip?: FoundClip;
}

interface Ledger {
  named: Map<string, Entry[]>;
  at: Map<string, Entry>;
}

/** A found file and what its name, its place and its sidecar tell. */
interface Sight {
  file: FoundFile;
  name: string;
  cameraId: number;
  locked: boolean;
  parking: boolean;
}

/**
 * What files mean for the ledger. A file that is there is archived and will never be fetched again, whatever its row
 * said: a row without a file whose size fits gets it, an archived one whose file is gone is followed, and anything
 * else becomes a clip of its own. Nothing is concluded from a file that is not there.
 */
export function planScan(input: ScanPlanInput): ScanPlan {
  const ledger: Ledger = { named: new Map(), at: new Map() };
  for (const row of input.known) remember(ledger, { ...row });
  const plan: ScanPlan = { steps: [], left: 0 };
  for (const file of input.files) planFile(plan, ledger, file, input);
  return plan;
}

const keyOf = (cameraId: number, name: string) => `${cameraId} ${name.toLowerCase()}`;

function remember(ledger: Ledger, entry: Entry): void {
  const key = keyOf(entry.camera_id, entry.name);
  const same = ledger.named.get(key);
  if (same) same.push(entry);
  else ledger.named.set(key, [entry]);
  if (entry.path !== null) ledger.at.set(entry.path, entry);
}

function planFile(plan: ScanPlan, ledger: Ledger, file: FoundFile, input: ScanPlanInput): void {
  const sight = sightOf(file, input);
  const named = ledger.named.get(keyOf(sight.cameraId, sight.name)) ?? [];
  const here = ledger.at.get(file.path);
  if (here?.state === 'archived') return;
  const isUnderWay = [...named, here].some((entry) => entry?.state === 'transferring');
  const without = here ?? withoutFile(named, file.sizeBytes);
  if (isUnderWay || input.targets.has(file.path) || endedSince(without, input.lookedAt)) {
    plan.left++;
    return;
  }
  const moved = without ? undefined : movedFrom(named, file, input.vanished);
  const taker = without ?? moved;
  if (!taker) return insert(plan, ledger, sight, input);
  if (without) attach(plan, without, sight, input.now);
  else move(plan, taker, sight);
  Object.assign(taker, { state: 'archived', path: file.path, size_bytes: file.sizeBytes });
  ledger.at.set(file.path, taker);
}

/** Deleted while the scan was on its way: the next scan sees what is there. */
const endedSince = (entry: Entry | undefined, lookedAt: number): boolean =>
  (entry?.state === 'expired' || entry?.state === 'deleted') && entry.state_at > lookedAt;

function sightOf(file: FoundFile, input: ScanPlanInput): Sight {
  const folder = file.path.includes('/') ? file.path.slice(0, file.path.indexOf('/')) : '';
  const camera =
    input.cameras.find(({ archive_folder }) => archive_folder !== '' && archive_folder === folder) ??
    input.cameras.find(({ archive_folder }) => archive_folder === '') ??
    input.cameras[0];
  if (!camera) throw new Error('a found clip needs a camera');
  const place = withoutFolder(file.path, camera.archive_folder);
  return {
    file,
    name: nameOf(file),
    cameraId: camera.id,
    locked: file.sidecar?.locked === true || isLockedPlace(place),
    parking: isParkingPlace(place),
  };
}

/** The name a found clip is known by. */
export const nameOf = (file: Pick<FoundFile, 'path' | 'sidecar'>): string =>
  file.sidecar?.name ?? recordedName(fileNameOf(file.path));

/** The camera's own folder says nothing of its clips. */
const withoutFolder = (path: string, folder: string) =>
  folder !== '' && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;

/** The row that this file belongs to: of its exact size rather than of an unknown one, the latest of its name. */
function withoutFile(named: readonly Entry[], sizeBytes: number): Entry | undefined {
  return named
    .filter((entry) => entry.state !== 'archived' && fits(entry, sizeBytes))
    .toSorted(
      (a, b) =>
        Number(exactSizes(b).length > 0) - Number(exactSizes(a).length > 0) || b.generation - a.generation,
    )[0];
}

/** As it was listed, or as it arrived: a listing may have lagged behind the file. */
function exactSizes(entry: Entry): number[] {
  const listed = entry.remote_size_exact === 1 ? entry.remote_size_bytes : null;
  return [listed, entry.size_bytes].filter((size) => size !== null);
}

function fits(entry: Entry, sizeBytes: number): boolean {
  const exact = exactSizes(entry);
  if (exact.length > 0) return exact.includes(sizeBytes);
  const rounded = entry.remote_size_bytes;
  // Two decimals of a unit, as a camera's page shows them.
  return rounded === null || Math.abs(rounded - sizeBytes) <= sizeBytes / 100 + 16_384;
}

function movedFrom(
  named: readonly Entry[],
  file: FoundFile,
  vanished: ReadonlySet<string>,
): Entry | undefined {
  return named.find(
    (entry) =>
      entry.id !== null &&
      entry.path !== null &&
      entry.size_bytes === file.sizeBytes &&
      vanished.has(entry.path),
  );
}

function move(plan: ScanPlan, entry: Entry, { file }: Sight): void {
  if (entry.id === null) return;
  plan.steps.push({
    kind: 'move',
    id: entry.id,
    patch: { path: file.path, mtime_ms: file.mtimeMs, gpx_sidecar: file.hasGpx ? 1 : 0 },
  });
}

function attach(plan: ScanPlan, entry: Entry, sight: Sight, now: number): void {
  const { file, locked } = sight;
  if (entry.id === null) return;
  const isBack = entry.state === 'missing' && entry.size_bytes === file.sizeBytes;
  plan.steps.push({
    kind: 'attach',
    id: entry.id,
    from: entry.state,
    // A listing that came before the scan could only tell the time of the name, or of the last write.
    time: entry.time_source === 'setting' || entry.time_source === 'file' ? toldTime(file) : null,
    patch: {
      ...placeOf(file),
      ...(!isBack && newCopy(now)),
      ...(locked && { locked: 1 }),
      ...(entry.kept === 0 && pinOf(file, now)),
      ...(entry.note === null && file.sidecar !== null && { note: file.sidecar.note }),
      rank: null,
      next_attempt_at: null,
      last_error: null,
    },
  });
}

const placeOf = (file: FoundFile) => ({
  path: file.path,
  size_bytes: file.sizeBytes,
  mtime_ms: file.mtimeMs,
  gpx_sidecar: file.hasGpx ? (1 as const) : (0 as const),
});

/** What was known of an earlier copy's bytes says nothing of these. */
const newCopy = (now: number): ClipPatch => ({
  origin: 'found',
  archived_at: now,
  sha256: null,
  verified_at: null,
  complete: null,
  track_due: 1,
});

function insert(plan: ScanPlan, ledger: Ledger, sight: Sight, input: ScanPlanInput): void {
  const { file, cameraId, name } = sight;
  const named = ledger.named.get(keyOf(cameraId, name)) ?? [];
  const generation = makeRoom(plan, named, file.sizeBytes);
  const clip = clipOf(sight, { generation, isCut: named.some((entry) => isCutOf(entry, file)) }, input);
  plan.steps.push({ kind: 'insert', clip });
  remember(ledger, {
    id: null,
    clip,
    camera_id: cameraId,
    name,
    generation,
    state: 'archived',
    path: file.path,
    size_bytes: file.sizeBytes,
    remote_size_bytes: null,
    remote_size_exact: 0,
    remote_path: null,
    kept: 0,
    kept_at: null,
    locked: 0,
    note: null,
    time_source: clip.time_source,
    state_at: input.now,
  });
}

/**
 * The number of a clip whose name is known with other contents. What the camera was seen to hold stays the latest of
 * its name, for that is what its next listing means; of copies that no camera listed it is the largest, for others
 * are cut.
 */
function makeRoom(plan: ScanPlan, named: readonly Entry[], sizeBytes: number): number {
  const top = named.toSorted((a, b) => b.generation - a.generation)[0];
  if (!top) return 0;
  const { generation } = top;
  const isLatest = top.remote_path === null && (top.size_bytes ?? 0) < sizeBytes;
  if (isLatest) return generation + 1;
  top.generation = generation + 1;
  if (top.clip) top.clip.generation = generation + 1;
  else if (top.id !== null) plan.steps.push({ kind: 'renumber', id: top.id, generation: generation + 1 });
  return generation;
}

const neverArrived: readonly ClipState[] = ['listed', 'waiting', 'held', 'failed', 'lost', 'skipped'];

/** The camera listed more bytes of it: another program's copy was cut off. */
function isCutOf(entry: Entry, file: FoundFile): boolean {
  const listed = entry.remote_size_exact === 1 ? (entry.remote_size_bytes ?? 0) : 0;
  return neverArrived.includes(entry.state) && listed > file.sizeBytes;
}

function clipOf(
  sight: Sight,
  { generation, isCut }: { generation: number; isCut: boolean },
  input: ScanPlanInput,
): FoundClip {
  const { file, name, cameraId, locked } = sight;
  const named = parseClipName(name);
  const time = timeOf(sight, named?.localStart ?? null, input);
  return {
    camera_id: cameraId,
    name,
    generation,
    channel: named?.channel ?? 'other',
    kind: kindOf(sight),
    sequence: named?.sequence ?? null,
    container: containerOfName(file.path) ?? 'mp4',
    ...time,
    locked: locked ? 1 : 0,
    ...pinOf(file, input.now),
    note: file.sidecar?.note ?? null,
    state: 'archived',
    state_at: input.now,
    attempts: 0,
    remote_volume: '',
    remote_size_exact: 0,
    // Not known to be on the camera; a listing that shows it takes this back.
    remote_gone_at: input.now,
    ...placeOf(file),
    archived_at: input.now,
    origin: 'found',
    ...(isCut && cutOff),
  };
}

const cutOff = {
  complete: 0,
  state_reason: 'damaged',
  last_error: 'The camera listed more bytes of this clip: the copy was cut off.',
} as const;

function kindOf({ name, parking }: Sight): ClipKind {
  const kind = parseClipName(name)?.kind ?? 'unclassified';
  return kind === 'normal' && parking ? 'parking' : kind;
}

const pinOf = ({ sidecar }: FoundFile, now: number): Pick<FoundClip, 'kept' | 'kept_at'> =>
  sidecar?.kept === true ? { kept: 1, kept_at: sidecar.keptAt ?? now } : { kept: 0, kept_at: null };

const dayMs = 24 * 60 * 60_000;

/** When a clip began, as its row has it. */
export type ClipTime = Pick<
  ClipRow,
  'local_start' | 'local_day' | 'started_at' | 'zone_offset_min' | 'time_source'
>;

/** The sidecar's time, else the name's, else that of the file's last write. */
function timeOf({ file, cameraId }: Sight, named: string | null, input: ScanPlanInput): ClipTime {
  const told = toldTime(file);
  if (told) return told;
  if (named === null) return { ...localTimeAt(file.mtimeMs, input), time_source: 'file' };
  const { at, offsetMinutes, source = 'setting' } = input.place(named, cameraId);
  return {
    local_start: named,
    local_day: dayOf(at, offsetMinutes),
    started_at: at,
    zone_offset_min: offsetMinutes,
    time_source: source,
  };
}

function toldTime({ sidecar }: FoundFile): ClipTime | null {
  if (!sidecar?.time) return null;
  const { localStart, startedAt, offsetMinutes, source } = sidecar.time;
  return {
    local_start: localStart,
    local_day: dayOf(startedAt, offsetMinutes),
    started_at: startedAt,
    zone_offset_min: offsetMinutes,
    time_source: source,
  };
}

const localTime = (localStart: string) => ({ local_start: localStart, local_day: localStart.slice(0, 10) });

const dayOf = (at: number, offsetMinutes: number) => textOf(at + offsetMinutes * 60_000).slice(0, 10);

const textOf = (utcMs: number) => new Date(utcMs).toISOString().slice(0, 19);

/** The wall clock of the zone at an instant, by the offsets that hold a day before and a day after. */
function localTimeAt(atMs: number, input: ScanPlanInput): Omit<ClipTime, 'time_source'> {
  const startedAt = Math.floor(atMs / 1000) * 1000;
  const localAt = (minutes: number) => textOf(startedAt + minutes * 60_000);
  const [before, after] = [startedAt - dayMs, startedAt + dayMs].map(
    (ms) => input.place(textOf(ms), null).offsetMinutes,
  );
  // Of the hour that spring leaves out both offsets tell the instant; only the later one's wall clock is real.
  const offset =
    [before ?? 0, after ?? 0]
      .toSorted((a, b) => b - a)
      .find((minutes) => input.place(localAt(minutes), null).at === startedAt) ??
    // The second passing of the hour that occurs twice: no wall clock alone tells it.
    after ??
    0;
  return { ...localTime(localAt(offset)), started_at: startedAt, zone_offset_min: offset };
}
