import { useEffect, useState } from 'react';
import type { PlayerClock } from '../player/player-types.ts';

/** The moment that was chosen: where the player stands still, once it was moved; null before. */
export function useSettled(clock: PlayerClock): number | null {
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    let last = clock.get().at;
    return clock.subscribe(() => {
      const now = clock.get();
      if (now.isPlaying || now.isScrubbing || now.at === last) return;
      last = now.at;
      setAt(now.at);
    });
  }, [clock]);
  return at;
}
