import { rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { routes } from '../src/shared/routes.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { accessibilityFaults, desk, launchBrowser, openPage, phone, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const waitLong = { timeout: 60_000, interval: 100 };

let browser: Browser;
let camera: SimulatedCamera;
let app: TestApp;

beforeAll(async () => {
  browser = await launchBrowser();
  camera = await startSimulatedCamera();
  for (let minute = 0; minute < 4; minute += 1) {
    const startedLocal = localTime(2026, 6, 28, 13, minute);
    camera.card.addClip({ startedLocal, source: tinyMp4Source(minute + 1, 400_000, { startedLocal }) });
  }
  app = await startTestApp({ webRoot, pollMs: 300, cameraAddress: camera.address, logFiles: true });
  await vi.waitFor(async () => expect((await app.call(routes.getStatus)).archive.clips).toBe(4), waitLong);
  await camera.goAway();
}, 60_000);
afterAll(async () => {
  await app.close();
  await camera.stop();
  await browser.close();
});

const lines = (page: Page) => page.getByRole('list', { name: /^Lines of the log/ });

test('an error is followed to its cure: the problem, its lines in the log, the page, and it is over', async () => {
  const away = `${app.recordings}-away`;
  await rename(app.recordings, away);
  const { page, complaints } = await openPage(browser, `${app.app.url}/health`, desk);
  const problems = page.getByRole('region', { name: 'Problems' });
  await problems.getByRole('link', { name: 'Log of that time' }).first().waitFor({ timeout: 30_000 });
  await screenshot(page, 'health-problem-desk');
  await problems.getByRole('link', { name: 'Log of that time' }).first().click();
  const line = lines(page)
    .getByRole('button', { name: /problem: archive:volume/ })
    .first();
  await line.click();
  await expect.poll(() => line.getAttribute('aria-expanded')).toBe('true');
  await page.getByRole('link', { name: 'What to do about it' }).click();
  await problems.getByRole('link', { name: 'Look at the disk and the rules' }).first().click();
  await page.waitForURL(/\/storage/);
  await rename(away, app.recordings);
  await page.goto(`${app.app.url}/health`);
  await page.getByText('Nothing is wrong').waitFor({ timeout: 30_000 });
  expect(complaints).toEqual([]);
  await page.context().close();
}, 60_000);

test('the log is read as it is written, filtered, paused, and looked into line by line', async () => {
  const { page, complaints } = await openPage(browser, `${app.app.url}/health/log`, desk);
  await settled(page);
  const say = (seconds: number) => app.call(routes.updateSettings, { body: { pollSeconds: seconds } });
  const said = lines(page).getByRole('button', { name: /settings changed/ });
  await say(31);
  await said.first().waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  const before = await said.count();
  await say(32);
  await page.getByRole('button', { name: /^1 new line/ }).click();
  await expect.poll(() => said.count()).toBe(before + 1);
  await page.getByRole('combobox', { name: 'Part of the program' }).selectOption('settings');
  await page.waitForURL(/area=settings/);
  await page.getByRole('searchbox', { name: 'Search the log' }).fill('zebra');
  await page.getByText('No line fits').waitFor();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await lines(page).getByRole('button').first().click();
  await screenshot(page, 'log-desk');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 60_000);

test('what works in the background is shown and ended', async () => {
  const { page, complaints } = await openPage(browser, `${app.app.url}/health`, desk);
  await settled(page);
  // While a clip plays, the check of files stands aside: it stays to be ended.
  const { captures } = await app.call(routes.getDay, { params: { day: '2026-06-28' } });
  await (await app.fetch(`/api/clips/${captures[0]!.clips[0]!.id}/video`)).arrayBuffer();
  await app.call(routes.startArchiveCheck);
  const work = page.getByRole('region', { name: 'Work in the background' });
  await work.getByText(/^Waiting · 0 of 4 clips/).waitFor();
  await work.getByRole('button', { name: 'End: Reading every file again' }).click();
  await work.getByText('Reading every file again').waitFor({ state: 'detached' });
  expect((await app.call(routes.getArchiveCheck)).state).toBe('stopped');
  await page.getByRole('button', { name: 'Put it together' }).click();
  await page.getByText('log.txt').click();
  await page.getByRole('link', { name: 'Save as a zip' }).waitFor();
  await screenshot(page, 'health-support-desk');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 60_000);

test('a wrong value is told while it is typed, is not left without a question, and a right one is saved', async () => {
  const { page, complaints } = await openPage(
    browser,
    `${app.app.url}/settings?q=look%20for%20the%20camera`,
    desk,
  );
  await settled(page);
  const field = page.getByRole('textbox', { name: 'Look for the camera every' });
  await field.fill('900');
  await page.getByText('From 5 to 600.').waitFor();
  await page.getByRole('link', { name: 'Archive' }).first().click();
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await question.getByText('This setting is not saved: Look for the camera every.').waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await field.fill('45');
  await field.press('Enter');
  await page.getByText('Saved', { exact: true }).waitFor();
  expect((await app.call(routes.getSettings)).settings.pollSeconds).toBe(45);
  await page.getByRole('button', { name: 'Undo' }).click();
  await vi.waitFor(
    async () => expect((await app.call(routes.getSettings)).settings.pollSeconds).toBe(32),
    waitLong,
  );
  await page.getByRole('searchbox', { name: 'Search the settings' }).fill('port');
  await page.getByText('Set by the environment: WEB_PORT').waitFor();
  await page.getByRole('link', { name: 'Archive' }).first().click();
  await page.waitForURL(/\/archive/);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 60_000);

test('log, health and settings are for a phone and in the dark as well', async () => {
  const { page } = await openPage(browser, `${app.app.url}/health/log`, { ...phone, colorScheme: 'dark' });
  const faults: string[] = [];
  for (const path of ['/health/log', '/health', '/settings']) {
    await page.goto(`${app.app.url}${path}`);
    await settled(page);
    await screenshot(page, `phone${path.replaceAll('/', '-')}`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 390) faults.push(`${path} is ${width} px wide`);
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${path} ${fault}`));
  }
  expect(faults).toEqual([]);
  await page.context().close();
}, 60_000);
