import { sql, type SqlBool } from 'kysely';
import type { ClipState, StateReason } from '../../shared/clips.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ClipPatch, ClipRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';
import { applyBulk, type BulkChange } from './clip-bulk.ts';
import { assertTransition, wantedStates } from './clip-states.ts';
import { refreshCaptures } from './capture-repository.ts';
import { refreshDays } from './day-repository.ts';

const idsPerStatement = 1000;

/** What a listing is compared with: a clip the camera was last known to hold. */
export type LedgerEntry = Pick<
  ClipRow,
  | 'id'
  | 'capture_id'
  | 'name'
  | 'generation'
  | 'kind'
  | 'channel'
  | 'container'
  | 'sequence'
  | 'local_start'
  | 'local_day'
  | 'state'
  | 'state_reason'
  | 'locked'
  | 'rank'
  | 'attempts'
  | 'next_attempt_at'
  | 'remote_volume'
  | 'remote_path'
  | 'remote_size_bytes'
  | 'remote_size_exact'
  | 'remote_timecode'
  | 'remote_ended_local'
  | 'size_bytes'
  | 'remote_seen_at'
  | 'remote_changed_at'
  | 'remote_gone_at'
  | 'remote_deleted_at'
  | 'started_at'
  | 'origin'
  | 'complete'
>;

const ledgerColumns = [
  'id',
  'capture_id',
  'name',
  'generation',
  'kind',
  'channel',
  'container',
  'sequence',
  'local_start',
  'local_day',
  'state',
  'state_reason',
  'locked',
  'rank',
  'attempts',
  'next_attempt_at',
  'remote_volume',
  'remote_path',
  'remote_size_bytes',
  'remote_size_exact',
  'remote_timecode',
  'remote_ended_local',
  'size_bytes',
  'remote_seen_at',
  'remote_changed_at',
  'remote_gone_at',
  'remote_deleted_at',
  'started_at',
  'origin',
  'complete',
] as const satisfies readonly (keyof ClipRow)[];

/** What decides of a wanted clip whether it is fetched, and when. */
const wantedColumns = [
  'id',
  'capture_id',
  'kind',
  'channel',
  'container',
  'state',
  'state_reason',
  'locked',
  'rank',
  'next_attempt_at',
  'remote_volume',
  'remote_size_bytes',
  'started_at',
] as const satisfies readonly (keyof LedgerEntry)[];
export type WantedEntry = Pick<LedgerEntry, (typeof wantedColumns)[number]>;

/** As the partial index `clip_wanted` has it, so that SQLite uses it: bound values would not match. */
const isWanted = sql<SqlBool>`state in (${sql.join(wantedStates.map((state) => sql.lit(state)))})`;

/** What a clip's sidecar tells of it, and where the sidecar lies. */
const sidecarColumns = [
  'name',
  'path',
  'kept',
  'kept_at',
  'locked',
  'note',
  'tags',
  'time_source',
  'local_start',
  'started_at',
  'zone_offset_min',
] as const satisfies readonly (keyof ClipRow)[];

/** Whether there is anything that a clip's bytes, name and place do not tell; the writer looks closer. */
const hasToSay = sql<SqlBool>`(kept = 1 or locked = 1 or note is not null or tags is not null
  or time_source in ('camera_offset', 'file')
  or (time_source = 'gps' and started_at != unixepoch(local_start) * 1000 - zone_offset_min * 60000)
  or (path != name and substr(path, -length(name) - 1) != '/' || name))`;

/** What of a clip is counted by day or by capture, besides its state. */
const countedColumns = ['kept', 'locked', 'size_bytes'] as const satisfies readonly (keyof ClipRow)[];

/** A change of state with all that belongs to it. */
export interface Transition {
  to: ClipState;
  reason: StateReason | null;
  at: number;
  patch?: ClipPatch;
}

/** What lies beside a file that has come to its place is not known, unless who found it there says so. */
const placeFacts = ({ to, patch }: Transition): ClipPatch =>
  to === 'archived' && patch?.path !== undefined ? { gpx_sidecar: null } : {};

