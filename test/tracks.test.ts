import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Parser } from 'htmlparser2';
import { expect, test, vi } from 'vitest';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { readGpx } from '../src/server/tracks/gpx-reader.ts';
import { gpxTemporary } from '../src/server/tracks/gpx-file.ts';
import { unpackFixes } from '../src/server/tracks/track-codec.ts';
import { trackVersion } from '../src/server/tracks/track-repository.ts';
import { useMount } from './mounts.ts';
import {
  addClip,
  drive,
  put,
  samplesFrom,
  useTracks,
  v2Gpx,
  videoBytes,
  type TrackPlace,
} from './tracks-scenario.ts';
import { waitLong } from './scenario.ts';

const name = '2026_0628_133416_0001F.MP4';
const local_start = '2026-06-28T13:34:16';
const trackOf = (place: TrackPlace, id: number) => place.tracks.byClip(place.db, id);
const clipRow = (place: TrackPlace, id: number) =>
  place.db.selectFrom('clip').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const gpxOf = (place: TrackPlace, path: string) => readFile(join(place.root, `${path}.gpx`), 'utf8');
const namesBeside = (place: TrackPlace, path: string) => readdir(join(place.root, dirname(path)));

async function untilRead(place: TrackPlace, id: number): Promise<void> {
  await vi.waitFor(async () => expect((await clipRow(place, id)).track_due).toBe(0), waitLong);
}

/** Read, and nothing is left to be written. */
async function untilIdle(
  place: TrackPlace,
  service: { progress(): Promise<{ due: number; state: string }> },
) {
  await vi.waitFor(async () => {
    const due = await place.db
      .selectFrom('track')
      .select('clip_id')
      .whereRef('gpx_for', '<>', 'started_at')
      .execute();
    expect(due).toEqual([]);
    expect(await service.progress()).toMatchObject({ due: 0, state: 'idle' });
  }, waitLong);
}

test('positions of a video come into the database with their evidence, and into a GPX file beside it', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt, { voids: 3 })));
  const service = place.start();
  await untilIdle(place, service);
  const track = await trackOf(place, clip.id);
  expect(track).toMatchObject({
    source: 'file',
    started_at: clip.startedAt,
    samples: 20,
    fixes: 17,
    dropped: 0,
    span_ms: 16_000,
    zone: 'Europe/London',
    // The records tell UTC, the name British summer time.
    clock_offset_ms: -3_600_000,
    clock_jump_ms: null,
    gpx_for: clip.startedAt,
  });
  const [box] = await place.db.selectFrom('track_box').selectAll().execute();
  expect(box).toMatchObject({ clip_id: clip.id, started_at: clip.startedAt, camera_id: 1 });
  expect(place.told).toEqual([[clip.captureId]]);
  const text = await gpxOf(place, clip.path);
  expect(text).toContain('creator="viofosync"');
  const { points, isWhole } = readGpx(text);
  expect(isWhole).toBe(true);
  expect(points[0]).toEqual({
    at: clip.startedAt + 3000,
    latitude: expect.closeTo(51.5003, 4) as number,
    longitude: expect.closeTo(-0.12, 4) as number,
    speedMps: expect.closeTo(10.289, 2) as number,
    courseDegrees: 0,
  });
  expect(points).toHaveLength(17);
  expect(await clipRow(place, clip.id)).toMatchObject({ gpx_sidecar: 1, track_error: null });
});

test('a second start reads nothing again', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  const service = place.start();
  await untilIdle(place, service);
  await service.stop();
  const run = vi.spyOn(place.volume, 'run');
  const check = vi.spyOn(place.volume, 'check');
  const again = place.start();
  await vi.waitFor(async () => expect(await again.progress()).toMatchObject({ due: 0 }), waitLong);
  again.nudge();
  await again.stop();
  expect(run).not.toHaveBeenCalled();
  expect(check).not.toHaveBeenCalled();
  expect(place.told).toHaveLength(1);
});

test('a clip without a fix gets no GPX file, and is not read again', async () => {
  const place = await useTracks();
  const rear = await addClip(place.db, { name: '2026_0628_133416_0001R.MP4', local_start });
  const cold = await addClip(place.db, { name, local_start: '2026-06-28T13:35:16' });
  await put(place.root, rear.path, await videoBytes(null));
  await put(place.root, cold.path, await videoBytes(drive(cold.startedAt, { voids: 20 })));
  const service = place.start();
  await untilIdle(place, service);
  expect(await trackOf(place, rear.id)).toMatchObject({ samples: 0, fixes: 0, west: null, gpx_for: null });
  expect(await trackOf(place, cold.id)).toMatchObject({ samples: 20, fixes: 0, west: null, zone: null });
  expect((await namesBeside(place, cold.path)).toSorted()).toEqual([
    '2026_0628_133416_0001F.MP4',
    '2026_0628_133416_0001R.MP4',
  ]);
  expect(await place.db.selectFrom('track_box').selectAll().execute()).toEqual([]);
});

