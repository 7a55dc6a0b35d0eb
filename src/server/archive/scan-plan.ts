import { containerOfName, parseClipName } from '../../shared/clip-name.ts';
import type { ClipKind, ClipState, Container } from '../../shared/clips.ts';
import type { CameraRow, ClipPatch, ClipRow, NewClipRow } from '../db/schema.ts';
import { tagsText } from '../lib/tags-policy.ts';
import type { PlacedName } from '../lib/zones.ts';
import { fileNameOf, isLockedPlace, isParkingPlace, recordedAs, type RecordedName } from './place-policy.ts';
import type { KnownColumn } from './scan-repository.ts';
import type { SidecarFacts } from './sidecar.ts';

/** A clip's file that the ledger had no row for when it was looked at. */
export interface FoundFile {
  /** Below the archive root, with `/`. */
  path: string;
  sizeBytes: number;
  mtimeMs: number;
  hasGpx: boolean;
  /** What its own name tells; worked out where it is left out. */
  recorded?: RecordedName;
  /** Null without a sidecar that can be read. */
  sidecar: SidecarFacts | null;
}

/** What a found file is compared with: every row of its name or at its path. */
export type KnownClip = Pick<ClipRow, KnownColumn>;

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
  leftPaths: string[];
}

/** A row of the ledger, or one that this very plan makes; brought up to date as the plan grows. */
interface Entry extends Omit<KnownClip, 'id'> {
  id: number | null;
  clip?: FoundClip;
}

interface Ledger {
  named: Map<string, Entry[]>;
  at: Map<string, Entry>;
  /** Clips of this plan of whose names there is nothing else: entries are only made of them where one is needed. */
  fresh: Map<string, FoundClip>;
  places: Map<string, Place>;
}

/** What a folder tells of the files in it. */
export interface Place {
  cameraId: number;
  locked: boolean;
  parking: boolean;
}

/** A found file and what its name, its place and its sidecar tell. */
interface Sight {
  file: FoundFile;
  recorded: RecordedName;
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
  const ledger: Ledger = { named: new Map(), at: new Map(), fresh: new Map(), places: new Map() };
  for (const row of input.known) remember(ledger, { ...row });
  const plan: ScanPlan = { steps: [], left: 0, leftPaths: [] };
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
  const sight = sightOf(ledger, file, input);
  const key = keyOf(sight.cameraId, sight.name);
  if (planFresh(plan, ledger, { sight, key }, input)) return;
  const named = namedIn(ledger, key, input.now);
  const here = ledger.at.get(file.path);
  if (here?.state === 'archived') return;
  const isUnderWay = [...named, here].some((entry) => entry?.state === 'transferring');
  const without = here ?? withoutFile(named, file.sizeBytes);
  if (isUnderWay || input.targets.has(file.path) || endedSince(without, input.lookedAt)) {
    plan.left++;
    plan.leftPaths.push(file.path);
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

/** A clip of whose name and place there is nothing else, as nearly all are in a first scan. */
function planFresh(
  plan: ScanPlan,
  ledger: Ledger,
  { sight, key }: { sight: Sight; key: string },
  input: ScanPlanInput,
): boolean {
  const { path } = sight.file;
  if (ledger.fresh.has(key) || ledger.named.has(key) || ledger.at.has(path) || input.targets.has(path))
    return false;
  const clip = clipOf(sight, { generation: 0, isCut: false }, input);
  plan.steps.push({ kind: 'insert', clip });
  ledger.fresh.set(key, clip);
  return true;
}

/** What there is of a name, in the ledger or in this plan. */
function namedIn(ledger: Ledger, key: string, now: number): readonly Entry[] {
  const twin = ledger.fresh.get(key);
  if (twin) remember(ledger, entryOf(twin, now));
  ledger.fresh.delete(key);
  return ledger.named.get(key) ?? [];
}

/** Deleted while the scan was on its way: the next scan sees what is there. */
const endedSince = (entry: Entry | undefined, lookedAt: number): boolean =>
  (entry?.state === 'expired' || entry?.state === 'deleted') && entry.state_at > lookedAt;

function sightOf(ledger: Ledger, file: FoundFile, input: ScanPlanInput): Sight {
  const folder = file.path.slice(0, Math.max(file.path.lastIndexOf('/'), 0));
  let place = ledger.places.get(folder);
  if (!place) ledger.places.set(folder, (place = placeOfFolder(folder, input)));
  const recorded = recordedOf(file);
  return {
    file,
    recorded,
    name: recorded.name,
    cameraId: place.cameraId,
    locked: file.sidecar?.locked === true || place.locked,
    parking: place.parking,
  };
}

/** `folder`: below the archive root; empty for the root itself. */
export function placeOfFolder(folder: string, { cameras }: Pick<ScanPlanInput, 'cameras'>): Place {
  const [first = ''] = folder.split('/');
  const camera =
    cameras.find(({ archive_folder }) => archive_folder !== '' && archive_folder === first) ??
    cameras.find(({ archive_folder }) => archive_folder === '') ??
    cameras[0];
  if (!camera) throw new Error('a found clip needs a camera');
  const place = withoutFolder(`${folder}/`, camera.archive_folder);
  return { cameraId: camera.id, locked: isLockedPlace(place), parking: isParkingPlace(place) };
}

/** The name a found clip is known by. */
export const nameOf = (file: Pick<FoundFile, 'path' | 'sidecar' | 'recorded'>): string =>
  recordedOf(file).name;

function recordedOf({
  path,
  sidecar,
  recorded,
}: Pick<FoundFile, 'path' | 'sidecar' | 'recorded'>): RecordedName {
  const told = sidecar?.name ?? null;
  if (told !== null) return { name: told, tells: parseClipName(told) };
  return recorded ?? recordedAs(fileNameOf(path));
}

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
      ...(isBack ? picturesOfStamp(entry, file) : newCopy(now)),
      ...(locked && { locked: 1 }),
      ...(entry.kept === 0 && pinOf(file, now)),
      ...(entry.note === null && file.sidecar !== null && { note: file.sidecar.note }),
      ...(entry.tags === null && file.sidecar !== null && { tags: tagsText(file.sidecar.tags) }),
      rank: null,
      next_attempt_at: null,
      last_error: null,
    },
  });
}

