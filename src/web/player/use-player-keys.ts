import { useEffect, useRef, type RefObject } from 'react';
import { rateBeside } from './clock-plan.ts';
import { useKeys } from '../ui/keys.ts';
import type { Deeds } from './use-deeds.ts';
import type { Player } from './use-player.ts';

const stepMs = 5000;
const leapMs = 60_000;
/** What Space presses by itself. */
const ownSpace = 'input, textarea, [role^="menuitem"]';

export interface PlayerMoves {
  toggleGrid: () => void;
  toggleFull: () => void;
  toLane: (index: number) => void;
}

/** The keys of the player. */
export function usePlayerKeys({ clock, settings, change }: Player, deeds: Deeds, moves: PlayerMoves): void {
  const walks = useWalks();
  const seek = (ms: number): void | false => {
    if (document.activeElement?.matches('[role="slider"], [role="radio"], input')) return false;
    clock.seek(clock.get().at + ms);
  };
  const faster = (step: -1 | 1) => clock.setRate(rateBeside(clock.get().rate, step));
  useKeys({
    ' ': () => {
      const focus = document.activeElement;
      if (focus?.matches(ownSpace) || (walks.current && focus?.matches('button, a, summary'))) return false;
      togglePlay(clock);
    },
    ArrowLeft: () => seek(-stepMs),
    ArrowRight: () => seek(stepMs),
    'Shift+ArrowLeft': () => seek(-leapMs),
    'Shift+ArrowRight': () => seek(leapMs),
    ',': () => clock.step(-1),
    '.': () => clock.step(1),
    '<': () => faster(-1),
    '>': () => faster(1),
    '1': () => moves.toLane(0),
    '2': () => moves.toLane(1),
    '3': () => moves.toLane(2),
    '4': () => moves.toLane(3),
    g: moves.toggleGrid,
    f: moves.toggleFull,
    m: () => change({ isMuted: !settings.isMuted }),
    k: deeds.keep,
    s: deeds.snapshot,
    i: () => beginRange(clock),
    o: () => endRange(clock),
  });
}

/**
 * Whether somebody walks through the page by Tab. A button that was pressed by pointer has the focus as well, and
 * whoever presses Space then means the player.
 */
function useWalks(): RefObject<boolean> {
  const walks = useRef(false);
  useEffect(() => {
    const pointed = () => {
      walks.current = false;
    };
    const pressed = ({ key }: KeyboardEvent) => {
      if (key === 'Tab') walks.current = true;
    };
    window.addEventListener('pointerdown', pointed, true);
    window.addEventListener('keydown', pressed, true);
    return () => {
      window.removeEventListener('pointerdown', pointed, true);
      window.removeEventListener('keydown', pressed, true);
    };
  }, []);
  return walks;
}

export function togglePlay(clock: Player['clock']): void {
  if (clock.get().isPlaying) clock.pause();
  else clock.play();
}

/** From here to where it ended before, or to the end. */
export function beginRange(clock: Player['clock']): void {
  const { at, loop } = clock.get();
  clock.setLoop({ from: at, to: loop && loop.to > at ? loop.to : Infinity });
}

export function endRange(clock: Player['clock']): void {
  const { at, loop } = clock.get();
  clock.setLoop({ from: loop && loop.from < at ? loop.from : -Infinity, to: at });
}
