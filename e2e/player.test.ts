import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Capture } from '../src/shared/clips.ts';
import { routes } from '../src/shared/routes.ts';
import { accessibilityFaults, desk, launchBrowser, openPage, phone, screenshot, settled } from './browser.ts';
import { beganAt, clipSeconds, day, startPlayed, type Played } from './player-scenario.ts';

let browser: Browser;
let played: Played;
const print = (figures: string): void => void process.stdout.write(`${figures}\n`);
const waitLong = { timeout: 60_000, interval: 200 };

beforeAll(async () => {
  browser = await launchBrowser();
  played = await startPlayed(process.env['PLAYER_WEB']);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await played.stop();
});

const journeyUrl = (query = '') => `${played.app.app.url}/journeys/${played.journey.id}${query}`;
const atSecond = (second: number) => `?at=${beganAt + second * 1000}`;

/** The page of the drive, its pictures there. */
async function openDrive(options: BrowserContextOptions = desk, query = '') {
  const opened = await openPage(browser, journeyUrl(query), options);
  await pictures(opened.page);
  return opened;
}

/** Waits until both lenses show a picture. */
async function pictures(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const shown = [...document.querySelectorAll<HTMLVideoElement>('[data-lane] video[data-shown]')];
    return shown.length === 2 && shown.every((video) => video.readyState >= 2 && !video.seeking);
  });
}

const readout = (page: Page) => page.getByTestId('readout');
const lane = (page: Page, channel: string) => page.locator(`[data-lane$="-${channel}"]`);
const shown = (page: Page, channel: string) => lane(page, channel).locator('video[data-shown]');
const isPlaying = (page: Page, channel = 'front') =>
  shown(page, channel).evaluate((video: HTMLVideoElement) => !video.paused);

async function untilPlaying(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const all = [...document.querySelectorAll<HTMLVideoElement>('[data-lane] video[data-shown]')];
    return all.length === 2 && all.every((video) => !video.paused && video.currentTime > 0);
  });
}

/** How far apart the lenses are, in milliseconds of footage, many times within so many seconds. */
function drifts(page: Page, seconds: number): Promise<number[]> {
  return page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const found: number[] = [];
        const end = performance.now() + ms;
        const look = () => {
          const [one, other] = [
            ...document.querySelectorAll<HTMLVideoElement>('[data-lane] video[data-shown]'),
          ];
          if (one && other) found.push(Math.abs(one.currentTime - other.currentTime) * 1000);
          if (performance.now() < end) requestAnimationFrame(look);
          else resolve(found);
        };
        look();
      }),
    seconds * 1000,
  );
}

const share = (values: readonly number[], part: number): number =>
  Math.round(
    values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * part)] ?? Number.NaN,
  );

test('all lenses play in step, from a key', async () => {
  const { page, complaints } = await openDrive();
  await page.keyboard.press('Space');
  await untilPlaying(page);
  const apart = await drifts(page, 6);
  print(
    `lenses apart: median ${share(apart, 0.5)} ms, 95 % ${share(apart, 0.95)} ms, most ${share(apart, 1)} ms`,
  );
  expect(share(apart, 0.5)).toBeLessThan(80);
  await screenshot(page, 'journey-player');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => [...document.querySelectorAll('video')].every((video) => video.paused));
  // Standing, they show the very same moment.
  await vi.waitFor(async () => expect((await drifts(page, 0.1))[0]).toBeLessThan(40), waitLong);
  expect(complaints).toEqual([]);
});

