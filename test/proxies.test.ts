import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql, SqliteQueryCompiler } from 'kysely';
import { beforeAll, afterAll, expect, onTestFinished, test, vi } from 'vitest';
import {
  countWished,
  nextWished,
  proxyBytes,
  proxyCandidates,
  retryFailed,
  wishesAfter,
} from '../src/server/media/proxy-repository.ts';
import { proxyVersion } from '../src/server/media/proxy-args-plan.ts';
import { askedMs, usualProxyBytes } from '../src/server/media/proxy-policy.ts';
import { retryOlder } from '../src/server/media/older-retry.ts';
import {
  film,
  hevc,
  keyFrames,
  openProxyArchive,
  probe,
  useProxyArchive,
  type ProxyArchive,
} from './proxy-scenario.ts';
import { waitLong } from './scenario.ts';

const hevcFacts = { codecs: 'hvc1.1.6.L93.B0,mp4a.40.2', video_codec: 'hvc1', audio_codec: 'mp4a' };
let films: string;
let hevcFilm: Buffer;
/** For tests that leave no wish behind: its encoders are tested once. */
let shared: ProxyArchive;

beforeAll(async () => {
  films = await mkdtemp(join(tmpdir(), 'viofosync-films-'));
  const path = join(films, 'hevc.mp4');
  await film(
    3,
    ...hevc,
    '-tag:v',
    'hvc1',
    '-metadata',
    'title=secret',
    '-metadata',
    'location=+51.5-000.1/',
  )(path);
  hevcFilm = await readFile(path);
  shared = await openProxyArchive();
});
afterAll(() => shared.close());
afterAll(() => rm(films, { recursive: true, force: true }));

const signal = new AbortController().signal;

/** Does everything that is asked for, then everything else. */
async function workAll({ work }: ProxyArchive): Promise<string[]> {
  const done: string[] = [];
  for (let task = await next(work); task; task = await next(work)) {
    await task.run(signal);
    done.push(task.name);
  }
  return done;
}
const next = async (work: ProxyArchive['work']) => (await work.asked()) ?? (await work.next());

const proxyOf = (archive: ProxyArchive, id: number) => archive.artifacts.of(archive.db, id, 'proxy');

test('a HEVC clip gets a small copy that every browser plays, seeks to each second, and knows no place or name', async () => {
  const archive = shared;
  const id = await archive.add('A.MP4', hevcFilm, { ...hevcFacts, media_duration_ms: 3000, fps: 30 });
  await archive.work.want(id);
  expect(await archive.work.waiting()).toBe(1);
  expect(await workAll(archive)).toEqual(['A.MP4']);
  expect(await archive.work.waiting()).toBe(0);
  const row = await proxyOf(archive, id);
  expect(row).toMatchObject({ state: 'ready', format: 'mp4' });
  expect(JSON.parse(row?.detail ?? '')).toMatchObject({ width: 960, height: 540, encoder: 'software' });
  const place = archive.artifacts.fileOf(row!);
  const { streams, format } = await probe(place);
  expect(streams).toMatchObject([
    { codec_name: 'h264', profile: 'Main', pix_fmt: 'yuv420p', width: 960, height: 540 },
    { codec_name: 'aac' },
  ]);
  expect(Math.abs(Number(format.duration) - 3)).toBeLessThan(0.15);
  const [first, second, third] = await keyFrames(place);
  for (const [index, at] of [first, second, third].entries())
    expect(Math.abs(at! - index)).toBeLessThan(0.06);
  const copy = await readFile(place);
  expect(copy.indexOf('moov')).toBeLessThan(copy.indexOf('mdat'));
  expect(copy.includes('secret') || copy.includes('+51.5')).toBe(false);
  const answer = await fetch(`${archive.url}/api/clips/${id}/proxy`, { headers: { range: 'bytes=4-7' } });
  expect([answer.status, await answer.text()]).toEqual([206, 'ftyp']);
  expect(archive.played).toEqual([id]);
});

