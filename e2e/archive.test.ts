import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase } from '../src/server/db/open.ts';
import { routes } from '../src/shared/routes.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { addDrive } from '../simulator/single-drive.ts';
import { seedCameras, seedCaptures, type SeedCapture } from '../test/find-seed.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { accessibilityFaults, desk, launchBrowser, looks, openPage, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const factory = createClipFactory({ cacheDir: '.cache/simulator' });
const waitLong = { timeout: 60_000, interval: 200 };
/** The day of the drive; 10:00 where the car was. */
const day = '2026-06-28';
const beganAt = Date.UTC(2026, 5, 28, 9, 0, 0);
const driveSeconds = 40;
const north = (second: number) => 53.8 + (second * 15) / 111_195;

let browser: Browser;
let camera: SimulatedCamera;
let app: TestApp;
let configDir: string;

// One archive for all tests: months of days from a camera before, of which only the ledger is there, and a real drive.
beforeAll(async () => {
  configDir = await mkdtemp(join(tmpdir(), 'viofosync-archive-'));
  await seedPast();
  browser = await launchBrowser();
  camera = await startSimulatedCamera();
  await drive(beganAt);
  app = await startTestApp({ webRoot, configDir, pollMs: 500, cameraAddress: camera.address });
  await vi.waitFor(async () => {
    const { isPending, items } = await app.call(routes.getDayJourneys, { params: { day } });
    expect(isPending).toBe(false);
    expect(items.some(({ kind }) => kind === 'journey')).toBe(true);
    expect((await app.call(routes.getStatus)).sync.waiting).toBe(0);
  }, waitLong);
  const end = { latitude: north(driveSeconds - 1), longitude: -1.55 };
  await app.call(routes.addPlace, { body: { name: 'Market', ...end, radiusM: 100 } });
}, 120_000);
afterAll(async () => {
  await browser.close();
  await app.close();
  await camera.stop();
  await rm(configDir, { recursive: true, force: true });
});

/** Every second day from March to May, a few times each; parked on Sundays; one day in 2025. */
async function seedPast(): Promise<void> {
  const db = await openDatabase({ configDir, now: new Date() });
  try {
    await seedCameras(db, [1]);
    const days = Array.from({ length: 45 }, (_, index) => new Date(Date.UTC(2026, 2, 1 + index * 2)));
    await seedCaptures(db, [
      { at: '2025-12-24T18:00', state: 'expired' },
      ...days.flatMap((date): SeedCapture[] => {
        const of = date.toISOString().slice(0, 10);
        const kind = date.getUTCDay() === 0 ? 'parking' : 'normal';
        return [0, 1, 2].map((minute) => ({ at: `${of}T08:0${minute}`, kind, state: 'expired' }));
      }),
    ]);
  } finally {
    await db.destroy();
  }
}

async function drive(startedAt: number): Promise<void> {
  await addDrive(camera.card, factory, {
    startedAt: new Date(startedAt),
    points: Array.from({ length: driveSeconds }, (_, second) => ({
      latitude: north(second),
      longitude: -1.55,
      speedMps: 15,
      courseDegrees: 0,
    })),
    zoneOffsetMinutes: 60,
    channels: ['front', 'rear'],
    clipSeconds: 20,
    seed: 1,
  });
}

async function openArchive(options = desk, path = '/archive') {
  const { page, complaints } = await openPage(browser, `${app.app.url}${path}`, options);
  onTestFinished(() => page.context().close());
  await goToField(page).waitFor();
  await page.locator('[data-day]').first().waitFor();
  await settled(page);
  return { page, complaints };
}

const rowOf = (page: Page, of: string) => page.locator(`[data-day="${of}"]`);
const strip = (page: Page, year = 2026) => page.getByRole('slider', { name: `Days of ${year}` });
const goToField = (page: Page) => page.getByRole('combobox', { name: 'Go to a time or place' });
const topOf = async (page: Page, of: string) => Math.round((await rowOf(page, of).boundingBox())?.y ?? -1);

/** Days on the page, from above. */
const daysShown = (page: Page) =>
  page
    .locator('[data-day]')
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['day'] ?? ''));

/** A place deep in the list, once it rests there. */
async function readDeep(page: Page): Promise<string> {
  await strip(page).focus();
  const deep = '2026-03-09';
  await page.keyboard.press('Home');
  for (const of of ['1 March', '3 March', '5 March', '7 March', '9 March']) {
    await vi.waitFor(
      async () => expect(await strip(page).getAttribute('aria-valuetext')).toContain(` ${of}`),
      waitLong,
    );
    if (of !== '9 March') await page.keyboard.press('ArrowRight');
  }
  await rowOf(page, deep).waitFor();
  let before = Number.NaN;
  await vi.waitFor(async () => {
    const now = await topOf(page, deep);
    const wasAt = before;
    before = now;
    expect(now).toBe(wasAt);
  }, waitLong);
  return deep;
}

