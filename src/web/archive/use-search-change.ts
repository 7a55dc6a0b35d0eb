import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ArchiveSearch } from './archive-search.ts';

export type SearchChange = (
  next: (before: ArchiveSearch) => ArchiveSearch,
  options?: { replace?: boolean },
) => void;

/** Changes the address of the archive; the way back leads to the one before, unless the new one takes its place. */
export function useSearchChange(): SearchChange {
  const navigate = useNavigate({ from: '/archive' });
  return useCallback(
    (next, { replace = false } = {}) =>
      void navigate({ to: '/archive', search: next, replace, resetScroll: false }),
    [navigate],
  );
}
