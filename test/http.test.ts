import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openApi } from '../src/server/http/openapi.ts';
import type { LiveMessage } from '../src/shared/events.ts';
import { routes } from '../src/shared/routes.ts';
import type { ErrorBody } from '../src/shared/errors.ts';
import { addDrive, allClips, untilArchived, useApp, useCamera, waitLong } from './scenario.ts';

/** A request with headers that `fetch` would not let us set. */
function rawRequest(
  url: string,
  options: { method?: string; headers: Record<string, string> },
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    call.on('error', reject).end();
  });
}

test.each<[string, Record<string, string>, number]>([
  ['the name of some other site (DNS rebinding)', { host: 'evil.example' }, 403],
  ['a name that begins like ours', { host: '127.0.0.1.evil.example' }, 403],
  ['a page of another site', { host: '127.0.0.1', origin: 'http://evil.example' }, 403],
  ['a page of another port', { host: '127.0.0.1:1', origin: 'http://127.0.0.1:2' }, 403],
  ['a page without an origin (a file, a sandbox)', { host: '127.0.0.1', origin: 'null' }, 403],
  ['localhost', { host: 'localhost' }, 200],
  ['our own page', { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }, 200],
])('a request from %s is answered as it must be', async (_from, headers, status) => {
  const app = await useApp();
  const answer = await rawRequest(`${app.app.url}/api/status`, { headers });
  expect(answer.status).toBe(status);
  if (status === 403) expect((JSON.parse(answer.body) as ErrorBody).error.code).toBe('forbidden');
});

test('a page of another site can change nothing', async () => {
  const app = await useApp();
  const answer = await rawRequest(`${app.app.url}/api/sync/pause`, {
    method: 'POST',
    headers: { origin: 'http://evil.example' },
  });
  expect(answer.status).toBe(403);
  expect((await app.call(routes.getStatus)).sync.paused).toBe(false);
});

test('the live channel is closed to pages of other sites', async () => {
  const app = await useApp();
  const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/api/live`, {
    origin: 'http://evil.example',
  });
  const outcome = await new Promise<string>((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('error', (error) => resolve(error.message));
  });
  expect(outcome).toMatch(/403/);
});

test('the live channel tells what happens as it happens', async () => {
  const camera = await useCamera();
  const app = await useApp({ cameraAddress: camera.address });
  const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/api/live`);
  onTestFinished(() => socket.terminate());
  const messages: LiveMessage[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as LiveMessage));
  await new Promise((resolve) => {
    socket.once('open', resolve);
  });
  addDrive(camera, { clips: 1, bytes: 20_000 });
  await vi.waitFor(
    () => expect(messages.map((message) => message.event)).toContain('clip.archived'),
    waitLong,
  );
  const archived = messages.find((message) => message.event === 'clip.archived');
  expect(archived?.payload).toMatchObject({ cameraId: 1, localDay: '2026-06-28' });
});

test('wrong input is refused with one line for each wrong field', async () => {
  const app = await useApp();
  const response = await app.fetch('/api/settings', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pollSeconds: 1, layout: 'hourly', colour: 'red' }),
  });
  expect(response.status).toBe(400);
  const { error } = (await response.json()) as ErrorBody;
  expect(error.code).toBe('invalid');
  expect(error.details?.map((detail) => detail.field)).toEqual(
    expect.arrayContaining(['pollSeconds', 'layout']),
  );
  expect((await app.call(routes.getSettings)).changed).toEqual([]);
});

test.each<[what: string, path: string, init: RequestInit | undefined, ...refusal: [number, string]]>([
  ['an unknown address of the API', '/api/nothing', undefined, 404, 'not_found'],
  ['an unknown clip', '/api/clips/77', undefined, 404, 'not_found'],
  ['an id that is no number', '/api/clips/1%2F..%2F..', undefined, 400, 'invalid'],
  ['a day that is none', '/api/days/2026-02-30', undefined, 400, 'invalid'],
  ['a day without clips', '/api/days/2026-02-03', undefined, 404, 'not_found'],
  ['a body that is no JSON', '/api/cameras', post('{'), 400, 'invalid'],
  ['a camera address that is none', '/api/cameras', post('{"name":"a","address":"ftp://x"}'), 400, 'invalid'],
  ['an unknown camera', '/api/cameras/9', { method: 'DELETE' }, 404, 'not_found'],
  ['a path out of the page', '/..%2f..%2fetc/passwd', undefined, 404, 'not_found'],
])('%s is refused with a code and a message', async (_what, path, init, ...refusal) => {
  const app = await useApp();
  const response = await app.fetch(path, init);
  const { error } = (await response.json()) as ErrorBody;
  expect([response.status, error.code]).toEqual(refusal);
  expect(error.message.length).toBeGreaterThan(5);
});

