import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Journey } from '../src/shared/journeys.ts';
import { routes } from '../src/shared/routes.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { seedDrives } from '../simulator/drives.ts';
import { addDrive } from '../simulator/single-drive.ts';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { tinyClipFactory } from '../simulator/tiny-mp4.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { accessibilityFaults, desk, launchBrowser, openPage, phone, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const factory = createClipFactory({ cacheDir: '.cache/simulator' });
const day = '2026-06-28';
const waitLong = { timeout: 60_000, interval: 200 };

let browser: Browser;
let camera: SimulatedCamera;
let app: TestApp;

// One archive for all tests: each leaves the journeys as it found them.
beforeAll(async () => {
  browser = await launchBrowser();
  await startWithJourneys();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await app.close();
  await camera.stop();
});

/** A day of drives is in the archive, and its journeys are known. */
async function startWithJourneys(): Promise<void> {
  camera = await startSimulatedCamera();
  await seedDrives(camera.card, factory, {
    days: 1,
    channels: 2,
    seed: 7,
    clipSeconds: 10,
    until: localTime(2026, 6, 28, 20, 0, 0),
  });
  app = await startTestApp({ webRoot, pollMs: 500, cameraAddress: camera.address });
  await vi.waitFor(async () => {
    const { sync, archive } = await app.call(routes.getStatus);
    expect(sync.waiting).toBe(0);
    expect(archive.clips).toBeGreaterThan(5);
    const { isPending } = await app.call(routes.getDayJourneys, { params: { day } });
    expect(isPending).toBe(false);
    expect(await journeys()).not.toEqual([]);
  }, waitLong);
}

async function journeys(): Promise<Journey[]> {
  const { items } = await app.call(routes.getDayJourneys, { params: { day } });
  return items.flatMap((item) => (item.kind === 'journey' ? [item.journey] : []));
}

const startsOf = async () => (await journeys()).map(({ startedAt }) => startedAt);

/** The journey page of the day's first drive, reached as a person would. */
async function openFirstJourney(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 3 }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Rename the journey' }).waitFor();
}

/** The moment in the middle, as a field for times wants it. */
function middleOf({ startedAt, endedAt, startZone }: Journey): string {
  const style = { timeZone: startZone, timeStyle: 'medium', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en-GB', style).format((startedAt + endedAt) / 2);
}

/** Waits until the day has so many journeys. */
async function hasJourneys(count: number): Promise<void> {
  await vi.waitFor(async () => expect(await journeys()).toHaveLength(count), waitLong);
}

test('a drive is a journey on its day: with a line, renamed, split, merged and exported', async () => {
  const before = await journeys();
  const { page, complaints } = await openPage(browser, `${app.app.url}/archive`, desk);
  await page.getByText(`${before.length} journey`).first().waitFor();
  expect(await page.locator('li svg path[d^="M"]').count()).toBeGreaterThan(0);
  await screenshot(page, 'journeys-archive');

  await page.getByText('Sunday').first().click();
  await page.getByRole('region', { name: /^Map of/ }).waitFor();
  await screenshot(page, 'journeys-day');
  await openFirstJourney(page);
  await page.getByRole('button', { name: 'Rename the journey' }).click();
  await page.getByLabel('Name of the journey').fill('To the market');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'To the market' }).waitFor();
  const [first] = await journeys();
  expect(first?.name).toBe('To the market');

  await page.getByText('Business', { exact: true }).click();
  await vi.waitFor(async () => expect((await journeys())[0]?.tag).toBe('business'), waitLong);

  await page.getByLabel('Split at').fill(middleOf(before[0]!));
  await page.getByText(/^Two journeys:/).waitFor();
  await page.getByRole('button', { name: 'Split in two' }).click();
  await hasJourneys(before.length + 1);
  await page.getByRole('button', { name: /^Merge with the one after/ }).click();
  await hasJourneys(before.length);

  await page.getByRole('button', { name: /^Export the track/ }).click();
  const file = page.getByRole('menuitem', { name: /^GPX/ });
  const answer = await page.request.get(`${app.app.url}${await file.getAttribute('href')}`);
  expect(await answer.text()).toMatch(/<trkpt /);
  // A journey that became part of another may be asked for once more before the page has moved on.
  expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
});

