import { planClip, timeOf, type AdoptedClip, type ClipTime, type LocalTimes } from './clip-plan.ts';
import { flawOfName, lastSegment, placeInArchive, type Roots } from './place-policy.ts';
import { wishOf, type Wish } from './queue-plan.ts';
import { countOf, isMarked } from './value-policy.ts';
import type { V2Index, V2Queue } from './v2-rows.ts';

/** All that the existing system knew under one file name. */
export interface NamedRows {
  /** Files of that name in the archive, by id; nearly always one or none. */
  index: readonly V2Index[];
  queue: V2Queue | null;
}

export interface NameContext {
  roots: Roots;
  times: LocalTimes;
  now: number;
}

export interface PlannedClip {
  /** Its id in the index, which it keeps; null when it needs a new one. */
  id: number | null;
  clip: AdoptedClip;
  wish: Wish | null;
}

/** A row that is kept as it was. */
export interface AsideRow {
  table: 'clip_index' | 'download_queue';
  id: number;
  reason: string;
  /** The part of the row that is kept; all of it unless said. */
  columns?: readonly string[];
}

export interface NamePlan {
  clips: PlannedClip[];
  aside: AsideRow[];
  /** Names that the user pinned in rows that became no clip: the pin goes to the clip of that name, if there is one. */
  loosePins: string[];
}

/** Beyond these no program counted, and numbers lose their last digits. */
export const largestId = 2 ** 40;

export const triageReason = 'triage result, its part is not built yet';
const triageColumns = ['filename', 'triaged_at', 'gps_points', 'triage_attempts'];

/** What becomes of the rows of one name: each is part of a clip or kept aside. */
export function planName(rows: NamedRows, context: NameContext): NamePlan {
  const plan: NamePlan = { clips: [], aside: [], loosePins: [] };
  const name: unknown = rows.index[0]?.basename ?? rows.queue?.filename;
  const flaw = flawOfName(name);
  if (flaw !== null || typeof name !== 'string') setAside(plan, rows, flaw ?? '');
  else planUnder(name, { rows, context, plan });
  plan.loosePins = loosePinsOf(rows, plan, name);
  return plan;
}

function setAside(plan: NamePlan, rows: NamedRows, reason: string): void {
  for (const { id } of rows.index) plan.aside.push({ table: 'clip_index', id, reason });
  if (rows.queue) plan.aside.push({ table: 'download_queue', id: rows.queue.id, reason });
}

interface Work {
  rows: NamedRows;
  context: NameContext;
  plan: NamePlan;
}

function planUnder(name: string, work: Work): void {
  const { rows, context, plan } = work;
  const { queue } = rows;
  const files = filesOf(name, work);
  const pinned = isMarked(queue?.locked) || rows.index.some((row) => isMarked(row.locked));
  const joined = files.find((file) => sameSize(file.row, queue)) ?? files[0];
  // The one the camera had is the latest: a listing is compared with that.
  const ordered = joined ? [...files.filter((file) => file !== joined), joined] : [];
  for (const [generation, file] of ordered.entries()) {
    const known = {
      name,
      archived: file,
      queue: file === joined ? queue : null,
      generation,
      pinned,
    };
    const { id } = file.row;
    const clip = planClip(known, file.time, context.now);
    if (typeof clip === 'string') plan.aside.push({ table: 'clip_index', id, reason: clip });
    else plan.clips.push({ id, clip, wish: null });
  }
  if (!joined && queue) planQueued({ name, queue, pinned }, work);
}

function planQueued(
  { name, queue, pinned }: { name: string; queue: V2Queue; pinned: boolean },
  { context, plan }: Work,
): void {
  const { id } = queue;
  const time = timeOf(name, null, queue, context.times);
  const clip =
    typeof time === 'string'
      ? time
      : planClip({ name, archived: null, queue, generation: 0, pinned }, time, context.now);
  if (typeof clip === 'string') {
    plan.aside.push({ table: 'download_queue', id, reason: clip });
    return;
  }
  const isWanted = clip.state === 'waiting' || clip.state === 'failed';
  plan.clips.push({ id: null, clip, wish: isWanted ? wishOf(queue, context.now) : null });
  if (queue.triagedAt !== null) {
    plan.aside.push({ table: 'download_queue', id, reason: triageReason, columns: triageColumns });
  }
}

interface ArchivedFile {
  row: V2Index;
  path: string;
  isCurrent: boolean;
  time: ClipTime;
}

/** The files in the archive, each once; what makes no sense goes aside. */
function filesOf(name: string, { rows, context, plan }: Work): ArchivedFile[] {
  const byPath = new Map<string, ArchivedFile>();
  const reject = (row: V2Index, reason: string) => {
    plan.aside.push({ table: 'clip_index', id: row.id, reason });
  };
  for (const row of rows.index) {
    const file = fileOf(name, row, rows.queue, context);
    if (typeof file === 'string') {
      reject(row, file);
      continue;
    }
    const other = byPath.get(file.path);
    const isBetter = !other || (file.isCurrent && !other.isCurrent);
    const loser = isBetter ? other : file;
    if (isBetter) byPath.set(file.path, file);
    if (loser) reject(loser.row, 'it is the same file a second time');
  }
  return [...byPath.values()].toSorted((a, b) => a.row.id - b.row.id);
}

function fileOf(
  name: string,
  row: V2Index,
  queue: V2Queue | null,
  { roots, times }: NameContext,
): ArchivedFile | string {
  if (row.id < 1 || row.id > largestId) return 'its number makes no sense';
  const placed = placeInArchive(row.path, roots);
  if ('flaw' in placed) return placed.flaw;
  if (lastSegment(placed.path) !== name) return 'its name and its path do not agree';
  const time = timeOf(name, row, queue, times);
  return typeof time === 'string' ? time : { row, path: placed.path, isCurrent: placed.isCurrent, time };
}

function sameSize(row: V2Index, queue: V2Queue | null): boolean {
  const size = countOf(row.sizeBytes);
  return size !== null && size === countOf(queue?.remoteSize);
}

const isString = (value: unknown): value is string => typeof value === 'string';

function loosePinsOf(rows: NamedRows, plan: NamePlan, name: unknown): string[] {
  const isLoose = (table: AsideRow['table'], id: number) =>
    plan.aside.some((row) => row.table === table && row.id === id);
  const names = rows.index
    .filter((row) => isMarked(row.locked) && isLoose('clip_index', row.id))
    .map((row) => lastSegment(row.path) ?? name);
  const { queue } = rows;
  if (queue && isMarked(queue.locked) && plan.clips.length === 0) names.push(name);
  return [...new Set(names)].filter(isString).filter((pin) => pin !== name || plan.clips.length === 0);
}
