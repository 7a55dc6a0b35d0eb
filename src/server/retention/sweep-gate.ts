import { z } from 'zod';
import type { Amount, Confirmation, Obstacle, RetentionSettings } from '../../shared/retention.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { rulesDeletedSince } from './audit-repository.ts';
import type { ClockWatch } from './clock-watch.ts';
import { clockObstacleOf, gateOf, type GateFacts } from './gate.ts';
import type { SweepPlan } from './retention-types.ts';
import { amountOf, confirmationOf, type Confirmed } from './share.ts';

export interface SweepGateDeps {
  db: Database;
  clock: Clock;
  clockWatch: ClockWatch;
  /** The volume as last seen, or looked at now, and how far the scan is. */
  archiveFacts: (options: { look: boolean }) => Promise<Pick<GateFacts, 'volume' | 'scan'>>;
}

const dayMs = 24 * 60 * 60_000;
const confirmedSchema = z.object({
  key: z.string(),
  clips: z.number(),
  bytes: z.number(),
  at: z.number(),
});

/** What is looked at before anything is deleted by rule: volume, scan, clock, and how much goes at once. */
export class SweepGate {
  private readonly deps: SweepGateDeps;
  /** Plans that are being carried out: what they will have deleted counts before it is recorded. */
  private readonly underWay = new Map<SweepPlan, Amount>();

  constructor(deps: SweepGateDeps) {
    this.deps = deps;
  }

  /** Why nothing may be deleted by rule; null when it may. `look`: the volume is looked at now. */
  async obstacle(options: { look: boolean }): Promise<Obstacle | null> {
    return gateOf({
      ...(await this.deps.archiveFacts(options)),
      clock: await this.deps.clockWatch.facts(),
    });
  }

  /** Whether the clock can be believed, as it is now. */
  async believesClock(): Promise<boolean> {
    return clockObstacleOf(await this.deps.clockWatch.facts()) === null;
  }

  /** A clock that nothing speaks against is remembered, so that the next jump is seen. */
  async rememberClock(): Promise<void> {
    if (await this.believesClock()) await this.deps.clockWatch.believe();
  }

  confirmClock(): Promise<void> {
    return this.deps.clockWatch.confirm();
  }

  /** From now on, until the returned function is called, the plan counts as deleted. */
  reserve(plan: SweepPlan): () => void {
    this.underWay.set(plan, amountOf(plan.deletions));
    return () => void this.underWay.delete(plan);
  }

  /** What a person is to be asked before the plan goes; null when it may go. */
  async question(plan: SweepPlan, rules: RetentionSettings): Promise<Confirmation | null> {
    if (plan.deletions.length === 0) return null;
    const { db, clock } = this.deps;
    const now = clock.now();
    const recent = this.withUnderWay(await rulesDeletedSince(db, now - dayMs), plan);
    const confirmed = await this.confirmed();
    const goneSince = confirmed ? await rulesDeletedSince(db, confirmed.at) : undefined;
    return confirmationOf({ plan, rules, recent, confirmed, now, ...(goneSince && { goneSince }) });
  }

  /** A person lets so much go under the rules of this key. */
  async confirm({ key, clips, bytes }: Pick<Confirmation, 'key' | 'clips' | 'bytes'>): Promise<void> {
    const confirmed = { key, clips, bytes, at: this.deps.clock.now() };
    await writeAppState(this.deps.db, 'retention.confirmed', JSON.stringify(confirmed));
  }

  private withUnderWay(recent: Amount, own: SweepPlan): Amount {
    const others = [...this.underWay].filter(([plan]) => plan !== own).map(([, amount]) => amount);
    return {
      clips: others.reduce((sum, { clips }) => sum + clips, recent.clips),
      bytes: others.reduce((sum, { bytes }) => sum + bytes, recent.bytes),
    };
  }

  private async confirmed(): Promise<Confirmed | null> {
    const text = await readAppState(this.deps.db, 'retention.confirmed');
    return text === null ? null : (confirmedSchema.safeParse(JSON.parse(text)).data ?? null);
  }
}
