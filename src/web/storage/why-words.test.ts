import { describe, expect, test } from 'vitest';
import { formatInstant } from '../format.ts';
import { entryWords, fateWords, protectedWords, scopeWords, whyWords } from './why-words.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const names = new Map([[2, 'Van']]);
const rule = { cameraId: 2, kind: 'parking', channel: 'rear', days: 7 } as const;
const now = new Date('2026-09-03T12:00:00').getTime();
const hour = 3_600_000;

describe('why a clip went', () => {
  test('is told by the rule that decided', () => {
    expect(plain(whyWords({ by: 'age', days: 30, rule: null }, names))).toBe('Older than 30 days');
    expect(plain(whyWords({ by: 'age', days: 7, rule }, names))).toBe(
      'Older than 7 days, by the rule for parking, rear, Van',
    );
    expect(plain(whyWords({ by: 'disk', pct: 90 }, names))).toBe('The disk was fuller than 90 %');
    expect(plain(whyWords({ by: 'quota', gib: 400 }, names))).toBe('The archive was larger than 400 GiB');
    expect(whyWords({ by: 'room', rule: 'disk', forClip: 'A.MP4' }, names)).toBe(
      'Room was needed on the full disk for A.MP4',
    );
    expect(whyWords({ by: 'hand', user: null }, names)).toBe('Deleted by you');
  });
  test('is told of now for what is still to go', () => {
    expect(plain(whyWords({ by: 'disk', pct: 90 }, names, 'planned'))).toBe('The disk is fuller than 90 %');
  });
  test('is nobody’s doing when the file was gone already', () => {
    const why = { by: 'age', days: 30, rule: null } as const;
    expect(entryWords({ action: 'missing', why }, names)).toBe('Its file was gone already');
    expect(plain(entryWords({ action: 'trashed', why }, names))).toBe('Older than 30 days');
  });
});

test('a rule for all clips names no kind, channel or camera', () => {
  expect(scopeWords({ cameraId: null, kind: null, channel: null }, names)).toBe('all clips');
  expect(scopeWords({ cameraId: 9, kind: null, channel: null }, names)).toBe('a camera that was removed');
});

describe('what became of a clip', () => {
  const entry = {
    at: now - hour,
    action: 'trashed',
    inTrash: false,
    goneAt: null,
    restoredAt: null,
  } as const;
  test('is told while it lies in the trash, by the hours that the trash keeps it', () => {
    const inTrash = { ...entry, inTrash: true };
    expect(fateWords(inTrash, now, 24)).toBe(`In the trash until ${formatInstant(now + 23 * hour, now)}`);
    expect(fateWords(inTrash, now, 2)).toBe(`In the trash until ${formatInstant(now + hour, now)}`);
    expect(fateWords(inTrash, now, 1)).toBe('In the trash, its time is up');
    expect(fateWords(inTrash, now, 0)).toBe('In the trash, its time is up');
    expect(fateWords(inTrash, now, null)).toBe('In the trash');
  });
  test('is told once it has left the trash', () => {
    expect(fateWords({ ...entry, goneAt: now - hour }, now, 24)).toMatch(/^Gone for good since /);
    expect(fateWords({ ...entry, restoredAt: now - hour, goneAt: now - hour }, now, 24)).toMatch(
      /^Restored /,
    );
  });
  test('is told of what never went through the trash', () => {
    expect(fateWords({ ...entry, action: 'deleted' }, now, 24)).toBe('Gone for good');
    expect(fateWords({ ...entry, action: 'missing' }, now, 24)).toBe('Gone');
  });
});

test('what is protected is told cause by cause, only where there is some', () => {
  expect(
    protectedWords({
      kept: { clips: 12, bytes: 1.2e9 },
      locked: { clips: 0, bytes: 0 },
      recent: { clips: 1, bytes: 7e7 },
      failed: { clips: 1, bytes: 7e7 },
    }).map(plain),
  ).toEqual([
    '12 clips (1.2 GB) stay, for you keep them.',
    '1 clip (70 MB) stays, for it arrived within the last day.',
    '1 clip (70 MB) stays, for it could not be deleted before.',
  ]);
});