test('a moment is found by typing its time, and where nothing was recorded the nearest is told', async () => {
  const { page, complaints } = await openArchive();
  await page.keyboard.press('/');
  await page.keyboard.type('28 Jun 2026 10:00:25');
  await page.getByRole('option', { name: /28 June.*10:00/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/journeys\/\d+\?/);
  expect(new URL(page.url()).searchParams.get('at')).toBe(String(beganAt + 25_000));

  await page.goBack();
  await goToField(page).fill('1 Jul 2026 8am');
  await page.getByRole('option', { name: /Nothing on that day\. The nearest is/ }).waitFor();
  await goToField(page).fill('nowhere at all');
  await goToField(page).press('Enter');
  await page
    .getByText(/^That is no time and no place/)
    .first()
    .waitFor();
  expect(complaints).toEqual([]);
});

test('a place leads to every time the car came by, and from there to the moment', async () => {
  const { page, complaints } = await openArchive();
  await goToField(page).fill('mark');
  await page
    .getByRole('listbox', { name: 'What it can mean' })
    .getByRole('option', { name: /^Market/ })
    .click();
  const passes = page.getByRole('region', { name: 'The car came by here' }).getByRole('link');
  // The list comes anew while the map draws on a slow machine; a press that its old row took is made again.
  await vi.waitFor(async () => {
    if (await passes.first().isVisible()) await passes.first().click({ timeout: 5000 });
    expect(page.url()).toMatch(/\/(journeys|archive)\/[^?]+\?.*(at|clip)=\d+/);
  }, waitLong);
  expect(complaints).toEqual([]);
});

test('filters are in the address, and the way back and forward leads to the same place', async () => {
  const { page, complaints } = await openArchive();
  const deep = await readDeep(page);
  const top = await topOf(page, deep);
  await page.getByRole('button', { name: 'Parking' }).click();
  await page.waitForURL(/kind=parking/);
  await rowOf(page, '2026-05-24').waitFor();
  expect((await daysShown(page)).every((of) => new Date(of).getUTCDay() === 0)).toBe(true);
  await page.goBack();
  await rowOf(page, deep).waitFor();
  await vi.waitFor(
    async () => expect(Math.abs((await topOf(page, deep)) - top)).toBeLessThanOrEqual(2),
    waitLong,
  );
  await page.goForward();
  await rowOf(page, '2026-05-24').waitFor();
  await expect(page.getByRole('button', { name: 'Parking' }).getAttribute('aria-pressed')).resolves.toBe(
    'true',
  );
  await page.getByLabel('Position', { exact: true }).selectOption('known');
  await page.getByText('Nothing passes these filters').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).last().click();
  await rowOf(page, day).waitFor();
  expect(new URL(page.url()).search).toBe('');
  expect(complaints).toEqual([]);
});

test('a day opens where it stands, and is still open after its journey was looked at', async () => {
  const { page, complaints } = await openArchive();
  const top = await topOf(page, day);
  await rowOf(page, day)
    .getByRole('button', { name: /^Recordings of/ })
    .click();
  await page.locator('[data-capture]').nth(1).waitFor();
  await page.getByRole('region', { name: /^Map of/ }).waitFor();
  expect(await topOf(page, day)).toBe(top);
  expect(page.url()).toContain(`open=${day}`);
  await settled(page);
  await screenshot(page, 'archive-open-day');
  await page.getByRole('heading', { level: 3 }).getByRole('link').nth(1).click();
  await page.waitForURL(/\/journeys\//);
  await page.goBack();
  await page.locator('[data-capture]').nth(1).waitFor();
  await page.keyboard.press('Tab');
  await rowOf(page, day)
    .getByRole('button', { name: /^Recordings of/ })
    .click();
  await page.locator('[data-capture]').first().waitFor({ state: 'detached' });
  expect(page.url()).not.toContain('open=');
  expect(complaints).toEqual([]);
});

test('the strip of a year is walked by keyboard, and other years by their menu', async () => {
  const { page, complaints } = await openArchive();
  await strip(page).focus();
  const told = () => strip(page).getAttribute('aria-valuetext');
  await vi.waitFor(async () => expect(await told()).toContain('28 June'), waitLong);
  await page.keyboard.press('ArrowLeft');
  await vi.waitFor(async () => expect(await told()).toContain('28 May'), waitLong);
  await page.keyboard.press('PageDown');
  await vi.waitFor(async () => expect(await told()).toContain('30 April'), waitLong);
  expect((await rowOf(page, '2026-04-30').boundingBox())?.y).toBeLessThan(400);
  await page.getByLabel('Year', { exact: true }).selectOption('2025');
  await rowOf(page, '2025-12-24').waitFor();
  await strip(page, 2025).waitFor();
  expect(complaints).toEqual([]);
});

test('what comes in above is told, and does not move what is read', async () => {
  const { page, complaints } = await openArchive();
  const deep = await readDeep(page);
  const top = await topOf(page, deep);
  await drive(beganAt + 24 * 60 * 60_000);
  await page.getByRole('button', { name: /\d new/ }).waitFor({ timeout: 30_000 });
  expect(await topOf(page, deep)).toBe(top);
  await page.getByRole('button', { name: /\d new/ }).click();
  await rowOf(page, '2026-06-29').waitFor();
  expect(complaints).toEqual([]);
});

test('the archive is accessible, on a desk and on a phone, with a day open and with filters', async () => {
  const faults: string[] = [];
  for (const [look, view] of looks) {
    const { page, complaints } = await openArchive(view, `/archive?open=${day}&channel=front`);
    await page.locator('[data-capture]').first().waitFor();
    await settled(page);
    await screenshot(page, `archive-${look}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    faults.push(
      ...(await accessibilityFaults(page)),
      ...complaints,
      ...(wide > 0 ? [`${wide} px too wide`] : []),
    );
  }
  expect(faults).toEqual([]);
});
