import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { rebuildDays } from '../src/server/archive/day-repository.ts';
import { archivePath } from '../src/server/archive/layout.ts';
import { writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Db } from '../src/server/db/open.ts';
import type { Flag, NewClipRow } from '../src/server/db/schema.ts';
import { chunks } from '../src/server/lib/chunks.ts';
import type { Channel, ClipKind } from '../src/shared/clips.ts';
import type { Settings } from '../src/shared/settings.ts';
import { handClock, useApp } from './scenario.ts';
import type { TestApp, TestAppOptions } from './test-app.ts';

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** When these archives are looked at, unless a test says otherwise; UTC is their zone. */
export const seededNow = Date.UTC(2026, 5, 28, 12);
const rowsPerStatement = 400;

/** A clip that is in the archive, and its file. */
export interface SeedClip {
  /** `2026-05-01T08:00:00`, in UTC. */
  start: string;
  channel?: Channel;
  kind?: ClipKind;
  cameraId?: number;
  locked?: boolean;
  kept?: boolean;
  bytes?: number;
  /** An hour after its start. */
  archivedAt?: number;
  origin?: NewClipRow['origin'];
  /** As the camera would name it. */
  name?: string;
  /** False: the ledger has it, the disk has not. */
  hasFile?: boolean;
  hasGpx?: boolean;
}

export interface SeedOrder {
  clips: readonly SeedClip[];
  settings?: Partial<Settings>;
  /** An empty folder or a mount to put the files in. */
  recordings?: string;
  /** Cameras 1 to this; none of them is looked for, unless it has an address. */
  cameras?: number;
  /** Where the first one is; its clips are those of the archive. */
  cameraAddress?: string;
}

export interface SeededArchive {
  configDir: string;
  recordings: string;
  /** Starts the program on it; ended with the test. */
  open(options?: TestAppOptions): Promise<TestApp>;
}

/** The day's date so many days before `seededNow`, or before another moment. */
export const daysAgo = (days: number, now = seededNow): string =>
  new Date(now - days * dayMs).toISOString().slice(0, 10);

/** Captures of a minute each, one after the other, front and rear unless it is said otherwise. */
export function capturesOn(
  day: string,
  given: Partial<SeedClip> & { captures: number; channels?: readonly Channel[]; hour?: number },
): SeedClip[] {
  const { captures, channels = ['front', 'rear'], hour = 8, ...clip } = given;
  return Array.from({ length: captures }, (_, minute) => {
    const start = new Date(Date.parse(`${day}T00:00:00Z`) + hour * hourMs + minute * minuteMs);
    return channels.map((channel) => ({ ...clip, channel, start: start.toISOString().slice(0, 19) }));
  }).flat();
}

/** An archive of two folders that are removed with the test; no program runs on it yet. */
export async function useArchive(order: SeedOrder): Promise<SeededArchive> {
  const { remove, ...folders } = await seedFolders(order);
  onTestFinished(remove);
  const open = (options: TestAppOptions = {}) =>
    useApp({ clock: handClock(seededNow), zone: 'UTC', ...options, ...folders });
  return { ...folders, open };
}

/** The same, for whoever removes it by himself. */
export async function seedFolders(
  order: SeedOrder,
): Promise<{ configDir: string; recordings: string; remove: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-retention-'));
  const configDir = join(home, 'config');
  const recordings = order.recordings ?? join(home, 'recordings');
  await mkdir(configDir, { recursive: true });
  await mkdir(recordings, { recursive: true });
  if (order.settings) await writeFile(join(configDir, 'settings.json'), JSON.stringify(order.settings));
  const rows = await seedLedger(configDir, order);
  await writeFile(join(recordings, markerName), JSON.stringify({ id: markerId }));
  for (const [index, row] of rows.entries())
    await writeFiles(recordings, row, order.clips[index] ?? { start: '' });
  return { configDir, recordings, remove: () => rm(home, { recursive: true, force: true }) };
}

export const markerId = '5f0d7a52-0000-4000-8000-000000000005';

async function seedLedger(configDir: string, order: SeedOrder): Promise<NewClipRow[]> {
  const db = await openDatabase({ configDir, now: new Date(seededNow) });
  try {
    const rows = clipRows(order.clips);
    await db.transaction().execute(async (trx) => {
      for (let id = 1; id <= (order.cameras ?? 1); id++) {
        const address = id === 1 ? order.cameraAddress : undefined;
        await insertCamera(trx, { id, address, rows });
      }
      await insertCaptures(trx, rows);
      for (const some of chunks(rows, rowsPerStatement)) await trx.insertInto('clip').values(some).execute();
      await rebuildDays(trx);
      await writeAppState(trx, 'archive.marker', markerId);
      const scan = { at: seededNow - 400 * dayMs, folders: 0, files: 0, found: 0 };
      await writeAppState(trx, 'scan.finished', JSON.stringify(scan));
    });
    return rows;
  } finally {
    await db.destroy();
  }
}

