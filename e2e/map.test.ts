import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { seedDrives } from '../simulator/drives.ts';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { accessibilityFaults, desk, launchBrowser, openPage, phone, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const factory = createClipFactory({ cacheDir: '.cache/simulator' });
const pause = { timeout: 30_000, interval: 100 };
/** As of theme.ts, light. */
const accent: Colour = [13, 110, 102];

type Colour = [number, number, number];

let browser: Browser;
let camera: SimulatedCamera;
let app: TestApp;

beforeAll(async () => {
  browser = await launchBrowser();
  await startWithJourneys();
}, 150_000);
afterAll(async () => {
  await app.close();
  await camera.stop();
  await browser.close();
});
afterEach(async () => {
  await app.call(routes.updateSettings, { body: { mapSource: null, mapUrl: null, mapAttribution: null } });
  const { places } = await app.call(routes.listPlaces);
  for (const { id } of places) await app.call(routes.removePlace, { params: { id } });
  await Promise.all(browser.contexts().map((context) => context.close()));
});

/** A day of drives is in the archive, and its journeys are on the map. */
async function startWithJourneys(): Promise<void> {
  camera = await startSimulatedCamera();
  await seedDrives(camera.card, factory, {
    days: 1,
    channels: 1,
    seed: 7,
    clipSeconds: 20,
    capturesPerDrive: 6,
    until: localTime(2026, 6, 28, 20, 0, 0),
  });
  app = await startTestApp({ webRoot, pollMs: 500, cameraAddress: camera.address });
  await vi.waitFor(
    async () => {
      const { sync } = await app.call(routes.getStatus);
      expect(sync.waiting).toBe(0);
      const day = { params: { day: '2026-06-28' } };
      expect((await app.call(routes.getDayJourneys, day)).isPending).toBe(false);
      expect(await extent()).not.toBeNull();
    },
    { timeout: 60_000, interval: 200 },
  );
}

async function extent() {
  return (await app.call(routes.getMapExtent)).box;
}

/** Waits for the map itself, and for what is drawn on it. */
async function mapOf(page: Page): Promise<Locator> {
  await settled(page);
  const map = page.locator('[data-testid=map][data-ready]');
  await map.waitFor();
  return map;
}

/** How much of what an element shows is of about this colour, in pixels. */
async function pixelsOf(page: Page, element: Locator, colour: Colour): Promise<number> {
  const picture = (await element.screenshot()).toString('base64');
  return page.evaluate(
    async ({ picture, colour }) => {
      const image = new Image();
      image.src = `data:image/png;base64,${picture}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        if (colour.every((value, index) => Math.abs(value - data[at + index]!) < 40)) count += 1;
      }
      return count;
    },
    { picture, colour },
  );
}

/** A server of maps on another port: another origin, as one on the internet would be. */
async function startMapServer(): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const onePixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const server = createServer((request, response) => {
    requests.push(request);
    response.setHeader('access-control-allow-origin', '*');
    if (request.url === '/tiles.json') {
      const tiles = [`http://127.0.0.1:${(server.address() as AddressInfo).port}/{z}/{x}/{y}.pbf`];
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ tiles, maxzoom: 14 }));
      return;
    }
    if (request.url?.endsWith('.png')) response.setHeader('content-type', 'image/png').end(onePixel);
    // A tile without anything in it.
    else response.setHeader('content-type', 'application/x-protobuf').end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function drag(page: Page, map: Locator): Promise<void> {
  const frame = (await map.boundingBox())!;
  await page.mouse.move(frame.x + 20, frame.y + 20);
  await page.mouse.down();
  await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height / 2);
  await page.mouse.move(frame.x + frame.width - 20, frame.y + frame.height - 20);
  await page.mouse.up();
}

/** The same with one finger. */
async function dragByTouch(page: Page, map: Locator): Promise<void> {
  const frame = (await map.boundingBox())!;
  const client = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x: number, y: number) =>
    client.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: frame.x + x, y: frame.y + y }],
    });
  await touch('touchStart', 20, 20);
  await touch('touchMove', frame.width / 2, frame.height / 2);
  await touch('touchMove', frame.width - 20, frame.height - 20);
  await touch('touchEnd', 0, 0);
}

const passes = (page: Page) => page.getByRole('region', { name: 'The car came by here' }).getByRole('link');

