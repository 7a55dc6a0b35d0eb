import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Clip } from '../src/shared/clips.ts';
import { routes } from '../src/shared/routes.ts';
import type { ClipSpec } from '../simulator/clip-source.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { localTime } from '../simulator/times.ts';
import { bytesOf } from '../test/scenario.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import {
  accessibilityFaults,
  desk,
  launchBrowser,
  looks,
  openPage,
  phone,
  screenshot,
  settled,
} from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const factory = createClipFactory({ cacheDir: '.cache/simulator' });
const day = '2026-06-28';
const waitLong = { timeout: 90_000, interval: 200 };
const clipSeconds = 20;

/** Clips that are cut at each tenth of their length: of a camera that writes its tables first, and of one that does so last. */
const cutDay = '2026-06-27';
const cutKinds = {
  F: { channel: 'front', moov: 'front', seed: 6 },
  R: { channel: 'rear', moov: 'back', seed: 7 },
} as const satisfies Record<string, Partial<ClipSpec>>;
const cutName = (tenth: number, letter: string) => `2026_0627_110${tenth}00_00010${tenth}${letter}.MP4`;

let browser: Browser;
let app: TestApp;

// One archive for all tests, put there by hand: two lenses, a clip in H.265, one that was cut, and a photo.
beforeAll(async () => {
  browser = await launchBrowser();
  app = await startTestApp({ webRoot });
  await put('2026_0628_100000_000001F.MP4', await clip({ thumbnail: true }));
  await put('2026_0628_100000_000002R.MP4', await clip({ channel: 'rear' }));
  await put('2026_0628_100100_000003F.MP4', await clip({ video: 'hevc', seed: 3 }));
  const whole = await clip({ moov: 'back', seed: 4 });
  await put('2026_0628_100200_000004F.MP4', whole.subarray(0, Math.floor(whole.length * 0.6)));
  await put(
    '2026_0628_100300_000005F.JPG',
    await bytesOf(await factory.createPhoto({ channel: 'front', seed: 5 })),
  );
  for (const [letter, spec] of Object.entries(cutKinds)) {
    const bytes = await clip({
      ...spec,
      durationSeconds: 20,
      startedLocal: localTime(2026, 6, 27, 11, 0, 0),
    });
    // A whole one of the same camera, in whose manner those are repaired that tell nothing of themselves.
    await put(cutName(0, letter), bytes, cutDay);
    for (let tenth = 1; tenth <= 9; tenth++)
      await put(cutName(tenth, letter), bytes.subarray(0, Math.floor((bytes.length * tenth) / 10)), cutDay);
  }
  await vi.waitFor(() => app.call(routes.startScan, { body: {} }), waitLong);
  await vi.waitFor(async () => {
    const clips = await clipsOfDay();
    expect(clips).toHaveLength(5);
    const playable = clips.filter(({ media }) => media?.health === 'whole' && media.codecs !== null);
    expect(playable.length).toBeGreaterThanOrEqual(3);
    for (const { media } of playable) expect(media).toMatchObject({ thumbnail: 'ready', filmstrip: 'ready' });
  }, waitLong);
}, 150_000);
afterAll(async () => {
  await browser.close();
  await app.close();
});

async function clip(over: Partial<ClipSpec>): Promise<Buffer> {
  const spec: ClipSpec = {
    channel: 'front',
    container: 'mp4',
    video: 'h264',
    audio: true,
    durationSeconds: clipSeconds,
    moov: 'front',
    thumbnail: false,
    gps: null,
    startedLocal: localTime(2026, 6, 28, 10, 0, 0),
    seed: 1,
    ...over,
  };
  return bytesOf(await factory.createClip(spec));
}

async function put(name: string, bytes: Buffer, of = day): Promise<void> {
  await mkdir(join(app.recordings, of), { recursive: true });
  await writeFile(join(app.recordings, of, name), bytes);
}

async function clipsOfDay(of = day): Promise<Clip[]> {
  const { captures } = await app.call(routes.getDay, { params: { day: of } });
  return captures.flatMap(({ clips }) => clips);
}

async function openDay(options = desk, of = day) {
  const opened = await openPage(browser, `${app.app.url}/archive/${of}`, options);
  await keepPictures(opened.page);
  return opened;
}

const tile = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(`^${name}`) });

