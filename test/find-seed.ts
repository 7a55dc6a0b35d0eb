import { rebuildDays } from '../src/server/archive/day-repository.ts';
import type { Db } from '../src/server/db/open.ts';
import type { Channel, ClipKind, ClipState } from '../src/shared/clips.ts';
import type { Position } from '../src/shared/tracks.ts';

/** A recording of the seed, on the clocks where the car was. */
export interface SeedCapture {
  /** `2026-06-28T10:00` */
  at: string;
  cameraId?: number;
  kind?: ClipKind;
  channels?: readonly Channel[];
  state?: ClipState;
  /** Channels that a person kept. */
  kept?: readonly Channel[];
  journeyId?: number;
  stopId?: number;
  zoneOffsetMinutes?: number;
  lengthMs?: number;
  isPhoto?: boolean;
}

export async function seedCameras(db: Db, ids: readonly number[]): Promise<void> {
  for (const id of ids)
    await db
      .insertInto('camera')
      .values({ id, name: `Camera ${id}`, address: '', archive_folder: `c${id}`, enabled: 0, created_at: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Recordings with a clip of each channel, and the counts of their days. Ids of captures, in order. */
export async function seedCaptures(db: Db, captures: readonly SeedCapture[]): Promise<number[]> {
  const ids: number[] = [];
  for (const capture of captures) ids.push(await addCapture(db, capture));
  await rebuildDays(db);
  return ids;
}

async function addCapture(db: Db, capture: SeedCapture): Promise<number> {
  const { at, cameraId = 1, kind = 'normal', zoneOffsetMinutes = 0, journeyId, stopId } = capture;
  const localStart = at.length === 16 ? `${at}:00` : at;
  const startedAt = Date.parse(`${localStart}Z`) - zoneOffsetMinutes * 60_000;
  const { id } = await db
    .insertInto('capture')
    .values({
      camera_id: cameraId,
      started_at: startedAt,
      local_start: localStart,
      local_day: localStart.slice(0, 10),
      kind,
      locked: 0,
      journey_id: journeyId ?? null,
      stop_id: stopId ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const channel of capture.channels ?? ['front', 'rear'])
    await addClip(db, { ...capture, id, startedAt, localStart, channel });
  return id;
}

async function addClip(
  db: Db,
  clip: SeedCapture & { id: number; startedAt: number; localStart: string; channel: Channel },
): Promise<void> {
  const { channel, localStart, startedAt, state = 'archived', kind = 'normal', cameraId = 1 } = clip;
  const isArchived = state === 'archived';
  const name = `${localStart.replaceAll(/\D/g, '')}_${clip.id}_${channel}`;
  await db
    .insertInto('clip')
    .values({
      camera_id: cameraId,
      capture_id: clip.id,
      name,
      generation: 0,
      channel,
      kind,
      container: clip.isPhoto === true ? 'jpg' : 'mp4',
      local_start: localStart,
      started_at: startedAt,
      zone_offset_min: clip.zoneOffsetMinutes ?? 0,
      time_source: 'setting',
      local_day: localStart.slice(0, 10),
      duration_ms: clip.lengthMs ?? 60_000,
      locked: 0,
      kept: clip.kept?.includes(channel) === true ? 1 : 0,
      state,
      state_at: startedAt,
      attempts: 0,
      remote_volume: 'A',
      remote_size_exact: 1,
      path: isArchived ? name : null,
      size_bytes: isArchived ? 1000 : null,
      origin: 'sync',
    })
    .execute();
}

/** So many metres are a thousandth of a degree of latitude. */
export const leeds: Position = { latitude: 53.8, longitude: -1.55 };

export interface SeedSpan {
  from: string;
  to: string;
  cameraId?: number;
}

const instant = (local: string) => Date.parse(`${local}:00Z`);

/** A journey from one position to another; its id. */
export async function seedJourney(
  db: Db,
  { from, to, cameraId = 1, ends = [leeds, leeds] }: SeedSpan & { ends?: readonly [Position, Position] },
): Promise<number> {
  const [begin, end] = ends;
  const { id } = await db
    .insertInto('journey')
    .values({
      camera_id: cameraId,
      started_at: instant(from),
      ended_at: instant(to),
      shown_from: instant(from),
      shown_to: instant(to),
      start_zone: 'UTC',
      end_zone: 'UTC',
      local_day: from.slice(0, 10),
      last_local_day: to.slice(0, 10),
      from_latitude: begin.latitude,
      from_longitude: begin.longitude,
      to_latitude: end.latitude,
      to_longitude: end.longitude,
      distance_m: 10_000,
      moving_ms: 1,
      top_speed_mps: null,
      is_triage: 0,
      is_edited: 0,
      marks: '[]',
      outline: new Uint8Array(0),
      west: begin.longitude,
      south: begin.latitude,
      east: end.longitude,
      north: end.latitude,
      version: 1,
      name: null,
      note: null,
      tag: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** A stop; its id. */
export async function seedStop(
  db: Db,
  {
    from,
    to,
    placeId = null,
    cameraId = 1,
    position = leeds,
  }: SeedSpan & { placeId?: number | null; position?: Position },
): Promise<number> {
  const { id } = await db
    .insertInto('stop')
    .values({
      camera_id: cameraId,
      started_at: instant(from),
      ended_at: instant(to),
      zone: 'UTC',
      local_day: from.slice(0, 10),
      last_local_day: to.slice(0, 10),
      ...position,
      is_inferred: 0,
      is_open: 0,
      place_id: placeId,
      version: 1,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** A place of the user's; its id. */
export async function seedPlace(db: Db, name: string, position: Position): Promise<number> {
  const { id } = await db
    .insertInto('place')
    .values({ name, ...position, radius_m: 100, is_home: 0, skip_parked: 0, is_hidden: 0, created_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
