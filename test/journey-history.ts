import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, sql, SqliteDialect } from 'kysely';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { addJourneyDue } from '../src/server/db/journey-due.ts';
import { databaseFileName, openDatabase, type Database, type Db } from '../src/server/db/open.ts';
import type { Schema } from '../src/server/db/schema.ts';
import { JourneyDue } from '../src/server/journeys/journey-due.ts';
import { JourneyService } from '../src/server/journeys/journey-service.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { packTrack } from '../src/server/tracks/track-codec.ts';
import type { TrackSample } from '../src/server/tracks/track-types.ts';
import type { Channel, ClipKind, ClipState } from '../src/shared/clips.ts';
import type { Events } from '../src/shared/events.ts';
import { boundsOf, metresPerDegree } from '../src/shared/geo.ts';
import { settingsSchema, type Settings } from '../src/shared/settings.ts';

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;
/** Noon UTC of a Monday in winter. */
export const noon = Date.UTC(2026, 1, 2, 12);

/** Where the car is at an instant; null where its receiver has no fix. */
export type Way = (at: number) => { east: number; north: number; speed: number | null } | null;

export interface HistoryClip {
  at: number;
  ms: number;
  kind: ClipKind;
  /** Metres east and north of the origin; null has no GPS at all. */
  way: Way | null;
  cameraId?: number;
  channel?: Channel;
  state?: ClipState;
  stepMs?: number;
  source?: 'file' | 'triage';
  origin?: { latitude: number; longitude: number };
}

export const munich = { latitude: 48.137, longitude: 11.575 };

/** A database with cameras and what derives its journeys, ended and removed with the test. */
export async function useJourneys(
  options: {
    cameras?: number;
    vehicle?: string;
    settings?: Partial<Settings>;
    /** Gets the text of every statement. */
    statements?: Set<string>;
  } = {},
) {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-journeys-'));
  const db = await open(configDir, options.statements);
  onTestFinished(async () => {
    await db.destroy();
    await rm(configDir, { recursive: true, force: true });
  });
  for (let id = 1; id <= (options.cameras ?? 1); id++) {
    await db
      .insertInto('camera')
      .values({
        name: `Camera ${id}`,
        address: `10.0.0.${id}`,
        archive_folder: '',
        enabled: 1,
        created_at: 0,
        vehicle: options.vehicle ?? null,
      })
      .execute();
  }
  const told: string[][] = [];
  const events = new EventBus<Events>(() => undefined);
  events.on('journeys.changed', ({ localDays }) => void told.push(localDays));
  const settings = { ...settingsSchema.parse({}), ...options.settings };
  const due = new JourneyDue();
  const placed: number[] = [];
  const service = new JourneyService({
    db,
    events,
    log: pino({ level: 'silent' }),
    due,
    settings: () => settings,
    assignPlaces: async (_trx, ids) => void placed.push(...ids),
  });
  return { db, due, events, service, settings, told, placed };
}

async function open(configDir: string, statements?: Set<string>): Promise<Database> {
  const db = await openDatabase({ configDir, now: new Date(noon) });
  if (!statements) return db;
  await db.destroy();
  return new Kysely<Schema>({
    dialect: new SqliteDialect({ database: new SqliteDatabase(join(configDir, databaseFileName)) }),
    log: (event) => void statements.add(event.query.sql),
  });
}

/** The plan of each statement, by its text. */
export async function plansOf(db: Database, statements: Iterable<string>): Promise<Map<string, string[]>> {
  const plans = new Map<string, string[]>();
  for (const text of [...statements].filter((one) => /^\s*(select|insert|update|delete)\b/i.test(one))) {
    const parts = text.split('?');
    const query = parts
      .slice(1)
      .reduce((so, part) => sql`${so}${null}${sql.raw(part)}`, sql.raw(parts[0] ?? ''));
    const { rows } = await sql<{ detail: string }>`explain query plan ${query}`.execute(db);
    plans.set(
      text,
      rows.map((row) => row.detail),
    );
  }
  return plans;
}

/** Puts clips into the ledger as TRACKS and the reconciler would, with what is due. */
export async function addClips(db: Database, clips: readonly HistoryClip[]): Promise<number[]> {
  return db.transaction().execute(async (trx) => {
    const ids: number[] = [];
    for (const clip of clips) {
      const { captureId } = await addClip(trx, clip);
      ids.push(captureId);
      await addJourneyDue(trx, clip.cameraId ?? 1, [{ from: clip.at, to: clip.at + clip.ms }]);
    }
    return ids;
  });
}

const localOf = (at: number): string => new Date(at).toISOString().slice(0, 19);

