import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { orphanArtifacts } from '../src/server/db/artifact-orphans.ts';
import type { MediaWork } from '../src/server/media/media-types.ts';
import { cacheFiles, fakeFfmpeg, footage, photo, useMediaArchive } from './media-scenario.ts';
import { waitLong } from './scenario.ts';

const run = promisify(execFile);

async function sizeOf(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  const place = join(await (await import('node:fs/promises')).mkdtemp('/tmp/viofosync-size-'), 'picture');
  await writeFile(place, bytes);
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'stream=width,height',
    '-of',
    'json',
    place,
  ]);
  await rm(dirname(place), { recursive: true });
  const { streams } = JSON.parse(stdout) as { streams: { width: number; height: number }[] };
  return { width: streams[0]!.width, height: streams[0]!.height };
}

/** A film whose every picture is another, with a key frame each second. */
const film30 = (path: string, seconds: number) =>
  run('ffmpeg', [
    ...'-v error -y -f lavfi -i'.split(' '),
    `testsrc2=size=640x360:rate=30:duration=${seconds}`,
    ...'-c:v libx264 -preset ultrafast -g 30 -pix_fmt yuv420p'.split(' '),
    path,
  ]);

test('of a clip that arrives, facts are read and a thumbnail and a filmstrip are made', async () => {
  const archive = await useMediaArchive();
  const id = await archive.add('a.MP4', await footage({ durationSeconds: 60 }));
  await archive.settle();
  expect(await archive.row(id)).toMatchObject({
    media_due: 0,
    media_error: null,
    video_codec: 'avc1',
    codecs: expect.stringMatching(/^avc1\.\w{6},mp4a\.40\.2$/),
    complete: 1,
    repair: null,
  });
  const media = await archive.media0(id);
  expect(media).toMatchObject({
    hasPicture: true,
    thumbnail: 'ready',
    filmstrip: 'ready',
    strip: { frames: 24, columns: 10, tileWidth: 240, intervalMs: expect.any(Number) },
    health: 'whole',
  });
  const strip = await archive.get(`/api/clips/${id}/filmstrip?v=${media.version}`);
  expect(strip.headers.get('content-type')).toBe('image/webp');
  expect(strip.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  const tiles = Buffer.from(await strip.arrayBuffer());
  expect(await sizeOf(tiles)).toEqual({ width: 2400, height: 3 * media.strip!.tileHeight });
  const picture = await archive.get(`/api/clips/${id}/picture`);
  expect(await sizeOf(Buffer.from(await picture.arrayBuffer()))).toMatchObject({ width: 480 });
  expect(picture.headers.get('cache-control')).not.toContain('immutable');
  const again = await archive.get(`/api/clips/${id}/picture`, {
    'if-none-match': picture.headers.get('etag')!,
  });
  expect(again.status).toBe(304);
  expect(archive.made.flatMap(({ clipIds }) => clipIds)).toContain(id);
});

test('every tile shows another second of the clip, and none is black', async () => {
  const archive = await useMediaArchive({ isIdle: true });
  const id = await archive.add('a.MP4', Buffer.from('x'));
  const film = join(archive.root, '2026-06-28/a.MP4');
  await film30(film, 10);
  await archive.restart();
  await archive.settle();
  const { strip } = await archive.media0(id);
  const row = (await archive.artifact(id, 'filmstrip'))!;
  const { frames, columns, tileWidth, tileHeight } = strip!;
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-i', archive.media.artifacts.fileOf(row), '-pix_fmt', 'gray', '-f', 'rawvideo', '-'],
    { encoding: 'buffer', maxBuffer: 50e6 },
  );
  const wide = columns * tileWidth;
  const tiles = Array.from({ length: frames }, (_, index) => {
    const [left, top] = [(index % columns) * tileWidth, Math.floor(index / columns) * tileHeight];
    const lines = Array.from({ length: tileHeight }, (_, y) => {
      const from = (top + y) * wide + left;
      return stdout.subarray(from, from + tileWidth);
    });
    return Buffer.concat(lines);
  });
  expect(frames).toBe(10);
  for (const tile of tiles) expect(Math.max(...tile)).toBeGreaterThan(60);
  expect(new Set(tiles.map((tile) => tile.toString('base64'))).size).toBe(frames);
});

