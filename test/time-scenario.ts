import { refreshDays } from '../src/server/archive/day-repository.ts';
import { captureFor } from '../src/server/archive/capture-repository.ts';
import { parseClipName } from '../src/shared/clip-name.ts';
import type { Events } from '../src/shared/events.ts';
import type { Database } from '../src/server/db/open.ts';
import type { NewClipRow } from '../src/server/db/schema.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import type { Logger } from '../src/server/lib/logger.ts';
import { localDayOf, localTextOf, wallOf, ZonedTimes } from '../src/server/lib/zones.ts';
import { CameraClocksService } from '../src/server/time/camera-clocks.ts';
import { CameraTimes } from '../src/server/time/camera-times.ts';
import { ClockService } from '../src/server/time/clock-service.ts';
import { TimeKeeper } from '../src/server/time/time-keeper.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const now = Date.UTC(2026, 10, 20);

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Logger;

/** What keeps the times of an open database, with the journeys that it says are due. */
export function timeParts(db: Database, zone = 'Europe/Berlin', capturesAtOnce?: number) {
  const due: { cameraId: number; from: number; to: number }[] = [];
  const told: (keyof Events)[] = [];
  const events = new EventBus<Events>((error) => {
    throw error;
  });
  events.onAny((name) => told.push(name));
  const clock = { now: () => now };
  const keeper = new TimeKeeper({
    clock,
    zone,
    refreshDays,
    journeysDue: async (_trx, cameraId, from, to) => void due.push({ cameraId, from, to }),
    onDue: () => undefined,
  });
  const service = new ClockService({
    db,
    keeper,
    events,
    log: silent,
    onMoved: () => undefined,
    ...(capturesAtOnce !== undefined && { capturesAtOnce }),
  });
  const clocks = new CameraClocksService({ db, keeper, events, clock, zone, onDue: () => undefined });
  const times = new CameraTimes(new ZonedTimes(zone));
  const drain = () => service.drain(new AbortController().signal);
  return { db, keeper, service, clocks, times, due, told, drain };
}

export type TimeParts = ReturnType<typeof timeParts>;

export async function addCamera(db: Database, firmware: string | null = 'V1'): Promise<number> {
  const { id } = await db
    .insertInto('camera')
    .values({ name: 'Car', address: '', archive_folder: '', enabled: 1, created_at: 0, firmware })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export interface AddedClip {
  id: number;
  captureId: number;
}

/** A clip of this name (`2026-07-15T12:00:00`), placed by its name as a listing does it. */
export async function addClip(
  { db, times }: TimeParts,
  cameraId: number,
  named: string,
  change: Partial<NewClipRow> = {},
): Promise<AddedClip> {
  const sequence = change.sequence ?? null;
  const letter = change.channel === 'rear' ? 'R' : 'F';
  const digits = named.replaceAll(/\D/g, '');
  const number = sequence === null ? '' : `_${String(sequence).padStart(6, '0')}`;
  const name = `${digits.slice(0, 4)}_${digits.slice(4, 8)}_${digits.slice(8)}${number}${letter}.MP4`;
  const localStart = parseClipName(name)?.localStart ?? named;
  const placed = (await times.of(db, cameraId)).place(localStart);
  const values = {
    camera_id: cameraId,
    name,
    generation: 0,
    channel: 'front' as const,
    kind: 'normal' as const,
    container: 'mp4' as const,
    local_start: localStart,
    started_at: placed.at,
    zone_offset_min: placed.offsetMinutes,
    time_source: placed.source ?? ('setting' as const),
    local_day: localDayOf(placed),
    locked: 0 as const,
    kept: 0 as const,
    state: 'archived' as const,
    state_at: now,
    attempts: 0,
    remote_volume: '',
    remote_size_exact: 0 as const,
    origin: 'found' as const,
    track_due: 0 as const,
    size_bytes: 1000,
    ...change,
  };
  const generation = await generationOf(db, values);
  const captureId = await captureFor(db, {
    cameraId,
    startedAt: values.started_at,
    localStart,
    localDay: values.local_day,
    channel: values.channel,
    kind: values.kind,
    locked: false,
  });
  const { id } = await db
    .insertInto('clip')
    .values({ ...values, generation, capture_id: captureId, path: `${generation}/${name}` })
    .returning('id')
    .executeTakeFirstOrThrow();
  await refreshDays(db, cameraId, [values.local_day]);
  return { id, captureId };
}

async function generationOf(
  db: Database,
  { camera_id, name }: { camera_id: number; name: string },
): Promise<number> {
  const rows = await db
    .selectFrom('clip')
    .select('id')
    .where('camera_id', '=', camera_id)
    .where('name', '=', name)
    .execute();
  return rows.length;
}

/** Its records would have shown this clock at its start; the captures are placed, as when a track is read. */
export async function addTrack(
  { db, keeper }: TimeParts,
  clip: AddedClip,
  clock: string,
  { zone = 'Europe/Berlin', jumpMs = null }: { zone?: string; jumpMs?: number | null } = {},
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('clip').selectAll().where('id', '=', clip.id).executeTakeFirstOrThrow();
    await trx
      .insertInto('track')
      .values({
        clip_id: clip.id,
        camera_id: row.camera_id,
        capture_id: row.capture_id,
        started_at: row.started_at,
        source: 'file',
        version: 1,
        read_at: now,
        samples: 60,
        fixes: 60,
        dropped: 0,
        span_ms: 59_000,
        distance_m: 500,
        west: 13.4,
        south: 52.5,
        east: 13.5,
        north: 52.6,
        clock_offset_ms: wallOf(clock) - wallOf(row.local_start),
        clock_jump_ms: jumpMs,
        zone,
        points: new Uint8Array(),
      })
      .execute();
    const box = { west: 13.4, east: 13.5, south: 52.5, north: 52.6 };
    await trx
      .insertInto('track_box')
      .values({ clip_id: clip.id, ...box, started_at: row.started_at, camera_id: row.camera_id })
      .execute();
    await keeper.onTracks(trx, [row.capture_id]);
  });
}

