import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { writeAppState } from '../src/server/db/app-state.ts';
import { FfmpegRunner } from '../src/server/media/ffmpeg-runner.ts';
import { repairedCopyOf } from '../src/server/media/repair-rows.ts';
import { RepairWork, type RepairWorkDeps } from '../src/server/media/repair-work.ts';
import { useProxyArchive, type ProxyArchive } from './proxy-scenario.ts';
import { cameraClip, decode } from './repair-clips.ts';

const dayMs = 24 * 60 * 60_000;
const signal = new AbortController().signal;
const due = { repair: 'due', complete: 0 } as const;

async function useRepairs(changed: Partial<RepairWorkDeps> = {}) {
  const archive = await useProxyArchive();
  const settings = { keepFreeGb: 0 };
  const deps: RepairWorkDeps = {
    db: archive.db,
    clock: archive.clock,
    log: pino({ level: 'silent' }),
    events: archive.events,
    volume: archive.volume,
    artifacts: archive.artifacts,
    ffmpeg: new FfmpegRunner({ path: 'ffmpeg', isThere: () => true, isBusy: () => false, lookMs: 50 }),
    settings: () => settings,
    onWished: () => undefined,
    ...changed,
  };
  const work = new RepairWork(deps);
  const drain = async () => {
    let count = 0;
    for (let task = await work.next(); task; task = await work.next(), count++) await task.run(signal);
    return count;
  };
  return { ...archive, archive, work, settings, drain };
}

const copyOf = async ({ db, root }: ProxyArchive, id: number): Promise<string> => {
  const path = await repairedCopyOf(db, { id, repair: 'repaired' });
  return join(root, path ?? 'none');
};

const filesBelow = async (root: string): Promise<string[]> =>
  (await readdir(join(root, '.viofosync'), { recursive: true }).catch(() => [])).filter((name) =>
    name.includes('.MP4'),
  );

const cutClip = async () => (await cameraClip({ moov: 'back', recoveryIndex: 'long' })).subarray(0, 500_000);

test('a cut clip gets a playable copy beside the archive, and stays as it is', async () => {
  const { archive, add, row, db, drain, work } = await useRepairs();
  const cut = await cutClip();
  const id = await add('2026_0628_090000_0001F.MP4', cut, due);
  expect(await work.waiting()).toBe(1);
  expect(await drain()).toBe(1);
  const clip = await row(id);
  expect(clip).toMatchObject({ repair: 'repaired', complete: 0, width: 640, height: 360, media_due: 2 });
  expect(clip.codecs).toMatch(/^avc1\..*,mp4a\.40\.2$/);
  expect(clip.repair_note).toMatch(/recovery index/);
  const copy = await copyOf(archive, id);
  expect(copy).toMatch(/\.viofosync\/repaired\/2026-06-28\/2026_0628_090000_0001F-[0-9a-f]{8}\.MP4$/);
  expect(await decode(await readFile(copy))).toMatchObject({ errors: '' });
  expect((await readFile(join(archive.root, clip.path ?? ''))).equals(cut)).toBe(true);
  const artifact = await db
    .selectFrom('artifact')
    .selectAll()
    .where('clip_id', '=', id)
    .executeTakeFirstOrThrow();
  expect(artifact).toMatchObject({ kind: 'repair', state: 'ready', bytes: (await stat(copy)).size });
  expect(await filesBelow(archive.root)).toHaveLength(1);
  expect(await work.waiting()).toBe(0);
});

