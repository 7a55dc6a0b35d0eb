import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../archive/clip-repository.ts';
import type { NewClip, ReconcilePlan } from './reconcile-plan.ts';
import { changesQueue, stepsOf } from './reconcile-steps-plan.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
// What is in them does not matter here.
const insert = (state: NewClip['state'] = 'waiting') => ({ state }) as NewClip;
const row = (id: number, state: LedgerEntry['state']) => ({ id, state }) as LedgerEntry;

function planOf(sizes: { inserts: number; patches: number; lost: number; gone: number }): ReconcilePlan {
  return {
    inserts: range(sizes.inserts).map(() => insert()),
    patches: range(sizes.patches).map((id) => ({ id, patch: { locked: 1 } })),
    changes: range(sizes.lost).map((id) => ({ id, from: 'waiting', to: 'lost', reason: 'overwritten' })),
    gone: range(Math.max(sizes.gone, sizes.lost)),
  };
}

const sizes = fc.record({
  inserts: fc.nat(40),
  patches: fc.nat(40),
  lost: fc.nat(40),
  gone: fc.nat(40),
});

test('steps carry a plan out in its order, none of them larger than it may be', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 12 }), (wanted, size) => {
      const plan = planOf(wanted);
      const steps = stepsOf(plan, size);
      for (const key of ['inserts', 'patches', 'changes', 'gone'] as const)
        expect(steps.flatMap((step): unknown[] => step[key])).toEqual(plan[key]);
      for (const { inserts, patches, changes, gone } of steps) {
        expect(inserts.length + patches.length).toBeLessThanOrEqual(size);
        expect(Math.max(changes.length, gone.length)).toBeLessThanOrEqual(size);
      }
      const lastInsert = steps.findLastIndex((step) => step.inserts.length > 0);
      const firstEnd = steps.findIndex((step) => step.changes.length + step.gone.length > 0);
      if (firstEnd !== -1) expect(firstEnd).toBeGreaterThanOrEqual(lastInsert);
      const lostBefore = new Set<number>();
      for (const step of steps) {
        for (const { id } of step.changes) lostBefore.add(id);
        for (const id of step.gone) if (id <= wanted.lost) expect(lostBefore.has(id)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('a listing of a whole card is one step, and so is one that changes nothing', () => {
  expect(stepsOf(planOf({ inserts: 5000, patches: 0, lost: 5000, gone: 5000 }), 5000)).toHaveLength(1);
  expect(stepsOf(planOf({ inserts: 0, patches: 0, lost: 0, gone: 0 }), 5000)).toHaveLength(1);
});

describe('the queue changes', () => {
  const none: ReconcilePlan = { inserts: [], patches: [], changes: [], gone: [] };
  const ledger = [row(1, 'waiting'), row(2, 'archived')];

  test.each<[string, Partial<ReconcilePlan>, boolean]>([
    ['not with a listing that changes nothing', {}, false],
    ['with a clip that is wanted', { inserts: [insert()] }, true],
    ['not with a photo that is only listed', { inserts: [insert('listed')] }, false],
    ['with a clip that is lost', { changes: [{ id: 1, from: 'held', to: 'lost', reason: null }] }, true],
    [
      'not with a photo that is lost',
      { changes: [{ id: 1, from: 'listed', to: 'lost', reason: null }] },
      false,
    ],
    ['with a clip that is wanted and was locked', { patches: [{ id: 1, patch: { locked: 1 } }] }, true],
    ['not with one of the archive', { patches: [{ id: 2, patch: { locked: 1 } }], gone: [2] }, false],
    [
      'not with a time of last write',
      { patches: [{ id: 1, patch: { remote_timecode: 5, remote_ended_local: 'x' } }] },
      false,
    ],
    ['with one that may be tried again', { patches: [{ id: 1, patch: { next_attempt_at: null } }] }, true],
  ])('%s', (_when, change, expected) => {
    expect(changesQueue({ ...none, ...change }, ledger)).toBe(expected);
  });
});