async function insertCamera(
  db: Db,
  { id, address, rows }: { id: number; address: string | undefined; rows: readonly NewClipRow[] },
): Promise<void> {
  const arrivals = rows.filter((row) => row.camera_id === id && row.origin === 'sync');
  const row = {
    id,
    name: `Car ${id}`,
    address: address ?? `127.0.0.${id}:1`,
    alternative_address: null,
    archive_folder: id === 1 ? '' : `Car ${id}`,
    enabled: flag(address !== undefined),
    model: null,
    firmware: null,
    last_contact_at: null,
    last_archived_at: arrivals.reduce((last, { archived_at }) => Math.max(last, archived_at ?? 0), 0) || null,
    created_at: Date.UTC(2024, 0, 1),
  };
  await db.insertInto('camera').values(row).execute();
}

const captureKey = (row: Pick<NewClipRow, 'camera_id' | 'local_start'>) =>
  `${row.camera_id} ${row.local_start}`;

function clipRows(clips: readonly SeedClip[]): NewClipRow[] {
  const captures = new Map<string, number>();
  return clips.map((clip, index) => {
    const row = clipRow(clip, index);
    const key = captureKey(row);
    const id = captures.get(key) ?? captures.size + 1;
    captures.set(key, id);
    return { ...row, capture_id: id };
  });
}

async function insertCaptures(db: Db, rows: readonly NewClipRow[]): Promise<void> {
  const captures = new Map(
    rows.map((row) => [
      row.capture_id,
      {
        id: row.capture_id,
        camera_id: row.camera_id,
        started_at: row.started_at,
        local_start: row.local_start,
        local_day: row.local_day,
        kind: row.kind,
        locked: flag(rows.some((other) => other.capture_id === row.capture_id && other.locked === 1)),
      },
    ]),
  );
  for (const some of chunks([...captures.values()], rowsPerStatement))
    await db.insertInto('capture').values(some).execute();
}

const letters: Record<Channel, string> = { front: 'F', rear: 'R', interior: 'I', tele: 'T', other: '' };
const marks: Record<ClipKind, string> = { normal: '', parking: 'P', event: 'E', unclassified: '' };
const flag = (value = false): Flag => (value ? 1 : 0);

function clipRow(clip: SeedClip, index: number): Omit<NewClipRow, 'capture_id'> & { capture_id: number } {
  const { start, channel = 'front', kind = 'normal', cameraId = 1, origin = 'sync' } = clip;
  const at = Date.parse(`${start}Z`);
  const stamp = start.replaceAll(/[-:T]/g, '');
  const sequence = String(index % 1_000_000).padStart(6, '0');
  const name =
    clip.name ??
    (kind === 'unclassified'
      ? `ODD_${stamp}_${sequence}.MP4`
      : `${stamp.slice(0, 4)}_${stamp.slice(4, 8)}_${stamp.slice(8)}_${sequence}${marks[kind]}${letters[channel]}.MP4`);
  const bytes = clip.bytes ?? 100 + index;
  const cameraFolder = cameraId === 1 ? '' : `Car ${cameraId}`;
  const isSynced = origin === 'sync';
  return {
    camera_id: cameraId,
    capture_id: 0,
    name,
    channel,
    kind,
    origin,
    generation: 0,
    sequence: index,
    container: 'mp4',
    local_start: start,
    started_at: at,
    zone_offset_min: 0,
    time_source: 'setting',
    local_day: start.slice(0, 10),
    locked: flag(clip.locked),
    kept: flag(clip.kept),
    kept_at: clip.kept ? at : null,
    state: 'archived',
    state_at: at,
    attempts: 0,
    remote_volume: 'A',
    remote_path: isSynced ? `/DCIM/Movie/${name}` : null,
    remote_size_bytes: isSynced ? bytes : null,
    remote_size_exact: 1,
    remote_seen_at: isSynced ? at : null,
    remote_gone_at: isSynced ? at + hourMs : null,
    path: archivePath({ name, localStart: start, kind, layout: 'daily', cameraFolder }),
    size_bytes: bytes,
    mtime_ms: at + minuteMs,
    sha256: index.toString(16).padStart(64, '0'),
    archived_at: clip.archivedAt ?? at + hourMs,
    duration_ms: minuteMs,
    media_duration_ms: minuteMs,
    complete: 1,
  };
}

async function writeFiles(recordings: string, row: NewClipRow, clip: SeedClip): Promise<void> {
  const file = join(recordings, row.path ?? '');
  await mkdir(dirname(file), { recursive: true });
  if (clip.hasFile !== false) await writeFile(file, Buffer.alloc(row.size_bytes ?? 0, row.name));
  if (clip.hasGpx) await writeFile(gpxOf(file), '<gpx/>');
}

/** `X.MP4` has its track in `X.MP4.gpx`. */
export const gpxOf = (path: string): string => `${path}.gpx`;
