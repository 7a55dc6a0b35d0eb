import { expect, test } from 'vitest';
import { archivedClip } from '../test-support.ts';
import {
  addOrders,
  areAllKept,
  emptyOrder,
  inBatches,
  keepChange,
  logName,
  mayBeInTrash,
  removalPlan,
} from './removal-plan.ts';

const hour = 3_600_000;
const withTrash = { trashHours: 24 };

test('what nothing protects goes to the trash without a question', () => {
  const plan = removalPlan(
    [archivedClip(1), archivedClip(2), archivedClip(3, { state: 'waiting' })],
    withTrash,
  );
  expect(plan.mustAsk).toBe(false);
  expect(plan.all.map((clip) => clip.id)).toEqual([1, 2]);
});

test('a question comes first when a kept or a locked clip is among them, and counts each once', () => {
  const clips = [
    archivedClip(1, { kept: true, locked: true }),
    archivedClip(2, { locked: true, sizeBytes: 5 }),
    archivedClip(3),
    archivedClip(4, { state: 'deleted', kept: true }),
  ];
  const plan = removalPlan(clips, withTrash);
  expect(plan).toMatchObject({ mustAsk: true, kept: { clips: 1 }, locked: { clips: 1, bytes: 5 } });
  expect(plan.others.map((clip) => clip.id)).toEqual([3]);
});

test('a question comes first when there is no trash, but not when there is nothing to delete', () => {
  expect(removalPlan([archivedClip(1)], { trashHours: 0 }).mustAsk).toBe(true);
  expect(removalPlan([archivedClip(1, { state: 'deleted' })], { trashHours: 0 }).mustAsk).toBe(false);
});

test('more clips than the server takes go in portions that lose none', () => {
  const ids = Array.from({ length: 2500 }, (_, index) => index + 1);
  expect(inBatches(ids).map((batch) => batch.length)).toEqual([1000, 1000, 500]);
  expect(inBatches(ids).flat()).toEqual(ids);
  expect(inBatches([])).toEqual([]);
});

test('the answers to several portions add up; one of them for good makes it no trash', () => {
  const one = { ...emptyOrder, ordered: 2, bytes: 10, left: { kept: 1, locked: 2, inUse: 3, notThere: 4 } };
  expect(addOrders(one, one)).toEqual({
    ordered: 4,
    bytes: 20,
    left: { kept: 2, locked: 4, inUse: 6, notThere: 8 },
    toTrash: true,
  });
  expect(addOrders(one, { ...one, toTrash: false }).toTrash).toBe(false);
});

test('the trash may have a clip for as long as it keeps one, and only what was deleted', () => {
  const deleted = archivedClip(1, { state: 'deleted', stateAt: 0 });
  expect(mayBeInTrash(deleted, 24, 23 * hour)).toBe(true);
  expect(mayBeInTrash(deleted, 24, 25 * hour)).toBe(false);
  expect(mayBeInTrash(deleted, 0, 1)).toBe(false);
  expect(mayBeInTrash({ ...deleted, state: 'expired' }, 24, hour)).toBe(true);
  expect(mayBeInTrash({ ...deleted, state: 'missing' }, 24, hour)).toBe(false);
});

test('only clips that are not so already are kept or let go', () => {
  const clips = [archivedClip(1, { kept: true }), archivedClip(2), archivedClip(3, { state: 'lost' })];
  expect(keepChange(clips, true).map((clip) => clip.id)).toEqual([2]);
  expect(keepChange(clips, false).map((clip) => clip.id)).toEqual([1]);
  expect(areAllKept(clips)).toBe(false);
  expect(areAllKept(clips.slice(0, 1))).toBe(true);
  expect(areAllKept([])).toBe(false);
});

test('the log is asked for the moment that the clips share, else for the first of them', () => {
  expect(logName(['2026_0903_154712_000123F.MP4', '2026_0903_154712_000124R.MP4'])).toBe(
    '2026_0903_154712_00012',
  );
  expect(logName(['2026_0903_154712_000123F.MP4'])).toBe('2026_0903_154712_000123F.MP4');
  expect(logName(['a.MP4', 'b.MP4'])).toBe('a.MP4');
});
