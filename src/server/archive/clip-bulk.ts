import type { Channel, ClipState, StateReason } from '../../shared/clips.ts';
import { among, insertRows, nextId, spansTable, updateRows } from '../db/bulk.ts';
import { addJourneyDue } from '../db/journey-due.ts';
import type { Db } from '../db/open.ts';
import type { ClipPatch, NewClipRow } from '../db/schema.ts';
import { captureToleranceMs, clipMs } from './capture-repository.ts';
import { placeInCaptures, spansAround, type KnownCapture } from './capture-place-plan.ts';
import { assertTransition } from './clip-states.ts';

/** A clip that is new to the ledger; its capture is found when it is inserted. */
export type UnplacedClip = Omit<NewClipRow, 'capture_id'>;

/** Very many changes of one camera's clips at once, in this order. */
export interface BulkChange {
  /** All with the same columns. */
  inserts: readonly UnplacedClip[];
  /** Facts of the camera's side; a null is a value like any other. */
  patches: readonly { id: number; patch: ClipPatch }[];
  moves: readonly { ids: readonly number[]; from: ClipState; to: ClipState; reason: StateReason | null }[];
  /** Clips that the camera no longer holds. */
  gone: readonly number[];
  at: number;
}

/** Rows whose captures are right again, and whose days are the caller's to recount. */
export interface BulkTouched {
  localDays: Set<string>;
  /** Captures whose lock is to be looked at anew. */
  captureIds: Set<number>;
}

/** Captures further apart than this are looked for one stretch after the other. */
const spanGapMs = 600_000;

/** Carries a change out, in the caller's transaction, with a handful of statements however large it is. */
export async function applyBulk(db: Db, cameraId: number, change: BulkChange): Promise<BulkTouched> {
  const touched: BulkTouched = { localDays: new Set(), captureIds: new Set() };
  if (change.inserts.length > 0) await insertClips(db, cameraId, change.inserts, touched);
  await patchClips(db, change.patches, touched);
  for (const move of change.moves) await moveClips(db, move, change.at, touched);
  if (change.gone.length > 0) {
    await db.updateTable('clip').set({ remote_gone_at: change.at }).where(among('id', change.gone)).execute();
  }
  return touched;
}

async function insertClips(
  db: Db,
  cameraId: number,
  clips: readonly UnplacedClip[],
  touched: BulkTouched,
): Promise<void> {
  const placed = clips.map((clip) => ({
    startedAt: clip.started_at,
    localStart: clip.local_start,
    channel: clip.channel,
    kind: clip.kind,
    locked: clip.locked === 1,
  }));
  const starts = placed.map((clip) => clip.startedAt);
  const options = { firstId: await nextId(db, 'capture'), toleranceMs: captureToleranceMs };
  const places = placeInCaptures(placed, await capturesNear(db, cameraId, starts), options);
  const days = new Map<number, string>();
  for (const [index, captureId] of places.captureIds.entries()) {
    const day = clips[index]?.local_day;
    if (day !== undefined && !days.has(captureId)) days.set(captureId, day);
  }
  const captures = places.made.map((capture) => ({
    id: capture.id,
    camera_id: cameraId,
    started_at: capture.startedAt,
    local_start: capture.localStart,
    local_day: days.get(capture.id) ?? capture.localStart.slice(0, 10),
    kind: capture.kind,
    locked: capture.locked ? (1 as const) : (0 as const),
  }));
  await insertRows(db, 'capture', captureColumns, captures);
  const made = captures.map((capture) => capture.started_at);
  await addJourneyDue(db, cameraId, spansAround(made, { toleranceMs: clipMs, gapMs: spanGapMs }));
  const rows = clips.map((clip, index) => ({ ...clip, capture_id: places.captureIds[index] ?? 0 }));
  await insertRows(db, 'clip', insertColumns, rows);
  for (const id of places.locked) touched.captureIds.add(id);
  for (const { local_day } of clips) touched.localDays.add(local_day);
}

const captureColumns = [
  'id',
  'camera_id',
  'started_at',
  'local_start',
  'local_day',
  'kind',
  'locked',
] as const;

