import type { ClipRow, RemovalRow, TrashRow } from '../db/schema.ts';
import type { FileOutcome, FileTask } from './removal-files.ts';
import { isRuleRemoval } from './removal-policy.ts';

/** One row of the journal on its way through a batch. */
export interface RemovalItem {
  /** As it was written before the file was touched. */
  row: RemovalRow;
  /** As it was before the batch, to be put back when nothing came of it; null when there was none. */
  before: RemovalRow | null;
  clip: ClipRow;
  /** Where it lies in the trash before the batch. */
  trash: TrashRow | null;
  task: FileTask;
  /** Somebody wanted it to stay, meanwhile. */
  isSpared: boolean;
  /** An older copy in the trash goes first; the order itself waits for its next turn. */
  isForerunner: boolean;
}

/**
 * What became of an item. `leave`: nobody knows, the journal keeps it; `doubt`: the same, and it is looked at again
 * only later; `back`: as if it had not been tried.
 */
export type Verdict =
  | 'trashed'
  | 'deleted'
  | 'missing'
  | 'restored'
  | 'purged'
  | 'failed'
  | 'back'
  | 'cancelled'
  | 'leave'
  | 'doubt';

/** What a file's outcome means; `isMassLoss`: files that are gone are not to be believed. */
export function verdictOf(item: RemovalItem, isMassLoss: boolean): Verdict {
  const { task, row } = item;
  if (task.outcome === null) return item.isSpared ? 'cancelled' : untouched(task);
  switch (task.outcome.kind) {
    case 'unknown':
      return 'leave';
    case 'not_done':
      return 'back';
    case 'failed':
      return failed(item, task.outcome);
    case 'gone':
      return isMassLoss ? goneWithMany(item) : goneVerdicts[row.action];
    case 'vanished':
      return isMassLoss ? goneWithMany(item) : doneVerdicts[row.action];
    case 'done':
      return doneVerdicts[row.action];
  }
}

/** No conclusion is drawn from it, but that a person who empties the trash need not wait for what is not there. */
function goneWithMany(item: RemovalItem): Verdict {
  const { row, task, clip, before } = item;
  if (row.action === 'purge') return isOrderedAnew(before) ? 'purged' : 'failed';
  if (task.maybeDone || task.lookOnly) {
    const isStillThere = clip.state === 'archived' && clip.path === row.path;
    return row.action === 'restore' || isStillThere ? 'doubt' : 'back';
  }
  return isRuleRemoval(row) ? 'back' : 'failed';
}

const isOrderedAnew = (before: RemovalRow | null): boolean =>
  before?.action === 'purge' && before.tries === 0;

/** Of one that was only to be looked at nobody knows anything still. */
const untouched = (task: FileTask): Verdict => (task.lookOnly ? 'leave' : 'back');

function failed({ task, row }: RemovalItem, { failure }: Extract<FileOutcome, { kind: 'failed' }>): Verdict {
  if (task.lookOnly) return failure.code === 'changed' ? 'back' : 'leave';
  // What was begun before is still not known, for its file could not be seen.
  if (task.maybeDone && !task.wasSeen) return 'back';
  return failure.scope === 'volume' && isRuleRemoval(row) ? 'back' : 'failed';
}

const goneVerdicts = {
  trash: 'missing',
  delete: 'missing',
  restore: 'purged',
  purge: 'purged',
} as const satisfies Record<RemovalRow['action'], Verdict>;

const doneVerdicts = {
  trash: 'trashed',
  delete: 'deleted',
  restore: 'restored',
  purge: 'purged',
} as const satisfies Record<RemovalRow['action'], Verdict>;
