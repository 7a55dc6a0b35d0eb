import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { RemovalEvents } from './removal-events.ts';
import { isGone, isVolumeError, type RemovalFiles } from './removal-files.ts';
import { trashFolder, folderOf, isMassDoubt, isMassLoss, isRuleRemoval } from './removal-policy.ts';
import type { RemovalSettlement } from './removal-settlement.ts';
import { verdictOf, type RemovalItem, type Verdict } from './removal-verdict.ts';
import type { TrashBook } from './trash-book.ts';

export interface RemovalRunnerDeps {
  db: Database;
  files: RemovalFiles;
  settlement: RemovalSettlement;
  book: TrashBook;
  events: RemovalEvents;
  clock: Clock;
  log: Logger;
  /** A batch ends after this and the file it is at, however many files are left of it. */
  batchMs: number;
}

export interface RunOptions {
  signal: AbortSignal;
  /** After each file that went. */
  onDone?: (item: RemovalItem) => void;
  /** Of several batches that belong together. */
  recent?: Recent;
}

/** Whether each of the last files looked for was gone, in the archive and in the trash. */
export interface Recent {
  archive: boolean[];
  trash: boolean[];
}

export const noneRecent = (): Recent => ({ archive: [], trash: [] });

/** What became of a batch: its items by verdict, and why it ended early. */
export interface RunResult {
  verdicts: Map<RemovalItem, Verdict>;
  isMassLoss: boolean;
  volumeError: Error | null;
}

const recentKept = 200;

/** Carries out one batch after the other: files first, then what became of them in one transaction. */
export class RemovalRunner {
  private readonly deps: RemovalRunnerDeps;
  private claimed = new Set<number>();
  private readonly spared = new Set<number>();
  private readonly sparedCaptures = new Set<number>();
  /** Counts up whenever a failure was noted or taken back. */
  failureChanges = 0;

  constructor(deps: RemovalRunnerDeps) {
    this.deps = deps;
  }

  /** Whether something is being done to the clip's file now: its row in the journal is not to be touched. */
  isUnderWay(clipId: number): boolean {
    return this.claimed.has(clipId);
  }

  /** Clips of the batch under way whose files are not gone yet stay, and what a rule wants of these captures, too. */
  spare(clipIds: readonly number[], captureIds: readonly number[]): void {
    for (const id of clipIds) if (this.claimed.has(id)) this.spared.add(id);
    if (this.claimed.size > 0) for (const id of captureIds) this.sparedCaptures.add(id);
  }

  /** From here on these clips' rows of the journal belong to the batch; to be called before they are read. */
  claim(clipIds: readonly number[]): void {
    this.claimed = new Set(clipIds);
    this.spared.clear();
    this.sparedCaptures.clear();
  }

  release(): void {
    this.claimed.clear();
  }

  /** Carries out items that were claimed and whose rows are in the journal. */
  async run(items: readonly RemovalItem[], options: RunOptions): Promise<RunResult> {
    const { emptied, volumeError } = await this.act(items, options);
    const result = await this.settle(items, options.recent ?? noneRecent(), volumeError);
    try {
      if (emptied.size > 0)
        await this.deps.files.removeEmpty(emptied, {
          keep: await this.cameraFolders(),
          signal: options.signal,
        });
      return result;
    } catch (error) {
      if (isVolumeError(error)) return { ...result, volumeError: error };
      throw error;
    }
  }

  private async act(
    items: readonly RemovalItem[],
    { signal, onDone }: RunOptions,
  ): Promise<{ emptied: ReadonlySet<string>; volumeError: Error | null }> {
    const itemOf = new Map(items.map((item) => [item.task, item]));
    const until = performance.now() + this.deps.batchMs;
    try {
      const emptied = await this.deps.files.carryOut(
        items.map((item) => item.task),
        {
          signal,
          isOver: () => signal.aborted || performance.now() > until,
          isSpared: (task) => this.isSpared(itemOf.get(task)),
          onDone: (task) => {
            const item = itemOf.get(task);
            if (item) onDone?.(item);
          },
        },
      );
      return { emptied, volumeError: null };
    } catch (error) {
      if (isVolumeError(error)) return { emptied: new Set(), volumeError: error };
      throw error;
    }
  }