test('a good GPX file of the existing system is the track, and stays as it is', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start, gpx_sidecar: 1 });
  const text = v2Gpx(
    `${name}.gpx`,
    drive(clip.startedAt + 4000).map(({ latitude, longitude }, second) => ({
      at: clip.startedAt + 4000 + second * 1000,
      latitude,
      longitude,
    })),
  );
  // No video at all: it is not needed.
  await put(place.root, `${clip.path}.gpx`, text);
  const service = place.start();
  await untilIdle(place, service);
  const track = await trackOf(place, clip.id);
  expect(track).toMatchObject({ source: 'sidecar', fixes: 20, clock_offset_ms: -3_600_000, gpx_for: null });
  const fixes = unpackFixes(track!.points, clip.startedAt);
  expect(fixes[0]).toMatchObject({ at: clip.startedAt + 4000, speedMps: 13.2, courseDegrees: 270 });
  expect(await gpxOf(place, clip.path)).toBe(text);
});

test('a GPX file whose clock was the local one keeps its places in the clip', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start, gpx_sidecar: 1 });
  const localMs = Date.parse(`${local_start}Z`);
  const points = [2, 3, 4, 5].map((second) => ({
    at: localMs + second * 1000,
    latitude: 51.5 + second / 10_000,
    longitude: -0.12,
  }));
  await put(place.root, `${clip.path}.gpx`, v2Gpx(`${name}.gpx`, points));
  await untilIdle(place, place.start());
  const track = await trackOf(place, clip.id);
  expect(track).toMatchObject({ clock_offset_ms: 0 });
  expect(unpackFixes(track!.points, clip.startedAt)[0]?.at).toBe(clip.startedAt + 2000);
});

test('a truncated GPX file is made anew from the video', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start, gpx_sidecar: 1 });
  const whole = v2Gpx(`${name}.gpx`, [
    { at: clip.startedAt, latitude: 51.5, longitude: -0.12 },
    { at: clip.startedAt + 1000, latitude: 51.5001, longitude: -0.12 },
  ]);
  await put(place.root, `${clip.path}.gpx`, whole.slice(0, whole.lastIndexOf('<speed>')));
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  await untilIdle(place, place.start());
  expect(await trackOf(place, clip.id)).toMatchObject({ source: 'file', fixes: 20, gpx_for: clip.startedAt });
  expect(readGpx(await gpxOf(place, clip.path))).toMatchObject({ writer: 'ours', isWhole: true });
});

test('what a truncated GPX file has is kept where the video cannot be read, and the file stays', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start, gpx_sidecar: 1 });
  const points = Array.from({ length: 5 }, (_, second) => ({
    at: clip.startedAt + second * 1000,
    latitude: 51.5 + second / 10_000,
    longitude: -0.12,
  }));
  const whole = v2Gpx(`${name}.gpx`, points);
  const cut = whole.slice(0, whole.lastIndexOf('<speed>'));
  await put(place.root, `${clip.path}.gpx`, cut);
  await put(place.root, clip.path, 'no video');
  await untilIdle(place, place.start());
  expect(await trackOf(place, clip.id)).toMatchObject({ source: 'sidecar', fixes: 4, gpx_for: null });
  expect(await gpxOf(place, clip.path)).toBe(cut);
});

test.each([
  ['of another program', '<gpx version="1.1" creator="GPSLogger"><trk><trkseg/></trk></gpx>'],
  ['that is no GPX file', 'my notes'],
])('a file %s is never read nor changed', async (_, text) => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  await put(place.root, `${clip.path}.gpx`, text);
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  await untilIdle(place, place.start());
  expect(await trackOf(place, clip.id)).toMatchObject({ source: 'file', fixes: 20, gpx_for: null });
  expect(await gpxOf(place, clip.path)).toBe(text);
});

test('a link in the place of the GPX file is not followed', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  await put(place.root, 'elsewhere.gpx', 'somebody');
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  await symlink(join(place.root, 'elsewhere.gpx'), join(place.root, `${clip.path}.gpx`));
  await untilIdle(place, place.start());
  expect(await readFile(join(place.root, 'elsewhere.gpx'), 'utf8')).toBe('somebody');
});

