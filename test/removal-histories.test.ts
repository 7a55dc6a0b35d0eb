import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { capturesOn, hourMs, useArchive } from './retention-seed.ts';
import { expectAgreement, failing, isChanging, openRemoval, type Removal } from './removal-scenario.ts';

const clips = [
  ...capturesOn('2026-05-01', { captures: 2 }),
  ...capturesOn('2026-05-02', { captures: 1, kind: 'event' }),
];
const ids = fc.subarray([1, 2, 3, 4, 5, 6], { minLength: 1 });

type Step =
  | { kind: 'rule' | 'hand' | 'insist' | 'keep' | 'let go' | 'restore' | 'empty'; ids: number[] }
  | { kind: 'carry out' | 'purge due' | 'crash' | 'forget the answer' }
  | { kind: 'room'; bytes: number }
  | { kind: 'wait'; hours: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('rule', 'hand', 'insist', 'keep', 'let go', 'restore', 'empty'),
    ids,
  }),
  fc.record({ kind: fc.constantFrom('carry out', 'purge due', 'crash', 'forget the answer') }),
  fc.record({ kind: fc.constant('room'), bytes: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ kind: fc.constant('wait'), hours: fc.integer({ min: 1, max: 30 }) }),
);

/** What a person pinned, and has not let go of. */
type Pinned = Set<number>;

async function take(removal: Removal, given: Step, pinned: Pinned): Promise<void> {
  switch (given.kind) {
    case 'rule':
      await removal.byRule({ ids: given.ids });
      return;
    case 'hand':
    case 'insist': {
      const options = { includeProtected: given.kind === 'insist', user: null };
      await removal.remover.orderByHand(given.ids, options);
      return;
    }
    case 'keep':
      await removal.keep(given.ids);
      for (const id of given.ids) pinned.add(id);
      return;
    case 'let go':
      await removal.keep(given.ids, false);
      for (const id of given.ids) pinned.delete(id);
      return;
    case 'restore':
    case 'empty':
      await removal.remover[given.kind](given.ids);
      return;
    case 'carry out':
      await removal.carryOut();
      return;
    case 'purge due':
      await removal.remover.purgeDue(removal.signal, () => true);
      return;
    case 'room':
      await removal.remover.purgeForRoom(given.bytes, removal.signal);
      return;
    case 'wait':
      removal.clock.advance(given.hours * hourMs);
      return;
    default:
  }
}

test('whatever is ordered, by whom, and whenever the power fails: rows and files agree, and what is kept is kept', async () => {
  const seed = await useArchive({ clips });
  const home = await mkdtemp(join(tmpdir(), 'viofosync-histories-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  let runs = 0;
  const history = fc.array(fc.tuple(step, fc.nat(6)), { minLength: 3, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (steps, hasTrash) => {
      const folders = await copyOf(seed, join(home, String(runs++)));
      const options = { batchSize: 2, trashHours: hasTrash ? 24 : 0 };
      let removal = await openRemoval({ ...folders, ...options });
      const pinned: Pinned = new Set();
      try {
        for (const [given, failsAt] of steps) {
          if (given.kind === 'crash') removal = await crash(removal, { failsAt, home, options, pinned });
          else if (given.kind === 'forget the answer') await forgetAnswer(removal, failsAt);
          else await take(removal, given, pinned);
          await expectPins(removal, pinned);
        }
        removal.clock.advance(30 * hourMs);
        await settle(removal);
        await expectAgreement(removal);
        expect(await removal.removals()).toEqual([]);
      } finally {
        await removal.db.destroy();
      }
    }),
    { numRuns: 25, seed: 5 },
  );
}, 240_000);

async function copyOf(from: Pick<Removal, 'configDir' | 'recordings'>, to: string) {
  const copy = { configDir: join(to, 'config'), recordings: join(to, 'recordings') };
  await cp(from.configDir, copy.configDir, { recursive: true });
  await cp(from.recordings, copy.recordings, { recursive: true });
  return copy;
}

let crashes = 0;

/** What a start does. */
async function settle(removal: Removal): Promise<void> {
  await removal.remover.recover(removal.signal);
  await removal.carryOut();
}

/** The power fails before one of the next calls; all begins anew on what is there then. */
async function crash(
  removal: Removal,
  given: { failsAt: number; home: string; options: object; pinned: Pinned },
): Promise<Removal> {
  const at = join(given.home, `crash-${crashes++}`);
  let calls = 0;
  let left: Pick<Removal, 'configDir' | 'recordings'> | null = null;
  removal.fault = async (call) => {
    if (isChanging(call) && calls++ === given.failsAt) left = await copyOf(removal, at);
  };
  await removal.byRule();
  await removal.carryOut();
  left ??= await copyOf(removal, at);
  const again = await openRemoval({ ...left, ...given.options });
  again.clock.advance(removal.clock.now() - again.clock.now());
  await removal.db.destroy();
  await settle(again);
  return again;
}

/** A share makes a call and loses its answer. */
async function forgetAnswer(removal: Removal, at: number): Promise<void> {
  let calls = 0;
  removal.fault = async (call, path) => {
    if (call !== 'unlink' || calls++ !== at) return;
    await rm(path);
    throw failing('EIO');
  };
  await settle(removal);
  await removal.remover.purgeForRoom(1, removal.signal);
  removal.fault = () => undefined;
  await settle(removal);
}

/** No rule has taken what was pinned; only a person who insisted. */
async function expectPins(removal: Removal, pinned: Pinned): Promise<void> {
  const rows = await removal.clips();
  for (const id of pinned) expect(rows[id - 1]!.kept, `clip ${id}`).toBe(1);
}
