import type { Browser } from 'playwright-core';
import { withFolder, scaled, type BenchContext, type Benchmark } from './bench-context.ts';
import { routes } from '../src/shared/routes.ts';
import { seedPageArchive, type PageArchive } from './page-archive.ts';
import { launchChromium, MeasuredPage, type Spent } from './page-browser.ts';
import { lighthouse } from './page-lighthouse.ts';
import { Figures, median, megabytes, milliseconds, quantile, type Figure } from './report.ts';
import { ServerProcess } from './server-process.ts';

const fullClips = 196_000;
/** As on a phone of the middle class beside the machine that measures. */
const slowdown = 4;
const loads = 5;
const fullOpenings = 200;
const seeks = 15;
const goals = { interactiveMs: 1500, openMs: 300, seekMs: 400, taskMs: 100, growth: 1.1, answerMs: 100 };
const desk = { viewport: { width: 1440, height: 900 }, locale: 'en-GB' };

export const pageBenchmark: Benchmark = {
  name: 'page',
  about: 'the pages in Chromium on a processor four times as slow, over 196,000 clips; Lighthouse',
  run: pages,
};

interface Round {
  figures: Figures;
  browser: Browser;
  url: string;
  archive: PageArchive;
}

async function pages(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('page');
  await withFolder(context.dir, async (folder) => {
    const clips = scaled(context, fullClips);
    const archive = await seedPageArchive(folder, clips);
    console.log(`     ${clips} clips, ${archive.journeys} journeys`);
    const server = await ServerProcess.start({
      bundle: context.bundle,
      folder,
      profileDir: context.profileDir,
    });
    const browser = await launchChromium();
    try {
      const round = { figures, browser, url: server.url, archive };
      await interactive(round, 'nothing kept');
      await openDays(round, context.quick ? fullOpenings / 4 : fullOpenings);
      await scrollYear(round);
      // Looking at its files, the server may have derived the newest day anew.
      archive.journeyId = await journeyOf(server.url, archive.day);
      await seekFilm(round);
      await fourTabs(round);
      await browser.close();
      await lighthouse(figures, server.url, archive);
    } finally {
      await browser.close();
      await server.stop();
    }
  });
  return figures.all;
}

/** A journey of a day, as the server has it now. */
async function journeyOf(url: string, day: string): Promise<number> {
  const answer = await fetch(`${url}/api/days/${day}/journeys`);
  const { items } = routes.getDayJourneys.response.parse(await answer.json());
  const [id] = items.flatMap((item) => (item.kind === 'journey' ? [item.journey.id] : []));
  if (id === undefined) throw new Error(`The day ${day} has no journey.`);
  return id;
}

const firstDay = 'article[data-day]';
const toggle = `${firstDay} button[aria-expanded]`;

/** From the navigation until rows are shown and a click on one has opened it, in a browser that has never been there. */
async function interactive({ figures, browser, url }: Round, of: string): Promise<void> {
  const shown: Spent[] = [];
  const answered: number[] = [];
  const shifts: number[] = [];
  for (let load = 0; load < loads; load++) {
    const context = await browser.newContext(desk);
    const measured = await MeasuredPage.open(context, slowdown);
    shown.push(
      await measured.spent(async () => {
        await measured.page.goto(`${url}/archive`, { waitUntil: 'commit' });
        const times = await measured.page.evaluate(answersClick, { row: firstDay, button: toggle });
        answered.push(times.answeredMs);
        return times.shownMs;
      }),
    );
    shifts.push(await measured.layoutShift());
    await context.close();
  }
  const values = { answeredMs: median(answered), worstMs: Math.max(...answered), ...medians(shown) };
  const measured = `${milliseconds(values.answeredMs)} (rows after ${words(values)})`;
  const goal = `<= ${goals.interactiveMs} ms`;
  figures.goal(
    { what: `archive, ${of}: rows shown and a click answered`, goal, measured, values },
    values.answeredMs <= goals.interactiveMs,
  );
  const shift = Math.max(...shifts);
  figures.goal(
    {
      what: 'layout shift while it comes up',
      goal: '<= 0.01',
      measured: shift.toFixed(3),
      values: { shift },
    },
    shift <= 0.01,
  );
}

/** In the page: milliseconds since the navigation. */
async function answersClick({ row, button }: { row: string; button: string }) {
  while (!document.querySelector(row)) await window.frame?.();
  await window.frame?.();
  const shownMs = performance.now();
  document.querySelector<HTMLElement>(button)?.click();
  while (document.querySelector(button)?.getAttribute('aria-expanded') !== 'true') await window.frame?.();
  await window.frame?.();
  return { shownMs, answeredMs: performance.now() };
}

