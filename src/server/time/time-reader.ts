import { sql } from 'kysely';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { CameraRow, CaptureRow, ClipRow } from '../db/schema.ts';
import { localTextOf, wallOf } from '../lib/zones.ts';
import { readBook } from './clock-book.ts';
import type { FixClock } from './gps-clock-policy.ts';
import type { ClockFacts } from './learned-zone-policy.ts';
import { nearMs, reachMs, type Shift } from './witness-policy.ts';

const captureColumns = [
  'id',
  'camera_id',
  'started_at',
  'local_start',
  'local_day',
  'kind',
  'time_confidence',
] as const;
export type PlacedCapture = Pick<CaptureRow, (typeof captureColumns)[number]>;

const clipColumns = [
  'id',
  'camera_id',
  'capture_id',
  'name',
  'path',
  'kept',
  'kept_at',
  'locked',
  'note',
  'tags',
  'sequence',
  'state',
  'origin',
  'local_start',
  'local_day',
  'started_at',
  'zone_offset_min',
  'time_source',
  'duration_ms',
  'remote_seen_at',
  'archived_at',
] as const;
export type PlacedClip = Pick<ClipRow, (typeof clipColumns)[number]>;

/** A track that shows a clock, with the name of its capture. */
export interface CaptureFix extends FixClock {
  captureId: number;
  captureWallMs: number;
  sequence: number | null;
}

/** In the order of the cameras' own clocks. */
export async function capturesByIds(db: Db, ids: readonly number[]): Promise<PlacedCapture[]> {
  return db
    .selectFrom('capture')
    .select(captureColumns)
    .where(among('id', ids))
    .orderBy('local_start')
    .orderBy('id')
    .execute();
}

export async function clipsOfCaptures(
  db: Db,
  captureIds: readonly number[],
): Promise<Map<number, PlacedClip[]>> {
  const rows = await db
    .selectFrom('clip')
    .select(clipColumns)
    .where(among('capture_id', captureIds))
    .orderBy('id')
    .execute();
  const groups = new Map<number, PlacedClip[]>();
  for (const row of rows) {
    const group = groups.get(row.capture_id);
    if (group) group.push(row);
    else groups.set(row.capture_id, [row]);
  }
  return groups;
}

const fixColumns = [
  'track.capture_id',
  'track.clock_offset_ms',
  'track.clock_jump_ms',
  'track.zone',
  'track.source',
  'clip.local_start',
  'clip.sequence',
] as const;

/** What the captures' own tracks show, the files' before what was read off a camera. */
export async function fixesOfCaptures(db: Db, captures: readonly PlacedCapture[]): Promise<CaptureFix[]> {
  const walls = new Map(captures.map((capture) => [capture.id, wallOf(capture.local_start)]));
  const rows = await db
    .selectFrom('track')
    // Cross: the tracks of these captures come first, never all clips.
    .crossJoin('clip')
    .select(fixColumns)
    .where(among('track.capture_id', [...walls.keys()]))
    .where('track.clock_offset_ms', 'is not', null)
    .whereRef('clip.id', '=', 'track.clip_id')
    .orderBy('clip.id')
    .execute();
  return rows
    .toSorted((a, b) => Number(a.source === 'triage') - Number(b.source === 'triage'))
    .flatMap((row) => fixOf({ ...row, captureWallMs: walls.get(row.capture_id) ?? 0 }));
}

interface FixRow {
  capture_id: number;
  clock_offset_ms: number | null;
  clock_jump_ms: number | null;
  zone: string | null;
  local_start: string;
  sequence: number | null;
  captureWallMs: number;
}

function fixOf(row: FixRow): CaptureFix[] {
  if (row.clock_offset_ms === null || row.zone === null) return [];
  return [
    {
      captureId: row.capture_id,
      captureWallMs: row.captureWallMs,
      sequence: row.sequence,
      wallMs: wallOf(row.local_start),
      offsetMs: row.clock_offset_ms,
      jumpMs: row.clock_jump_ms,
      zone: row.zone,
    },
  ];
}

/** A stretch of names. */
export interface WallSpan {
  from: number;
  to: number;
}

/** How many captures around a stretch are looked at: a clock that begins at New Year each time has them all there. */
const around = { before: 3000, after: 1500 };

/** What the tracks of a camera around these names show, by its own clock. */
export async function fixesNear(db: Db, cameraId: number, span: WallSpan): Promise<CaptureFix[]> {
  const fixes: CaptureFix[] = [];
  for (const captures of [before(db, cameraId, span), after(db, cameraId, span)]) {
    const rows = await db
      .selectFrom(captures.as('near'))
      .crossJoin('track')
      .crossJoin('clip')
      .select([...fixColumns, 'near.local_start as captureLocal'])
      .whereRef('track.capture_id', '=', 'near.id')
      .where('track.clock_offset_ms', 'is not', null)
      .whereRef('clip.id', '=', 'track.clip_id')
      .execute();
    for (const row of rows) fixes.push(...fixOf({ ...row, captureWallMs: wallOf(row.captureLocal) }));
  }
  return fixes;
}

/** On each side; what a camera without GPS recorded must not be looked through to its beginning for each clip. */
const beyond = { captures: 1000, fixes: 8 };