/** The clip as it is now, with everything that carries its instant; throws where they disagree. */
export async function instantOf({ db }: TimeParts, { id, captureId }: AddedClip) {
  const clip = await db.selectFrom('clip').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const capture = await db
    .selectFrom('capture')
    .selectAll()
    .where('id', '=', captureId)
    .executeTakeFirstOrThrow();
  const tracks = await db.selectFrom('track').select('started_at').where('clip_id', '=', id).execute();
  const boxes = await db.selectFrom('track_box').select('started_at').where('clip_id', '=', id).execute();
  for (const row of [...tracks, ...boxes])
    if (row.started_at !== clip.started_at) throw new Error(`a track of clip ${id} is at ${row.started_at}`);
  const delta = clip.started_at - wallOf(clip.local_start);
  if (clip.capture_id !== captureId) throw new Error(`clip ${id} is of another capture`);
  if (capture.started_at - wallOf(capture.local_start) !== delta)
    throw new Error(`capture ${captureId} is elsewhere`);
  return {
    at: `${localTextOf(clip.started_at)}Z`,
    day: clip.local_day,
    source: clip.time_source,
    confidence: capture.time_confidence,
  };
}

/** Everything that says when something was, in a form that can be compared. */
export async function allTimes({ db }: TimeParts): Promise<unknown[]> {
  const clips = await db
    .selectFrom('clip')
    .select([
      'id',
      'name',
      'local_start',
      'started_at',
      'zone_offset_min',
      'time_source',
      'local_day',
      'sidecar_due',
    ])
    .orderBy('id')
    .execute();
  const captures = await db
    .selectFrom('capture')
    .select(['id', 'started_at', 'local_start', 'local_day', 'time_confidence'])
    .orderBy('id')
    .execute();
  const tracks = await db.selectFrom('track').select(['clip_id', 'started_at']).orderBy('clip_id').execute();
  const boxes = await db
    .selectFrom('track_box')
    .select(['clip_id', 'started_at'])
    .orderBy('clip_id')
    .execute();
  const days = await db.selectFrom('day').selectAll().orderBy('local_day').orderBy('camera_id').execute();
  return [clips, captures, tracks, boxes, days];
}
