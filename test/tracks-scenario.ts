import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { GpsSample } from '../simulator/clip-source.ts';
import { readWhole } from '../simulator/pattern-source.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import type { Events } from '../src/shared/events.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database, type Db } from '../src/server/db/open.ts';
import type { NewClipRow } from '../src/server/db/schema.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { TrackRepository } from '../src/server/tracks/track-repository.ts';
import { TrackService, type TrackServiceDeps } from '../src/server/tracks/track-service.ts';
import type { TrackSample } from '../src/server/tracks/track-types.ts';
import { handClock } from './scenario.ts';

export const log = pino({ level: 'silent' });

/** What keeps and reads tracks, on a real database and real files, without the rest of the program. */
export interface TrackPlace {
  db: Database;
  root: string;
  configDir: string;
  events: EventBus<Events>;
  volume: ArchiveVolume;
  tracks: TrackRepository;
  /** Captures that the port `onTracks` was told of, call by call. */
  told: number[][];
  clock: ReturnType<typeof handClock>;
  /** A service that has begun, and ends with the test. */
  start(changed?: Partial<TrackServiceDeps>): TrackService;
}

export async function useTracks(options: { root?: string } = {}): Promise<TrackPlace> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-tracks-'));
  const configDir = join(home, 'config');
  const root = options.root ?? join(home, 'recordings');
  await mkdir(configDir);
  const db = await openDatabase({ configDir, now: new Date(0) });
  await addCamera(db);
  const clock = handClock();
  const events = new EventBus<Events>((error) => log.error(error));
  const volume = new ArchiveVolume({
    root,
    clock,
    log,
    readMarkerId: () => readAppState(db, 'archive.marker'),
    writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
    knownClips: async () => 0,
    onChange: () => events.emit('archive.changed', {}),
  });
  await volume.check();
  const told: number[][] = [];
  const tracks = new TrackRepository({ onTracks: async (_trx: Db, ids: number[]) => void told.push(ids) });
  const services: TrackService[] = [];
  onTestFinished(async () => {
    for (const service of services) await service.stop();
    await volume.stop();
    await db.destroy();
    await rm(home, { recursive: true, force: true });
  });
  const start = (changed: Partial<TrackServiceDeps> = {}): TrackService => {
    const service = new TrackService({
      db,
      tracks,
      volume,
      events,
      clock,
      log,
      settings: () => ({ writeGpx: true }),
      isDownloading: () => false,
      busyMs: 10,
      ...changed,
    });
    services.push(service);
    service.start();
    return service;
  };
  return { db, root, configDir, events, volume, tracks, told, clock, start };
}

export async function addCamera(
  db: Database,
  name = 'Dashcam',
  vehicle: string | null = null,
): Promise<number> {
  const { id } = await db
    .insertInto('camera')
    .values({ name, vehicle, address: '', archive_folder: '', enabled: 0, created_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** In the zone Europe/London in summer: the instant is an hour before the name. */
const bst = 3_600_000;

/** An archived clip, of a capture of its own unless one is named; its file is not there yet. */
export async function addClip(
  db: Database,
  clip: Partial<NewClipRow> & { name: string; local_start: string },
): Promise<{ id: number; captureId: number; path: string; startedAt: number }> {
  const startedAt = clip.started_at ?? Date.parse(`${clip.local_start}Z`) - bst;
  const day = clip.local_start.slice(0, 10);
  const path = clip.path ?? `${day}/${clip.name}`;
  const of = { camera_id: clip.camera_id ?? 1, local_start: clip.local_start, local_day: day };
  const captureId =
    clip.capture_id ??
    (
      await db
        .insertInto('capture')
        .values({ ...of, started_at: startedAt, kind: 'normal', locked: 0 })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id;
  const { id } = await db
    .insertInto('clip')
    .values({
      ...of,
      capture_id: captureId,
      generation: 0,
      channel: 'front',
      kind: 'normal',
      sequence: null,
      container: 'mp4',
      started_at: startedAt,
      zone_offset_min: 60,
      time_source: 'setting',
      media_duration_ms: 60_000,
      locked: 0,
      kept: 0,
      state: 'archived',
      state_at: 0,
      attempts: 0,
      remote_volume: '',
      remote_size_exact: 0,
      origin: 'sync',
      ...clip,
      path,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, captureId, path, startedAt };
}

/** A drive northwards out of London, a second a record; the first `voids` have no fix. */
export function drive(startedAt: number, { seconds = 20, voids = 0 } = {}): GpsSample[] {
  return Array.from({ length: seconds }, (_, second) => {
    const at = new Date(startedAt + second * 1000);
    return {
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      day: at.getUTCDate(),
      hour: at.getUTCHours(),
      minute: at.getUTCMinutes(),
      second: at.getUTCSeconds(),
      status: second < voids ? 'V' : 'A',
      latitude: 51.5 + second * 0.0001,
      longitude: -0.12,
      speedKnots: 20,
      courseDegrees: 0,
    } as const;
  });
}

/** A video of a minute with these records, or with none. */
export async function videoBytes(samples: GpsSample[] | null): Promise<Buffer> {
  const gps = samples && { layout: 'payload-4c' as const, blockBytes: 0x400, samples, index: true };
  return Buffer.from(await readWhole(tinyMp4Source(1, 120_000, { gps })));
}

/** Puts a file into the archive. */
export async function put(root: string, path: string, content: Buffer | string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

/** Samples of a drive as the reader hands them on. */
export const samplesFrom = (
  points: { offsetMs: number; latitude: number; longitude: number; flaw?: TrackSample['flaw'] }[],
  startedAt: number,
): TrackSample[] =>
  points.map(({ flaw, ...point }) => ({
    ...point,
    clockMs: startedAt + point.offsetMs,
    isFix: true,
    speedMps: 10,
    courseDegrees: 359.999,
    flaw: flaw ?? null,
  }));

/** A GPX file as the existing system wrote it. */
export function v2Gpx(
  fileName: string,
  points: { at: number; latitude: number; longitude: number }[],
): string {
  const lines = points.map(({ at, latitude, longitude }) => {
    const time = new Date(at).toISOString().replace('.000Z', 'Z');
    return `\t\t<trkpt lat="${latitude}" lon="${longitude}"><time>${time}</time><speed>13.2</speed><course>270.0</course></trkpt>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.0"
\tcreator="Viofo GPS Extractor"
\txmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
\txmlns="http://www.topografix.com/GPX/1/0"
\txsi:schemaLocation="http://www.topografix.com/GPX/1/0 http://www.topografix.com/GPX/1/0/gpx.xsd">
\t<name>${fileName}</name>
\t<trk><name>${fileName}</name><trkseg>
${lines.join('')}\t</trkseg></trk>
</gpx>
`;
}
