import { describe, expect, test } from 'vitest';
import { settingsSchema } from '../../shared/settings.ts';
import type { ClipRow } from '../db/schema.ts';
import {
  askOf,
  deletionErrors,
  deletionProblem,
  judgeAnswer,
  judgeListing,
  mayDelete,
} from './deletion-policy.ts';

/** What of a row the policy looks at: a clip that may go. */
const safe = {
  kept: 0,
  locked: 0,
  state: 'archived',
  path: '2026-06-28/X.MP4',
  size_bytes: 200_000_000,
  verified_at: 1000,
  archived_at: 1000,
  sha256: 'ab',
  complete: 1,
  remote_path: '/DCIM/Movie/X.MP4',
  remote_seen_at: 500,
  remote_gone_at: null,
  remote_size_bytes: 200_000_000,
  remote_size_exact: 1,
  remote_changed_at: 500,
  remote_deleted_at: null,
  delete_due: null,
  delete_tries: 0,
} satisfies Partial<ClipRow>;
const clip = (facts: Partial<ClipRow> = {}) => ({ ...safe, ...facts }) as ClipRow;
const byRule = { by: 'rule', includeLocked: false } as const;
const byHand = { by: 'hand', includeLocked: true } as const;

describe('whether a clip may be deleted on its camera', () => {
  test('one that is archived, verified and unchanged may', () => {
    expect(mayDelete(clip(), byRule)).toBeNull();
  });

  const refusals: [string, Partial<ClipRow>, ReturnType<typeof mayDelete>][] = [
    ['is kept', { kept: 1 }, 'kept'],
    ['is kept and no longer archived', { kept: 1, state: 'missing' }, 'kept'],
    ['is still being filed', { state: 'transferring' }, 'not_archived'],
    ['is missing in the archive', { state: 'missing' }, 'not_archived'],
    ['has no file', { path: null }, 'not_archived'],
    ['has no size', { size_bytes: null }, 'not_archived'],
    ['was found and never hashed', { sha256: null, verified_at: null }, 'unverified'],
    ['was adopted with a hash of somebody else', { verified_at: null }, 'unverified'],
    ['is damaged here', { complete: 0 }, 'unverified'],
    ['was never read', { complete: null }, 'unverified'],
    ['is gone from the card', { remote_gone_at: 2000 }, 'not_on_camera'],
    ['was never listed', { remote_path: null }, 'not_on_camera'],
    ['was adopted and not listed since', { remote_seen_at: null }, 'not_on_camera'],
    ['was deleted, says the camera', { delete_due: 'rule', remote_deleted_at: 2000 }, 'not_on_camera'],
    ['is listed longer than ours', { remote_size_bytes: 200_000_001 }, 'changed_on_camera'],
    ['is listed without a size', { remote_size_bytes: null }, 'changed_on_camera'],
    ['has changed since it was archived', { remote_changed_at: 1001 }, 'changed_on_camera'],
    [
      'is far from a rounded size',
      { remote_size_bytes: 203_000_000, remote_size_exact: 0 },
      'changed_on_camera',
    ],
  ];
  test.each(refusals)('one that %s may not, whoever asks', (_name, facts, reason) => {
    expect([mayDelete(clip(facts), byRule), mayDelete(clip(facts), byHand)]).toEqual([reason, reason]);
  });

  test('a locked one may only when locked ones are asked for', () => {
    expect(mayDelete(clip({ locked: 1 }), byRule)).toBe('locked');
    expect(mayDelete(clip({ locked: 1 }), { by: 'hand', includeLocked: false })).toBe('locked');
    expect(mayDelete(clip({ locked: 1 }), byHand)).toBeNull();
    expect(mayDelete(clip({ locked: 1, kept: 1 }), byHand)).toBe('kept');
  });

  test('a rounded size that fits is no obstacle, nor is a yes of long ago for a clip that is listed again', () => {
    expect(mayDelete(clip({ remote_size_bytes: 200_900_000, remote_size_exact: 0 }), byRule)).toBeNull();
    expect(mayDelete(clip({ remote_deleted_at: 700 }), byHand)).toBeNull();
  });
});

const settings = (changes: object) => settingsSchema.parse(changes);

test('an order by rule holds as long as the rule, and follows its setting for locked clips', () => {
  expect(askOf('rule', settings({}))).toBeNull();
  expect(askOf('rule', settings({ deleteLockedAfterDownload: true }))).toBeNull();
  expect(askOf('rule', settings({ deleteAfterDownload: true }))).toEqual(byRule);
  expect(askOf('rule', settings({ deleteAfterDownload: true, deleteLockedAfterDownload: true }))).toEqual({
    by: 'rule',
    includeLocked: true,
  });
  expect(askOf('hand', settings({ deleteAfterDownload: true, deleteLockedAfterDownload: true }))).toEqual({
    by: 'hand',
    includeLocked: false,
  });
  expect(askOf('hand_locked', settings({}))).toEqual(byHand);
});

test('a yes and a not-there wait for the listing, a refusal is final, silence is tried five times', () => {
  expect(judgeAnswer('deleted', 1)).toEqual({ next: 'await' });
  expect(judgeAnswer('absent', 5)).toEqual({ next: 'await' });
  expect(judgeAnswer('locked', 1)).toEqual({ next: 'give_up', error: deletionErrors.locked });
  expect(judgeAnswer('refused', 1)).toEqual({ next: 'give_up', error: deletionErrors.refused });
  expect([1, 4, 5].map((tries) => judgeAnswer('unknown', tries).next)).toEqual(['again', 'again', 'give_up']);
});

describe('what a complete listing means', () => {
  const told = { delete_due: 'rule', delete_tries: 1 } as const;
  const cases: [string, Partial<ClipRow>, boolean, ReturnType<typeof judgeListing>][] = [
    ['a clip it was never told of, and shows', { delete_due: 'rule' }, true, 'none'],
    ['a clip it was never told of, and does not show', { delete_due: 'rule' }, false, 'none'],
    ['a clip the ledger counts as gone', { delete_due: 'rule', remote_gone_at: 9 }, false, 'gone'],
    ['a yes that is true', { ...told, remote_deleted_at: 9 }, false, 'gone'],
    ['a yes that is not', { ...told, remote_deleted_at: 9 }, true, 'again'],
    ['a second one', { ...told, delete_tries: 2, remote_deleted_at: 9 }, true, 'give_up'],
    ['no answer, and it is gone', told, false, 'gone'],
    ['no answer, and it is there', told, true, 'none'],
  ];
  test.each(cases)('%s', (_name, facts, shown, means) => {
    expect(judgeListing(clip(facts), shown)).toBe(means);
  });
});

test('the problem counts what was given up and names every way of it once', () => {
  const { pretended, locked } = deletionErrors;
  expect(deletionProblem('Car', [])).toBeNull();
  expect(deletionProblem('Car', [locked])?.message).toBe(
    'Car: 1 clip could not be deleted on the camera. It keeps what is locked.',
  );
  expect(deletionProblem('Car', [pretended, pretended, locked])?.message).toBe(
    'Car: 3 clips could not be deleted on the camera. It says yes and goes on listing them; a write-protected or worn-out card does that. It keeps what is locked.',
  );
});
