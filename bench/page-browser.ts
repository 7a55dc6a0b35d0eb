import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Of the browser that measures. */
export function chromiumPath(): string {
  const path = process.env['CHROMIUM_PATH'] ?? candidates.find((each) => existsSync(each));
  if (path === undefined) throw new Error('Chromium is missing: sudo apt-get install chromium');
  return path;
}

export function launchChromium(): Promise<Browser> {
  const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [...flags, '--autoplay-policy=no-user-gesture-required'],
  });
}

/** Milliseconds by the clock, and of these how many the page itself computed: only these are the page's own on a busy machine. */
export interface Spent {
  wallMs: number;
  scriptMs: number;
  layoutMs: number;
}

/** A task that kept the page from answering, in milliseconds. */
export type LongTask = number;

/** A page of a desk, on a processor that is so many times slower. */
export class MeasuredPage {
  readonly page: Page;
  private readonly cdp: CDPSession;

  private constructor(page: Page, cdp: CDPSession) {
    this.page = page;
    this.cdp = cdp;
  }

  static async open(context: BrowserContext, slowdown: number): Promise<MeasuredPage> {
    const page = await context.newPage();
    // What runs these sources (tsx) names functions by a helper that pages do not have.
    await page.addInitScript('globalThis.__name = (each) => each;');
    await page.addInitScript(observeTasks);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable');
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    return new MeasuredPage(page, cdp);
  }

  /** What an action and all that comes of it cost; its own clock where it answers one. */
  async spent(action: () => Promise<number | void>): Promise<Spent> {
    const before = await this.metrics();
    const startedAt = performance.now();
    const wallMs = (await action()) ?? performance.now() - startedAt;
    const after = await this.metrics();
    return {
      wallMs,
      scriptMs: after.scriptMs - before.scriptMs,
      layoutMs: after.layoutMs - before.layoutMs,
    };
  }

  /** Tasks of more than 50 ms since they were last asked for. */
  longTasks(): Promise<LongTask[]> {
    return this.page.evaluate(() => {
      const seen = window.longTasks ?? [];
      window.longTasks = [];
      return seen;
    });
  }

  /** How far things have moved under the reader, as Chromium counts it. */
  layoutShift(): Promise<number> {
    return this.page.evaluate(() => window.layoutShift ?? 0);
  }

  /** Bytes in use once everything that nobody refers to is gone. */
  async heapBytes(): Promise<number> {
    await this.cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.cdp.send('Runtime.getHeapUsage');
    return usedSize;
  }

  private async metrics(): Promise<{ scriptMs: number; layoutMs: number }> {
    const { metrics } = await this.cdp.send('Performance.getMetrics');
    const of = (name: string) => 1000 * (metrics.find((each) => each.name === name)?.value ?? 0);
    return { scriptMs: of('ScriptDuration'), layoutMs: of('LayoutDuration') + of('RecalcStyleDuration') };
  }
}

declare global {
  interface Window {
    longTasks?: number[];
    layoutShift?: number;
    /** Resolves with the next picture. */
    frame?: () => Promise<number>;
  }
}

/** Runs in the page before anything else. */
function observeTasks(): void {
  window.longTasks = [];
  window.layoutShift = 0;
  window.frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks?.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if ('hadRecentInput' in entry && entry.hadRecentInput === true) continue;
      if ('value' in entry && typeof entry.value === 'number')
        window.layoutShift = (window.layoutShift ?? 0) + entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}