test('a clip shorter than a second, a photo, a stream and HEVC have pictures too', async () => {
  const archive = await useMediaArchive();
  const short = await archive.add('short.MP4', await footage({ durationSeconds: 0.2, audio: false }));
  const still = await archive.add('p.JPG', await photo(), { container: 'jpg' });
  const stream = await archive.add('s.TS', await footage({ container: 'ts' }), { container: 'ts' });
  const hevc = await archive.add('h.MP4', await footage({ video: 'hevc' }));
  await archive.settle();
  expect(await archive.media0(short)).toMatchObject({ thumbnail: 'ready', strip: { frames: 1, columns: 1 } });
  expect(await archive.media0(still)).toMatchObject({
    thumbnail: 'ready',
    filmstrip: 'none',
    hasPicture: true,
  });
  expect(await archive.row(still)).toMatchObject({ width: 1920, height: 1080, complete: 1, repair: null });
  expect(await archive.media0(stream)).toMatchObject({ thumbnail: 'ready', strip: { frames: 3 } });
  expect(await archive.row(stream)).toMatchObject({ width: 640, height: 360 });
  expect(await archive.media0(hevc)).toMatchObject({ thumbnail: 'ready', filmstrip: 'ready' });
  const whole = await archive.get(`/api/clips/${still}/picture?size=large`);
  expect(Buffer.from(await whole.arrayBuffer())).toEqual(await photo());
});

test("without ffmpeg the camera's own picture is shown, and facts are read all the same", async () => {
  const archive = await useMediaArchive({ ffmpegPath: '/nonexistent/ffmpeg' });
  const bytes = await footage({ thumbnail: true });
  const id = await archive.add('a.MP4', bytes);
  await vi.waitFor(async () => expect((await archive.row(id)).codecs).not.toBeNull(), waitLong);
  const picture = await archive.get(`/api/clips/${id}/picture`);
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  expect(picture.headers.get('cache-control')).toBe('private, max-age=30');
  const { picture_offset: offset, picture_bytes: length } = await archive.row(id);
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(bytes.subarray(offset!, offset! + length!));
  expect(await archive.media0(id)).toMatchObject({ hasPicture: true, thumbnail: 'waiting' });
  await vi.waitFor(async () => expect((await archive.status()).state).toBe('off'), waitLong);
  const want = await archive.post(`/api/clips/${id}/media`, { kind: 'thumbnail' });
  expect(want.status).toBe(503);
});

test('names with every byte, and those that ffmpeg might take for something else', async () => {
  const archive = await useMediaArchive({ settings: { makeFilmstrips: false } });
  const bytes = await footage({ durationSeconds: 1, audio: false });
  const names = [
    '-i.MP4',
    'a%03d.MP4',
    'quote\'"$(touch x)`;&.MP4',
    'line\nbreak\ttab.MP4',
    'concat:a|b.MP4',
    'ümläut 🚗 \u0001.MP4',
    '[0:v].MP4',
  ];
  const ids: number[] = [];
  for (const name of names) ids.push(await archive.add(name, bytes));
  const jpeg = await archive.add('a%d.JPG', await photo(), { container: 'jpg' });
  await archive.settle();
  for (const id of [...ids, jpeg])
    expect((await archive.artifact(id, 'thumbnail'))?.state, (await archive.row(id)).name).toBe('ready');
});

