import { describe, expect, test } from 'vitest';
import {
  beginCheck,
  checkProblem,
  faultKindOf,
  faultMessage,
  isCheckDue,
  type CheckFault,
} from './check-words-policy.ts';

const faults: CheckFault[] = [
  { kind: 'rotten', mtimeMs: 0, knownMtimeMs: 0 },
  { kind: 'rotten', mtimeMs: 1_780_000_000_000, knownMtimeMs: 0 },
  { kind: 'rotten', mtimeMs: 0, knownMtimeMs: null },
  { kind: 'length', bytes: 1, knownBytes: 2 },
  { kind: 'unreadable', code: 'EIO' },
];

test.each(faults)('the words of %j tell what kind it is', (fault) => {
  expect(faultKindOf(faultMessage(fault))).toBe(fault.kind);
});

const bad = (...which: number[]) =>
  which.map((at) => ({ path: `${at}.MP4`, message: faultMessage(faults[at]!) }));

describe('the problem of bad files', () => {
  test.each([
    [bad(0), 1, /^A file of the archive is spoilt: 0\.MP4\. Its checksum/],
    [bad(3), 1, /^A file of the archive is not as it was stored: 3\.MP4\. It is 1 bytes long/],
    [bad(0, 1), 2, /^2 files of the archive are spoilt: 0\.MP4, 1\.MP4\.$/],
    [bad(0, 4), 2, /^2 files of the archive are not as they were stored/],
    [bad(0, 1, 2), 9, /^9 files of the archive are not as they were stored: .*, and 6 more\.$/],
  ])('calls spoilt only what a checksum proves (%j)', (list, count, words) => {
    expect(checkProblem(list, count)?.message).toMatch(words);
  });
  test('one is put back, several are', () => {
    expect(checkProblem(bad(0), 1)?.advice).toMatch(/^Put it back/);
    expect(checkProblem(bad(0, 1), 2)?.advice).toMatch(/^Put them back/);
  });
  test('there is none without a bad file', () => expect(checkProblem([], 0)).toBeNull());
});

const day = 86_400_000;
const through = { startedAt: 10 * day, endedAt: 11 * day, byHand: false, wasStopped: false };

test.each([
  ['the first', null, { startedAt: 20 * day, byHand: true }],
  ['one after one that was through', through, { startedAt: 20 * day, byHand: true }],
  ['one that a restart cut off', { ...through, endedAt: null }, { startedAt: 10 * day }],
  ['one that a person stopped', { ...through, wasStopped: true }, { startedAt: 10 * day }],
  ['one from the future', { ...through, startedAt: 30 * day, wasStopped: true }, { startedAt: 20 * day }],
])('%s begins, or goes on where it was', (_, last, begun) => {
  expect(beginCheck(last, true, 20 * day)).toMatchObject({ ...begun, endedAt: null, wasStopped: false });
});

test.each([
  ['never, and it is to be', null, 30, true],
  ['never, and it is not to be', null, 0, false],
  ['recently', through, 30, false],
  ['long ago', through, 5, true],
  ['stopped recently', { ...through, wasStopped: true }, 30, false],
  ['stopped long ago', { ...through, wasStopped: true }, 5, true],
  ['cut off, by hand', { ...through, endedAt: null, byHand: true }, 0, true],
  ['cut off, by itself, and not to be any more', { ...through, endedAt: null }, 0, false],
])('checked %s', (_, last, days, isDue) => {
  expect(isCheckDue(last, days, 20 * day)).toBe(isDue);
});
