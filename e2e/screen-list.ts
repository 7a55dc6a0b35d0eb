/** Of which states of the product a person can be shown pictures, and where each is found. */
import type { Page } from 'playwright-core';

/** `new`: nobody has set it up; `owned`: set up, and nobody has logged in; `filled`: two days of drives are here. */
export type Stage = 'new' | 'owned' | 'filled';

/** What the addresses of pages are made of. */
export interface ScreenFacts {
  /** `YYYY-MM-DD` */
  day: string;
  journeyId: number;
  /** Of a clip in the archive. */
  clipId: number;
}

export interface Screen {
  /** Of its files. */
  name: string;
  stage: Stage;
  /** As the app's router names the page; the gate's own pages have none. */
  route: string | null;
  address: (facts: ScreenFacts) => string;
  /** What is done before the picture is taken. */
  prepare?: (page: Page) => Promise<void>;
}

const at = (address: string) => () => address;

export const screens: readonly Screen[] = [
  { name: 'set-up', stage: 'new', route: null, address: at('/') },
  { name: 'log-in', stage: 'owned', route: null, address: at('/') },
  { name: 'home', stage: 'filled', route: '/', address: at('/') },
  { name: 'archive', stage: 'filled', route: '/archive', address: at('/archive') },
  { name: 'archive-filtered', stage: 'filled', route: '/archive', address: at('/archive?kind=parking') },
  { name: 'day', stage: 'filled', route: '/archive/$day', address: ({ day }) => `/archive/${day}` },
  {
    name: 'day-player',
    stage: 'filled',
    route: '/archive/$day/play',
    address: ({ day }) => `/archive/${day}/play`,
  },
  {
    name: 'journey',
    stage: 'filled',
    route: '/journeys/$id',
    address: ({ journeyId }) => `/journeys/${journeyId}`,
  },
  { name: 'map', stage: 'filled', route: '/map', address: at('/map'), prepare: untilMapIsDrawn },
  { name: 'places', stage: 'filled', route: '/places', address: at('/places') },
  { name: 'downloads', stage: 'filled', route: '/downloads', address: at('/downloads') },
  { name: 'downloads-days', stage: 'filled', route: '/downloads', address: at('/downloads?view=days') },
  { name: 'downloads-visits', stage: 'filled', route: '/downloads', address: at('/downloads?view=visits') },
  { name: 'import', stage: 'filled', route: '/import', address: at('/import') },
  { name: 'cameras', stage: 'filled', route: '/cameras', address: at('/cameras') },
  { name: 'storage', stage: 'filled', route: '/storage', address: at('/storage') },
  { name: 'storage-trash', stage: 'filled', route: '/storage', address: at('/storage?view=trash') },
  { name: 'storage-log', stage: 'filled', route: '/storage', address: at('/storage?view=log') },
  { name: 'storage-folders', stage: 'filled', route: '/storage', address: at('/storage?view=folders') },
  { name: 'health', stage: 'filled', route: '/health', address: at('/health') },
  { name: 'log', stage: 'filled', route: '/health/log', address: at('/health/log') },
  { name: 'settings', stage: 'filled', route: '/settings', address: at('/settings') },
  { name: 'palette', stage: 'filled', route: '/', address: at('/'), prepare: openPalette },
  { name: 'not-found', stage: 'filled', route: null, address: at('/nowhere') },
];

/** Not where it cannot be drawn: then there is a sketch. */
async function untilMapIsDrawn(page: Page): Promise<void> {
  await page
    .locator('[data-testid=map][data-ready]')
    .waitFor({ timeout: 15_000 })
    .catch(() => undefined);
}

/** A page listens to keys a moment after it is seen. */
async function openPalette(page: Page): Promise<void> {
  const dialog = page.locator('.mantine-Spotlight-content');
  for (let tries = 0; tries < 5 && !(await dialog.isVisible()); tries += 1) {
    await page.keyboard.press('Control+k');
    await dialog.waitFor({ timeout: 2000 }).catch(() => undefined);
  }
}
