import type { ClipName } from '../../shared/clip-name.ts';
import type { ClipKind } from '../../shared/clips.ts';
import { wallOf } from '../../shared/wall-time.ts';
import { placeInCaptures, spansAround } from './capture-place-plan.ts';
import { countClips, type CountRows } from './day-count-plan.ts';
import { below, plausibleMs } from './folder-path-policy.ts';
import type { FolderReading, Measured } from './folder-reader.ts';
import { recordedAs } from './place-policy.ts';
import { placeOfFolder } from './scan-plan.ts';

/** A camera as whoever plans knows it: by its place in the list, and by the folder of its clips. */
export type FirstCameras = readonly string[];

/** A folder that was read and measured whole. */
export interface FirstFolder {
  path: string;
  clips: readonly string[];
  companions: readonly string[];
  measured: Measured;
}

type Prepared = FirstFolder & Pick<FolderReading, 'prepared'>;

/**
 * Clips of one camera that nobody knew, with their captures, as SQLite takes them: texts in JSON. It holds where the
 * ledger has none of their names and no capture near theirs, and where all of the names are in one offset to UTC.
 */
export interface FirstBatch {
  /** Which of the cameras. */
  camera: number;
  clips: number;
  /** Of each clip a `FirstClipRow`. */
  clipRows: string;
  /** Of each capture: its wall clock as if UTC, as text, kind and lock. */
  captureRows: string;
  /** The wall clocks of the captures, 19 characters each. */
  starts: string;
  walls: number[];
  /** From when to when other captures would be the same moments: pairs of wall clocks. */
  near: string;
  /** Stretches of time in which the captures lie, as if their wall clocks were UTC. */
  spans: { from: number; to: number }[];
  counts: CountRows;
  /** Wall-clock days, which are the clips' local days. */
  days: string[];
}

/** `[capture, name, channel, kind, sequence, container, local start or null for the capture's, ms after it, locked, path, size, mtime, gpx]`. */
export type FirstClipRow = [
  number,
  string,
  string,
  ClipKind,
  number | null,
  string,
  string | null,
  number,
  0 | 1,
  string,
  number,
  number,
  0 | 1,
];

export interface FirstPlan {
  batches: FirstBatch[];
  /** Of each folder whether its clips are in the batches; those of others go the long way. */
  isTaken: boolean[];
}

interface FirstFile {
  path: string;
  name: string;
  tells: ClipName;
  wallMs: number;
  kind: ClipKind;
  locked: boolean;
  sizeBytes: number;
  mtimeMs: number;
  hasGpx: boolean;
}

/** Files of one camera, in their order; a tree is a folder with what lies in it. */
interface Run {
  camera: number;
  tree: string;
  files: FirstFile[];
}

/** Clips of a batch: each is one transaction. */
const clipsAtOnce = 1000;
const toleranceMs = 2000;
/** How long a clip is taken to be, and how far apart captures are before their stretches are two. */
const clipMs = 60_000;
const gapMs = 600_000;

/**
 * Prepares found clips of which the ledger has nothing: all that need not be asked of it is decided here. What the
 * ordinary plan (`planScan`, `placeInCaptures`, `countClips`) makes of the same files is the same. Folders with
 * something out of the ordinary in them are not taken: names that are not understood or not as cameras write them,
 * photos, sidecars.
 */
export function planFirst(
  folders: readonly FirstFolder[],
  cameras: FirstCameras,
  most = clipsAtOnce,
): FirstPlan {
  const runs: Run[] = [];
  const isTaken = folders.map((folder) => {
    const files = filesOf(folder, cameras);
    if (files && files.files.length > 0) addTree(runs, { ...files, tree: folder.path });
    return files !== null;
  });
  const pieces = joined(runs, most).flatMap((run) => cut(run, most));
  return { batches: pieces.map(batchOf), isTaken };
}

/** Takes clips out of readings into batches; what stays in them goes the long way. */
export function prepareFirst<Reading extends Prepared>(
  readings: readonly Reading[],
  cameras: FirstCameras,
): { readings: Reading[]; batches: FirstBatch[] } {
  const { batches, isTaken } = planFirst(readings, cameras);
  return {
    batches,
    readings: readings.map((reading, at) => (isTaken[at] ? withoutClips(reading) : reading)),
  };
}

function withoutClips<Reading extends Prepared>(reading: Reading): Reading {
  const { clips, measured } = reading;
  const empty = clips.filter((_, index) => measured.sizes[index] === 0);
  const prepared = { count: clips.length, empty };
  return {
    ...reading,
    clips: [],
    companions: [],
    measured: { ...measured, sizes: [], mtimes: [] },
    prepared,
  };
}

/** Null where something is out of the ordinary. */
function filesOf(
  { path, clips, companions, measured }: FirstFolder,
  cameras: FirstCameras,
): { camera: number; files: FirstFile[] } | null {
  if (clips.length === 0 || measured.sizes.length !== clips.length) return null;
  const known = cameras.map((archive_folder, id) => ({ id, archive_folder }));
  const place = placeOfFolder(path, { cameras: known });
  const beside = new Set(companions.map((name) => name.toLowerCase()));
  const files: FirstFile[] = [];
  for (const [index, name] of clips.entries()) {
    const tells = toldBy(name, beside);
    if (!tells) return null;
    const sizeBytes = measured.sizes[index] ?? -1;
    if (sizeBytes <= 0) continue;
    const { kind } = tells;
    files.push({
      path: below(path, name),
      name,
      tells,
      wallMs: wallOf(tells.localStart),
      kind: kind === 'normal' && place.parking ? 'parking' : kind,
      locked: place.locked,
      sizeBytes,
      mtimeMs: plausibleMs(measured.mtimes[index] ?? 0),
      hasGpx: beside.size > 0 && beside.has(`${name}.gpx`.toLowerCase()),
    });
  }
  return { camera: place.cameraId, files };
}

