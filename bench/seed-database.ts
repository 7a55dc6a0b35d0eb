import { mkdir } from 'node:fs/promises';
import { rebuildDays } from '../src/server/archive/day-repository.ts';
import { writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import type { CaptureRow, NewClipRow } from '../src/server/db/schema.ts';
import { chunks } from '../src/server/lib/chunks.ts';

export interface SeedOrder {
  configDir: string;
  clips: number;
  cameraAddress: string;
  /** The newest of them still wait for their camera. */
  waiting?: number;
  /** The archive's marker id, so that the recordings folder is expected to have one. */
  markerId?: string;
  /** A scan has gone through the whole archive. */
  isScanned?: boolean;
  /** Midnight UTC; 2015 unless it is said otherwise. */
  firstDay?: number;
  /** Of the clip of this number; that of real clips unless it is said otherwise. */
  bytesOf?: (index: number) => number;
}

export const clipsPerDay = 100;
export const dayMs = 24 * 60 * 60_000;
const minuteMs = 60_000;
const in2015 = Date.UTC(2015, 0, 1);
const realBytes = (index: number): number => 150_000_000 + index;
/** 45 columns each stay below SQLite's 32,766 variables. */
const rowsPerStatement = 500;

/** Makes a database with years of archived clips: front and rear, 100 of them a day. */
export async function seedDatabase(order: SeedOrder): Promise<void> {
  await mkdir(order.configDir, { recursive: true });
  const { firstDay = in2015 } = order;
  const db = await openDatabase({ configDir: order.configDir, now: new Date() });
  try {
    await db.transaction().execute(async (trx) => {
      await insertCamera(trx, order.cameraAddress, firstDay);
      const captures = Math.ceil(order.clips / 2);
      for (const some of chunks(range(captures), rowsPerStatement)) {
        const rows = some.map((index) => captureRow(index, startOf(index, firstDay)));
        await trx.insertInto('capture').values(rows).execute();
      }
      const archived = order.clips - (order.waiting ?? 0);
      for (const some of chunks(range(order.clips), rowsPerStatement)) {
        const rows = some.map((index) => clipRow(index, order, index < archived));
        await trx.insertInto('clip').values(rows).execute();
      }
      await rebuildDays(trx);
      if (order.markerId !== undefined) await writeAppState(trx, 'archive.marker', order.markerId);
      if (order.isScanned) await noteScan(trx);
    });
  } finally {
    await db.destroy();
  }
}

async function noteScan(trx: Database): Promise<void> {
  const scan = { at: in2015, folders: 0, files: 0, found: 0 };
  await writeAppState(trx, 'scan.finished', JSON.stringify(scan));
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function insertCamera(trx: Database, address: string, createdAt: number): Promise<void> {
  await trx
    .insertInto('camera')
    .values({
      id: 1,
      name: 'Dashcam',
      address,
      alternative_address: null,
      archive_folder: '',
      enabled: 1,
      model: null,
      firmware: null,
      last_contact_at: null,
      last_archived_at: null,
      created_at: createdAt,
    })
    .execute();
}

function startOf(capture: number, firstDay: number): number {
  const perDay = clipsPerDay / 2;
  return firstDay + Math.floor(capture / perDay) * dayMs + 8 * 60 * minuteMs + (capture % perDay) * minuteMs;
}

const localOf = (at: number): string => new Date(at).toISOString().slice(0, 19);

function captureRow(index: number, at: number): CaptureRow {
  const localStart = localOf(at);
  return {
    id: index + 1,
    camera_id: 1,
    started_at: at,
    local_start: localStart,
    local_day: localStart.slice(0, 10),
    kind: 'normal',
    locked: 0,
    time_confidence: 'assumed',
    journey_id: null,
    stop_id: null,
  };
}

function clipRow(index: number, order: SeedOrder, isArchived: boolean): NewClipRow {
  const { firstDay = in2015, bytesOf = realBytes } = order;
  const capture = Math.floor(index / 2);
  const at = startOf(capture, firstDay);
  const sizeBytes = bytesOf(index);
  const localStart = localOf(at);
  const channel = index % 2 === 0 ? 'front' : 'rear';
  const stamp = localStart.replaceAll(/[-:]/g, '').replace('T', '_');
  const sequence = String(index % 1_000_000).padStart(6, '0');
  const name = `${stamp.slice(0, 4)}_${stamp.slice(4)}_${sequence}${channel === 'front' ? 'F' : 'R'}.MP4`;
  return {
    camera_id: 1,
    capture_id: capture + 1,
    name,
    generation: 0,
    channel,
    kind: 'normal',
    sequence: index,
    container: 'mp4',
    local_start: localStart,
    started_at: at,
    zone_offset_min: 0,
    time_source: 'setting',
    local_day: localStart.slice(0, 10),
    locked: 0,
    kept: 0,
    state: isArchived ? 'archived' : 'waiting',
    state_at: at,
    attempts: 0,
    remote_volume: 'A',
    remote_path: `/DCIM/Movie/${name}`,
    remote_size_bytes: sizeBytes,
    remote_size_exact: 1,
    remote_timecode: index,
    remote_ended_local: localOf(at + minuteMs),
    remote_seen_at: at,
    remote_changed_at: at,
    remote_gone_at: isArchived ? at + dayMs : null,
    origin: 'sync',
    ...(isArchived && archivedFacts({ name, at, index, sizeBytes })),
  };
}

interface ArchivedClip {
  name: string;
  at: number;
  index: number;
  sizeBytes: number;
}

function archivedFacts({ name, at, index, sizeBytes }: ArchivedClip): Partial<NewClipRow> {
  return {
    path: `${localOf(at).slice(0, 10)}/${name}`,
    size_bytes: sizeBytes,
    mtime_ms: at + minuteMs,
    sha256: index.toString(16).padStart(64, '0'),
    verified_at: at + dayMs,
    archived_at: at + dayMs,
    duration_ms: minuteMs,
    media_duration_ms: minuteMs,
    video_codec: 'hevc',
    audio_codec: 'aac',
    width: 3840,
    height: 2160,
    fps: 30,
    complete: 1,
  };
}
