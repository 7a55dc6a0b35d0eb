import { MantineProvider } from '@mantine/core';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  RouterProvider,
} from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { daySearch } from './archive/day-search.ts';
import { downloadsSearch } from './downloads/downloads-views.ts';
import { Gate } from './entry/gate.tsx';
import { LiveContext, type LiveParts } from './live-context.tsx';
import { mapSearch } from './map/map-search.ts';
import { storageSearch } from './storage/storage-views.ts';
import { cssVariables, theme } from './theme.ts';
import { NotFound, PageError, PageFetchError } from './ui/dead-ends.tsx';
import { Shell } from './ui/shell.tsx';

const Toasts = lazy(async () => ({ default: (await import('./ui/toast-area.tsx')).ToastArea }));

/** A page's script, with an error of its own when it cannot be fetched; on the import's own error the router loads anew, and were the server away the whole app would be gone. */
function page<T>(fetchScript: () => Promise<T>): () => Promise<T> {
  return () =>
    fetchScript().catch((cause: unknown) => {
      throw new PageFetchError('The page could not be fetched', { cause });
    });
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
const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
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
    journeyRoute,
    mapRoute,
    placesRoute,
    downloadsRoute,
    camerasRoute,
    storageRoute,
    healthRoute,
    settingsRoute,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageError,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** The whole app over its query client and its live channel. */
export function App({ client, liveParts }: { client: QueryClient; liveParts: LiveParts }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
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
