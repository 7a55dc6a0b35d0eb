import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { addSeconds, localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { accessibilityFaults, desk, launchBrowser, looks, openPage, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const dayMs = 86_400_000;
const waitLong = { timeout: 60_000, interval: 100 };
/** Room for whole lists: a virtual list draws what is in view. */
const tall = { ...desk, viewport: { width: 1440, height: 2400 } };

let browser: Browser;
let camera: SimulatedCamera;
let app: TestApp;
/** How far the program's clock is ahead of the browser's. */
let aheadMs: number;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  await app.close();
  await camera.stop();
});

/** The calendar day so many days ago, `YYYY-MM-DD`. */
function dayAgo(days: number): string {
  return new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
}

/** Front and rear clips of so many minutes, in the morning of a day; a locked one among them, if wanted. */
function addMorning(daysAgo: number, minutes: number, options: { lockedAt?: number } = {}): void {
  const [year = 0, month = 0, date = 0] = dayAgo(daysAgo).split('-').map(Number);
  for (let minute = 0; minute < minutes; minute += 1) {
    const startedLocal = addSeconds(localTime(year, month, date, 8), minute * 60);
    for (const channel of ['front', 'rear'] as const) {
      const seed = camera.card.entries.length + 1;
      const source = tinyMp4Source(seed, 20_000 + seed, { startedLocal });
      const locked = minute === options.lockedAt;
      camera.card.addClip({ startedLocal, channel, locked, source });
    }
  }
}

const oldest = dayAgo(60);
const newest = dayAgo(5);

/** 6 clips of 60 days ago, 24 of 40 and 6 of 5 days ago are in the archive; the camera is away, and a day has passed. */
async function startWithArchive(): Promise<void> {
  camera = await startSimulatedCamera();
  addMorning(60, 3);
  addMorning(40, 12);
  addMorning(5, 3, { lockedAt: 2 });
  aheadMs = 0;
  const clock = { now: () => Date.now() + aheadMs };
  app = await startTestApp({ webRoot, pollMs: 300, cameraAddress: camera.address, clock });
  await vi.waitFor(async () => expect(await archived()).toBe(36), waitLong);
  await camera.goAway();
  // What arrived within the last day goes by no rule.
  aheadMs = 1.25 * dayMs;
}

async function archived(): Promise<number> {
  return (await app.call(routes.getStatus)).archive.clips;
}

async function clipsOf(day: string) {
  const { captures } = await app.call(routes.getDay, { params: { day } });
  return captures.flatMap((capture) => capture.clips);
}

/** Sets the general rule on the page, and leaves it unsaved. */
async function keepFor(page: Page, days: number): Promise<void> {
  await page.getByLabel('Keep recordings, how long').selectOption('days');
  await page.getByLabel('Keep recordings for so many days').fill(String(days));
}

/** The bar of what is not saved yet. */
function changed(page: Page): Locator {
  return page.getByRole('region', { name: 'Changed rules' });
}

async function save(page: Page): Promise<void> {
  await changed(page).getByRole('button', { name: 'Save' }).click();
  await changed(page).waitFor({ state: 'detached' });
}

function part(page: Page, name: string | RegExp): Locator {
  return page.getByRole('navigation', { name: 'Parts of this page' }).getByRole('link', { name });
}

function rows(page: Page, list: string): Locator {
  return page.getByRole('list', { name: list }).getByRole('listitem');
}

/** The words of a toast, whichever of several it is. */
async function told(page: Page, words: RegExp): Promise<void> {
  await page.getByRole('alert').filter({ hasText: words }).first().waitFor();
}

const inLog = 'What went and why, newest first';
const inTrash = 'Clips in the trash';

test('a person sets a rule and sees what it does, reads why each clip went, and gets one back', async () => {
  await startWithArchive();
  const { page, complaints } = await openPage(browser, `${app.app.url}/storage`, tall);
  await keepFor(page, 50);
  await page.getByText(/^The next sweep frees .* \(6.clips\)\.$/).waitFor();
  await changed(page)
    .getByText(/deletes 6.clips/)
    .waitFor();
  await screenshot(page, 'storage-preview');
  await save(page);
  expect(await archived()).toBe(36);
  await page.getByRole('button', { name: 'Run now' }).click();
  await vi.waitFor(async () => expect(await archived()).toBe(30), waitLong);
  await page.getByText(/by hand: 6.clips deleted/).waitFor();

  await part(page, 'What went and why').click();
  await vi.waitFor(async () => expect(await rows(page, inLog).count()).toBe(6), waitLong);
  for (const words of await rows(page, inLog).allInnerTexts()) {
    expect(words).toMatch(/Older than 50.days/);
    expect(words).toMatch(/In the trash/);
  }
  await screenshot(page, 'storage-log');

  await part(page, /^Trash/).click();
  await vi.waitFor(async () => expect(await rows(page, inTrash).count()).toBe(6), waitLong);
  await rows(page, inTrash).first().getByRole('button', { name: 'Restore' }).click();
  await told(page, /1.clip comes back into the archive, and is kept from now on/);
  await vi.waitFor(async () => expect(await rows(page, inTrash).count()).toBe(5), waitLong);
  await vi.waitFor(async () => expect(await archived()).toBe(31), waitLong);
  await screenshot(page, 'storage-trash');

  await page.goto(`${app.app.url}/archive/${oldest}`);
  await page.getByText(/^(Front|Rear) kept$/).waitFor();
  expect((await clipsOf(oldest)).filter((clip) => clip.kept && clip.state === 'archived')).toHaveLength(1);
  await page
    .getByText(/eleted by a rule/)
    .first()
    .waitFor();
  await screenshot(page, 'archive-expired');
  await page
    .getByRole('link', { name: /^Why\?/ })
    .first()
    .click();
  await page
    .getByText(/Older than 50.days/)
    .first()
    .waitFor();
  expect(complaints).toEqual([]);
});

