import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { bytesOf } from '../test/scenario.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { accessibilityFaults, desk, launchBrowser, openPage, phone, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const waitLong = { timeout: 60_000, interval: 100 };

let browser: Browser;
let app: TestApp;
/** What the person has on the device in front of them. */
let device: string;

beforeAll(async () => {
  browser = await launchBrowser();
  app = await startTestApp({ webRoot, mounts: '' });
  device = await mkdtemp(join(tmpdir(), 'viofosync-device-'));
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await rm(device, { recursive: true, force: true });
});

/** A recording of a minute of the day in a folder; its path. */
async function put(folder: string, minute: number, bytes: number): Promise<string> {
  const path = join(folder, `2026_0628_10${String(minute).padStart(2, '0')}00_0001F.MP4`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, await bytesOf(tinyMp4Source(minute + 1, bytes)));
  return path;
}

async function archived(): Promise<number> {
  return (await app.call(routes.getStatus)).archive.clips;
}

function card(page: Page, title: string | RegExp): Locator {
  return page
    .getByRole('list', { name: 'Imports', exact: true })
    .getByRole('region', { name: title })
    .first();
}

/** The browser's own way to give files, behind a button. */
function giveFiles(page: Page, words: string, paths: readonly string[]): Promise<void> {
  return page.getByLabel(words, { exact: true }).setInputFiles([...paths]);
}

test('a person imports a folder, uploads two files, and goes on with the upload after a reload', async () => {
  await put(join(app.recordings, 'import', 'DCIM', 'Movie'), 0, 30_000);
  await put(join(app.recordings, 'import', 'DCIM', 'Movie', 'RO'), 1, 30_000);
  await writeFile(join(app.recordings, 'import', 'DCIM', 'notes.txt'), 'not a recording');
  const { page, complaints } = await openPage(browser, `${app.app.url}/archive`, desk);
  await page.getByRole('link', { name: 'Import', exact: true }).last().click();
  await page.getByRole('button', { name: /^Look what is new in Folder import/ }).click();
  const folder = card(page, /import$/);
  await folder.getByRole('button', { name: /^New/ }).click();
  await folder.getByText('DCIM/Movie/RO/2026_0628_100100_0001F.MP4').waitFor();
  await folder.getByRole('button', { name: /^No recordings/ }).waitFor();
  expect(await archived()).toBe(0);
  await screenshot(page, 'import-dry-run');
  await folder.getByRole('button', { name: /^Import 2.files/ }).click();
  await folder.getByText(/^Done .*2.files came in/).waitFor();
  expect(await archived()).toBe(2);

  // The second piece of the large one does not get through.
  const paths = [await put(device, 10, 8_500_000), await put(device, 11, 30_000)];
  await giveFiles(page, 'Choose files', paths);
  const upload = card(page, 'Upload of single files');
  await page.route('**/api/uploads/items/*?offset=8388608', (route) => route.abort());
  await upload.getByRole('button', { name: /^Upload 2.files/ }).click();
  await upload.getByText(/does not answer.*goes on by itself/).waitFor();
  await page.reload();
  await upload.getByText(/has to be given them again.*goes on where it was/).waitFor();
  await screenshot(page, 'import-again');
  expect(await archived()).toBe(3);

  const offsets: string[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname.startsWith('/api/uploads/items/')) offsets.push(searchParams.get('offset') ?? '');
  });
  await page.unrouteAll();
  await giveFiles(page, 'Choose its files again', paths);
  await upload.getByText(/^Done .*2.files came in/).waitFor();
  await vi.waitFor(async () => expect(await archived()).toBe(4), waitLong);
  // What had arrived is not sent again.
  expect(offsets).toEqual(['8388608']);

  // The same files once more are known, and nothing is sent.
  await giveFiles(page, 'Choose files', paths);
  await upload.getByRole('button', { name: /^Here already.*2.files/ }).waitFor();
  await upload.getByRole('button', { name: 'Discard' }).click();
  await upload.getByText(/^Ended by hand/).waitFor();
  expect(complaints.filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);
});

test('importing, the folders of the archive and the care of files are accessible, on a desk and on a phone', async () => {
  const faults: string[] = [];
  const looks = {
    desk: { ...desk, colorScheme: 'dark' },
    phone: { ...phone, colorScheme: 'light' },
  } as const;
  for (const [size, view] of Object.entries(looks)) {
    const { page, complaints } = await openPage(browser, app.app.url, view);
    for (const address of ['import', 'storage?view=folders', 'health']) {
      await page.goto(`${app.app.url}/${address}`);
      await settled(page);
      await screenshot(page, `${address.replace('?view=', '-')}-${size}-${view.colorScheme}`);
      const found = await accessibilityFaults(page);
      faults.push(...found.map((fault) => `${address} ${size} ${fault}`));
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, address).toBeLessThanOrEqual(view.viewport?.width ?? 0);
    }
    faults.push(...complaints);
    await page.context().close();
  }
  expect(faults).toEqual([]);
});

test('a person chooses other folders, sees what would move, and has it moved', async () => {
  await app.call(routes.updateSettings, { body: { layout: 'daily' } });
  const { page, complaints } = await openPage(browser, `${app.app.url}/storage?view=folders`, desk);
  await page.getByText('Month', { exact: true }).click();
  await page.getByText(/^4.clips .* would move/).waitFor();
  await page.getByText('2026-06/2026_0628_100000_0001F.MP4').waitFor();
  await screenshot(page, 'storage-folders-preview');
  await page.getByRole('button', { name: 'Use these folders and move the clips' }).click();
  await page.getByText(/^Moved into a folder for each month.*4.clips/).waitFor();
  await page.getByText('Every clip lies there already.').waitFor();
  await screenshot(page, 'storage-folders-moved');
  expect((await app.call(routes.getSettings)).settings.layout).toBe('monthly');
  expect(complaints).toEqual([]);
});
