import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { artifactKey, cachePlace } from '../src/server/media/artifact-key.ts';
import { pictureVersions } from '../src/server/media/picture-plan.ts';
import { proxyVersion } from '../src/server/media/proxy-args-plan.ts';
import { cacheFiles, footage, useMediaArchive, type MediaArchive } from './media-scenario.ts';
import { waitLong } from './scenario.ts';

const run = promisify(execFile);
const dayMs = 24 * 60 * 60_000;

/** A picture that ffmpeg made, and that is known again. */
async function blackPicture({ home }: MediaArchive): Promise<string> {
  const path = join(home, 'black.webp');
  const black = ['-f', 'lavfi', '-i', 'color=size=480x270:duration=1', '-frames:v', '1', path];
  await run('ffmpeg', ['-v', 'error', ...black]);
  return path;
}

test.each([
  ['half of it was written', 'draft'],
  ['it was moved to its place', 'before'],
  ['a row tells of it', 'after'],
])('when the program is killed before %s, no half picture is shown, and nothing is left', async (_, when) => {
  const archive = await useMediaArchive({ isIdle: true, settings: { makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  const black = await blackPicture(archive);
  const child = ['--import', 'tsx', 'test/media-child.ts', archive.configDir, black, when];
  await expect(run(process.execPath, child)).rejects.toMatchObject({ signal: 'SIGKILL' });
  expect(await cacheFiles(archive)).toHaveLength(1);
  expect(await archive.artifact(id, 'thumbnail')).toBeUndefined();
  await archive.restart();
  await archive.settle();
  const row = await archive.row(id);
  const name = `${artifactKey(row)}-${pictureVersions.thumbnail}.webp`;
  expect(await cacheFiles(archive)).toEqual([name]);
  const answer = await archive.get(`/api/clips/${id}/picture`);
  const shown = Buffer.from(await answer.arrayBuffer());
  // What was whole is taken over; anything else was made anew.
  const isBlack = shown.equals(await readFile(black));
  expect(isBlack).toBe(when === 'after');
  const place = join(archive.home, 'shown.webp');
  await writeFile(place, shown);
  const size = ['-v', 'error', '-show_entries', 'stream=width', '-of', 'csv=p=0', place];
  expect((await run('ffprobe', size)).stdout.trim()).toBe('480');
});

/** Everything that is looked after from time to time. */
const aDayLater = async (archive: MediaArchive, days = 1): Promise<void> => {
  archive.clock.advance(days * dayMs + 1);
  archive.media.service.nudge();
  await archive.settle();
};

test('what was made of deleted clips goes, whatever has deleted them', async () => {
  const archive = await useMediaArchive({ settings: { makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  const other = await archive.add('b.MP4', await footage({ seed: 2 }));
  await archive.settle();
  const change = { state: 'expired', path: null, state_at: archive.clock.now() } as const;
  await archive.db.updateTable('clip').set(change).where('id', '=', id).execute();
  await aDayLater(archive);
  await vi.waitFor(async () => expect(await archive.artifact(id, 'thumbnail')).toBeUndefined(), waitLong);
  await vi.waitFor(async () => expect(await cacheFiles(archive)).toHaveLength(1), waitLong);
  expect(await archive.artifact(other, 'thumbnail')).toMatchObject({ state: 'ready' });
});

test('the pictures of a missing clip stay for a month: it may come back', async () => {
  const archive = await useMediaArchive({ settings: { makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  await archive.settle();
  const { path } = await archive.row(id);
  const gone = { state: 'missing', path: null, state_at: archive.clock.now() } as const;
  await archive.db.updateTable('clip').set(gone).execute();
  await aDayLater(archive, 28);
  expect(await archive.artifact(id, 'thumbnail')).toMatchObject({ state: 'ready' });
  await archive.db.updateTable('clip').set({ state: 'archived', path }).execute();
  expect((await archive.get(`/api/clips/${id}/picture`)).headers.get('content-type')).toBe('image/webp');
  await archive.db.updateTable('clip').set(gone).execute();
  await aDayLater(archive, 3);
  await vi.waitFor(async () => expect(await archive.artifact(id, 'thumbnail')).toBeUndefined(), waitLong);
});

test('small copies of an earlier database are taken over before anybody wishes for them', async () => {
  const archive = await useMediaArchive({ isIdle: true, settings: { makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  const key = artifactKey(await archive.row(id));
  const place = join(
    archive.configDir,
    'cache',
    cachePlace('proxy', key, { version: proxyVersion, format: 'mp4' }),
  );
  await mkdir(dirname(place), { recursive: true });
  await copyFile(join(archive.root, (await archive.row(id)).path!), place);
  await utimes(place, 0, 0);
  await archive.restart();
  await archive.settle();
  await aDayLater(archive);
  const { proxy, proxyBytes } = await archive.media0(id);
  expect([proxy, proxyBytes]).toEqual(['ready', (await readFile(place)).length]);
});

test('the small copy of an earlier file of a clip goes when that file is another', async () => {
  const archive = await useMediaArchive({ isIdle: true, settings: { makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  await archive.restart();
  const { artifacts } = archive.media;
  await archive.settle();
  const draft = await artifacts.draft('proxy', 'mp4');
  await writeFile(draft, 'copy');
  const made = { draft, format: 'mp4', detail: null, version: proxyVersion } as const;
  await artifacts.keep(await archive.row(id), 'proxy', made);
  const bytes = await footage({ seed: 3, durationSeconds: 2 });
  const { path } = await archive.row(id);
  await rm(join(archive.root, path!));
  await writeFile(join(archive.root, path!), bytes);
  await archive.db.updateTable('clip').set({ size_bytes: bytes.length, mtime_ms: 5, media_due: 1 }).execute();
  archive.media.service.nudge();
  await vi.waitFor(async () => {
    expect(await archive.artifact(id, 'proxy')).toBeUndefined();
    expect((await cacheFiles(archive)).filter((name) => name.endsWith('.mp4'))).toEqual([]);
  }, waitLong);
});
