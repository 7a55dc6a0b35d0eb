import type { CameraFailureKind } from '../../shared/cameras.ts';
import type { StateReason } from '../../shared/clips.ts';

/**
 * How one download ended badly. `damaged`: all bytes arrived and they are no whole recording; `growing`: it is still
 * being written; `space`: the disk is full; `target`: its place cannot be written; `volume`: the archive is not ready;
 * `cancelled`: somebody stopped it.
 */
export type DownloadFailureKind =
  CameraFailureKind | 'damaged' | 'growing' | 'space' | 'target' | 'volume' | 'cancelled' | 'unexpected';

export interface FailedDownload {
  kind: DownloadFailureKind;
  /** Attempts burnt before this one. */
  attempts: number;
  /** Whether new bytes arrived. */
  progressed: boolean;
  /** Whether everything that was to be fetched again had come, so that the next byte would have been a new one. */
  reachedNewGround: boolean;
  /** Of `gone`: a complete listing taken after the camera first said so still shows the clip in its place. */
  stillListed?: boolean;
}

export interface Consequence {
  state: 'waiting' | 'held' | 'failed';
  /** The clip's state reason. */
  reason: StateReason | null;
  /** Whether this attempt counts: only what is the clip's own fault does. */
  counts: boolean;
  delayMs: number;
  /** What the camera's loop does next: the next clip, a fresh listing first, ask whether it is still there, or stop. */
  next: 'continue' | 'relist' | 'probe' | 'stop';
}

export const maxAttempts = 5;
const firstDelayMs = 5000;
const shortDelayMs = 1000;
const longestDelayMs = 60 * 60_000;

/** Failures that are nobody's fault or the world's: no attempt is burnt. */
const notItsFault = {
  cancelled: { state: 'waiting', reason: null, delayMs: 0, next: 'stop' },
  unreachable: { state: 'waiting', reason: null, delayMs: firstDelayMs, next: 'probe' },
  busy: { state: 'waiting', reason: 'busy', delayMs: firstDelayMs, next: 'probe' },
  growing: { state: 'held', reason: 'growing', delayMs: 30_000, next: 'continue' },
  space: { state: 'waiting', reason: 'space', delayMs: 0, next: 'stop' },
  volume: { state: 'waiting', reason: 'volume', delayMs: 0, next: 'stop' },
  target: { state: 'held', reason: 'target', delayMs: 60_000, next: 'continue' },
} as const satisfies Partial<Record<DownloadFailureKind, Omit<Consequence, 'counts'>>>;

/** What a failed download means for its clip and for the visit. */
export function judgeFailure(failed: FailedDownload): Consequence {
  const { kind } = failed;
  if (kind in notItsFault) return { ...notItsFault[kind as keyof typeof notItsFault], counts: false };
  if (kind === 'truncated' && failed.progressed) {
    return { state: 'waiting', reason: null, counts: false, delayMs: 0, next: 'continue' };
  }
  if (kind === 'truncated' && !failed.reachedNewGround) {
    return { state: 'waiting', reason: null, counts: false, delayMs: shortDelayMs, next: 'probe' };
  }
  if (kind === 'gone' && failed.stillListed !== true) {
    // It may have been locked, and so moved, or overwritten: the next listing tells.
    return { state: 'waiting', reason: 'gone', counts: false, delayMs: firstDelayMs, next: 'relist' };
  }
  return ownFault(failed, nextAfterFault[kind] ?? 'continue');
}

const nextAfterFault: Partial<Record<DownloadFailureKind, Consequence['next']>> = {
  gone: 'relist',
  truncated: 'probe',
};

/** What a transfer that hung means for its clip while the camera answers everything else. */
export function judgeStall(attempts: number): Pick<Consequence, 'state' | 'delayMs'> {
  const { state, delayMs } = ownFault(
    { kind: 'unreachable', attempts, progressed: false, reachedNewGround: false },
    'continue',
  );
  return { state, delayMs };
}

function ownFault(failed: FailedDownload, next: Consequence['next']): Consequence {
  const attempts = failed.attempts + 1;
  const over = attempts >= maxAttempts;
  return {
    state: over ? 'failed' : 'waiting',
    reason: failed.kind,
    counts: true,
    delayMs: over ? 0 : backoffMs(attempts),
    next,
  };
}

/** 5 s, doubling, at most an hour. */
export function backoffMs(attempts: number): number {
  return Math.min(firstDelayMs * 2 ** Math.max(attempts - 1, 0), longestDelayMs);
}
