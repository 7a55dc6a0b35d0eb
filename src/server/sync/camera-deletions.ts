import type { Events } from '../../shared/events.ts';
import type { DeletionOrder, DeletionRefusal } from '../../shared/queue.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { Camera, Listing } from '../camera/camera.ts';
import type { Database } from '../db/open.ts';
import type { CameraRow, ClipPatch, ClipRow } from '../db/schema.ts';
import type { ProblemService } from '../health/problem-service.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Logger } from '../lib/logger.ts';
import { DeletionCheck, type CopiesVerdict } from './deletion-check.ts';
import {
  askOf,
  deletionErrors,
  deletionProblem,
  judgeAnswer,
  judgeListing,
  mayDelete,
  refusalWords,
  type DeletionAnswer,
  type DeletionDue,
} from './deletion-policy.ts';
import { DeletionRepository, type DeletionState } from './deletion-repository.ts';
import { cameraFailureKind } from './download-failure.ts';

export interface CameraDeletionsDeps {
  db: Database;
  clips: ClipRepository;
  volume: ArchiveVolume;
  settings(): Settings;
  problems: ProblemService;
  clock: Clock;
  events: EventBus<Events>;
  log: Logger;
  /** Keeps for a while how to take a change back; returns its token. */
  undo: { remember(restore: () => Promise<number>, rows?: number): string };
}

/** Told in one go, so that downloads and listings get their turn. */
const perRun = 5;

type Dated = Pick<ClipRow, 'camera_id' | 'local_day'>;
/** What an undo needs of a clip. */
type Before = DeletionState & Dated;

/** Of what `run` tells the camera next. */
type Next = 'go_on' | 'stop';

/**
 * Deletes on cameras what is safe in the archive, by rule or by hand. A yes of the camera is not believed: the clip
 * counts as gone when a complete listing shows it no more. Everything is in the ledger, before the camera is told.
 */
export class CameraDeletions {
  private readonly deps: CameraDeletionsDeps;
  private readonly rows = new DeletionRepository();
  private readonly check: DeletionCheck;
  /** Cameras that are being told something. */
  private readonly busy = new Set<number>();
  /** Clips that the camera could not show, until it is listed again. */
  private readonly setAside = new Map<number, Set<number>>();

  constructor(deps: CameraDeletionsDeps) {
    this.deps = deps;
    this.check = new DeletionCheck(deps.volume);
  }

  /** The user wants these deleted. What cannot be is told with its reason; the rest when the camera is within reach. */
  async order(clipIds: readonly number[], includeLocked: boolean): Promise<DeletionOrder> {
    const due: DeletionDue = includeLocked ? 'hand_locked' : 'hand';
    const ids = [...new Set(clipIds)];
    const { rows, refused } = await this.deps.db.transaction().execute(async (trx) => {
      const found = new Map((await this.deps.clips.byIds(trx, ids)).map((row) => [row.id, row]));
      const verdicts = ids.map((id) => refusalOf(id, found.get(id), includeLocked));
      const allowed = ids.filter((id) => !verdicts.some((verdict) => verdict?.clipId === id));
      await this.rows.order(trx, allowed, due);
      return {
        rows: [...found.values()].filter((row) => allowed.includes(row.id)),
        refused: verdicts.filter((verdict) => verdict !== null),
      };
    });
    if (rows.length === 0) return { queued: 0, refused, undo: null };
    await this.afterChange(rows);
    const before = rows.map(beforeOf);
    const undo = this.deps.undo.remember(() => this.takeBack(before, due), before.length);
    return { queued: rows.length, refused, undo };
  }

  private async takeBack(before: readonly Before[], due: DeletionDue): Promise<number> {
    const restored = await this.deps.db.transaction().execute((trx) => this.rows.restore(trx, before, due));
    await this.afterChange(before);
    return restored;
  }

  /** Call it with the row of a clip that was fetched just now: the rule concerns no earlier ones. */
  async dueByRule(clip: ClipRow): Promise<void> {
    const ask = askOf('rule', this.deps.settings());
    if (ask === null || clip.delete_due !== null || mayDelete(clip, ask) !== null) return;
    await this.rows.order(this.deps.db, [clip.id], 'rule');
  }

  /**
   * Tells the camera to delete a few of the clips that are due, one after the other. True when more are due now.
   * Rejects when the camera is out of reach. Not to be called while the camera is being listed.
   */
  async run(camera: Camera, row: CameraRow, signal: AbortSignal): Promise<boolean> {
    if (this.busy.has(row.id)) return false;
    this.busy.add(row.id);
    try {
      const aside = this.setAside.get(row.id);
      const due = (await this.rows.due(this.deps.db, row.id)).filter((id) => !aside?.has(id));
      for (const id of due.slice(0, perRun)) {
        signal.throwIfAborted();
        if ((await this.deleteOne(camera, row, id, signal)) === 'stop') return false;
      }
      return due.length > perRun;
    } finally {
      this.busy.delete(row.id);
    }
  }

