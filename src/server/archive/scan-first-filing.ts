import { sql, type SqlBool } from 'kysely';
import { nextId } from '../db/bulk.ts';
import { addJourneyDue } from '../db/journey-due.ts';
import type { Database, Db } from '../db/open.ts';
import type { CameraRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { CameraNameTimes, NameTimes } from '../lib/zones.ts';
import { addCounts } from './day-count.ts';
import type { FirstBatch, FirstCameras, FirstClipRow } from './scan-first-plan.ts';
import type { FoundFile } from './scan-plan.ts';
import { scanCameras } from './scan-repository.ts';

export interface FirstFilingDeps {
  db: Database;
  /** How the names of each camera are read. */
  times: CameraNameTimes;
  clock: Clock;
}

/** Offsets to UTC, in minutes, of the first captures of a batch and of those from `change` on. */
interface Offsets {
  before: number;
  change: number;
  after: number;
  source: string;
}

/** What the whole of a batch has in common. */
interface Common extends Offsets {
  cameraId: number;
  firstCapture: number;
  now: number;
}

const minuteMs = 60_000;
const startLength = 19;

/** The ledger has something of it after all: nothing of the batch is filed this way. */
class InTheWay extends Error {}

/**
 * Files clips that were prepared for a ledger without them (`scan-first-plan.ts`), each batch in one transaction and
 * with a few statements, which do most of what a first scan costs.
 */
export class FirstFiling {
  private readonly deps: FirstFilingDeps;
  private readonly cameras: FirstCameras;

  /** `cameras`: those that the batches were prepared for. */
  constructor(deps: FirstFilingDeps, cameras: FirstCameras) {
    this.deps = deps;
    this.cameras = cameras;
  }

  /** The clips' days; null where the batch does not hold, and nothing was done. `along`: in the same transaction. */
  async file(batch: FirstBatch, along: (trx: Db) => Promise<void>): Promise<Map<number, Set<string>> | null> {
    try {
      return await this.deps.db.transaction().execute(async (trx) => {
        const common = await this.common(trx, batch);
        if (!common || (await isInTheWay(trx, common.cameraId, batch))) throw new InTheWay();
        await insertCaptures(trx, batch, common);
        if ((await insertClips(trx, batch, common)) !== batch.clips) throw new InTheWay();
        await addCounts(trx, common.cameraId, batch.counts);
        await along(trx);
        return new Map([[common.cameraId, new Set(batch.days)]]);
      });
    } catch (error) {
      if (error instanceof InTheWay) return null;
      throw error;
    }
  }

  private async common(trx: Db, batch: FirstBatch): Promise<Common | null> {
    const now = this.deps.clock.now();
    const cameras = await scanCameras(trx, now);
    const camera = cameras[batch.camera];
    if (!camera || !areFolders(this.cameras, cameras)) return null;
    const offsets = offsetsOf(batch, await this.deps.times.of(trx, camera.id));
    if (!offsets) return null;
    return { cameraId: camera.id, firstCapture: await nextId(trx, 'capture'), now, ...offsets };
  }
}

/** The folders of cameras, in the order of the cameras; those of a ledger without any are as those of the first to come. */
export const foldersOf = (cameras: readonly Pick<CameraRow, 'archive_folder'>[]): FirstCameras =>
  cameras.length === 0 ? [''] : cameras.map((camera) => camera.archive_folder);

function areFolders(folders: FirstCameras, cameras: readonly CameraRow[]): boolean {
  const now = foldersOf(cameras);
  return now.length === folders.length && now.every((folder, at) => folder === folders[at]);
}

/** Null where they differ more than by one change of the clocks, or where a clip's day is not that of its name. */
function offsetsOf({ starts, walls }: FirstBatch, times: NameTimes): Offsets | null {
  let found: Offsets | null = null;
  for (const [index, wallMs] of walls.entries()) {
    const start = starts.slice(index * startLength, (index + 1) * startLength);
    const { at, offsetMinutes, source = 'setting' } = times.place(start);
    found ??= { before: offsetMinutes, change: walls.length, after: offsetMinutes, source };
    const isFirstChange = found.change === walls.length && offsetMinutes !== found.before;
    if (isFirstChange) found = { ...found, change: index, after: offsetMinutes };
    const isOne = offsetMinutes === found.after && source === found.source;
    if (!isOne || at + offsetMinutes * minuteMs !== wallMs) return null;
  }
  return found;
}

/** Whether the ledger has a clip of one of the names, a capture near one, or files that are under way. */
async function isInTheWay(trx: Db, cameraId: number, { clipRows, near }: FirstBatch): Promise<boolean> {
  const { rows } = await sql<{ found: number }>`select
    exists (select 1 from part) or exists (select 1 from refile)
    or exists (select 1 from jsonb_each(${clipRows}) as given cross join clip
      on clip.camera_id = ${cameraId} and clip.name = given.value ->> 1)
    or exists (select 1 from jsonb_each(${near}) as given cross join capture
      on capture.camera_id = ${cameraId}
      and capture.local_start >= given.value ->> 0 and capture.local_start <= given.value ->> 1)
    as found`.execute(trx);
  return rows[0]?.found !== 0;
}

async function insertCaptures(trx: Db, batch: FirstBatch, common: Common): Promise<void> {
  const { cameraId, firstCapture, before, change, after } = common;
  await sql`insert into capture (id, camera_id, started_at, local_start, local_day, kind, locked)
    select ${firstCapture} + key, ${cameraId},
      (value ->> 0) - (case when key < ${change} then ${before} else ${after} end) * ${minuteMs},
      value ->> 1, substr(value ->> 1, 1, 10), value ->> 2, value ->> 3
    from jsonb_each(${batch.captureRows})`.execute(trx);
  // Stretches that are a little longer than the captures cost nothing.
  const [least, most] = [Math.min(before, after) * minuteMs, Math.max(before, after) * minuteMs];
  const spans = batch.spans.map(({ from, to }) => ({ from: from - most, to: to - least }));
  await addJourneyDue(trx, cameraId, spans);
}

/** How many; one whose place or name is taken is left out. Columns and values are those of `planScan` for a new clip. */
async function insertClips(trx: Db, { clipRows }: FirstBatch, common: Common): Promise<number> {
  const { cameraId, firstCapture, before, change, after, source, now } = common;
  const { numAffectedRows } = await sql<SqlBool>`insert into clip (
      camera_id, capture_id, name, channel, kind, sequence, container, local_start, started_at, local_day,
      locked, path, size_bytes, mtime_ms, gpx_sidecar,
      zone_offset_min, time_source, state_at, remote_gone_at, archived_at,
      generation, kept, attempts, remote_size_exact, state, remote_volume, origin)
    select ${cameraId}, capture.id, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
      coalesce(value ->> 6, capture.local_start), capture.started_at + (value ->> 7), capture.local_day,
      value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12,
      case when value ->> 0 < ${change} then ${before} else ${after} end, ${source}, ${now}, ${now}, ${now},
      0, 0, 0, 0, 'archived', '', 'found'
    from jsonb_each(${clipRows}) cross join capture on capture.id = ${firstCapture} + (value ->> 0)
    where true on conflict do nothing`.execute(trx);
  return Number(numAffectedRows ?? 0);
}

/** The clips of a batch as they were found. */
export function filesOfBatch({ clipRows }: FirstBatch): FoundFile[] {
  // As `planFirst` wrote it.
  const rows = JSON.parse(clipRows) as FirstClipRow[];
  return rows.map(([, , , , , , , , , path, sizeBytes, mtimeMs, gpx]) => ({
    path,
    sizeBytes,
    mtimeMs,
    hasGpx: gpx === 1,
    sidecar: null,
  }));
}
