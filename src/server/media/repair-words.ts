/** Sentences for people about clips that are cut or broken, and what became of them. */

export function timeWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** By the tables of the file itself. */
export function tablesNote(what: {
  isMoved: boolean;
  wholeMs: number;
  keptMs: number;
  dropped: number;
}): string {
  const parts = what.isMoved ? ['Its table of frames pointed to wrong places.'] : [];
  if (what.wholeMs - what.keptMs > 500)
    parts.push(`It is cut at ${timeWords(what.keptMs)} of ${timeWords(what.wholeMs)}.`);
  else if (what.dropped > 0) parts.push(`${what.dropped} of its frames cannot be read.`);
  else if (!what.isMoved) parts.push('Nothing of it is missing.');
  return parts.join(' ');
}

export const indexNote = (ms: number, hasSound: boolean): string =>
  `The recording was cut off; ${timeWords(ms)} of it were brought back from the camera's recovery index${hasSound ? '' : ', without sound'}.`;

export const siblingNote = (ms: number, name: string): string =>
  `The recording was cut off; ${timeWords(ms)} of it were brought back, without sound, in the manner of ${name}.`;

export const streamNote = (ms: number): string =>
  `The recording was cut off; ${timeWords(ms)} of it were brought back, without sound and at a guessed speed.`;

export const noPictures =
  'No frame can be found in it: it was cut off before the first, or it holds something else.';

export const noSibling =
  'It does not say how its frames are to be read, and there is no whole clip of the same camera to tell.';

export const noRepairOf = 'Only MP4 and MOV files can be repaired; this one plays up to where it ends.';

/** Something went wrong that nobody foresaw; the log has it. */
export const wentWrong = 'The repair did not come to its end; it is tried again later.';

export const gone = 'Its file is not there now.';

export const fullVolume = 'The recordings volume is full: there is no room for the repaired copy.';

export const noRoom = (bytes: number): string =>
  `There is no room for the repaired copy (${Math.ceil(bytes / 1_000_000)} MB).`;