  /**
   * What a listing, taken by the same loop that calls `run` and already reconciled, says of what was told: clips that
   * it no longer shows are gone, those that it still shows were not deleted.
   */
  async afterListing(cameraId: number, listing: Pick<Listing, 'complete' | 'files'>): Promise<void> {
    this.setAside.delete(cameraId);
    // An empty card says no more than a broken listing.
    if (!listing.complete || listing.files.length === 0) return;
    const open = await this.rows.open(this.deps.db, cameraId);
    if (open.length === 0) return;
    const files = byPath(listing.files);
    const judged = open.map((clip) => ({ clip, means: judgeListing(clip, isShown(clip, files)) }));
    const proven = judged.some(({ clip, means }) => means === 'gone' && clip.remote_deleted_at !== null);
    const changes = judged
      .map(({ clip, means }) => ({ clip, patch: this.patchOf(clip, means, proven) }))
      .filter(({ patch }) => Object.keys(patch).length > 0);
    await this.deps.db.transaction().execute(async (trx) => {
      for (const { clip, patch } of changes) await this.rows.patch(trx, clip.id, patch);
    });
    for (const { clip, patch } of changes) this.logOutcome(clip, patch);
    this.emit(changes.map(({ clip }) => clip));
    await this.tellProblem(cameraId);
  }

  /** Empty when nothing changes. Once the camera has proved that it deletes, what it only pretended is forgotten. */
  private patchOf(clip: ClipRow, means: ReturnType<typeof judgeListing>, proven: boolean): ClipPatch {
    const now = this.deps.clock.now();
    switch (means) {
      case 'gone':
        return {
          delete_due: null,
          delete_error: null,
          remote_gone_at: clip.remote_gone_at ?? now,
          // One that was given up has gone by itself.
          ...(clip.delete_tries > 0 &&
            clip.delete_error === null && { remote_deleted_at: clip.remote_deleted_at ?? now }),
        };
      case 'again':
        return { remote_deleted_at: null };
      case 'give_up':
        return { remote_deleted_at: null, delete_error: deletionErrors.pretended };
      case 'none':
        return proven && isMistrust(clip.delete_error) ? { delete_due: null } : {};
    }
  }

  private logOutcome(clip: ClipRow, patch: ClipPatch): void {
    const { log } = this.deps;
    if (patch.remote_gone_at !== undefined && clip.delete_tries > 0) {
      log.info({ clip: clip.name }, 'clip is gone from the camera');
    } else if (patch.remote_deleted_at === null) {
      log.warn(
        { clip: clip.name, tries: clip.delete_tries },
        'the camera said that it deleted a clip, and lists it still',
      );
    }
  }

  private async deleteOne(camera: Camera, row: CameraRow, id: number, signal: AbortSignal): Promise<Next> {
    const clip = await this.deps.clips.byId(this.deps.db, id);
    if (!clip || clip.delete_due === null || clip.delete_error !== null || clip.remote_path === null)
      return 'go_on';
    const ask = askOf(clip.delete_due, this.deps.settings());
    if (ask === null) return this.drop(clip, null);
    const refusal = mayDelete(clip, ask);
    if (refusal !== null) return this.drop(clip, refusalWords[refusal]);
    try {
      const copies = await this.check.compare(camera, clip, signal);
      if (copies.kind !== 'same') return await this.leave(clip, copies);
      if (!(await this.rows.beginTelling(this.deps.db, clip))) return 'go_on';
      return await this.tell(camera, row, clip, signal);
    } catch (error) {
      if (!signal.aborted && cameraFailureKind(error) === 'busy') return 'stop';
      throw error;
    }
  }

  private async tell(camera: Camera, row: CameraRow, clip: ClipRow, signal: AbortSignal): Promise<Next> {
    const tries = clip.delete_tries + 1;
    const answer = await this.answerOf(camera, clip, signal);
    const after = judgeAnswer(answer, tries);
    const fields = { clip: clip.name, by: clip.delete_due, answer, tries };
    this.deps.log[after.next === 'await' ? 'info' : 'warn'](fields, 'the camera was told to delete a clip');
    if (after.next === 'again') {
      this.putAside(clip);
      return 'go_on';
    }
    const patch =
      after.next === 'await'
        ? { remote_deleted_at: this.deps.clock.now() }
        : { delete_error: after.error, remote_deleted_at: null };
    await this.rows.patch(this.deps.db, clip.id, patch);
    if (after.next === 'give_up') await this.tellProblem(row.id);
    this.emit([clip]);
    return 'go_on';
  }

