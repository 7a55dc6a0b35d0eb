import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { RecordState } from '../../shared/cameras.ts';
import type { UnplacedClip } from '../archive/clip-bulk.ts';
import type { ClipRepository, LedgerEntry } from '../archive/clip-repository.ts';
import type { ListedFile, Listing } from '../camera/camera.ts';
import type { Database, Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import type { Clock } from '../lib/clock.ts';
import { localDayOf, type CameraNameTimes } from '../lib/zones.ts';
import { ruleHold, type RuleContext } from './fetch-rules.ts';
import { planReconcile, type NewClip, type ReconcilePlan, type StateChange } from './reconcile-plan.ts';
import { isOtherRecording } from './reconcile-sightings-plan.ts';
import { changesQueue, stepsOf } from './reconcile-steps-plan.ts';

export interface ReconcilerDeps {
  db: Database;
  clips: ClipRepository;
  /** How a camera's names are read. */
  times: CameraNameTimes;
  clock: Clock;
  fetchPhotos(): boolean;
}

export interface ReconcileOutcome {
  added: number;
  changed: number;
  lost: number;
  localDays: string[];
  /** Whether anything is other than before in what is wanted, or in its order. */
  queueChanged: boolean;
}

/** Clips of names that are to be inserted have come, or the camera's clock is another, since the ledger was read. */
class LedgerMovedError extends Error {
  override name = 'LedgerMovedError';
}

/** A scan that keeps finding what is just being listed has ended long before. */
const maxPlans = 20;

/** Rows that are read or written without a pause: whatever else the program has to do gets its turn between. */
const rowsAtOnce = 5000;
const listingsKept = 50;
const maxNotes = 50;

/** Brings the ledger up to date with what a camera lists. */
export class Reconciler {
  private readonly deps: ReconcilerDeps;

  constructor(deps: ReconcilerDeps) {
    this.deps = deps;
  }

  /**
   * One transaction for each 5,000 changes, so one for most listings; one that changes nothing writes the row of the
   * listing alone. Cost: the card's contents, not the archive's.
   */
  async reconcile(
    cameraId: number,
    listing: Listing,
    recording: RecordState,
    rules: RuleContext,
  ): Promise<ReconcileOutcome> {
    for (let plans = 1; ; plans++) {
      try {
        return await this.planAndApply(cameraId, listing, recording, rules);
      } catch (error) {
        if (!(error instanceof LedgerMovedError) || plans >= maxPlans) throw error;
      }
    }
  }

  private async planAndApply(
    cameraId: number,
    listing: Listing,
    recording: RecordState,
    rules: RuleContext,
  ): Promise<ReconcileOutcome> {
    const { deps } = this;
    const newcomers = new Newcomers(cameraId);
    await newcomers.begin(deps.db);
    const times = await deps.times.of(deps.db, cameraId);
    const ledger = await this.ledgerOf(cameraId, listing.files);
    await yieldToOthers();
    const plan = planReconcile({
      ledger,
      files: listing.files,
      complete: listing.complete,
      recording,
      fetchPhotos: deps.fetchPhotos(),
      now: deps.clock.now(),
      place: (localStart) => times.place(localStart),
      holdOf: (clip) => ruleHold(clip, rules),
    });
    return {
      added: plan.inserts.length,
      changed: plan.changes.length,
      lost: plan.changes.filter((change) => change.to === 'lost').length,
      localDays: [...(await this.apply(cameraId, plan, { listing, newcomers }))],
      queueChanged: changesQueue(plan, ledger),
    };
  }

  /** What the camera was last known to hold, and every other clip of the names it lists now. */
  private async ledgerOf(cameraId: number, files: readonly ListedFile[]): Promise<LedgerEntry[]> {
    const { db, clips } = this.deps;
    const ledger: LedgerEntry[] = [];
    for (let afterId = 0; ;) {
      const page = await clips.present(db, cameraId, { afterId, limit: rowsAtOnce });
      for (const row of page) ledger.push(row);
      if (page.length < rowsAtOnce) break;
      afterId = page.at(-1)?.id ?? 0;
      await yieldToOthers();
    }
    const unknown = namesToLookUp(ledger, files);
    // Of a name that came more than once, the earlier clips may be meant.
    const again = ledger.filter((row) => row.generation > 0).map((row) => row.name);
    // Of one that is listed in another size, a later one may have been there and gone.
    const listed = new Map(files.map((file) => [file.name.toLowerCase(), file]));
    for (const row of ledger) {
      const file = listed.get(row.name.toLowerCase());
      if (file && isOtherRecording(row, file)) again.push(row.name);
    }
    for (const names of chunks([...new Set([...unknown, ...again])], rowsAtOnce)) {
      await yieldToOthers();
      for (const row of await clips.byNames(db, cameraId, names)) ledger.push(row);
    }
    return ledger;
  }

  /** Returns the local days that are other than before. */
  private async apply(
    cameraId: number,
    plan: ReconcilePlan,
    { listing, newcomers }: { listing: Listing; newcomers: Newcomers },
  ): Promise<Set<string>> {
    const { db, clips, clock } = this.deps;
    const days = new Set<string>();
    const steps = stepsOf(plan, rowsAtOnce);
    for (const [index, step] of steps.entries()) {
      await yieldToOthers();
      const at = clock.now();
      const change = {
        inserts: step.inserts.map((clip) => rowOf(clip, cameraId, at)),
        patches: step.patches,
        moves: groupChanges(step.changes),
        gone: step.gone,
        at,
      };
      await db.transaction().execute(async (trx) => {
        await newcomers.refuse(trx, step.inserts);
        for (const day of await clips.applyBulk(trx, cameraId, change)) days.add(day);
        await newcomers.passOver(trx);
        if (index === steps.length - 1) await rememberListing(trx, cameraId, { ...listing, at });
      });
    }
    return days;
  }
}

/**
 * Clips that others (a scan) put into the ledger between its reading and the writing of what was planned: a clip that
 * is found in the archive meanwhile would be listed beside itself, and fetched twice.
 */
class Newcomers {
  private readonly cameraId: number;
  private readonly names = new Set<string>();
  private seenId = 0;
  private clock = '';

  constructor(cameraId: number) {
    this.cameraId = cameraId;
  }

  async begin(db: Db): Promise<void> {
    this.seenId = await lastClipId(db);
    this.clock = await clockOf(db, this.cameraId);
  }

  /**
   * Throws a `LedgerMovedError` when one of them bears a name that is to be inserted, or when the names are to be read
   * in another way by now: whoever changes that moves only the clips that are there. Cost: the newcomers.
   */
  async refuse(trx: Db, inserts: readonly NewClip[]): Promise<void> {
    if (inserts.length === 0) return;
    if ((await clockOf(trx, this.cameraId)) !== this.clock)
      throw new LedgerMovedError("the camera's clock was told meanwhile");
    const rows = await trx
      .selectFrom('clip')
      .select(['name', 'camera_id'])
      .where('id', '>', this.seenId)
      .execute();
    for (const row of rows) if (row.camera_id === this.cameraId) this.names.add(row.name.toLowerCase());
    if (inserts.some(({ file }) => this.names.has(file.name.toLowerCase())))
      throw new LedgerMovedError('clips of these names were put into the ledger meanwhile');
  }

  /** What a step has just inserted itself is none. */
  async passOver(trx: Db): Promise<void> {
    this.seenId = await lastClipId(trx);
  }
}

/** Whatever was told of a camera's clock, to be compared. */
async function clockOf(db: Db, cameraId: number): Promise<string> {
  const camera = await db
    .selectFrom('camera')
    .select(['zone', 'gps_clock', 'gps_clock_set', 'clock_due'])
    .where('id', '=', cameraId)
    .executeTakeFirst();
  const shifts = await db
    .selectFrom('clock_shift')
    .select('id')
    .where('camera_id', '=', cameraId)
    .orderBy('id')
    .execute();
  return JSON.stringify([camera, shifts]);
}

async function lastClipId(db: Db): Promise<number> {
  const row = await db
    .selectFrom('clip')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst();
  return row?.id ?? 0;
}

async function rememberListing(trx: Db, cameraId: number, listing: Listing & { at: number }): Promise<void> {
  const photos = listing.files.filter((file) => file.container === 'jpg').length;
  await trx
    .insertInto('listing')
    .values({
      camera_id: cameraId,
      at: listing.at,
      complete: listing.complete ? 1 : 0,
      clips: listing.files.length - photos,
      photos,
      cost_ms: listing.costMs,
      notes: JSON.stringify(listing.notes.slice(0, maxNotes)),
    })
    .execute();
  const listings = () => trx.selectFrom('listing').select('id').where('camera_id', '=', cameraId);
  const oldest = await listings().orderBy('id', 'desc').offset(listingsKept).limit(1).executeTakeFirst();
  if (!oldest) return;
  await trx.deleteFrom('listing').where('camera_id', '=', cameraId).where('id', '<=', oldest.id).execute();
}

/** Names that are listed, on a storage, where nothing of exactly that name is known to be present: it may have been. */
function namesToLookUp(present: readonly LedgerEntry[], files: readonly ListedFile[]): string[] {
  const names = new Set(present.map((row) => row.name));
  const places = new Set(present.map((row) => `${row.remote_volume}:${row.name}`));
  const isPresent = ({ name, volume }: ListedFile) =>
    volume === '' ? names.has(name) : places.has(`${volume}:${name}`) || places.has(`:${name}`);
  return files.filter((file) => !isPresent(file)).map((file) => file.name);
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

function rowOf(clip: NewClip, cameraId: number, now: number): UnplacedClip {
  const { file, placed } = clip;
  return {
    camera_id: cameraId,
    name: file.name,
    generation: clip.generation,
    channel: clip.channel,
    kind: clip.kind,
    sequence: clip.sequence,
    container: file.container,
    ...(file.container === 'jpg' && { duration_ms: 0 }),
    local_start: clip.localStart,
    started_at: placed.at,
    zone_offset_min: placed.offsetMinutes,
    time_source: clip.timeSource,
    local_day: localDayOf(placed),
    locked: file.locked ? 1 : 0,
    kept: 0,
    state: clip.state,
    state_reason: clip.reason,
    state_at: now,
    attempts: 0,
    remote_volume: file.volume,
    remote_path: file.remotePath,
    remote_size_bytes: file.sizeBytes,
    remote_size_exact: file.sizeExact ? 1 : 0,
    remote_timecode: file.timecode,
    remote_ended_local: file.endedLocal,
    remote_seen_at: now,
    remote_changed_at: now,
    origin: 'sync',
  };
}