/** Days opened in place, each until its first recordings are drawn; then the memory that many of them leave. */
async function openDays({ figures, browser, url }: Round, openings: number): Promise<void> {
  const context = await browser.newContext(desk);
  const measured = await MeasuredPage.open(context, slowdown);
  await measured.page.goto(`${url}/archive`);
  await measured.page.locator(toggle).first().waitFor();
  const costs: Spent[] = [];
  const heap: number[] = [];
  for (let opening = 0; opening < openings; opening++) {
    costs.push(
      await measured.spent(async () => measured.page.evaluate(opensDay, { row: firstDay, at: opening % 2 })),
    );
    await measured.page.evaluate(closesDays);
    // The first ones fill what is kept on purpose.
    if ((4 * (opening + 1)) % openings === 0) heap.push(await measured.heapBytes());
  }
  const values = {
    p95Ms: quantile(
      costs.map(({ wallMs }) => wallMs),
      0.95,
    ),
    ...medians(costs),
  };
  const goal = `<= ${goals.openMs} ms`;
  figures.goal(
    {
      what: `a day opens, median (p95) of ${openings}`,
      goal,
      measured: `${words(values)} (${milliseconds(values.p95Ms)})`,
      values,
    },
    values.wallMs <= goals.openMs,
  );
  const [first = 1, last = 1] = [heap[0], heap.at(-1)];
  figures.goal(
    {
      what: `heap after ${openings} openings by after ${openings / 4}`,
      goal: `<= x ${goals.growth}`,
      measured: `x ${(last / first).toFixed(2)}: ${heap.map(megabytes).join(', ')}`,
      values: { firstBytes: first, lastBytes: last },
    },
    last / first <= goals.growth,
  );
  await context.close();
}

/** In the page: milliseconds from the click on a day to its first recordings. */
async function opensDay({ row, at }: { row: string; at: number }): Promise<number> {
  window.scrollTo(0, 0);
  await window.frame?.();
  const day = document.querySelectorAll(row)[at] ?? document.querySelector(row);
  const startedAt = performance.now();
  day?.querySelector<HTMLElement>('button[aria-expanded="false"]')?.click();
  for (let waited = 0; !document.querySelector('[data-capture]');) {
    await window.frame?.();
    waited = performance.now() - startedAt;
    if (waited > 15_000) throw new Error('the day did not open');
  }
  await window.frame?.();
  return performance.now() - startedAt;
}

/** In the page: closes what is open, and waits until it is gone. */
async function closesDays(): Promise<void> {
  window.scrollTo(0, 0);
  for (let tries = 0; document.querySelector('[data-capture]') && tries < 300; tries++) {
    document.querySelector<HTMLElement>('article button[aria-expanded="true"]')?.click();
    await window.frame?.();
  }
}

/** A year of days by the wheel: tasks that kept the page from answering, and the pictures it showed meanwhile. */
async function scrollYear({ figures, browser, url }: Round): Promise<void> {
  const context = await browser.newContext(desk);
  const measured = await MeasuredPage.open(context, slowdown);
  await measured.page.goto(`${url}/archive`);
  await measured.page.locator(firstDay).first().waitFor();
  await measured.page.waitForTimeout(1000);
  await measured.longTasks();
  await measured.page.mouse.move(700, 600);
  let frames = { count: 0, ms: 1 };
  const cost = await measured.spent(async () => {
    const counted = measured.page.evaluate(countsFrames);
    for (let step = 0; step < wheelSteps; step++) {
      await measured.page.mouse.wheel(0, wheelPx);
      await measured.page.waitForTimeout(16);
    }
    await measured.page.evaluate(() => window.dispatchEvent(new Event('bench-end')));
    frames = await counted;
  });
  const tasks = await measured.longTasks();
  const days = await measured.page.locator(firstDay).first().getAttribute('data-day');
  const longest = Math.max(0, ...tasks);
  const values = { longTasks: tasks.length, longestMs: longest, ...cost };
  figures.goal(
    {
      what: `scrolled to ${days}: longest task`,
      goal: `<= ${goals.taskMs} ms`,
      measured: `${milliseconds(longest)}; ${tasks.length} of more than 50 ms; ${spentWords(cost)}`,
      values,
    },
    longest <= goals.taskMs,
  );
  const fps = (1000 * frames.count) / frames.ms;
  figures.info({ what: 'frames a second meanwhile', measured: fps.toFixed(0), values: { fps } });
  await context.close();
}

