import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { routes } from '../src/shared/routes.ts';
import { addDrive, untilArchived } from '../test/scenario.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { accessibilityFaults, desk, launchBrowser, openPage, phone, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));

let camera: SimulatedCamera;
let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  camera = await startSimulatedCamera();
  addDrive(camera, { clips: 2, bytes: 40_000 });
  app = await startTestApp({ cameraAddress: camera.address, webRoot });
  await untilArchived(app, 2);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await camera.stop();
});

/** A page listens to keys a moment after it is seen. */
const open = (page: Page) =>
  vi.waitFor(
    async () => {
      await page.keyboard.press('Control+k');
      await page.getByRole('textbox', { name: 'Go to, do, find' }).waitFor({ timeout: 2000 });
    },
    { timeout: 20_000 },
  );

test('from anywhere a page, a deed, a setting and a time are a few keys away', async () => {
  const { page, complaints } = await openPage(browser, `${app.app.url}/health`, desk);
  await settled(page);
  const search = page.getByRole('textbox', { name: 'Go to, do, find' });
  const ask = async (typed: string) => {
    await open(page);
    await search.fill(typed);
  };
  await ask('pause');
  await page.getByRole('button', { name: 'Pause downloads' }).waitFor();
  await screenshot(page, 'palette-desk');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByText('Downloads are paused.').waitFor();
  expect((await app.call(routes.getStatus)).sync.paused).toBe(true);

  await ask('go on with');
  await page.getByRole('button', { name: /^Go on with/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Downloads go on.').waitFor();
  expect((await app.call(routes.getStatus)).sync.paused).toBe(false);

  await ask('storage');
  await page.getByRole('button', { name: 'Storage', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/storage');

  await ask('photos too');
  await page.getByRole('button', { name: /^Fetch photos too/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/settings\?q=/);
  await page.getByRole('switch', { name: 'Fetch photos too' }).waitFor();

  await ask('28 june 2026');
  await page.getByRole('button', { name: /28 June/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/archive/2026-06-28');

  await ask('nothing is called so');
  await page.getByText('Nothing of that name.').waitFor();
  await page.keyboard.press('Escape');
  await search.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('on a phone with a keyboard it fits, in the dark as well', async () => {
  const { page, complaints } = await openPage(browser, app.app.url, { ...phone, colorScheme: 'dark' });
  await settled(page);
  await open(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await screenshot(page, 'palette-phone');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});
