import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layouts } from '../../shared/settings.ts';
import { archivePath, dateFolder, numberedPath, safeFileName } from './layout.ts';

test('each layout makes the folder of the recording’s own date', () => {
  const folders = layouts.map((layout) => dateFolder('2026-06-28T13:34:16', layout));
  expect(folders).toEqual(['2026-06-28', '2026-06-22', '2026-06', '2026', '']);
});

test.each([
  ['2026-06-22T00:00:00', '2026-06-22'],
  ['2026-06-28T23:59:59', '2026-06-22'],
  ['2027-01-01T12:00:00', '2026-12-28'],
  ['2024-03-01T12:00:00', '2024-02-26'],
])('the week of %s is that of Monday %s', (localStart, monday) => {
  expect(dateFolder(localStart, 'weekly')).toBe(monday);
});

test('a clip lies below its camera’s folder, and one of unknown name under Unclassified', () => {
  const filing = {
    name: 'X.MP4',
    localStart: '2026-06-28T13:34:16',
    layout: 'daily',
    cameraFolder: 'Van',
  } as const;
  expect(archivePath({ ...filing, kind: 'normal' })).toBe('Van/2026-06-28/X.MP4');
  expect(archivePath({ ...filing, kind: 'unclassified', cameraFolder: '' })).toBe('Unclassified/X.MP4');
  expect(archivePath({ ...filing, kind: 'normal', layout: 'none', cameraFolder: '' })).toBe('X.MP4');
});

test('a second clip of a name is numbered before its ending', () => {
  expect(numberedPath('2026-06-28/X.MP4', 2)).toBe('2026-06-28/X~2.MP4');
});

test('an ordinary camera name stays as it is', () => {
  expect(safeFileName('2025_1224_120324_000002PF.MP4')).toBe('2025_1224_120324_000002PF.MP4');
});

test('a file name is never empty, hidden, over-long, with separators or with what shares do not take', () => {
  const long = fc.string({ unit: 'binary', maxLength: 400 });
  fc.assert(
    fc.property(
      fc.oneof(
        long,
        fc.string(),
        fc.constantFrom('..', '.', '../x', '.a.MP4', `${'é'.repeat(150)}.MP4`, `${'a'.repeat(199)}.€€€€`),
      ),
      (name) => {
        const safe = safeFileName(name);
        expect(safe).not.toBe('');
        expect(safe).not.toMatch(/^[.\s]|[.\s]$|[/\\<>:"|?*]|\p{Cc}|\p{Cs}/u);
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
        expect(safeFileName(safe)).toBe(safe);
      },
    ),
    { numRuns: 1000 },
  );
});
