import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createServer } from '../src/server/http/server.ts';

let mapOrigin: string | null;

beforeEach(() => {
  mapOrigin = null;
});

async function servePage() {
  const webRoot = await mkdtemp(join(tmpdir(), 'viofosync-web-'));
  onTestFinished(() => rm(webRoot, { recursive: true, force: true }));
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><head><title>page</title></head>');
  const app = await createServer({
    webRoot,
    isDevelopment: false,
    isStarting: false,
    mapOrigin: () => mapOrigin,
    gate: { check: async () => ({ names: 'loopback', denial: null }) },
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => app.close());
  return app;
}

test('pages may reach no other server, and the map server as soon as one is chosen, until it is not any more', async () => {
  const app = await servePage();
  const headers = async () => {
    const said = (await app.inject('/map')).headers;
    const policy = String(said['content-security-policy']).replace(/'nonce-[\w-]{22}'/, "'nonce'");
    return { ...said, 'content-security-policy': policy };
  };
  const { 'content-security-policy': before, 'referrer-policy': quiet } = await headers();
  expect([before, quiet]).toEqual([expect.not.stringMatching(/https?:/), 'no-referrer']);

  mapOrigin = 'https://tile.openstreetmap.org';
  const { 'content-security-policy': policy, 'referrer-policy': referrer } = await headers();
  expect(policy).toMatch(/img-src [^;]*https:\/\/tile\.openstreetmap\.org/);
  expect(policy).toMatch(/connect-src [^;]*https:\/\/tile\.openstreetmap\.org/);
  expect(policy).not.toMatch(/default-src [^;]*https:|worker-src [^;]*https:/);
  // What the rules of OpenStreetMap's tiles ask for: the page says who asks, but not its whole address.
  expect(referrer).toBe('strict-origin-when-cross-origin');

  mapOrigin = null;
  expect((await headers())['content-security-policy']).toBe(before);
});

test('styles that scripts make carry the nonce of the answer they came with, and no two answers have the same', async () => {
  const app = await servePage();
  const nonces = new Set<string>();
  for (const url of ['/', '/index.html', '/archive/2026-06-28']) {
    const { headers, body } = await app.inject(url);
    const nonce =
      /style-src 'self' 'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? '';
    expect([url, body]).toEqual([
      url,
      expect.stringContaining(`<meta property="csp-nonce" nonce="${nonce}" />`),
    ]);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

test('a browser that has the page is sent it whole, so that the new policy counts', async () => {
  const app = await servePage();
  const { etag, 'last-modified': changed } = (await app.inject('/')).headers;
  for (const url of ['/', '/map']) {
    const again = await app.inject({
      url,
      headers: { 'if-none-match': String(etag), 'if-modified-since': String(changed) },
    });
    expect([url, again.statusCode, again.body]).toEqual([url, 200, expect.stringContaining('page')]);
  }
});
