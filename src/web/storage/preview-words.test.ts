import { describe, expect, test } from 'vitest';
import { formatDate } from '../format.ts';
import { columnWords, draftPreview, stripColumns, tallest } from './preview-plan.ts';
import { confirmationWords, consequenceWords, previewWords, shortfallWords } from './preview-words.ts';
import { gb, testPreview } from './test-storage.ts';

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');
const year = new Date().getFullYear();
const total = { clips: 1204, bytes: 84 * gb };
const confirmation = {
  key: 'k',
  clips: 9420,
  bytes: 640 * gb,
  ofClips: 27_504,
  ofBytes: 1900 * gb,
  sharePct: 27.4,
  limitPct: 20,
  oldestDay: `${year}-01-03`,
  newestDay: `${year}-06-02`,
};

const shortfall = (cause: 'protected' | 'other_data' | 'floor', rule: 'disk' | 'quota' = 'disk') =>
  plain(shortfallWords(testPreview({ shortfall: { rule, bytes: 3.4 * gb, cause } })));

describe('the preview', () => {
  test('tells how much goes, from when the rest is, and which drives are cut', () => {
    const preview = testPreview({
      total,
      byAge: total,
      oldestDay: `${year}-01-02`,
      oldestKeptDay: `${year}-06-03`,
      partialDrives: 2,
    });
    expect(previewWords(preview).map(plain)).toEqual([
      'The next sweep frees 84 GB (1,204 clips).',
      `The oldest recording is then from ${formatDate(`${year}-06-03`)}.`,
      '2 drives become partial.',
    ]);
  });
  test('splits it by cause only when there are several', () => {
    const byAge = { clips: 1000, bytes: 70 * gb };
    const byDisk = { clips: 204, bytes: 14 * gb };
    const lines = previewWords(testPreview({ total, byAge, byDisk })).map(plain);
    expect(lines).toContain('That is 1,000 clips by age and 204 clips to make room on the disk.');
    expect(lines).toContain('No recording is left then.');
  });
  test('says so when nothing goes', () => {
    expect(previewWords(testPreview())).toEqual(['The next sweep deletes nothing.']);
    expect(consequenceWords(testPreview())).toBe('The next sweep deletes nothing.');
  });
  test('does not say what a sweep would do when the disk does not answer', () => {
    const obstacle = { code: 'volume', message: 'The disk is away', advice: null } as const;
    const preview = testPreview({ obstacle });
    expect(previewWords(preview)).toEqual(['Nothing is deleted now: The disk is away.']);
    expect(consequenceWords(preview)).toBe('Nothing is deleted now: The disk is away.');
    const scan = { ...obstacle, code: 'scan' } as const;
    expect(consequenceWords(testPreview({ obstacle: scan }))).toBe('The next sweep deletes nothing.');
  });
  test('says beside the button what saving comes to, and whether it is asked first', () => {
    expect(plain(consequenceWords(testPreview({ total })))).toBe(
      'The next sweep deletes 1,204 clips, 84 GB.',
    );
    expect(consequenceWords(testPreview({ total, confirmation }))).toMatch(/It asks you first\.$/);
  });
  test('tells what a rule of room cannot free, and why', () => {
    expect(shortfall('protected')).toBe(
      'For the rule of the disk, 3.4 GB more would have to go, but all the rest is protected.',
    );
    expect(shortfall('floor', 'quota')).toContain('For the quota, 3.4 GB more');
    expect(shortfall('other_data')).toContain('it deletes none');
    expect(shortfallWords(testPreview())).toBeNull();
  });
});

test('a plan that waits for a word is told with what, how much and from when to when', () => {
  const [what, why] = confirmationWords(confirmation).map(plain);
  expect(what).toBe(
    `The rules are about to delete 9,420 of 27,504 clips (640 GB of 1.9 TB), recorded from ${formatDate(`${year}-01-03`)} to ${formatDate(`${year}-06-02`)}.`,
  );
  expect(why).toContain('27 % of the archive; more than 20 %');
});

describe('the strip of days', () => {
  const days = Array.from({ length: 7 }, (_, index) => ({
    day: `2026-06-0${index + 1}`,
    clips: index < 3 ? 10 : 0,
    bytes: index < 3 ? gb : 0,
    stays: index < 3 ? 1 : 12,
  }));
  test('has a column for each day while they fit', () => {
    const columns = stripColumns(days, 7);
    expect(columns).toHaveLength(7);
    expect(columns[0]).toEqual({ from: '2026-06-01', to: '2026-06-01', goes: 10, goesBytes: gb, stays: 1 });
    expect(tallest(columns)).toBe(12);
  });
  test('has several days in a column when they do not, and loses none', () => {
    const columns = stripColumns(days, 3);
    expect(columns.map(({ from, to }) => `${from} ${to}`)).toEqual([
      '2026-06-01 2026-06-03',
      '2026-06-04 2026-06-06',
      '2026-06-07 2026-06-07',
    ]);
    expect(columns.reduce((sum, column) => sum + column.goes + column.stays, 0)).toBe(81);
    expect(stripColumns([], 3)).toEqual([]);
  });
  test('is told in words', () => {
    const [first, , , fourth] = stripColumns(days, 7);
    expect(plain(first ? columnWords(first) : '')).toContain('10 clips go (1 GB), 1 stays');
    expect(plain(fourth ? columnWords(fourth) : '')).toContain('nothing goes, 12 stay');
  });
});

describe('the preview of a draft', () => {
  const data = testPreview();
  const query = { data, error: null, failureReason: null, isPlaceholderData: false, isFetching: false };
  const nothingYet = { preview: undefined, failure: null };
  const away = { message: 'The server is away' };
  test('is shown beside the button once it is of these very rules', () => {
    expect(draftPreview(query, true)).toEqual({ preview: data, failure: null });
  });
  test.each([
    ['the typing has not rested', query, false],
    ['that of the rules before is still shown', { ...query, isPlaceholderData: true }, true],
    ['it is being read anew', { ...query, isFetching: true }, true],
    [
      'it failed for the rules before',
      { ...query, data: undefined, error: away, failureReason: away },
      false,
    ],
  ])('is none while %s', (_name, each, isAsked) => {
    expect(draftPreview(each, isAsked)).toEqual(nothingYet);
  });
  test.each([
    ['failed', { ...query, data: undefined, error: away, failureReason: away }],
    ['failed, and an older one is left', { ...query, error: away, failureReason: away }],
    [
      'failed and is tried again, and that of the rules before is still shown',
      { ...query, failureReason: away, isPlaceholderData: true, isFetching: true },
    ],
  ])('is none when it %s, and the reason is told', (_name, each) => {
    expect(draftPreview(each, true)).toEqual({ preview: undefined, failure: away.message });
  });
});
