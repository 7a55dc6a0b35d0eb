import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { RemovalEvents } from './removal-events.ts';
import { isVolumeError, type RemovalFiles } from './removal-files.ts';
import { trashFolder, folderOf, isMassLoss } from './removal-policy.ts';
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
  /** Whether each of the last files looked for was gone; given where many that are gone are not to be believed. */
  recent?: boolean[];
}

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
  /** Counts up whenever a failure was noted or taken back. */
  failureChanges = 0;

  constructor(deps: RemovalRunnerDeps) {
    this.deps = deps;
  }

  /** Whether something is being done to the clip's file now: its row in the journal is not to be touched. */
  isUnderWay(clipId: number): boolean {
    return this.claimed.has(clipId);
  }

  /** Clips of the batch under way whose files are not gone yet stay. */
  spare(clipIds: readonly number[]): void {
    for (const id of clipIds) if (this.claimed.has(id)) this.spared.add(id);
  }

  /** From here on these clips' rows of the journal belong to the batch; to be called before they are read. */
  claim(clipIds: readonly number[]): void {
    this.claimed = new Set(clipIds);
    this.spared.clear();
  }

  release(): void {
    this.claimed.clear();
  }

  /** Carries out items that were claimed and whose rows are in the journal. */
  async run(items: readonly RemovalItem[], options: RunOptions): Promise<RunResult> {
    const volumeError = await this.act(items, options);
    return this.settle(items, options.recent ?? null, volumeError);
  }

  private async act(items: readonly RemovalItem[], options: RunOptions): Promise<Error | null> {
    const { signal, onDone } = options;
    const itemOf = new Map(items.map((item) => [item.task, item]));
    const until = performance.now() + this.deps.batchMs;
    try {
      await this.deps.files.carryOut(
        items.map((item) => item.task),
        {
          signal,
          keep: await this.cameraFolders(),
          isOver: () => signal.aborted || performance.now() > until,
          isSpared: (task) => this.isSpared(itemOf.get(task)),
          onDone: (task) => {
            const item = itemOf.get(task);
            if (item) onDone?.(item);
          },
        },
      );
      return null;
    } catch (error) {
      if (isVolumeError(error)) return error;
      throw error;
    }
  }

  /** It is too late for what was begun before; a restoration is what keeping wants. */
  private isSpared(item: RemovalItem | undefined): boolean {
    if (!item || item.task.maybeDone || item.isForerunner) return false;
    const isLeaving = item.row.action === 'trash' || item.row.action === 'delete';
    return isLeaving && this.spared.has(item.row.clip_id);
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
    recent: boolean[] | null,
    volumeError: Error | null,
  ): Promise<RunResult> {
    const { db, settlement, book, events, clock } = this.deps;
    const isLoss = recent !== null && isMassLossIn(items, recent);
    // A call that hung may end while this is being written: what is known now is what is written.
    const fixed = items.map((item) => ({ ...item, isSpared: this.isSpared(item), task: { ...item.task } }));
    const verdicts = new Map(items.map((item, index) => [item, verdictOf(fixed[index] ?? item, isLoss)]));
    const settled = await book.during(() => settlement.settle(db, fixed, isLoss, clock.now()));
    if (settled.failed > 0 || items.some(({ before }) => before !== null)) this.failureChanges++;
    events.changed(settled.localDays);
    this.log(verdicts);
    return { verdicts, isMassLoss: isLoss, volumeError };
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
      } else if (verdict === 'missing')
        this.deps.log.warn({ path }, 'a clip that was to be deleted is not there');
      else this.deps.log.debug({ path, verdict }, 'a removal ended');
    }
  }
}

/** Of this batch, or of the last files of several small ones. */
function isMassLossIn(items: readonly RemovalItem[], recent: boolean[]): boolean {
  const kinds = items.flatMap(({ task }) => task.outcome?.kind ?? []);
  const gone = kinds.map((kind) => kind === 'gone');
  recent.push(...gone);
  recent.splice(0, recent.length - recentKept);
  return [gone, recent].some((list) => isMassLoss(list.filter(Boolean).length, list.length));
}