  private async answerOf(camera: Camera, clip: ClipRow, signal: AbortSignal): Promise<DeletionAnswer> {
    try {
      return await camera.deleteClip(clip.remote_path ?? '', signal, clip.remote_volume);
    } catch (error) {
      const kind = cameraFailureKind(error);
      if (signal.aborted || kind === undefined) throw error;
      if (kind !== 'unreachable' && kind !== 'busy') return 'unknown';
      // It never left: the camera was not told.
      await this.rows.patch(this.deps.db, clip.id, { delete_tries: clip.delete_tries });
      throw error;
    }
  }

  private async leave(clip: ClipRow, copies: Exclude<CopiesVerdict, { kind: 'same' }>): Promise<Next> {
    if (copies.kind === 'unreadable') return 'stop';
    if (copies.kind === 'differ' && copies.whose === 'theirs')
      return this.drop(clip, refusalWords.changed_on_camera);
    if (copies.kind === 'differ') {
      // It stays due, given up: the problem names it.
      const why = deletionErrors.ourCopy;
      this.deps.log.warn(
        { clip: clip.name, path: clip.path },
        'a file of the archive is not as it was filed',
      );
      await this.rows.patch(this.deps.db, clip.id, { delete_error: why });
      await this.tellProblem(clip.camera_id);
      this.emit([clip]);
      return 'go_on';
    }
    this.putAside(clip);
    return 'go_on';
  }

  private putAside(clip: ClipRow): void {
    const aside = this.setAside.get(clip.camera_id) ?? new Set();
    this.setAside.set(clip.camera_id, aside.add(clip.id));
  }

  /** It is not to be deleted any more. */
  private async drop(clip: ClipRow, why: string | null): Promise<Next> {
    if (why !== null) this.deps.log.warn({ clip: clip.name, reason: why }, 'a clip is left on the camera');
    await this.rows.patch(this.deps.db, clip.id, { delete_due: null, delete_error: why });
    this.emit([clip]);
    return 'go_on';
  }

  private async afterChange(rows: readonly Dated[]): Promise<void> {
    for (const cameraId of new Set(rows.map((row) => row.camera_id))) await this.tellProblem(cameraId);
    this.emit(rows);
  }

  /** The problem of a camera says what was given up there, and ends with the last of it. */
  private async tellProblem(cameraId: number): Promise<void> {
    const { db, problems } = this.deps;
    const key = `camera:${cameraId}:deletion`;
    const errors = await this.rows.errors(db, cameraId);
    const camera = await db.selectFrom('camera').select('name').where('id', '=', cameraId).executeTakeFirst();
    const problem = deletionProblem(camera?.name ?? '', errors);
    if (problem === null) return problems.end(key);
    await problems.raise({ key, severity: 'warning', cameraId, ...problem });
  }

  private emit(rows: readonly Dated[]): void {
    const byCamera = new Map<number, Set<string>>();
    for (const { camera_id: id, local_day: day } of rows) {
      byCamera.set(id, (byCamera.get(id) ?? new Set()).add(day));
    }
    for (const [cameraId, days] of byCamera) {
      const localDays = [...days].toSorted().slice(-100);
      this.deps.events.emit('clips.changed', { cameraId, localDays });
    }
  }
}

function beforeOf(row: ClipRow): Before {
  const { id, delete_due, delete_tries, delete_error, remote_deleted_at, camera_id, local_day } = row;
  return { id, delete_due, delete_tries, delete_error, remote_deleted_at, camera_id, local_day };
}

function refusalOf(
  clipId: number,
  row: ClipRow | undefined,
  includeLocked: boolean,
): { clipId: number; reason: DeletionRefusal } | null {
  const reason = row ? mayDelete(row, { by: 'hand', includeLocked }) : 'not_archived';
  return reason === null ? null : { clipId, reason };
}

type Files = ReadonlyMap<string, Listing['files']>;

function byPath(files: Listing['files']): Files {
  const paths = new Map<string, Listing['files']>();
  for (const file of files) {
    const path = file.remotePath.toLowerCase();
    paths.set(path, [...(paths.get(path) ?? []), file]);
  }
  return paths;
}

/** At its path, on its storage, in a size that can be its own. */
function isShown(clip: ClipRow, files: Files): boolean {
  return (files.get(clip.remote_path?.toLowerCase() ?? '') ?? []).some(
    (file) =>
      (file.volume === '' || clip.remote_volume === '' || file.volume === clip.remote_volume) &&
      (!file.sizeExact || file.sizeBytes === clip.remote_size_bytes || clip.remote_size_exact === 0),
  );
}

const isMistrust = (error: string | null) =>
  error === deletionErrors.pretended || error === deletionErrors.silent;
