import type { ClipKind } from '../../shared/clips.ts';
import type { TrackSource } from '../../shared/tracks.ts';
import { sql } from 'kysely';
import { spansTable } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import { unpackFixes } from '../tracks/track-codec.ts';
import type { Fix } from '../tracks/track-types.ts';
import type { CarFix, LensTrack, Span } from './journey-types.ts';
import { maxClipMs } from './merge-policy.ts';
import { maxCaptureMs } from './window-policy.ts';

/** Cameras that share journeys; the first has their rows. */
export interface Car {
  id: number;
  cameraIds: readonly number[];
}

/** The car of each camera. */
export async function carsOf(db: Db): Promise<Map<number, Car>> {
  const cameras = await db.selectFrom('camera').select(['id', 'vehicle']).orderBy('id').execute();
  const cars = new Map<number, Car>();
  for (const camera of cameras) {
    if (cars.has(camera.id)) continue;
    const isOne = camera.vehicle !== null && camera.vehicle !== '';
    const cameraIds = isOne
      ? cameras.filter(({ vehicle }) => vehicle === camera.vehicle).map(({ id }) => id)
      : [camera.id];
    for (const id of cameraIds) cars.set(id, { id: camera.id, cameraIds });
  }
  return cars;
}

/** How late in its clip a receiver may find its first position, for what is read at the edge of a stretch. */
const lateFixMs = 15 * 60_000;

/** Literal: a bound value would miss the partial index. */
const hasFixes = sql<boolean>`track.fixes > 0`;

/** The tracks of a car's cameras that may have fixes in a span. A track that cannot be unpacked has none. */
export async function readTracks(db: Db, { cameraIds }: Car, { from, to }: Span): Promise<LensTrack[]> {
  return tracksOf(db, (query) =>
    query
      .where('track.camera_id', 'in', cameraIds)
      .where('track.started_at', '>=', from - maxClipMs)
      .where('track.started_at', '<=', to)
      .where(hasFixes)
      .where(sql<boolean>`track.started_at + track.span_ms + ${lateFixMs} >= ${from}`),
  );
}

type TrackQuery = ReturnType<typeof trackQuery>;

const trackQuery = (db: Db) =>
  db
    .selectFrom('track')
    .innerJoin('clip', 'clip.id', 'track.clip_id')
    .select([
      'track.clip_id',
      'track.camera_id',
      'track.source',
      'track.started_at',
      'track.points',
      'clip.channel',
      'clip.kind',
      'clip.duration_ms',
    ]);

/** Some tracks with their fixes. */
export async function tracksOf(db: Db, narrow: (query: TrackQuery) => TrackQuery): Promise<LensTrack[]> {
  const rows = await narrow(trackQuery(db)).execute();
  return rows.map((row) => ({
    clipId: row.clip_id,
    cameraId: row.camera_id,
    channel: row.channel,
    source: row.source,
    startedAt: row.started_at,
    endsBy: row.duration_ms === null ? null : row.started_at + row.duration_ms,
    fixes: once(() => fixesOf(row)),
  }));
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function fixesOf(row: {
  clip_id: number;
  source: TrackSource;
  kind: ClipKind;
  points: Uint8Array;
  started_at: number;
}): CarFix[] {
  const [clipId, isParked, isTriage] = [row.clip_id, row.kind === 'parking', row.source === 'triage'];
  return unpacked(row.points, row.started_at).map(
    ({ at, latitude, longitude, speedMps, courseDegrees }): CarFix => ({
      at,
      latitude,
      longitude,
      speedMps,
      courseDegrees,
      clipId,
      isParked,
      isTriage,
    }),
  );
}

function unpacked(points: Uint8Array, startedAt: number): Fix[] {
  try {
    return unpackFixes(points, startedAt);
  } catch (error) {
    // A damaged track says nothing; reading its clip again mends it.
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** From start to end; clips whose length is not known yet are taken to be a minute long. */
const endedAt = sql<number>`capture.started_at + coalesce(
  (select max(clip.duration_ms) from clip where clip.capture_id = capture.id), 60000)`;

/** A photo is no sign that the car drives: some cameras take one every few minutes. */
const isRecorded = sql<boolean>`exists (select 1 from clip where clip.capture_id = capture.id and clip.container != 'jpg')`;

/** What was recorded within a span, but in parking mode. */
export async function readDrives(db: Db, { cameraIds }: Car, { from, to }: Span): Promise<Span[]> {
  return db
    .selectFrom('capture')
    .select(['capture.started_at as from', endedAt.as('to')])
    .where('camera_id', 'in', cameraIds)
    .where('kind', 'in', ['normal', 'event'])
    .where('started_at', '>=', from - maxCaptureMs)
    .where('started_at', '<=', to)
    .where(isRecorded)
    .execute();
}

/** What was recorded in parking mode and begins in one of the spans. */
export async function readParked(db: Db, { cameraIds }: Car, spans: readonly Span[]): Promise<Span[]> {
  if (spans.length === 0) return [];
  return (
    db
      .selectFrom(spansTable(spans))
      // Cross: the spans come first, each with its look-up.
      .crossJoin('capture')
      .select(['capture.started_at as from', endedAt.as('to')])
      .where('capture.camera_id', 'in', cameraIds)
      .where('capture.kind', '=', 'parking')
      .whereRef('capture.started_at', '>=', 'span.from')
      .whereRef('capture.started_at', '<=', 'span.to')
      .execute()
  );
}

/** When the last recording in parking mode that begins in a span ends; null for none. */
export async function parkedUntil(db: Db, { cameraIds }: Car, { from, to }: Span): Promise<number | null> {
  let until: number | null = null;
  for (const cameraId of cameraIds) {
    const row = await db
      .selectFrom('capture')
      .select(endedAt.as('to'))
      .where('camera_id', '=', cameraId)
      .where('kind', '=', 'parking')
      .where('started_at', '>=', from)
      .where('started_at', '<=', to)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row && (until === null || row.to > until)) until = row.to;
  }
  return until;
}

/** When something that counts was last begun before an instant, or is next begun after it; null for nothing. */
export async function nextActivity(
  db: Db,
  { cameraIds }: Car,
  { at, side }: { at: number; side: 'before' | 'after' },
): Promise<number | null> {
  const [operator, order] = side === 'before' ? (['<', 'desc'] as const) : (['>', 'asc'] as const);
  const found: number[] = [];
  for (const cameraId of cameraIds) {
    const track = await db
      .selectFrom('track')
      .select('started_at')
      .where('camera_id', '=', cameraId)
      .where('started_at', operator, at)
      .where(hasFixes)
      .orderBy('started_at', order)
      .limit(1)
      .executeTakeFirst();
    if (track) found.push(track.started_at);
    for (const kind of ['normal', 'event'] as const) {
      const capture = await db
        .selectFrom('capture')
        .select('started_at')
        .where('camera_id', '=', cameraId)
        .where('kind', '=', kind)
        .where('started_at', operator, at)
        .where(isRecorded)
        .orderBy('started_at', order)
        .limit(1)
        .executeTakeFirst();
      if (capture) found.push(capture.started_at);
    }
  }
  if (found.length === 0) return null;
  return side === 'before' ? Math.max(...found) : Math.min(...found);
}
