import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { addDrive, untilArchived } from '../test/scenario.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { desk, launchBrowser, phone, screenshot, settled } from './browser.ts';
import { DoubtfulWay } from './doubtful-way.ts';
import { putBuild } from './other-build.ts';

const built = fileURLToPath(new URL('../dist/web', import.meta.url));
const code = 'K7QF-2MPX';
const password = 'correct horse battery';
const day = '2026-06-28';
const withWorker: BrowserContextOptions = { ...desk, serviceWorkers: 'allow' };

let browser: Browser;
let camera: SimulatedCamera;
let app: TestApp;
let folder: string;
let webRoot: string;
let way: DoubtfulWay;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viofosync-web-'));
  webRoot = join(folder, 'web');
  await putBuild(built, webRoot, '');
  camera = await startSimulatedCamera();
  addDrive(camera, { clips: 3, bytes: 30_000 });
  const host = { host: '0.0.0.0', setupCode: code };
  app = await startTestApp({ webRoot, ...host, pollMs: 500, cameraAddress: camera.address });
  const owned = await app.fetch('/api/auth/setup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, password }),
  });
  app.cookie = owned.headers.get('set-cookie')?.split(';')[0];
  await untilArchived(app, 3);
  way = await DoubtfulWay.to(app.app.url);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await way.close();
  await app.close();
  await camera.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A page of somebody who has logged in; over the way that behaves as a test says. */
async function openOwned(path: string, options: BrowserContextOptions, prepare?: (page: Page) => unknown) {
  way.become('open');
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await prepare?.(page);
  await page.goto(`${way.url}${path}`);
  await logIn(page);
  return page;
}

async function logIn(page: Page): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).first().waitFor();
}

/** Until a worker has installed itself and answers for this page. */
const underWorker = (page: Page) =>
  page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');

/** Addresses of everything that the browser keeps for the app. */
const keptAddresses = (page: Page) =>
  page.evaluate(async () => {
    const caches = await Promise.all((await window.caches.keys()).map((name) => window.caches.open(name)));
    const requests = await Promise.all(caches.map((cache) => cache.keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
const pageOf = (page: Page) => page.evaluate(() => performance.timeOrigin);
const buildOf = (page: Page) => page.locator('meta[name="build"]').getAttribute('content');

test('what is installed opens while the server is away, says so, comes back by itself, and holds nothing private', async () => {
  const page = await openOwned(`/archive/${day}`, withWorker);
  await underWorker(page);
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await settled(page);
  await page.getByRole('button', { name: 'Log out' }).first().click();
  await heading(page, 'Log in');
  const kept = await keptAddresses(page);
  expect(kept).toEqual(expect.arrayContaining(['/index.html', '/boot.css', '/favicon.svg']));
  expect(kept.length).toBeGreaterThan(20);
  expect(
    kept.filter((path) => !/^\/(assets\/[\w.-]+\.(js|css)|index\.html|boot\.css|favicon\.svg)$/.test(path)),
  ).toEqual([]);
  await logIn(page);

  for (const state of ['away', 'failing', 'slow'] as const) {
    way.become(state);
    await page.reload({ waitUntil: 'commit' });
    await heading(page, 'Connecting');
    await page.getByText('This page goes on by itself.').waitFor();
    await screenshot(page, `app-${state}`);
    way.become('open');
    await heading(page, 'Settings');
  }
});

test('a page that is open says that it reconnects, loses no word about what could not be done, and goes on', async () => {
  const page = await openOwned('/downloads', { ...phone, serviceWorkers: 'allow' });
  await settled(page);
  const opened = await pageOf(page);
  const reconnecting = page
    .getByRole('status')
    .getByText(/^(Reconnecting|As of)/)
    .filter({ visible: true });
  way.become('away');
  await reconnecting.waitFor();
  await page.getByRole('button', { name: 'Pause' }).first().click();
  await page.getByText('Downloads could not be paused').waitFor();
  await screenshot(page, 'app-reconnecting-phone');
  way.become('open');
  await reconnecting.waitFor({ state: 'detached', timeout: 20_000 });
  await page.getByRole('button', { name: 'Pause' }).first().waitFor();
  expect(await pageOf(page), 'it is still the same page').toBe(opened);
});

test('an update takes over with the next page that is gone to, as a whole', async () => {
  const page = await openOwned('/downloads', withWorker);
  onTestFinished(() => putBuild(built, webRoot, ''));
  await underWorker(page);
  const [opened, before] = [await pageOf(page), await buildOf(page)];
  // Its script is here before the other build takes its place.
  for (const view of ['Visits', 'Queue']) await page.getByRole('link', { name: view }).first().click();
  await putBuild(built, webRoot, 'x');
  const looked = page.waitForResponse(/\/build\.json$/);
  way.become('open');
  await looked;
  await page
    .getByRole('link', { name: /History|Visits/ })
    .first()
    .click();
  expect(await pageOf(page), 'another view of the same page disturbs nobody').toBe(opened);

  await page.getByRole('link', { name: 'Storage' }).first().click();
  await page.waitForFunction(
    (build) => document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content !== build,
    before,
  );
  await heading(page, 'Storage');
  await settled(page);
  expect(await buildOf(page)).toBe(`${before}x`);
  const scripts = await page.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
  );
  const ofApp = scripts.filter((path) => path.startsWith('/assets/'));
  expect(ofApp.length).toBeGreaterThan(5);
  expect(ofApp.filter((path) => !/x\.\w+$/.test(path))).toEqual([]);
});

test('without a worker, a script that is gone after an update is fetched with the page, once', async () => {
  const page = await openOwned('/', { ...desk, serviceWorkers: 'block' });
  onTestFinished(() => putBuild(built, webRoot, ''));
  await settled(page);
  let loads = 0;
  page.on('load', () => (loads += 1));
  await putBuild(built, webRoot, 'y');
  await page.getByRole('link', { name: 'Cameras' }).first().click();
  await heading(page, 'Cameras');
  await page.waitForFunction(() =>
    document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content.endsWith('y'),
  );
  await settled(page);
  expect(loads).toBe(1);
});

/** As with storage forbidden for this address. */
const deny = (page: Page) =>
  page.addInitScript(() => {
    const denied = { get: () => reportDenied(), configurable: true };
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page
    function reportDenied(): never {
      throw new DOMException('denied', 'SecurityError');
    }
    for (const name of ['localStorage', 'sessionStorage', 'caches'])
      Object.defineProperty(window, name, denied);
    Object.defineProperty(navigator.serviceWorker, 'register', { value: async () => reportDenied() });
  });

test('a browser that keeps nothing, and one whose clock is in another zone, show the same day', async () => {
  const shown: string[] = [];
  const faults: string[] = [];
  for (const [options, prepare] of [
    [{ timezoneId: 'Europe/London' }, undefined],
    [{ timezoneId: 'Asia/Kolkata' }, undefined],
    [{ timezoneId: 'Europe/London' }, deny],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one browser after the other
    const page = await openOwned(`/archive/${day}`, { ...withWorker, ...options }, (page) => {
      page.on('pageerror', ({ message }) => faults.push(message));
      return prepare?.(page);
    });
    await settled(page);
    shown.push(await page.getByRole('main').innerText());
  }
  expect(shown[0]).toMatch(/\d\d:\d\d/);
  expect(shown[1]).toBe(shown[0]);
  expect(shown[2]).toBe(shown[0]);
  expect(faults).toEqual([]);
});