test.each([
  ['ts', ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-f', 'mpegts'], { container: 'ts' }],
  [
    'mov',
    ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'pcm_s16le', '-f', 'mov'],
    { audio_codec: 'sowt' },
  ],
  ['no sound', ['-c:v', 'libx264', '-preset', 'ultrafast', '-an', '-r', '60', '-f', 'mp4'], { fps: 60 }],
  ['few lines', ['-c:v', 'mpeg4', '-s', '321x179', '-f', 'mp4'], { video_codec: 'mp4v' }],
] as const)('a clip with %s gets one too', async (what, options, facts) => {
  const archive = shared;
  const id = await archive.add(`${what}.MP4`, film(1, ...options), facts);
  await archive.work.want(id);
  await workAll(archive);
  const row = await proxyOf(archive, id);
  expect(row).toMatchObject({ state: 'ready', error: null });
  const { streams } = await probe(archive.artifacts.fileOf(row!));
  expect(streams[0]).toMatchObject({ codec_name: 'h264' });
  expect(Number(streams[0]?.['height'])).toBe(what === 'few lines' ? 178 : 540);
  expect(Number(streams[0]?.['nb_frames'])).toBeLessThan(35);
});

test('a clip that cannot be read fails with its reason, is tried again later, and at once when somebody asks', async () => {
  const archive = shared;
  const id = await archive.add('bad.MP4', Buffer.alloc(50_000, 7), hevcFacts);
  await archive.work.want(id);
  expect(await workAll(archive)).toEqual(['bad.MP4']);
  const failed = await proxyOf(archive, id);
  expect(failed).toMatchObject({ state: 'failed', attempts: 1 });
  expect(failed?.error).toMatch(/could not read this clip/);
  expect(failed?.error).not.toContain(archive.root);
  archive.clock.advance((failed?.next_at ?? 0) - archive.clock.now());
  expect(await workAll(archive)).toEqual(['bad.MP4']);
  archive.clock.advance(24 * 3_600_000);
  await workAll(archive);
  archive.clock.advance(100 * 24 * 3_600_000);
  await workAll(archive);
  expect(await proxyOf(archive, id)).toMatchObject({ attempts: 4, next_at: null });
  expect(await workAll(archive)).toEqual([]);
  expect(await archive.work.waiting()).toBe(0);
  await archive.work.want(id);
  expect(await workAll(archive)).toEqual(['bad.MP4']);
  await archive.work.retry();
  expect(await workAll(archive)).toEqual(['bad.MP4']);
  expect(await readdir(join(archive.cache, 'drafts'))).toEqual([]);
  await archive.db.updateTable('clip').set({ proxy_wanted_at: null }).execute();
});

test('a small copy of an older recipe that could not be made anew is tried again with all that failed', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('older.MP4', hevcFilm, hevcFacts);
  await archive.work.want(id);
  await workAll(archive);
  const now = archive.clock.now();
  const older = { version: 0, attempts: 4, error: 'boom', next_at: now + 9e9 };
  await archive.db.updateTable('artifact').set(older).execute();
  await archive.work.retry();
  expect(await workAll(archive)).toEqual([]);
  await retryOlder(archive.db, now);
  expect(await workAll(archive)).toEqual(['older.MP4']);
  expect(await proxyOf(archive, id)).toMatchObject({ state: 'ready', error: null, next_at: null });
});

test('a volume that is away is no fault of the clip', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.MP4', hevcFilm, hevcFacts);
  await archive.work.want(id);
  await rm(archive.root, { recursive: true });
  const task = await archive.work.asked();
  await expect(task?.run(signal)).rejects.toMatchObject({ name: 'VolumeError' });
  expect(await proxyOf(archive, id)).toBeNull();
  expect((await archive.row(id)).proxy_wanted_at).not.toBeNull();
});

test('what is asked for goes first, then what was opened, then what a rule wishes, the newest before', async () => {
  const archive = await useProxyArchive();
  const at = archive.clock.now() - 3_600_000;
  const add = (name: string, minutes: number) =>
    archive.add(name, Buffer.alloc(0), { ...hevcFacts, started_at: at + minutes * 60_000 });
  const ids: Record<string, number> = {};
  for (const [index, name] of ['old', 'opened', 'asked', 'new'].entries()) ids[name] = await add(name, index);
  await archive.planner.plan();
  await archive.work.opened(ids['opened']!);
  expect(await archive.work.asked()).toBeNull();
  await archive.work.want(ids['asked']!);
  expect((await archive.work.asked())?.name).toBe('asked');
  archive.clock.advance(askedMs + 1);
  expect(await archive.work.asked()).toBeNull();
  const order: string[] = [];
  for (let task = await archive.work.next(); task; task = await archive.work.next()) {
    order.push(task.name);
    await archive.db
      .updateTable('clip')
      .set({ proxy_wanted_at: null })
      .where('id', '=', task.clipId)
      .execute();
  }
  expect(order).toEqual(['asked', 'opened', 'new', 'old']);
});

