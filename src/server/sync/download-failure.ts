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

  constructor(
    kind: DownloadFailureKind,
    message: string,
    options: { cause?: unknown; sha256?: string | null; freeBytesNeeded?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.sha256 = options.sha256 ?? null;
    this.freeBytesNeeded = options.freeBytesNeeded ?? null;
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
  return new DownloadFailure(storageKind(errnoOf(error)), messageOf(error), { cause: error });
}

function storageKind(code: string | undefined): DownloadFailureKind {
  if (code === undefined) return 'unexpected';
  if (spaceCodes.includes(code)) return 'space';
  if (targetCodes.includes(code)) return 'target';
  if (volumeCodes.includes(code)) return 'volume';
  return 'unexpected';
}

/** The kind of a `CameraFailure`, which is known here by its name only: capabilities share types, not classes. */
export function cameraFailureKind(error: unknown): CameraFailureKind | undefined {
  if (!(error instanceof Error) || error.name !== 'CameraFailure' || !('kind' in error)) return undefined;
  return cameraFailureKinds.find((kind) => kind === error.kind);
}
