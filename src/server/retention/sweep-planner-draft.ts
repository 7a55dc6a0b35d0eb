import {
  protections,
  type Amount,
  type DeletionWhy,
  type ProtectedAmounts,
  type Protection,
  type RetentionSettings,
} from '../../shared/retention.ts';
import type { RetentionRule } from '../../shared/settings.ts';
import type { Term } from './policy.ts';
import { judgeByAge, judgeForRoom, type Judgement, type LedgerClip, type Unit } from './policy-units.ts';
import type { Need } from './pressure.ts';
import type { Newcomer, PlannedDeletion, SweepPlan } from './retention-types.ts';

const gigabyte = 1e9;

export interface DraftInput {
  rules: RetentionSettings;
  now: number;
  /** What is in the archive. */
  archive: Amount;
  /** What disk and quota ask for. */
  needs: readonly Need[];
  newcomer?: Newcomer | undefined;
}

/** What goes of one unit. */
interface Chosen {
  at: number;
  deletions: PlannedDeletion[];
}

/**
 * A plan in the making: is shown units, oldest first, first under the rules by age, then, while it `wantsMore`, under
 * those of disk and quota.
 */
export class PlanDraft {
  private readonly input: DraftInput;
  private readonly byAge: Chosen[] = [];
  private readonly forRoom: Chosen[] = [];
  /** What may go before the archive is at its floor. */
  private budget: number;
  private isAtFloor = false;
  /** Young ones that were left, though they would have made room. */
  private leftForFloor = false;
  private readonly needs: Need[];
  private readonly others: Need[];
  private overAge = 0;
  private readonly amounts = { age: noAmount(), disk: noAmount(), quota: noAmount() };
  private readonly protected = noProtected();
  private readonly chosen = new Set<number>();
  /** Clips that are told as protected, and by what. */
  private readonly left = new Map<number, Protection>();
  private readonly whys = new Map<RetentionRule | null, DeletionWhy>();

  constructor(input: DraftInput) {
    this.input = input;
    this.budget = input.archive.bytes - input.rules.retentionFloorGb * gigabyte;
    this.needs = input.needs.filter((need) => !need.isOthers).map((need) => ({ ...need }));
    this.others = input.needs.filter((need) => need.isOthers);
  }

  /** Under the rules by age. */
  offerByAge(unit: Unit): void {
    const { isOver, judgement } = judgeByAge(unit, this.input.now);
    if (isOver) this.overAge += unit.clips;
    if (judgement !== 'goes') return this.leave(unit, judgement);
    if (this.take(unit)) {
      this.byAge.push(choose(unit, (term) => this.whyOfAge(term)));
      addTo(this.amounts.age, unit.clips, unit.bytes);
    }
  }

  /** Whether disk or quota ask for more than is chosen, and more may go. */
  get wantsMore(): boolean {
    return !this.isAtFloor && this.rest().length > 0;
  }

  /** Under the rules of disk and quota. */
  offerForRoom(unit: Unit): void {
    const { newcomer } = this.input;
    if (!this.wantsMore || this.isChosen(unit)) return;
    if (newcomer && unit.at >= newcomer.startedAt) return;
    const judgement = judgeForRoom(unit);
    if (judgement !== 'goes') return this.leave(unit, judgement);
    // What goes by quota is free at once, and serves both.
    const rule = this.rest().some((need) => need.rule === 'quota') ? 'quota' : 'disk';
    if (!this.take(unit)) return;
    const why = this.whyOfRoom(rule);
    this.forRoom.push(choose(unit, () => why));
    addTo(this.amounts[rule], unit.clips, unit.bytes);
  }

  /** What it has come to. For a newcomer it is all that is needed or nothing: one that is refused costs no clip. */
  finish(): Omit<SweepPlan, 'archive' | 'partialDrives' | 'oldestDay' | 'oldestKeptDay'> {
    const shortfall = this.shortfall();
    const isRefused = this.input.newcomer !== undefined && shortfall !== null;
    const chosen = isRefused ? [] : merged(this.byAge, this.forRoom);
    return {
      deletions: chosen.flatMap((one) => one.deletions),
      byAge: this.amounts.age,
      byDisk: isRefused ? noAmount() : this.amounts.disk,
      byQuota: isRefused ? noAmount() : this.amounts.quota,
      overAge: this.overAge,
      protected: this.protected,
      shortfall,
    };
  }

