import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { addDrive, useApp, useCamera, waitLong } from '../test/scenario.ts';
import { useV2Home, v2Password } from '../test/takeover.ts';
import { accessibilityFaults, desk, launchBrowser, openPage, phone, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const day = '/archive/2026-06-28';
/** Chromium itself tells of every request that is refused; everything else is a fault. */
const isExpected = (complaint: string) => /Failed to load resource.*\b(401|403|503)\b/.test(complaint);

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function openAt(url: string, view = desk): Promise<{ page: Page; faults: () => Promise<string[]> }> {
  const { page, complaints } = await openPage(browser, url, view);
  onTestFinished(() => page.context().close());
  const faults = async () => [
    ...(await accessibilityFaults(page)),
    ...complaints.filter((complaint) => !isExpected(complaint)),
  ];
  return { page, faults };
}

async function logIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('somebody comes from the Python version, logs in with the old password, and reads what was taken over', async () => {
  const camera = await useCamera();
  const home = await useV2Home(camera, addDrive(camera, { clips: 6, bytes: 30_000 }));
  const app = await useApp({ ...home, webRoot });
  const { page, faults } = await openAt(`${app.app.url}${day}`);
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await logIn(page, 'not the password');
  await page.getByRole('alert').waitFor();
  await screenshot(page, 'takeover-log-in-wrong');
  expect(await faults()).toEqual([]);
  await logIn(page, v2Password);
  // Where the person wanted to go.
  await page.getByRole('link', { name: 'Archive', exact: true }).first().waitFor();
  expect(new URL(page.url()).pathname).toBe(day);
  await page.getByRole('link', { name: 'Health' }).click();
  await page.getByRole('heading', { name: 'Taken over from your earlier version', exact: true }).waitFor();
  await page.getByText('clips in the archive').waitFor();
  await settled(page);
  await screenshot(page, 'takeover-health');
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByText(/viofosync-\d{8}-\d{6}\.db/).waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  expect((await page.request.get(`${app.app.url}/api/status`)).status()).toBe(401);
});

test('who can be reached from other machines asks for the code of the log, and sets up once', async () => {
  const app = await useApp({ webRoot, host: '0.0.0.0' });
  const { page, faults } = await openAt(app.app.url, phone);
  await page.getByRole('heading', { name: 'Set viofosync up' }).waitFor();
  const told = app.log
    .map((line) => /asks for this code: (\S+)/.exec(String(line['msg']))?.[1])
    .find(Boolean);
  await page.getByLabel('Code').fill('AAAA-AAAA');
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('alert').first().waitFor();
  await screenshot(page, 'set-up-wrong-code');
  expect(await faults()).toEqual([]);
  await page.getByLabel('Code').fill(told ?? '');
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('button', { name: 'Leave it for later' }).click();
  for (const title of ['Where things are kept', 'Which clock', 'How long', 'What may leave']) {
    await page.getByRole('heading', { name: title }).waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
  }
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Finish' }).click();
  await page.getByRole('heading', { name: 'Add your camera' }).waitFor();
  await screenshot(page, 'set-up-done');
  const stranger = await openAt(app.app.url);
  await stranger.page.getByRole('heading', { name: 'Log in' }).waitFor();
  await app.restart();
  // Another port: cookies do not know ports, and the session has lasted.
  await page.goto(app.app.url);
  await page.getByRole('heading', { name: 'Add your camera' }).waitFor();
});

test('a damaged database is explained, and a person chooses to rebuild it from the recordings', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 3, bytes: 30_000 });
  const app = await useApp({ webRoot, cameraAddress: camera.address });
  const archived = async () => (await app.call(routes.getStatus)).archive.clips;
  await vi.waitFor(async () => expect(await archived()).toBe(3), waitLong);
  await app.app.stop();
  const path = join(app.configDir, 'viofosync.db');
  for (const ending of ['-wal', '-shm']) await rm(path + ending, { force: true });
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(4096, 0xa5), 0, 4096, 0);
  await file.close();

  await app.restart({ awaitReady: false });
  const { page, faults } = await openAt(`${app.app.url}${day}`);
  await page.getByRole('heading', { name: 'A decision is needed' }).waitFor();
  await page.getByText(/recordings are not touched/).waitFor();
  await screenshot(page, 'damaged-database');
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Rebuild from the recordings' }).click();
  await page.getByRole('heading', { name: 'Rebuild from the recordings?' }).waitFor();
  await page.getByRole('button', { name: 'Rebuild from the recordings' }).click();
  await page.getByRole('link', { name: 'Archive', exact: true }).first().waitFor();
  await vi.waitFor(async () => expect(await archived()).toBe(3), waitLong);
  expect(await faults()).toEqual([]);
});
