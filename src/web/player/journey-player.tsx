import { VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import classes from './journey-player.module.css';
import { NextUp, type NextJourney } from './next-up.tsx';
import { Notice } from './notice.tsx';
import { PlayerBar } from './player-bar.tsx';
import type { ReadoutSources } from './readout.tsx';
import { Stage } from './stage.tsx';
import { t } from './texts.ts';
import { useDeeds } from './use-deeds.ts';
import { useFull, type Full } from './use-full.ts';
import { usePlayback, type Player } from './use-player.ts';
import { togglePlay, usePlayerKeys } from './use-player-keys.ts';

interface JourneyPlayerProps {
  player: Player;
  sources: ReadoutSources;
  /** The map beside the picture, which follows the clock by itself. */
  map: ReactNode;
  /** What seeks under the picture. */
  strip: ReactNode;
  /** Puts an instant into the address of the page. */
  onShare: (at: number) => Promise<void>;
  /** What follows once this has ended; null while it has not, or nothing does. */
  next: NextJourney | null;
}

/** All lenses on one clock, with the map beside and what moves them beneath. */
export function JourneyPlayer({ player, sources, map, strip, onShare, next }: JourneyPlayerProps) {
  const { engine, clock, footage } = player;
  const [isGrid, setGrid] = useState(false);
  const [hasMap, setMap] = useState(false);
  const full = useFull();
  const deeds = useDeeds(player, onShare);
  const { isIdle, wake } = useIdle(player, full);
  const toLane = (key: string) => {
    setGrid(false);
    engine.setLarge(key);
  };
  usePlayerKeys(player, deeds, {
    toggleGrid: () => setGrid(!isGrid),
    toggleFull: full.toggle,
    toLane: (index) => {
      const lane = footage.lanes[index];
      if (lane) toLane(lane.key);
    },
  });
  const press = () => {
    if (full.isFull && isIdle) wake();
    else togglePlay(clock);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it only notes that somebody is there
    <section
      className={classes.player}
      aria-label={t('player')}
      data-full={full.isFull || undefined}
      data-idle={isIdle || undefined}
      data-with-map={hasMap || undefined}
      onPointerMove={wake}
      onPointerDown={wake}
      onFocus={wake}
    >
      <VisuallyHidden component="h2">{t('player')}</VisuallyHidden>
      <div className={classes.stage}>
        <Stage player={player} isGrid={isGrid} onLarge={toLane} onPress={press}>
          {next && <NextUp next={next} />}
        </Stage>
      </div>
      <div className={classes.side}>{map}</div>
      <div className={classes.controls}>
        <PlayerBar
          player={player}
          deeds={deeds}
          full={full}
          sources={sources}
          isGrid={isGrid}
          onGrid={() => setGrid(!isGrid)}
          onMap={full.isFull ? () => setMap(!hasMap) : null}
        />
        <Notice player={player} />
        <div className={classes.strip}>{strip}</div>
      </div>
    </section>
  );
}

const idleAfterMs = 3000;

/** In full screen, what is pressed goes out of sight while it plays and nobody moves. */
function useIdle({ clock }: Player, { isFull }: Full): { isIdle: boolean; wake: () => void } {
  const isPlaying = usePlayback(clock, (playback) => playback.isPlaying);
  const [isIdle, setIdle] = useState(false);
  const timer = useRef<number | undefined>(undefined);
  const mayFade = isFull && isPlaying;
  const wake = () => {
    window.clearTimeout(timer.current);
    setIdle(false);
    if (mayFade) timer.current = window.setTimeout(() => setIdle(true), idleAfterMs);
  };
  useEffect(() => {
    if (!mayFade) return undefined;
    timer.current = window.setTimeout(() => setIdle(true), idleAfterMs);
    return () => window.clearTimeout(timer.current);
  }, [mayFade]);
  return { isIdle: isIdle && mayFade, wake };
}
