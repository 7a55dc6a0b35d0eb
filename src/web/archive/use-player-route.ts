import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router';
import { useRef } from 'react';

const route = getRouteApi('/archive/$day');

export interface PlayerRoute {
  clipId: number | undefined;
  /** Seconds into that clip to begin at. */
  seconds: number | undefined;
  open: (clipId: number, seconds?: number) => void;
  select: (clipId: number) => void;
  close: () => void;
}

/** The clip being played, as part of the page's address: going back closes it, the address can be shared. */
export function usePlayerRoute(day: string): PlayerRoute {
  const { clip, t } = route.useSearch();
  const navigate = useNavigate();
  const router = useRouter();
  const wasOpenedHere = useRef(false);
  const go = (clipId: number | undefined, replace: boolean, seconds = 0) =>
    void navigate({
      to: '/archive/$day',
      params: { day },
      search: clipId === undefined ? {} : { clip: clipId, ...(seconds > 0 && { t: seconds }) },
      replace,
      resetScroll: false,
    });
  return {
    clipId: clip,
    seconds: t,
    open: (clipId, seconds) => {
      wasOpenedHere.current = true;
      go(clipId, false, seconds);
    },
    select: (clipId) => go(clipId, true),
    close: () => {
      if (wasOpenedHere.current) router.history.back();
      else go(undefined, true);
      wasOpenedHere.current = false;
    },
  };
}