test('a foreign GPX file that came after the scan is not overwritten', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start, gpx_sidecar: 0 });
  await put(place.root, `${clip.path}.gpx`, '<gpx creator="me"/>');
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  await untilIdle(place, place.start());
  expect(await gpxOf(place, clip.path)).toBe('<gpx creator="me"/>');
});

test('what a crash left of writing a GPX file counts as nothing and is gone with the next', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  await put(place.root, gpxTemporary(`${clip.path}.gpx`), '<gpx creator="viofosync"><trk>');
  await untilIdle(place, place.start());
  expect((await namesBeside(place, clip.path)).toSorted()).toEqual([name, `${name}.gpx`]);
  expect(readGpx(await gpxOf(place, clip.path)).isWhole).toBe(true);
});

test('a crash between the GPX file and its row ends in the same file', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  const service = place.start();
  await untilIdle(place, service);
  await service.stop();
  const before = await gpxOf(place, clip.path);
  await place.db.updateTable('track').set({ gpx_for: 0 }).execute();
  await untilIdle(place, place.start());
  expect(await gpxOf(place, clip.path)).toBe(before);
});

test('a clip that is archived again gets its GPX file again, and one of another program stays', async () => {
  const place = await useTracks();
  const names = [name, name.replace('0001F', '0003F')];
  const clips = await Promise.all(names.map((each) => addClip(place.db, { name: each, local_start })));
  for (const clip of clips) await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  const service = place.start();
  await untilIdle(place, service);
  const [ours, others] = [clips[0]!, clips[1]!];
  const before = await gpxOf(place, ours.path);
  await place.db.updateTable('clip').set({ state: 'missing', path: null }).execute();
  await rm(join(place.root, `${ours.path}.gpx`));
  const foreign = '<gpx version="1.1" creator="GPSLogger"><trk><trkseg/></trk></gpx>';
  await put(place.root, `${others.path}.gpx`, foreign);
  const repository = new ClipRepository();
  for (const { id, path } of clips) {
    const change = { to: 'archived', reason: null, at: 0, patch: { path } } as const;
    await place.db.transaction().execute((trx) => repository.transition(trx, [id], ['missing'], change));
    expect((await clipRow(place, id)).gpx_sidecar).toBeNull();
  }
  service.nudge();
  await untilIdle(place, service);
  expect(await gpxOf(place, ours.path)).toBe(before);
  expect(await gpxOf(place, others.path)).toBe(foreign);
});

test('a clip that is moved in time gets a GPX file with its new times', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  const service = place.start();
  await untilIdle(place, service);
  const moved = clip.startedAt + 7_200_000;
  await place.db.updateTable('clip').set({ started_at: moved }).execute();
  await place.db.updateTable('track').set({ started_at: moved }).execute();
  service.nudge();
  await untilIdle(place, service);
  expect(readGpx(await gpxOf(place, clip.path))).toMatchObject({
    points: expect.arrayContaining([expect.objectContaining({ at: moved })]) as object,
    // The records' own clock is still to be had from it.
    stamp: { startedAt: moved, clockMs: -7_200_000, version: trackVersion },
  });
});

test('our own GPX files give the same track after the database is lost, camera clock and all', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  // A camera whose records tell its local time.
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt + 3_600_000, { voids: 2 })));
  const service = place.start();
  await untilIdle(place, service);
  const before = await trackOf(place, clip.id);
  await service.stop();
  await place.tracks.remove(place.db, [clip.id]);
  await place.db.updateTable('clip').set({ track_due: 1 }).execute();
  await rm(join(place.root, clip.path));
  await untilIdle(place, place.start());
  const after = await trackOf(place, clip.id);
  expect(after).toMatchObject({ source: 'sidecar', fixes: 18, clock_offset_ms: 0, gpx_for: clip.startedAt });
  expect(unpackFixes(after!.points, 0)).toEqual(unpackFixes(before!.points, 0));
});