test('a file that only says where others are is not followed', async () => {
  const archive = await useMediaArchive();
  const secret = join(archive.home, 'secret.MP4');
  await writeFile(secret, await footage());
  const list = `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n${secret}\n#EXT-X-ENDLIST\n`;
  const id = await archive.add('a.MP4', Buffer.from(list));
  await archive.settle();
  expect((await archive.artifact(id, 'thumbnail'))?.state).toBe('failed');
});

test('a damaged clip is to be repaired, is labelled, and its failure is told with its reason', async () => {
  const archive = await useMediaArchive();
  const whole = await footage({ moov: 'back' });
  const id = await archive.add('a.MP4', whole.subarray(0, whole.length / 2));
  await archive.settle();
  expect(await archive.row(id)).toMatchObject({ complete: 0, repair: 'due' });
  expect(await archive.media0(id)).toMatchObject({
    health: 'damaged',
    repairWaits: true,
    healthNote: 'Its end is missing: it was cut off.',
    thumbnail: 'failed',
  });
  const status = await archive.status();
  expect(status.failures[0]).toMatchObject({
    clipId: id,
    error: expect.stringContaining('ffmpeg'),
    nextAt: expect.any(Number),
  });
  expect(status.waiting.repairs).toBe(1);
});

test('what fails is tried again later and later, then not any more, and by hand at once', async () => {
  const ffmpegPath = await fakeFfmpeg('echo "boom" >&2; exit 1');
  const archive = await useMediaArchive({ ffmpegPath, settings: { makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  await archive.settle();
  const failed = async () => (await archive.artifact(id, 'thumbnail'))!;
  expect(await failed()).toMatchObject({
    state: 'failed',
    attempts: 1,
    error: expect.stringContaining('boom'),
  });
  for (const attempts of [2, 3, 4]) {
    archive.clock.advance((await failed()).next_at! - archive.clock.now());
    archive.media.service.nudge();
    await vi.waitFor(async () => expect((await failed()).attempts).toBe(attempts), waitLong);
  }
  expect(await failed()).toMatchObject({ next_at: null });
  const picture = await archive.get(`/api/clips/${id}/picture`);
  expect(picture.status).toBe(404);
  await archive.restart({ ffmpegPath: 'ffmpeg' });
  await archive.post(`/api/clips/${id}/media`, { kind: 'thumbnail' });
  await vi.waitFor(async () => expect((await failed()).state).toBe('ready'), waitLong);
});

test('trying everything again is one button', async () => {
  const ffmpegPath = await fakeFfmpeg('exit 1');
  const archive = await useMediaArchive({ ffmpegPath });
  const id = await archive.add('a.MP4', await footage());
  await archive.settle();
  await archive.restart({ ffmpegPath: 'ffmpeg' });
  await archive.post('/api/media/retry');
  await vi.waitFor(async () => {
    expect(await archive.media0(id)).toMatchObject({ thumbnail: 'ready', filmstrip: 'ready' });
  }, waitLong);
});

test('trying everything again makes pictures of an older recipe anew, of which that had failed', async () => {
  const archive = await useMediaArchive({ settings: { makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  await archive.settle();
  const { version } = (await archive.artifact(id, 'thumbnail'))!;
  const older = { version: 0, attempts: 4, error: 'boom', next_at: archive.clock.now() + 9e9 };
  await archive.db.updateTable('artifact').set(older).where('clip_id', '=', id).execute();
  await archive.post('/api/media/retry');
  await vi.waitFor(async () => {
    expect(await archive.artifact(id, 'thumbnail')).toMatchObject({ state: 'ready', version, error: null });
  }, waitLong);
});

test('a full disk is no fault of the clip: it is told once, and waits', async () => {
  const ffmpegPath = await fakeFfmpeg(
    'if [ -e "$here/ok" ]; then exec ffmpeg "$@"; fi; echo "No space left on device" >&2; exit 1',
  );
  const archive = await useMediaArchive({ ffmpegPath, settings: { makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  await vi.waitFor(() => expect(archive.problems.get('media:cache')).toContain('full'), waitLong);
  expect(await archive.artifact(id, 'thumbnail')).toBeUndefined();
  await writeFile(join(dirname(ffmpegPath), 'ok'), '');
  await archive.settle();
  expect((await archive.artifact(id, 'thumbnail'))?.state).toBe('ready');
  await vi.waitFor(() => expect(archive.problems.size).toBe(0));
});

test('what crashes or writes nothing leaves nothing behind', async () => {
  for (const script of [
    'head -c 100 /dev/zero > "$out"; kill -SEGV $$',
    'exit 0',
    ': > "$out"',
    'echo junk > "$out"',
  ]) {
    const ffmpegPath = await fakeFfmpeg(script);
    const archive = await useMediaArchive({ ffmpegPath });
    const id = await archive.add('a.MP4', await footage());
    await archive.settle();
    expect((await archive.artifact(id, 'thumbnail'))?.state, script).toBe('failed');
    expect(await cacheFiles(archive), script).toEqual([]);
  }
});

test('while recordings are downloaded only facts of new clips are read, and what a person asks for', async () => {
  const archive = await useMediaArchive();
  archive.world.isDownloading = true;
  const id = await archive.add('a.MP4', await footage());
  await vi.waitFor(async () => expect((await archive.row(id)).media_due).toBe(2), waitLong);
  await vi.waitFor(async () => expect((await archive.status()).state).toBe('paused'), waitLong);
  expect((await archive.status()).message).toContain('downloaded');
  expect(await archive.artifact(id, 'thumbnail')).toBeUndefined();
  const nothing = await archive.get(`/api/clips/${id}/filmstrip`);
  expect(nothing.status).toBe(404);
  await vi.waitFor(
    async () => expect((await archive.artifact(id, 'filmstrip'))?.state).toBe('ready'),
    waitLong,
  );
  expect(await archive.artifact(id, 'thumbnail')).toBeUndefined();
  archive.world.isDownloading = false;
  await archive.settle();
  expect((await archive.artifact(id, 'thumbnail'))?.state).toBe('ready');
});

test('while somebody watches, the background waits', async () => {
  const archive = await useMediaArchive();
  archive.media.playback.served(1);
  const id = await archive.add('a.MP4', await footage());
  await vi.waitFor(async () => expect((await archive.status()).message).toContain('watching'), waitLong);
  expect(await archive.artifact(id, 'thumbnail')).toBeUndefined();
  archive.clock.advance(31_000);
  await archive.settle();
  expect((await archive.artifact(id, 'thumbnail'))?.state).toBe('ready');
});

test('repairs come first, then what was looked at, then the newest, small copies last', async () => {
  const madeBefore = new Map<string, number>();
  const workOf = (kind: 'proxy' | 'repair'): MediaWork => {
    const run = async () => {
      madeBefore.set(kind, (await archive.db.selectFrom('artifact').selectAll().execute()).length);
    };
    const next = async () => (madeBefore.has(kind) ? null : { clipId: 0, name: '', kind, run });
    return { kind, asked: async () => null, next };
  };
  const archive = await useMediaArchive({
    isIdle: true,
    settings: { makeFilmstrips: false },
    work: () => [workOf('proxy'), workOf('repair')],
  });
  const bytes = await footage({ durationSeconds: 1, thumbnail: true });
  const ids: number[] = [];
  for (const hour of [1, 3, 2])
    ids.push(await archive.add(`${hour}.MP4`, bytes, { started_at: hour * 3_600_000 }));
  const facts = { media_due: 2, picture_offset: 0, picture_bytes: 10 } as const;
  await archive.db.updateTable('clip').set(facts).execute();
  archive.world.isDownloading = true;
  await archive.restart();
  expect((await archive.get(`/api/clips/${ids[0]}/picture`)).status).toBe(200);
  await vi.waitFor(() => expect(archive.media.ffmpeg.isThere).toBe(true), waitLong);
  archive.world.isDownloading = false;
  await archive.settle();
  expect(archive.made.flatMap(({ clipIds }) => clipIds)).toEqual(ids);
  expect([...madeBefore]).toEqual([
    ['repair', 0],
    ['proxy', 3],
  ]);
});

test('the pictures of another database are taken over, whatever the rows are called', async () => {
  const archive = await useMediaArchive();
  const bytes = await footage();
  const id = await archive.add('a.MP4', bytes);
  await archive.settle();
  const before = (await archive.artifact(id, 'filmstrip'))!;
  const { local_start, mtime_ms } = await archive.row(id);
  await archive.db.deleteFrom('artifact').execute();
  await archive.db.deleteFrom('clip').execute();
  const broken = await fakeFfmpeg('exit 1');
  await archive.restart({ ffmpegPath: broken });
  const anew = await archive.add('a.MP4', bytes, { local_start, mtime_ms });
  await archive.settle();
  expect(await archive.artifact(anew, 'filmstrip')).toMatchObject({
    state: 'ready',
    key: before.key,
    bytes: before.bytes,
    detail: before.detail,
  });
});

test('what a crash left is cleared: drafts at once, files of nobody when all have had their turn', async () => {
  const archive = await useMediaArchive({ isIdle: true });
  const cache = join(archive.configDir, 'cache');
  const draft = join(cache, 'drafts', 'left.webp');
  const stray = join(cache, 'thumbnail', 'ab', `ab${'0'.repeat(30)}-1.webp`);
  const foreign = join(cache, 'thumbnail', 'ab', 'note.txt');
  for (const place of [draft, stray, foreign]) {
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, 'x');
    await utimes(place, 0, 0);
  }
  const id = await archive.add('a.MP4', await footage());
  await archive.restart();
  await archive.settle();
  await vi.waitFor(async () => {
    const files = await cacheFiles(archive);
    expect(files).not.toContain('left.webp');
    expect(files.filter((name) => name.startsWith('ab0000'))).toEqual([]);
    expect(files).toContain('note.txt');
    expect(files.length).toBe(3);
  }, waitLong);
  expect((await archive.artifact(id, 'thumbnail'))?.state).toBe('ready');
});

test('when there is too much, what was looked at longest ago goes first, proxies before pictures', async () => {
  const archive = await useMediaArchive();
  const { artifacts } = archive.media;
  const clips: number[] = [];
  for (const day of ['01', '02', '03'])
    clips.push(
      await archive.add(`${day}.MP4`, Buffer.from(day), {
        local_start: `2026-05-${day}T10:00:00`,
        media_due: 0,
      }),
    );
  const keep = async (id: number, kind: ArtifactKindOfCache, bytes: number) => {
    const draft = await artifacts.draft(kind, 'webp');
    await writeFile(draft, Buffer.alloc(bytes));
    await artifacts.keep(await archive.row(id), kind, { draft, format: 'webp', detail: null, version: 1 });
  };
  for (const id of clips) {
    await keep(id, 'proxy', 20_000_000);
    await keep(id, 'filmstrip', 10_000_000);
    await keep(id, 'thumbnail', 10_000_000);
  }
  const left = async () =>
    (
      await archive.db
        .selectFrom('artifact')
        .select(['clip_id', 'kind'])
        .orderBy('kind')
        .orderBy('clip_id')
        .execute()
    ).map((row) => `${row.kind} ${clips.indexOf(row.clip_id)}`);
  archive.clock.advance(2 * 3_600_000);
  await artifacts.used((await archive.artifact(clips[0]!, 'proxy'))!);
  archive.settings.cacheGb = 0.1;
  await artifacts.tidy();
  expect(await left()).toEqual([
    'filmstrip 0',
    'filmstrip 1',
    'filmstrip 2',
    'proxy 0',
    'thumbnail 0',
    'thumbnail 1',
    'thumbnail 2',
  ]);
  archive.settings.cacheGb = 0.045;
  await artifacts.tidy();
  expect(await left()).toEqual(['filmstrip 2', 'thumbnail 0', 'thumbnail 1', 'thumbnail 2']);
  expect((await cacheFiles(archive)).length).toBe(4);
  expect(await artifacts.isWorth('filmstrip', Date.parse('2026-05-02T10:00:00Z'))).toBe(true);
  archive.settings.cacheGb = 0.04;
  expect(await artifacts.isWorth('filmstrip', Date.parse('2026-05-02T10:00:00Z'))).toBe(false);
  expect(await artifacts.isWorth('filmstrip', Date.parse('2026-05-04T10:00:00Z'))).toBe(true);
});

type ArtifactKindOfCache = 'thumbnail' | 'filmstrip' | 'proxy';

test('the cache never takes the last of its disk', async () => {
  const archive = await useMediaArchive({ freeBytes: async () => 100e6 });
  expect(await archive.media.artifacts.room()).toBe(0);
  const id = await archive.add('a.MP4', await footage());
  await archive.settle();
  expect(await archive.artifact(id, 'thumbnail')).toBeUndefined();
  expect((await archive.status()).cache.budgetBytes).toBe(0);
});

test('when its file goes, pictures of a clip go, and nothing is known of it any more', async () => {
  const archive = await useMediaArchive();
  const id = await archive.add('a.MP4', await footage());
  await archive.settle();
  expect((await cacheFiles(archive)).length).toBe(2);
  await archive.db.transaction().execute(async (trx) => {
    await trx.updateTable('clip').set({ state: 'deleted', path: null }).where('id', '=', id).execute();
    await orphanArtifacts(trx, [id]);
  });
  archive.media.service.nudge();
  await vi.waitFor(async () => expect(await cacheFiles(archive)).toEqual([]), waitLong);
  expect(await archive.artifact(id, 'thumbnail')).toBeUndefined();
  expect(await archive.row(id)).toMatchObject({ media_due: 1, codecs: null });
});

test('a picture that two clips share stays while one of them needs it', async () => {
  const archive = await useMediaArchive({ settings: { makeFilmstrips: false } });
  const bytes = await footage();
  const start = { local_start: '2026-06-01T10:00:00', mtime_ms: 5 };
  const one = await archive.add('a.MP4', bytes, start);
  const two = await archive.add('a.MP4', bytes, { ...start, generation: 1, path: 'other/a.MP4' });
  await archive.settle();
  expect((await cacheFiles(archive)).length).toBe(1);
  await orphanArtifacts(archive.db, [one]);
  await archive.media.artifacts.tidy();
  const picture = await archive.get(`/api/clips/${two}/picture`);
  expect(picture.status).toBe(200);
  expect(await archive.artifact(one, 'thumbnail')).toBeUndefined();
});

test('clips of one name, length and start, written at other times, each have their own picture', async () => {
  const archive = await useMediaArchive({ settings: { makeFilmstrips: false } });
  const bytes = await footage();
  const start = { local_start: '2026-06-01T10:00:00' };
  await archive.add('a.MP4', bytes, { ...start, mtime_ms: 1000 });
  await archive.add('a.MP4', bytes, { ...start, mtime_ms: 2000, generation: 1, path: 'other/a.MP4' });
  await archive.settle();
  expect((await cacheFiles(archive)).length).toBe(2);
});

test('what was made of a clip that has gone meanwhile does not stay', async () => {
  const archive = await useMediaArchive({ settings: { makePictures: false, makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  await archive.settle();
  const clip = await archive.row(id);
  const { artifacts } = archive.media;
  const draft = await artifacts.draft('thumbnail', 'webp');
  await writeFile(draft, 'picture');
  await archive.db.updateTable('clip').set({ state: 'deleted' }).where('id', '=', id).execute();
  await artifacts.keep(clip, 'thumbnail', { draft, format: 'webp', detail: null, version: 1 });
  expect(await archive.artifact(id, 'thumbnail')).toBeUndefined();
  expect(await cacheFiles(archive)).toEqual([]);
});

test('when somebody cleared the cache, pictures are made again as they are looked at', async () => {
  const archive = await useMediaArchive({ settings: { makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  await archive.settle();
  await rm(join(archive.configDir, 'cache'), { recursive: true });
  expect((await archive.get(`/api/clips/${id}/picture`)).status).toBe(404);
  await vi.waitFor(
    async () => expect((await archive.get(`/api/clips/${id}/picture`)).status).toBe(200),
    waitLong,
  );
});

test('filmstrips are made ahead when that is switched on, and not while it is off', async () => {
  const archive = await useMediaArchive({ settings: { makeFilmstrips: false } });
  const id = await archive.add('a.MP4', await footage());
  await archive.settle();
  expect(await archive.artifact(id, 'filmstrip')).toBeUndefined();
  expect(await archive.media0(id)).toMatchObject({ filmstrip: 'none' });
  archive.settings.makeFilmstrips = true;
  archive.events.emit('settings.changed', { keys: ['makeFilmstrips'] });
  await vi.waitFor(
    async () => expect((await archive.artifact(id, 'filmstrip'))?.state).toBe('ready'),
    waitLong,
  );
});

test('a file that is gone is told, and tried again at the next start', async () => {
  const archive = await useMediaArchive({ isIdle: true });
  const id = await archive.add('a.MP4', await footage());
  await rm(join(archive.root, '2026-06-28/a.MP4'));
  await archive.restart();
  await vi.waitFor(async () => {
    expect((await archive.row(id)).media_error).toBe('The file is not there now.');
  }, waitLong);
  await writeFile(join(archive.root, '2026-06-28/a.MP4'), await footage());
  await archive.restart();
  await archive.settle();
  expect(await archive.row(id)).toMatchObject({ media_error: null, complete: 1 });
});

test('zero bytes, a folder and a pipe in the place of a clip are harmless', async () => {
  const archive = await useMediaArchive({ isIdle: true });
  const empty = await archive.add('empty.MP4', Buffer.alloc(0));
  const folder = await archive.add('folder.MP4', Buffer.from('x'));
  const pipe = await archive.add('pipe.MP4', Buffer.from('x'));
  for (const name of ['folder', 'pipe']) await rm(join(archive.root, `2026-06-28/${name}.MP4`));
  await mkdir(join(archive.root, '2026-06-28/folder.MP4'));
  await run('mkfifo', [join(archive.root, '2026-06-28/pipe.MP4')]);
  await archive.restart();
  await archive.settle();
  expect(await archive.row(empty)).toMatchObject({ complete: 0, repair: 'due' });
  for (const id of [folder, pipe]) expect((await archive.row(id)).media_error).not.toBeNull();
});

test('a request that is not of an archived clip, or of no clip, is refused', async () => {
  const archive = await useMediaArchive();
  const id = await archive.add('a.MP4', Buffer.from('x'), { state: 'waiting', path: null });
  for (const path of ['picture', 'filmstrip', 'media']) {
    expect((await archive.get(`/api/clips/${id}/${path}`)).status).toBe(409);
    expect((await archive.get(`/api/clips/999/${path}`)).status).toBe(404);
  }
});

test('one process makes all tiles of a clip', async () => {
  const ffmpegPath = await fakeFfmpeg('exec ffmpeg "$@"');
  const archive = await useMediaArchive({ ffmpegPath, settings: { makePictures: false } });
  await archive.add('a.MP4', await footage({ durationSeconds: 60 }));
  await archive.settle();
  expect(await readFile(join(dirname(ffmpegPath), 'runs'), 'utf8')).toBe('run\n');
});
