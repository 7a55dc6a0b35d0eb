import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Journey } from '../src/shared/journeys.ts';
import { routes } from '../src/shared/routes.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { seedDrives } from '../simulator/drives.ts';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { accessibilityFaults, desk, launchBrowser, openPage, phone, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const factory = createClipFactory({ cacheDir: '.cache/simulator' });
const day = '2026-06-28';
const waitLong = { timeout: 60_000, interval: 200 };

let browser: Browser;
let camera: SimulatedCamera;
let app: TestApp;
let journey: Journey;

beforeAll(async () => {
  browser = await launchBrowser();
  camera = await startSimulatedCamera();
  const until = localTime(2026, 6, 28, 20, 0, 0);
  await seedDrives(camera.card, factory, { days: 1, channels: 2, seed: 7, clipSeconds: 10, until });
  app = await startTestApp({ webRoot, pollMs: 500, cameraAddress: camera.address });
  journey = await vi.waitFor(async () => {
    const { sync } = await app.call(routes.getStatus);
    expect(sync.waiting).toBe(0);
    const { items, isPending } = await app.call(routes.getDayJourneys, { params: { day } });
    expect(isPending).toBe(false);
    const journeys = items.flatMap((item) => (item.kind === 'journey' ? [item.journey] : []));
    const longest = journeys.toSorted((one, other) => length(other) - length(one))[0];
    if (!longest) throw new Error('There is no journey yet.');
    return longest;
  }, waitLong);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await app.close();
  await camera.stop();
});

const length = ({ startedAt, endedAt }: Journey): number => endedAt - startedAt;

interface Strip {
  page: Page;
  strip: Locator;
  slider: Locator;
  complaints: string[];
  /** Where a share of the strip's width is on the page. */
  place: (share: number) => Promise<{ x: number; y: number }>;
  /** Seconds into what is played. */
  seconds: () => Promise<number>;
  /** All of them. */
  whole: () => Promise<number>;
}

async function openStrip(options: typeof desk): Promise<Strip> {
  const { page, complaints } = await openPage(browser, `${app.app.url}/journeys/${journey.id}`, options);
  onTestFinished(() => page.context().close());
  const strip = page.getByRole('region', { name: 'Timeline' });
  const slider = strip.getByRole('slider', { name: 'Place in the journey' });
  await slider.waitFor({ state: 'attached' });
  await settled(page);
  await strip.scrollIntoViewIfNeeded();
  const lane = strip.locator('[data-channel="rear"]').last();
  return {
    page,
    strip,
    slider,
    complaints,
    place: async (share) => {
      const box = await lane.boundingBox();
      if (!box) throw new Error('The lane is not on the page.');
      return { x: box.x + share * box.width, y: box.y + box.height / 2 };
    },
    seconds: async () => Number(await slider.getAttribute('aria-valuenow')),
    whole: async () => Number(await slider.getAttribute('aria-valuemax')),
  };
}

test('on the strip a press seeks, a drag scrubs with pictures, and the wheel zooms around the pointer', async () => {
  const { page, strip, complaints, place, seconds, whole } = await openStrip(desk);
  const all = await whole();
  const [quarter, half] = [await place(0.25), await place(0.5)];
  await page.mouse.click(quarter.x, quarter.y);
  expect(Math.abs((await seconds()) - all / 4)).toBeLessThan(all / 50);

  await page.mouse.move(quarter.x, quarter.y);
  await page.mouse.down();
  await page.mouse.move(half.x, half.y, { steps: 8 });
  expect(Math.abs((await seconds()) - all / 2)).toBeLessThan(all / 50);
  await page.mouse.up();
  await screenshot(page, 'strip-desk');

  const ticks = async () => strip.locator('[data-pan]').innerText();
  const before = await ticks();
  for (let notch = 0; notch < 6; notch++) await page.mouse.wheel(0, -100);
  await vi.waitFor(async () => expect(await ticks()).not.toBe(before));
  // What lies under the pointer still does.
  await page.mouse.click(half.x, half.y);
  expect(Math.abs((await seconds()) - all / 2)).toBeLessThan(all / 50);
  const { x, y } = await place(0.6);
  await page.mouse.click(x, y);
  expect(Math.abs((await seconds()) - all * 0.525)).toBeLessThan(all / 40);
  await strip.getByRole('button', { name: 'Show all of it' }).click();
  expect(await ticks()).toBe(before);
  expect(complaints).toEqual([]);
}, 60_000);

test('a range is chosen by a double click, moved by keys, and let go', async () => {
  const { page, strip, place } = await openStrip(desk);
  const { x, y } = await place(0.5);
  await page.mouse.dblclick(x, y);
  const begin = strip.getByRole('slider', { name: 'Beginning of the range' });
  const end = strip.getByRole('slider', { name: 'End of the range' });
  const from = Number(await begin.getAttribute('aria-valuenow'));
  await begin.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  expect(Number(await begin.getAttribute('aria-valuenow'))).toBe(from - 2);
  expect(Number(await end.getAttribute('aria-valuenow'))).toBeGreaterThan(from);
  expect(await accessibilityFaults(page)).toEqual([]);
  await strip.getByRole('button', { name: 'Play everything again' }).click();
  expect(await begin.count()).toBe(0);
}, 60_000);

test('by keyboard the clock is moved, and a moment is marked, named, there after a reload, deleted and back again', async () => {
  const { page, strip, slider, seconds, whole } = await openStrip(desk);
  await slider.focus();
  await page.keyboard.press('Home');
  expect(await seconds()).toBe(0);
  for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowRight');
  expect(await seconds()).toBe(15);
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d:\d\d, 15\ss of /);
  await page.keyboard.press('End');
  expect(await seconds()).toBe(await whole());
  await page.keyboard.press('PageDown');
  await page.keyboard.press('b');
  const words = page.getByRole('textbox', { name: 'What is to be seen?' });
  await words.waitFor();
  await words.fill('<b>A deer</b>');
  await page.keyboard.press('Enter');
  const flag = strip.getByRole('button', { name: /^Mark at .*: <b>A deer<\/b>$/ });
  await flag.waitFor();
  await page.reload();
  await flag.waitFor();
  await flag.click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await screenshot(page, 'strip-mark');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await flag.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await flag.waitFor();
}, 60_000);

test('on a phone a finger seeks, and all is large enough for it', async () => {
  const { page, strip, complaints, place, seconds, whole } = await openStrip(phone);
  const { x, y } = await place(0.75);
  await page.touchscreen.tap(x, y);
  expect(Math.abs((await seconds()) - (await whole()) * 0.75)).toBeLessThan((await whole()) / 20);
  for (const button of await strip.getByRole('button').all()) {
    const box = await button.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  }
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await screenshot(page, 'strip-phone');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
}, 60_000);
