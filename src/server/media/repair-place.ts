import type { ArtifactRow } from '../db/schema-media.ts';
import { artifactKey } from './artifact-key.ts';
import type { RepairRecipe } from './repair-layout.ts';
import type { ClipIdentity } from './media-types.ts';

/** Raised whenever copies are made otherwise: older ones are made anew when they are asked for. */
export const repairVersion = 1;

/** Below the archive root; hidden from scans, and not touched by layouts. */
export const repairFolder = '.viofosync/repaired';

/** What `artifact.detail` of a repair says. */
export interface RepairDetail {
  /** Below the archive root. */
  path: string;
  how: RepairRecipe['how'];
  durationMs: number;
}

/**
 * Where the repaired copy of a clip is kept, below the archive root: the same after a rebuild, wherever the clip moves
 * and whatever becomes of its time.
 */
export function repairPlace(clip: ClipIdentity): string {
  const { folder, stem } = placeOf(clip);
  return `${folder}/${stem}-${artifactKey(clip).slice(0, 8)}.MP4`;
}

/** Where copies of clips of this name lie, and how their names begin and end. */
export function repairNeighbours(clip: ClipIdentity): { folder: string; isOne: (name: string) => boolean } {
  const { folder, stem } = placeOf(clip);
  const ending = /^-[0-9a-f]{8}\.MP4$/;
  return { folder, isOne: (name) => name.startsWith(stem) && ending.test(name.slice(stem.length)) };
}

const placeOf = ({ name, local_start }: ClipIdentity) => ({
  folder: `${repairFolder}/${local_start.slice(0, 10)}`,
  stem: name
    .replace(/\.[A-Za-z0-9]{1,4}$/, '')
    .replaceAll(/[^\w.~-]/g, '_')
    .slice(0, 100),
});

/** Where a repaired copy lies below the archive root; null when there is none. */
export function repairedPathOf(row: Pick<ArtifactRow, 'kind' | 'detail'> | null | undefined): string | null {
  return row?.kind === 'repair' && row.detail !== null ? readDetail(row.detail).path : null;
}

/** Throws for what was not written by us. */
export function readDetail(detail: string): RepairDetail {
  return JSON.parse(detail) as RepairDetail;
}
