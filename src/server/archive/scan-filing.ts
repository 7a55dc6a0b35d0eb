import type { Database, Db } from '../db/open.ts';
import type { CameraRow, ClipRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { chunks } from '../lib/chunks.ts';
import { localDayOf, wallOf, type CameraNameTimes, type NameTimes, type PlacedName } from '../lib/zones.ts';
import { updateRows } from '../db/bulk.ts';
import { refreshCaptures } from './capture-repository.ts';
import { insertArchived } from './clip-bulk.ts';
import type { ClipRepository } from './clip-repository.ts';
import { countNewDays } from './day-count.ts';
import { refreshDays } from './day-repository.ts';
import { fileNameOf } from './place-policy.ts';
import {
  nameOf,
  planScan,
  type ClipTime,
  type FoundClip,
  type FoundFile,
  type ScanPlanInput,
  type ScanStep,
} from './scan-plan.ts';
import type { Rename } from './scan-renames-plan.ts';
import { followRows, movesOf, type ClipMove } from './scan-moves.ts';
import { rowsOf, scanCameras, targetsAmong } from './scan-repository.ts';

export interface ScanFilingDeps {
  db: Database;
  clips: ClipRepository;
  /** How the names of each camera are read. */
  times: CameraNameTimes;
  clock: Clock;
}

export interface Filed {
  /** Clips that the ledger did not have as archived. */
  found: number;
  moves: ClipMove[];
  /** Files of downloads under way. */
  left: number;
  localDays: Map<number, Set<string>>;
}

/** An archived clip's file that is not as the ledger has it. */
export interface ChangedFile {
  id: number;
  sizeBytes: number;
  mtimeMs: number;
  /** Of another length; else only its time of last write is another. */
  isOther: boolean;
}

const rowsAtOnce = 500;

/** The hash stays: by it the check of the archive tells whether these are still the bytes that were archived. */
const otherBytes = {
  verified_at: null,
  checked_at: null,
  complete: null,
  repair: null,
  repair_note: null,
  track_due: 1,
  media_due: 1,
  // It tells the length.
  sidecar_due: 1,
} as const;

export interface FilingOptions {
  /** Paths of archived rows at which there is nothing. */
  vanished: ReadonlySet<string>;
  /** Before any of them was measured. */
  lookedAt: number;
  along: (trx: Db, left: readonly string[]) => Promise<void>;
}

/** Puts found clips into the ledger: one transaction, in which the rows they are compared with cannot change. */
export class ScanFiling {
  private readonly deps: ScanFilingDeps;

  constructor(deps: ScanFilingDeps) {
    this.deps = deps;
  }

  /**
   * Archived rows that may be these very files in another place: whether theirs are gone is to be looked at. And files
   * of whose names the ledger has nothing.
   */
  async compare(files: readonly FoundFile[]): Promise<{ doubtful: string[]; unheard: Set<FoundFile> }> {
    const rows = await rowsOf(this.deps.db, { names: [...namesOf(files)], paths: [] });
    const sizes = new Set(files.map((file) => sizeKey(nameOf(file), file.sizeBytes)));
    const names = new Set(rows.map((row) => row.name.toLowerCase()));
    const doubtful = rows.flatMap(({ state, path, name, size_bytes }) =>
      state === 'archived' && path !== null && sizes.has(sizeKey(name, size_bytes)) ? [path] : [],
    );
    const unheard = files.filter((file) => !names.has(nameOf(file).toLowerCase()));
    return { doubtful, unheard: new Set(unheard) };
  }

  /** `along` is told in the same transaction which files were left. */
  async file(files: readonly FoundFile[], { vanished, lookedAt, along }: FilingOptions): Promise<Filed> {
    return this.deps.db.transaction().execute(async (trx) => {
      const paths = files.map((file) => file.path);
      const cameras = await scanCameras(trx, this.deps.clock.now());
      const times = await this.timesOf(trx, cameras);
      const known = await rowsOf(trx, { names: [...namesOf(files)], paths });
      const plan = planScan({
        files,
        cameras,
        known,
        targets: await targetsAmong(trx, paths),
        vanished,
        lookedAt,
        now: this.deps.clock.now(),
        place: remembered((localStart, cameraId) =>
          (times.get(cameraId ?? 0) ?? this.deps.times.installation).place(localStart),
        ),
      });
      const moves = movesOf(plan.steps, known, files);
      const localDays = await this.apply(trx, plan.steps, await followRows(trx, moves, cameras));
      await along(trx, plan.leftPaths);
      const count = (...kinds: ScanStep['kind'][]) =>
        plan.steps.filter((step) => kinds.includes(step.kind)).length;
      return { found: count('insert', 'attach'), moves, left: plan.left, localDays };
    });
  }

  /** Clips whose files have other names now; but for a lock that their folder tells, nothing else of them changes. */
  async rename(
    renames: readonly Rename[],
  ): Promise<{ moves: ClipMove[]; localDays: Map<number, Set<string>> }> {
    const moves = renames.map(({ clip, file }) => ({ id: clip.id, from: clip.path, file }));
    const touched: Touched[] = [];
    for (const some of chunks(moves, rowsAtOnce))
      await this.deps.db.transaction().execute(async (trx) => {
        const relocked = await followRows(trx, some, await scanCameras(trx, this.deps.clock.now()));
        await this.deps.clips.refresh(trx, relocked);
        touched.push(...relocked);
      });
    return { moves, localDays: daysOf(touched) };
  }

  /** Files that are other than they were; of those of another length nothing holds that was read of them. */
  async changed(files: readonly ChangedFile[]): Promise<Map<number, Set<string>>> {
    const touched: Touched[] = [];
    for (const some of chunks(files, rowsAtOnce))
      await this.deps.db.transaction().execute(async (trx) => {
        const touchedOnly = some.filter((file) => !file.isOther);
        const rows = touchedOnly.map(({ id, mtimeMs }) => ({
          id,
          mtime_ms: mtimeMs,
          checked_at: null,
          media_due: 1 as const,
        }));
        await updateRows(trx, 'clip', ['mtime_ms', 'checked_at', 'media_due'], rows);
        for (const { id, sizeBytes, mtimeMs, isOther } of some) {
          if (!isOther) continue;
          await this.deps.clips.patch(trx, id, { ...otherBytes, size_bytes: sizeBytes, mtime_ms: mtimeMs });
          touched.push(...(await this.deps.clips.byIds(trx, [id])));
        }
      });
    return daysOf(touched);
  }

  private async timesOf(trx: Db, cameras: readonly CameraRow[]): Promise<Map<number, NameTimes>> {
    const times = new Map<number, NameTimes>();
    for (const { id } of cameras) times.set(id, await this.deps.times.of(trx, id));
    return times;
  }

  /** `relocked`: clips whose lock has changed with their place. */
  private async apply(
    trx: Db,
    steps: readonly ScanStep[],
    relocked: readonly Touched[],
  ): Promise<Map<number, Set<string>>> {
    const touched: Touched[] = [...relocked];
    // What has a row comes first: new ones may take the numbers that it leaves.
    for (const step of steps) {
      if (step.kind === 'attach') touched.push(...(await this.attach(trx, step)));
      if (step.kind === 'renumber')
        await this.deps.clips.patch(trx, step.id, { generation: step.generation });
    }
    await this.deps.clips.refresh(trx, touched);
    const days = daysOf(touched);
    const inserts = steps.flatMap((step) => (step.kind === 'insert' ? [step.clip] : []));
    for (const [cameraId, clips] of byCamera(inserts)) await this.insert(trx, cameraId, clips, days);
    return days;
  }

  private async insert(
    trx: Db,
    cameraId: number,
    clips: readonly FoundClip[],
    days: Map<number, Set<string>>,
  ): Promise<void> {
    const { rows, touched } = await insertArchived(trx, cameraId, clips);
    await refreshCaptures(trx, [...touched.captureIds]);
    const counted = await countNewDays(trx, cameraId, rows);
    const others = [...touched.localDays].filter((day) => !counted.has(day));
    await refreshDays(trx, cameraId, others);
    days.set(cameraId, new Set([...(days.get(cameraId) ?? []), ...touched.localDays]));
  }

  private async attach(trx: Db, step: Extract<ScanStep, { kind: 'attach' }>): Promise<Touched[]> {
    const { clips, clock } = this.deps;
    const rows = await clips.transition(trx, [step.id], [step.from], {
      to: 'archived',
      reason: null,
      at: clock.now(),
      patch: step.patch,
    });
    const { time } = step;
    if (!time) return rows;
    await clips.patch(trx, step.id, time);
    // A clip of unknown name has its capture to itself, which is where it is.
    const alone = rows.filter((row) => row.kind === 'unclassified').map((row) => row.capture_id);
    const { local_start, local_day, started_at } = time;
    if (alone.length > 0) {
      const began = { local_start, local_day, started_at };
      await trx.updateTable('capture').set(began).where('id', 'in', alone).execute();
    }
    const others = rows.filter((row) => row.kind !== 'unclassified').map((row) => row.capture_id);
    const moved = [];
    for (const captureId of others) moved.push(...(await this.moveCapture(trx, captureId, time)));
    return [...rows.flatMap((row) => [row, { ...row, local_day }]), ...moved];
  }

  /** What is told of one clip of a moment is true of its others, unless more is known of them. */
  private async moveCapture(trx: Db, captureId: number, time: ClipTime): Promise<Touched[]> {
    const { started_at, zone_offset_min, time_source, local_day, local_start } = time;
    const deltaMs = started_at - wallOf(local_start);
    const captures = await trx
      .selectFrom('capture')
      .select('local_start')
      .where('id', '=', captureId)
      .execute();
    for (const capture of captures)
      await trx
        .updateTable('capture')
        .set({ started_at: wallOf(capture.local_start) + deltaMs, local_day })
        .where('id', '=', captureId)
        .execute();
    const clips = await trx
      .selectFrom('clip')
      .select(['id', 'camera_id', 'local_day', 'local_start'])
      .where('capture_id', '=', captureId)
      .where('time_source', '=', 'setting')
      .execute();
    const touched: Touched[] = [];
    for (const clip of clips) {
      const at = wallOf(clip.local_start) + deltaMs;
      const moved = {
        started_at: at,
        zone_offset_min,
        time_source,
        local_day: localDayOf({ at, offsetMinutes: zone_offset_min }),
      };
      await this.deps.clips.patch(trx, clip.id, moved);
      const of = { camera_id: clip.camera_id, capture_id: captureId };
      touched.push({ ...of, local_day: clip.local_day }, { ...of, local_day: moved.local_day });
    }
    return touched;
  }
}

/** Front and rear begin at one time: the second is not looked up again. */
function remembered(place: ScanPlanInput['place']): ScanPlanInput['place'] {
  let last: { localStart: string; cameraId: number | null; placed: PlacedName } | null = null;
  return (localStart, cameraId) => {
    if (last?.localStart === localStart && last.cameraId === cameraId) return last.placed;
    const placed = place(localStart, cameraId);
    last = { localStart, cameraId, placed };
    return placed;
  };
}

function byCamera(clips: readonly FoundClip[]): Map<number, FoundClip[]> {
  const cameras = new Map<number, FoundClip[]>();
  for (const clip of clips) {
    const of = cameras.get(clip.camera_id);
    if (of) of.push(clip);
    else cameras.set(clip.camera_id, [clip]);
  }
  return cameras;
}

/** What is to be counted anew. */
type Touched = Pick<ClipRow, 'camera_id' | 'local_day' | 'capture_id'>;

const sizeKey = (name: string, bytes: number | null) => `${name.toLowerCase()} ${bytes}`;

/** As the ledger may know them: by the name the camera gave, and by that of the file. */
function namesOf(files: readonly FoundFile[]): Set<string> {
  const names = new Set<string>();
  for (const file of files) names.add(nameOf(file)).add(fileNameOf(file.path));
  return names;
}

function daysOf(rows: readonly Touched[]): Map<number, Set<string>> {
  const days = new Map<number, Set<string>>();
  for (const row of rows) {
    const of = days.get(row.camera_id) ?? new Set();
    days.set(row.camera_id, of.add(row.local_day));
  }
  return days;
}