test('a clip that tells nothing of itself waits for a whole one of its camera', async () => {
  const { archive, add, row, drain, clock } = await useRepairs();
  const cut = (await cameraClip({ moov: 'back', seed: 7 })).subarray(0, 400_000);
  const id = await add('2026_0628_090000_0001F.MP4', cut, due);
  await drain();
  expect(await row(id)).toMatchObject({
    repair: 'due',
    repair_note: expect.stringContaining('no whole clip'),
  });
  await add('2026_0628_090100_0002F.MP4', await cameraClip({ seed: 3 }), { complete: 1 });
  expect(await drain()).toBe(0);
  clock.advance(dayMs + 1);
  expect(await drain()).toBe(1);
  expect(await row(id)).toMatchObject({
    repair: 'repaired',
    repair_note: expect.stringMatching(/without sound.*2026_0628_090100_0002F\.MP4/),
  });
  expect(await decode(await readFile(await copyOf(archive, id)))).toMatchObject({ errors: '', sounds: 0 });
});

test('a whole clip of another codec is no example', async () => {
  const { archive, add, row, drain } = await useRepairs();
  const cut = (await cameraClip({ moov: 'back', seed: 7 })).subarray(0, 400_000);
  const id = await add('2026_0628_090000_0001F.MP4', cut, due);
  const other = await cameraClip({ seed: 3, video: 'hevc' });
  await add('2026_0628_090100_0002F.MP4', other, { complete: 1 });
  await drain();
  expect((await row(id)).repair).not.toBe('repaired');
  expect(await filesBelow(archive.root)).toEqual([]);
});

test('what holds no frame is impossible, and says so; a person may have it tried again', async () => {
  const { add, row, drain, work, archive } = await useRepairs();
  const whole = await cameraClip();
  const id = await add('2026_0628_090000_0001F.MP4', whole.subarray(0, 66_000), due);
  await drain();
  expect(await row(id)).toMatchObject({
    repair: 'impossible',
    repair_note: expect.stringContaining('No frame'),
  });
  await writeFile(join(archive.root, (await row(id)).path ?? ''), whole.subarray(0, 500_000));
  await archive.db.updateTable('clip').set({ size_bytes: 500_000 }).where('id', '=', id).execute();
  await work.want(id);
  await (await work.asked())?.run(signal);
  expect((await row(id)).repair).toBe('repaired');
  expect(await work.asked()).toBeNull();
});

test('a clip that is whole after all needs no copy', async () => {
  const { add, row, drain, root } = await useRepairs();
  const id = await add('2026_0628_090000_0001F.MP4', await cameraClip(), due);
  await drain();
  expect(await row(id)).toMatchObject({ repair: null, repair_note: null, complete: 1 });
  expect(await filesBelow(root)).toEqual([]);
});

test('the copy goes with its clip; should the clip come back, it is made again', async () => {
  const { archive, add, row, db, drain } = await useRepairs();
  const id = await add('2026_0628_090000_0001F.MP4', await cutClip(), due);
  await drain();
  const copy = await copyOf(archive, id);
  await db.updateTable('artifact').set({ state: 'orphan' }).execute();
  await db.updateTable('clip').set({ state: 'deleted' }).where('id', '=', id).execute();
  expect(await drain()).toBe(1);
  expect(existsSync(copy)).toBe(false);
  expect(await db.selectFrom('artifact').selectAll().execute()).toEqual([]);
  await db.updateTable('clip').set({ state: 'archived' }).where('id', '=', id).execute();
  await drain();
  expect(existsSync(copy)).toBe(true);
  expect((await row(id)).repair).toBe('repaired');
});

test('a copy of an earlier database is found again and not made anew', async () => {
  const { archive, add, row, db, drain } = await useRepairs();
  const id = await add('2026_0628_090000_0001F.MP4', await cutClip(), due);
  await drain();
  const copy = await copyOf(archive, id);
  const before = await row(id);
  const { ino, mtimeMs } = await stat(copy);
  await db.deleteFrom('artifact').execute();
  await db.updateTable('clip').set({ repair: 'due', repair_note: null, codecs: null }).execute();
  await drain();
  expect(await row(id)).toEqual(before);
  expect(await stat(copy)).toMatchObject({ ino, mtimeMs });
});

