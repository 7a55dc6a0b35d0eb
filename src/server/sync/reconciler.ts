import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { RecordState } from '../../shared/cameras.ts';
import type { CaptureKey } from '../archive/capture-repository.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { Listing } from '../camera/camera.ts';
import type { Database, Db } from '../db/open.ts';
import type { NewClipRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';
import type { Clock } from '../lib/clock.ts';
import type { ZonedTimes } from '../lib/zones.ts';
import { planReconcile, type NewClip, type ReconcilePlan, type StateChange } from './reconcile-plan.ts';

export interface ReconcilerDeps {
  db: Database;
  clips: ClipRepository;
  captureFor(db: Db, key: CaptureKey): Promise<number>;
  times: ZonedTimes;
  clock: Clock;
  fetchPhotos(): boolean;
}

export interface ReconcileOutcome {
  added: number;
  changed: number;
  lost: number;
  localDays: string[];
}

/** Rows a transaction carries at most; others get their turn between two. */
const rowsPerTransaction = 500;
const listingsKept = 50;
const maxNotes = 50;

/** Brings the ledger up to date with what a camera lists. */
export class Reconciler {
  private readonly deps: ReconcilerDeps;

  constructor(deps: ReconcilerDeps) {
    this.deps = deps;
  }

  /** Cost: the card's contents, not the archive's. */
  async reconcile(cameraId: number, listing: Listing, recording: RecordState): Promise<ReconcileOutcome> {
    const { db, clips } = this.deps;
    const present = await clips.present(db, cameraId);
    const known = new Set(present.map((row) => row.name.toLowerCase()));
    const unknown = listing.files.map((file) => file.name).filter((name) => !known.has(name.toLowerCase()));
    // Of a name that came more than once, the earlier clips may be meant.
    const again = present.filter((row) => row.generation > 0).map((row) => row.name);
    const plan = planReconcile({
      ledger: [...present, ...(await clips.byNames(db, cameraId, [...new Set([...unknown, ...again])]))],
      files: listing.files,
      complete: listing.complete,
      recording,
      fetchPhotos: this.deps.fetchPhotos(),
      now: this.deps.clock.now(),
      place: (localStart) => this.deps.times.place(localStart),
    });
    const days = await this.apply(cameraId, plan);
    await this.rememberListing(cameraId, listing);
    return {
      added: plan.inserts.length,
      changed: plan.changes.length,
      lost: plan.changes.filter((change) => change.to === 'lost').length,
      localDays: [...days],
    };
  }

  private async apply(cameraId: number, plan: ReconcilePlan): Promise<Set<string>> {
    const { db, clips, clock } = this.deps;
    const days = new Set<string>();
    for (const some of chunks(plan.inserts, rowsPerTransaction)) {
      await db.transaction().execute((trx) => this.insert(trx, cameraId, some));
      for (const clip of some) days.add(clip.localStart.slice(0, 10));
      await yieldToOthers();
    }
    for (const some of chunks(plan.patches, rowsPerTransaction)) {
      await db.transaction().execute(async (trx) => {
        for (const { id, patch } of some) await clips.patch(trx, id, patch);
        await clips.refresh(
          trx,
          await clips.byIds(
            trx,
            some.map(({ id }) => id),
          ),
        );
      });
      await yieldToOthers();
    }
    for (const group of groupChanges(plan.changes)) {
      const change = { to: group.to, reason: group.reason, at: clock.now() };
      const rows = await db
        .transaction()
        .execute((trx) => clips.transition(trx, group.ids, [group.from], change));
      for (const row of rows) days.add(row.local_day);
      await yieldToOthers();
    }
    for (const some of chunks(plan.gone, rowsPerTransaction)) {
      await db.updateTable('clip').set({ remote_gone_at: clock.now() }).where('id', 'in', some).execute();
    }
    return days;
  }

  private async insert(trx: Db, cameraId: number, some: NewClip[]): Promise<void> {
    // Each row in turn: the capture of a clip is found by the clips that are already in it.
    for (const clip of some) {
      const captureId = await this.deps.captureFor(trx, {
        cameraId,
        startedAt: clip.placed.at,
        localStart: clip.localStart,
        channel: clip.channel,
        kind: clip.kind,
        locked: clip.file.locked,
      });
      await trx
        .insertInto('clip')
        .values(rowOf(clip, { cameraId, captureId, now: this.deps.clock.now() }))
        .execute();
    }
    const names = some.map((clip) => clip.file.name);
    const rows = await trx
      .selectFrom('clip')
      .select(['camera_id', 'local_day', 'capture_id'])
      .where('camera_id', '=', cameraId)
      .where('name', 'in', names)
      .execute();
    await this.deps.clips.refresh(trx, rows);
  }

  private async rememberListing(cameraId: number, listing: Listing): Promise<void> {
    const { db, clock } = this.deps;
    const photos = listing.files.filter((file) => file.container === 'jpg').length;
    const { id } = await db
      .insertInto('listing')
      .values({
        camera_id: cameraId,
        at: clock.now(),
        complete: listing.complete ? 1 : 0,
        clips: listing.files.length - photos,
        photos,
        cost_ms: listing.costMs,
        notes: JSON.stringify(listing.notes.slice(0, maxNotes)),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await db
      .deleteFrom('listing')
      .where('camera_id', '=', cameraId)
      .where('id', '<=', id - listingsKept)
      .execute();
  }
}

function groupChanges(changes: StateChange[]): (Omit<StateChange, 'id'> & { ids: number[] })[] {
  const groups = new Map<string, Omit<StateChange, 'id'> & { ids: number[] }>();
  for (const { id, ...change } of changes) {
    const key = `${change.from} ${change.to} ${change.reason ?? ''}`;
    const group = groups.get(key) ?? { ...change, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function rowOf(clip: NewClip, context: { cameraId: number; captureId: number; now: number }): NewClipRow {
  const { file, placed } = clip;
  return {
    camera_id: context.cameraId,
    capture_id: context.captureId,
    name: file.name,
    generation: clip.generation,
    channel: clip.channel,
    kind: clip.kind,
    sequence: clip.sequence,
    container: file.container,
    local_start: clip.localStart,
    started_at: placed.at,
    zone_offset_min: placed.offsetMinutes,
    time_source: clip.timeSource,
    local_day: clip.localStart.slice(0, 10),
    locked: file.locked ? 1 : 0,
    kept: 0,
    state: clip.state,
    state_reason: clip.reason,
    state_at: context.now,
    attempts: 0,
    remote_volume: file.volume,
    remote_path: file.remotePath,
    remote_size_bytes: file.sizeBytes,
    remote_size_exact: file.sizeExact ? 1 : 0,
    remote_timecode: file.timecode,
    remote_ended_local: file.endedLocal,
    remote_seen_at: context.now,
    remote_changed_at: context.now,
    origin: 'sync',
  };
}