test('a rule wishes for the newest drives and for what is kept, as far as the room goes', async () => {
  const each = usualProxyBytes(60_000);
  const archive = await useProxyArchive({ settings: { cacheGb: (each * 3.5) / 0.8 / 1e9 } });
  const at = archive.clock.now() - 3_600_000;
  const day = 24 * 3_600_000;
  const add = (name: string, daysAgo: number, row = {}) =>
    archive.add(name, Buffer.alloc(0), { ...hevcFacts, started_at: at - daysAgo * day, ...row });
  await add('newest', 0);
  await add('plays anywhere', 1, { codecs: 'avc1.640028', video_codec: 'avc1' });
  await add('parked', 2, { kind: 'parking' });
  await add('still to be read', 3, { media_due: 1 });
  await add('second', 4);
  await add('months ago', 90);
  await add('kept', 91, { kept: 1 });
  await add('kept before', 92, { kept: 1 });
  await archive.planner.plan();
  const wished = await wishes(archive);
  expect(wished).toEqual(['newest', 'second', 'kept']);
  expect(archive.wished()).toBeGreaterThan(0);
  await add('newer', -0.01);
  await archive.planner.plan();
  expect(await wishes(archive)).toEqual(['newer', 'newest', 'second']);
});

test('with small copies on asking alone nothing is made by rule, and with none nothing at all', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.MP4', hevcFilm, hevcFacts);
  const photo = await archive.add('B.JPG', hevcFilm, { container: 'jpg' });
  await archive.planner.plan();
  expect(await wishes(archive)).toEqual(['A.MP4']);
  archive.settings.proxies = 'asked';
  await archive.planner.plan();
  await archive.work.opened(id);
  expect(await wishes(archive)).toEqual([]);
  await archive.work.want(id);
  await archive.planner.plan();
  expect(await wishes(archive)).toEqual(['A.MP4']);
  archive.settings.proxies = 'off';
  expect(await next(archive.work)).toBeNull();
  await archive.planner.plan();
  expect(await wishes(archive)).toEqual([]);
  await expect(archive.work.want(id)).rejects.toMatchObject({ code: 'conflict' });
  archive.settings.proxies = 'auto';
  await expect(archive.work.want(photo)).rejects.toMatchObject({ code: 'invalid' });
  await expect(archive.work.want(99)).rejects.toMatchObject({ code: 'conflict' });
});

async function wishes({ db }: ProxyArchive): Promise<string[]> {
  const rows = await db
    .selectFrom('clip')
    .select('name')
    .where('proxy_wanted_at', 'is not', null)
    .orderBy('proxy_wanted_at', 'desc')
    .execute();
  return rows.map(({ name }) => name);
}

test('a small copy that an earlier database had is taken over, and one whose file has gone is forgotten', async () => {
  const archive = shared;
  const id = await archive.add('again.MP4', hevcFilm, { ...hevcFacts, media_duration_ms: 3000 });
  await archive.work.want(id);
  await workAll(archive);
  const made = await proxyOf(archive, id);
  await archive.db.deleteFrom('artifact').where('clip_id', '=', id).execute();
  await archive.work.want(id);
  await workAll(archive);
  expect(await proxyOf(archive, id)).toMatchObject({ state: 'ready', key: made?.key, bytes: made?.bytes });
  await rm(archive.artifacts.fileOf(made!));
  const address = `${archive.url}/api/clips/${id}/proxy`;
  expect((await fetch(address)).status).toBe(404);
  expect(await proxyOf(archive, id)).toBeNull();
});

