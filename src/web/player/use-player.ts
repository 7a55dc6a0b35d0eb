import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Clip } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { keyOf } from '../api.ts';
import { useLiveState } from '../live-context.tsx';
import { sourceUrl } from '../media/addresses.ts';
import { useWantMedia } from '../media/use-want-media.ts';
import { useLatest } from '../ui/use-latest.ts';
import { fateOf } from './clip-fate.ts';
import type { EngineView } from './lane-view-plan.ts';
import { PlayerEngine, type EngineDeps } from './player-engine.ts';
import { readPlayerSettings, writePlayerSettings, type PlayerSettings } from './player-settings.ts';
import type { Footage, Playback, PlayerClock } from './player-types.ts';

export interface Player {
  engine: PlayerEngine;
  clock: PlayerClock;
  footage: Footage;
  settings: PlayerSettings;
  change: (over: Partial<PlayerSettings>) => void;
}

interface PlayerStart {
  /** The instant to begin at; null: with the first recording. */
  at: number | null;
  plays: boolean;
  onEnded: () => void;
}

/** A player over some footage, for as long as the component is there. More footage may be handed over later. */
export function usePlayer(footage: Footage, { at, plays, onEnded }: PlayerStart): Player {
  const [settings, setSettings] = useState(readPlayerSettings);
  const deps = useEngineDeps(onEnded);
  const [engine] = useState(() => new PlayerEngine(deps, footage, { ...settings, at }));
  useEffect(() => engine.start(), [engine]);
  useEffect(() => engine.setFootage(footage), [engine, footage]);
  useEffect(() => {
    if (plays) engine.clock.play();
  }, [engine, plays]);
  useRelease(engine);
  const { connected } = useLiveState();
  useEffect(() => {
    if (connected) engine.retry();
  }, [engine, connected]);
  const change = useCallback(
    (over: Partial<PlayerSettings>) => {
      engine.change(over);
      setSettings((before) => {
        const next = { ...before, ...over };
        writePlayerSettings(next);
        return next;
      });
    },
    [engine],
  );
  return useMemo(
    () => ({ engine, clock: engine.clock, footage, settings, change }),
    [engine, footage, settings, change],
  );
}

/** Something of the clock, as it stands; the component is drawn anew only when that changes. */
export function usePlayback<T extends string | number | boolean | null>(
  clock: PlayerClock,
  of: (playback: Playback) => T,
): T {
  return useSyncExternalStore(clock.subscribe, () => of(clock.get()));
}

/** What the player says of its lanes and of itself. */
export function useEngineView(engine: PlayerEngine): EngineView {
  return useSyncExternalStore(engine.subscribe, engine.get);
}

function useEngineDeps(onEnded: () => void): EngineDeps {
  const client = useQueryClient();
  const { want } = useWantMedia();
  const ended = useLatest(onEnded);
  const wantCopy = useLatest((clip: Clip) => want(clip.id, 'proxy'));
  return useMemo(
    () => ({
      now: () => performance.now(),
      frame,
      later: (run, ms) => {
        const timer = window.setTimeout(run, ms);
        return () => window.clearTimeout(timer);
      },
      canPlay: rememberedCanPlay(),
      addressOf: sourceUrl,
      fateOf,
      onOld: () => {
        for (const route of [routes.getDayJourneys, routes.getDay])
          void client.invalidateQueries({ queryKey: keyOf(route) });
      },
      onCopyWanted: wantCopy,
      onEnded: ended,
    }),
    [client, wantCopy, ended],
  );
}

const hiddenFrameMs = 250;

/** Nothing is drawn while nobody looks, but a recording may go on to be heard. */
function frame(run: () => void): () => void {
  if (document.hidden) {
    const timer = window.setTimeout(run, hiddenFrameMs);
    return () => window.clearTimeout(timer);
  }
  const request = window.requestAnimationFrame(run);
  return () => window.cancelAnimationFrame(request);
}

/** It is asked each frame, and a browser takes its time to answer. */
function rememberedCanPlay(): (type: string) => boolean {
  const known = new Map<string, boolean>();
  const element = document.createElement('video');
  return (type) => {
    const before = known.get(type);
    if (before !== undefined) return before;
    const can = element.canPlayType(type) !== '';
    known.set(type, can);
    return can;
  };
}

const releaseAfterMs = 3000;

/** A player that nobody looks at and that stands still gives its connections to the other tabs. */
function useRelease(engine: PlayerEngine): void {
  useEffect(() => {
    let timer: number | undefined;
    const change = () => {
      window.clearTimeout(timer);
      engine.resume();
      if (document.hidden) timer = window.setTimeout(() => engine.release(), releaseAfterMs);
    };
    document.addEventListener('visibilitychange', change);
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', change);
    };
  }, [engine]);
}
