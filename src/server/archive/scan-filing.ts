import type { Database, Db } from '../db/open.ts';
import type { CameraRow, ClipRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { localDayOf, wallOf, type CameraNameTimes, type NameTimes } from '../lib/zones.ts';
import { momentAmong } from './capture-place-plan.ts';
import { captureAndSiblings } from './capture-repository.ts';
import type { ClipRepository } from './clip-repository.ts';
import { fileNameOf } from './place-policy.ts';
import {
  nameOf,
  planScan,
  type ClipTime,
  type FoundClip,
  type FoundFile,
  type ScanStep,
} from './scan-plan.ts';
import { rowsOf, targetsAmong } from './scan-repository.ts';

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
  moved: number;
  /** Files of downloads under way. */
  left: number;
  localDays: Map<number, Set<string>>;
}

/** Puts found clips into the ledger: one transaction, in which the rows they are compared with cannot change. */
export class ScanFiling {
  private readonly deps: ScanFilingDeps;

  constructor(deps: ScanFilingDeps) {
    this.deps = deps;
  }

  /** Archived rows that may be these very files in another place: whether theirs are gone is to be looked at. */
  async doubtful(files: readonly FoundFile[]): Promise<string[]> {
    const sizes = new Set(files.map((file) => sizeKey(nameOf(file), file.sizeBytes)));
    const rows = await rowsOf(this.deps.db, { names: [...namesOf(files)], paths: [] });
    return rows.flatMap(({ state, path, name, size_bytes }) =>
      state === 'archived' && path !== null && sizes.has(sizeKey(name, size_bytes)) ? [path] : [],
    );
  }

  /** `lookedAt`: before any of them was measured. */
  async file(
    files: readonly FoundFile[],
    { vanished, lookedAt }: { vanished: ReadonlySet<string>; lookedAt: number },
  ): Promise<Filed> {
    return this.deps.db.transaction().execute(async (trx) => {
      const paths = files.map((file) => file.path);
      const cameras = await this.cameras(trx);
      const times = await this.timesOf(trx, cameras);
      const plan = planScan({
        files,
        cameras,
        known: await rowsOf(trx, { names: [...namesOf(files)], paths }),
        targets: await targetsAmong(trx, paths),
        vanished,
        lookedAt,
        now: this.deps.clock.now(),
        place: (localStart, cameraId) =>
          (times.get(cameraId ?? 0) ?? this.deps.times.installation).place(localStart),
      });
      const localDays = await this.apply(trx, plan.steps);
      const count = (...kinds: ScanStep['kind'][]) =>
        plan.steps.filter((step) => kinds.includes(step.kind)).length;
      return { found: count('insert', 'attach'), moved: count('move'), left: plan.left, localDays };
    });
  }

  /** A clip belongs to a camera; before there is one, to one whose address is still to be told. */
  private async cameras(trx: Db): Promise<CameraRow[]> {
    const known = await trx.selectFrom('camera').selectAll().orderBy('id').execute();
    if (known.length > 0) return known;
    const made = await trx
      .insertInto('camera')
      .values({
        name: 'Dashcam',
        address: '',
        archive_folder: '',
        enabled: 0,
        created_at: this.deps.clock.now(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return [made];
  }

  private async timesOf(trx: Db, cameras: readonly CameraRow[]): Promise<Map<number, NameTimes>> {
    const times = new Map<number, NameTimes>();
    for (const { id } of cameras) times.set(id, await this.deps.times.of(trx, id));
    return times;
  }

  private async apply(trx: Db, steps: readonly ScanStep[]): Promise<Map<number, Set<string>>> {
    const touched: Touched[] = [];
    // Each in turn: the capture of a clip is found by the clips that are already in it.
    for (const step of steps) {
      switch (step.kind) {
        case 'insert':
          touched.push(await this.insert(trx, step.clip));
          break;
        case 'attach':
          touched.push(...(await this.attach(trx, step)));
          break;
        case 'move':
          await this.deps.clips.patch(trx, step.id, step.patch);
          if (step.patch.gpx_sidecar === 0) await writeGpxAnew(trx, step.id);
          break;
        case 'renumber':
          await this.deps.clips.patch(trx, step.id, { generation: step.generation });
          break;
      }
    }
    await this.deps.clips.refresh(trx, touched);
    return daysOf(touched);
  }

  private async insert(trx: Db, clip: FoundClip): Promise<Touched> {
    const { id: captureId, siblings } = await captureAndSiblings(trx, {
      cameraId: clip.camera_id,
      startedAt: clip.started_at,
      localStart: clip.local_start,
      localDay: clip.local_day,
      channel: clip.channel,
      kind: clip.kind,
      locked: clip.locked === 1,
    });
    const row = { ...clip, ...(siblings && momentAmong(siblings, clip)), capture_id: captureId };
    await trx.insertInto('clip').values(row).execute();
    return { camera_id: row.camera_id, local_day: row.local_day, capture_id: captureId };
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

/** What is to be counted anew. */
type Touched = Pick<ClipRow, 'camera_id' | 'local_day' | 'capture_id'>;

/** The GPX file that we wrote beside the clip has not come along. */
async function writeGpxAnew(trx: Db, clipId: number): Promise<void> {
  await trx
    .updateTable('track')
    .set({ gpx_for: 0 })
    .where('clip_id', '=', clipId)
    .where('gpx_for', 'is not', null)
    .execute();
}

const sizeKey = (name: string, bytes: number | null) => `${name.toLowerCase()} ${bytes}`;

/** As the ledger may know them: by the name the camera gave, and by that of the file. */
function namesOf(files: readonly FoundFile[]): Set<string> {
  return new Set(files.flatMap((file) => [nameOf(file), fileNameOf(file.path)]));
}

function daysOf(rows: readonly Touched[]): Map<number, Set<string>> {
  const days = new Map<number, Set<string>>();
  for (const row of rows) {
    const of = days.get(row.camera_id) ?? new Set();
    days.set(row.camera_id, of.add(row.local_day));
  }
  return days;
}
