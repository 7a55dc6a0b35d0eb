import { createHash } from 'node:crypto';
import type { Amount, Confirmation, RetentionSettings } from '../../shared/retention.ts';
import type { PlannedDeletion, SweepPlan } from './retention-types.ts';
import { dayMs } from './policy.ts';

/** A plan that a person let go: under the rules of this key, so much of it, for a day. */
export interface Confirmed extends Amount {
  key: string;
  at: number;
}

export interface ShareQuestion {
  plan: Pick<SweepPlan, 'deletions' | 'archive'>;
  rules: RetentionSettings;
  /** What rules deleted in the last 24 hours. */
  recent: Amount;
  confirmed: Confirmed | null;
  /** What rules deleted since it was confirmed: as much less of what was confirmed is left. */
  goneSince?: Amount;
  now: number;
}

/** So few clips go without asking, however small the archive is. */
const allowance = 20;
const confirmedForMs = dayMs;
const nothing: Amount = { clips: 0, bytes: 0 };

/** What a person is to be asked before the plan is carried out; null when it may go. */
export function confirmationOf(question: ShareQuestion): Confirmation | null {
  const { plan, rules, recent } = question;
  const planned = amountOf(plan.deletions);
  if (planned.clips === 0 || planned.clips + recent.clips <= allowance) return null;
  const of = { clips: plan.archive.clips + recent.clips, bytes: plan.archive.bytes + recent.bytes };
  const sharePct = Math.max(
    percentOf(planned.clips + recent.clips, of.clips),
    percentOf(planned.bytes + recent.bytes, of.bytes),
  );
  const limitPct = rules.retentionMaxSharePct;
  const key = keyOf(rules);
  if (sharePct <= limitPct || isConfirmed(question, key)) return null;
  const [oldestDay, newestDay] = daysOf(plan.deletions);
  return { key, ...planned, ofClips: of.clips, ofBytes: of.bytes, sharePct, limitPct, oldestDay, newestDay };
}

/**
 * Between a question and its answer some more clips may have become due: all of the plan but its newest few must be
 * within what was confirmed.
 */
function isConfirmed({ plan, confirmed, goneSince = nothing, now }: ShareQuestion, key: string): boolean {
  if (confirmed === null || confirmed.key !== key) return false;
  if (now - confirmed.at >= confirmedForMs || now < confirmed.at - confirmedForMs) return false;
  const most = amountOf(plan.deletions.slice(0, -allowance));
  return most.clips + goneSince.clips <= confirmed.clips && most.bytes + goneSince.bytes <= confirmed.bytes;
}

/** Names rules: two that are equal have the same, in whatever order their parts were written. */
export function keyOf(rules: RetentionSettings): string {
  return createHash('sha256').update(canonical(rules)).digest('hex');
}

/** JSON with the names of every object in order; lists stay as they are, for of equal rules the first decides. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

const percentOf = (part: number, whole: number): number =>
  part === 0 ? 0 : Math.min((part / Math.max(whole, part)) * 100, 100);

export function amountOf(deletions: readonly PlannedDeletion[]): Amount {
  let bytes = 0;
  for (const deletion of deletions) bytes += deletion.bytes;
  return { clips: deletions.length, bytes };
}

function daysOf(deletions: readonly PlannedDeletion[]): [oldest: string, newest: string] {
  let [oldest, newest] = ['9999-12-31', '0000-01-01'];
  for (const { localDay } of deletions) {
    if (localDay < oldest) oldest = localDay;
    if (localDay > newest) newest = localDay;
  }
  return [oldest, newest];
}
