import PQueue from 'p-queue';
import { retentionSettingsSchema } from '../../shared/retention.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Newcomer, Pressure, SweepPlan, SweepPlanInput } from './retention-types.ts';
import {
  makesRoom,
  needOf,
  refusalFor,
  refusedUntil,
  withoutTrash,
  withRefusal,
  type Lack,
  type Refusal,
  type RoomNeed,
} from './room-keeper-policy.ts';
import { hindranceOf, refusalWords, waitingFor } from './room-keeper-words.ts';

export interface RoomKeeperDeps {
  planner: { plan: (input: SweepPlanInput, signal: AbortSignal) => Promise<SweepPlan> };
  /** From memory, and from the file system where a rule asks for it: called for every clip. */
  pressure: () => Promise<Pressure>;
  /**
   * Why this plan may not be carried out now, in words; null when it may. Deletes and remembers nothing: the trash is
   * only emptied once it is known that the clips can go as well.
   */
  mayRemove: (plan: SweepPlan, signal: AbortSignal) => Promise<string | null>;
  /** Deletes at once, behind the same gate as a sweep; `obstacle`: why not, or why not to its end. */
  remove: (plan: SweepPlan, signal: AbortSignal) => Promise<{ freedBytes: number; obstacle: string | null }>;
  /** Empties the trash, oldest first, until so many bytes are free of it; returns how many are. */
  purgeTrash: (bytes: number, signal: AbortSignal) => Promise<number>;
  settings: () => Settings;
  clock: Clock;
  log: Logger;
}

/**
 * `settle`: what the newcomer takes on the disk without being counted there: the bytes of an unfinished file, or 0 once
 * the ledger has it or it is gone. Until it is called, all of it.
 */
export type RoomVerdict = { ok: true; settle: (bytes: number) => void } | { ok: false; reason: string };

/** A plan that failed for some clips is followed by one without these. */
const maxPlans = 3;
const gibBytes = 2 ** 30;
const retryAfterMs = 5 * 60_000;
const tellEveryMs = 10 * 60_000;
/** Newer than any clip. */
const newestStart = Number.MAX_SAFE_INTEGER;

/**
 * Makes room under the rules of disk and quota for clips that are about to arrive: the trash goes first, then what is
 * strictly older than the newcomer; when that is not enough, nothing is deleted and the newcomer is refused with the
 * reason. One that fits costs no query.
 */
export class RoomKeeper {
  private readonly deps: RoomKeeperDeps;
  /** Two newcomers must not be promised the same room. */
  private readonly turns = new PQueue({ concurrency: 1 });
  /** Promised and not in the ledger yet, in bytes. */
  private readonly promised = new Map<symbol, number>();
  private refusals: Refusal[] = [];
  /** Under which something was refused. */
  private limits = '';
  /** Freed since the log was told. */
  private untoldBytes = 0;
  private toldAt = -Infinity;

  constructor(deps: RoomKeeperDeps) {
    this.deps = deps;
  }

  /** Room for all of a clip, or why there is none. Rejects when the signal is aborted, or the ledger cannot be read. */
  async makeRoom(newcomer: Newcomer, signal: AbortSignal): Promise<RoomVerdict> {
    return this.turns.add(() => this.judge(newcomer, signal), { signal });
  }

  /** Why such a clip was refused a moment ago; null when it is worth asking. Touches nothing. */
  refusal(clip: Pick<Newcomer, 'bytes' | 'startedAt'>): string | null {
    this.forgetOld();
    return refusalFor(this.refusals, clip)?.reason ?? null;
  }

  /** Something that stood in the way may be gone (kept or in use no longer, a rule changed): clips are judged anew. */
  reconsider(): void {
    this.refusals = [];
  }

  /** Empties the trash by so many bytes, where it has any; returns how many are free of it. */
  async freeFromTrash(bytes: number, signal: AbortSignal): Promise<number> {
    return this.turns.add(
      async () => {
        const { trashBytes } = await this.deps.pressure();
        return trashBytes > 0 ? this.deps.purgeTrash(bytes, signal) : 0;
      },
      { signal },
    );
  }

  private async judge(newcomer: Newcomer, signal: AbortSignal): Promise<RoomVerdict> {
    for (let plans = 0; ; plans++) {
      const { need, pressure, arriving } = await this.look(newcomer);
      if (need.kind === 'none') return this.promise(newcomer.bytes);
      const over = overBytes(need, newcomer);
      const known = refusalFor(this.stillTrue(over), newcomer);
      if (known) return { ok: false, reason: known.reason };
      if (need.kind === 'trash') {
        const purged = plans < maxPlans ? await this.purge(need.bytes, signal) : 0;
        if (purged > 0) continue;
        const lack: Lack = { rule: 'quota', bytes: need.bytes };
        return this.refuse(newcomer, {
          lack,
          over,
          hindrance: waitingFor(trashStays),
        });
      }
      const refusal = await this.evict(newcomer, { need, pressure, arriving, plans }, signal);
      if (refusal) return this.refuse(newcomer, { lack: need.lack, over, ...refusal });
    }
  }

  /** What was promised is read before the figures: a clip that is filed meanwhile counts twice rather than not at all. */
  private async look(newcomer: Newcomer): Promise<{ need: RoomNeed; pressure: Pressure; arriving: number }> {
    const promised = [...this.promised.values()].reduce((sum, bytes) => sum + bytes, 0);
    const arriving = promised + newcomer.bytes;
    const rules = this.deps.settings();
    if (rules.quotaGib <= 0 && rules.retentionDiskPct <= 0)
      return { need: { kind: 'none' }, pressure: nothing, arriving };
    const pressure = await this.deps.pressure();
    return { need: needOf(rules, pressure, arriving), pressure, arriving };
  }

