import { describe, expect, test } from 'vitest';
import type { Clip } from '../../shared/clips.ts';
import { archivedClip } from '../test-support.ts';
import { volumeStateSchema } from '../../shared/status.ts';
import { emptyOrder, removalPlan } from './removal-plan.ts';
import {
  brokenOffWords,
  keepOutcome,
  leftQuestion,
  removalOutcome,
  removalQuestion,
  restoreOutcome,
  waitWords,
} from './removal-words.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const size = 90_000_000;
const clip = (id: number, over = {}) => archivedClip(id, { sizeBytes: size, ...over });
const left = { kept: 0, locked: 0, inUse: 0, notThere: 0 };

function ask(trashHours: number, ...clips: Clip[]) {
  const { title, lines, all, others } = removalQuestion(removalPlan(clips, { trashHours }));
  return { title: plain(title), text: plain(lines.join(' ')), all, others };
}

describe('the question before clips are deleted', () => {
  test('names how many and how much, and why each is protected', () => {
    const asked = ask(24, clip(1, { kept: true }), clip(2, { locked: true }), clip(3));
    expect(asked.title).toBe('Delete 3 clips (270 MB)?');
    expect(asked.text).toBe(
      'Protected among them: 1 kept (90 MB) and 1 locked on the camera (90 MB). What is deleted stays in the trash for 24 hours, unless room is needed sooner.',
    );
    expect([asked.all, asked.others]).toEqual(['Delete them too', 'Only the others']);
  });
  test('of one clip is about that clip', () => {
    const asked = ask(48, clip(1, { locked: true }));
    expect(asked.text).toMatch(/^It is locked on the camera\. .* for 2 days/);
    expect([asked.all, asked.others]).toEqual(['Delete all the same', null]);
  });
  test('says that it is for good when there is no trash', () => {
    const asked = ask(0, clip(1));
    expect(asked.title).toBe('Delete 1 clip (90 MB) for good?');
    expect(asked.text).toBe('There is no trash: this cannot be undone.');
    expect(asked.all).toBe('Delete for good');
  });
  test('comes afterwards about what only the server knew to be protected', () => {
    const words = leftQuestion({ ...emptyOrder, ordered: 4, left: { ...left, inUse: 2 } });
    expect(plain(words.title)).toBe('Delete 2 protected clips too?');
    expect(plain(words.lines.join(' '))).toBe('The other 4 clips went. Left: 2 in use by an export.');
  });
});

describe('what came of an order to delete', () => {
  const order = { ...emptyOrder, ordered: 3, bytes: 3 * size };
  test('says where they go and what was left', () => {
    expect(plain(removalOutcome(order, null))).toBe('3 clips (270 MB) go to the trash.');
    expect(plain(removalOutcome({ ...order, toTrash: false, ordered: 1, bytes: size }, null))).toBe(
      '1 clip (90 MB) is deleted.',
    );
    expect(
      plain(removalOutcome({ ...order, left: { kept: 1, locked: 2, inUse: 3, notThere: 4 } }, null)),
    ).toBe(
      '3 clips (270 MB) go to the trash. Left: 1 kept, 2 locked on the camera, 3 in use by an export and 4 no longer in the archive.',
    );
  });
  test('waits for the archive while it is away', () => {
    expect(plain(removalOutcome(order, waitWords('missing')))).toBe(
      '3 clips (270 MB) will be deleted when the archive is back.',
    );
  });
  test('says why nothing was deleted', () => {
    expect(removalOutcome({ ...emptyOrder, left: { ...left, notThere: 1 } }, null)).toBe(
      'Nothing was deleted. Left: 1 no longer in the archive.',
    );
  });
});

test('a disk without room is no reason to wait, an archive that cannot be changed is', () => {
  const waits = volumeStateSchema.options.filter((state) => waitWords(state) !== null);
  expect(waits).toEqual(['missing', 'unmarked', 'foreign', 'unwritable', 'slow']);
});

test('what comes back is told, and that a rule does not take it again', () => {
  const order = { ...emptyOrder, ordered: 1 };
  expect(plain(restoreOutcome(order, { byRule: false, wait: null }))).toBe(
    '1 clip comes back into the archive.',
  );
  expect(plain(restoreOutcome({ ...order, ordered: 2 }, { byRule: true, wait: null }))).toBe(
    '2 clips come back into the archive, and are kept from now on.',
  );
  expect(plain(restoreOutcome(order, { byRule: true, wait: waitWords('foreign') }))).toBe(
    '1 clip will be restored when the archive is back, and is kept from now on.',
  );
  expect(
    restoreOutcome({ ...emptyOrder, left: { ...left, notThere: 1 } }, { byRule: true, wait: null }),
  ).toBe('Nothing was restored. It is no longer in the trash: its time was over, or room was needed.');
});

test('keeping and letting go say what it means', () => {
  expect(plain(keepOutcome(1, true))).toBe('1 clip kept: no rule deletes it.');
  expect(plain(keepOutcome(3, false))).toBe('3 clips let go: the rules apply to them again.');
  expect(keepOutcome(0, true)).toBe('Nothing was changed: they are kept already.');
});

test('what broke off in the middle says how far it came', () => {
  expect(plain(brokenOffWords('They could not be deleted', 1000, 2500))).toBe(
    'They could not be deleted: 1,000 of 2,500 clips went through',
  );
  expect(brokenOffWords('They could not be deleted', 0, 3)).toBe('They could not be deleted');
});
