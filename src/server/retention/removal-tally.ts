import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { canDelete } from './removal-policy.ts';
import { isGone } from './removal-files.ts';
import type { RemovalItem, Verdict } from './removal-verdict.ts';
import type { RemovalOutcome, RemovalProgress } from './retention-types.ts';

type RemovalObstacle = NonNullable<RemovalOutcome['obstacle']>;

/** A batch that has ended: its items with what became of them, and what ended it early. */
export interface Batch {
  items: readonly RemovalItem[];
  verdicts: ReadonlyMap<RemovalItem, Verdict>;
  isMassLoss: boolean;
  volumeError: Error | null;
  /** Nothing was even begun. */
  obstacle: RemovalObstacle | null;
}

export const noBatch: Batch = {
  items: [],
  verdicts: new Map(),
  isMassLoss: false,
  volumeError: null,
  obstacle: null,
};

export const noProgress: RemovalProgress = { done: 0, failed: 0, missing: 0, freedBytes: 0, trashedBytes: 0 };

export const progressOf = ({
  done,
  failed,
  missing,
  freedBytes,
  trashedBytes,
}: RemovalProgress): RemovalProgress => ({ done, failed, missing, freedBytes, trashedBytes });

/** Adds what a batch came to. */
export function addTo(sum: RemovalOutcome, batch: RemovalOutcome): void {
  for (const key of ['done', 'failed', 'missing', 'freedBytes', 'trashedBytes', 'left'] as const)
    sum[key] += batch[key];
  sum.obstacle = batch.obstacle;
}

/** What a batch came to. */
export function tally(batch: Batch): {
  progress: RemovalProgress;
  /** Clips that were not reached. */
  untouched: Set<number>;
  cancelled: number;
  /** Items that need no more work for now. */
  settled: number;
  /** Items of which it is known what became of them. */
  recovered: number;
} {
  const progress = { ...noProgress };
  const untouched = new Set<number>();
  let [cancelled, settled, recovered] = [0, 0, 0];
  for (const [item, verdict] of batch.verdicts) {
    count(progress, item, verdict);
    if (verdict === 'back' && item.task.outcome === null) untouched.add(item.row.clip_id);
    if (verdict === 'cancelled') cancelled++;
    if (verdict !== 'back' && verdict !== 'leave' && verdict !== 'doubt') settled++;
    if (verdict !== 'leave') recovered++;
  }
  return { progress, untouched, cancelled, settled, recovered };
}

/** A file that was gone frees nothing. */
function count(progress: RemovalProgress, { clip, trash, task }: RemovalItem, verdict: Verdict): void {
  const bytes = clip.size_bytes ?? 0;
  if (verdict === 'trashed' || verdict === 'deleted') {
    progress.done++;
    progress.freedBytes += bytes;
    if (verdict === 'trashed') progress.trashedBytes += bytes;
  } else if (verdict === 'missing' || verdict === 'failed') progress[verdict]++;
  else if (verdict === 'purged' && task.outcome?.kind === 'done') progress.freedBytes += trash?.bytes ?? 0;
}

/** Why nothing more is to be tried after a batch; null when nothing speaks against it. */
export function obstacleAfter(batch: Batch): RemovalObstacle | null {
  const { obstacle, volumeError, isMassLoss, items } = batch;
  if (obstacle) return obstacle;
  if (volumeError) return { code: 'volume', message: volumeError.message };
  for (const { task } of items) {
    if (task.outcome?.kind === 'failed' && task.outcome.failure.scope === 'volume')
      return { code: 'volume', message: task.outcome.failure.reason };
    if (task.outcome?.kind === 'unknown')
      return { code: 'volume', message: 'The recordings volume failed while a file was being deleted.' };
  }
  if (!isMassLoss) return null;
  const gone = items.filter(({ task }) => isGone(task.outcome)).length;
  return {
    code: 'missing_files',
    message: `${gone} of ${items.length} recordings that were to be deleted or restored are not where they should be. None of them was taken for lost.`,
  };
}

/** Why the volume cannot be worked on now; looks at it anew, its marker above all. */
export async function volumeObstacle(
  volume: ArchiveVolume,
  signal: AbortSignal,
): Promise<RemovalObstacle | null> {
  const status = await unlessAborted(volume.check(), signal).catch((error: unknown) => {
    if (signal.aborted) return null;
    throw error;
  });
  if (status === null || canDelete(status)) return null;
  return { code: 'volume', message: status.message ?? 'The recordings volume is still being looked at.' };
}
