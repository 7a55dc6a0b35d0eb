import type { DeletionWhy } from '../../shared/retention.ts';
import type { VolumeState } from '../../shared/status.ts';
import type { FileFacts } from '../archive/file-port.ts';
import { numberedPath } from '../archive/layout.ts';
import { fileNameOf } from '../archive/place-policy.ts';
import type { RemovalRow } from '../db/schema.ts';

/** Where deleted files wait, below the archive root; hidden, so that no scan goes there. */
export const trashFolder = '.trash';

/** What a failure says of the files after it: of this one only, of its folder, of the whole volume. */
export type FailureScope = 'file' | 'folder' | 'volume';

/** Why a file was not deleted or moved; `code` is Node's, or `changed`. */
export interface FileFailure {
  code: string;
  /** For people, the same words for the same cause. */
  reason: string;
  scope: FailureScope;
}

/** Of a removal that was begun and of which nothing says whether it was done, for a part of the tree is not there. */
export const doubtCode = 'doubt';

const ofVolume = new Set([
  'EROFS',
  'EIO',
  'ESTALE',
  'ENXIO',
  'ENODEV',
  'ENOTCONN',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'EMFILE',
  'ENFILE',
  'ENOSPC',
  'EDQUOT',
  'EXDEV',
]);

/** Nobody may do it in a folder whose owner or mode forbids it; a share that is read-only or broken takes no file. */
export function scopeOf(code: string): FailureScope {
  if (ofVolume.has(code)) return 'volume';
  return code === 'EACCES' || code === 'EPERM' ? 'folder' : 'file';
}

const uncertain = new Set([
  'EIO',
  'ESTALE',
  'ETIMEDOUT',
  'ENOTCONN',
  'ENXIO',
  'ENODEV',
  'EHOSTDOWN',
  'EHOSTUNREACH',
]);
/** Whether a call that failed so may have done its work all the same: a share that lost its answer. */
export const isUncertain = (code: string): boolean => uncertain.has(code);

/** Nothing is there: a folder above it may be missing, or be a file now. */
export const isAbsence = (code: string | undefined): boolean => code === 'ENOENT' || code === 'ENOTDIR';

/** What is known of a file where one should be: only a regular file of the size that was filed is ever touched. */
export function flawOf(facts: FileFacts, sizeBytes: number | null): FileFailure | null {
  const reason = facts.isFile
    ? 'Its file has another size than when it was filed. It was left alone.'
    : 'A folder or a link is where its file should be. It was left alone.';
  return facts.isFile && facts.sizeBytes === sizeBytes ? null : { code: 'changed', reason, scope: 'file' };
}

interface Refusal {
  code: string;
  /** Of the folder, which decides who may delete in it; null when it could not be looked at. */
  folder: Pick<FileFacts, 'uid' | 'mode'> | null;
  /** Of this process; null where there is none. */
  uid: number | null;
}

/** Why the system refused it, in words that do not name the file. */
export function refusalOf({ code, folder, uid }: Refusal): FileFailure {
  return { code, reason: wordsOf(code, folder, uid), scope: scopeOf(code) };
}

function wordsOf(code: string, folder: Refusal['folder'], uid: number | null): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return forbidden(folder, uid);
    case 'EROFS':
      return 'The recordings folder is mounted read-only.';
    case 'EBUSY':
    case 'ETXTBSY':
      return 'Another program holds the file.';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The recordings volume, or its quota, is so full that not even a folder of the trash can be made.';
    case 'EXDEV':
      return 'The trash lies on another file system than the recording.';
    case 'EEXIST':
      return 'Another file is in its place.';
    case 'EIO':
    case 'ESTALE':
      return `The recordings volume fails (${code}).`;
    default:
      return `The system refused it (${code}).`;
  }
}

function forbidden(folder: Refusal['folder'], uid: number | null): string {
  const who = uid === null ? 'This program' : `This program (uid ${uid})`;
  if (!folder) return `${who} may not change its folder.`;
  const mode = folder.mode.toString(8).padStart(3, '0');
  return `${who} may not change its folder, which belongs to uid ${folder.uid} and has mode ${mode}.`;
}

const advices: Record<string, string> = {
  EACCES: 'Give that user the right to write in the folders of the archive (owner or mode).',
  EPERM:
    'Give that user the right to write in the folders of the archive (owner, mode, or a file attribute).',
  EROFS: 'Mount the share so that it can be written.',
  EBUSY: 'Close what plays or copies it; it is tried again by itself.',
  ENOSPC: 'Empty the trash, or free some space elsewhere.',
  EDQUOT: 'Empty the trash, or free some space elsewhere.',
  gone: 'Look whether a part of the recordings is mounted elsewhere or was moved. Then look through the archive folder anew (Health).',
  gone_from_trash:
    'Look whether the folder .trash is mounted elsewhere or was moved. If its files are gone for good, empty the trash.',
  [doubtCode]:
    'Look whether a part of the recordings is mounted elsewhere or was moved. Then look through the archive folder anew (Health).',
  changed: 'Look at the files: something else has written them. A scan takes them in as they are.',
};
/** What a person can do about it. */
export const adviceOf = (code: string): string =>
  advices[code] ?? 'It is tried again by itself, first after an hour, then ever more seldom.';

