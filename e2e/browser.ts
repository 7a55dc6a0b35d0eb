import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const screenshotFolder = '.test-results/screens';

/** Debian's Chromium, without any conversation of its own with the network. `more`: switches of one test. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? candidates.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('Chromium is missing: sudo apt-get install chromium');
  await mkdir(screenshotFolder, { recursive: true });
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--autoplay-policy=no-user-gesture-required',
      ...more,
    ],
  });
}

export const desk: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, locale: 'en-GB' };
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  locale: 'en-GB',
  hasTouch: true,
  isMobile: true,
};

/** As pages are looked at: both sizes and both colour schemes, in as few turns as show each. */
export const looks: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['desk-light', { ...desk, colorScheme: 'light' }],
  ['phone-dark', { ...phone, colorScheme: 'dark' }],
];

/** A page on which every error of the console and every request to elsewhere is noted. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
): Promise<{ page: Page; complaints: string[] }> {
  // But for e2e/app.test.ts nobody waits for the worker, which would fetch all of the app each time.
  const context = await browser.newContext({ serviceWorkers: 'block', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const isLocal =
      /^(data|blob):/.test(request.url()) || new URL(request.url()).origin === new URL(url).origin;
    if (!isLocal) complaints.push(`a request left this machine: ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}

/**
 * Waits until nothing on the page stands for something that is still to come. Not the network's rest:
 * a video that the browser holds in the middle never ends its request.
 */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading').first().waitFor();
  await page.waitForFunction(
    () => document.querySelector('.mantine-Skeleton-root, .mantine-Loader-root, [aria-busy="true"]') === null,
  );
  await page.evaluate(() => document.fonts.ready.then(() => null));
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${screenshotFolder}/${name}.png` });
}

/** Rules of WCAG 2.1 A and AA that the page breaks, as `rule: element`. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const result = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  return result.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}`),
  );
}
