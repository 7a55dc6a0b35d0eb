import { expect, test } from 'vitest';
import { deletionRefusals } from '../../shared/queue.ts';
import { deletionOutcome, deletionQuestion } from './deletion-words.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('the question names the clip, its size and what stays', () => {
  const [first, second] = deletionQuestion({
    name: '2026_0903_154712_000123R.MP4',
    sizeBytes: 180_000_000,
    locked: false,
  }).map(plain);
  expect(first).toMatch(/September.*rear \(180 MB\) is deleted on the card .* The copy in the archive stays/);
  expect(second).toBeUndefined();
});

test('that a clip is locked is said before it is deleted', () => {
  expect(deletionQuestion({ name: 'a.MP4', sizeBytes: null, locked: true })).toHaveLength(2);
});

test('every refusal is told in words', () => {
  for (const reason of deletionRefusals) {
    const words = deletionOutcome({ queued: 0, refused: [{ clipId: 1, reason }] });
    expect(words).toMatch(/^Not deleted: /);
    expect(words).not.toContain('_');
  }
});

test('what is deleted and what is not is counted', () => {
  expect(plain(deletionOutcome({ queued: 1, refused: [] }))).toBe('1 clip will be deleted on the camera.');
  const refused = [
    { clipId: 1, reason: 'locked' as const },
    { clipId: 2, reason: 'locked' as const },
  ];
  expect(plain(deletionOutcome({ queued: 3, refused }))).toBe(
    '3 clips will be deleted on the camera. 2 clips not deleted: it is locked.',
  );
});