/**
 * For clips that have files (again): their GPX files went with earlier ones, or are stale. Who writes them looks first
 * whether they are ours. A track off the camera is none that a file is written of.
 */
async function judgeGpxAnew(db: Db, clipIds: readonly number[]): Promise<void> {
  await db
    .updateTable('track')
    .set({ gpx_for: 0 })
    .where(among('clip_id', clipIds))
    .where('west', 'is not', null)
    .where('source', '!=', 'triage')
    .execute();
}

/** A hash that is other than before is not in the manifest of its day yet. */
const hashFacts = (patch: ClipPatch | undefined): ClipPatch =>
  patch?.sha256 === undefined ? {} : { hash_noted: 0 };

/** The ledger: reads and writes of clip rows, keeping captures and days true in the same transaction. */
export class ClipRepository {
  /** See `judgeGpxAnew`. */
  judgeGpxAnew(db: Db, clipIds: readonly number[]): Promise<void> {
    return judgeGpxAnew(db, clipIds);
  }

  async byId(db: Db, id: number): Promise<ClipRow | undefined> {
    return db.selectFrom('clip').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async byIds(db: Db, ids: number[]): Promise<ClipRow[]> {
    const rows: ClipRow[] = [];
    for (const some of chunks(ids, idsPerStatement)) {
      rows.push(...(await db.selectFrom('clip').selectAll().where('id', 'in', some).execute()));
    }
    return rows;
  }

  /** A page of what the camera was last known to hold, by id. Bounded by its card, not by the archive. */
  async present(db: Db, cameraId: number, page: { afterId: number; limit: number }): Promise<LedgerEntry[]> {
    return db
      .selectFrom('clip')
      .select(ledgerColumns)
      .where('camera_id', '=', cameraId)
      .where('remote_gone_at', 'is', null)
      .where('remote_seen_at', 'is not', null)
      .where('id', '>', page.afterId)
      .orderBy('id')
      .limit(page.limit)
      .execute();
  }

  /** Clips that a scan found, that the camera lists too, and of which nobody has read the structure. */
  async unreadFinds(db: Db, cameraId: number): Promise<ClipRow[]> {
    return db
      .selectFrom('clip')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .where('remote_gone_at', 'is', null)
      .where('remote_seen_at', 'is not', null)
      .where('origin', '=', 'found')
      .where('state', '=', 'archived')
      .where('complete', 'is', null)
      .execute();
  }

  /** Every generation of the clips of these names; found ones are known by their names in upper case. */
  async byNames(db: Db, cameraId: number, names: readonly string[]): Promise<LedgerEntry[]> {
    const spellings = new Set(names.flatMap((name) => [name, name.toUpperCase(), name.toLowerCase()]));
    return db
      .selectFrom('clip')
      .select(ledgerColumns)
      .where('camera_id', '=', cameraId)
      .where(among('name', [...spellings]))
      .execute();
  }

  /** What is wanted of a camera; bounded by its card. */
  async wanted(db: Db, cameraId: number): Promise<WantedEntry[]> {
    return db
      .selectFrom('clip')
      .select(wantedColumns)
      .where('camera_id', '=', cameraId)
      .where(isWanted)
      .execute();
  }

  /**
   * What the rows of a camera say is in transfer, when nothing of it is: waits again, with its bytes in its part
   * file. Returns how many there were.
   */
  async recoverInterrupted(db: Db, now: number, cameraId: number): Promise<number> {
    const rows = await db
      .selectFrom('clip')
      .select('id')
      .where('camera_id', '=', cameraId)
      .where(isWanted)
      .where('state', '=', 'transferring')
      .execute();
    if (rows.length === 0) return 0;
    const ids = rows.map((row) => row.id);
    await this.transition(db, ids, ['transferring'], { to: 'waiting', reason: null, at: now });
    return ids.length;
  }

  /** Whether the archive has these very bytes under this name already. */
  async hasTwin(db: Db, clip: ClipRow, sha256: string): Promise<boolean> {
    const twin = await db
      .selectFrom('clip')
      .select('id')
      .where('camera_id', '=', clip.camera_id)
      .where('name', '=', clip.name)
      .where('id', '!=', clip.id)
      .where('state', '=', 'archived')
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    return twin !== undefined;
  }

  async pathIsTaken(db: Db, path: string, exceptId: number): Promise<boolean> {
    const clip = await db.selectFrom('clip').select('id').where('path', '=', path).executeTakeFirst();
    const part = await db.selectFrom('part').select('clip_id').where('path', '=', path).executeTakeFirst();
    const move = await db
      .selectFrom('refile')
      .select('clip_id')
      .where('to_path', '=', path)
      .executeTakeFirst();
    return (
      (clip !== undefined && clip.id !== exceptId) ||
      (part !== undefined && part.clip_id !== exceptId) ||
      (move !== undefined && move.clip_id !== exceptId)
    );
  }

  /**
   * Changes facts that are neither the state nor the time; what a sidecar tells is written beside the clip again, what
   * is counted is counted anew. For very many at once there is `applyBulk`.
   */
  async patch(db: Db, id: number, patch: ClipPatch): Promise<void> {
    const changes = await this.countedChanges(db, id, patch);
    await db
      .updateTable('clip')
      .set({ ...hashFacts(patch), ...patch })
      .where('id', '=', id)
      .execute();
    await this.refresh(db, changes);
    if (sidecarColumns.every((column) => patch[column] === undefined)) return;
    await db
      .updateTable('clip')
      .set({ sidecar_due: 1 })
      .where('id', '=', id)
      .where('state', '=', 'archived')
      .execute();
  }

  /** The clip, when the patch changes something that is counted. */
  private async countedChanges(db: Db, id: number, patch: ClipPatch) {
    if (countedColumns.every((column) => patch[column] === undefined)) return [];
    const rows = await db
      .selectFrom('clip')
      .select([...countedColumns, 'camera_id', 'local_day', 'capture_id'])
      .where('id', '=', id)
      .execute();
    const differs = (row: (typeof rows)[number]) =>
      countedColumns.some((column) => patch[column] !== undefined && patch[column] !== row[column]);
    return rows.filter(differs);
  }

  /**
   * Moves clips to a state; those that have meanwhile left the states named in `from` are let be.
   * Returns the rows as they were.
   */
  async transition(
    db: Db,
    ids: number[],
    from: readonly ClipState[],
    change: Transition,
  ): Promise<ClipRow[]> {
    const rows = (await this.byIds(db, ids)).filter((row) => from.includes(row.state));
    for (const row of rows) assertTransition(row.state, change.to);
    for (const some of chunks(rows, idsPerStatement)) {
      const moved = some.map((row) => row.id);
      await db
        .updateTable('clip')
        .set({
          ...placeFacts(change),
          ...hashFacts(change.patch),
          ...change.patch,
          state: change.to,
          state_reason: change.reason,
          state_at: change.at,
        })
        .where('id', 'in', moved)
        .execute();
      if (change.to === 'archived') await judgeGpxAnew(db, moved);
      if (change.to === 'archived')
        await db
          .updateTable('clip')
          .set({ sidecar_due: 1 })
          .where('id', 'in', moved)
          .where(hasToSay)
          .execute();
    }
    await this.refresh(db, rows);
    return rows;
  }

  /**
   * Carries out very many changes of one camera's clips at once, with captures and days; the local days that are
   * other than before.
   */
  async applyBulk(db: Db, cameraId: number, change: BulkChange): Promise<string[]> {
    const { localDays, captureIds } = await applyBulk(db, cameraId, change);
    await refreshCaptures(db, [...captureIds]);
    await refreshDays(db, cameraId, [...localDays]);
    return [...localDays];
  }

  /** Brings captures and days up to date with these rows; cost: the captures and days touched. */
  async refresh(db: Db, rows: { camera_id: number; local_day: string; capture_id: number }[]): Promise<void> {
    await refreshCaptures(db, [...new Set(rows.map((row) => row.capture_id))]);
    const byCamera = new Map<number, Set<string>>();
    for (const row of rows) {
      const days = byCamera.get(row.camera_id) ?? new Set();
      byCamera.set(row.camera_id, days.add(row.local_day));
    }
    for (const [cameraId, days] of byCamera) await refreshDays(db, cameraId, [...days]);
  }
}