/** One that an earlier version of the program made: it plays. */
async function olderCopy(archive: ProxyArchive, id: number): Promise<string> {
  const draft = await archive.artifacts.draft('proxy', 'mp4');
  await writeFile(draft, 'older');
  const made = { draft, format: 'mp4', detail: null, version: proxyVersion - 1 } as const;
  await archive.artifacts.keep(await archive.row(id), 'proxy', made);
  return archive.artifacts.fileOf((await proxyOf(archive, id))!);
}

const answered = async ({ url }: ProxyArchive, id: number): Promise<string> =>
  (await fetch(`${url}/api/clips/${id}/proxy`)).text();

test('a small copy by an older recipe serves until there is a new one, which is made by rule', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.MP4', hevcFilm, { ...hevcFacts, media_duration_ms: 3000 });
  const older = await olderCopy(archive, id);
  await archive.planner.plan();
  expect(await wishes(archive)).toEqual(['A.MP4']);
  await archive.planner.plan();
  expect(await wishes(archive)).toEqual(['A.MP4']);
  expect(await answered(archive, id)).toBe('older');
  expect(await workAll(archive)).toEqual(['A.MP4']);
  expect(await proxyOf(archive, id)).toMatchObject({ state: 'ready', version: proxyVersion });
  expect((await answered(archive, id)).slice(4, 8)).toBe('ftyp');
  expect(existsSync(older)).toBe(false);
  await archive.planner.plan();
  expect(await wishes(archive)).toEqual([]);
});

test('an older one stays when no new one can be made, and that is not tried without end', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('bad.MP4', Buffer.alloc(50_000, 7), hevcFacts);
  await olderCopy(archive, id);
  let tries = 0;
  for (let hour = 0; hour < 24 * 7; hour++) {
    await archive.planner.plan();
    tries += (await workAll(archive)).length;
    archive.clock.advance(3_600_000);
  }
  expect(tries).toBe(4);
  expect(await answered(archive, id)).toBe('older');
  expect(await proxyOf(archive, id)).toMatchObject({ state: 'ready', version: proxyVersion - 1 });
  await archive.work.want(id);
  expect(await workAll(archive)).toEqual(['bad.MP4']);
});

test('a disk without room is no fault of the clip, and leaves nothing of it', async () => {
  const { ffmpegPath, devRoot } = await useOddFfmpeg();
  const archive = await useProxyArchive({ ffmpegPath, devRoot });
  const id = await archive.add('huge.MP4', film(1, '-c:v', 'mpeg4', '-s', '320x180', '-f', 'mp4'), hevcFacts);
  await archive.work.want(id);
  const task = await archive.work.asked();
  await expect(task?.run(signal)).rejects.toMatchObject({ name: 'FfmpegError', reason: 'full' });
  expect(await proxyOf(archive, id)).toBeNull();
  expect(await archive.work.waiting()).toBe(1);
  expect(await readdir(join(archive.cache, 'drafts'))).toEqual([]);
});

test('an ffmpeg without an encoder says so of the clip, and of each encoder', async () => {
  const { ffmpegPath } = await useOddFfmpeg('exit 1');
  const archive = await useProxyArchive({ ffmpegPath });
  const id = await archive.add('A.MP4', hevcFilm, hevcFacts);
  await archive.work.want(id);
  await workAll(archive);
  const row = await proxyOf(archive, id);
  expect(row?.error).toMatch(/no encoder for H\.264 that works/);
  expect(row?.next_at).toBeGreaterThan(archive.clock.now());
  expect(archive.encoders.status.encoder).toBeNull();
  for (const { works, message } of archive.encoders.status.encoders)
    expect([works, message]).toEqual([false, expect.any(String)]);
});

