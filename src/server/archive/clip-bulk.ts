import { sql } from 'kysely';
import type { Channel, ClipState, StateReason } from '../../shared/clips.ts';
import { among, insertAlike, insertRows, nextId, spansTable, updateRows } from '../db/bulk.ts';
import { addJourneyDue } from '../db/journey-due.ts';
import type { Db } from '../db/open.ts';
import type { ClipPatch, NewClipRow } from '../db/schema.ts';
import { wallOf } from '../lib/zones.ts';
import { captureToleranceMs, clipMs } from './capture-repository.ts';
import {
  momentAmong,
  placeInCaptures,
  spansAround,
  type CapturePlaces,
  type KnownCapture,
  type Siblings,
} from './capture-place-plan.ts';
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

/**
 * Inserts clips that have files already, each into its capture, in the caller's transaction. They are taken over: they
 * become the rows that are returned.
 */
export async function insertArchived(
  db: Db,
  cameraId: number,
  clips: readonly UnplacedClip[],
): Promise<{ rows: NewClipRow[]; touched: BulkTouched }> {
  const { places, known } = await placesOf(db, cameraId, clips);
  const siblings = new Map<number, Siblings>(known.map((capture) => [capture.id, capture.siblings]));
  const rows = clips.map((clip, index) => {
    const capture_id = places.captureIds[index] ?? 0;
    const others = siblings.get(capture_id);
    if (!others) siblings.set(capture_id, clip);
    return Object.assign(clip, others && momentAmong(others, clip), { capture_id });
  });
  await insertCaptures(db, cameraId, places, rows);
  await insertAlike(db, 'clip', archivedColumns, rows);
  const localDays = new Set(rows.map((row) => row.local_day));
  return { rows, touched: { localDays, captureIds: new Set(places.locked) } };
}

async function insertClips(
  db: Db,
  cameraId: number,
  clips: readonly UnplacedClip[],
  touched: BulkTouched,
): Promise<void> {
  const { places, known } = await placesOf(db, cameraId, clips);
  const rows = withMoments(clips, places.captureIds, known);
  await insertCaptures(db, cameraId, places, rows);
  await insertRows(db, 'clip', insertColumns, rows);
  for (const id of places.locked) touched.captureIds.add(id);
  for (const { local_day } of rows) touched.localDays.add(local_day);
}

async function placesOf(
  db: Db,
  cameraId: number,
  clips: readonly UnplacedClip[],
): Promise<{ places: CapturePlaces; known: NearCapture[] }> {
  const placed = clips.map((clip) => ({
    startedAt: clip.started_at,
    localStart: clip.local_start,
    channel: clip.channel,
    kind: clip.kind,
    locked: clip.locked === 1,
    isPhoto: clip.container === 'jpg',
  }));
  const names = new Set(clips.map((clip) => clip.local_start));
  const known = await capturesNear(db, cameraId, [...names]);
  const options = { firstId: await nextId(db, 'capture'), toleranceMs: captureToleranceMs };
  return { places: placeInCaptures(placed, known, options), known };
}

async function insertCaptures(
  db: Db,
  cameraId: number,
  places: CapturePlaces,
  rows: readonly NewClipRow[],
): Promise<void> {
  const days = new Map(rows.map((row) => [row.capture_id, row.local_day]));
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
}

/** The clips with their captures, at the instants of those that were there before them. */
function withMoments(
  clips: readonly UnplacedClip[],
  captureIds: readonly number[],
  known: readonly NearCapture[],
): NewClipRow[] {
  const siblings = new Map<number, Siblings>(known.map((capture) => [capture.id, capture.siblings]));
  return clips.map((clip, index) => {
    const capture_id = captureIds[index] ?? 0;
    const others = siblings.get(capture_id);
    if (!others) siblings.set(capture_id, clip);
    return { ...clip, ...(others && momentAmong(others, clip)), capture_id };
  });
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
  'duration_ms',
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

/** What is known of a clip whose file is there. */
const archivedColumns = [
  'camera_id',
  'capture_id',
  'name',
  'generation',
  'channel',
  'kind',
  'sequence',
  'container',
  'duration_ms',
  'local_start',
  'started_at',
  'zone_offset_min',
  'time_source',
  'local_day',
  'locked',
  'kept',
  'kept_at',
  'note',
  'tags',
  'state',
  'state_reason',
  'state_at',
  'attempts',
  'last_error',
  'remote_volume',
  'remote_size_exact',
  'remote_gone_at',
  'path',
  'size_bytes',
  'mtime_ms',
  'archived_at',
  'origin',
  'complete',
  'gpx_sidecar',
] as const satisfies readonly (keyof NewClipRow)[];

type NearCapture = KnownCapture & { channels: Channel[]; siblings: Siblings };

/** The end of a span as a name has it. */
const textOf = (bound: 'from' | 'to') =>
  sql<string>`strftime('%Y-%m-%dT%H:%M:%S', ${sql.ref(`span.${bound}`)} / 1000, 'unixepoch')`;

/** Captures of a camera that clips of these names may belong to. */
async function capturesNear(db: Db, cameraId: number, names: readonly string[]): Promise<NearCapture[]> {
  const options = { toleranceMs: captureToleranceMs, gapMs: spanGapMs };
  const spans = spansAround(names.map(wallOf), options);
  const rows = await db
    .selectFrom(spansTable(spans))
    // Cross: the spans come first, each with its look-up, never the captures.
    .crossJoin('capture')
    .leftJoin('clip', 'clip.capture_id', 'capture.id')
    .select(['capture.id', 'capture.started_at', 'capture.local_start', 'capture.local_day', 'capture.kind'])
    .select(['clip.channel', 'clip.container', 'clip.zone_offset_min', 'clip.time_source'])
    .where('capture.camera_id', '=', cameraId)
    .where('capture.local_start', '>=', textOf('from'))
    .where('capture.local_start', '<=', textOf('to'))
    .orderBy('capture.id')
    .orderBy('clip.id')
    .execute();
  const captures = new Map<number, NearCapture>();
  for (const { id, kind, channel, container, ...siblings } of rows) {
    const { started_at: startedAt, local_start: localStart } = siblings;
    const none = { channels: [], photos: false, videos: false };
    const capture = captures.get(id) ?? { id, startedAt, localStart, kind, ...none, siblings };
    if (channel !== null) capture.channels.push(channel);
    if (container === 'jpg') capture.photos = true;
    else if (container !== null) capture.videos = true;
    captures.set(id, capture);
  }
  return [...captures.values()];
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