test('a copy of an earlier database is found also when the clip was copied, and is of another time now', async () => {
  const { archive, add, row, db, drain } = await useRepairs();
  const id = await add('2026_0628_090000_0001F.MP4', await cutClip(), due);
  await drain();
  const [copy, { codecs }] = [await copyOf(archive, id), await row(id)];
  const { ino } = await stat(copy);
  await db.deleteFrom('artifact').execute();
  await db.updateTable('clip').set({ repair: 'due', codecs: null, mtime_ms: 1_750_000_000_000 }).execute();
  await drain();
  expect(await row(id)).toMatchObject({ repair: 'repaired', codecs });
  expect(await copyOf(archive, id)).toBe(copy);
  expect((await stat(copy)).ino).toBe(ino);
  expect(await filesBelow(archive.root)).toHaveLength(1);
});

test('the copy of another clip of this name and length is not taken', async () => {
  const { archive, add, drain } = await useRepairs();
  const cut = await cutClip();
  const one = await add('2026_0628_090000_0001F.MP4', cut, due);
  await drain();
  const two = await add('2026_0628_090000_0001F.MP4', cut, {
    ...due,
    generation: 1,
    mtime_ms: 5,
    path: 'other/2026_0628_090000_0001F.MP4',
  });
  await mkdir(join(archive.root, 'other'), { recursive: true });
  await drain();
  expect(await copyOf(archive, two)).not.toBe(await copyOf(archive, one));
  expect(await filesBelow(archive.root)).toHaveLength(2);
});

/** A scan of the whole archive has ended. */
const scanned = ({ db, clock }: ProxyArchive, skippedFolders = 0) =>
  writeAppState(db, 'scan.finished', JSON.stringify({ at: clock.now(), skippedFolders }));

async function useStray() {
  const scene = await useRepairs();
  const { archive, add, drain, db } = scene;
  const id = await add('2026_0628_090000_0001F.MP4', await cutClip(), due);
  await drain();
  const copy = await copyOf(archive, id);
  await db.deleteFrom('artifact').execute();
  return { ...scene, id, copy };
}

test('the copy of a clip that is gone goes, after a month and a scan of the whole archive', async () => {
  const { archive, work, db, clock, copy } = await useStray();
  const foreign = join(dirname(copy), 'film-01234567.MP4');
  const draft = join(dirname(copy), 'left-01234567.MP4.part');
  await writeFile(foreign, 'something else');
  await writeFile(draft, 'half');
  await utimes(draft, new Date(0), new Date(0));
  await db.deleteFrom('clip').execute();
  await work.tidy(signal);
  expect(existsSync(draft)).toBe(true);
  await scanned(archive);
  await work.tidy(signal);
  expect(existsSync(draft)).toBe(false);
  clock.advance(31 * dayMs);
  await work.tidy(signal);
  expect(existsSync(copy)).toBe(true);
  await scanned(archive, 1);
  await work.tidy(signal);
  expect(existsSync(copy)).toBe(true);
  clock.advance(1000);
  await scanned(archive);
  await work.tidy(signal);
  expect(existsSync(copy)).toBe(false);
  expect(await readFile(foreign, 'utf8')).toBe('something else');
});

test.each([
  ['is missing', { state: 'missing', path: null }],
  ['is to be repaired', { repair: 'due' }],
  ['is still to be read', { repair: null, media_due: 1 }],
] as const)('the copy of a clip that %s stays', async (_, change) => {
  const { archive, work, db, clock, copy } = await useStray();
  await db.updateTable('clip').set(change).execute();
  for (let scan = 0; scan < 3; scan++) {
    await scanned(archive);
    await work.tidy(signal);
    clock.advance(40 * dayMs);
  }
  expect(existsSync(copy)).toBe(true);
});

test('nothing goes while the archive is not the one that is known', async () => {
  const { archive, work, db, clock, copy } = await useStray();
  await db.deleteFrom('clip').execute();
  await scanned(archive);
  await work.tidy(signal);
  clock.advance(40 * dayMs);
  await scanned(archive);
  await rename(join(archive.root, markerName), join(archive.home, 'marker'));
  await work.tidy(signal);
  expect(existsSync(copy)).toBe(true);
  await rename(join(archive.home, 'marker'), join(archive.root, markerName));
  await work.tidy(signal);
  expect(existsSync(copy)).toBe(false);
});

