import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import type { Events } from '../src/shared/events.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import type { NewClipRow } from '../src/server/db/schema.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import type { Logger } from '../src/server/lib/logger.ts';
import { handClock } from './scenario.ts';

/** Folders, database and volume: what everything that is made of clips works on. */
export interface MediaPlace {
  home: string;
  configDir: string;
  /** Of the archive. */
  root: string;
  db: Database;
  volume: ArchiveVolume;
  clock: ReturnType<typeof handClock>;
  events: EventBus<Events>;
  logger: Logger;
  /** Its lines. */
  log: Record<string, unknown>[];
  close: () => Promise<void>;
}

export async function openMediaPlace(): Promise<MediaPlace> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-media-'));
  const [configDir, root] = [join(home, 'config'), join(home, 'recordings')];
  await mkdir(configDir, { recursive: true });
  const log: Record<string, unknown>[] = [];
  const logger: Logger = pino(
    { level: 'debug', base: null },
    { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const db = await openDatabase({ configDir, now: new Date(0) });
  const clock = handClock();
  const events = new EventBus<Events>((error) => {
    throw error;
  });
  const volume = new ArchiveVolume({
    root,
    clock,
    log: logger,
    readMarkerId: () => readAppState(db, 'archive.marker'),
    writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
    knownClips: async () => 0,
    onChange: () => undefined,
  });
  await volume.check();
  const close = async () => {
    await volume.stop();
    await db.destroy();
    await rm(home, { recursive: true, force: true });
  };
  return { home, configDir, root, db, volume, clock, events, logger, log, close };
}

/** The bytes of a file, or what writes it. */
export type Content = Uint8Array | ((path: string) => Promise<unknown>);

/** A file in the archive with its archived clip; `row` says what of that is other than usual. */
export async function putClip(
  { db, root }: Pick<MediaPlace, 'db' | 'root'>,
  clip: { name: string; content: Content; startedAt: number; row?: Partial<NewClipRow> | undefined },
): Promise<number> {
  const { name, content, startedAt, row } = clip;
  const path = row?.path ?? `2026-06-28/${name}`;
  const place = join(root, path);
  await mkdir(dirname(place), { recursive: true });
  await (typeof content === 'function' ? content(place) : writeFile(place, content));
  const { size, mtimeMs } = await stat(place);
  const london = new Date((row?.started_at ?? startedAt) + 60 * 60_000).toISOString();
  const start = {
    local_start: row?.local_start ?? london.slice(0, 19),
    local_day: row?.local_day ?? london.slice(0, 10),
    started_at: row?.started_at ?? startedAt,
  };
  await db
    .insertInto('camera')
    .values({ id: 1, name: 'Car', address: 'a', archive_folder: '', enabled: 0, created_at: 0 })
    .onConflict((on) => on.doNothing())
    .execute();
  const { id: captureId } = await db
    .insertInto('capture')
    .values({ camera_id: 1, ...start, kind: 'normal', locked: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id } = await db
    .insertInto('clip')
    .values({
      camera_id: 1,
      capture_id: captureId,
      name,
      path,
      generation: 0,
      channel: 'front',
      kind: 'normal',
      container: 'mp4',
      zone_offset_min: 60,
      time_source: 'setting',
      locked: 0,
      kept: 0,
      ...start,
      state: 'archived',
      state_at: 0,
      attempts: 0,
      remote_volume: 'A',
      remote_size_exact: 1,
      size_bytes: size,
      mtime_ms: Math.round(mtimeMs),
      origin: 'found',
      ...row,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
