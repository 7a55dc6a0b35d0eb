import type { ImportItemState, ImportOptions, ImportVerdict } from '../../shared/imports.ts';
import type { ClipState, StateReason } from '../../shared/clips.ts';
import { fileNameOf, isClipFile } from '../archive/place-policy.ts';
import type { RetentionScope } from './import-types.ts';
import type { ImportName } from './import-name-policy.ts';

/** A file as its source shows it. */
export interface ImportFile {
  /** Below the source, with `/`. */
  path: string;
  bytes: number;
  mtimeMs: number | null;
}

/** A row of the ledger that the file may be. */
export interface LedgerClip {
  id: number;
  state: ClipState;
  reason: StateReason | null;
  /** Its file lies in the trash, or is on its way there or back. */
  isInTrash: boolean;
}

/** What is known of a file before it is judged. */
export interface ImportFacts {
  file: ImportFile;
  name: ImportName;
  cameraId: number | null;
  /** When its recording began, as far as its name tells; UTC ms. */
  startedAt: number;
  /** Archived under this name in this size. */
  twinId: number | null;
  /** The row that the ledger would give this file; null when it would get one of its own. */
  row: LedgerClip | null;
}

export interface ImportRules {
  retainFrom: (scope: RetentionScope) => number | null;
  protectLocked: boolean;
  now: number;
  /** What the recordings volume can still take; null when nobody knows. */
  roomBytes: number | null;
}

export interface Judgement {
  verdict: ImportVerdict;
  clipId: number | null;
  message: string | null;
}

const dayMs = 24 * 60 * 60_000;
/** A date before this is no date, and no rule deletes by it. */
const oldestDateMs = Date.UTC(2010, 0, 1);
const wantedStates: readonly ClipState[] = ['listed', 'waiting', 'held', 'transferring', 'failed'];
/** A person, or a rule by place that a person made, said that it is not to be here. */
const leftOutFor: readonly (StateReason | null)[] = ['user', 'place'];

/** What a file is to the archive, and why; what of it is to come in is another question (`comesIn`). */
export function judgeFile(facts: ImportFacts, rules: ImportRules): Judgement {
  const { file, name, row } = facts;
  if (!isClipFile(fileNameOf(file.path))) return verdict('other');
  if (file.bytes === 0) return verdict('empty');
  const decided = decidedBefore(facts);
  if (decided) return decided;
  if (isTooOld(facts, rules)) return verdict('too_old', 'A retention rule would delete it.');
  if (rules.roomBytes !== null && file.bytes > rules.roomBytes)
    return verdict('too_big', 'There is no room for it on the recordings volume.');
  if (row && wantedStates.includes(row.state)) return { verdict: 'wanted', clipId: row.id, message: null };
  return verdict(name.parsed === null ? 'unclassified' : 'new');
}

/** It is here, or a person said that it is not to be. */
function decidedBefore({ twinId, row }: ImportFacts): Judgement | null {
  if (twinId !== null) return { verdict: 'known', clipId: twinId, message: null };
  if (!row) return null;
  if (row.isInTrash)
    return { verdict: 'known', clipId: row.id, message: 'It lies in the trash; it can be restored there.' };
  if (row.state === 'deleted') return verdict('skipped', 'It was deleted here.');
  return wasSkipped(row) ? verdict('skipped', 'It was skipped here.') : null;
}

const verdict = (what: ImportVerdict, message: string | null = null): Judgement => ({
  verdict: what,
  clipId: null,
  message,
});

const wasSkipped = ({ state, reason }: LedgerClip): boolean =>
  state === 'skipped' && leftOutFor.includes(reason);

/**
 * Whether a rule would delete the clip as soon as its first day here is over. A rule by age is the only one that does:
 * under the others room is made before it comes.
 */
export function isTooOld(
  { name, cameraId, startedAt }: Pick<ImportFacts, 'name' | 'cameraId' | 'startedAt'>,
  { retainFrom, protectLocked, now }: ImportRules,
): boolean {
  if ((name.locked && protectLocked) || startedAt < oldestDateMs || startedAt > now) return false;
  const from = retainFrom({ cameraId: cameraId ?? 0, kind: name.kind, channel: name.channel });
  return from !== null && startedAt < from + dayMs;
}

/** Whether a file of this verdict is to come in. What is known is only looked at once more, byte by byte. */
export function comesIn(what: ImportVerdict, options: ImportOptions): boolean {
  switch (what) {
    case 'new':
    case 'wanted':
    case 'companion':
      return true;
    case 'unclassified':
      return options.includeUnclassified;
    case 'too_old':
      return options.includeOld;
    case 'skipped':
      return options.includeSkipped;
    // Tried again whenever the import is started: there may be room by then.
    case 'too_big':
    case 'known':
    case 'empty':
    case 'other':
    case 'unreadable':
      return false;
  }
}

/** The state in which a file of a folder, or of a browser, begins: what a browser has and we know is not asked for. */
export function firstState(
  what: ImportVerdict,
  { options, isUpload }: { options: ImportOptions; isUpload: boolean },
): ImportItemState {
  if (what === 'known') return isUpload ? 'left' : 'planned';
  return comesIn(what, options) ? 'planned' : 'left';
}

/** A camera of this installation, as a choice between them needs it. */
export interface ImportCamera {
  id: number;
  archive_folder: string;
}

/**
 * Whose recording a file is: the camera that was told, the one in whose folder it lies, the one that has a clip of this
 * name, else the one that files without a folder. Null when there is no camera at all.
 */
export function cameraOf(
  path: string,
  {
    told,
    cameras,
    named,
  }: { told: number | null; cameras: readonly ImportCamera[]; named: readonly number[] },
): number | null {
  if (told !== null) return told;
  const folders = path.split('/').slice(0, -1);
  const byFolder = cameras.find(({ archive_folder: folder }) => folder !== '' && folders.includes(folder));
  const other = cameras.find(({ archive_folder: folder }) => folder === '') ?? cameras[0];
  return byFolder?.id ?? named[0] ?? other?.id ?? null;
}
