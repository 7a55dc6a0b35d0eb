import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { MapSearch } from './map-search.ts';

/** What is to be otherwise in the address; undefined takes it out. */
export type SearchChange = { [Key in keyof MapSearch]?: MapSearch[Key] | undefined };

/** Changes the address of the page, which goes back at once to wherever the reader came from. */
export function useMapSearch(): (change: SearchChange) => void {
  const navigate = useNavigate({ from: '/map' });
  return useCallback(
    (change: SearchChange) =>
      void navigate({
        to: '/map',
        search: (before) => withoutEmpty({ ...before, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
}

const withoutEmpty = (search: SearchChange): MapSearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