  private take(unit: Unit): boolean {
    if (this.isAtFloor || unit.bytes > this.budget) {
      // Nothing younger goes in its stead.
      this.isAtFloor = true;
      this.leave(unit, 'floor');
      return false;
    }
    this.budget -= unit.bytes;
    for (const need of this.needs) need.bytes -= unit.bytes;
    for (const { clip } of clipsOf(unit)) {
      this.chosen.add(clip.id);
      this.count(clip, null);
    }
    return true;
  }

  private leave(unit: Unit, judgement: Judgement): void {
    if (judgement === 'stays' || judgement === 'goes') return;
    if (judgement === 'floor') this.leftForFloor = true;
    for (const { clip, protection } of clipsOf(unit)) this.count(clip, protection ?? judgement);
  }

  /** Each clip is told once, by what left it last; null when it goes after all. */
  private count(clip: LedgerClip, protection: Protection | null): void {
    const before = this.left.get(clip.id);
    if (before === protection) return;
    const bytes = clip.size_bytes ?? 0;
    if (before !== undefined) addTo(this.protected[before], -1, -bytes);
    if (protection === null) {
      this.left.delete(clip.id);
      return;
    }
    this.left.set(clip.id, protection);
    addTo(this.protected[protection], 1, bytes);
  }

  private isChosen(unit: Unit): boolean {
    return unit.parts.some(({ clips }) => clips.some(({ clip }) => this.chosen.has(clip.id)));
  }

  private rest(): Need[] {
    return this.needs.filter((need) => need.bytes > 0);
  }

  private shortfall(): SweepPlan['shortfall'] {
    const [other] = this.others;
    if (other) return { rule: other.rule, bytes: other.bytes, cause: 'other_data' };
    const [need] = this.rest();
    if (!need) return null;
    const cause = this.isAtFloor || this.leftForFloor ? 'floor' : 'protected';
    return { rule: need.rule, bytes: need.bytes, cause };
  }

  private whyOfAge({ days, rule }: Term): DeletionWhy {
    const known = this.whys.get(rule);
    if (known) return known;
    const why: DeletionWhy = { by: 'age', days, rule };
    this.whys.set(rule, why);
    return why;
  }

  private whyOfRoom(rule: Need['rule']): DeletionWhy {
    const { newcomer, rules } = this.input;
    if (newcomer) return { by: 'room', rule, forClip: newcomer.name };
    return rule === 'disk'
      ? { by: 'disk', pct: rules.retentionDiskPct }
      : { by: 'quota', gib: rules.quotaGib };
  }
}

const noAmount = (): Amount => ({ clips: 0, bytes: 0 });

function addTo(amount: Amount, clips: number, bytes: number): void {
  amount.clips += clips;
  amount.bytes += bytes;
}

const noProtected = (): ProtectedAmounts =>
  Object.fromEntries(protections.map((protection) => [protection, noAmount()])) as ProtectedAmounts;

const clipsOf = (unit: Unit) => unit.parts.flatMap((part) => part.clips);

function choose(unit: Unit, whyOf: (term: Term) => DeletionWhy): Chosen {
  const deletions: PlannedDeletion[] = [];
  for (const { term, clips } of unit.parts) {
    const why = whyOf(term);
    for (const { clip } of clips)
      deletions.push({
        clipId: clip.id,
        captureId: clip.capture_id,
        cameraId: clip.camera_id,
        startedAt: clip.started_at,
        localDay: clip.local_day,
        bytes: clip.size_bytes ?? 0,
        why,
      });
  }
  return { at: unit.at, deletions };
}

/** Two lists that are in the order of time, as one. */
function merged(a: readonly Chosen[], b: readonly Chosen[]): Chosen[] {
  const all: Chosen[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [x, y] = [a[i], b[j]];
    if (!x && !y) return all;
    if (x && (!y || x.at <= y.at)) {
      all.push(x);
      i++;
    } else if (y) {
      all.push(y);
      j++;
    }
  }
}