/** What the tracks next to these names show, on both sides, where that is further away than what is near. */
export async function fixesBeyond(
  db: Db,
  cameraId: number,
  span: WallSpan,
  apartMs = nearMs,
): Promise<CaptureFix[]> {
  const earlier = named(db, cameraId)
    .where('local_start', '>=', localTextOf(span.from - reachMs))
    .where('local_start', '<', localTextOf(span.from - apartMs))
    .orderBy('local_start', 'desc')
    .limit(beyond.captures);
  const later = named(db, cameraId)
    .where('local_start', '>', localTextOf(span.to + apartMs))
    .where('local_start', '<=', localTextOf(span.to + reachMs))
    .orderBy('local_start')
    .limit(beyond.captures);
  const fixes: CaptureFix[] = [];
  for (const captures of [earlier, later]) {
    const rows = await db
      .selectFrom(captures.as('near'))
      .crossJoin('track')
      .crossJoin('clip')
      .select([...fixColumns, 'near.local_start as captureLocal'])
      .whereRef('track.capture_id', '=', 'near.id')
      .where('track.clock_offset_ms', 'is not', null)
      .whereRef('clip.id', '=', 'track.clip_id')
      .limit(beyond.fixes)
      .execute();
    for (const row of rows) fixes.push(...fixOf({ ...row, captureWallMs: wallOf(row.captureLocal) }));
  }
  return fixes;
}

const named = (db: Db, cameraId: number) =>
  db
    .selectFrom('capture')
    .select(['id', 'local_start', 'started_at', 'time_confidence'])
    .where('camera_id', '=', cameraId);

const before = (db: Db, cameraId: number, { from, to }: WallSpan) =>
  named(db, cameraId)
    .where('local_start', '>=', localTextOf(from - nearMs))
    .where('local_start', '<=', localTextOf(to))
    .orderBy('local_start', 'desc')
    .limit(around.before);

const after = (db: Db, cameraId: number, { to }: WallSpan) =>
  named(db, cameraId)
    .where('local_start', '>', localTextOf(to))
    .where('local_start', '<=', localTextOf(to + nearMs))
    .orderBy('local_start')
    .limit(around.after);

/** Captures around these names that show no clock themselves, and of which no track is about to be read. */
export async function unseenNear(db: Db, cameraId: number, span: WallSpan): Promise<UnseenCapture[]> {
  const found = [];
  for (const captures of [before(db, cameraId, span), after(db, cameraId, span)])
    found.push(...(await unseenAmong(db, captures)));
  return found;
}

/** Those named from then to then, both included, the latest first. */
export async function unseenBetween(
  db: Db,
  cameraId: number,
  { from, to }: WallSpan,
): Promise<UnseenCapture[]> {
  const within = named(db, cameraId)
    .where('local_start', '>=', localTextOf(from))
    .where('local_start', '<=', localTextOf(to))
    .orderBy('local_start', 'desc')
    .limit(around.before);
  return unseenAmong(db, within);
}

type UnseenCapture = Pick<CaptureRow, 'id' | 'local_start' | 'started_at' | 'time_confidence'>;

const unseenAmong = (db: Db, captures: ReturnType<typeof before>): Promise<UnseenCapture[]> =>
  db
    .selectFrom(captures.as('near'))
    .selectAll()
    .where(
      sql<boolean>`not exists (select 1 from track where track.capture_id = near.id and track.clock_offset_ms is not null)`,
    )
    .where(
      sql<boolean>`not exists (select 1 from clip where clip.capture_id = near.id and clip.state = 'archived' and clip.track_due = 1)`,
    )
    .execute();

/** A page of a camera's captures, the last by their names first; from and to both included. */
export async function capturesFromLast(
  db: Db,
  cameraId: number,
  page: {
    from: string | null;
    to: string | null;
    before: { localStart: string; id: number } | null;
    limit: number;
  },
): Promise<{ id: number; local_start: string }[]> {
  const { from, to, before: last, limit } = page;
  // Beyond any local time.
  const latest = last?.localStart ?? to ?? '~';
  return db
    .selectFrom('capture')
    .select(['id', 'local_start'])
    .where('camera_id', '=', cameraId)
    .where('local_start', '<=', latest)
    .$if(from !== null, (query) => query.where('local_start', '>=', from ?? ''))
    .$if(last !== null, (query) =>
      query.where((eb) => eb.or([eb('local_start', '<', latest), eb('id', '<', last?.id ?? 0)])),
    )
    .orderBy('local_start', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** No time is before or after. */
const farMs = 8.64e15;

/** What is known of a camera's clocks. */
export async function clockFactsOf(db: Db, camera: CameraRow): Promise<ClockFacts> {
  const shifts = await shiftsOf(db, camera.id);
  return {
    book: readBook(camera.gps_clock_evidence),
    gpsClock: camera.gps_clock_set,
    zone: camera.zone,
    shifts: shifts.map((row): Shift => ({
      fromMs: row.from_local === null ? -farMs : wallOf(row.from_local),
      toMs: row.to_local === null ? farMs : wallOf(row.to_local),
      shiftMs: row.shift_ms,
    })),
  };
}

export const shiftsOf = (db: Db, cameraId: number) =>
  db.selectFrom('clock_shift').selectAll().where('camera_id', '=', cameraId).orderBy('id').execute();
