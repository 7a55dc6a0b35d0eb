import type { Database } from '../db/open.ts';
import { countPartialDrives, type Going } from './drives-reader.ts';
import { needsOf, roomNeeded } from './pressure.ts';
import type { PlannedDeletion, SweepPlan, SweepPlanInput } from './retention-types.ts';
import { PlanDraft } from './sweep-planner-draft.ts';
import {
  archiveAmount,
  oldestDays,
  readUnits,
  rowsPerPage,
  sourcesByAge,
  sourcesForRoom,
  type ReadOptions,
  type Source,
} from './sweep-reader.ts';

/**
 * Says what goes under the rules, oldest first, and why. Reads of the ledger what is past its days and, where disk or
 * quota ask for it, the oldest clips until there is enough; never more. Changes nothing.
 */
export class SweepPlanner {
  private readonly db: Database;
  private readonly rowsPerPage: number;

  constructor(deps: { db: Database; rowsPerPage?: number }) {
    this.db = deps.db;
    this.rowsPerPage = deps.rowsPerPage ?? rowsPerPage;
  }

  /**
   * The plan for a sweep, or for a newcomer: then only what is strictly older goes, all that is needed of it or nothing,
   * whatever its age, and `partialDrives` and the oldest days are not counted. Throws the signal's reason when it is
   * aborted.
   */
  async plan(input: SweepPlanInput, signal: AbortSignal): Promise<SweepPlan> {
    signal.throwIfAborted();
    const { rules, pressure, now, newcomer } = input;
    const archive = await archiveAmount(this.db);
    const needs = newcomer ? roomNeeded(rules, pressure, newcomer) : needsOf(rules, pressure);
    const draft = new PlanDraft({ rules, now, archive, needs, newcomer });
    const options: ReadOptions = { rules, now, signal, rowsPerPage: this.rowsPerPage };
    // Nothing goes for a newcomer that could not be taken in.
    const isHopeless = newcomer !== undefined && needs.some((need) => need.isOthers);
    if (!newcomer)
      for await (const units of readUnits(this.db, sourcesByAge(rules, now), options))
        for (const unit of units) draft.offerByAge(unit);
    if (!isHopeless) await this.makeRoom(draft, sourcesForRoom(rules, newcomer?.startedAt ?? never), options);
    const plan = draft.finish();
    return { ...plan, archive, ...(newcomer ? unknown : await this.figures(plan.deletions, signal)) };
  }

  private async makeRoom(draft: PlanDraft, sources: readonly Source[], options: ReadOptions): Promise<void> {
    if (!draft.wantsMore) return;
    for await (const units of readUnits(this.db, sources, options)) {
      for (const unit of units) draft.offerForRoom(unit);
      if (!draft.wantsMore) return;
    }
  }

  private async figures(
    deletions: readonly PlannedDeletion[],
    signal: AbortSignal,
  ): Promise<Pick<SweepPlan, 'partialDrives' | 'oldestDay' | 'oldestKeptDay'>> {
    const ofDays = new Map<string, number>();
    const ofCaptures = new Map<number, Going>();
    for (const { localDay, captureId, cameraId, startedAt } of deletions) {
      ofDays.set(localDay, (ofDays.get(localDay) ?? 0) + 1);
      const known = ofCaptures.get(captureId);
      if (known) known.clips++;
      else ofCaptures.set(captureId, { captureId, cameraId, startedAt, clips: 1 });
    }
    return {
      partialDrives: await countPartialDrives(this.db, ofCaptures, signal),
      ...(await oldestDays(this.db, ofDays)),
    };
  }
}

const never = Number.MAX_SAFE_INTEGER;
const unknown = { partialDrives: 0, oldestDay: null, oldestKeptDay: null };