test('a moment that stands out plays, and a journey can be ended in the middle of a recording', async () => {
  const before = await journeys();
  const { items } = await app.call(routes.getDayJourneys, { params: { day } });
  const footage = items.flatMap((item) => (item.kind === 'journey' ? [item.captures] : []))[0]!;
  const clip = footage[Math.floor(footage.length / 2)]!.clips[0]!;
  const { page, complaints } = await openPage(browser, `${app.app.url}/archive/${day}`, desk);
  await openFirstJourney(page);
  await page.getByRole('button', { name: /Top speed/ }).click();
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLVideoElement>('video[data-shown]')].some((video) => !video.paused),
  );
  await page.goto(`${app.app.url}/archive/${day}?clip=${clip.id}&t=1`);
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 1);
  await page.locator('video').evaluate((video: HTMLVideoElement) => video.pause());
  await page.getByRole('button', { name: 'Split the journey here' }).click();
  await hasJourneys(before.length + 1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await hasJourneys(before.length);
  expect(complaints).toEqual([]);
});

test('a camera whose clock was wrong is put right on its page, and the other way round', async () => {
  const before = await startsOf();
  const { page, complaints } = await openPage(browser, `${app.app.url}/cameras`, desk);
  await page.getByRole('button', { name: 'Its clock was wrong' }).click();
  await page.getByLabel('From', { exact: true }).fill('2026-06-28T00:00');
  await page.getByLabel('By', { exact: true }).fill('1 h');
  await page.getByText('28 June 2026, 00:00 becomes 28 June 2026, 01:00.').waitFor();
  await page.getByRole('button', { name: 'Shift them' }).click();
  await page.getByText(/From 28 June 2026, 00:00: 1\sh later/).waitFor();
  const cameraId = (await app.call(routes.listCameras)).cameras[0]!.id;
  const shifts = async () => (await app.call(routes.getCameraClock, { params: { id: cameraId } })).shifts;
  expect(await shifts()).toMatchObject([{ fromLocal: '2026-06-28T00:00:00', shiftMs: 3_600_000 }]);
  await page.getByRole('button', { name: 'Take back' }).click();
  await vi.waitFor(async () => expect(await shifts()).toEqual([]), waitLong);
  // The next test is to find journeys that stay.
  await vi.waitFor(async () => {
    expect(await startsOf()).toEqual(before);
    const { isPending } = await app.call(routes.getDayJourneys, { params: { day } });
    expect(isPending).toBe(false);
  }, waitLong);
  expect(complaints).toEqual([]);
});

