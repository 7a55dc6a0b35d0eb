import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import type { DayUsageRow } from '../src/server/archive/day-count-plan.ts';
import type { ClipRow, DayChannelRow, DayRow } from '../src/server/db/schema.ts';
import type { TestApp } from './test-app.ts';

/** What docs/data-model.md promises of every moment at which nothing is under way; no camera was asked to delete. */
export async function expectInvariants(test: TestApp, ...cameras: SimulatedCamera[]): Promise<void> {
  await expectInvariantsWithDeletions(test, ...cameras);
  for (const camera of cameras) expect(camera.deletions).toEqual([]);
}

/** The same where clips may be deleted on the camera: each of those is safe in the archive. */
export async function expectInvariantsWithDeletions(
  test: TestApp,
  ...cameras: SimulatedCamera[]
): Promise<void> {
  const clips = await test.app.db.selectFrom('clip').selectAll().execute();
  expect(clips.filter((clip) => clip.state === 'transferring')).toEqual([]);
  await expectRowsAndFilesAgree(test, clips);
  await expectDaysAreARecount(test, clips);
  await expectChannelsAreARecount(test, clips);
  await expectUsageIsARecount(test, clips);
  await expectInstantsAgree(test, clips);
  await expectBoxesAgree(test);
  await expectTagsAgree(test, clips);
  for (const camera of cameras) {
    expect(camera.maxConcurrent, 'requests at one moment').toBeLessThanOrEqual(1);
    expect(camera.violations).toEqual([]);
    expectOnlySafeDeletions(camera, clips);
  }
}

/** Whatever a camera was told to delete is in the archive, hashed as it arrived, and was not kept. */
function expectOnlySafeDeletions(camera: SimulatedCamera, clips: ClipRow[]): void {
  const safe = clips.filter(
    (clip) => clip.state === 'archived' && clip.verified_at !== null && clip.kept === 0,
  );
  const paths = new Set(safe.map((clip) => clip.remote_path));
  expect(camera.deletions.filter(({ path }) => !paths.has(path))).toEqual([]);
}

async function expectTagsAgree(test: TestApp, clips: ClipRow[]): Promise<void> {
  const rows = await test.app.db.selectFrom('clip_tag').selectAll().execute();
  const told = clips.flatMap(({ id, tags }) =>
    (JSON.parse(tags ?? '[]') as string[]).map((tag) => `${id} ${tag}`),
  );
  expect(rows.map(({ clip_id, tag }) => `${clip_id} ${tag}`).toSorted()).toEqual(told.toSorted());
}

async function expectRowsAndFilesAgree(test: TestApp, clips: ClipRow[]): Promise<void> {
  const archived = clips.filter((clip) => clip.state === 'archived');
  for (const clip of archived) {
    expect(clip.path, `${clip.name} is archived`).not.toBeNull();
    const file = await lstat(join(test.recordings, clip.path ?? ''));
    expect(file.isFile()).toBe(true);
    expect(file.size, clip.name).toBe(clip.size_bytes);
  }
  expect(clips.filter((clip) => clip.state !== 'archived' && clip.path !== null)).toEqual([]);
  const paths = archived.map((clip) => clip.path ?? '');
  expect(new Set(paths).size, 'no two rows share a path').toBe(paths.length);
  expect(await visibleFiles(test.recordings)).toEqual(paths.toSorted(inOrder));
}

const isHidden = (path: string) => path.split('/').some((part) => part.startsWith('.'));
const isSidecar = (path: string) => /\.(json|gpx)(\.\w+\.tmp)?$/.test(path);

/** Files below the archive root that a person sees as recordings, sorted. */
export async function visibleFiles(root: string): Promise<string[]> {
  const files = await archiveFiles(root);
  return files.filter((path) => !path.endsWith('.part') && !isSidecar(path) && !isHidden(path));
}

/** Every file below a folder, relative, sorted, but for the book of the archive; none when there is no folder. */
export async function archiveFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !path.startsWith('.viofosync/'))
    .toSorted(inOrder);
}

export const inOrder = (a: string, b: string) => (a < b ? -1 : Number(a > b));

const key = (row: { camera_id: number; local_day: string }) => `${row.camera_id} ${row.local_day}`;

async function expectDaysAreARecount(test: TestApp, clips: ClipRow[]): Promise<void> {
  const days = await test.app.db.selectFrom('day').selectAll().execute();
  const groups = new Map<string, ClipRow[]>();
  for (const clip of clips) groups.set(key(clip), [...(groups.get(key(clip)) ?? []), clip]);
  expect(days.map(key).toSorted()).toEqual([...groups.keys()].toSorted());
  for (const day of days) expect(day).toEqual(recount(day, groups.get(key(day)) ?? []));
}

function recount(day: DayRow, clips: ClipRow[]): DayRow {
  const count = (test: (clip: ClipRow) => boolean) => clips.filter(test).length;
  const wanted = new Set(['waiting', 'held', 'transferring', 'failed']);
  const starts = clips.map((clip) => clip.local_start).toSorted();
  return {
    local_day: day.local_day,
    camera_id: day.camera_id,
    captures: new Set(clips.map((clip) => clip.capture_id)).size,
    archived: count((clip) => clip.state === 'archived'),
    wanted: count((clip) => wanted.has(clip.state)),
    lost: count((clip) => clip.state === 'lost'),
    locked: count((clip) => clip.locked === 1),
    parking: count((clip) => clip.kind === 'parking'),
    archived_bytes: clips
      .filter((clip) => clip.state === 'archived')
      .reduce((sum, clip) => sum + (clip.size_bytes ?? 0), 0),
    first_local_start: starts[0] ?? '',
    last_local_start: starts.at(-1) ?? '',
  };
}