/** Waits until the video plays an address, and returns how far it is. */
async function playsFrom(page: Page, part: string): Promise<number> {
  await page.waitForFunction(
    (wanted) => {
      const video = document.querySelector('video');
      return Boolean(video?.currentSrc.includes(wanted) && !video.paused && video.currentTime > 0.2);
    },
    part,
    { timeout: 90_000 },
  );
  return page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
}

interface Picture {
  shades: number;
  seconds: number;
}

/** Keeps a picture of each film as it plays, the last one too: a short film has ended before a slow machine asks. */
function keepPictures(page: Page): Promise<void> {
  return page.evaluate(() => {
    const kept: Record<string, Picture> = {};
    Object.assign(globalThis, { kept });
    const keep = ({ target }: Event) => {
      if (!(target instanceof HTMLVideoElement) || target.readyState < HTMLMediaElement.HAVE_CURRENT_DATA)
        return;
      if (target.currentTime <= 0.2 || target.getVideoPlaybackQuality().totalVideoFrames < 2) return;
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [64, 36];
      const context = canvas.getContext('2d');
      context?.drawImage(target, 0, 0, 64, 36);
      const pixels = context?.getImageData(0, 0, 64, 36).data ?? [];
      kept[new URL(target.currentSrc).pathname] = { shades: new Set(pixels).size, seconds: target.duration };
    };
    for (const kind of ['timeupdate', 'ended']) document.addEventListener(kind, keep, { capture: true });
  });
}

/** Waits until pictures of an address have come out of the decoder, and tells how many shades the last of them has. */
async function shows(page: Page, address: string): Promise<Picture> {
  const kept = await page.waitForFunction(
    (wanted) => (globalThis as unknown as { kept: Record<string, Picture> }).kept[wanted],
    address,
    { timeout: 90_000 },
  );
  return (await kept.jsonValue())!;
}

test('each recording is seen in its row, can be looked through, and plays from where one looks', async () => {
  const { page, complaints } = await openDay();
  const front = tile(page, 'Play front, 10:00:00');
  await front.locator('img').first().waitFor();
  await page.waitForFunction(() => {
    const images = [...document.querySelectorAll('[data-capture] img')];
    return images.length >= 3 && images.every((image) => image instanceof HTMLImageElement && image.complete);
  });
  await settled(page);
  await screenshot(page, 'day-pictures');

  const box = (await front.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.55, box.y + box.height / 2);
  await tile(page, 'Play front, 10:00:00, from 10:00:1').waitFor();
  await screenshot(page, 'day-scrub');
  await page.mouse.click(box.x + box.width * 0.55, box.y + box.height / 2);
  expect(await playsFrom(page, '/video')).toBeGreaterThan(9);
  expect(complaints).toEqual([]);
});

test('the keyboard looks through a clip as well', async () => {
  const { page } = await openDay();
  const front = tile(page, 'Play front, 10:00:00');
  await front.focus();
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowRight');
  await tile(page, 'Play front, 10:00:00, from 10:00:0').waitFor();
  await page.keyboard.press('Enter');
  expect(await playsFrom(page, '/video')).toBeGreaterThan(2);
});

test('a clip that this browser cannot play is played as a small copy, made when it is asked for', async () => {
  const hevc = (await clipsOfDay()).find(({ name }) => name.includes('000003F'))!;
  expect(hevc).toMatchObject({ videoCodec: expect.stringMatching(/^h(vc|ev)1$/) });
  const { page, complaints } = await openDay();
  const answer = await page.evaluate(
    (codecs) => [
      document.createElement('video').canPlayType(`video/mp4; codecs="${codecs}"`),
      MediaSource.isTypeSupported(`video/mp4; codecs="${codecs}"`),
    ],
    hevc.media!.codecs!,
  );
  expect(answer).toEqual(['', false]);
  await tile(page, 'Play front, 10:01:00').click();
  await playsFrom(page, '/proxy');
  const seen = await shows(page, `/api/clips/${hevc.id}/proxy`);
  expect(seen.shades).toBeGreaterThan(10);
  expect(Math.abs(seen.seconds - clipSeconds)).toBeLessThan(0.5);
  await page.getByText('This browser cannot play H.265 (HEVC) video.').waitFor();
  await page.getByText('The small copy plays.').waitFor();
  await screenshot(page, 'player-small-copy');
  expect(complaints).toEqual([]);
});

