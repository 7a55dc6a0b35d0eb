import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { packTrack } from '../src/server/tracks/track-codec.ts';
import type { Channel } from '../src/shared/clips.ts';
import { metresPerDegree } from '../src/shared/geo.ts';
import type { Events } from '../src/shared/events.ts';
import { settingsSchema, type Settings } from '../src/shared/settings.ts';
import type { Position, TrackSource } from '../src/shared/tracks.ts';
import { hourMs, minuteMs } from './places-times.ts';

/** A database of its own, a bus, settings that can be changed, a log, and a clock that is set by hand. */
export async function usePlacesWorld(configDir?: string) {
  const folder = configDir ?? (await mkdtemp(join(tmpdir(), 'viofosync-places-')));
  const db = await openDatabase({ configDir: folder, now: new Date() });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await db.destroy();
    isOpen = false;
  };
  onTestFinished(async () => {
    await close();
    await rm(folder, { recursive: true, force: true });
  });
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const events = new EventBus<Events>((error) => {
    throw error;
  });
  let values: Settings = settingsSchema.parse({});
  const clock = { at: Date.UTC(2026, 5, 1, 12), now: () => clock.at };
  return {
    folder,
    db,
    close,
    lines,
    log,
    events,
    clock,
    settings: () => values,
    set: (patch: Partial<Settings>) => {
      values = { ...values, ...patch };
      events.emit('settings.changed', { keys: Object.keys(patch) });
    },
  };
}

export type PlacesWorld = Awaited<ReturnType<typeof usePlacesWorld>>;

/** So many metres north and east of somewhere in Kent. */
export const kent = (north: number, east = 0): Position => ({
  latitude: 51.2 + north / metresPerDegree,
  longitude: 0.9 + east / metresPerDegree / Math.cos((51.2 * Math.PI) / 180),
});

const isoOf = (at: number) => new Date(at).toISOString();

/** A stop of an hour unless it is said otherwise; its id. */
export async function addStop(
  db: Database,
  {
    at,
    position,
    cameraId = 1,
    ms = hourMs,
  }: { at: number; position: Position; cameraId?: number; ms?: number },
): Promise<number> {
  const { id } = await db
    .insertInto('stop')
    .values({
      camera_id: cameraId,
      started_at: at,
      ended_at: at + ms,
      zone: 'Europe/London',
      local_day: isoOf(at).slice(0, 10),
      last_local_day: isoOf(at + ms).slice(0, 10),
      ...position,
      is_inferred: 0,
      is_open: 0,
      place_id: null,
      version: 1,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { latitude, longitude } = position;
  await db
    .insertInto('stop_box')
    .values({
      stop_id: id,
      west: longitude,
      east: longitude,
      south: latitude,
      north: latitude,
      started_at: at,
      camera_id: cameraId,
    })
    .execute();
  return id;
}

export async function addCamera(db: Database, id: number, vehicle: string | null = null): Promise<void> {
  await db
    .insertInto('camera')
    .values({
      id,
      name: `Camera ${id}`,
      address: '',
      archive_folder: `c${id}`,
      enabled: 1,
      created_at: 0,
      vehicle,
    })
    .execute();
}

/** A clip of a minute with a track of one fix a second, whose positions `along` gives; its id. */
export async function addTrack(
  db: Database,
  order: {
    at: number;
    along: (second: number) => Position;
    cameraId?: number;
    captureId?: number;
    channel?: Channel;
    source?: TrackSource;
    every?: number;
  },
): Promise<number> {
  const { at, along, cameraId = 1, channel = 'front', source = 'file', every = 1 } = order;
  const local = isoOf(at).slice(0, 19);
  const captureId = order.captureId ?? (await addCapture(db, at, cameraId));
  const { id } = await db
    .insertInto('clip')
    .values({
      camera_id: cameraId,
      capture_id: captureId,
      name: `${local.replaceAll(/[-:T]/g, '')}_${channel}.MP4`,
      generation: 0,
      channel,
      kind: 'normal',
      container: 'mp4',
      local_start: local,
      started_at: at,
      zone_offset_min: 0,
      time_source: 'gps',
      local_day: local.slice(0, 10),
      locked: 0,
      kept: 0,
      state: source === 'triage' ? 'waiting' : 'archived',
      state_at: at,
      attempts: 0,
      remote_volume: 'A',
      remote_size_exact: 0,
      origin: 'sync',
      ...(source !== 'triage' && {
        path: `${local.slice(0, 10)}/${captureId}-${channel}-${cameraId}.MP4`,
        size_bytes: 1,
      }),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const places = Array.from({ length: 60 / every }, (_, index) => along(index * every));
  const points = packTrack(
    places.map((position, index) => ({
      offsetMs: index * every * 1000,
      clockMs: at + index * every * 1000,
      isFix: true,
      ...position,
      speedMps: 10,
      courseDegrees: 90,
      flaw: null,
    })),
  );
  const longitudes = places.map(({ longitude }) => longitude);
  const isAcross = Math.max(...longitudes) - Math.min(...longitudes) > 180;
  const box = {
    south: Math.min(...places.map(({ latitude }) => latitude)),
    north: Math.max(...places.map(({ latitude }) => latitude)),
    west: Math.min(...(isAcross ? longitudes.filter((x) => x > 0) : longitudes)),
    east: Math.max(...(isAcross ? longitudes.filter((x) => x < 0) : longitudes)),
  };
  const shared = { clip_id: id, camera_id: cameraId, started_at: at };
  await db
    .insertInto('track')
    .values({
      ...shared,
      ...box,
      capture_id: captureId,
      source,
      version: 1,
      read_at: at,
      samples: places.length,
      fixes: places.length,
      dropped: 0,
      span_ms: minuteMs,
      distance_m: 600,
      clock_offset_ms: null,
      clock_jump_ms: null,
      zone: null,
      points,
    })
    .execute();
  await db
    .insertInto('track_box')
    .values({ ...shared, ...box, ...(isAcross && { west: -180, east: 180 }) })
    .execute();
  return id;
}

export async function addCapture(db: Database, at: number, cameraId = 1): Promise<number> {
  const local = isoOf(at).slice(0, 19);
  const row = await db
    .insertInto('capture')
    .values({
      camera_id: cameraId,
      started_at: at,
      local_start: local,
      local_day: local.slice(0, 10),
      kind: 'normal',
      locked: 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}
