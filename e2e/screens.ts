/** `npm run screens`: pictures of every page, at both sizes and in both colour schemes, to be looked at. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { seedDrives } from '../simulator/drives.ts';
import { startSimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { routes } from '../src/shared/routes.ts';
import { startTestApp, type TestApp } from '../test/test-app.ts';
import { desk, launchBrowser, openPage, phone, settled } from './browser.ts';
import { screens, type Screen, type ScreenFacts, type Stage } from './screen-list.ts';

interface ScreensOptions {
  out: string;
  only?: string[];
  lang: 'en' | 'de';
}

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const day = '2026-06-28';
const code = 'K7QF-2MPX';
const locales = { en: 'en-GB', de: 'de-DE' } as const;

const views: readonly (readonly [name: string, options: BrowserContextOptions])[] = (
  ['light', 'dark'] as const
).flatMap((colorScheme) => [
  [`desk-${colorScheme}`, { ...desk, colorScheme }] as const,
  [`phone-${colorScheme}`, { ...phone, colorScheme }] as const,
]);

function readOptions(): ScreensOptions {
  return new Command('screens')
    .description('Takes pictures of every page, at both sizes and in both colour schemes.')
    .option('--out <folder>', 'where they are written', '.test-results/pages')
    .addOption(new Option('--only <name...>', 'these alone').choices(screens.map(({ name }) => name)))
    .addOption(new Option('--lang <language>', 'of the reader').choices(['en', 'de']).default('en'))
    .parse()
    .opts<ScreensOptions>();
}

/** What stands while its pictures are taken. */
interface Standing {
  app: TestApp;
  facts: ScreenFacts;
  stop: () => Promise<void>;
}

const noFacts: ScreenFacts = { day, journeyId: 0, clipId: 0 };

const stages: Record<Stage, () => Promise<Standing>> = {
  async new() {
    const app = await startTestApp({ webRoot, host: '0.0.0.0', setupCode: code });
    return { app, facts: noFacts, stop: () => app.close() };
  },
  async owned() {
    const app = await startTestApp({ webRoot, host: '0.0.0.0', setupCode: code });
    const answer = await app.fetch('/api/auth/setup', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, password: 'correct horse battery' }),
    });
    if (!answer.ok) throw new Error(`It could not be set up: ${await answer.text()}`);
    return { app, facts: noFacts, stop: () => app.close() };
  },
  async filled() {
    const camera = await startSimulatedCamera();
    const factory = createClipFactory({ cacheDir: '.cache/simulator' });
    const until = localTime(2026, 6, 28, 20, 0, 0);
    await seedDrives(camera.card, factory, { days: 2, channels: 2, seed: 7, clipSeconds: 20, until });
    const app = await startTestApp({ webRoot, pollMs: 500, cameraAddress: camera.address, logFiles: true });
    await untilFilled(app);
    return {
      app,
      facts: await fill(app),
      async stop() {
        await app.close();
        await camera.stop();
      },
    };
  },
};

async function untilFilled(app: TestApp): Promise<void> {
  const until = performance.now() + 180_000;
  while (performance.now() < until) {
    const { sync, archive } = await app.call(routes.getStatus);
    if (sync.waiting === 0 && archive.clips > 5 && !(await journeysOf(app)).isPending) return;
    await sleep(300);
  }
  throw new Error('The drives have not come in within three minutes.');
}

const journeysOf = (app: TestApp) => app.call(routes.getDayJourneys, { params: { day } });

/** A clip is in the trash, another one is kept, and a place has a name. */
async function fill(app: TestApp): Promise<ScreenFacts> {
  const { captures } = await app.call(routes.getDay, { params: { day } });
  const clips = captures.flatMap((capture) => capture.clips);
  const [first, second] = clips;
  const last = clips.findLast((clip) => !clip.locked);
  const { items } = await journeysOf(app);
  const journey = items.find((item) => item.kind === 'journey')?.journey;
  if (!first || !second || !last || !journey) throw new Error('The archive has no drives to show.');
  await app.call(routes.keepClips, { body: { clipIds: [second.id], kept: true } });
  await app.call(routes.deleteClips, { body: { clipIds: [last.id] } });
  const { box } = await app.call(routes.getMapExtent);
  if (box) {
    const body = { name: 'Home', isHome: true, latitude: box.south, longitude: box.west };
    await app.call(routes.addPlace, { body });
  }
  return { day, journeyId: journey.id, clipId: first.id };
}

async function takePicture(browser: Browser, standing: Standing, screen: Screen, options: ScreensOptions) {
  const problems: string[] = [];
  for (const [view, context] of views) {
    const url = `${standing.app.app.url}${screen.address(standing.facts)}`;
    const { page, complaints } = await openPage(browser, url, { ...context, locale: locales[options.lang] });
    try {
      await settled(page);
      await screen.prepare?.(page);
      await page.screenshot({ path: join(options.out, `${screen.name}-${view}.png`) });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) problems.push(`${screen.name}-${view}: ${wide} px wider than the screen`);
    } catch (error) {
      problems.push(`${screen.name}-${view}: ${error instanceof Error ? error.message : String(error)}`);
    }
    const faults = complaints.filter((complaint) => !/Failed to load resource/.test(complaint));
    problems.push(...faults.map((fault) => `${screen.name}-${view}: ${fault}`));
    await page.context().close();
  }
  return problems;
}

async function main(): Promise<number> {
  const options = readOptions();
  options.out = resolve(options.out);
  await mkdir(options.out, { recursive: true });
  const chosen = screens.filter(({ name }) => options.only?.includes(name) ?? true);
  const browser = await launchBrowser();
  const problems: string[] = [];
  for (const stage of ['new', 'owned', 'filled'] as const) {
    const ofStage = chosen.filter((screen) => screen.stage === stage);
    if (ofStage.length === 0) continue;
    const standing = await stages[stage]();
    for (const screen of ofStage) {
      problems.push(...(await takePicture(browser, standing, screen, options)));
      process.stdout.write(`${screen.name}\n`);
    }
    await standing.stop();
  }
  await browser.close();
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(`${chosen.length * views.length} pictures in ${options.out}\n`);
  return problems.length > 0 ? 1 : 0;
}

process.exitCode = await main();
