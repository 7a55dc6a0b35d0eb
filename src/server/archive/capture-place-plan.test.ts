import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase, type Database } from '../db/open.ts';
import { applyBulk, type UnplacedClip } from './clip-bulk.ts';
import { captureAndSiblings } from './capture-repository.ts';
import {
  momentAmong,
  placeInCaptures,
  spansAround,
  type KnownCapture,
  type PlacedClip,
} from './capture-place-plan.ts';

const options = { firstId: 100, toleranceMs: 2000 };
const clip = (startedAt: number, change: Partial<PlacedClip> = {}): PlacedClip => ({
  startedAt,
  localStart: new Date(startedAt).toISOString().slice(0, 19),
  channel: 'front',
  kind: 'normal',
  locked: false,
  isPhoto: false,
  ...change,
});
const known = (id: number, startedAt: number, change: Partial<KnownCapture> = {}): KnownCapture => ({
  id,
  startedAt,
  localStart: new Date(startedAt).toISOString().slice(0, 19),
  kind: 'normal',
  channels: ['front'],
  photos: false,
  videos: true,
  ...change,
});
const rear = (startedAt: number, change: Partial<PlacedClip> = {}) =>
  clip(startedAt, { channel: 'rear', ...change });

test('channels of one moment are one capture, within two seconds and no more', () => {
  const clips = [clip(10_000), rear(12_000), rear(14_001), clip(14_001)];
  const { captureIds, made } = placeInCaptures(clips, [], options);
  expect(captureIds).toEqual([100, 100, 101, 101]);
  expect(made.map(({ id, startedAt }) => [id, startedAt])).toEqual([
    [100, 10_000],
    [101, 14_001],
  ]);
});

test('a capture is the nearest that lacks the channel, of two as near the earlier', () => {
  const captures = [known(1, 10_000), known(2, 13_000), known(3, 14_000, { channels: ['front', 'rear'] })];
  expect(placeInCaptures([rear(12_000), rear(13_900)], captures, options).captureIds).toEqual([2, 100]);
  expect(placeInCaptures([rear(11_500)], captures, options).captureIds).toEqual([1]);
});

test('of two captures of one name, as in autumn, the one that is nearer in time is meant', () => {
  const localStart = '2026-10-25T02:30:00';
  const captures = [known(1, 0, { localStart }), known(2, 3_600_000, { localStart })];
  const { captureIds } = placeInCaptures([rear(3_599_000, { localStart })], captures, options);
  expect(captureIds).toEqual([2]);
});

test('what nobody can name has its capture to itself', () => {
  const odd = { kind: 'unclassified', channel: 'other' } as const;
  const clips = [clip(1000), clip(1000, odd), clip(1000, odd), rear(1000)];
  expect(placeInCaptures(clips, [known(9, 1000, { kind: 'unclassified' })], options).captureIds).toEqual([
    100, 101, 102, 100,
  ]);
});

test('a photo is with other photos of its moment, never with what was being recorded', () => {
  const photo = (startedAt: number, change: Partial<PlacedClip> = {}) =>
    clip(startedAt, { isPhoto: true, ...change });
  const clips = [photo(1000), clip(1000), rear(1000), photo(1000, { channel: 'rear' })];
  expect(placeInCaptures(clips, [], options).captureIds).toEqual([100, 101, 101, 100]);
  const captures = [known(1, 1000), known(2, 1000, { photos: true, videos: false })];
  const others = [rear(1000), photo(1000, { channel: 'rear' })];
  expect(placeInCaptures(others, captures, options).captureIds).toEqual([1, 2]);
});

test('a capture is locked when any of its clips is', () => {
  const clips = [clip(1000), rear(1000, { locked: true }), rear(50_000, { locked: true }), clip(90_000)];
  const { made, locked } = placeInCaptures(clips, [known(1, 50_000)], options);
  expect(made.map((capture) => capture.locked)).toEqual([true, false]);
  expect(locked).toEqual([1]);
});

test('spans are few, apart, and go around clips that are decades from the others', () => {
  const starts = [5_000, 4_000, 900_000, 9_000_000];
  expect(spansAround(starts, { toleranceMs: 2000, gapMs: 10_000 })).toEqual([
    { from: 2_000, to: 7_000 },
    { from: 898_000, to: 902_000 },
    { from: 8_998_000, to: 9_002_000 },
  ]);
});

async function useDatabase(): Promise<Database> {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-captures-'));
  const db = await openDatabase({ configDir, now: new Date(0) });
  onTestFinished(async () => {
    await db.destroy();
    await rm(configDir, { recursive: true, force: true });
  });
  for (const id of [1, 2]) {
    const camera = { id, name: '', address: '', archive_folder: `${id}`, enabled: 1, created_at: 0 } as const;
    await db.insertInto('camera').values(camera).execute();
  }
  return db;
}