test('a clip that came back as another row keeps the copy that it took over', async () => {
  const { archive, add, row, db, drain } = await useRepairs();
  const cut = await cutClip();
  const id = await add('2026_0628_090000_0001F.MP4', cut, due);
  await drain();
  const copy = await copyOf(archive, id);
  const { mtime_ms } = await row(id);
  await db.updateTable('clip').set({ state: 'deleted', path: null }).execute();
  const again = await add('2026_0628_090000_0001F.MP4', cut, { ...due, generation: 1, mtime_ms });
  await drain();
  await db.updateTable('artifact').set({ state: 'orphan' }).where('clip_id', '=', id).execute();
  await drain();
  expect(await copyOf(archive, again)).toBe(copy);
  expect(existsSync(copy)).toBe(true);
});

test('without room nothing is written, and it is tried again later', async () => {
  const { add, row, drain, settings, clock, root } = await useRepairs();
  const id = await add('2026_0628_090000_0001F.MP4', await cutClip(), due);
  settings.keepFreeGb = 1_000_000;
  await drain();
  expect(await row(id)).toMatchObject({ repair: 'due', repair_note: expect.stringContaining('no room') });
  expect(await filesBelow(root)).toEqual([]);
  settings.keepFreeGb = 0;
  expect(await drain()).toBe(0);
  clock.advance(11 * 60_000);
  await drain();
  expect((await row(id)).repair).toBe('repaired');
});

test('a clip that goes while it is repaired takes its copy along', async () => {
  const scene = await useRepairs();
  const { volume, db } = scene;
  const space = async () => {
    await db.updateTable('clip').set({ state: 'deleted', path: null }).execute();
    return volume.space();
  };
  const watched: RepairWorkDeps['volume'] = {
    run: volume.run.bind(volume),
    pathOf: volume.pathOf.bind(volume),
    release: volume.release.bind(volume),
    check: volume.check.bind(volume),
    status: volume.status,
    space,
  };
  await scene.add('2026_0628_090000_0001F.MP4', await cutClip(), due);
  const work = new RepairWork({
    db,
    clock: scene.clock,
    log: pino({ level: 'silent' }),
    events: scene.events,
    volume: watched,
    artifacts: scene.artifacts,
    ffmpeg: new FfmpegRunner({ path: 'ffmpeg', isThere: () => false, isBusy: () => false }),
    settings: () => ({ keepFreeGb: 0 }),
    onWished: () => undefined,
  });
  await (await work.next())?.run(signal);
  expect(await filesBelow(scene.root)).toEqual([]);
  expect(await db.selectFrom('artifact').selectAll().execute()).toEqual([]);
});

test('a try that is stopped leaves nothing behind', async () => {
  const { add, row, work, root } = await useRepairs();
  const id = await add('2026_0628_090000_0001F.MP4', await cutClip(), due);
  const stopped = AbortSignal.abort(new Error('the program ends'));
  await expect((await work.next())?.run(stopped)).rejects.toThrow('the program ends');
  expect(await filesBelow(root)).toEqual([]);
  expect((await row(id)).repair).toBe('due');
});

test('a clip whose file is not there waits, and does not keep others waiting', async () => {
  const { archive, add, row, drain } = await useRepairs();
  const other = await add('2026_0628_090000_0001F.MP4', await cutClip(), due);
  const id = await add('2026_0628_090100_0002F.MP4', await cutClip(), due);
  await rm(join(archive.root, (await row(id)).path ?? ''));
  expect(await drain()).toBe(2);
  expect(await row(id)).toMatchObject({ repair: 'due', repair_note: expect.stringContaining('not there') });
  expect((await row(other)).repair).toBe('repaired');
});