test('the pages of a journey and of its day are accessible, and no wider than a phone', async () => {
  const [journey] = await journeys();
  const faults: string[] = [];
  const looks = [
    ['desk', { ...desk, colorScheme: 'light' }],
    ['phone', { ...phone, colorScheme: 'dark' }],
  ] as const;
  for (const [look, view] of looks) {
    const { page, complaints } = await openPage(browser, app.app.url, view);
    for (const path of [`/archive/${day}`, `/journeys/${journey!.id}`]) {
      await page.goto(`${app.app.url}${path}`);
      await settled(page);
      await screenshot(page, `journeys-${path.replaceAll('/', '_')}-${look}`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > view.viewport!.width) faults.push(`${path} is ${width} px wide on the ${look}`);
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${path} ${look} ${fault}`));
    }
    faults.push(...complaints);
    await page.context().close();
  }
  expect(faults).toEqual([]);
});

test('the address of a journey that became part of another leads to that one', async () => {
  const before = await journeys();
  const { page } = await openPage(browser, `${app.app.url}/journeys/${before[1]!.id}`, desk);
  await page.waitForURL(/[?&]at=\d+/);
  const address = page.url();
  const whole = await app.call(routes.mergeJourneys, {
    body: { journeyIds: before.slice(0, 2).map(({ id }) => id) },
  });
  const gone = before.slice(0, 2).find(({ id }) => id !== whole.id)!;
  await page.goto(address.replace(/journeys\/\d+/, `journeys/${gone.id}`));
  await page.waitForURL(new RegExp(`/journeys/${whole.id}\\b`));
  await page.getByRole('button', { name: 'Rename the journey' }).waitFor();
  await app.call(routes.undoJourneyEdits, { params: { id: whole.id } });
  await hasJourneys(before.length);
});

/** Of the Azores: at 1:00 UTC the clocks go from midnight to one in the morning. */
const changeAt = Date.UTC(2026, 2, 29, 1);

/**
 * A quarter of an hour over midnight and a change of the clocks, with a cold start, records of the camera's own time, a
 * tunnel, and a rear lens that has none. The program runs in another zone.
 */
async function useNightDrive(): Promise<TestApp> {
  const own = await startSimulatedCamera();
  onTestFinished(() => own.stop());
  await addDrive(own.card, tinyClipFactory(), {
    startedAt: new Date(changeAt - 7.5 * 60_000),
    points: Array.from({ length: 16 * 60 }, (_, second) => ({
      latitude: 37.75 + (second * 15) / 111_195,
      longitude: -25.45,
      speedMps: 15,
      courseDegrees: 0,
    })),
    zoneOffsetMinutes: (instant) => (instant.getTime() < changeAt ? -60 : 0),
    gpsClock: 'local',
    coldSeconds: 15,
    tunnels: [[590, 730]],
    channels: ['front', 'rear'],
    gpsChannels: ['front'],
    gps: { blockBytes: 0x400 },
    sizeBytes: 60_000,
  });
  const night = await startTestApp({
    webRoot,
    pollMs: 500,
    cameraAddress: own.address,
    zone: 'Europe/Berlin',
  });
  onTestFinished(() => night.close());
  await vi.waitFor(async () => {
    expect((await night.call(routes.getStatus)).archive.clips).toBe(32);
    const last = await night.call(routes.getDayJourneys, { params: { day: '2026-03-29' } });
    expect(last).toMatchObject({
      isPending: false,
      items: [{ kind: 'journey', journey: { endZone: 'Atlantic/Azores' } }],
    });
    const { journey } = last.items[0] as { journey: Journey };
    expect(journey.endedAt - journey.startedAt).toBeGreaterThan(15 * 60_000);
  }, waitLong);
  return night;
}

test('a drive through midnight, a change of the clocks and a tunnel has the right times on its pages, and both lenses', async () => {
  const night = await useNightDrive();
  const { page, complaints } = await openPage(browser, `${night.app.url}/archive/2026-03-29`, desk);
  await page.getByRole('button', { name: 'Play front, 01:00:30' }).waitFor();
  const shown = async () => (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');
  // One journey with all that was recorded of that day, the two minutes in the tunnel (from 01:02:30) among it.
  expect(await shown()).toMatch(/8 recordings, 01:00 to 01:07 16 archived .*1 journey, 16 min, 14 km/);
  expect(await shown()).toMatch(/Sat 28 Mar 23:52 GMT-1 to 01:08 GMT\+0 16 min 14 km 8 recordings/);
  expect(await page.getByRole('heading', { level: 3 }).count()).toBe(1);
  for (const minute of [0, 1, 2, 3, 4, 5, 6, 7])
    for (const lens of ['front', 'rear'])
      await page.getByRole('button', { name: `Play ${lens}, 01:0${minute}:30` }).waitFor();

  await page.goto(`${night.app.url}/archive/2026-03-28`);
  await page.getByRole('button', { name: 'Play rear, 23:59:30' }).waitFor();
  expect(await shown()).toMatch(/8 recordings, 23:52 to 23:59 16 archived .*1 journey, 16 min, 14 km/);
  await page.getByRole('heading', { level: 3 }).getByRole('link').click();
  await page.getByText('All 16 recordings are here.').waitFor();
  expect(await shown()).toContain('Saturday 28 March 23:52 GMT-1 to Sun 29 Mar 01:08 GMT+0');
  expect(await shown()).toMatch(/Distance 14 km Duration 16 min Moving 16 min Top speed 54 km/);
  expect(complaints).toEqual([]);
});