  /** It is too late for what was begun before; a restoration is what keeping wants, and emptying was a person's wish. */
  private isSpared(item: RemovalItem | undefined): boolean {
    if (!item || item.task.maybeDone || item.isForerunner) return false;
    const { row, before, clip } = item;
    if (isRuleRemoval(row) && this.sparedCaptures.has(clip.capture_id)) return true;
    if (!this.spared.has(row.clip_id)) return false;
    const isOrderedPurge = row.action === 'purge' && before !== null;
    return row.action !== 'restore' && !isOrderedPurge;
  }

  /** A camera's own folder, and those above it, stay though they are empty. */
  private async cameraFolders(): Promise<Set<string>> {
    const cameras = await this.deps.db.selectFrom('camera').select('archive_folder').execute();
    const keep = new Set([trashFolder]);
    for (const { archive_folder } of cameras)
      for (let folder = archive_folder; folder !== ''; folder = folderOf(folder)) keep.add(folder);
    return keep;
  }

  private async settle(
    items: readonly RemovalItem[],
    recent: Recent,
    volumeError: Error | null,
  ): Promise<RunResult> {
    const { db, settlement, book, events, clock } = this.deps;
    const lossOf = {
      archive: isMassLossIn(
        items.filter(({ row }) => sideOf(row) === 'archive'),
        recent.archive,
      ),
      trash: isMassLossIn(
        items.filter(({ row }) => sideOf(row) === 'trash'),
        recent.trash,
      ),
    };
    const verdicts = new Map<RemovalItem, Verdict>();
    const fixed = new Map<RemovalItem, Verdict>();
    for (const item of items) {
      // A call that hung may end while this is being written: what is known now is what is written.
      const known = { ...item, isSpared: this.isSpared(item), task: { ...item.task } };
      // Without an answer nothing was made durable: that it is gone is found out once more.
      const isLasting = volumeError === null || known.task.outcome?.kind !== 'done';
      const verdict = isLasting ? verdictOf(known, lossOf[sideOf(item.row)]) : 'leave';
      verdicts.set(item, verdict);
      fixed.set(known, verdict);
    }
    const settled = await book.during(() => settlement.settle(db, fixed, clock.now()));
    if (settled.failed > 0 || items.some(({ before }) => before !== null)) this.failureChanges++;
    events.changed(settled.localDays);
    this.log(verdicts);
    return { verdicts, isMassLoss: lossOf.archive || lossOf.trash, volumeError };
  }

  private log(verdicts: ReadonlyMap<RemovalItem, Verdict>): void {
    for (const [{ row, task }, verdict] of verdicts) {
      const path = row.path;
      if (verdict === 'failed' && task.outcome?.kind === 'failed') {
        const { code, reason } = task.outcome.failure;
        this.deps.log.warn(
          { path, action: row.action, code, reason },
          'a file could not be deleted or moved',
        );
      } else if (verdict === 'failed' || verdict === 'doubt')
        this.deps.log.warn({ path, action: row.action }, 'a file is gone with many others');
      else if (verdict === 'missing')
        this.deps.log.warn({ path }, 'a clip that was to be deleted is not there');
      else this.deps.log.debug({ path, verdict }, 'a removal ended');
    }
  }
}

/** Of this batch, or of the last files of several small ones. */
function isMassLossIn(items: readonly RemovalItem[], recent: boolean[]): boolean {
  const looked = items.filter(({ task }) => task.outcome !== null);
  const gone = looked.map(({ task }) => isGone(task.outcome));
  recent.push(...gone);
  recent.splice(0, Math.max(recent.length - recentKept, 0));
  const withoutSign = looked.filter(({ task }) => task.maybeDone && isGone(task.outcome)).length;
  return (
    isMassDoubt(withoutSign) ||
    [gone, recent].some((list) => isMassLoss(list.filter(Boolean).length, list.length))
  );
}

/** Where its file is looked for. */
const sideOf = ({ action }: RemovalItem['row']): keyof Recent =>
  action === 'restore' || action === 'purge' ? 'trash' : 'archive';
