import type { ArtifactKind } from '../../shared/media.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { ArtifactRow } from '../db/schema-media.ts';

/** One piece of work on one clip. Nothing of it is left when `run` throws; what was wrong is recorded by itself. */
export interface MediaTask {
  clipId: number;
  name: string;
  kind: ArtifactKind | 'facts';
  run: (signal: AbortSignal) => Promise<void>;
}

/** Somebody who has work for the one worker. Both calls are cheap: one look by an index. */
export interface MediaWork {
  /** A person waits for it: done at once, before everything in the background and whatever else is going on. */
  asked: () => Promise<MediaTask | null>;
  /** What is next when there is time. */
  next: () => Promise<MediaTask | null>;
  /** What people may wish for by hand (`wantClipMedia`) that is made by this. */
  kind?: 'proxy' | 'repair';
  /** A person wishes it for this clip, also when it failed: `asked` answers with it from now on. May throw an `AppError`. */
  want?: (clipId: number) => Promise<void>;
  /** How many are waiting, by an index. */
  waiting?: () => Promise<number>;
  /** Clears what nobody needs any more: from time to time, when there is nothing else to do. */
  tidy?: (signal: AbortSignal) => Promise<void>;
  /** Everything that failed is to be tried again. */
  retry?: () => Promise<void>;
}

/** By what a clip is known in the cache: the same after a rebuild, with another row. */
export const identityColumns = [
  'id',
  'name',
  'size_bytes',
  'mtime_ms',
  'local_start',
  'local_day',
] as const satisfies readonly (keyof ClipRow)[];
export type ClipIdentity = Pick<ClipRow, (typeof identityColumns)[number]>;

/** What the cache holds: formats of files. */
export type MadeFormat = 'webp' | 'jpg' | 'mp4';

export interface MadeFile {
  /** A finished file that `draft` named; it is fsynced and renamed. */
  draft: string;
  format: MadeFormat;
  /** JSON-able facts for `artifact.detail`. */
  detail: unknown;
  version: number;
}

/** Files in `$CONFIG_DIR/cache`, with their rows. */
export interface Artifacts {
  of: (db: Db, clipId: number, kind: ArtifactKind) => Promise<ArtifactRow | null>;
  /** Where a ready one's file is: an absolute path. */
  fileOf: (row: ArtifactRow) => string;
  /** A new name on the same file system, to write to; what is left of one after a crash is swept at the next start. */
  draft: (kind: ArtifactKind, format: string) => Promise<string>;
  keep: (clip: ClipIdentity, kind: ArtifactKind, made: MadeFile) => Promise<void>;
  /** `retryAt` null: not tried again by itself. */
  fail: (
    clip: ClipIdentity,
    kind: ArtifactKind,
    failure: { error: string; version: number; retryAt: number | null },
  ) => Promise<void>;
  /** Somebody looked at it; written at most once an hour. */
  used: (row: ArtifactRow) => Promise<void>;
  /** Its file turned out not to be there: it is forgotten, and can be made again. */
  lost: (row: ArtifactRow) => Promise<void>;
  /**
   * Takes over a file of an earlier database, made of this very clip by this version of the recipe. False when there is
   * none.
   */
  adopt: (
    clip: ClipIdentity,
    kind: ArtifactKind,
    like: { version: number; formats: readonly MadeFormat[]; detail: unknown },
  ) => Promise<boolean>;
  /** Bytes that one more file may have before others have to go; what a person asked for is made all the same. */
  room: () => Promise<number>;
}

/** `input`: the clip; `hung`: no progress in time; `full`: the cache's disk. */
export type FfmpegErrorReason = 'missing' | 'input' | 'hung' | 'crashed' | 'full';

/** Why ffmpeg did not do it, in words for people. */
export class FfmpegError extends Error {
  override name = 'FfmpegError';
  readonly reason: FfmpegErrorReason;
  constructor(reason: FfmpegErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Runs ffmpeg as everybody here does: by low priority, few threads, no shell, no network, and an end to everything. */
export interface Ffmpeg {
  /** False while it is looked for, or missing. */
  readonly isThere: boolean;
  /**
   * Writes one file, which the last of `args` names; it is left when this throws. Throws a `FfmpegError`, or the
   * signal's reason. `timeoutMs` is for the whole run, `quietMs` (30 s) for a run that shows no progress; `maxBytes`
   * (none) ends one that writes more. Threads, inputs' protocols, overwriting and verbosity are added to `args`.
   */
  run: (
    args: readonly string[],
    options: {
      signal: AbortSignal;
      timeoutMs: number;
      quietMs?: number;
      threads?: number;
      maxBytes?: number;
      /** Nobody waits for it: it stands still, and its time with it, while downloads or a player need the disk. */
      isBackground?: boolean;
      /** What it reads from `pipe:0`. Its error ends the run and is thrown as it is. */
      input?: AsyncIterable<Uint8Array>;
      /** Seconds of the output that are done. */
      onProgress?: (seconds: number) => void;
    },
  ) => Promise<{ stderrTail: string }>;
}

/** Whether somebody plays a clip right now: making things waits. */
export interface PlaybackWatch {
  /** Bytes of a clip were asked for. */
  served: (clipId: number) => void;
  isPlaying: () => boolean;
}