const rowOf = (placed: PlacedClip, index: number, cameraId: number): UnplacedClip => ({
  camera_id: cameraId,
  name: `${index}.MP4`,
  generation: 0,
  channel: placed.channel,
  kind: placed.kind,
  sequence: null,
  container: placed.isPhoto ? 'jpg' : 'mp4',
  local_start: placed.localStart,
  started_at: placed.startedAt,
  zone_offset_min: 0,
  time_source: 'setting',
  local_day: placed.localStart.slice(0, 10),
  locked: placed.locked ? 1 : 0,
  kept: 0,
  state: 'waiting',
  state_reason: null,
  state_at: 0,
  attempts: 0,
  remote_volume: 'A',
  remote_path: `/${index}`,
  remote_size_bytes: 1,
  remote_size_exact: 1,
  remote_timecode: null,
  remote_ended_local: null,
  remote_seen_at: 0,
  remote_changed_at: 0,
  origin: 'sync',
});

/** Which clips lie together, and what their captures are, whatever their ids. */
async function captures(db: Database, cameraId: number) {
  const rows = await db
    .selectFrom('capture')
    .innerJoin('clip', 'clip.capture_id', 'capture.id')
    .where('capture.camera_id', '=', cameraId)
    .select(['capture.id', 'clip.name', 'capture.started_at', 'capture.kind', 'capture.local_day'])
    .select(['clip.started_at as clip_at', 'clip.local_day as clip_day', 'clip.time_source'])
    .orderBy('clip.id')
    .execute();
  const firstOf = new Map<number, string>();
  for (const { id, name } of rows) if (!firstOf.has(id)) firstOf.set(id, name);
  return rows.map(({ id, ...row }) => ({ ...row, with: firstOf.get(id) }));
}

/** As a scan does it. */
async function insertAlone(db: Database, row: UnplacedClip, each: PlacedClip): Promise<void> {
  const { id, siblings } = await captureAndSiblings(db, { ...each, cameraId: row.camera_id });
  const moment = siblings && momentAmong(siblings, row);
  await db
    .insertInto('clip')
    .values({ ...row, ...moment, capture_id: id })
    .execute();
}

test('a lens that comes late is of the minute it is named by, and where its capture was moved to', async () => {
  const db = await useDatabase();
  const noon = Date.UTC(2026, 6, 15, 12);
  const fronts = [0, 1, 2].map((minute) => clip(noon + minute * 60_000));
  const bulk = (cameraId: number, rows: UnplacedClip[]) =>
    applyBulk(db, cameraId, { inserts: rows, patches: [], moves: [], gone: [], at: 0 });
  for (const cameraId of [1, 2]) {
    await bulk(
      cameraId,
      fronts.map((each, index) => rowOf(each, index, cameraId)),
    );
  }
  // Their clock was a minute slow, and they were taken in a zone two hours to the east, as their GPS says.
  const moved = sql<number>`started_at + ${60_000 - 7_200_000}`;
  await db.updateTable('capture').set({ started_at: moved }).execute();
  await db.updateTable('clip').set({ started_at: moved, zone_offset_min: 120, time_source: 'gps' }).execute();
  const late = rear(noon + 61_000);
  await bulk(1, [rowOf(late, 9, 1)]);
  await insertAlone(db, rowOf(late, 9, 2), late);
  const found = await db
    .selectFrom('clip')
    .innerJoin('capture', 'capture.id', 'clip.capture_id')
    .select(['capture.local_start', 'clip.started_at', 'clip.zone_offset_min', 'clip.time_source'])
    .where('channel', '=', 'rear')
    .execute();
  const expected = {
    local_start: '2026-07-15T12:01:00',
    started_at: noon + 61_000 + 60_000 - 7_200_000,
    zone_offset_min: 120,
    time_source: 'gps',
  };
  expect(found).toEqual([expected, expected]);
});

const placed = fc
  .record({
    half: fc.nat(24),
    far: fc.constantFrom(0, 0, 0, 90_000, 4_000_000_000_000),
    channel: fc.constantFrom('front', 'rear', 'other'),
    kind: fc.constantFrom('normal', 'parking', 'unclassified'),
    locked: fc.boolean(),
    isPhoto: fc.boolean(),
  })
  .map(({ half, far, ...rest }) => clip(far + half * 500, rest as Partial<PlacedClip>));

test('clips that are inserted at once lie in the captures that they would lie in one by one', async () => {
  const db = await useDatabase();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(placed, { maxLength: 12 }), { maxLength: 3 }), async (listings) => {
      for (const table of ['clip', 'capture'] as const) await db.deleteFrom(table).execute();
      let count = 0;
      for (const clips of listings) {
        const rows = clips.map((each) => rowOf(each, count++, 1));
        await applyBulk(db, 1, { inserts: rows, patches: [], moves: [], gone: [], at: 0 });
        for (const [index, each] of clips.entries()) {
          await insertAlone(db, { ...rows[index]!, camera_id: 2 }, each);
        }
      }
      expect(await captures(db, 1)).toEqual(await captures(db, 2));
    }),
    { numRuns: 60 },
  );
});
