import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { capturesOn, seedFolders, seededNow } from '../test/retention-seed.ts';
import { handClock } from '../test/scenario.ts';
import { readZip } from '../test/zip-reader.ts';
import { accessibilityFaults, desk, launchBrowser, openPage, phone, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const waitLong = { timeout: 60_000, interval: 100 };
const days = ['2026-06-25', '2026-06-26', '2026-06-27'] as const;

let browser: Browser;
let app: TestApp;
let remove: () => Promise<void>;

beforeAll(async () => {
  browser = await launchBrowser();
  const clips = days.flatMap((day) => capturesOn(day, { captures: 3 }));
  const { remove: removeAll, ...folders } = await seedFolders({ clips });
  remove = removeAll;
  app = await startTestApp({ ...folders, webRoot, zone: 'UTC', clock: handClock(seededNow) });
}, 60_000);
afterAll(async () => {
  await browser.close();
  await app.close();
  await remove();
});

const openArchive = async (options: typeof desk, path = '/archive') => {
  const opened = await openPage(browser, `${app.app.url}${path}`, options);
  onTestFinished(() => opened.page.context().close());
  await opened.page.locator('[data-day]').first().waitFor();
  await settled(opened.page);
  return opened;
};
const bar = (page: Page) => page.getByRole('region', { name: 'Chosen recordings' });
const told = (page: Page, words: string) => page.getByText(words).first().waitFor();
const toastGone = async (toast: Locator) => toast.waitFor({ state: 'hidden' });
const clips = () =>
  app.app.db.selectFrom('clip').select(['local_day', 'kept', 'state', 'tags', 'note']).execute();
const chosen = (page: Page) => page.locator('input[data-select]:checked');

async function undo(page: Page, words: string): Promise<void> {
  const toast = page.getByRole('alert').filter({ hasText: words });
  await toast.getByRole('button', { name: 'Undo' }).click();
  await toastGone(toast);
}

async function openDay(page: Page, index: number): Promise<void> {
  await page
    .locator('[data-day]')
    .nth(index)
    .getByRole('button', { name: /^Recordings of/ })
    .click();
  await page.locator('[data-capture]').first().waitFor();
}

test('recordings are chosen over days with Shift, kept, tagged, noted, deleted and brought back', async () => {
  const { page, complaints } = await openArchive(desk);
  // From the newest day to the oldest: the one between is not open, and is chosen too.
  await page.getByRole('checkbox', { name: 'Choose all of Saturday 27 June' }).click();
  await page.getByRole('checkbox', { name: /Thursday 25 June/ }).click({ modifiers: ['Shift'] });
  await bar(page).getByText('9 recordings').waitFor();
  await bar(page).getByText('18 clips').waitFor();
  expect(await chosen(page).count()).toBe(3);
  await screenshot(page, 'select-desk');
  expect(await accessibilityFaults(page)).toEqual([]);

  await bar(page).getByRole('button', { name: 'Keep' }).click();
  await bar(page).getByRole('button', { name: 'Let go' }).waitFor();
  expect((await clips()).filter(({ kept }) => kept === 1)).toHaveLength(18);
  await undo(page, 'kept');
  await vi.waitFor(
    async () => expect((await clips()).filter(({ kept }) => kept === 1)).toEqual([]),
    waitLong,
  );

  await bar(page).getByRole('button', { name: 'Tag' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'New tag' }).fill('deer');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await dialog.getByText('on all').waitFor();
  await screenshot(page, 'select-tags');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Done' }).last().click();
  expect((await clips()).every(({ tags }) => tags === '["deer"]')).toBe(true);

  await bar(page).getByRole('button', { name: 'Note' }).click();
  await dialog.getByRole('textbox', { name: 'Note' }).fill('a long way');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await told(page, 'Note written to 18 clips.');
  expect((await clips()).every(({ note }) => note === 'a long way')).toBe(true);
  await undo(page, 'Note written');
  await vi.waitFor(
    async () => expect((await clips()).every(({ note }) => note === null)).toBe(true),
    waitLong,
  );

  await dialog.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await bar(page).waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Tag', exact: true }).selectOption('deer');
  await page.waitForURL(/tag=deer/);
  await page.locator('[data-day]').nth(2).waitFor();

  await page.getByRole('checkbox', { name: /Thursday 25 June/ }).click();
  await bar(page).getByRole('button', { name: 'Delete' }).click();
  await vi.waitFor(
    async () => expect((await clips()).filter(({ state }) => state === 'deleted')).toHaveLength(6),
    waitLong,
  );
  await undo(page, 'trash');
  await vi.waitFor(
    async () => expect((await clips()).every(({ state }) => state === 'archived')).toBe(true),
    waitLong,
  );
  expect(complaints).toEqual([]);
});

test('by keys alone rows are chosen, and their files come as a zip', async () => {
  const { page, complaints } = await openArchive(desk);
  await openDay(page, 0);
  await page.locator('[data-capture] input[data-select]').first().focus();
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowDown');
  await bar(page).getByText('2 recordings').waitFor();
  await page.keyboard.press('ControlOrMeta+a');
  await bar(page).getByText('3 recordings').waitFor();
  await bar(page).getByRole('button', { name: 'Download' }).click();
  const coming = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Originals, as a zip' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('viofosync-2026-06-27.zip');
  const zip = readZip(await readFile(await download.path()));
  expect(zip).toHaveLength(6);
  await vi.waitFor(
    async () => expect(await app.app.db.selectFrom('clip_use').selectAll().execute()).toEqual([]),
    waitLong,
  );
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await bar(page).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('on a phone a finger that rests on a row chooses it, and taps choose more', async () => {
  const { page, complaints } = await openArchive(phone);
  await app.call(routes.getStatus);
  const [first, second] = [page.locator('[data-day]').first(), page.locator('[data-day]').nth(1)];
  const box = await first.boundingBox();
  if (!box) throw new Error('The day is not on the page.');
  const touch = await page.context().newCDPSession(page);
  const touchPoints = [{ x: box.x + 60, y: box.y + 20 }];
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
  await bar(page).getByText('3 recordings').waitFor();
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  expect(page.url()).toMatch(/\/archive$/);
  await second.scrollIntoViewIfNeeded();
  await second.locator('h3').tap({ position: { x: 40, y: 10 } });
  await bar(page).getByText('6 recordings').waitFor();
  expect(page.url()).toMatch(/\/archive$/);
  await screenshot(page, 'select-phone');
  expect(await accessibilityFaults(page)).toEqual([]);
  await bar(page).getByRole('button', { name: 'Choose nothing' }).click();
  await bar(page).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});
