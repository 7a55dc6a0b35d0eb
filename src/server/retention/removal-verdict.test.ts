import { expect, test } from 'vitest';
import type { ClipRow, RemovalRow } from '../db/schema.ts';
import type { FileOutcome, FileTask } from './removal-files.ts';
import { scopeOf } from './removal-policy.ts';
import { verdictOf, type RemovalItem } from './removal-verdict.ts';

type Given = {
  action?: RemovalRow['action'];
  byHand?: boolean;
  isSpared?: boolean;
  clip?: Partial<ClipRow>;
} & Partial<FileTask>;

const archived: Partial<ClipRow> = { state: 'archived', path: 'a' };

function item({
  action = 'delete',
  byHand = false,
  isSpared = false,
  clip = archived,
  ...task
}: Given): RemovalItem {
  const row: RemovalRow = {
    clip_id: 1,
    action,
    path: 'a',
    trash_path: null,
    why: '{}',
    sweep_id: byHand ? null : 1,
    ordered_at: 0,
    tries: 1,
    next_at: null,
    error: null,
    error_code: null,
  };
  const whole = { from: 'a', to: null, sizeBytes: 1, maybeDone: false, lookOnly: false, wasSeen: false };
  return {
    row,
    before: null,
    trash: null,
    isSpared,
    isForerunner: false,
    clip: clip as ClipRow,
    task: { ...whole, outcome: null, ...task },
  };
}

const failed = (code: string): FileOutcome => ({
  kind: 'failed',
  failure: { code, reason: code, scope: scopeOf(code) },
});
const kind = (name: Exclude<FileOutcome['kind'], 'failed'>): FileOutcome => ({ kind: name });

test.each([
  ['trash', 'trashed'],
  ['delete', 'deleted'],
  ['restore', 'restored'],
  ['purge', 'purged'],
] as const)('%s that was done is %s', (action, verdict) => {
  expect(verdictOf(item({ action, outcome: kind('done') }), false)).toBe(verdict);
});

test.each([
  ['a file of the archive that is gone', { outcome: kind('gone') }, 'missing'],
  ['a file of the trash that is gone', { action: 'purge', outcome: kind('gone') }, 'purged'],
  ['one to be restored that is gone', { action: 'restore', outcome: kind('gone') }, 'purged'],
  ['one that was not reached', {}, 'back'],
  ['one that was not reached and is kept', { isSpared: true }, 'cancelled'],
  ['one that went before it was kept', { isSpared: true, outcome: kind('done') }, 'deleted'],
  ['one of which nobody knows', { outcome: kind('unknown') }, 'leave'],
  ['a failure of the file', { outcome: failed('EBUSY') }, 'failed'],
  ['a failure of the volume, by rule', { outcome: failed('EROFS') }, 'back'],
  ['a failure of the volume, by hand', { byHand: true, outcome: failed('EROFS') }, 'failed'],
  ['one looked at after a crash that is there', { lookOnly: true, outcome: kind('not_done') }, 'back'],
  ['one not looked at after a crash', { lookOnly: true }, 'leave'],
  ['one that cannot be seen after a crash', { lookOnly: true, outcome: failed('EACCES') }, 'leave'],
  ['one that was changed since the crash', { lookOnly: true, outcome: failed('changed') }, 'back'],
  [
    'an order begun before the crash that cannot be seen',
    { byHand: true, maybeDone: true, outcome: failed('EACCES') },
    'back',
  ],
  [
    'an order begun before the crash that is refused now',
    { byHand: true, maybeDone: true, wasSeen: true, outcome: failed('EACCES') },
    'failed',
  ],
] as [string, Given, string][])('%s', (_what, given, verdict) => {
  expect(verdictOf(item(given), false)).toBe(verdict);
});

test('among many that are gone none is taken for lost', () => {
  expect(verdictOf(item({ outcome: kind('gone') }), true)).toBe('back');
  expect(verdictOf(item({ outcome: kind('done') }), true)).toBe('deleted');
});

test.each([
  ['by hand, is a failure', { byHand: true, outcome: kind('gone') }, 'failed'],
  [
    'to be restored, stays in the trash',
    { action: 'restore', byHand: true, outcome: kind('gone') },
    'failed',
  ],
  ['of the trash, stays in its book', { action: 'purge', byHand: true, outcome: kind('gone') }, 'failed'],
  ['begun by hand before, stays begun', { byHand: true, maybeDone: true, outcome: kind('gone') }, 'doubt'],
  ['looked at after a crash, stays begun', { lookOnly: true, outcome: kind('vanished') }, 'doubt'],
  [
    'that a scan has taken for missing meanwhile, is no doubt any more',
    { lookOnly: true, outcome: kind('vanished'), clip: { state: 'missing', path: null } },
    'back',
  ],
] as [string, Given, string][])('among many that are gone, one %s', (_what, given, verdict) => {
  expect(verdictOf(item(given), true)).toBe(verdict);
});

test('one begun to be deleted that is gone with its folder is deleted, unless many are', () => {
  expect(verdictOf(item({ lookOnly: true, outcome: kind('vanished') }), false)).toBe('deleted');
});
