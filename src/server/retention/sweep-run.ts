import type { Obstacle, RetentionSettings, SweepCause, SweepOutcome } from '../../shared/retention.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ClipRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { mayGoNow, protectionOf } from './policy.ts';
import type { Remover } from './remover.ts';
import type {
  PlannedDeletion,
  Pressure,
  RemovalOutcome,
  RemovalProgress,
  SweepPlan,
} from './retention-types.ts';
import type { SweepFigures, SweepHistory } from './sweep-history.ts';
import type { SweepLog } from './sweep-log.ts';
import { trashExcessBytes } from './trash-pressure-policy.ts';

export interface SweepRunDeps {
  remover: Pick<Remover, 'removeByRule' | 'purgeForRoom'>;
  history: SweepHistory;
  log: SweepLog;
  clock: Clock;
  settings: () => Settings;
  pressure: (signal: AbortSignal) => Promise<Pressure>;
  /** The trash let go of something: there is more room than was seen last. */
  onFreed: () => void;
  /** The volume has no room for as much as a folder of the trash. */
  isBrimful: () => boolean;
}

export interface SweepResult {
  outcome: SweepOutcome;
  obstacle: Obstacle | null;
  figures: SweepFigures;
}

const obstacleAdvice = {
  volume: null,
  missing_files:
    'Look whether a part of the recordings is mounted elsewhere or was moved. Then look through the archive folder anew (Health), or let the next sweep try again.',
};

/** The deletions that go together, in the order in which they go. */
const groups = ['age', 'quota', 'disk', 'room'] as const;

/**
 * Carries a plan out: by age into the trash, then the trash goes where room is needed, then what the quota and what is
 * about to arrive ask for, at once, then what the disk asks for, into the trash. Every clip is judged again when its
 * turn comes.
 */
export class SweepRun {
  private readonly deps: SweepRunDeps;

  constructor(deps: SweepRunDeps) {
    this.deps = deps;
  }

  async carryOut(
    plan: SweepPlan,
    options: {
      cause: SweepCause;
      /** As they are when a clip's turn comes. */
      rules: () => RetentionSettings;
      signal: AbortSignal;
      /** Whether a person stopped it, of one that ended early. */
      isStopped: () => boolean;
      onProgress(progress: RemovalProgress): void;
    },
  ): Promise<SweepResult> {
    const { history, log, clock } = this.deps;
    const id = await history.begin(options.cause, clock.now());
    const figures: SweepFigures = { ...noFigures, protected: protectedClips(plan) };
    const cutOff = () => (options.isStopped() ? 'stopped' : 'interrupted');
    let result: SweepResult = { outcome: 'interrupted', obstacle: null, figures };
    try {
      const obstacle = await this.allGroups(plan, { ...options, id, figures });
      const outcome = obstacle ? 'obstacle' : options.signal.aborted ? cutOff() : 'done';
      result = { outcome, obstacle, figures };
    } catch (error) {
      if (!options.signal.aborted) throw error;
      result = { outcome: cutOff(), obstacle: null, figures };
    } finally {
      const { outcome, obstacle } = result;
      await history.end(id, { ...figures, at: clock.now(), outcome, message: obstacle?.message ?? null });
      log.summary(figures, options.cause);
    }
    return result;
  }

  private async allGroups(plan: SweepPlan, run: Run): Promise<Obstacle | null> {
    for (const by of groups) {
      const deletions = plan.deletions.filter(({ why }) => why.by === by);
      if (deletions.length > 0) {
        const obstacle = await this.group(by, deletions, { ...run, total: plan.deletions.length });
        if (obstacle) return obstacle;
      }
      if (run.signal.aborted) return null;
      if (by === 'age') await this.easeTrash(run.signal, { forRules: true });
    }
    await this.easeTrash(run.signal, { forRules: true });
    return null;
  }

  /**
   * What lies in the trash goes where room is needed: where downloads stop, and, `forRules`, under the rules of disk and
   * quota. Returns the bytes that were freed.
   */
  async easeTrash(signal: AbortSignal, { forRules }: { forRules: boolean }): Promise<number> {
    const { remover, settings } = this.deps;
    const limits = forRules ? settings() : { ...settings(), retentionDiskPct: 0, quotaGib: 0 };
    const excess = trashExcessBytes(await this.deps.pressure(signal), limits);
    if (excess === 0) return 0;
    const freed = await remover.purgeForRoom(excess, signal);
    if (freed > 0) {
      this.deps.log.trashEased(freed);
      this.deps.onFreed();
    }
    return freed;
  }

  private async group(
    by: (typeof groups)[number],
    deletions: readonly PlannedDeletion[],
    run: Run & { total: number },
  ): Promise<Obstacle | null> {
    const { remover, clock, log, settings } = this.deps;
    const { figures, rules } = run;
    const before = { ...figures };
    const done = () => figures.byAge + figures.byDisk + figures.byQuota;
    const add = (progress: RemovalProgress) => addTo(figures, before, by, progress);
    let [gone, freedBytes] = [done(), figures.freedBytes];
    const whyOf = new Map(deletions.map(({ clipId, why }) => [clipId, why]));
    const outcome: RemovalOutcome = await remover.removeByRule(deletions, {
      sweepId: run.id,
      // On a disk that takes no folder any more the trash has gone, and would go again at once.
      toTrash: settings().trashHours > 0 && (by === 'age' || by === 'disk') && !this.deps.isBrimful(),
      mayGo: (row: ClipRow, inUse: boolean) => {
        const why = whyOf.get(row.id);
        return why !== undefined && mayGoNow(row, why, { rules: rules(), now: clock.now(), inUse });
      },
      protects: (row, inUse) =>
        protectionOf(row, { rules: rules(), now: clock.now(), inUse, hasFailed: false }) !== null,
      signal: run.signal,
      onDeleted: (bytes) => {
        gone++;
        freedBytes += bytes;
        log.deleted(gone, run.total, freedBytes);
        run.onProgress({ ...figures, done: gone, freedBytes });
      },
      onProgress: (progress) => {
        add(progress);
        run.onProgress({ ...figures, done: done() });
      },
    });
    add(outcome);
    run.onProgress({ ...figures, done: done() });
    const { obstacle } = outcome;
    return obstacle && { ...obstacle, advice: obstacleAdvice[obstacle.code] };
  }
}

interface Run {
  id: number;
  rules: () => RetentionSettings;
  figures: SweepFigures;
  signal: AbortSignal;
  onProgress(progress: RemovalProgress): void;
}

const noFigures: SweepFigures = {
  byAge: 0,
  byDisk: 0,
  byQuota: 0,
  protected: 0,
  failed: 0,
  missing: 0,
  freedBytes: 0,
  trashedBytes: 0,
};

const protectedClips = (plan: SweepPlan): number =>
  Object.values(plan.protected).reduce((sum, { clips }) => sum + clips, 0);

/** Brings the figures up to where this group is; `before`: as they were when it began. */
function addTo(
  figures: SweepFigures,
  before: Readonly<SweepFigures>,
  by: (typeof groups)[number],
  progress: RemovalProgress,
): void {
  const key = by === 'age' ? 'byAge' : by === 'disk' ? 'byDisk' : 'byQuota';
  figures[key] = before[key] + progress.done;
  for (const count of ['failed', 'missing', 'freedBytes', 'trashedBytes'] as const)
    figures[count] = before[count] + progress[count];
}