/** What is known of a clip that was only listed yet. */
const insertColumns = [
  'camera_id',
  'capture_id',
  'name',
  'generation',
  'channel',
  'kind',
  'sequence',
  'container',
  'local_start',
  'started_at',
  'zone_offset_min',
  'time_source',
  'local_day',
  'locked',
  'kept',
  'state',
  'state_reason',
  'state_at',
  'attempts',
  'remote_volume',
  'remote_path',
  'remote_size_bytes',
  'remote_size_exact',
  'remote_timecode',
  'remote_ended_local',
  'remote_seen_at',
  'remote_changed_at',
  'origin',
] as const satisfies readonly (keyof NewClipRow)[];

/** Captures of a camera that clips with these starts may belong to. */
async function capturesNear(db: Db, cameraId: number, starts: readonly number[]): Promise<KnownCapture[]> {
  const spans = spansAround(starts, { toleranceMs: captureToleranceMs, gapMs: spanGapMs });
  const rows = await db
    .selectFrom(spansTable(spans))
    // Cross: the spans come first, each with its look-up, never the captures.
    .crossJoin('capture')
    .leftJoin('clip', 'clip.capture_id', 'capture.id')
    .select(['capture.id', 'capture.started_at', 'capture.kind', 'clip.channel'])
    .where('capture.camera_id', '=', cameraId)
    .whereRef('capture.started_at', '>=', 'span.from')
    .whereRef('capture.started_at', '<=', 'span.to')
    .execute();
  const captures = new Map<number, KnownCapture & { channels: Channel[] }>();
  for (const { id, started_at, kind, channel } of rows) {
    const capture = captures.get(id) ?? { id, startedAt: started_at, kind, channels: [] };
    if (channel !== null) capture.channels.push(channel);
    captures.set(id, capture);
  }
  return [...captures.values()].toSorted((a, b) => a.id - b.id);
}

/** What is told beside a clip too, and counted; of what a camera tells, only the lock. */
const isCounted = (patch: ClipPatch) =>
  patch.locked !== undefined || patch.kept !== undefined || patch.size_bytes !== undefined;

async function patchClips(db: Db, patches: BulkChange['patches'], touched: BulkTouched): Promise<void> {
  for (const { columns, rows } of byColumns(patches)) await updateRows(db, 'clip', columns, rows);
  const ids = patches.flatMap(({ id, patch }) => (isCounted(patch) ? [id] : []));
  if (ids.length === 0) return;
  await db
    .updateTable('clip')
    .set({ sidecar_due: 1 })
    .where(among('id', ids))
    .where('state', '=', 'archived')
    .execute();
  const rows = await db
    .selectFrom('clip')
    .select(['local_day', 'capture_id'])
    .where(among('id', ids))
    .execute();
  for (const row of rows) {
    touched.localDays.add(row.local_day);
    touched.captureIds.add(row.capture_id);
  }
}

type Column = keyof ClipPatch;
type PatchGroup = { columns: Column[]; rows: (ClipPatch & { id: number })[] };

/** Patches of the same columns go together. */
function byColumns(patches: BulkChange['patches']): PatchGroup[] {
  const groups = new Map<string, PatchGroup>();
  for (const { id, patch } of patches) {
    const columns = (Object.keys(patch) as Column[]).toSorted();
    const key = columns.join(' ');
    const group = groups.get(key) ?? { columns, rows: [] };
    group.rows.push({ ...patch, id });
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Clips that have meanwhile left the state named in `from` are let be. */
async function moveClips(
  db: Db,
  { ids, from, to, reason }: BulkChange['moves'][number],
  at: number,
  touched: BulkTouched,
): Promise<void> {
  assertTransition(from, to);
  const rows = await db
    .updateTable('clip')
    .set({ state: to, state_reason: reason, state_at: at })
    .where(among('id', ids))
    .where('state', '=', from)
    .returning('local_day')
    .execute();
  for (const { local_day } of rows) touched.localDays.add(local_day);
}