test('all journeys are on the map, a box lists every pass, and each leads to its second in the player; nothing is asked elsewhere', async () => {
  const { page, complaints } = await openPage(browser, `${app.app.url}/archive`, desk);
  await page.getByRole('heading', { name: 'Archive' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  const map = await mapOf(page);
  await vi.waitFor(async () => expect(await pixelsOf(page, map, accent)).toBeGreaterThan(300), pause);
  await screenshot(page, 'map');

  await page.getByRole('button', { name: 'Draw a box' }).click();
  await drag(page, map);
  await passes(page).first().waitFor();
  expect(await passes(page).count()).toBeGreaterThan(1);
  await expect(passes(page).first().textContent()).resolves.toMatch(/\d\d:\d\d:\d\d/);
  await screenshot(page, 'map-passes');

  // The address brings the same again.
  await page.reload();
  await mapOf(page);
  await passes(page).first().click();
  await page.getByRole('dialog', { name: 'Player' }).waitFor();
  expect(page.url()).toMatch(/\/archive\/2026-06-28\?clip=\d+/);
  expect(complaints).toEqual([]);
});

test('a tap on a road finds its passes on a phone, and so does a box drawn with a finger', async () => {
  const { page, complaints } = await openPage(browser, `${app.app.url}/map`, phone);
  const map = await mapOf(page);
  await page.getByRole('button', { name: 'Draw a box' }).tap();
  await page.getByTestId('draw-layer').waitFor();
  await dragByTouch(page, map);
  await passes(page).first().waitFor();
  await screenshot(page, 'map-phone');
  await page.getByRole('button', { name: 'Close', exact: true }).tap();

  // A place where the car was, in the middle of the map.
  const box = (await extent())!;
  const tracks = await app.call(routes.getMap, { query: { ...box, zoom: 14 } });
  const line = tracks.features.map(({ geometry }) => geometry).find(({ type }) => type === 'LineString');
  const [longitude, latitude] = (line!.coordinates as [number, number][])[3]!;
  await page.goto(`${app.app.url}/map?at=${latitude},${longitude},15`);
  const frame = (await (await mapOf(page)).boundingBox())!;
  await page.touchscreen.tap(frame.x + frame.width / 2, frame.y + frame.height / 2);
  await passes(page).first().waitFor();
  expect(complaints).toEqual([]);
});

test('the slider narrows the journeys by key and by drag, heat is a switch, and both are in the address', async () => {
  const { page, complaints } = await openPage(browser, `${app.app.url}/map`, desk);
  const map = await mapOf(page);
  const first = page.getByRole('slider', { name: 'First day' });
  const last = page.getByRole('slider', { name: 'Last day' });
  await page.getByText(/^[1-9]\d*\sjourneys?,/).waitFor();
  // It ends with the month; the drives are of the 28th.
  for (const to of ['2026-06-29', '2026-06-28', '2026-06-27']) {
    await last.press('ArrowLeft');
    await page.waitForURL((url) => url.searchParams.get('to') === to);
  }
  await page.getByText(/^0\sjourneys,/).waitFor();
  await expect(last.getAttribute('aria-valuetext')).resolves.toContain('27 June');
  await vi.waitFor(async () => expect(await pixelsOf(page, map, accent)).toBeLessThan(100), pause);
  await page.reload();
  await mapOf(page);
  await page.getByText(/^0\sjourneys,/).waitFor();
  await page.getByRole('button', { name: 'Show all of the time' }).click();
  await page.getByText(/^[1-9]\d*\sjourneys?,/).waitFor();

  // From the middle on: a new range, up to the day of the drives.
  const track = (await page.getByTestId('time-slider').boundingBox())!;
  await page.mouse.move(track.x + track.width / 2, track.y + 20);
  await page.mouse.down();
  await page.mouse.move(track.x + track.width - 2, track.y + 20, { steps: 4 });
  await page.mouse.up();
  await vi.waitFor(() => expect(page.url()).toMatch(/from=2026-06-1\d/), pause);
  await expect(first.getAttribute('aria-valuetext')).resolves.toMatch(/1\d June/);
  await page.getByText(/^[1-9]\d*\sjourneys?,/).waitFor();

  await page.getByRole('switch', { name: 'Heat map' }).click({ force: true });
  await vi.waitFor(() => expect(page.url()).toContain('heat=1'), pause);
  await vi.waitFor(async () => expect(await pixelsOf(page, map, accent)).toBeLessThan(100), pause);
  await screenshot(page, 'map-heat');
  expect(complaints).toEqual([]);
});

test('the journey that is chosen has a card, which plays it', async () => {
  const { journeys } = await app.call(routes.getMapMonth, { params: { month: '2026-06' } });
  expect(journeys.id.length).toBeGreaterThan(1);
  const { page } = await openPage(browser, `${app.app.url}/map?journey=${journeys.id[0]}`, desk);
  await mapOf(page);
  await screenshot(page, 'map-journey');
  await page.getByRole('link', { name: 'Play' }).click();
  await vi.waitFor(() => expect(page.url()).toContain(`/journeys/${journeys.id[0]}`), pause);
  await page.goto(`${app.app.url}/map?journey=99999`);
  await page.getByText('This journey is no longer there').waitFor();
});

test('a map server is asked once it is chosen, is told where from but no more, and is not asked after it is given up', async () => {
  const server = await startMapServer();
  const { page } = await openPage(browser, `${app.app.url}/map`, desk);
  await mapOf(page);
  expect(server.requests).toEqual([]);

  await page.getByRole('button', { name: 'Choose a map' }).click();
  await page.getByRole('radio', { name: 'Pictures of another server' }).click();
  await page.getByLabel('Its address').fill(`${server.url}/{z}/{x}/{y}.png`);
  await page.getByLabel('Credit shown on the map').fill('© OpenStreetMap contributors');
  await screenshot(page, 'map-choose');
  await page.getByRole('button', { name: 'Use this map' }).click();
  await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(1), pause);
  expect(new Set(server.requests.map(({ headers }) => headers.referer))).toEqual(
    new Set([`${app.app.url}/`]),
  );
  await page.getByRole('link', { name: 'OpenStreetMap contributors' }).waitFor();

  await page.getByRole('button', { name: 'Change the map' }).click();
  await page.getByRole('radio', { name: 'Outline of the world only' }).click();
  await page.getByRole('button', { name: 'Use this map' }).click();
  await page.getByText('Natural Earth').waitFor();
  const asked = server.requests.length;
  await page.getByRole('button', { name: 'Zoom out' }).click();
  await page.reload();
  await mapOf(page);
  expect(server.requests).toHaveLength(asked);
});

test('tiles of a vector map come, though the browser keeps the scripts of a map that could ask nobody', async () => {
  const server = await startMapServer();
  const { page } = await openPage(browser, `${app.app.url}/map`, desk);
  await mapOf(page);
  const mapUrl = `${server.url}/tiles.json`;
  await app.call(routes.updateSettings, { body: { mapSource: 'vector', mapUrl } });
  await vi.waitFor(() => {
    const asked = server.requests.map(({ url }) => url);
    expect(asked).toContain('/tiles.json');
    expect(asked.some((url) => url?.endsWith('.pbf'))).toBe(true);
  }, pause);
});

test('a map whose server is not there is the outline, with a word about it', async () => {
  const server = await startMapServer();
  const mapUrl = `${server.url}/nothing.json`;
  await app.call(routes.updateSettings, { body: { mapSource: 'vector', mapUrl } });
  const { page } = await openPage(browser, `${app.app.url}/map`, desk);
  await page.getByText(/could not be had, so this is the outline/).waitFor();
});

test('where the browser cannot draw maps a sketch shows the journeys, and passes are found on it', async () => {
  const context = await browser.newContext(desk);
  await context.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  const page = await context.newPage();
  await page.goto(`${app.app.url}/map`);
  await page.getByText('so this is a sketch').waitFor();
  const line = page.locator('[data-testid=map-sketch] path[d^="M"]').first();
  await line.waitFor({ state: 'attached' });
  await page.getByRole('switch', { name: 'Heat map' }).click({ force: true });
  await page.getByTestId('sketch-heat').locator('path[d^="M"]').first().waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Draw a box' }).click();
  await drag(page, page.getByTestId('map-sketch'));
  await passes(page).first().waitFor();
});

test('a place is named on the map, changed, forgotten and brought back', async () => {
  const { page, complaints } = await openPage(browser, `${app.app.url}/places`, desk);
  const frame = (await (await mapOf(page)).boundingBox())!;
  await page.mouse.click(frame.x + frame.width / 2, frame.y + frame.height / 2);
  await page.getByLabel('Name').fill('The depot');
  await page.getByLabel('Metres from its middle to its edge').fill('300');
  await page.getByLabel('Leave parking recordings on the card').click();
  await screenshot(page, 'places-new');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The depot is saved').waitFor();
  const { places } = await app.call(routes.listPlaces);
  expect(places).toMatchObject([{ name: 'The depot', radiusM: 300, skipParked: true, isHome: false }]);

  await page.getByRole('button', { name: /^The depot/ }).click();
  await page.getByLabel('Name').fill('Home');
  await page.getByLabel('This is home').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: /^Home/ }).click();
  await page.getByRole('button', { name: 'Forget' }).click();
  await vi.waitFor(async () => expect((await app.call(routes.listPlaces)).places).toEqual([]), pause);
  await page.getByRole('button', { name: 'Undo' }).click();
  await vi.waitFor(async () => {
    const back = (await app.call(routes.listPlaces)).places;
    expect(back).toMatchObject([{ name: 'Home', radiusM: 300, skipParked: true, isHome: true }]);
  }, pause);
  expect(complaints).toEqual([]);
});

const looks: [string, BrowserContextOptions][] = [
  ['desk-light', desk],
  ['phone-dark', { ...phone, colorScheme: 'dark' }],
];

test('the map and the places are usable with a screen reader and have enough contrast, light and dark', async () => {
  const { west, south, east, north } = (await extent())!;
  const home = { latitude: (south + north) / 2, longitude: (west + east) / 2 };
  await app.call(routes.addPlace, {
    body: { name: 'Home', ...home, radiusM: 150, isHome: true, skipParked: true, isHidden: true },
  });
  for (const [name, options] of looks) {
    const { page } = await openPage(
      browser,
      `${app.app.url}/map?box=${[west, south, east, north].join(',')}`,
      options,
    );
    await mapOf(page);
    await passes(page).first().waitFor();
    expect([name, await accessibilityFaults(page)]).toEqual([name, []]);
    await screenshot(page, `map-${name}`);
    await page.goto(`${app.app.url}/places`);
    await mapOf(page);
    await page.getByRole('button', { name: /^Home/ }).click();
    await page.getByLabel('This is home').waitFor();
    expect([name, await accessibilityFaults(page)]).toEqual([name, []]);
    await screenshot(page, `places-${name}`);
  }
});