test('a small copy takes over at the place where the file itself was, and back', async () => {
  const { page } = await openDay();
  await tile(page, 'Play rear, 10:00:00').click();
  await playsFrom(page, '/video');
  await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.currentTime = 8;
  });
  await page.getByText('Details').click();
  await page.getByRole('button', { name: 'Make a small copy and play that' }).click();
  expect(await playsFrom(page, '/proxy')).toBeGreaterThanOrEqual(8);
  await page.getByRole('radiogroup', { name: 'What plays' }).getByText('Original').click();
  expect(await playsFrom(page, '/video')).toBeGreaterThanOrEqual(8);
});

test('a clip that was cut says so and plays', async () => {
  await vi.waitFor(async () => {
    const cut = (await clipsOfDay()).find(({ name }) => name.includes('000004F'));
    expect(cut?.media).toMatchObject({ health: 'repaired' });
  }, waitLong);
  const { page } = await openDay();
  await page.getByText('Repaired', { exact: true }).waitFor();
  await tile(page, 'Play front, 10:02:00').click();
  await playsFrom(page, '/repaired');
  await page.getByText('The repaired copy plays.').waitFor();
  await screenshot(page, 'player-repaired');
});

test('a clip that is cut at any tenth of its length plays, and says that it is repaired', async () => {
  const cut = await vi.waitFor(async () => {
    const clips = (await clipsOfDay(cutDay)).filter(({ name }) => !name.includes('_110000_'));
    expect(clips.map(({ media }) => media?.health)).toEqual(Array.from({ length: 18 }, () => 'repaired'));
    return clips;
  }, waitLong);
  const { page, complaints } = await openDay(desk, cutDay);
  await settled(page);
  await page.getByText('Repaired', { exact: true }).first().waitFor();
  await vi.waitFor(
    async () => expect(await page.getByText('Repaired', { exact: true }).count()).toBe(9),
    waitLong,
  );
  const lengths: Record<string, number[]> = { F: [], R: [] };
  for (let tenth = 1; tenth <= 9; tenth++)
    for (const [letter, { channel }] of Object.entries(cutKinds)) {
      const one = cut.find(({ name }) => name === cutName(tenth, letter))!;
      await tile(page, `Play ${channel}, 11:0${tenth}:00`).click();
      const { shades, seconds } = await shows(page, `/api/clips/${one.id}/repaired`);
      expect(shades, one.name).toBeGreaterThan(10);
      expect(seconds * 1000).toBeCloseTo(one.durationMs!, -2);
      lengths[letter]!.push(seconds);
      await page.getByRole('dialog', { name: 'Player' }).getByText('The repaired copy plays.').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Player' }).waitFor({ state: 'hidden' });
    }
  for (const own of Object.values(lengths)) {
    expect(own).toEqual(own.toSorted((a, b) => a - b));
    expect(own.at(-1)).toBeGreaterThan(15);
  }
  expect(complaints).toEqual([]);
}, 180_000);

test('a photo is shown as one', async () => {
  const { page, complaints } = await openDay(phone);
  await tile(page, 'Show front, 10:03:00').tap();
  const photo = page.getByRole('img', { name: /^Photo of the front camera/ });
  await photo.waitFor();
  await vi.waitFor(async () =>
    expect(await photo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1920),
  );
  await screenshot(page, 'phone-photo');
  const size = () => photo.evaluate((image: HTMLImageElement) => image.getBoundingClientRect().width);
  expect(await size()).toBeLessThanOrEqual(390);
  const close = page.getByRole('button', { name: 'Every pixel of the photo' });
  await close.tap();
  await vi.waitFor(async () => expect(await size()).toBe(1920));
  await screenshot(page, 'phone-photo-close');
  await close.press('Enter');
  await vi.waitFor(async () => expect(await size()).toBeLessThanOrEqual(390));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(complaints).toEqual([]);
});

test('pictures and player are accessible, light and dark, on a desk and on a phone', async () => {
  const faults: string[] = [];
  for (const [look, view] of looks) {
    const { page } = await openDay(view);
    await settled(page);
    await tile(page, 'Play front, 10:00:00').locator('img').first().waitFor();
    await screenshot(page, `day-pictures-${look}`);
    faults.push(...(await accessibilityFaults(page)).map((fault) => `day ${look}: ${fault}`));
    await tile(page, 'Play front, 10:02:00').click();
    await page.getByRole('dialog', { name: 'Player' }).waitFor();
    await page.locator('video').waitFor();
    await screenshot(page, `player-${look}`);
    faults.push(...(await accessibilityFaults(page)).map((fault) => `player ${look}: ${fault}`));
    await page.context().close();
  }
  expect(faults).toEqual([]);
});