test('the border between two recordings is not seen, and a gap is jumped over', async () => {
  const { page } = await openDrive(desk, atSecond(clipSeconds - 3));
  await page.evaluate(() => {
    const frames: [now: number, source: string][] = [];
    Object.assign(window, { frames });
    for (const video of document.querySelectorAll<HTMLVideoElement>('[data-lane$="-front"] video')) {
      const note = (now: number) => {
        if (video.hasAttribute('data-shown')) frames.push([now, video.currentSrc]);
        video.requestVideoFrameCallback(note);
      };
      video.requestVideoFrameCallback(note);
    }
  });
  await page.keyboard.press('Space');
  await page.waitForFunction(
    () =>
      new Set((window as unknown as { frames: [number, string][] }).frames.map(([, source]) => source)).size >
      1,
  );
  await page.waitForFunction(() => {
    const { frames } = window as unknown as { frames: [number, string][] };
    return frames.filter(([, source]) => source === frames.at(-1)?.[1]).length > 20;
  });
  const frames = await page.evaluate(() => (window as unknown as { frames: [number, string][] }).frames);
  const steps = frames.map(([now, source], index) => ({
    ms: now - (frames[index - 1]?.[0] ?? now),
    isBorder: index > 0 && source !== frames[index - 1]?.[1],
  }));
  const border = steps.find(({ isBorder }) => isBorder)?.ms ?? Number.NaN;
  const usual = share(
    steps.map(({ ms }) => ms),
    0.5,
  );
  print(`picture after picture: ${usual} ms; over the border ${Math.round(border)} ms`);
  expect(border).toBeLessThan(1000);

  await page.goto(journeyUrl(atSecond(3 * clipSeconds - 2)));
  await pictures(page);
  await page.keyboard.press('Space');
  await readout(page)
    .getByText(/10:02:0\d/)
    .waitFor();
  expect(await isPlaying(page)).toBe(true);
});

test('seeking shows the picture of the moment, and the address keeps it', async () => {
  const { page } = await openDrive();
  const { captures } = await footage();
  await app().call(routes.wantClipMedia, {
    params: { id: captures[0]!.clips[0]!.id },
    body: { kind: 'proxy' },
  });
  await vi.waitFor(async () => {
    const { media } = (await footage()).captures[0]!.clips[0]!;
    expect(media?.proxy).toBe('ready');
  }, waitLong);
  await page.evaluate(() => localStorage.setItem('viofosync.player', JSON.stringify({ quality: 'small' })));
  await page.goto(journeyUrl(atSecond(1)));
  await pictures(page);
  await page.waitForFunction(() =>
    document
      .querySelector<HTMLVideoElement>('[data-lane$="-front"] video[data-shown]')
      ?.currentSrc.includes('/proxy'),
  );
  await page.getByText('The small copy plays.').waitFor();
  const seekMs = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const video = document.querySelector<HTMLVideoElement>('[data-lane$="-front"] video[data-shown]')!;
          const began = performance.now();
          video.requestVideoFrameCallback((now) => resolve(now - began));
          window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
        }),
    );
  print(
    `a seek of 5 s shows its picture after ${Math.round(await seekMs())} ms, another after ${Math.round(await seekMs())} ms`,
  );
  await readout(page).getByText('10:00:11').waitFor();
  const video = shown(page, 'front');
  expect(await video.evaluate((each: HTMLVideoElement) => each.currentTime)).toBeCloseTo(11, 0);
  await page.waitForURL(new RegExp(`at=${beganAt + 11_000}`));
  await page.reload();
  await readout(page).getByText('10:00:11').waitFor();
  await page.keyboard.press('Shift+ArrowRight');
  await readout(page).getByText('10:01:11').waitFor();
  await page.getByText('Nothing was recorded here.').waitFor();
  await page.getByText('It goes on at 10:02:00.').waitFor();
});

const app = () => played.app;

async function footage(): Promise<{ captures: Capture[] }> {
  const { items } = await app().call(routes.getDayJourneys, { params: { day } });
  return { captures: items.flatMap((item) => item.captures) };
}

const kept = async (): Promise<number> =>
  (await footage()).captures.flatMap(({ clips }) => clips.filter((clip) => clip.kept)).length;

