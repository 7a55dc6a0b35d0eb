/** What is wrong with a file, by what reading it said. */
const damages: readonly [pattern: RegExp, words: string][] = [
  [
    /no moov|no video track|no frames/,
    'The recording was not finished: what tells how to play it is missing.',
  ],
  [/ends behind|frames are missing|end of the JPEG|less than one/, 'Its end is missing: it was cut off.'],
  [/frames? points? to/, 'Its table of frames points to wrong places.'],
  [/some frames/, 'Some of its frames cannot be read.'],
  [/begin like a JPEG/, 'It does not begin like a photo.'],
];

/** What is wrong with a clip's file, in a sentence; null when nothing is known to be. */
export function damageNote(flaw: string | null): string | null {
  if (flaw === null) return null;
  return damages.find(([pattern]) => pattern.test(flaw))?.[1] ?? 'Its file is damaged.';
}