  /** Deletes what makes the room; what keeps it from that otherwise, and until when it holds. */
  private async evict(
    newcomer: Newcomer,
    seen: { need: RoomNeed & { kind: 'clips' }; pressure: Pressure; arriving: number; plans: number },
    signal: AbortSignal,
  ): Promise<{ hindrance: string; until: number } | null> {
    const { need, arriving } = seen;
    const { lack, trashBytes } = need;
    const pressure = withoutTrash(seen.pressure);
    const planFor = (startedAt: number) =>
      this.plan({ ...newcomer, startedAt, bytes: arriving }, pressure, signal);
    const plan = await planFor(newcomer.startedAt);
    const isEnough = makesRoom(plan, lack.bytes, newcomer);
    if (isEnough && seen.plans >= maxPlans && trashBytes > 0) return waits(trashStays);
    if (seen.plans >= maxPlans || !isEnough) {
      const best = await planFor(newestStart);
      const until = Math.max(refusedUntil(best, lack.bytes), newcomer.startedAt);
      const limitBytes = lack.rule === 'quota' ? this.deps.settings().quotaGib * gibBytes : null;
      return { hindrance: hindranceOf(plan, newcomer.bytes, limitBytes), until };
    }
    // A newcomer that is refused costs nothing, neither clips nor trash.
    const obstacle = await this.deps.mayRemove(plan, signal);
    if (obstacle !== null) return waits(obstacle);
    if (trashBytes > 0) {
      const purged = await this.purge(trashBytes, signal);
      // The plan counts on all of it: clips would go and the newcomer not come.
      if (lack.rule === 'quota' && purged < trashBytes) return null;
    }
    return this.remove(plan, newcomer, signal);
  }

  private async remove(
    plan: SweepPlan,
    newcomer: Newcomer,
    signal: AbortSignal,
  ): Promise<{ hindrance: string; until: number } | null> {
    const { freedBytes, obstacle } = await this.deps.remove(plan, signal);
    const clips = plan.deletions.length;
    this.deps.log.debug({ clip: newcomer.name, clips, freedBytes }, 'room made for a clip');
    this.tell(freedBytes);
    return obstacle === null ? null : waits(obstacle);
  }

  /** A full archive makes room for every clip of a visit: a line now and then says how much went. */
  private tell(freedBytes: number): void {
    const { clock, log } = this.deps;
    this.untoldBytes += freedBytes;
    if (this.untoldBytes === 0 || Math.abs(clock.now() - this.toldAt) < tellEveryMs) return;
    log.info({ freedBytes: this.untoldBytes }, 'old clips deleted for clips that arrive');
    this.toldAt = clock.now();
    this.untoldBytes = 0;
  }

  private plan(newcomer: Newcomer, pressure: Pressure, signal: AbortSignal): Promise<SweepPlan> {
    const rules = retentionSettingsSchema.parse(this.deps.settings());
    return this.deps.planner.plan({ rules, pressure, now: this.deps.clock.now(), newcomer }, signal);
  }

  private async purge(bytes: number, signal: AbortSignal): Promise<number> {
    const freedBytes = await this.deps.purgeTrash(bytes, signal);
    if (freedBytes > 0) this.deps.log.info({ freedBytes }, 'trash emptied for clips that arrive');
    return freedBytes;
  }

  private promise(bytes: number): RoomVerdict {
    const key = Symbol('room');
    const settle = (left: number) =>
      void (left > 0 ? this.promised.set(key, left) : this.promised.delete(key));
    settle(bytes);
    return { ok: true, settle };
  }

  private refuse(
    newcomer: Newcomer,
    { lack, over, hindrance, until }: { lack: Lack; over: number; hindrance: string; until?: number },
  ): RoomVerdict {
    const { settings, clock, log } = this.deps;
    const reason = refusalWords(settings(), lack, newcomer.bytes, hindrance);
    const refusal = {
      until: until ?? Infinity,
      bytes: newcomer.bytes,
      reason,
      overBytes: over,
      at: clock.now(),
    };
    this.refusals = withRefusal(this.refusals, refusal);
    log.debug({ clip: newcomer.name, reason }, 'no room for a clip');
    return { ok: false, reason };
  }

  /** Where less is in the way than when it was refused, a clip is judged anew. */
  private stillTrue(overBytes: number): Refusal[] {
    this.forgetOld();
    this.refusals = this.refusals.filter((one) => overBytes >= one.overBytes);
    return this.refusals;
  }

  private forgetOld(): void {
    const { quotaGib, retentionDiskPct } = this.deps.settings();
    const limits = `${quotaGib} ${retentionDiskPct}`;
    if (limits !== this.limits) this.reconsider();
    this.limits = limits;
    const now = this.deps.clock.now();
    this.refusals = this.refusals.filter(({ at }) => Math.abs(now - at) < retryAfterMs);
  }
}

const trashStays = 'The trash could not be emptied.';
const waits = (obstacle: string) => ({ hindrance: waitingFor(obstacle), until: Infinity });

const nothing: Pressure = { disk: null, usedBytes: 0, trashBytes: 0, archiveBytes: 0 };

/** By how much the rules are broken without the newcomer; negative while they are kept. */
function overBytes(need: Exclude<RoomNeed, { kind: 'none' }>, { bytes }: Newcomer): number {
  return (need.kind === 'trash' ? need.bytes : need.lack.bytes) - bytes;
}