/** What is made of a clip goes by its time of last write (media/artifact-key.ts): with another, it is to be made anew. */
const picturesOfStamp = (entry: Pick<Entry, 'mtime_ms'>, file: FoundFile): ClipPatch =>
  entry.mtime_ms === file.mtimeMs ? {} : { media_due: 1 };

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
  checked_at: null,
  check_error: null,
  repair: null,
  repair_note: null,
  track_due: 1,
  media_due: 1,
});

function insert(plan: ScanPlan, ledger: Ledger, sight: Sight, input: ScanPlanInput): void {
  const { file, cameraId, name } = sight;
  const named = ledger.named.get(keyOf(cameraId, name)) ?? [];
  const generation = makeRoom(plan, named, file.sizeBytes);
  const clip = clipOf(sight, { generation, isCut: named.some((entry) => isCutOf(entry, file)) }, input);
  plan.steps.push({ kind: 'insert', clip });
  remember(ledger, entryOf(clip, input.now));
}

const notesOf = ({ sidecar }: FoundFile) => ({
  note: sidecar?.note ?? null,
  tags: tagsText(sidecar?.tags ?? []),
});

const entryOf = (clip: FoundClip, now: number): Entry => ({
  id: null,
  clip,
  camera_id: clip.camera_id,
  name: clip.name,
  generation: clip.generation,
  state: 'archived',
  path: clip.path ?? null,
  size_bytes: clip.size_bytes ?? null,
  mtime_ms: clip.mtime_ms ?? null,
  remote_size_bytes: null,
  remote_size_exact: 0,
  remote_path: null,
  kept: 0,
  kept_at: null,
  locked: 0,
  note: null,
  tags: null,
  time_source: clip.time_source,
  state_at: now,
});

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

/** A photo lasts no time; how long a video is, is in its file. */
const lengthOf = (container: Container): number | null => (container === 'jpg' ? 0 : null);

const flagOf = (value: boolean) => (value ? 1 : 0);

function clipOf(
  sight: Sight,
  { generation, isCut }: { generation: number; isCut: boolean },
  input: ScanPlanInput,
): FoundClip {
  const { file, name, cameraId, locked } = sight;
  const named = sight.recorded.tells;
  const time = timeOf(sight, named?.localStart ?? null, input);
  const { kept, kept_at } = pinOf(file, input.now);
  const container = containerOfName(file.path) ?? 'mp4';
  return {
    camera_id: cameraId,
    name,
    generation,
    channel: named === null ? 'other' : named.channel,
    sequence: named === null ? null : named.sequence,
    kind: kindOf(sight),
    container,
    duration_ms: lengthOf(container),
    local_start: time.local_start,
    local_day: time.local_day,
    started_at: time.started_at,
    zone_offset_min: time.zone_offset_min,
    time_source: time.time_source,
    locked: flagOf(locked),
    kept,
    kept_at,
    ...notesOf(file),
    state: 'archived',
    complete: isCut ? 0 : null,
    state_reason: isCut ? 'damaged' : null,
    last_error: isCut ? cutOffWords : null,
    state_at: input.now,
    attempts: 0,
    remote_volume: '',
    remote_size_exact: 0,
    // Not known to be on the camera; a listing that shows it takes this back.
    remote_gone_at: input.now,
    path: file.path,
    size_bytes: file.sizeBytes,
    mtime_ms: file.mtimeMs,
    gpx_sidecar: flagOf(file.hasGpx),
    archived_at: input.now,
    origin: 'found',
  };
}

const cutOffWords = 'The camera listed more bytes of this clip: the copy was cut off.';

function kindOf({ recorded, parking }: Sight): ClipKind {
  const kind = recorded.tells?.kind ?? 'unclassified';
  return kind === 'normal' && parking ? 'parking' : kind;
}

const pinOf = ({ sidecar }: FoundFile, now: number): Pick<ClipRow, 'kept' | 'kept_at'> =>
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