/** What a name tells that is just as cameras write it, of a video of which nothing is told beside it. */
function toldBy(name: string, beside: ReadonlySet<string>): ClipName | null {
  const recorded = recordedAs(name);
  const { tells } = recorded;
  if (!tells || tells.container === 'jpg' || recorded.name !== name) return null;
  return beside.size > 0 && isTold(beside, name.toLowerCase()) ? null : tells;
}

/** Whether there is a file in which something of the clip may be told (`sidecarPlaces`). */
const isTold = (beside: ReadonlySet<string>, name: string) =>
  beside.has(`${name}.json`) || beside.has(`${name}.viofosync.json`);

/** What lies in a folder's folders goes with it. */
function addTree(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  const isIn = last?.camera === run.camera && last.tree !== '' && run.tree.startsWith(`${last.tree}/`);
  if (!last || !isIn) runs.push(run);
  else for (const file of run.files) last.files.push(file);
}

/** Trees that fit into one batch are put together. */
function joined(runs: readonly Run[], most: number): Run[] {
  const together: Run[] = [];
  for (const run of runs) {
    const last = together.at(-1);
    const total = (last?.files.length ?? 0) + run.files.length;
    if (!last || last.camera !== run.camera || total > most) together.push(run);
    else for (const file of run.files) last.files.push(file);
  }
  return together;
}

/** What is too much for one batch is cut where a moment ends. */
function cut(run: Run, most: number): Run[] {
  const pieces: Run[] = [];
  let rest = run.files;
  while (rest.length > most) {
    const end = endOfMoment(rest, most);
    pieces.push({ ...run, files: rest.slice(0, end) });
    rest = rest.slice(end);
  }
  return [...pieces, { ...run, files: rest }];
}

/** A little before `most` if need be; where there is no end of one, there. */
function endOfMoment(files: readonly FirstFile[], most: number): number {
  for (let end = most; end >= most * 0.9; end--)
    if (Math.abs((files[end]?.wallMs ?? 0) - (files[end - 1]?.wallMs ?? 0)) > toleranceMs) return end;
  return most;
}

function batchOf({ camera, files }: Run): FirstBatch {
  const { captureIds, made } = placeInCaptures(
    files.map(({ tells, wallMs, kind, locked }) => ({
      startedAt: wallMs,
      localStart: tells.localStart,
      channel: tells.channel,
      kind,
      locked,
      isPhoto: false,
    })),
    [],
    { firstId: 0, toleranceMs },
  );
  const walls = made.map((capture) => capture.startedAt);
  const rows = files.map((file, index) => {
    const capture = captureIds[index] ?? 0;
    return rowOf(file, { id: capture, wallMs: walls[capture] ?? 0 });
  });
  const counts = countClips(0, countedOf(files, captureIds, made));
  const near = spansAround(walls, { toleranceMs, gapMs: 0 });
  return {
    camera,
    clips: files.length,
    clipRows: JSON.stringify(rows),
    captureRows: JSON.stringify(
      made.map(({ startedAt, localStart, kind, locked }) => [startedAt, localStart, kind, locked ? 1 : 0]),
    ),
    starts: made.map((capture) => capture.localStart).join(''),
    walls,
    near: JSON.stringify(near.map(({ from, to }) => [textOf(from), textOf(to)])),
    spans: spansAround(walls, { toleranceMs: clipMs, gapMs }),
    counts,
    days: counts.days.map((day) => day.local_day),
  };
}

const textOf = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 19);

function rowOf(file: FirstFile, capture: { id: number; wallMs: number }): FirstClipRow {
  const { tells } = file;
  const afterMs = file.wallMs - capture.wallMs;
  return [
    capture.id,
    file.name,
    tells.channel,
    file.kind,
    tells.sequence,
    tells.container,
    afterMs === 0 ? null : tells.localStart,
    afterMs,
    file.locked ? 1 : 0,
    file.path,
    file.sizeBytes,
    file.mtimeMs,
    file.hasGpx ? 1 : 0,
  ];
}

/** A clip's day is that of its capture. */
function* countedOf(
  files: readonly FirstFile[],
  captureIds: readonly number[],
  captures: readonly { localStart: string }[],
) {
  for (const [index, { tells, kind, locked, sizeBytes }] of files.entries()) {
    const capture_id = captureIds[index] ?? 0;
    yield {
      local_day: (captures[capture_id]?.localStart ?? tells.localStart).slice(0, 10),
      local_start: tells.localStart,
      capture_id,
      channel: tells.channel,
      kind,
      container: tells.container,
      locked: locked ? (1 as const) : (0 as const),
      kept: 0 as const,
      size_bytes: sizeBytes,
    };
  }
}
