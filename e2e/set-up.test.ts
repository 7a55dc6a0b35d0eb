import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { addDrive, useApp, useCamera } from '../test/scenario.ts';
import type { TestApp } from '../test/test-app.ts';
import { accessibilityFaults, desk, launchBrowser, openPage, phone, screenshot, settled } from './browser.ts';

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const code = 'K7QF-2MPX';
const password = 'correct horse battery';
const host = 'cam.example.com';
/** Chromium itself tells of every request that is refused; everything else is a fault. */
const isExpected = (complaint: string) => /Failed to load resource.*\b(401|403|503)\b/.test(complaint);

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser([`--host-resolver-rules=MAP ${host} 127.0.0.1`]);
});
afterAll(() => browser.close());

async function openAt(url: string, view: BrowserContextOptions = desk) {
  const { page, complaints } = await openPage(browser, url, view);
  onTestFinished(() => page.context().close());
  const faults = async (where: string) => [
    ...(await accessibilityFaults(page)).map((fault) => `${where}: ${fault}`),
    ...complaints.filter((complaint) => !isExpected(complaint)),
  ];
  return { page, faults };
}

/** A program that others can reach and that nobody has set up, and a camera with a drive on its card. */
async function useNew() {
  const camera = await useCamera();
  addDrive(camera, { clips: 3, bytes: 30_000 });
  const app = await useApp({ webRoot, host: '0.0.0.0', setupCode: code, pollMs: 500 });
  return { app, camera };
}

/** One that is set up, and the test as its owner. */
async function useOwned(): Promise<TestApp> {
  const app = await useApp({ webRoot, host: '0.0.0.0', setupCode: code });
  const answer = await app.fetch('/api/auth/setup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, password }),
  });
  app.cookie = answer.headers.get('set-cookie')?.split(';')[0];
  return app;
}

async function logIn(page: Page): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).waitFor();

