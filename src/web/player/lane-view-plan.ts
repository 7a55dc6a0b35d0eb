/** What is told of a lane where it has no picture, and what of it plays. Pure. */
import type { Clip } from '../../shared/clips.ts';
import type { SourceKind } from '../media/source-plan.ts';
import { whyNoSource, type NoSource } from './player-choice-plan.ts';
import type { Segment } from './player-types.ts';

/** `missing`: no file, the clip's state says why; `notPlayable`: it was tried in every form. */
export type NoPicture = 'notRecorded' | 'missing' | NoSource | 'notPlayable' | 'loading';

export interface LaneView {
  /** Null: there is a picture, or there will be at once. */
  why: NoPicture | null;
  /** The clip at the clock's place, with or without a file. */
  clip: Clip | null;
  /** The form that plays. */
  kind: SourceKind | null;
}

export interface EngineView {
  lanes: ReadonlyMap<string, LaneView>;
  largeKey: string;
  /** Why nothing comes from the server, which is asked again; null: it answers. */
  away: string | null;
  /** The browser plays only without sound until somebody presses something. */
  isSoundBlocked: boolean;
  /** Originals come more slowly than they play, so that small copies do instead. */
  isSlow: boolean;
  /** At this rate pictures are shown one after another. */
  isStepped: boolean;
}

interface LaneFacts {
  /** The form to play; null when none that is there can be. */
  kind: SourceKind | null;
  /** The form that is in its element. */
  shown: SourceKind | null;
  waitsMs: number;
  hasFailed: boolean;
}

/** A wait shorter than this is not worth a word. */
const loadingAfterMs = 450;

export function laneView(segment: Segment | null, { kind, shown, waitsMs, hasFailed }: LaneFacts): LaneView {
  if (!segment) return { why: 'notRecorded', clip: null, kind: null };
  const { clip } = segment;
  if (!segment.hasFile) return { why: 'missing', clip, kind: null };
  if (!kind) return { why: whyNot(clip, hasFailed), clip, kind: null };
  return { why: waitsMs > loadingAfterMs ? 'loading' : null, clip, kind: shown };
}

function whyNot(clip: Clip, hasFailed: boolean): NoPicture {
  const why = whyNoSource(clip);
  return hasFailed && why === 'cannotPlay' ? 'notPlayable' : why;
}

export function isSameView(one: EngineView, other: EngineView): boolean {
  const { lanes, ...rest } = one;
  const flags = Object.entries(rest) as [keyof typeof rest, unknown][];
  if (lanes.size !== other.lanes.size || flags.some(([key, value]) => other[key] !== value)) return false;
  return [...lanes].every(([key, lane]) => {
    const same = other.lanes.get(key);
    return same?.why === lane.why && same.clip === lane.clip && same.kind === lane.kind;
  });
}