const channelKey = (row: Pick<DayChannelRow, 'camera_id' | 'local_day' | 'channel'>) =>
  `${key(row)} ${row.channel}`;

/** Videos alone. */
async function expectChannelsAreARecount(test: TestApp, clips: ClipRow[]): Promise<void> {
  const rows = await test.app.db.selectFrom('day_channel').selectAll().execute();
  const groups = new Map<string, ClipRow[]>();
  for (const clip of clips.filter(({ container }) => container !== 'jpg'))
    groups.set(channelKey(clip), [...(groups.get(channelKey(clip)) ?? []), clip]);
  expect(rows.map(channelKey).toSorted()).toEqual([...groups.keys()].toSorted());
  for (const row of rows) expect(row).toEqual(recountChannel(row, groups.get(channelKey(row)) ?? []));
}

function recountChannel(row: DayChannelRow, clips: ClipRow[]): DayChannelRow {
  const count = (...states: ClipRow['state'][]) => clips.filter((clip) => states.includes(clip.state)).length;
  return {
    local_day: row.local_day,
    camera_id: row.camera_id,
    channel: row.channel,
    archived: count('archived'),
    waiting: count('waiting', 'transferring'),
    held: count('held'),
    failed: count('failed'),
    skipped: count('skipped'),
    lost: count('lost'),
    gone: count('expired', 'deleted', 'missing'),
    listed: count('listed'),
    captures: new Set(clips.map((clip) => clip.capture_id)).size,
  };
}

const usageKey = (row: Pick<DayUsageRow, 'camera_id' | 'local_day' | 'kind' | 'channel'>) =>
  `${key(row)} ${row.kind} ${row.channel}`;

async function expectUsageIsARecount(test: TestApp, clips: ClipRow[]): Promise<void> {
  const rows = await test.app.db.selectFrom('day_usage').selectAll().execute();
  expect(rows.toSorted(byUsageKey)).toEqual(recountUsage(clips).toSorted(byUsageKey));
}

const byUsageKey = (a: DayUsageRow, b: DayUsageRow) => inOrder(usageKey(a), usageKey(b));
const bytesOf = (clips: ClipRow[]) => clips.reduce((sum, clip) => sum + (clip.size_bytes ?? 0), 0);

/** What the archive holds of these clips. */
export function recountUsage(clips: ClipRow[]): DayUsageRow[] {
  const archived = clips.filter((clip) => clip.state === 'archived');
  const groups = new Map<string, ClipRow[]>();
  for (const clip of archived) groups.set(usageKey(clip), [...(groups.get(usageKey(clip)) ?? []), clip]);
  return [...groups.values()].map((group) => {
    const [{ local_day, camera_id, kind, channel }] = group as [ClipRow];
    const kept = group.filter((clip) => clip.kept === 1);
    const locked = group.filter((clip) => clip.kept === 0 && clip.locked === 1);
    return {
      local_day,
      camera_id,
      kind,
      channel,
      clips: group.length,
      bytes: bytesOf(group),
      kept_clips: kept.length,
      kept_bytes: bytesOf(kept),
      locked_clips: locked.length,
      locked_bytes: bytesOf(locked),
    };
  });
}

const named = (localStart: string) => Date.parse(`${localStart}Z`);

/** Whatever carries the instant of a clip carries the same. */
async function expectInstantsAgree(test: TestApp, clips: ClipRow[]): Promise<void> {
  const { db } = test.app;
  const captures = await db.selectFrom('capture').selectAll().execute();
  const captureOf = new Map(captures.map((capture) => [capture.id, capture]));
  for (const clip of clips) {
    const capture = captureOf.get(clip.capture_id);
    expect(clip.local_day, clip.name).toBe(capture?.local_day);
    expect(clip.started_at - named(clip.local_start), `${clip.name} and its capture`).toBe(
      (capture?.started_at ?? 0) - named(capture?.local_start ?? ''),
    );
  }
  const clipOf = new Map(clips.map((clip) => [clip.id, clip]));
  for (const track of await db
    .selectFrom('track')
    .select(['clip_id', 'started_at', 'capture_id'])
    .execute()) {
    const clip = clipOf.get(track.clip_id);
    expect(track).toMatchObject({ started_at: clip?.started_at, capture_id: clip?.capture_id });
  }
  const boxes = await db.selectFrom('track_box').select(['clip_id', 'started_at']).execute();
  for (const box of boxes) expect(box.started_at).toBe(clipOf.get(box.clip_id)?.started_at);
}

const sorted = (ids: number[]) => ids.toSorted((a, b) => a - b);

/** The R-trees have the rows of their tables, and no other. */
async function expectBoxesAgree(test: TestApp): Promise<void> {
  const { db } = test.app;
  const tracks = await db.selectFrom('track').select('clip_id').where('west', 'is not', null).execute();
  const trackBoxes = await db.selectFrom('track_box').select('clip_id').execute();
  expect(sorted(trackBoxes.map((row) => row.clip_id))).toEqual(sorted(tracks.map((row) => row.clip_id)));
  const journeys = await db.selectFrom('journey').select('id').execute();
  const journeyBoxes = await db.selectFrom('journey_box').select('journey_id').execute();
  expect(sorted(journeyBoxes.map((row) => row.journey_id))).toEqual(sorted(journeys.map((row) => row.id)));
  const stops = await db.selectFrom('stop').select('id').execute();
  const stopBoxes = await db.selectFrom('stop_box').select('stop_id').execute();
  expect(sorted(stopBoxes.map((row) => row.stop_id))).toEqual(sorted(stops.map((row) => row.id)));
}