/** The next thing that the keyboard reaches whose name this is. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    const found = page.getByRole('button', { name }).or(page.getByRole('switch', { name }));
    if (await focused.and(found).count()) return;
  }
  throw new Error(`the keyboard does not reach ${String(name)}`);
}

test('a person sets viofosync up on a phone, goes back, comes again after a reload, and sees the first clips', async () => {
  const { app, camera } = await useNew();
  const { page, faults } = await openAt(app.app.url, phone);
  const next = () => page.getByRole('button', { name: 'Next' }).click();
  const found: string[] = [];
  const look = async (name: string) => {
    await settled(page);
    await screenshot(page, `set-up-${name}-phone`);
    found.push(...(await faults(name)));
    expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(390);
  };
  await heading(page, 'Set viofosync up');
  await look('code');
  await page.getByLabel('Code').fill('k7qf 2mpx');
  await page.getByRole('button', { name: 'Begin' }).click();

  await heading(page, 'Where is your camera?');
  await page.getByLabel('Address').fill(camera.address);
  await page.getByRole('button', { name: 'Test this address' }).click();
  await page.getByText('A229P answers').waitFor();
  await page.getByLabel('Name').fill('Civic');
  await look('camera');
  await next();
  await heading(page, 'Where things are kept');
  await page.getByText('It is marked as the archive of this installation.').waitFor();
  await page.getByText('It is the same disk as that of the recordings.').waitFor();
  await look('storage');
  await next();
  await heading(page, 'Which clock does the camera follow?');
  await page.getByText(/There it is \d+:\d\d now/).waitFor();
  await look('zone');
  await next();
  await heading(page, 'How long do recordings stay?');
  await page.getByRole('switch', { name: 'Delete the oldest when the disk is fuller than' }).click();
  await page.getByText('Recordings stay as long as there is room: from 90 % on, the oldest go.').waitFor();
  await look('keep');

  await vi.waitFor(async () =>
    expect(JSON.stringify(await app.app.db.selectFrom('app_state').selectAll().execute())).toContain(
      '"retentionDiskPct\\":90',
    ),
  );
  await page.reload();
  await heading(page, 'How long do recordings stay?');
  await page.getByText(/from 90 % on, the oldest go/).waitFor();
  await page.goBack();
  await heading(page, 'Which clock does the camera follow?');
  await page.getByRole('button', { name: 'Camera' }).click();
  await heading(page, 'Where is your camera?');
  expect(await page.getByLabel('Name').inputValue()).toBe('Civic');
  await page.getByRole('button', { name: 'Keeping' }).click();
  await next();
  await heading(page, 'What may leave this machine?');
  await look('outside');
  await next();
  await heading(page, 'Your password');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Finish' }).click();
  await page.getByRole('alert').waitFor();
  await look('password');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Finish' }).click();

  await page.getByText('Civic').first().waitFor();
  await page.getByRole('link', { name: 'Archive' }).first().click();
  await page
    .getByRole('article', { name: /^Sunday/ })
    .first()
    .waitFor({ timeout: 20_000 });
  expect(await page.evaluate(() => location.hash)).toBe('');
  expect(found).toEqual([]);
  expect(await faults('archive')).toEqual([]);
});

test('somebody sets it up on a desk with the keyboard alone, and leaves the camera for later', async () => {
  const { app } = await useNew();
  const { page, faults } = await openAt(app.app.url, { ...desk, colorScheme: 'dark' });
  await heading(page, 'Set viofosync up');
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await heading(page, 'Where is your camera?');
  await tabTo(page, 'Leave it for later');
  await page.keyboard.press('Enter');
  for (const title of ['Where things are kept', 'Which clock does the camera follow?'] as const) {
    await heading(page, title);
    await tabTo(page, 'Next');
    await page.keyboard.press('Enter');
  }
  await heading(page, 'How long do recordings stay?');
  await tabTo(page, 'Delete recordings that are older than');
  await page.keyboard.press('Space');
  await page.getByText(/Recordings stay for 30 days/).waitFor();
  await tabTo(page, 'Next');
  await page.keyboard.press('Enter');
  await heading(page, 'What may leave this machine?');
  await screenshot(page, 'set-up-outside-desk-dark');
  expect(await faults('outside')).toEqual([]);
  await tabTo(page, 'Next');
  await page.keyboard.press('Enter');
  await heading(page, 'Your password');
  await tabTo(page, 'Show what is typed');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await heading(page, 'Add your camera');
  await vi.waitFor(async () => {
    const [row] = await app.app.db.selectFrom('session').selectAll().execute();
    app.cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`)[0];
    expect(row?.agent).toContain('Chrome');
  });
  expect((await app.call(routes.getSettings)).settings.retentionDays).toBe(30);
});

test('where the page is open without a password, the set-up is a way to one', async () => {
  const app = await useApp({ webRoot });
  const { page, faults } = await openAt(app.app.url);
  await page.getByRole('link', { name: 'go through the set-up' }).click();
  await heading(page, 'Where is your camera?');
  await page.getByRole('link', { name: 'Not now' }).click();
  await heading(page, 'Add your camera');
  await page.goto(`${app.app.url}/set-up`);
  await page.getByRole('button', { name: 'Leave it for later' }).click();
  for (let step = 0; step < 4; step += 1) await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Finish' }).click();
  await heading(page, 'Add your camera');
  expect((await page.request.get(`${app.app.url}/api/status`)).status()).toBe(200);
  expect((await app.fetch('/api/status')).status).toBe(401);
  expect(await faults('open')).toEqual([]);
});

test('sessions are listed and ended, and the page of an ended one says so and keeps what was typed', async () => {
  const app = await useOwned();
  const desktop = await openAt(`${app.app.url}/settings`);
  await logIn(desktop.page);
  const { page, faults } = await openAt(`${app.app.url}/settings`, phone);
  await logIn(page);
  const search = page.getByRole('searchbox', { name: 'Search the settings' });
  await search.fill('thumb');
  await page.getByText('Make thumbnails ahead').waitFor();

  const access = desktop.page.getByRole('region', { name: 'Access' });
  await access.getByText('This one').waitFor();
  await settled(desktop.page);
  await vi.waitFor(async () =>
    expect(await access.getByRole('button', { name: /^End the session of/ }).count()).toBe(2),
  );
  await access.screenshot({ path: '.test-results/screens/sessions-desk.png' });
  expect(await desktop.faults('sessions')).toEqual([]);
  await access.getByRole('button', { name: 'End all others' }).click();
  await desktop.page.getByRole('dialog').getByRole('button', { name: 'End all others' }).click();
  await desktop.page.getByText('2 sessions have been ended.').waitFor();
  await vi.waitFor(async () => expect(await access.getByRole('listitem').count()).toBe(1));

  // At once, not with the next look at the page.
  await heading(page, 'Log in');
  await page.getByText(/Your session has ended.*what you had typed is still there/).waitFor();
  expect(await search.isVisible()).toBe(false);
  await screenshot(page, 'session-ended-phone');
  expect(await faults('ended')).toEqual([]);
  await logIn(page);
  await page.getByText('Make thumbnails ahead').waitFor();
  expect(await search.inputValue()).toBe('thumb');
  await page.goto(app.app.url);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('You are logged out.').waitFor();
  expect(await page.getByRole('navigation', { name: 'Pages' }).count(), 'and nothing is kept').toBe(0);
});

test('a name that was not allowed is explained, and once it is, the page answers by it', async () => {
  const app = await useOwned();
  const url = app.app.url.replace('localhost', host);
  const { page, faults } = await openAt(`${url}/archive`);
  await heading(page, 'Not by this name');
  await page.getByText(`ALLOWED_HOSTS=${host}`).waitFor();
  await screenshot(page, 'wrong-host-desk');
  expect(await faults('wrong host')).toEqual([]);
  await app.call(routes.updateSettings, { body: { allowedHosts: host } });
  await page.reload();
  await heading(page, 'Log in');
  await logIn(page);
  await page.getByRole('link', { name: 'Settings' }).first().waitFor();
});

test('no page needs what the content policy forbids, and nothing may be written into one', async () => {
  const app = await useOwned();
  const { page, faults } = await openAt(app.app.url);
  await logIn(page);
  await page.getByRole('link', { name: 'Settings' }).first().waitFor();
  const broken: string[] = [];
  for (const path of ['/', '/archive', '/map', '/settings', '/nothing', '/index.html']) {
    const policy =
      (await page.request.get(`${app.app.url}${path}`)).headers()['content-security-policy'] ?? '';
    if (!/script-src 'self';style-src 'self' 'nonce-[\w-]{22}';/.test(policy) || policy.includes('unsafe'))
      broken.push(`${path}: ${policy}`);
  }
  await page.reload();
  for (const name of ['Archive', 'Downloads', 'Import', 'Cameras', 'Storage', 'Health', 'Settings', 'Map']) {
    await page.getByRole('link', { name, exact: true }).first().click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await settled(page);
  }
  expect(broken).toEqual([]);
  expect(await faults('settings')).toEqual([]);
  const isStyled = await page.evaluate(() => {
    const style = document.createElement('style');
    style.textContent = 'body { outline: 7px solid red }';
    document.head.append(style);
    return getComputedStyle(document.body).outlineWidth;
  });
  expect(isStyled, 'a style without the nonce has no effect').not.toBe('7px');
});