test('a full disk takes no GPX file: what is there stays, the rest is written when there is room', async () => {
  const mount = await useMount('size=512k');
  const place = await useTracks({ root: mount.path });
  const clip = await addClip(place.db, { name, local_start });
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  await writeFile(join(place.root, 'ballast'), Buffer.alloc(10_000_000)).catch(() => undefined);
  const service = place.start({ retryMs: 20 });
  await untilRead(place, clip.id);
  await vi.waitFor(async () => expect(await service.progress()).toMatchObject({ state: 'idle' }), waitLong);
  expect(await trackOf(place, clip.id)).toMatchObject({ fixes: 20, gpx_for: 0 });
  expect(await namesBeside(place, clip.path)).toEqual([name]);
  expect((await clipRow(place, clip.id)).track_error).toBeNull();
  await rm(join(place.root, 'ballast'));
  await vi.waitFor(async () => {
    service.nudge();
    expect(await trackOf(place, clip.id)).toMatchObject({ gpx_for: clip.startedAt });
  }, waitLong);
  expect(readGpx(await gpxOf(place, clip.path)).isWhole).toBe(true);
});

test('with GPX files switched off none is written, and switched on all are', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  const settings = { writeGpx: false };
  const service = place.start({ settings: () => settings });
  await untilRead(place, clip.id);
  await vi.waitFor(async () => expect(await service.progress()).toMatchObject({ state: 'idle' }), waitLong);
  expect(await namesBeside(place, clip.path)).toEqual([name]);
  settings.writeGpx = true;
  place.events.emit('settings.changed', { keys: ['writeGpx'] });
  await untilIdle(place, service);
  expect((await namesBeside(place, clip.path)).toSorted()).toEqual([name, `${name}.gpx`]);
});

test('old clips wait for downloads to end, and one that has just arrived does not', async () => {
  const place = await useTracks();
  const [old, fresh] = await Promise.all([
    addClip(place.db, { name, local_start }),
    addClip(place.db, { name: '2026_0628_133516_0002F.MP4', local_start: '2026-06-28T13:35:16' }),
  ]);
  for (const clip of [old, fresh]) await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  let isDownloading = true;
  const service = place.start({ isDownloading: () => isDownloading });
  await vi.waitFor(
    async () => expect(await service.progress()).toMatchObject({ state: 'downloads' }),
    waitLong,
  );
  place.events.emit('clip.archived', { clipId: fresh.id, cameraId: 1, localDay: '2026-06-28' });
  await untilRead(place, fresh.id);
  expect((await clipRow(place, old.id)).track_due).toBe(1);
  isDownloading = false;
  await untilIdle(place, service);
  expect(await trackOf(place, old.id)).toMatchObject({ fixes: 20 });
});

test('the newest is read first; pictures and clips that are not here are no work', async () => {
  const place = await useTracks();
  const clips = [];
  for (const minute of [10, 30, 20]) {
    const clip = await addClip(place.db, {
      name: `${minute}.MP4`,
      local_start: `2026-06-28T13:${minute}:00`,
    });
    await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
    clips.push(clip);
  }
  const [first, newest, middle] = clips;
  const photo = await addClip(place.db, {
    name: 'a.JPG',
    container: 'jpg',
    local_start: '2026-06-28T14:00:00',
  });
  const away = await addClip(place.db, {
    name: 'b.MP4',
    state: 'waiting',
    local_start: '2026-06-28T14:01:00',
  });
  await untilIdle(place, place.start());
  expect(place.told).toEqual([[newest!.captureId], [middle!.captureId], [first!.captureId]]);
  expect((await clipRow(place, photo.id)).track_due).toBe(0);
  expect((await clipRow(place, away.id)).track_due).toBe(1);
});

test('a clip whose file is gone is told so once, and tried again at the next start', async () => {
  const place = await useTracks();
  const gone = await addClip(place.db, { name, local_start });
  const here = await addClip(place.db, { name: 'b.MP4', local_start: '2026-06-28T13:00:00' });
  await put(place.root, here.path, await videoBytes(drive(here.startedAt)));
  const service = place.start();
  await untilIdle(place, service);
  expect(await clipRow(place, gone.id)).toMatchObject({
    track_due: 0,
    track_error: 'The file is not there now.',
  });
  expect(await service.progress()).toMatchObject({ failed: 1 });
  expect(await trackOf(place, here.id)).toMatchObject({ fixes: 20 });
  await service.stop();
  await put(place.root, gone.path, await videoBytes(drive(gone.startedAt)));
  await untilIdle(place, place.start());
  expect(await clipRow(place, gone.id)).toMatchObject({ track_due: 0, track_error: null });
  expect(await trackOf(place, gone.id)).toMatchObject({ fixes: 20 });
});

test('while the recordings are away nothing fails and nothing is read', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  // As when a share is unmounted: the folder is empty, its marker is gone.
  await rm(place.root, { recursive: true });
  const service = place.start();
  await vi.waitFor(async () => expect(await service.progress()).toMatchObject({ state: 'volume' }), waitLong);
  expect(await clipRow(place, clip.id)).toMatchObject({ track_due: 1, track_error: null });
});

