import type { ClipState } from '../../shared/clips.ts';
import type { LedgerEntry } from '../archive/clip-repository.ts';
import type { ClipPatch } from '../db/schema.ts';
import type { ReconcilePlan } from './reconcile-plan.ts';

/**
 * A plan in steps, each for a transaction of its own; at least one. A step has at most `size` clips that are inserted
 * or patched, and changes and goes of as many. Absence is concluded last, and a clip is never gone before it is lost:
 * a listing of which only the first steps were written is completed by the next.
 */
export function stepsOf(plan: ReconcilePlan, size: number): ReconcilePlan[] {
  const steps = [noChange()];
  spread(steps, plan.inserts, { room: () => size, put: (step, some) => (step.inserts = some) });
  spread(steps, plan.patches, {
    room: (step) => size - step.inserts.length,
    put: (step, some) => (step.patches = some),
  });
  spread(steps, plan.changes, { room: () => size, put: (step, some) => (step.changes = some) });
  spread(steps, plan.gone, { room: () => size, put: (step, some) => (step.gone = some) });
  return steps;
}

/** Puts a list into the last step and, where there is no more room, into further ones. */
function spread<T>(
  steps: ReconcilePlan[],
  all: readonly T[],
  into: { room(step: ReconcilePlan): number; put(step: ReconcilePlan, some: T[]): void },
): void {
  let step = steps.at(-1) ?? noChange();
  for (let at = 0; at < all.length;) {
    const some = all.slice(at, at + into.room(step));
    into.put(step, some);
    at += some.length;
    if (at < all.length) steps.push((step = noChange()));
  }
}

const noChange = (): ReconcilePlan => ({ inserts: [], patches: [], changes: [], gone: [] });

const wanted: ReadonlySet<ClipState> = new Set<ClipState>(['waiting', 'held', 'transferring', 'failed']);

/** Facts that decide a clip's place in the order of downloads, or whether its time has come. */
const orderFacts = [
  'locked',
  'remote_path',
  'remote_volume',
  'remote_size_bytes',
  'remote_size_exact',
  'attempts',
  'next_attempt_at',
] as const satisfies readonly (keyof ClipPatch)[];

/** Whether a plan changes what is wanted, or what decides its order. */
export function changesQueue(plan: ReconcilePlan, ledger: readonly LedgerEntry[]): boolean {
  if (plan.inserts.some((clip) => wanted.has(clip.state))) return true;
  if (plan.changes.some((change) => wanted.has(change.from) || wanted.has(change.to))) return true;
  const patched = plan.patches.filter(({ patch }) => orderFacts.some((fact) => patch[fact] !== undefined));
  if (patched.length === 0) return false;
  const ids = new Set(patched.map(({ id }) => id));
  return ledger.some((row) => wanted.has(row.state) && ids.has(row.id));
}