function post(body: string): RequestInit {
  return { method: 'POST', body, headers: { 'content-type': 'application/json' } };
}

test('a clip is played by ranges, open-ended ones capped at one MiB', async () => {
  const camera = await useCamera();
  const [entry] = addDrive(camera, { clips: 1, bytes: 2_500_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 1);
  const [clip] = await allClips(app);
  const video = (range?: string) =>
    app.fetch(`/api/clips/${clip!.id}/video`, range ? { headers: { range } } : {});
  const file = await readFile(join(app.recordings, clip!.path!));
  const open = await video('bytes=0-');
  expect([open.status, open.headers.get('content-range')]).toEqual([206, 'bytes 0-1048575/2500000']);
  expect(Buffer.from(await open.arrayBuffer()).equals(file.subarray(0, 1_048_576))).toBe(true);
  const last = await video('bytes=2000000-');
  expect(last.headers.get('content-range')).toBe('bytes 2000000-2499999/2500000');
  expect((await last.arrayBuffer()).byteLength).toBe(500_000);
  const middle = await video('bytes=10-19');
  expect(Buffer.from(await middle.arrayBuffer())).toEqual(file.subarray(10, 20));
  const tail = await video('bytes=-100');
  expect(Buffer.from(await tail.arrayBuffer())).toEqual(file.subarray(-100));
  expect((await video('bytes=9999999-')).status).toBe(416);
  const whole = await video();
  expect(whole.headers.get('content-type')).toBe('video/mp4');
  expect(whole.headers.get('content-disposition')).toBe(`inline; filename="${entry!.name}"`);
  expect(Buffer.from(await whole.arrayBuffer()).equals(file)).toBe(true);
  await rm(join(app.recordings, clip!.path!));
  expect((await video()).status).toBe(404);
});

test('a clip that is not archived yet cannot be played, and says so', async () => {
  const camera = await useCamera();
  camera.faults.set({ serverError: 'files', match: '.MP4' });
  addDrive(camera, { clips: 1, bytes: 20_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(async () => expect(await allClips(app)).toHaveLength(1), waitLong);
  const response = await app.fetch(`/api/clips/${(await allClips(app))[0]!.id}/video`);
  expect([response.status, ((await response.json()) as ErrorBody).error.code]).toEqual([409, 'conflict']);
});

test('the page is served for every address of it, with headers that let nothing in from elsewhere', async () => {
  const webRoot = await mkdtemp(join(tmpdir(), 'viofosync-web-'));
  onTestFinished(() => rm(webRoot, { recursive: true, force: true }));
  await mkdir(join(webRoot, 'assets'));
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(webRoot, 'assets', 'app-1a2b.js'), 'export {};');
  const app = await useApp({ webRoot });
  for (const path of ['/', '/archive/2026-06-28', '/settings?x=1.5']) {
    const response = await app.fetch(path);
    expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
    expect(await response.text()).toContain('<title>page</title>');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'self'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe-eval|upgrade-insecure|https:/);
    expect(response.headers.get('strict-transport-security')).toBeNull();
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  }
  const asset = await app.fetch('/assets/app-1a2b.js');
  expect(asset.headers.get('cache-control')).toMatch(/immutable/);
  expect((await app.fetch('/assets/none.js')).status).toBe(404);
});

test('the printed API document is the one the routes say, and every reference in it is whole', async () => {
  const app = await useApp();
  const served = (await (await app.fetch('/api/openapi.json')).json()) as { openapi: string; paths: object };
  expect(served.openapi).toBe('3.1.0');
  const operations = Object.values(served.paths).flatMap((path) => Object.values(path as object)) as {
    operationId: string;
    responses: object;
  }[];
  expect(operations.map((operation) => operation.operationId).toSorted()).toEqual(
    Object.keys(routes).toSorted(),
  );
  for (const operation of operations) expect(Object.keys(operation.responses)).toContain('default');
  const templates = Object.keys(served.paths).flatMap((path) => path.match(/\{\w+\}|:\w+/g) ?? []);
  expect(templates.every((template) => template.startsWith('{'))).toBe(true);
  const printed = JSON.parse(await readFile(new URL('../docs/openapi.json', import.meta.url), 'utf8')) as {
    info: { version: string };
  };
  expect(printed).toEqual(JSON.parse(JSON.stringify(openApi(routes, printed.info.version))));
});