async function addClip(trx: Db, clip: HistoryClip): Promise<{ captureId: number }> {
  const { cameraId = 1, channel = 'front', at, ms, kind, state = 'archived' } = clip;
  const local = localOf(at);
  const near = await trx
    .selectFrom('capture')
    .select('id')
    .where('camera_id', '=', cameraId)
    .where('started_at', '=', at)
    .executeTakeFirst();
  const { id: captureId } =
    near ??
    (await trx
      .insertInto('capture')
      .values({
        camera_id: cameraId,
        started_at: at,
        local_start: local,
        local_day: local.slice(0, 10),
        kind,
        locked: 0,
      })
      .returning('id')
      .executeTakeFirstOrThrow());
  const { id: clipId } = await trx
    .insertInto('clip')
    .values({
      camera_id: cameraId,
      capture_id: captureId,
      name: `${at}${channel}.MP4`,
      generation: 0,
      channel,
      kind,
      container: 'mp4',
      local_start: local,
      started_at: at,
      zone_offset_min: 0,
      time_source: 'setting',
      local_day: local.slice(0, 10),
      duration_ms: ms,
      locked: 0,
      kept: 0,
      state,
      state_at: at,
      attempts: 0,
      remote_volume: 'A',
      remote_size_exact: 1,
      origin: 'sync',
      track_due: 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (clip.way) await addTrack(trx, clip, { clipId, captureId });
  return { captureId };
}

async function addTrack(
  trx: Db,
  clip: HistoryClip,
  { clipId, captureId }: { clipId: number; captureId: number },
): Promise<void> {
  const samples = samplesOf(clip);
  const fixes = samples.filter((sample) => sample.isFix);
  const bounds = boundsOf(fixes);
  await trx
    .insertInto('track')
    .values({
      clip_id: clipId,
      camera_id: clip.cameraId ?? 1,
      capture_id: captureId,
      started_at: clip.at,
      source: clip.source ?? 'file',
      version: 1,
      read_at: clip.at,
      samples: samples.length,
      fixes: fixes.length,
      dropped: 0,
      span_ms: (fixes.at(-1)?.offsetMs ?? 0) - (fixes[0]?.offsetMs ?? 0),
      distance_m: 0,
      ...(bounds ?? { west: null, south: null, east: null, north: null }),
      points: packTrack(samples),
    })
    .execute();
  if (bounds)
    await trx
      .insertInto('track_box')
      .values({
        clip_id: clipId,
        ...bounds,
        ...(bounds.west > bounds.east && { west: -180, east: 180 }),
        started_at: clip.at,
        camera_id: clip.cameraId ?? 1,
      })
      .execute();
}

function samplesOf({ at, ms, way, stepMs = 1000, origin = munich }: HistoryClip): TrackSample[] {
  const samples: TrackSample[] = [];
  for (let offsetMs = 0; offsetMs < ms; offsetMs += stepMs) {
    const place = way?.(at + offsetMs) ?? null;
    const longitude =
      origin.longitude + (place?.east ?? 0) / (metresPerDegree * Math.cos((origin.latitude * Math.PI) / 180));
    samples.push({
      offsetMs,
      clockMs: at + offsetMs,
      isFix: place !== null,
      latitude: place ? origin.latitude + place.north / metresPerDegree : 0,
      longitude: place ? ((longitude + 540) % 360) - 180 : 0,
      speedMps: place?.speed ?? null,
      courseDegrees: null,
      flaw: null,
    });
  }
  return samples;
}

/** One leg of a plan: standing, or driving east at so many metres a second. */
export interface Leg {
  ms: number;
  speed: number;
}

/** The way of legs that begin at an instant; standing, positions wander by a few metres. */
export function legs(from: number, list: readonly Leg[], startEast = 0): Way {
  return (at) => {
    let [east, begin] = [startEast, from];
    for (const { ms, speed } of list) {
      const inLeg = Math.min(at - begin, ms);
      if (at < begin + ms) {
        const wander = speed === 0 ? ((Math.floor(at / 1000) * 7919) % 9) - 4 : 0;
        return { east: east + (speed * inLeg) / 1000 + wander, north: wander, speed: Math.abs(speed) };
      }
      east += (speed * ms) / 1000;
      begin += ms;
    }
    return { east, north: 0, speed: 0 };
  };
}

/** Clips of a minute each over a way. */
export function clipsOver(
  from: number,
  minutes: number,
  way: Way | null,
  more: Partial<HistoryClip> = {},
): HistoryClip[] {
  return Array.from({ length: minutes }, (_, minute) => ({
    at: from + minute * minuteMs,
    ms: minuteMs,
    kind: 'normal' as const,
    way,
    ...more,
  }));
}

const clock = (at: number): string => new Date(at).toISOString().slice(5, 19);

/** What is derived, in words that do not depend on ids. */
export async function pictureOf(db: Database): Promise<string[]> {
  const journeys = await db.selectFrom('journey').selectAll().execute();
  const stops = await db.selectFrom('stop').selectAll().execute();
  const captures = await db.selectFrom('capture').selectAll().execute();
  const of = (key: 'journey_id' | 'stop_id', id: number) =>
    captures
      .filter((row) => row[key] === id)
      .map((row) => row.started_at)
      .toSorted((a, b) => a - b)
      .map(clock);
  const spans = [
    ...journeys.map((row) => ({
      at: row.started_at,
      text: `journey ${clock(row.started_at)} - ${clock(row.ended_at)} shown ${clock(row.shown_from)} - ${clock(row.shown_to)} ${Math.round(row.distance_m)} m ${row.version} ${row.name ?? ''} ${row.is_edited}: ${of('journey_id', row.id).join()}`,
    })),
    ...stops.map((row) => ({
      at: row.started_at,
      text: `stop ${clock(row.started_at)} - ${clock(row.ended_at)} at ${row.latitude.toFixed(6)} ${row.longitude.toFixed(6)} ${row.is_inferred ? 'inferred' : 'seen'} ${row.is_open ? 'open' : 'closed'}: ${of('stop_id', row.id).join()}`,
    })),
  ];
  const lost = captures.filter(
    (row) =>
      (row.journey_id !== null && !journeys.some(({ id }) => id === row.journey_id)) ||
      (row.stop_id !== null && !stops.some(({ id }) => id === row.stop_id)),
  );
  const none = captures.filter((row) => row.journey_id === null && row.stop_id === null);
  return [
    ...spans.toSorted((a, b) => a.at - b.at || a.text.localeCompare(b.text)).map(({ text }) => text),
    ...(lost.length > 0 ? [`captures that point nowhere: ${lost.length}`] : []),
    `unplaced: ${none
      .map((row) => row.started_at)
      .toSorted((a, b) => a - b)
      .map(clock)
      .join()}`,
  ];
}
