import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleWorker, pages } from '../scripts/build-worker.mjs';
import { precompress } from '../scripts/precompress.mjs';
import { startTestApp, type TestApp } from './test-app.ts';

const script = 'export const words = "of the app";\n'.repeat(200);
const repository = fileURLToPath(new URL('..', import.meta.url));
const publicFiles = join(repository, 'src', 'web', 'public');

let webRoot: string;
let app: TestApp;

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'viofosync-web-'));
  await mkdir(join(webRoot, 'assets'));
  const page = '<!doctype html><html><head><title>viofosync</title></head><body></body></html>';
  const archive = {
    path: '^/archive$',
    scripts: ['/assets/archive-1.js'],
    styles: ['/assets/archive-1.css'],
  };
  const files = {
    'index.html': page.padEnd(3000),
    'assets/index-1.js': script,
    'assets/crumb-1.js': 'export {};',
    'world-outline.json': JSON.stringify({ lines: Array.from({ length: 2000 }, (_, index) => index % 7) }),
    'build.json': '{"id":"1"}',
    'page-scripts.json': JSON.stringify([archive]),
    'sw.js': await bundleWorker({
      root: repository,
      id: '1',
      files: [{ url: '/index.html', revision: '1' }],
    }),
    'app.webmanifest': '{"name":"viofosync"}',
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(webRoot, name), text)));
  await precompress(webRoot);
  app = await startTestApp({ webRoot });
});
afterAll(async () => {
  await app.close();
  await rm(webRoot, { recursive: true, force: true });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** As it is sent, not as `fetch` would unpack it. */
function asked(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(`${app.app.url}${path}`, { headers, method }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
        }),
      );
    });
    call.on('error', reject).end();
  });
}

test.each([
  ['gzip, deflate', 'gzip', gunzipSync],
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['identity', undefined, (bytes: Buffer) => bytes],
])('a script is sent to who takes %j as %s', async (takes, coding, unpacked) => {
  const { headers, body } = await asked('/assets/index-1.js', { 'accept-encoding': takes });
  expect(headers['content-encoding']).toBe(coding);
  expect(headers['content-type']).toMatch(/^(text|application)\/javascript/);
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(headers.vary).toMatch(/accept-encoding/i);
  expect(unpacked(body).toString()).toBe(script);
  if (coding !== undefined) expect(body.length).toBeLessThan(script.length / 10);
});

test('what has not changed is not sent again, compressed or not', async () => {
  for (const takes of ['gzip', 'br', 'identity']) {
    const { headers } = await asked('/world-outline.json', { 'accept-encoding': takes });
    const again = { 'accept-encoding': takes, 'if-none-match': String(headers.etag) };
    expect(await asked('/world-outline.json', again)).toMatchObject({ status: 304, body: Buffer.alloc(0) });
  }
  const tags = await Promise.all(
    ['gzip', 'br', 'identity'].map(
      async (takes) => (await asked('/world-outline.json', { 'accept-encoding': takes })).headers.etag,
    ),
  );
  expect(new Set(tags).size).toBe(3);
});

test('what would not become smaller has no compressed copy', async () => {
  await expect(stat(join(webRoot, 'assets', 'crumb-1.js.gz'))).rejects.toThrow('ENOENT');
  const { headers, status } = await asked('/assets/crumb-1.js', { 'accept-encoding': 'gzip, br' });
  expect([status, headers['content-encoding']]).toEqual([200, undefined]);
});

test('a long answer of the API is compressed for who takes it, and is the same', async () => {
  const plain = await asked('/api/openapi.json', { 'accept-encoding': 'identity' });
  const packed = await asked('/api/openapi.json', { 'accept-encoding': 'gzip, br' });
  expect([plain.headers['content-encoding'], packed.headers['content-encoding']]).toEqual([
    undefined,
    'gzip',
  ]);
  expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
  expect(packed.body.length).toBeLessThan(plain.body.length / 5);
  expect(Number(packed.headers['content-length'])).toBe(packed.body.length);
  for (const { headers } of [plain, packed]) {
    expect(headers.vary).toBe('accept-encoding');
    expect(headers['cache-control']).toBe('no-store');
  }
});

test('a short answer, and one without a body, are sent as they are', async () => {
  const short = await asked('/api/health', { 'accept-encoding': 'gzip' });
  expect([short.status, short.headers['content-encoding']]).toEqual([200, undefined]);
  const head = await asked('/api/openapi.json', { 'accept-encoding': 'gzip' }, 'HEAD');
  expect([head.status, head.body.length]).toEqual([200, 0]);
});

test('the page is compressed too, and names the scripts of the page that is asked for', async () => {
  const { headers, body } = await asked('/archive?kept=1', {
    'accept-encoding': 'gzip',
    accept: 'text/html',
  });
  expect(headers['content-encoding']).toBe('gzip');
  const html = gunzipSync(body).toString();
  expect(html).toContain('<link rel="modulepreload" crossorigin href="/assets/archive-1.js">');
  expect(html).toContain('<link rel="preload" as="style" crossorigin href="/assets/archive-1.css">');
  expect((await asked('/settings')).body.toString()).not.toContain('archive-1');
});

test.each([
  ['/sw.js', /^(text|application)\/javascript/],
  ['/app.webmanifest', /^application\/manifest\+json/],
  ['/build.json', /^application\/json/],
])('%s is asked for anew each time, and may work on all of the app', async (path, type) => {
  const { status, headers } = await asked(path, { 'accept-encoding': 'gzip' });
  expect([status, headers['cache-control']]).toEqual([200, 'no-cache']);
  expect(headers['content-type']).toMatch(type);
  expect(headers['content-security-policy']).toMatch(/worker-src 'self'/);
});

interface Manifest {
  name: string;
  start_url: string;
  display: string;
  icons: { src: string; sizes: string; purpose: string }[];
  shortcuts: { name: string; url: string; icons: { src: string }[] }[];
}

test('the manifest names icons that are there, of every size that is asked for, and the two pages most gone to', async () => {
  const manifest = JSON.parse(await readFile(join(publicFiles, 'app.webmanifest'), 'utf8')) as Manifest;
  expect(manifest).toMatchObject({ name: 'viofosync', start_url: '/', display: 'standalone' });
  const kinds = manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`);
  expect(kinds).toEqual(
    expect.arrayContaining(['192x192 any', '512x512 any', '192x192 maskable', '512x512 maskable']),
  );
  expect(manifest.shortcuts.map(({ name, url }) => [name, url])).toEqual([
    ['Archive', '/archive'],
    ['Downloads', '/downloads'],
  ]);
  for (const { src, sizes } of [
    ...manifest.icons,
    ...manifest.shortcuts.flatMap(({ icons }) => icons.map((icon) => ({ ...icon, sizes: '96x96' }))),
  ]) {
    const bytes = await readFile(join(publicFiles, src));
    if (src.endsWith('.png')) expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes);
  }
});

test('the build knows each page of the app, and no other', async () => {
  const source = await readFile(join(repository, 'src', 'web', 'app.tsx'), 'utf8');
  const imported = [...source.matchAll(/page\(\(\) => import\('\.\/([^']+)'\)\)/g)].map(([, file]) => file);
  expect(pages.map(([, file]) => file)).toEqual(expect.arrayContaining(imported));
  expect(imported).toEqual(expect.arrayContaining(pages.map(([, file]) => file)));
});
