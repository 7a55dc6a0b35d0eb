import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { routes } from '../src/shared/routes.ts';
import { waitLong } from './scenario.ts';
import { startTestApp, type TestApp } from './test-app.ts';
import { drive } from './tracks-scenario.ts';

let camera: SimulatedCamera;
let app: TestApp;

beforeAll(async () => {
  camera = await startSimulatedCamera();
  app = await startTestApp({ cameraAddress: camera.address, logFiles: true, triage: true });
});
afterAll(async () => {
  await app.close();
  await camera.stop();
});

interface Heard {
  event: string;
  payload: { lines?: { message: string; facts: Record<string, unknown> }[]; dropped?: number };
}

async function listen(test: TestApp) {
  const heard: Heard[] = [];
  const socket = new WebSocket(`${test.app.url.replace('http', 'ws')}/api/live`);
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as Heard));
  await new Promise((resolve) => socket.once('open', resolve));
  const lines = () =>
    heard.filter(({ event }) => event === 'log.written').flatMap(({ payload }) => payload.lines ?? []);
  return { socket, heard, lines };
}

const begins = { event: 'log.written', payload: { lines: [], dropped: 0 } };

/** Something that the log tells: a setting that is changed. */
const say = (seconds: number) => app.call(routes.updateSettings, { body: { pollSeconds: seconds } });
const said = (lines: { message: string }[]) =>
  lines.filter(({ message }) => message === 'settings changed').length;

test('the log is read by page, with filters, and is in files for later', async () => {
  await say(20);
  const page = await app.call(routes.getLog, { query: { area: 'settings', text: 'pollSeconds' } });
  expect(page.lines[0]).toMatchObject({ message: 'settings changed', facts: { keys: ['pollSeconds'] } });
  expect(page.file).toBe('written');
  expect(page.areas).toContain('settings');
  const first = await app.call(routes.getLog, { query: { limit: 1 } });
  const second = await app.call(routes.getLog, { query: { limit: 1, before: first.next! } });
  expect(second.lines[0]!.id).toBeLessThan(first.lines[0]!.id);
  await vi.waitFor(
    async () =>
      expect(await readFile(join(app.configDir, 'logs/viofosync.log'), 'utf8')).toContain('pollSeconds'),
    waitLong,
  );
});

test('new lines go to the browsers that look at the log, and to no others, for as long as they look', async () => {
  const [reader, other] = [await listen(app), await listen(app)];
  reader.socket.send('{"watch":"log"}');
  // It is told from when on it misses nothing.
  await vi.waitFor(() => expect(reader.heard).toContainEqual(begins), waitLong);
  other.socket.send('nonsense');
  other.socket.send('{"watch":"everything"}');
  await say(21);
  await say(22);
  await vi.waitFor(() => expect(said(reader.lines())).toBe(2), waitLong);
  expect(other.heard.some(({ event }) => event === 'settings.changed')).toBe(true);
  expect(other.lines()).toEqual([]);
  // Now the other one looks: when it has heard what is written, the first would have too.
  reader.socket.send('{"watch":"none"}');
  other.socket.send('{"watch":"log"}');
  await vi.waitFor(() => expect(other.heard).toContainEqual(begins), waitLong);
  const before = reader.lines().length;
  await say(23);
  await vi.waitFor(() => expect(said(other.lines())).toBe(1), waitLong);
  expect(reader.lines()).toHaveLength(before);
  reader.socket.close();
  other.socket.close();
});

test('positions, passwords, codes and tokens are in no line, whatever is done', async () => {
  const start = localTime(2026, 6, 28, 13);
  const samples = drive(start.getTime(), { seconds: 30 }).map((sample) => ({
    ...sample,
    latitude: sample.latitude - 0.265_433,
    longitude: 0.876_543,
  }));
  const gps = { layout: 'payload-4c', blockBytes: 0x400, samples, index: true } as const;
  const source = tinyMp4Source(1, 120_000, { startedLocal: start, gps });
  camera.card.addClip({ startedLocal: start, source });
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).archive.clips).toBe(1), waitLong);
  await vi.waitFor(
    async () => expect(await app.app.db.selectFrom('track').selectAll().execute()).toHaveLength(1),
    waitLong,
  );
  await app.call(routes.updateSettings, {
    body: { mapSource: 'raster', mapUrl: 'https://maps.example/{z}/{x}/{y}?key=mapkey-4711' },
  });
  await app.call(routes.addPlace, {
    body: { name: 'Grandmother Willow', latitude: 51.2345, longitude: 0.8765, radiusM: 100 },
  });
  for (const password of ['wrong horse battery', 'x'])
    await app.call(routes.logIn, { body: { password } }).catch(() => undefined);
  await app.fetch('/api/status', { headers: { cookie: 'viofosync_session=tokentokentokentoken0123456789' } });
  await app.fetch('/api/nothing?token=querysecret');
  const everything = [
    JSON.stringify((await app.call(routes.getLog, { query: { limit: 500 } })).lines),
    JSON.stringify(app.log),
    await readFile(join(app.configDir, 'logs/viofosync.log'), 'utf8'),
  ].join('\n');
  expect(everything).toContain('pollSeconds');
  const secrets = [
    '51.23',
    '0.876',
    'mapkey-4711',
    'wrong horse',
    'tokentoken',
    'querysecret',
    'Grandmother',
  ];
  for (const secret of secrets) expect(everything, secret).not.toContain(secret);
});

const level = async (test: TestApp) => {
  const { settings, environment } = await test.call(routes.getSettings);
  return [settings.logLevel, environment.some(({ key }) => key === 'logLevel')];
};

test('the level of the settings counts at once, unless the environment says another', async () => {
  expect(await level(app)).toEqual(['info', true]);
  const free = await startTestApp({ logLevelFromSettings: true });
  try {
    expect(await level(free)).toEqual(['info', false]);
    await free.call(routes.updateSettings, { body: { logLevel: 'error' } });
    const before = free.log.length;
    await free.call(routes.updateSettings, { body: { pollSeconds: 33 } });
    expect(free.log.slice(before)).toEqual([]);
    await free.call(routes.updateSettings, { body: { logLevel: 'debug' } });
    await free.call(routes.updateSettings, { body: { pollSeconds: 34 } });
    expect(free.log.at(-1)).toMatchObject({ msg: 'settings changed' });
  } finally {
    await free.close();
  }
});

test('a folder that cannot be written is a problem, and keeps nothing from working', async () => {
  const configDir = `${app.configDir}-other`;
  await mkdir(configDir, { recursive: true });
  await writeFile(join(configDir, 'logs'), 'a file where a folder should be');
  const other = await startTestApp({ configDir, logFiles: true });
  try {
    await vi.waitFor(async () => {
      const { problems } = await other.call(routes.getStatus);
      expect(problems.map(({ key }) => key)).toContain('log:file');
    }, waitLong);
    const { lines, file } = await other.call(routes.getLog, { query: {} });
    expect([file, lines.length > 0]).toEqual(['off', true]);
    await rm(join(configDir, 'logs'));
    await other.restart();
    const { problems } = await other.call(routes.getStatus);
    expect(problems.map(({ key }) => key)).not.toContain('log:file');
  } finally {
    await other.close();
    await chmod(configDir, 0o700);
    await rm(configDir, { recursive: true, force: true });
  }
});
