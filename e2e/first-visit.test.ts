import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { seedDrives } from '../simulator/drives.ts';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import {
  accessibilityFaults,
  desk,
  launchBrowser,
  looks,
  openPage,
  phone,
  screenshot,
  settled,
} from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const factory = createClipFactory({ cacheDir: '.cache/simulator' });

let browser: Browser;
let camera: SimulatedCamera;
let app: TestApp;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  await app.close();
  await camera.stop();
});

async function startBoth(options: { known: boolean }): Promise<void> {
  camera = await startSimulatedCamera();
  await seedDrives(camera.card, factory, {
    days: 1,
    channels: 2,
    seed: 7,
    clipSeconds: 10,
    until: localTime(2026, 6, 28, 20, 0, 0),
  });
  app = await startTestApp({ webRoot, pollMs: 500, ...(options.known && { cameraAddress: camera.address }) });
}

const everythingIsHere = () =>
  vi.waitFor(
    async () => {
      const status = await app.call(routes.getStatus);
      expect(status.sync.waiting).toBe(0);
      expect(status.archive.clips).toBeGreaterThan(5);
    },
    { timeout: 60_000, interval: 200 },
  );

async function playsOn(page: Page): Promise<void> {
  await page.locator('video').evaluate((video: HTMLVideoElement) => video.play());
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
}

test('a person adds a camera, sees its recordings arrive, and plays one', async () => {
  await startBoth({ known: false });
  const { page, complaints } = await openPage(browser, app.app.url, desk);

  await page.getByLabel('Address').fill(camera.address);
  await page.getByRole('button', { name: 'Test' }).click();
  await page.getByText('A229P').first().waitFor();
  await screenshot(page, 'first-run-tested');
  await page.getByRole('button', { name: 'Add this camera' }).click();
  await page.getByRole('heading', { name: 'Coming in' }).waitFor();
  await everythingIsHere();
  await page.getByText('Up to date').first().waitFor();
  await screenshot(page, 'home');

  await page.getByRole('link', { name: 'Archive' }).first().click();
  await page.getByText('Sunday').first().click();
  await page
    .getByRole('button', { name: /^Play front/ })
    .first()
    .click();
  await playsOn(page);
  await screenshot(page, 'player');

  const before = await page.locator('video').getAttribute('src');
  await page.getByRole('radiogroup', { name: 'Channel' }).getByText('Rear').click();
  await page.waitForFunction((src) => document.querySelector('video')?.getAttribute('src') !== src, before);
  await playsOn(page);
  expect(complaints).toEqual([]);
});

test('an address that is some other web server is said to be one', async () => {
  await startBoth({ known: false });
  camera.faults.set({ persona: 'router' });
  const { page } = await openPage(browser, app.app.url, desk);
  await page.getByLabel('Address').fill(camera.address);
  await page.getByRole('button', { name: 'Test' }).click();
  await page
    .getByText(/other device|web server|not a camera/i)
    .first()
    .waitFor();
  await screenshot(page, 'first-run-stranger');
});

test('on a phone everything can be reached, paused, resumed and played', async () => {
  await startBoth({ known: true });
  camera.faults.set({ bytesPerSecond: 300_000 });
  const { page, complaints } = await openPage(browser, app.app.url, phone);

  await page.getByRole('button', { name: 'Pause' }).first().click();
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).sync.paused).toBe(true));
  await page.getByRole('button', { name: 'Resume' }).first().waitFor();
  await screenshot(page, 'phone-paused');
  camera.faults.clear();
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await everythingIsHere();

  await page.goto(`${app.app.url}/archive/2026-06-28`);
  await page
    .getByRole('button', { name: /^Play front/ })
    .first()
    .click();
  await playsOn(page);
  await screenshot(page, 'phone-player');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  expect(complaints).toEqual([]);
});

test('every page is accessible, light and dark, on a desk and on a phone', async () => {
  await startBoth({ known: true });
  await everythingIsHere();
  const faults: string[] = [];
  for (const [look, view] of looks) {
    const { page, complaints } = await openPage(browser, app.app.url, view);
    for (const path of [
      '/',
      '/archive',
      '/archive/2026-06-28',
      '/downloads',
      '/cameras',
      '/settings',
      '/health',
    ]) {
      await page.goto(`${app.app.url}${path}`);
      await settled(page);
      await screenshot(page, `page-${path.replaceAll('/', '_')}-${look}`);
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${path} ${look} ${fault}`));
    }
    faults.push(...complaints);
    await page.context().close();
  }
  expect(faults).toEqual([]);
});

test('a setting that is changed on the page decides where the next clip is filed', async () => {
  await startBoth({ known: false });
  const { page } = await openPage(browser, `${app.app.url}/settings`, desk);
  await page.getByText('Month', { exact: true }).first().click();
  await vi.waitFor(async () => expect((await app.call(routes.getSettings)).settings.layout).toBe('monthly'));
  await app.call(routes.addCamera, { body: { name: 'Car', address: camera.address } });
  await everythingIsHere();
  const { captures } = await app.call(routes.getDay, { params: { day: '2026-06-28' } });
  expect(captures[0]!.clips[0]!.path).toMatch(/^2026-06\//);
});
