import type { RefObject } from 'react';
import { useKeys } from '../ui/keys.ts';

interface PlayerMoves {
  previous: () => void;
  next: () => void;
  toNextChannel: () => void;
  keep: () => void | false;
  remove: () => void | false;
}

const stepSeconds = 5;

/** The keys of the player; Escape is the dialog's own. */
export function usePlayerKeys(video: RefObject<HTMLVideoElement | null>, moves: PlayerMoves): void {
  // A photo has nowhere to go but to the next.
  const seek = (seconds: number): void | false => {
    if (hasOwnArrows()) return false;
    if (video.current) return seekBy(video.current, seconds);
    return seconds < 0 ? moves.previous() : moves.next();
  };
  useKeys({
    ' ': () => togglePlay(video.current),
    ArrowLeft: () => seek(-stepSeconds),
    ArrowRight: () => seek(stepSeconds),
    ']': moves.next,
    '[': moves.previous,
    c: moves.toNextChannel,
    k: moves.keep,
    '#': moves.remove,
  });
}

function seekBy(video: HTMLVideoElement, seconds: number): void {
  Object.assign(video, { currentTime: video.currentTime + seconds });
}

function togglePlay(video: HTMLVideoElement | null): void | false {
  const focused = document.activeElement;
  if (!video || focused?.matches('button, a, summary, input:not([type=radio])')) return false;
  if (video.paused) video.play().catch(() => undefined);
  else video.pause();
}

/** Whether the arrows belong to what has the focus. */
function hasOwnArrows(): boolean {
  return document.activeElement?.matches('[role="slider"], input') ?? false;
}
