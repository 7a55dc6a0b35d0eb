import { useState } from 'react';
import type { Clip } from '../../shared/clips.ts';
import {
  choicesOf,
  obstacleOf,
  sourcesOf,
  sourceToPlay,
  type Obstacle,
  type SourceKind,
} from '../media/source-plan.ts';
import { useWantMedia } from '../media/use-want-media.ts';

export interface Sources {
  /** The form that plays; null when none that is there can be. */
  source: SourceKind | null;
  /** What the person may choose. */
  choices: SourceKind[];
  /** What keeps this browser from playing the file itself. */
  obstacle: Obstacle | null;
  /** The file itself was tried and did not play. */
  hasFailed: boolean;
  /** Chosen, and not ready yet. */
  awaited: SourceKind | null;
  /** The small copy was asked for from here. */
  isAsked: boolean;
  choose: (kind: SourceKind) => void;
  /** It does not play after all. */
  fail: (kind: SourceKind) => void;
  wantCopy: () => void;
}

interface Tried {
  clipId: number;
  chosen: SourceKind | null;
  failed: ReadonlySet<SourceKind>;
  isAsked: boolean;
}

const untried = (clipId: number): Tried => ({ clipId, chosen: null, failed: new Set(), isAsked: false });

/** Which form of a clip plays, what the person may have instead, and what was tried. Forgotten with the next clip. */
export function useSources(clip: Clip): Sources {
  const [state, setState] = useState<Tried>(() => untried(clip.id));
  const tried = state.clipId === clip.id ? state : untried(clip.id);
  const { want } = useWantMedia();
  const change = (over: Partial<Tried>) => setState({ ...tried, ...over });
  const { chosen, failed, isAsked } = tried;
  const isThere = chosen !== null && sourcesOf(clip).includes(chosen);
  return {
    source: sourceToPlay({ clip, canPlay: browserPlays, failed, chosen }),
    choices: choicesOf(clip, chosen),
    obstacle: obstacleOf(clip, browserPlays),
    hasFailed: failed.has('original'),
    awaited: chosen !== null && !isThere ? chosen : null,
    isAsked,
    choose: (kind) => {
      const isReady = sourcesOf(clip).includes(kind);
      change({ chosen: kind, failed: without(failed, kind), ...(!isReady && { isAsked: true }) });
      if (!isReady) want(clip.id, 'proxy');
    },
    fail: (kind) => change({ failed: new Set([...failed, kind]), chosen: chosen === kind ? null : chosen }),
    wantCopy: () => {
      change({ isAsked: true, failed: without(failed, 'proxy') });
      want(clip.id, 'proxy');
    },
  };
}

function without(failed: ReadonlySet<SourceKind>, kind: SourceKind): ReadonlySet<SourceKind> {
  return new Set([...failed].filter((each) => each !== kind));
}

function browserPlays(type: string): boolean {
  return document.createElement('video').canPlayType(type) !== '';
}