test('what another version of the parser read is read again, from the video', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start });
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  const service = place.start();
  await untilIdle(place, service);
  await service.stop();
  await place.db
    .updateTable('track')
    .set({ version: trackVersion - 1, samples: 1 })
    .execute();
  await place.db.deleteFrom('app_state').where('key', '=', 'tracks.version').execute();
  const stale = (await gpxOf(place, clip.path))
    .replace('parser="1"', 'parser="0"')
    .replaceAll('51.5', '41.5');
  await put(place.root, `${clip.path}.gpx`, stale);
  await untilIdle(place, place.start());
  expect(await trackOf(place, clip.id)).toMatchObject({ version: trackVersion, samples: 20, source: 'file' });
  expect(await gpxOf(place, clip.path)).toContain('lat="51.5');
});

test('a track read off the camera is replaced by the file, never the other way round', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name, local_start, state: 'waiting', path: null });
  const sparse = samplesFrom([{ offsetMs: 0, latitude: 51.5, longitude: -0.12 }], clip.startedAt);
  const full = samplesFrom(
    [0, 1000].map((offsetMs) => ({ offsetMs, latitude: 51.5 + offsetMs / 1e7, longitude: -0.12 })),
    clip.startedAt,
  );
  const { db, tracks } = place;
  const triage = { clip, source: 'triage', readAt: 1 } as const;
  expect(await tracks.put(db, { ...triage, samples: sparse })).toBe(true);
  expect((await clipRow(place, clip.id)).track_due).toBe(1);
  expect(await tracks.put(db, { clip, samples: full, source: 'file', readAt: 2 })).toBe(true);
  expect((await clipRow(place, clip.id)).track_due).toBe(0);
  expect(await tracks.put(db, { ...triage, samples: sparse })).toBe(false);
  expect(await trackOf(place, clip.id)).toMatchObject({ source: 'file', fixes: 2 });
  expect(place.told).toHaveLength(2);
  await tracks.remove(db, [clip.id, 999]);
  expect(await trackOf(place, clip.id)).toBeUndefined();
  expect(await db.selectFrom('track_box').selectAll().execute()).toEqual([]);
  expect(place.told).toHaveLength(3);
});

test('a track across the antimeridian has its own bounds and the whole breadth in the tree', async () => {
  const { db, tracks } = await useTracks();
  const clip = await addClip(db, { name, local_start });
  const samples = samplesFrom(
    [
      { offsetMs: 0, latitude: -17, longitude: 179.9999 },
      { offsetMs: 1000, latitude: -17, longitude: -179.9999 },
    ],
    clip.startedAt,
  );
  await tracks.put(db, { clip, samples, source: 'file', readAt: 1 });
  expect(await tracks.byClip(db, clip.id)).toMatchObject({
    west: expect.closeTo(179.9999, 8) as number,
    east: expect.closeTo(-179.9999, 8) as number,
    distance_m: expect.closeTo(21.3, 0) as number,
  });
  const [box] = await db.selectFrom('track_box').selectAll().execute();
  expect(box).toMatchObject({ west: -180, east: 180 });
});

test('a GPX file that we write is well-formed and in the order of its schema', async () => {
  const place = await useTracks();
  const clip = await addClip(place.db, { name: 'a&b<c>".MP4', local_start });
  await put(place.root, clip.path, await videoBytes(drive(clip.startedAt)));
  await untilIdle(place, place.start());
  const order: string[] = [];
  const open: string[] = [];
  const parser = new Parser(
    {
      onopentag: (tag) => (order.push(tag), open.push(tag)),
      onclosetag: (tag, implied) => {
        expect([open.pop(), implied && !['bounds', 'viofosync:clip'].includes(tag)]).toEqual([tag, false]);
      },
    },
    { xmlMode: true },
  );
  const text = await gpxOf(place, clip.path);
  parser.end(text);
  expect(open).toEqual([]);
  expect(text).toContain('<name>a&amp;b&lt;c&gt;&quot;.MP4</name>');
  expect(order.slice(0, 15)).toEqual([
    'gpx',
    'metadata',
    'name',
    'time',
    'bounds',
    'extensions',
    'viofosync:clip',
    'trk',
    'name',
    'trkseg',
    'trkpt',
    'time',
    'extensions',
    'gpxtpx:TrackPointExtension',
    'gpxtpx:speed',
  ]);
});
