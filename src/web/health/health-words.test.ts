import { describe, expect, test } from 'vitest';
import type { Adoption, Scan } from '../../shared/system.ts';
import {
  adoptionLine,
  asideTitle,
  integrityLine,
  journalWords,
  keptWords,
  scanCounts,
  scanLine,
  warningsTitle,
} from './health-words.ts';

const now = new Date(2026, 8, 3, 20, 0).getTime();
const at = now - 60 * 60_000;
const scan = (over: Partial<Scan>): Scan => ({
  state: 'done',
  folders: 310,
  files: 12_340,
  found: 4,
  startedAt: at - 180_000,
  finishedAt: at,
  message: null,
  ...over,
});
const adoption = (over: Partial<Adoption>): Adoption => ({
  kind: 'v2_database',
  at,
  generation: '2.5',
  copy: null,
  lines: [],
  aside: [],
  warnings: [],
  tookMs: 12_000,
  ...over,
});
const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');

test('the inspection of the database says when it was', () => {
  expect(integrityLine({ state: 'good', at, message: null }, now)).toMatch(/^Sound, checked .*00/);
  expect(integrityLine({ state: 'damaged', at, message: null }, now)).toMatch(/^Damaged, found .*00/);
  expect(integrityLine({ state: 'running', at, message: null }, now)).toMatch(/^Being checked since .*00/);
  expect(integrityLine({ state: 'not_yet', at: null, message: null }, now)).toBe('Not checked yet');
});

test('a journal is told in words, an unknown one by its name', () => {
  expect(journalWords('delete')).toContain('network');
  expect(journalWords('truncate')).toBe('truncate');
});

describe('a scan', () => {
  test('says its state, when that was and how long it took', () => {
    expect(plain(scanLine(scan({}), now))).toMatch(/^Looked through .*00.*, in 3 min$/);
    expect(scanLine(scan({ state: 'running', finishedAt: null }), now)).toMatch(
      /^Looking through the archive since .*57/,
    );
    expect(scanLine(scan({ state: 'failed' }), now)).toMatch(/^Could not be looked through, .*00/);
    const never = scan({ state: 'never', startedAt: null, finishedAt: null });
    expect(scanLine(never, now)).toBe('Not looked through yet');
  });
  test('counts what it saw, once there was one', () => {
    expect(plain(scanCounts(scan({})))).toMatch(/^12.340 files in 310 folders, 4 clips newly found$/);
    expect(plain(scanCounts(scan({ found: 0 })))).toMatch(/no clip newly found$/);
    expect(scanCounts(scan({ state: 'never' }))).toBeNull();
    expect(plain(scanCounts(scan({ missing: 2, skippedFolders: 300 })))).toMatch(
      /in 310 folders \(300 had not changed\), 4 clips newly found, 2 clips gone$/,
    );
  });
});

describe('what was taken over', () => {
  test('names the generation, when and how long', () => {
    expect(plain(adoptionLine(adoption({}), now))).toMatch(/^Version 2\.5, .*00.*, in 12 s$/);
    expect(plain(adoptionLine(adoption({ generation: 'after 2.5', tookMs: 10 }), now))).toMatch(
      /^A version after 2\.5, .*00/,
    );
    expect(adoptionLine(adoption({ kind: 'rebuild' }), now)).not.toContain('2.5');
  });
  test('counts what was kept aside', () => {
    expect(plain(asideTitle([{ what: 'a', count: 1, note: null }]))).toBe('1 row is kept aside as it was');
    const two = [
      { what: 'a', count: 1, note: null },
      { what: 'b', count: 2, note: null },
    ];
    expect(plain(asideTitle(two))).toBe('3 rows are kept aside as they were');
  });
  test('counts what there is to know', () => {
    expect(warningsTitle(1)).toBe('To know');
    expect(warningsTitle(3)).toBe('3 things to know');
  });
});

test('how many backups are kept is said in a sentence', () => {
  expect(keptWords(7)).toBe('The newest 7 are kept.');
  expect(keptWords(1)).toBe('The newest one is kept.');
});
