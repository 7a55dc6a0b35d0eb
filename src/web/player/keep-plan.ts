import type { Clip } from '../../shared/clips.ts';
import type { Footage } from './player-types.ts';

/** The clips of all lenses that show something of a range; of one instant those that show it. */
export function clipsOfRange({ lanes }: Pick<Footage, 'lanes'>, from: number, to: number = from): Clip[] {
  const clips = lanes
    .flatMap(({ segments }) => segments)
    .filter((segment) => segment.from <= to && segment.to > from && (segment.from < to || from === to))
    .map(({ clip }) => clip);
  return [...new Map(clips.map((clip) => [clip.id, clip])).values()];
}