test('what is looked for per clip and per plan is found by an index, however large the archive is', async () => {
  const archive = await useProxyArchive();
  const statements: string[] = [];
  const db = archive.db.withPlugin({
    transformQuery: ({ node, queryId }) => {
      statements.push(new SqliteQueryCompiler().compileQuery(node, queryId).sql);
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  const before = { startedAt: 1, id: 1 };
  await nextWished(db, { now: 1 });
  await nextWished(db, { now: 1, since: 1 });
  await countWished(db);
  await retryFailed(db, 1);
  await proxyCandidates(db, { before, isKept: false, limit: 1, now: 1 });
  await proxyCandidates(db, { before, isKept: true, limit: 1, now: 1 });
  await wishesAfter(db, { at: 0, id: 0 });
  await proxyBytes(db);
  expect(statements).toHaveLength(8);
  for (const text of statements) {
    const { rows } = await sql<{
      detail: string;
    }>`explain query plan ${sql.raw(text.replaceAll('?', 'null'))}`.execute(archive.db);
    const plan = rows.map(({ detail }) => detail).join('; ');
    expect(plan, text).toMatch(
      /USING (COVERING )?INDEX (clip_proxy_wanted|clip_archived_by_start|clip_kept|artifact_)/,
    );
    expect(plan, text).not.toMatch(
      /SCAN clip|SCAN artifact(?! USING COVERING INDEX artifact_failed)|TEMP B-TREE/,
    );
  }
});

test('the encoders of this machine are tried with a real film, once', async () => {
  const archive = await useProxyArchive();
  const told = vi.fn();
  archive.events.on('media.changed', told);
  expect(archive.encoders.status).toEqual({ encoders: [], encoder: null });
  archive.encoders.view();
  expect(archive.encoders.view()).toEqual({ encoders: [], encoder: null });
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(1), waitLong);
  const { encoders, encoder } = archive.encoders.status;
  expect(encoder).toBe('software');
  expect(encoders.find((one) => one.encoder === 'software')).toEqual({
    encoder: 'software',
    works: true,
    message: null,
  });
  expect(encoders.find((one) => one.encoder === 'vaapi')?.message).toMatch(/no graphics chip/);
  for (const { works, message } of encoders) expect(works).toBe(message === null);
});

test('a chip that fails with clips gives way to software, and after three of them is left alone', async () => {
  const { ffmpegPath, devRoot } = await useOddFfmpeg();
  const archive = await useProxyArchive({ ffmpegPath, devRoot });
  const chosen = await archive.encoders.choose(signal);
  expect(chosen).toEqual({ encoder: 'vaapi', device: join(devRoot, 'dri/renderD128') });
  for (const name of ['A.MP4', 'B.MP4', 'C.MP4']) {
    const id = await archive.add(name, film(1, '-c:v', 'mpeg4', '-s', '320x180', '-f', 'mp4'), hevcFacts);
    await archive.work.want(id);
    await workAll(archive);
    expect(JSON.parse((await proxyOf(archive, id))?.detail ?? '')).toMatchObject({ encoder: 'software' });
  }
  expect(await archive.encoders.choose(signal)).toMatchObject({ encoder: 'software' });
  expect(archive.encoders.status.encoders[1]?.message).toMatch(/3 clips in a row/);
  archive.encoders.again();
  expect(await archive.encoders.choose(signal)).toMatchObject({ encoder: 'vaapi' });
  archive.settings.hardwareEncoding = false;
  expect(await archive.encoders.choose(signal)).toMatchObject({ encoder: 'software' });
});

/** One that has a chip for the film of the test alone: it says that it has encoded, and with clips that it cannot. */
async function useOddFfmpeg(end = 'exec ffmpeg "$@"'): Promise<{ ffmpegPath: string; devRoot: string }> {
  const devRoot = await mkdtemp(join(tmpdir(), 'viofosync-dev-'));
  onTestFinished(() => rm(devRoot, { recursive: true, force: true }));
  await writeFile(join(devRoot, 'video0'), '');
  await mkdir(join(devRoot, 'dri'));
  await writeFile(join(devRoot, 'dri/renderD128'), '');
  const ffmpegPath = join(devRoot, 'ffmpeg');
  const script = `#!/bin/sh
case "$*" in
  *huge.MP4*) for last; do :; done; echo half > "$last"; echo 'No space left on device' >&2; exit 1;;
  *h264_vaapi*recordings*|*recordings*h264_vaapi*) echo 'Impossible to convert between the formats' >&2; exit 1;;
  *h264_vaapi*) exit 0;;
  *h264_nvenc*) echo 'Cannot load libcuda.so.1' >&2; exit 1;;
esac
${end}
`;
  await writeFile(ffmpegPath, script);
  await chmod(ffmpegPath, 0o755);
  return { ffmpegPath, devRoot };
}
