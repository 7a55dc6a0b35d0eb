import type { CameraFailureKind } from '../../shared/cameras.ts';
import { cameraFailureKinds } from '../../shared/cameras.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import type { DownloadFailureKind } from './failure-policy.ts';

/** One download that ended badly, sorted. */
export class DownloadFailure extends Error {
  override name = 'DownloadFailure';
  readonly kind: DownloadFailureKind;
  /** Of a copy that arrived whole and is damaged: a second one that is equal proves that the camera's is. */
  readonly sha256: string | null;
  /** Free bytes that the volume must have before this clip fits; null when it is not known. */
  readonly freeBytesNeeded: number | null;
  /** It was this clip that was refused its room, by the user's rules; another one may get it. */
  readonly refused: boolean;

  constructor(
    kind: DownloadFailureKind,
    message: string,
    options: { cause?: unknown; sha256?: string | null; freeBytesNeeded?: number; refused?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.sha256 = options.sha256 ?? null;
    this.freeBytesNeeded = options.freeBytesNeeded ?? null;
    this.refused = options.refused ?? false;
  }
}

const spaceCodes = ['ENOSPC', 'EDQUOT'];
const targetCodes = ['EACCES', 'EPERM', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENAMETOOLONG', 'ELOOP', 'EFBIG'];
const volumeCodes = [
  'EROFS',
  'EIO',
  'ESTALE',
  'ENXIO',
  'ENODEV',
  'ENOTCONN',
  'EHOSTDOWN',
  'ENOENT',
  'EINVAL',
  'ETIMEDOUT',
];

/** Sorts whatever a download threw into one kind; the message is one line for people. */
export function sortDownloadFailure(error: unknown, signal: AbortSignal): DownloadFailure {
  if (signal.aborted) return new DownloadFailure('cancelled', 'stopped', { cause: error });
  if (error instanceof DownloadFailure) return error;
  const cameraKind = cameraFailureKind(error);
  if (cameraKind) return new DownloadFailure(cameraKind, messageOf(error), { cause: error });
  if (error instanceof Error && error.name === 'VolumeError') {
    return new DownloadFailure('volume', messageOf(error), { cause: error });
  }
  const trouble = databaseTrouble(error);
  if (trouble !== undefined) return new DownloadFailure('volume', trouble, { cause: error });
  const kind = storageKind(errnoOf(error));
  return new DownloadFailure(kind, storageWords(kind, error), { cause: error });
}

/** What a system error means for the archive; its own text is for programmers. */
function storageWords(kind: DownloadFailureKind, error: unknown): string {
  const code = errnoOf(error) ?? '';
  const known = wordsOfCode[code];
  if (known !== undefined) return known;
  if (kind === 'target') return `Its place in the archive cannot be written (${code}).`;
  if (kind === 'volume') return `The recordings volume cannot be used now (${code}).`;
  return `Something went wrong here: ${messageOf(error)}`;
}

const noRight = (code: string) =>
  `The recordings volume does not let this program write there (${code}). Check the rights of its folders.`;
const wordsOfCode: Readonly<Record<string, string>> = {
  ENOSPC: 'No space is left on the recordings volume.',
  EDQUOT: 'The quota of the recordings volume is used up.',
  EACCES: noRight('EACCES'),
  EPERM: noRight('EPERM'),
  ENAMETOOLONG: 'Its name is too long for the recordings volume.',
  EFBIG: 'It is larger than the recordings volume takes in one file.',
  EROFS: 'The recordings volume is read-only.',
};

/** What an error of SQLite's means for its disk, in words; undefined when it is about something else. */
export function databaseTrouble(error: unknown): string | undefined {
  const code = errnoOf(error) ?? '';
  return Object.entries(wordsOfSqlite).find(([start]) => code.startsWith(start))?.[1];
}

const wordsOfSqlite: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'The disk of the database (CONFIG_DIR) is full. Free some space; it goes on by itself.',
  SQLITE_IOERR: 'The disk of the database (CONFIG_DIR) fails.',
  SQLITE_READONLY: 'The database (CONFIG_DIR) cannot be written.',
  SQLITE_CANTOPEN: 'The database (CONFIG_DIR) cannot be opened.',
  SQLITE_BUSY: 'The database (CONFIG_DIR) is held by another program.',
};

function storageKind(code: string | undefined): DownloadFailureKind {
  if (code === undefined) return 'unexpected';
  if (spaceCodes.includes(code)) return 'space';
  if (targetCodes.includes(code)) return 'target';
  if (volumeCodes.includes(code)) return 'volume';
  return 'unexpected';
}

/** Whether the camera fell silent in the middle of a transfer, or nearly so. */
export function isStalledTransfer({ kind, cause }: DownloadFailure): boolean {
  const transport = cause instanceof Error ? cause.cause : undefined;
  return (
    kind === 'unreachable' && transport instanceof Error && 'phase' in transport && transport.phase === 'body'
  );
}

/** The kind of a `CameraFailure`, which is known here by its name only: capabilities share types, not classes. */
export function cameraFailureKind(error: unknown): CameraFailureKind | undefined {
  if (!(error instanceof Error) || error.name !== 'CameraFailure' || !('kind' in error)) return undefined;
  return cameraFailureKinds.find((kind) => kind === error.kind);
}
