import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useState } from 'react';

export interface Full {
  /** The player fills the window, and where the browser lets it, the screen. */
  isFull: boolean;
  toggle: () => void;
}

/** A phone on its side: its screen has room for the pictures and nothing else. */
const onItsSide = '(orientation: landscape) and (max-height: 31.25em) and (pointer: coarse)';

/** The whole player over the page: by hand, and on a phone that lies on its side until it is left. */
export function useFull(): Full {
  const isOnItsSide = useMediaQuery(onItsSide, false, { getInitialValueInEffect: false });
  const [choice, setChoice] = useState<{ isFull: boolean; isOnItsSide: boolean } | null>(null);
  // What was chosen holds until the phone is turned.
  const isFull = choice?.isOnItsSide === isOnItsSide ? choice.isFull : isOnItsSide;
  useEffect(() => {
    const left = () => {
      if (!document.fullscreenElement) setChoice((before) => before && { ...before, isFull: false });
    };
    document.addEventListener('fullscreenchange', left);
    return () => document.removeEventListener('fullscreenchange', left);
  }, []);
  // The page beneath does not scroll under it.
  useEffect(() => {
    document.documentElement.toggleAttribute('data-player-full', isFull);
    return () => document.documentElement.removeAttribute('data-player-full');
  }, [isFull]);
  return {
    isFull,
    toggle: () => {
      setChoice({ isFull: !isFull, isOnItsSide });
      void (isFull ? leave() : enter());
    },
  };
}

/** Of the whole page, so that menus and messages are seen as well; a browser that refuses has the window filled. */
async function enter(): Promise<void> {
  await document.documentElement.requestFullscreen?.({ navigationUI: 'hide' }).catch(() => undefined);
}

async function leave(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined);
}
