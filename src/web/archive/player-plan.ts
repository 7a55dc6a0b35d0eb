import type { Capture, Clip } from '../../shared/clips.ts';
import { localStartOf } from '../local-start.ts';

export interface Playing {
  capture: Capture;
  clip: Clip;
  index: number;
}

/** The capture and clip of an id; null when the day has no such clip. */
export function findClip(captures: readonly Capture[], clipId: number): Playing | null {
  for (const [index, capture] of captures.entries()) {
    const clip = capture.clips.find((each) => each.id === clipId);
    if (clip) return { capture, clip, index };
  }
  return null;
}

/** The archived clip of a capture to show: of the channel wanted, else the first there is. */
export function clipToShow(capture: Capture, channel?: Clip['channel']): Clip | null {
  const archived = capture.clips.filter((clip) => clip.state === 'archived');
  return archived.find((clip) => clip.channel === channel) ?? archived[0] ?? null;
}

/** The nearest capture before or after with something archived, in the same channel where it has it. */
export function neighbour(captures: readonly Capture[], playing: Playing, step: 1 | -1): Clip | null {
  for (let index = playing.index + step; index >= 0 && index < captures.length; index += step) {
    const capture = captures[index];
    const clip = capture && clipToShow(capture, playing.clip.channel);
    if (clip) return clip;
  }
  return null;
}

/** What to show once some clips are deleted: another channel of the moment, else what follows, else what was before. */
export function afterRemoval(
  captures: readonly Capture[],
  playing: Playing,
  removed: ReadonlySet<number>,
): Clip | null {
  const channel = clipsOfMoment(playing.capture).find((clip) => !removed.has(clip.id));
  return channel ?? neighbour(captures, playing, 1) ?? neighbour(captures, playing, -1);
}

/** The other archived clips of the same moment, in the order of the capture. */
export function clipsOfMoment(capture: Capture): Clip[] {
  return capture.clips.filter((clip) => clip.state === 'archived');
}

/** The archived clip that starts nearest to a minute of the day. */
export function clipNear(
  captures: readonly Capture[],
  minute: number,
  minuteOf: (localStart: string) => number,
  channel?: Clip['channel'],
): Clip | null {
  let best: { clip: Clip; distance: number } | null = null;
  for (const capture of captures) {
    const clip = clipToShow(capture, channel);
    const distance = Math.abs(minuteOf(localStartOf(capture)) - minute);
    if (clip && (!best || distance < best.distance)) best = { clip, distance };
  }
  return best?.clip ?? null;
}