/** A day's row has about 200 px: a year, in a minute. */
const wheelPx = 120;
const wheelSteps = 600;

/** In the page, until it is told to end. */
function countsFrames(): Promise<{ count: number; ms: number }> {
  const startedAt = performance.now();
  let count = 0;
  let isOver = false;
  const next = () => {
    count += 1;
    if (!isOver) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  return new Promise((resolve) => {
    window.addEventListener('bench-end', () => {
      isOver = true;
      resolve({ count, ms: performance.now() - startedAt });
    });
  });
}

/** The player of a day: from the key to the picture of where it leads. */
async function seekFilm({ figures, browser, url, archive }: Round): Promise<void> {
  const context = await browser.newContext(desk);
  const measured = await MeasuredPage.open(context, 1);
  await measured.page.goto(`${url}/journeys/${archive.journeyId}`);
  await measured.page.locator('video').first().waitFor({ state: 'attached' });
  await measured.page.waitForFunction(() =>
    [...document.querySelectorAll('video')].some((video) => video.readyState >= 2),
  );
  const costs: Spent[] = [];
  for (let seek = 0; seek < seeks; seek++) {
    // Within a clip, and now and then into the next one.
    costs.push(
      await measured.spent(async () =>
        measured.page.evaluate(seeksByKey, seek % 3 === 2 ? 'Shift+ArrowRight' : 'ArrowRight'),
      ),
    );
    await measured.page.waitForTimeout(200);
  }
  const p95Ms = quantile(
    costs.map(({ wallMs }) => wallMs),
    0.95,
  );
  const values = { p95Ms, ...medians(costs) };
  figures.goal(
    {
      what: 'a seek in the player shows its picture: p95 (median)',
      goal: `<= ${goals.seekMs} ms`,
      measured: `${milliseconds(p95Ms)} (${words(values)})`,
      values,
    },
    p95Ms <= goals.seekMs,
  );
  await context.close();
}

/** In the page: milliseconds from the key to a picture that a video has not shown before. */
function seeksByKey(keys: string): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    for (const video of document.querySelectorAll('video')) {
      const before = video.currentTime;
      const look = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
        if (Math.abs(mediaTime - before) > 1) resolve(performance.now() - startedAt);
        else video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
    }
    const key = keys.replace('Shift+', '');
    const init = { key, code: key, shiftKey: keys.startsWith('Shift'), bubbles: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent('keydown', init));
  });
}

/** Four players in one browser, over plain HTTP/1.1 with its six connections: what the API then takes to answer. */
async function fourTabs({ figures, browser, url, archive }: Round): Promise<void> {
  const context = await browser.newContext(desk);
  for (let tab = 0; tab < 4; tab++) {
    const page = await context.newPage();
    await page.goto(`${url}/journeys/${archive.journeyId}`);
    await page.waitForFunction(() =>
      [...document.querySelectorAll('video')].some((video) => video.readyState >= 2),
    );
    await page.keyboard.press('Space');
  }
  const page = await context.newPage();
  await page.goto(`${url}/health`);
  const timesMs: number[] = [];
  for (let ask = 0; ask < 20; ask++) {
    timesMs.push(await page.evaluate(asksStatus));
    await page.waitForTimeout(250);
  }
  const values = { p95Ms: quantile(timesMs, 0.95), medianMs: median(timesMs), worstMs: Math.max(...timesMs) };
  figures.goal(
    {
      what: 'an answer of the API with four players at once: p95 (median)',
      goal: `<= ${goals.answerMs} ms`,
      measured: `${milliseconds(values.p95Ms)} (${milliseconds(values.medianMs)})`,
      values,
    },
    values.p95Ms <= goals.answerMs,
  );
  await context.close();
}

async function asksStatus(): Promise<number> {
  const startedAt = performance.now();
  await (await fetch('/api/status', { cache: 'no-store' })).text();
  return performance.now() - startedAt;
}

function medians(all: readonly Spent[]): Spent {
  const of = (what: keyof Spent) => median(all.map((each) => each[what]));
  return { wallMs: of('wallMs'), scriptMs: of('scriptMs'), layoutMs: of('layoutMs') };
}

const spentWords = ({ scriptMs, layoutMs }: Spent) =>
  `script ${milliseconds(scriptMs)}, layout ${milliseconds(layoutMs)}`;
const words = (spent: Spent) => `${milliseconds(spent.wallMs)}; ${spentWords(spent)}`;