const hourMs = 3_600_000;

/** When a removal that failed is due again; `tries` counts this one. */
export const nextTryAt = (tries: number, now: number): number =>
  now + Math.min(2 ** Math.max(tries - 1, 0), 24) * hourMs;

const longestTryMs = 24 * hourMs;

/** What next tries are due: none is noted, it has come, or it is further ahead than any is set, by a clock that ran ahead. */
export const isDue = (nextAt: number | null, now: number): boolean =>
  nextAt === null || nextAt <= now || nextAt > now + longestTryMs;

/** From when on a noted next try is not to be believed. */
export const dueBeyond = (now: number): number => now + longestTryMs;

/** When what is in doubt is looked at again. */
export const nextLookAt = (now: number): number => now + hourMs;

const singleFiles = 10;

/** Whether so many files are not where the ledger has them that it is not a matter of single clips. */
export const isMassLoss = (missing: number, of: number): boolean => missing > singleFiles && missing * 2 > of;

/**
 * The same of files that were begun to be moved or deleted: a batch is cut off at any place, so that their share says
 * nothing. What went as it should leaves a sign, its place in the trash or its folder.
 */
export const isMassDoubt = (withoutSign: number): boolean => withoutSign > singleFiles;

/** Nothing may be deleted or moved on a volume in any other state; a full one must be, to be less full. */
export const canDelete = (status: { state: VolumeState; freeBytes: number | null }): boolean =>
  status.state === 'ready' ||
  status.state === 'critical' ||
  (status.state === 'full' && status.freeBytes !== null);

export const isOfRule = (why: DeletionWhy): boolean => why.by !== 'hand';

/** Whether a rule ordered it: only a sweep has a number. */
export const isRuleRemoval = ({ action, sweep_id }: Pick<RemovalRow, 'action' | 'sweep_id'>): boolean =>
  sweep_id !== null && (action === 'trash' || action === 'delete');

/** It was begun, and nothing says what became of it: the process ended, or the call never answered. */
export const isBegun = ({ tries, error }: Pick<RemovalRow, 'tries' | 'error'>): boolean =>
  tries > 0 && error === null;

/** The same, or it was looked for and remained in doubt. */
export const mayBeDone = (row: Pick<RemovalRow, 'tries' | 'error' | 'error_code'>): boolean =>
  isBegun(row) || (row.tries > 0 && row.error_code === doubtCode);

/** Of many files that are gone at once; none is taken for lost. */
export function goneFailure(action: RemovalRow['action']): FileFailure {
  const isOut = action === 'restore' || action === 'purge';
  const reason = isOut
    ? 'Its file is not in the trash, and so are too many others to take them for lost.'
    : 'Its file is not where it was filed, and so are too many others to take them for lost.';
  return { code: isOut ? 'gone_from_trash' : 'gone', reason, scope: 'file' };
}

/** Where a clip lies in the trash, if nothing is there: by the day of its deletion, then as in the archive. */
export const trashPlace = (path: string, now: number): string =>
  `${trashFolder}/${new Date(now).toISOString().slice(0, 10)}/${path}`;

const maxNumber = 10_000;
/** The first of the path and its numbered names that is not taken. */
export function freePlace(path: string, isTaken: (path: string) => boolean): string {
  for (let number = 1; number < maxNumber; number++) {
    const place = number === 1 ? path : numberedPath(path, number);
    if (!isTaken(place)) return place;
  }
  throw new Error(`there are ${maxNumber} files named like ${fileNameOf(path)}`);
}

/** The folder of a path with `/`; empty for the archive root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

const companionPattern = /(\.gpx|\.json)$/i;
const ownSuffix = /\.viofosync\.json$/i;

/** Files of a folder that belong to clips: their names by the name of their clip. */
export function companionsAmong(names: Iterable<string>): Map<string, string[]> {
  const byClip = new Map<string, string[]>();
  for (const name of names) {
    if (!companionPattern.test(name)) continue;
    const clip = name.replace(ownSuffix, '.json').replace(companionPattern, '');
    byClip.set(clip, [...(byClip.get(clip) ?? []), name]);
  }
  return byClip;
}

/** Only a sidecar has to be read to know whose it is. */
export const isSidecarName = (name: string): boolean => /\.json$/i.test(name);

/** Whether a clip's place is free: there is neither a file of its name, nor one that counts as its companion. */
export function isFreeAmong(names: ReadonlySet<string>, fileName: string): boolean {
  const endings = ['', '.gpx', '.viofosync.json'];
  return endings.every((ending) => !names.has(fileName + ending));
}

/** Of the problem that failed removals are; null when there are none. */
export function removalProblem(
  failures: number,
  commonest: { code: string; reason: string } | null,
): { message: string; advice: string } | null {
  if (failures === 0 || !commonest) return null;
  const which = failures === 1 ? 'One file' : `${failures} files`;
  const most = failures === 1 ? '' : 'Most often: ';
  return {
    message: `${which} could not be deleted or restored. ${most}${commonest.reason}`,
    advice: adviceOf(commonest.code),
  };
}
