import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import type { CardEntry } from '../simulator/card.ts';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { addSeconds, localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { fastClock } from '../test/scenario.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { accessibilityFaults, desk, launchBrowser, looks, openPage, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const clipBytes = 400_000;
/** Room for the whole queue: a virtual list draws what is in view. */
const tall = { ...desk, viewport: { width: 1440, height: 2400 } };

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

interface Drive {
  start: Date;
  clips: number;
  kind?: 'normal' | 'parking';
  /** Minutes into the drive of a locked clip. */
  lockedAt?: number;
}

/** A drive of front and rear clips, a minute each. */
function addDrive({ start, clips, kind = 'normal', lockedAt }: Drive): CardEntry[] {
  return Array.from({ length: clips }, (_, minute) => minute).flatMap((minute) => {
    const startedLocal = addSeconds(start, minute * 60);
    const locked = minute === lockedAt;
    return (['front', 'rear'] as const).map((channel) => {
      const seed = camera.card.entries.length + 1;
      const source = tinyMp4Source(seed, clipBytes + seed, { startedLocal });
      return camera.card.addClip({ startedLocal, kind, channel, locked, source });
    });
  });
}

/** A morning drive, a locked clip at noon's, four parking clips in the evening; slow enough to look at. */
async function startWithDrives(): Promise<void> {
  camera = await startSimulatedCamera();
  addDrive({ start: localTime(2026, 6, 28, 8), clips: 6 });
  addDrive({ start: localTime(2026, 6, 28, 13), clips: 5, lockedAt: 2 });
  addDrive({ start: localTime(2026, 6, 28, 18), clips: 2, kind: 'parking' });
  camera.faults.set({ bytesPerSecond: 40_000 });
  app = await startTestApp({ webRoot, pollMs: 500, cameraAddress: camera.address });
}

const waitLong = { timeout: 60_000, interval: 100 };

const queue = () => app.call(routes.getQueue, { query: { limit: 100, offset: 0 } });

/** The rows of the queue on the page, as their words. */
async function rowsShown(page: Page): Promise<string[]> {
  const rows = await page.locator('[data-queue-row]').allInnerTexts();
  return rows.map((row) => row.replaceAll(/\s+/g, ' '));
}

async function rowsSay(page: Page, check: (rows: string[]) => void): Promise<void> {
  await vi.waitFor(async () => check(await rowsShown(page)), waitLong);
}

test('a person sees what comes and why, and changes it', async () => {
  await startWithDrives();
  const { page, complaints } = await openPage(browser, `${app.app.url}/downloads`, tall);
  await page.getByText('Parking').first().waitFor({ timeout: 60_000 });

  await rowsSay(page, (rows) => {
    expect(rows.slice(0, 2).join()).toContain('Downloading');
    expect(rows.filter((row) => row.includes('Newest drive')).length).toBeGreaterThan(4);
    expect(rows.filter((row) => row.includes('Earlier drive'))).toHaveLength(12);
    expect(rows.filter((row) => row.includes('Locked')).length).toBeGreaterThan(0);
    expect(rows.at(-1)).toContain('Parking');
  });
  await screenshot(page, 'downloads-queue');

  await page.getByRole('button', { name: /08:00 to .*what to do/ }).click();
  await page.getByRole('menuitem', { name: 'Fetch this drive first' }).click();
  await page.getByText(/12.clips put first\./).waitFor();
  await rowsSay(page, (rows) => {
    expect(rows.filter((row) => row.includes('You asked for it')).length).toBeGreaterThanOrEqual(11);
  });
  await screenshot(page, 'downloads-drive-first');
  await page.getByRole('button', { name: 'Undo' }).click();
  await rowsSay(page, (rows) => {
    expect(rows.filter((row) => row.includes('Earlier drive'))).toHaveLength(12);
  });
  expect(complaints).toEqual([]);
});

test('a person skips clips, takes it back, and stops the clip under way', async () => {
  await startWithDrives();
  const { page, complaints } = await openPage(browser, `${app.app.url}/downloads`, tall);
  await page.locator('[data-queue-row="24"]').waitFor({ timeout: 60_000 });
  const before = (await queue()).total;

  await page.locator('[data-queue-row="8"] input').focus();
  await page.keyboard.press('x');
  await page.locator('[data-queue-row="10"]').click({ modifiers: ['Shift'], position: { x: 500, y: 20 } });
  const bar = page.getByRole('region', { name: 'Selected clips' });
  await bar.getByText('3 clips').waitFor();
  await screenshot(page, 'downloads-selection');
  await bar.getByRole('button', { name: 'Skip' }).click();
  await page.getByText(/3.skipped clips stay on the card/).waitFor();
  expect((await queue()).total).toBeLessThanOrEqual(before - 3);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(/skipped clips stay/).waitFor({ state: 'detached' });
  const skipped = await app.call(routes.getQueue, { query: { state: 'skipped', limit: 10, offset: 0 } });
  expect(skipped.total).toBe(0);

  const [running] = (await app.call(routes.listCameras)).cameras[0]!.transfers;
  await page
    .getByRole('button', { name: /^Stop fetching/ })
    .first()
    .click();
  await page.getByText(/It goes on later from where it was/).waitFor();
  await vi.waitFor(async () => {
    const { items } = await queue();
    const cancelled = items.find((item) => item.id === running!.clipId);
    expect(cancelled?.reason).toBe('last');
    expect(cancelled?.position).toBe(items.filter((item) => item.position !== null).length);
  }, waitLong);
  expect(complaints).toEqual([]);
});

test('clips that fail say why and are tried again; the day and the visit tell what came', async () => {
  camera = await startSimulatedCamera();
  addDrive({ start: localTime(2026, 6, 28, 8), clips: 3 });
  camera.faults.set({ serverError: 'files' });
  app = await startTestApp({ webRoot, pollMs: 300, cameraAddress: camera.address, clock: fastClock(50) });
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).sync.failed).toBe(6), waitLong);
  const { page, complaints } = await openPage(browser, `${app.app.url}/downloads`, tall);
  await page.getByText(/^6.clips could not be fetched/).waitFor();
  await page
    .getByText(/^Failed: /)
    .first()
    .waitFor();
  await screenshot(page, 'downloads-failed');

  await page.getByRole('link', { name: 'Days' }).click();
  await page.getByText('Sunday 28 June').first().waitFor();
  await page.getByRole('link', { name: /28 June.*6 failed/ }).waitFor();
  await screenshot(page, 'downloads-days');
  await page.getByRole('link', { name: 'Queue' }).click();
  camera.faults.clear();
  await page.getByRole('button', { name: 'Retry', exact: true }).first().click();
  await page.getByText(/1.clip will be tried again/).waitFor();
  await page.getByRole('button', { name: 'Retry all' }).click();
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).archive.clips).toBe(6), waitLong);
  await page.getByText('Nothing is waiting').waitFor();

  await camera.goAway();
  await page.getByRole('link', { name: 'Visits' }).click();
  await page.getByText('It drove away or fell asleep').waitFor({ timeout: 60_000 });
  await page.getByText(/6.clips, .* at /).waitFor();
  await screenshot(page, 'downloads-visits');
  await page
    .getByRole('link', { name: /^Sun 28 Jun/ })
    .first()
    .click();
  await page.getByRole('heading', { name: /Sunday 28 June/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('the order of downloads is changed by keyboard, kept under the finger, and taken back', async () => {
  camera = await startSimulatedCamera();
  app = await startTestApp({ webRoot });
  const { page, complaints } = await openPage(browser, `${app.app.url}/settings`, desk);
  const order = async () => (await app.call(routes.getSettings)).settings.downloadOrder;
  const usual = await order();
  const earlier = page.getByRole('button', { name: 'Parking earlier' });
  await earlier.focus();
  await page.keyboard.press('Enter');
  await vi.waitFor(async () => expect((await order()).indexOf('parking')).toBe(4), waitLong);
  await page.keyboard.press('ArrowUp');
  await vi.waitFor(async () => expect((await order()).indexOf('parking')).toBe(3), waitLong);
  expect(await earlier.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.getByRole('switch', { name: 'Events have a place' }).press('Space');
  await vi.waitFor(async () => expect(await order()).not.toContain('event'), waitLong);
  await page.getByRole('button', { name: /Back to default \(locked clips first\)/ }).click();
  await vi.waitFor(async () => expect(await order()).toEqual(usual), waitLong);
  expect(complaints).toEqual([]);
});

test('a clip that is archived is deleted on the camera when a person confirms it', async () => {
  camera = await startSimulatedCamera();
  addDrive({ start: localTime(2026, 6, 28, 8), clips: 3 });
  app = await startTestApp({ webRoot, pollMs: 300, cameraAddress: camera.address });
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).archive.clips).toBe(6), waitLong);
  const { page } = await openPage(browser, `${app.app.url}/archive/2026-06-28`, desk);
  await page
    .getByRole('button', { name: /^Play front/ })
    .first()
    .click();
  await page.getByText('Details').click();
  await page.getByRole('button', { name: 'Delete on the camera' }).click();
  await page.getByText(/The copy in the archive stays/).waitFor();
  await screenshot(page, 'delete-on-camera');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete on the camera' }).last().click();
  await page.getByText(/1.clip will be deleted on the camera/).waitFor();
  await vi.waitFor(() => expect(camera.deletions).toHaveLength(1), waitLong);
  expect(camera.card.entries).toHaveLength(5);
});

test('every part of the downloads page is accessible, light and dark, on a desk and on a phone', async () => {
  await startWithDrives();
  const faults: string[] = [];
  for (const [look, view] of looks) {
    const { page, complaints } = await openPage(browser, app.app.url, view);
    for (const part of ['queue', 'days', 'visits']) {
      await page.goto(`${app.app.url}/downloads?view=${part}`);
      await page.getByText(/^Here since/).waitFor({ timeout: 60_000 });
      await settled(page);
      await screenshot(page, `downloads-${part}-${look}`);
      const found = await accessibilityFaults(page);
      faults.push(...found.map((fault) => `${part} ${look} ${fault}`));
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(view.viewport?.width ?? 0);
    }
    faults.push(...complaints);
    await page.context().close();
  }
  expect(faults).toEqual([]);
});
