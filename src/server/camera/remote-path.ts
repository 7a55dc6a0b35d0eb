import { containerOfName } from '../../shared/clip-name.ts';

const namesCapped = 80;
/** What no file on a FAT or exFAT card can be called; a listing that says so is not to be believed. */
const impossibleOnCards = /[<>:"|?*]/;
/** Also the invisible ones that turn the reading direction: a name must be what it looks like. */
const controls = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
/** What cameras themselves make of names; most names end here. */
const ordinary = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}$/;
/** Files that every card carries and nobody wants: firmware, settings exports, the camera's own index. */
const ignoredName = /^\.[^.]|\.(?:bin|txt|ini|db|dat|xml|log)$/i;
/** `RO` of Viofo, `EMR` (emergency) of white-label Novatek cameras. */
const lockedFolder = /^(?:RO|EMR)$/i;

/** Why one path segment (decoded) can be no file or folder of a card; null when it can. */
export function flawOfSegment(segment: string): string | null {
  if (ordinary.test(segment)) return null;
  if (segment === '') return 'is empty';
  if (segment === '.' || segment === '..') return 'climbs out of its folder';
  if (/[/\\]|%2f|%5c/i.test(segment)) return 'contains a slash';
  if (controls.test(segment)) return 'contains control characters';
  if (/[\uFFFD\p{Cs}]/u.test(segment)) return 'is not readable text';
  if (impossibleOnCards.test(segment)) return 'contains characters no card can hold';
  if (segment.length > 255) return 'is too long';
  return null;
}

/** Why one of the segments is unsafe; null when all are safe. */
export function flawOfPath(segments: readonly string[]): string | null {
  for (const segment of segments) {
    const flaw = flawOfSegment(segment);
    if (flaw) return flaw;
  }
  return null;
}

/** Name for a note: quoted, control characters as `\u00xx`, at most 80 characters. */
export function shownName(name: string): string {
  const visible = name.slice(0, namesCapped).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escaped);
  return `"${visible}${name.length > namesCapped ? '…' : ''}"`;
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

/** Whether a file of this name is part of every card and no recording, so that no note is due. */
export function isIgnoredName(name: string): boolean {
  return ignoredName.test(name) && containerOfName(name) === null;
}

/** Whether one of the folders (decoded segments without the file name) is where a camera keeps locked clips. */
export function isInLockedFolder(folders: readonly string[]): boolean {
  return folders.some((folder) => lockedFolder.test(folder));
}

/** `/DCIM/Movie/X.MP4` to `['DCIM', 'Movie', 'X.MP4']`. */
export function segmentsOf(remotePath: string): string[] {
  return remotePath.split('/').filter((segment) => segment !== '');
}

/** `/DCIM/Movie/X.MP4` to `/DCIM/Movie`. */
export function folderOf(remotePath: string): string {
  return remotePath.slice(0, Math.max(0, remotePath.lastIndexOf('/')));
}
