import { useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { MapSearch } from './map-search.ts';

/** What is to be otherwise in the address; undefined takes it out. */
export type SearchChange = { [Key in keyof MapSearch]?: MapSearch[Key] | undefined };

/**
 * Changes the address of the page, which goes back at once to wherever the reader came from. A reader who is already
 * on the way to another page is let go: the map that comes to rest meanwhile would take the press back.
 */
export function useMapSearch(): (change: SearchChange) => void {
  const navigate = useNavigate({ from: '/map' });
  const router = useRouter();
  return useCallback(
    (change: SearchChange) => {
      if (router.latestLocation.pathname !== '/map') return;
      void navigate({
        to: '/map',
        search: (before) => withoutEmpty({ ...before, ...change }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate, router],
  );
}

const withoutEmpty = (search: SearchChange): MapSearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
