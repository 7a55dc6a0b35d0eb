import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FRAMES_PER_SECOND } from '../simulator/clips/test-pattern.ts';
import { routes } from '../src/shared/routes.ts';
import type { Clip } from '../src/shared/clips.ts';
import { footage } from './media-scenario.ts';
import { waitLong } from './scenario.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const day = '2026-06-28';
let app: TestApp;
let folder: string;
let clips: Clip[];

// A clip, one in a transport stream, and one without its second half.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viofosync-frames-'));
  const recordings = join(folder, 'recordings');
  await mkdir(join(recordings, day), { recursive: true });
  const whole = await footage({ durationSeconds: 6 });
  await writeFile(join(recordings, day, '2026_0628_100000_0001F.MP4'), whole);
  await writeFile(
    join(recordings, day, '2026_0628_101000_0002F.TS'),
    await footage({ durationSeconds: 6, container: 'ts' }),
  );
  const late = await footage({ durationSeconds: 6, moov: 'back' });
  await writeFile(join(recordings, day, '2026_0628_102000_0003F.MP4'), late.subarray(0, late.length / 2));
  app = await startTestApp({ recordings });
  await vi.waitFor(async () => {
    const { captures } = await app.call(routes.getDay, { params: { day } });
    clips = captures.flatMap((capture) => capture.clips);
    expect(clips.map(({ media }) => media?.health)).toEqual(['whole', 'whole', 'repaired']);
  }, waitLong);
}, 60_000);
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const frame = (clip: Clip, at: number) => app.fetch(`/api/clips/${clip.id}/frame?at=${at}`);

/** The brightness of a picture in a few hundred places. */
async function greys(args: readonly string[], input?: Buffer): Promise<Buffer> {
  const rest = ['-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', '64x36', 'pipe:1'];
  const { stdout } = await execa('ffmpeg', ['-v', 'error', ...args, ...rest], {
    encoding: 'buffer',
    ...(input ? { input } : { stdin: 'ignore' }),
  });
  return Buffer.from(stdout);
}

const pathOf = ({ path }: Clip): string => join(app.recordings, path ?? '');
const frameNumber = (clip: Clip, number: number) =>
  greys(['-i', pathOf(clip), '-vf', `select=eq(n\\,${number})`]);

const apart = (one: Buffer, other: Buffer): number =>
  one.reduce((sum, grey, index) => sum + Math.abs(grey - (other[index] ?? 0)), 0);

/** Which of the pictures around one a JPEG is. */
async function whichFrame(clip: Clip, about: number, jpeg: Buffer): Promise<number> {
  const taken = await greys(['-f', 'image2pipe', '-i', 'pipe:0'], jpeg);
  const numbers = [about - 2, about - 1, about, about + 1, about + 2].filter((each) => each >= 0);
  const distances = await Promise.all(
    numbers.map(async (number) => ({ number, by: apart(taken, await frameNumber(clip, number)) })),
  );
  return distances.toSorted((one, other) => one.by - other.by)[0]!.number;
}

test.each([
  ['at the very beginning', 0, 0],
  ['right at the time of a picture', 2000, 30],
  ['between two pictures', 2040, 30],
  ['right before the next one', 2060, 30],
  ['late in the clip', 5900, 88],
])('%s it is the picture that was on the screen, as large as the clip has it', async (_, at, number) => {
  const [clip] = clips;
  const answer = await frame(clip!, at);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  const jpeg = Buffer.from(await answer.arrayBuffer());
  expect(Math.floor((at * FRAMES_PER_SECOND) / 1000 + 0.01)).toBe(number);
  expect(await whichFrame(clip!, number, jpeg)).toBe(number);
  const { stdout } = await execa(
    'ffprobe',
    ['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', '-'],
    { input: jpeg },
  );
  expect(stdout).toBe(`${clip!.width},${clip!.height}`);
});

test('of a transport stream and of a repaired clip too, and beyond the end it is the last picture', async () => {
  for (const clip of clips) {
    const answer = await frame(clip, 60_000);
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(2000);
  }
});

test('what cannot be had is refused with a reason', async () => {
  expect((await app.fetch('/api/clips/99999/frame?at=0')).status).toBe(404);
  expect((await app.fetch(`/api/clips/${clips[0]!.id}/frame?at=-1`)).status).toBe(400);
  const [, stream] = clips;
  await rm(pathOf(stream!));
  const answer = await frame(stream!, 0);
  expect([answer.status, (await answer.text()).includes('not on the recordings volume')]).toEqual([
    404,
    true,
  ]);
});

/** Of frames alone: pictures for the page may be made at the same time. */
const drafts = async () =>
  (await readdir(join(app.configDir, 'cache', 'drafts'))).filter((name) => name.endsWith('.jpg'));

test('many at once are made one after another, and who comes too late is told to', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => frame(clips[0]!, 1000)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(12);
  expect(statuses.filter((status) => status === 503).length).toBeGreaterThanOrEqual(1);
  expect(await drafts()).toEqual([]);
});

test('who goes away is not waited for, and nothing is left of it', async () => {
  const gone = new AbortController();
  const asked = app.fetch(`/api/clips/${clips[0]!.id}/frame?at=3000`, { signal: gone.signal });
  gone.abort();
  await expect(asked).rejects.toThrow(/abort/i);
  expect((await frame(clips[0]!, 1000)).status).toBe(200);
  await vi.waitFor(async () => expect(await drafts()).toEqual([]), waitLong);
});
