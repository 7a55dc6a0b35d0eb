import { fileNameOf, isLockedPlace, isParkingPlace, recordedName } from '../archive/place-policy.ts';
import { parseClipName, type ClipName } from '../../shared/clip-name.ts';
import type { Channel, ClipKind } from '../../shared/clips.ts';

/** What a file's name and the folders it lies in tell, before anybody has looked into it. */
export interface ImportName {
  /** As the ledger will have it: without our number, in upper case where it is a camera's. */
  name: string;
  parsed: ClipName | null;
  kind: ClipKind;
  channel: Channel;
  locked: boolean;
  parking: boolean;
}

/** `path`: below the source, with `/`. */
export function readImportName(path: string): ImportName {
  const name = recordedName(fileNameOf(path));
  const parsed = parseClipName(name);
  const parking = isParkingPlace(path);
  const named = parsed?.kind ?? 'unclassified';
  return {
    name,
    parsed,
    kind: named === 'normal' && parking ? 'parking' : named,
    channel: parsed?.channel ?? 'other',
    locked: isLockedPlace(path),
    parking,
  };
}

const maxPathLength = 4000;

/**
 * A path as a browser tells it, made a key: what no path has, and what would lead out of the folder, is gone. It never
 * reaches a file system: files are kept by number, and named anew when they are filed.
 */
export function cleanUploadPath(told: string): string {
  const parts = told
    .slice(0, maxPathLength)
    .split(/[/\\]/)
    .map((part) => part.replaceAll(/[\p{Cc}\p{Cs}\uFFFD]/gu, '_').trim())
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.length === 0 ? '_' : parts.join('/');
}

/** The clip that a GPX file was written for; null for anything else. */
export function clipOfCompanion(path: string): string | null {
  return /\.(?:mp4|mov|ts)\.gpx$/i.test(path) ? path.slice(0, -'.gpx'.length) : null;
}