test('a person deletes in the archive by hand and takes it back; what is locked is asked about', async () => {
  await startWithArchive();
  const { page, complaints } = await openPage(browser, `${app.app.url}/archive/${newest}`, tall);
  const moments = rows(page, 'Recordings in order of time');
  const first = moments.first();
  await first.getByRole('button', { name: '08:00:00', exact: true }).focus();
  await page.keyboard.press('#');
  await told(page, /2.clips .* go to the trash/);
  await first.getByText(/^Deleted by hand/).waitFor();
  await vi.waitFor(async () => expect(await archived()).toBe(34), waitLong);
  await page.getByRole('button', { name: 'Undo' }).click();
  await told(page, /2.clips come back into the archive/);
  await vi.waitFor(async () => expect(await archived()).toBe(36), waitLong);
  await first.getByRole('button', { name: '08:00:00', exact: true }).focus();
  const front = (await clipsOf(newest))[0];
  expect((await app.fetch(`/api/clips/${front?.id}/video`)).status).toBe(200);
  expect(front?.kept).toBe(false);

  await page.keyboard.press('k');
  await told(page, /2.clips kept: no rule deletes them/);
  await first.getByText('Kept', { exact: true }).waitFor();

  await page
    .getByRole('button', { name: /: what to do$/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Delete the whole day' }).click();
  const question = page.getByRole('dialog');
  await question.getByText(/2 kept .* and 2 locked on the camera/).waitFor();
  await screenshot(page, 'archive-delete-question');
  await question.getByRole('button', { name: 'Only the others' }).click();
  await vi.waitFor(async () => expect(await archived()).toBe(34), waitLong);
  const left = (await clipsOf(newest)).filter((clip) => clip.state === 'archived');
  expect(left.every((clip) => clip.kept || clip.locked)).toBe(true);

  await moments.last().getByRole('button', { name: 'Play rear, 08:02:00' }).click();
  await page.keyboard.press('#');
  await question.getByText('It is locked on the camera.').waitFor();
  await question.getByRole('button', { name: 'Delete all the same' }).click();
  await vi.waitFor(async () => expect(await archived()).toBe(33), waitLong);
  expect(new URL(page.url()).searchParams.get('clip')).not.toBeNull();
  // A picture may be asked for while its clip is just going.
  expect(complaints.filter((words) => !words.includes('status of 409'))).toEqual([]);
});

test('a plan that is too large waits for a person’s word, and goes when it is given', async () => {
  await startWithArchive();
  const { page, complaints } = await openPage(browser, `${app.app.url}/storage`, tall);
  await keepFor(page, 30);
  await changed(page)
    .getByText(/deletes 30.clips.* It asks you first/)
    .waitFor();
  await save(page);
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.getByRole('heading', { name: /^Delete 30.clips\?$/ }).waitFor();
  await page.getByText(/more than 20.% does not go without your word/).waitFor();
  expect(await archived()).toBe(36);
  await page.getByRole('button', { name: /problem/i }).waitFor();
  await screenshot(page, 'storage-question');
  await page.getByRole('button', { name: /^Delete 30.clips$/ }).click();
  await vi.waitFor(async () => expect(await archived()).toBe(6), waitLong);
  await page.getByRole('heading', { name: /^Delete 30.clips\?$/ }).waitFor({ state: 'detached' });
  expect((await app.call(routes.getRetention)).trash.clips).toBe(30);
  expect(complaints).toEqual([]);
});

test('storage and what is gone from the archive are accessible, light and dark, on a desk and on a phone', async () => {
  await startWithArchive();
  await app.call(routes.updateSettings, { body: { retentionDays: 50 } });
  await app.call(routes.startSweep);
  await vi.waitFor(async () => expect(await archived()).toBe(30), waitLong);
  const faults: string[] = [];
  const parts = [
    'storage',
    'storage?view=trash',
    'storage?view=log',
    `archive/${oldest}`,
    `archive/${newest}`,
  ];
  for (const [look, view] of looks) {
    const { page, complaints } = await openPage(browser, app.app.url, view);
    for (const address of parts) {
      await page.goto(`${app.app.url}/${address}`);
      await settled(page);
      const name = address.replace(/\?view=/, '-').replace('/', '-');
      await screenshot(page, `${name}-${look}`);
      const found = await accessibilityFaults(page);
      faults.push(...found.map((fault) => `${address} ${look} ${fault}`));
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, address).toBeLessThanOrEqual(view.viewport?.width ?? 0);
    }
    faults.push(...complaints);
    await page.context().close();
  }
  expect(faults).toEqual([]);
});
