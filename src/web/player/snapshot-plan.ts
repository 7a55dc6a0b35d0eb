/** Which pictures a snapshot is made of, and what their files are called. Pure. */
import type { Clip } from '../../shared/clips.ts';
import type { Footage } from './player-types.ts';
import { localTimeOf } from './player-time.ts';
import { mediaMsAt, segmentAt } from './segment-plan.ts';

export interface Snapshot {
  clip: Clip;
  /** Whole milliseconds into the clip's file. */
  mediaMs: number;
  /** `2026-09-03_15-47-12_front.jpg`; with the number of the camera where two would be called alike. */
  fileName: string;
}

/** One of each lens that has a file at an instant. */
export function snapshotsAt(footage: Footage, at: number): Snapshot[] {
  const time = localTimeOf(footage, at).replace('T', '_').replaceAll(':', '-');
  const hasSeveral = footage.lanes.some(({ cameraId }) => cameraId !== footage.lanes[0]?.cameraId);
  return footage.lanes.flatMap((lane) => {
    const segment = segmentAt(lane, at);
    if (!segment?.hasFile) return [];
    const lens = hasSeveral ? `${lane.channel}-${lane.cameraId}` : lane.channel;
    return [
      {
        clip: segment.clip,
        mediaMs: Math.max(0, Math.floor(mediaMsAt(segment, at))),
        fileName: `${time}_${lens}.jpg`,
      },
    ];
  });
}
