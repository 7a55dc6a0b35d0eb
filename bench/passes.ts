import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../simulator/random.ts';
import { insertRows } from '../src/server/db/bulk.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { PassSearch } from '../src/server/places/pass-search.ts';
import { packTrack } from '../src/server/tracks/track-codec.ts';
import type { Box } from '../src/shared/tracks.ts';
import { scaled, withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { Figures, median, milliseconds, quantile, type Figure } from './report.ts';

/** 10,000 hours of one-minute clips, in drives of an hour that begin or end at home. */
const fullClips = 600_000;
const clipsPerDrive = 60;
const searches = 60;
const perStatement = 3000;
const minuteMs = 60_000;
const firstDay = Date.UTC(2012, 0, 1);
const home = { latitude: 51.2, longitude: 0.9 };
/** Degrees a second, about 14 m. */
const step = 0.00013;
/** Towns that are driven to, in degrees around home; the nearest are visited most. */
const roads = 400;

export const passesBenchmark: Benchmark = {
  name: 'passes',
  about: 'every pass through a box of the map, over 10,000 hours of tracks',
  run: passes,
};

async function passes(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('passes');
  const clips = scaled(context, fullClips);
  await withFolder(context.dir, async (folder) => {
    const configDir = join(folder, 'config');
    await mkdir(configDir);
    const db = await openDatabase({ configDir, now: new Date() });
    try {
      await seedTracks(db, clips);
      await measure(figures, new PassSearch({ db }), clips);
    } finally {
      await db.destroy();
    }
  });
  return figures.all;
}

async function measure(figures: Figures, search: PassSearch, clips: number): Promise<void> {
  const random = seededRandom(7);
  /** A tap on a road that some drives take, between their first and their fiftieth minute. */
  const tap = (): Box => {
    const drive = Math.floor(random() * (clips / clipsPerDrive));
    const at = positionAt(drive, 300 + random() * 2700);
    const half = 0.0003;
    const { latitude, longitude } = at;
    return {
      west: longitude - half,
      east: longitude + half,
      south: latitude - half,
      north: latitude + half,
    };
  };
  const hours = Math.round(clips / 60);
  const tapMs = await timed(search, tap);
  const values = { p95Ms: quantile(tapMs, 0.95), medianMs: median(tapMs) };
  figures.goal(
    {
      what: `a tap on a road, ${hours} hours: p95 (median)`,
      goal: '<= 50 ms',
      measured: `${milliseconds(values.p95Ms)} (${milliseconds(values.medianMs)})`,
      values,
    },
    values.p95Ms <= 50,
  );
  for (const [what, half] of [
    ['home, where every drive begins', 0.0005],
    ['a county', 0.3],
  ] as const) {
    const ms = await timed(search, around(half));
    figures.info({
      what: `${what}, newest 100: p95 (median)`,
      measured: `${milliseconds(quantile(ms, 0.95))} (${milliseconds(median(ms))})`,
      values: { p95Ms: quantile(ms, 0.95), medianMs: median(ms) },
    });
  }
}

const around = (half: number) => (): Box => ({
  west: home.longitude - half,
  east: home.longitude + half,
  south: home.latitude - half,
  north: home.latitude + half,
});

async function timed(search: PassSearch, boxOf: () => Box): Promise<number[]> {
  const timesMs: number[] = [];
  for (let count = 0; count < searches; count++) {
    const startedAt = performance.now();
    await search.find({ box: boxOf(), limit: 100 });
    timesMs.push(performance.now() - startedAt);
  }
  return timesMs;
}

/** Where a drive is after so many seconds: out along one of the roads, bending. */
function positionAt(drive: number, second: number) {
  const road = Math.floor(roads * ((drive * 0.618_034) % 1) ** 2);
  const angle = road * 2.399_963 + Math.sin(second / 600 + road) / 2;
  return {
    latitude: home.latitude + Math.cos(angle) * step * second,
    longitude: home.longitude + (Math.sin(angle) * step * second) / 0.627,
  };
}

async function seedTracks(db: Database, clips: number): Promise<void> {
  await db
    .insertInto('camera')
    .values({ id: 1, name: 'Dashcam', address: '', archive_folder: '', enabled: 1, created_at: 0 })
    .execute();
  for (let first = 0; first < clips; first += perStatement) {
    const some = Array.from({ length: Math.min(perStatement, clips - first) }, (_, at) => first + at);
    await db.transaction().execute((trx) => insertClips(trx, some));
  }
}

async function insertClips(trx: Database, indexes: readonly number[]): Promise<void> {
  const rows = indexes.map((index) => seededRow(index));
  const captures = rows.map(({ id, at, local }) => ({
    id,
    camera_id: 1,
    started_at: at,
    local_start: local,
    local_day: local.slice(0, 10),
    kind: 'normal' as const,
    locked: 0 as const,
  }));
  await insertRows(
    trx,
    'capture',
    ['id', 'camera_id', 'started_at', 'local_start', 'local_day', 'kind', 'locked'],
    captures,
  );
  await insertRows(
    trx,
    'clip',
    clipColumns,
    rows.map(({ id, at, local }) => clipRow(id, at, local)),
  );
  // Bytes do not fit into what the others are bound as.
  for (let from = 0; from < rows.length; from += 1000)
    await trx
      .insertInto('track')
      .values(rows.slice(from, from + 1000).map(({ track }) => track))
      .execute();
  await insertRows(
    trx,
    'track_box',
    ['clip_id', 'west', 'east', 'south', 'north', 'started_at', 'camera_id'],
    rows.map(({ track }) => track),
  );
}

function seededRow(index: number) {
  const drive = Math.floor(index / clipsPerDrive);
  const minute = index % clipsPerDrive;
  const at = firstDay + drive * 8 * 60 * minuteMs + minute * minuteMs;
  const fixes = Array.from({ length: 60 }, (_, second) => positionAt(drive, minute * 60 + second));
  const points = packTrack(
    fixes.map((position, second) => ({
      offsetMs: second * 1000,
      clockMs: at + second * 1000,
      isFix: true,
      ...position,
      speedMps: 14,
      courseDegrees: 90,
      flaw: null,
    })),
  );
  const [latitudes, longitudes] = [fixes.map((fix) => fix.latitude), fixes.map((fix) => fix.longitude)];
  const id = index + 1;
  return {
    id,
    at,
    local: new Date(at).toISOString().slice(0, 19),
    track: {
      clip_id: id,
      camera_id: 1,
      capture_id: id,
      started_at: at,
      source: 'file' as const,
      version: 1,
      read_at: at,
      samples: 60,
      fixes: 60,
      dropped: 0,
      span_ms: 59_000,
      distance_m: 840,
      west: Math.min(...longitudes),
      east: Math.max(...longitudes),
      south: Math.min(...latitudes),
      north: Math.max(...latitudes),
      clock_offset_ms: null,
      clock_jump_ms: null,
      zone: null,
      points,
    },
  };
}

const clipColumns = [
  'id',
  'camera_id',
  'capture_id',
  'name',
  'generation',
  'channel',
  'kind',
  'container',
  'local_start',
  'started_at',
  'zone_offset_min',
  'time_source',
  'local_day',
  'locked',
  'kept',
  'state',
  'state_at',
  'attempts',
  'remote_volume',
  'remote_size_exact',
  'origin',
  'sidecar_due',
  'track_due',
  'delete_tries',
] as const;

const clipRow = (id: number, at: number, local: string) => ({
  id,
  camera_id: 1,
  capture_id: id,
  name: `${id}F.MP4`,
  generation: 0,
  channel: 'front' as const,
  kind: 'normal' as const,
  container: 'mp4' as const,
  local_start: local,
  started_at: at,
  zone_offset_min: 0,
  time_source: 'gps' as const,
  local_day: local.slice(0, 10),
  locked: 0 as const,
  kept: 0 as const,
  state: 'archived' as const,
  state_at: at,
  attempts: 0,
  remote_volume: 'A',
  remote_size_exact: 0 as const,
  origin: 'sync' as const,
  sidecar_due: 0 as const,
  track_due: 0 as const,
  delete_tries: 0,
});