test('lenses change places, stand side by side, and everything has a key', async () => {
  const { page, complaints } = await openDrive();
  const isLarge = (channel: string) => lane(page, channel).getAttribute('data-large');
  await page.getByRole('button', { name: 'Show Rear large' }).click();
  await vi.waitFor(async () => expect(await isLarge('rear')).toBe('true'));
  await page.keyboard.press('1');
  await vi.waitFor(async () => expect(await isLarge('front')).toBe('true'));
  await page.keyboard.press('g');
  await page.getByRole('button', { name: 'One picture large' }).waitFor();
  await screenshot(page, 'journey-player-grid');
  await page.keyboard.press('g');

  await page.keyboard.press('>');
  await page.getByRole('button', { name: 'Speed: 2×' }).waitFor();
  await page.keyboard.press('<');
  await page.keyboard.press('<');
  await page.getByRole('button', { name: 'Speed: 0.5×' }).click();
  await page.getByRole('menuitem', { name: '4×' }).click();
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await page.keyboard.press('Space');
  await page.waitForFunction(() => {
    const video = document.querySelector<HTMLVideoElement>('[data-lane$="-front"] video[data-shown]');
    return video?.playbackRate === 4 && !video.paused && video.currentTime > 1;
  });
  await page.keyboard.press('Space');

  await page.goto(journeyUrl(atSecond(4)));
  await pictures(page);
  await page.keyboard.press('i');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('o');
  await page.getByText('Again and again: 10:00:04 to 10:00:09').waitFor();
  await page.keyboard.press('>');
  await page.keyboard.press('>');
  await page.keyboard.press('Space');
  // Back at its beginning after its end.
  await page.waitForFunction(() => {
    const all = window as unknown as { furthest?: number };
    const video = document.querySelector<HTMLVideoElement>('[data-lane$="-front"] video[data-shown]');
    const now = video?.currentTime ?? 0;
    all.furthest = Math.max(all.furthest ?? 0, video?.paused ? 0 : now);
    return all.furthest > 8 && now < 6;
  });
  expect(await readout(page).innerText()).toMatch(/10:00:0[4-9]/);
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Play everything again' }).click();

  const stood = await shown(page, 'front').evaluate((video: HTMLVideoElement) => video.currentTime);
  await page.keyboard.press('.');
  await page.waitForFunction((from) => {
    const now =
      document.querySelector<HTMLVideoElement>('[data-lane$="-front"] video[data-shown]')?.currentTime ?? 0;
    return now > from && now < from + 0.2;
  }, stood);
  await page.keyboard.press('m');
  await page.getByRole('button', { name: 'Turn the sound on' }).waitFor();
  await page.keyboard.press('f');
  await page.getByRole('button', { name: 'Leave full screen' }).waitFor();
  await page.keyboard.press('f');
  await page.keyboard.press('?');
  await page.getByText('While a journey or a day plays').waitFor();
  expect(complaints).toEqual([]);
});

test('a snapshot is the picture of each lens, a range is kept, a link opens its second', async () => {
  const { page } = await openDrive(desk, atSecond(7));
  const downloads: string[] = [];
  page.on('download', (download) => downloads.push(download.suggestedFilename()));
  await page.keyboard.press('s');
  await page.getByText('2 pictures were saved.').waitFor();
  await vi.waitFor(() =>
    expect(downloads.toSorted()).toEqual(['2026-06-28_10-00-07_front.jpg', '2026-06-28_10-00-07_rear.jpg']),
  );
  await page.keyboard.press('k');
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await vi.waitFor(async () => expect(await kept()).toBe(2), waitLong);
  await page.getByRole('button', { name: 'Undo' }).click();
  await vi.waitFor(async () => expect(await kept()).toBe(0), waitLong);
  await page.getByRole('button', { name: 'Copy a link to this moment' }).click();
  await page.getByText(/opens this very second/).waitFor();
  expect(page.url()).toContain(`at=${beganAt + 7000}`);
});

test('players that stand still hold no connection, and four of them that play leave room for the page', async () => {
  const context = await browser.newContext(desk);
  const open = new Set<unknown>();
  let most = 0;
  context.on('request', (request) => {
    if (!/\/(video|proxy)\b/.test(request.url())) return;
    open.add(request);
    most = Math.max(most, open.size);
  });
  for (const ended of ['requestfinished', 'requestfailed'] as const)
    context.on(ended as 'requestfinished', (request) => open.delete(request));
  const first = await context.newPage();
  await first.goto(journeyUrl());
  await pictures(first);
  await vi.waitFor(() => expect(open.size).toBe(0), waitLong);
  await first.keyboard.press('Space');
  await untilPlaying(first);
  await first.waitForFunction(
    () => (document.querySelector<HTMLVideoElement>('[data-lane] video[data-shown]')?.currentTime ?? 0) > 4,
  );
  print(`connections of one player: at most ${most} at a time`);
  expect(most).toBeLessThanOrEqual(3);

  const others = await Promise.all([1, 2, 3].map(() => context.newPage()));
  for (const page of others) {
    await page.goto(journeyUrl(atSecond(2)));
    await page.keyboard.press('Space');
  }
  const answered = await first.evaluate(async () => {
    const began = performance.now();
    await (await fetch('/api/status')).json();
    return performance.now() - began;
  });
  print(`with four players an answer takes ${Math.round(answered)} ms`);
  for (const page of [first, ...others]) await page.keyboard.press('Space');
  await vi.waitFor(() => expect(open.size).toBe(0), waitLong);
  await context.close();
});

