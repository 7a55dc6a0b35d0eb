import { MantineProvider } from '@mantine/core';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  RouterProvider,
} from '@tanstack/react-router';
import { lazy, Suspense, useEffect, type ComponentType } from 'react';
import { archiveSearch } from './archive/archive-search.ts';
import { daySearch } from './archive/day-search.ts';
import { downloadsSearch } from './downloads/downloads-views.ts';
import { Gate } from './entry/gate.tsx';
import { LiveContext, type LiveParts } from './live-context.tsx';
import { logSearch } from './log/log-search.ts';
import { mapSearch } from './map/map-search.ts';
import { pageNonce } from './page-nonce.ts';
import { dayPlayerSearch } from './player/day-player-search.ts';
import { settingsSearch } from './settings/settings-search.ts';
import { storageSearch } from './storage/storage-views.ts';
import { textsReady } from './text/text.ts';
import { cssVariables, theme } from './theme.ts';
import { NotFound, PageError, PageFetchError } from './ui/dead-ends.tsx';
import { Shell } from './ui/shell.tsx';
import type { Updates } from './updates.ts';

const Toasts = lazy<ComponentType>(async () => {
  try {
    return { default: (await import('./ui/toast-area.tsx')).ToastArea };
  } catch {
    // Beside the pages nothing catches it, and the whole app would be gone with it.
    return { default: () => null };
  }
});

/** A page's script and texts, with an error of its own when it cannot be fetched; on the import's own error the router loads anew, and were the server away the whole app would be gone. */
function page<T>(fetchScript: () => Promise<T>): () => Promise<T> {
  return async () => {
    try {
      const script = await fetchScript();
      await textsReady();
      return script;
    } catch (cause) {
      throw new PageFetchError('The page could not be fetched', { cause });
    }
  };
}

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(
    page(() => import('./home/home-page.tsx')),
    'HomePage',
  ),
});
const archiveRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/archive',
  validateSearch: archiveSearch,
  component: lazyRouteComponent(
    page(() => import('./archive/archive-page.tsx')),
    'ArchivePage',
  ),
});
const dayRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/archive/$day',
  validateSearch: daySearch,
  component: lazyRouteComponent(
    page(() => import('./archive/day-page.tsx')),
    'DayPage',
  ),
});
const dayPlayerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/archive/$day/play',
  validateSearch: dayPlayerSearch,
  component: lazyRouteComponent(
    page(() => import('./player/day-player-page.tsx')),
    'DayPlayerPage',
  ),
});
const journeyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/journeys/$id',
  component: lazyRouteComponent(
    page(() => import('./journey/journey-page.tsx')),
    'JourneyPage',
  ),
});
const mapRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/map',
  validateSearch: mapSearch,
  component: lazyRouteComponent(
    page(() => import('./map/map-page.tsx')),
    'MapPage',
  ),
});
const placesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/places',
  component: lazyRouteComponent(
    page(() => import('./places/places-page.tsx')),
    'PlacesPage',
  ),
});
const downloadsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/downloads',
  validateSearch: downloadsSearch,
  component: lazyRouteComponent(
    page(() => import('./downloads/downloads-page.tsx')),
    'DownloadsPage',
  ),
});
const importRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/import',
  component: lazyRouteComponent(
    page(() => import('./import/import-page.tsx')),
    'ImportPage',
  ),
});
const camerasRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/cameras',
  component: lazyRouteComponent(
    page(() => import('./cameras/cameras-page.tsx')),
    'CamerasPage',
  ),
});
const storageRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/storage',
  validateSearch: storageSearch,
  component: lazyRouteComponent(
    page(() => import('./storage/storage-page.tsx')),
    'StoragePage',
  ),
});
const healthRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/health',
  component: lazyRouteComponent(
    page(() => import('./health/health-page.tsx')),
    'HealthPage',
  ),
});
const logRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/health/log',
  validateSearch: logSearch,
  component: lazyRouteComponent(
    page(() => import('./log/log-page.tsx')),
    'LogPage',
  ),
});
const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  validateSearch: settingsSearch,
  component: lazyRouteComponent(
    page(() => import('./settings/settings-page.tsx')),
    'SettingsPage',
  ),
});

const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    archiveRoute,
    dayRoute,
    dayPlayerRoute,
    journeyRoute,
    mapRoute,
    placesRoute,
    downloadsRoute,
    importRoute,
    camerasRoute,
    storageRoute,
    healthRoute,
    logRoute,
    settingsRoute,
  ]),
  defaultPreload: 'intent',
  // The archive finds its own place again: by the day that was read, for rows are drawn only when they are in view.
  scrollRestoration: ({ location }) => location.pathname !== '/archive',
  defaultErrorComponent: PageError,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** The whole app over its query client and its live channel. */
export function App({ client, liveParts }: { client: QueryClient; liveParts: LiveParts }) {
  useTakeOver(liveParts.updates);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => pageNonce}
    >
      <QueryClientProvider client={client}>
        <LiveContext value={liveParts}>
          <Gate>
            <RouterProvider router={router} />
          </Gate>
          <Suspense>
            <Toasts />
          </Suspense>
        </LiveContext>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Another build of the app takes over with the next page that is gone to. */
function useTakeOver(updates: Updates): void {
  useEffect(
    () =>
      router.subscribe('onBeforeLoad', ({ pathChanged }) => {
        // Until then the address bar has the address of before.
        router.history.flush();
        updates.goingTo({ isToOtherPage: pathChanged });
      }),
    [updates],
  );
}
