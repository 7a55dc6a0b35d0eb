/**
 * The service worker: keeps the app itself (its page, scripts, styles), so that it opens while the server is away, and
 * says so. Of what the server answers nothing is ever kept, nor touched: the API, pictures, films and the live channel
 * pass by. Bundled by scripts/build-worker.mjs.
 */
import { PrecacheController } from 'workbox-precaching/PrecacheController.js';
import type { PrecacheEntry } from 'workbox-precaching/_types.js';
import { NavigationRoute } from 'workbox-routing/NavigationRoute.js';
import { registerRoute } from 'workbox-routing/registerRoute.js';
import {
  answerFrom,
  cachePrefix,
  isAssetPath,
  isKeepable,
  outdatedCaches,
  pageDenied,
} from './worker-plan.ts';

/** Put in by the build: a name for all its files together, and the files. */
declare const BUILD_ID: string;
declare const BUILD_FILES: PrecacheEntry[];

interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}
interface Worker {
  addEventListener(type: 'install' | 'activate', listener: (event: Lasting) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  readonly registration: { readonly navigationPreload?: { enable(): Promise<void> } };
}
interface PageAsked {
  request: Request;
  event: { preloadResponse?: Promise<Response | undefined> };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of workers and of pages do not go together
const worker = globalThis as unknown as Worker;

/** After this long the server is taken to be away: the page that is kept asks it again by itself. */
const patienceMs = 4_000;
/** For what stands in the way of the page's first sight. */
const shortPatienceMs = 1_000;

/** Files of this build, in a cache of its own: those of the build before stay for tabs that still run it. */
const kept = new PrecacheController({
  cacheName: `${cachePrefix}${BUILD_ID}`,
  plugins: [{ cacheWillUpdate: async ({ response }) => (isKeepable(response) ? response : null) }],
});
kept.precache(BUILD_FILES);

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(takeOver()));

async function takeOver(): Promise<void> {
  await Promise.all(outdatedCaches(await caches.keys()).map((name) => caches.delete(name)));
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** Their names change with what is in them: one that is kept, of whichever build, is never old. */
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && isAssetPath(url.pathname),
  async ({ request }) => (await caches.match(request.url, { ignoreVary: true })) ?? fetch(request),
);

/** A page comes from the server, always; the kept one stands in while the server is away. */
registerRoute(new NavigationRoute(async (asked) => pageFor(asked), { denylist: [...pageDenied] }));

/** What else the page without a server needs. */
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && kept.getCacheKeyForURL(url.href) !== undefined,
  async ({ request, url }) => answerOf(fetch(request), url.pathname, shortPatienceMs),
);

async function pageFor({ request, event }: PageAsked): Promise<Response> {
  const fetched = Promise.resolve(event.preloadResponse).then((response) => response ?? fetch(request));
  return answerOf(fetched, '/index.html', patienceMs);
}

/** What the server says in time, or what is kept. */
async function answerOf(fetched: Promise<Response>, address: string, waitMs: number): Promise<Response> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, waitMs, null));
  const answer = await Promise.race([fetched.catch(() => null), late]);
  return answerFrom(answer, await kept.matchPrecache(address)) ?? fetched;
}