test('what cannot be shown says why: deleted while it is open, not playable here, and the server away', async () => {
  const { page } = await openDrive(desk, atSecond(2 * clipSeconds + 3));
  const third = (await footage()).captures[2]!.clips.find(({ channel }) => channel === 'rear')!;
  await app().call(routes.deleteClips, { body: { clipIds: [third.id], includeProtected: true } });
  await lane(page, 'rear')
    .getByText(/^Deleted by hand/)
    .waitFor();
  await app().call(routes.restoreClips, { body: { clipIds: [third.id] } });
  await pictures(page);

  await page.context().setOffline(true);
  await page.keyboard.press('Shift+ArrowLeft');
  await page.getByText(/The server does not answer.*It goes on by itself/).waitFor();
  await screenshot(page, 'journey-player-away');
  await page.context().setOffline(false);
  await pictures(page);

  const other = await browser.newContext(desk);
  const denied = await other.newPage();
  await denied.route('**/api/days/*/journeys', async (route) => {
    const answer = await route.fetch();
    const text = (await answer.text()).replaceAll('avc1', 'hvc1');
    await route.fulfill({ response: answer, body: text });
  });
  await denied.goto(journeyUrl(atSecond(clipSeconds + 3)));
  await denied.getByText(/A small copy is being made/).waitFor();
  await screenshot(denied, 'journey-player-made');
  await denied.waitForFunction(
    () =>
      [...document.querySelectorAll<HTMLVideoElement>('video[data-shown]')].some((video) =>
        video.currentSrc.includes('/proxy'),
      ),
    null,
    { timeout: 60_000 },
  );
  await other.close();
});

test('at the end the next journey of the day follows, unless one stays', async () => {
  const { page } = await openDrive(desk, `?at=${played.journey.endedAt - 1500}`);
  await page.keyboard.press('Space');
  await page.getByText(/^Next: 13:00/).waitFor();
  await screenshot(page, 'journey-player-next');
  await page.getByRole('button', { name: 'Stay here' }).click();
  await page.getByText(/^Next: 13:00/).waitFor({ state: 'detached' });
  await page.keyboard.press('Space');
  await page.keyboard.press('Space');
  await page.goto(journeyUrl(`?at=${played.journey.endedAt - 1500}`));
  await pictures(page);
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(`/${played.journey.id}`));
  await readout(page)
    .getByText(/13:00:0[1-9]/)
    .waitFor();
});

test('a day is played from its page, and its journeys are a press away', async () => {
  const { page, complaints } = await openPage(browser, `${app().app.url}/archive/${day}`, desk);
  await page.getByRole('link', { name: 'Play the day' }).click();
  await pictures(page);
  await page.getByRole('button', { name: /^13:00/ }).click();
  await readout(page).getByText('13:00:00').waitFor();
  await pictures(page);
  await screenshot(page, 'day-player');
  expect(complaints).toEqual([]);
});

test('player pages are accessible and fit a phone, upright and on its side, light and dark', async () => {
  const faults: string[] = [];
  const looks: [string, BrowserContextOptions][] = [
    ['desk', { ...desk, colorScheme: 'light' }],
    ['phone', { ...phone, colorScheme: 'dark' }],
    ['narrow', { ...phone, viewport: { width: 320, height: 640 }, colorScheme: 'light' }],
    ['side', { ...phone, viewport: { width: 844, height: 390 }, colorScheme: 'dark' }],
  ];
  for (const [look, view] of looks) {
    const { page, complaints } = await openDrive(view);
    await settled(page);
    await screenshot(page, `journey-player-${look}`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > view.viewport!.width) faults.push(`${width} px wide on ${look}`);
    faults.push(...complaints);
    if (look === 'desk' || look === 'phone')
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${look}: ${fault}`));
    if (look === 'side') await page.getByRole('button', { name: 'Leave full screen' }).waitFor();
    await page.context().close();
  }
  expect(faults).toEqual([]);
});
