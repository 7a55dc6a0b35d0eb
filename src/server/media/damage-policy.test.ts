import { expect, test } from 'vitest';
import { damageNote } from './damage-policy.ts';

test.each([
  ['there is no moov box', /not finished/],
  ['the video track has no frames', /not finished/],
  ["box 'mdat' at byte 65536 ends behind the end of the file", /end is missing/],
  ['frames are missing: the last ends at byte 900 of 800', /end is missing/],
  ['the end of the JPEG is missing', /end is missing/],
  ['the table of frames points to bytes that are none', /wrong places/],
  ['the table of frames points to wrong places', /wrong places/],
  ['some frames are not where the table says', /cannot be read/],
  ['the moov box is damaged', /damaged/],
  ['no box at byte 17', /damaged/],
])('%s: is told in a sentence without a word of boxes and bytes', (flaw, words) => {
  const note = damageNote(flaw) ?? '';
  expect(note).toMatch(words);
  expect(note).toMatch(/^[A-Z].*\.$/);
  expect(note).not.toMatch(/box|moov|byte|\d/);
});

test('nothing is told of what is whole', () => {
  expect(damageNote(null)).toBeNull();
});
