import { existsSync } from 'node:fs';
import { chromium, type CDPSession, type Page } from 'playwright-core';
import { milliseconds, quantile, type Figures } from './report.ts';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const dragSteps = 60;
const mostScriptMs = 200;
const longMs = 50;

/** The map page in Chromium: until all journeys are told to the map, and the page while the slider is dragged. */
export async function measurePage(figures: Figures, url: string, journeys: number): Promise<void> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? candidates.find((path) => existsSync(path));
  if (executablePath === undefined) {
    figures.info({ what: 'the page', measured: 'not measured: Chromium is missing', values: {} });
    return;
  }
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    // What the bundler of this file calls in functions that are sent to the page.
    await page.addInitScript('globalThis.__name = (value) => value');
    const profiler = await page.context().newCDPSession(page);
    await profiler.send('Profiler.enable');
    await firstVisit(figures, { page, profiler, url, journeys });
    await dragging(figures, { page, profiler });
  } finally {
    await browser.close();
  }
}

interface Watched {
  page: Page;
  profiler: CDPSession;
}

async function firstVisit(
  figures: Figures,
  { page, profiler, url, journeys }: Watched & { url: string; journeys: number },
): Promise<void> {
  await profiler.send('Profiler.start');
  const startedAt = performance.now();
  await page.goto(`${url}/map`);
  await page.getByText(`${journeys.toLocaleString('en')} journeys`).waitFor({ timeout: 90_000 });
  const ms = performance.now() - startedAt;
  await page.locator('[data-testid=map][data-ready]').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(3000);
  tell(figures, await scriptRuns(profiler), {
    what: `the map page with ${journeys} journeys, until all are there`,
    measured: milliseconds(ms),
    ms,
  });
}

/** Over the histogram, a step at a time; the frames are drawn by the processor here, which is what they cost. */
async function dragging(figures: Figures, { page, profiler }: Watched): Promise<void> {
  const box = await page.getByTestId('time-slider').boundingBox();
  if (!box) throw new Error('the slider is not there');
  const y = box.y + box.height / 2;
  await profiler.send('Profiler.start');
  const frames = page.evaluate(countFrames, 60_000);
  await page.mouse.move(box.x + box.width / 4, y);
  await page.mouse.down();
  for (let step = 0; step <= dragSteps; step++) {
    await page.mouse.move(box.x + box.width * (0.25 + (0.6 * step) / dragSteps), y);
  }
  await page.mouse.up();
  await page.evaluate(() => window.dispatchEvent(new Event('bench-over')));
  const p95 = quantile(await frames, 0.95);
  tell(figures, await scriptRuns(profiler), {
    what: `the slider dragged in ${dragSteps} steps, frames drawn by the processor: p95`,
    measured: milliseconds(p95),
    ms: p95,
  });
}

/** Milliseconds between frames until it is said to be over. */
function countFrames(mostMs: number): Promise<number[]> {
  return new Promise((resolve) => {
    const times: number[] = [];
    let [last, isOver] = [performance.now(), false];
    const end = last + mostMs;
    window.addEventListener('bench-over', () => (isOver = true), { once: true });
    const next = (now: number) => {
      times.push(now - last);
      last = now;
      if (isOver || now > end) resolve(times);
      else requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
}

interface Measured {
  what: string;
  measured: string;
  ms: number;
}

function tell(figures: Figures, runs: readonly number[], { what, measured, ms }: Measured): void {
  const longest = Math.max(0, ...runs);
  const long = runs.filter((run) => run > longMs).length;
  figures.goal(
    {
      what,
      goal: `no script over ${mostScriptMs} ms`,
      measured: `${measured}; ${long} times script over ${longMs} ms, at most ${milliseconds(longest)}`,
      values: { ms, longRuns: long, longestMs: longest },
    },
    longest <= mostScriptMs,
  );
}

/**
 * Milliseconds for which scripts of the page ran without a pause, since the profiler began. A task that waits for a
 * frame to be drawn, which takes the processor long and a graphics chip nothing, is no script: the profiler calls it
 * program.
 */
async function scriptRuns(profiler: CDPSession): Promise<number[]> {
  const { profile } = await profiler.send('Profiler.stop');
  const pauses = new Set(
    profile.nodes
      .filter(({ callFrame }) => ['(program)', '(idle)', '(root)'].includes(callFrame.functionName))
      .map(({ id }) => id),
  );
  const runs: number[] = [];
  let run = 0;
  for (const [index, id] of (profile.samples ?? []).entries()) {
    if (!pauses.has(id)) {
      run += (profile.timeDeltas?.[index] ?? 0) / 1000;
      continue;
    }
    if (run > 0) runs.push(run);
    run = 0;
  }
  return [...runs, run];
}
