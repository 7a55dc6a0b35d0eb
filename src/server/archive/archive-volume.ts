import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, opendir, readFile, stat, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { z } from 'zod';
import type { ArchiveVolume as VolumeStatus, VolumeState } from '../../shared/status.ts';
import { TimeoutError, withTimeout } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, errnoOf, messageOf } from '../lib/errors.ts';
import { writeFileAtomic } from '../lib/files.ts';
import type { Logger } from '../lib/logger.ts';

/** Proves that a folder is the archive we know: an unmounted share has none, another archive has another id. */
export const markerName = '.viofosync-archive';
const markerSchema = z.object({ id: z.string().min(1) });

/** Calls under way at once: never all threads of the process's pool (4 by default), or a hanging share takes them all. */
const maxConcurrent = 3;
/** Calls that hang beyond their time; from here on new ones fail at once instead of piling up. */
const maxHanging = 2;
const retryFullAfterMs = 5 * 60_000;
const lastCallsMs = 1000;
const watchEveryMs = 30_000;

/** The recordings volume cannot be used now; not a failure of any clip. */
export class VolumeError extends Error {
  override name = 'VolumeError';
  readonly state: VolumeState;
  constructor(state: VolumeState, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.state = state;
  }
}

interface Space {
  freeBytes: number;
  totalBytes: number;
}

export interface ArchiveVolumeDeps {
  root: string;
  clock: Clock;
  log: Logger;
  /** The id of the marker this database knows; null before the first archive. */
  readMarkerId(): Promise<string | null>;
  writeMarkerId(id: string): Promise<void>;
  /** How many clips the ledger has in the archive. */
  knownClips(): Promise<number>;
  onChange(status: VolumeStatus): void;
  /** Nothing is ever written: the folder counts as the archive whatever its marker, and is not made. */
  readOnly?: boolean;
  /** How long one call may take before the volume counts as slow. */
  timeoutMs?: number;
}

/**
 * The recordings volume: may be slow, asleep, absent, full or not ours. Every touch of it goes through `run`, which
 * limits time and the number of unanswered calls, so that a share that hangs never takes the whole process with it.
 */
export class ArchiveVolume {
  readonly root: string;
  private readonly deps: ArchiveVolumeDeps;
  private readonly timeoutMs: number;
  private readonly calls = new PQueue({ concurrency: maxConcurrent });
  /** Looks and the writing of a marker take turns: a look that began before must not have the last word. */
  private readonly looks = new PQueue({ concurrency: 1 });
  private hanging = 0;
  /** After a full disk: free bytes that must be there before it counts as ready again, and until when that holds. */
  private wanting: { freeBytes: number; until: number; message: string } | null = null;
  private current: VolumeStatus;
  private checking: Promise<VolumeStatus> | null = null;
  private inspecting: Promise<Space> | null = null;
  private watch: NodeJS.Timeout | undefined;

  constructor(deps: ArchiveVolumeDeps) {
    this.deps = deps;
    this.root = deps.root;
    this.timeoutMs = deps.timeoutMs ?? 15_000;
    this.current = {
      state: 'checking',
      path: deps.root,
      message: null,
      freeBytes: null,
      totalBytes: null,
      checkedAt: null,
    };
  }

  /** As last seen; reading it touches nothing. */
  get status(): VolumeStatus {
    return this.current;
  }

  /** True while calls are in the hands of the operating system: should they hang, the process cannot end by itself. */
  get hangs(): boolean {
    return this.calls.pending > 0;
  }

  /** Looks again from time to time while the volume is not ready; a disk that is left alone may sleep. */
  start(): void {
    this.watch = setInterval(() => {
      if (this.current.state !== 'ready') void this.check();
    }, watchEveryMs).unref();
  }

  /** Gives the calls under way a moment to end. */
  async stop(): Promise<void> {
    clearInterval(this.watch);
    await withTimeout(this.calls.onIdle(), lastCallsMs, 'the recordings volume').catch(() => undefined);
  }

  /** Absolute path of a place below the archive root. */
  pathOf(relative: string): string {
    return join(this.root, relative);
  }

  /** Runs a call on the volume. Throws a `VolumeError('slow')` when it does not answer in time. */
  async run<T>(what: string, call: () => Promise<T>, timeoutMs = this.timeoutMs): Promise<T> {
    if (this.hanging >= maxHanging) throw this.slow(what);
    let isOver = false;
    // A call whose turn comes when its time is over is not made: its caller has long been told that it failed.
    const answer = this.calls.add(() => (isOver ? Promise.reject(this.slow(what)) : call()));
    try {
      return await withTimeout(answer, timeoutMs, what);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      isOver = true;
      this.countHanging(answer);
      throw this.slow(what, error);
    }
  }

  /** Closes a file whatever the volume does; waits for it no longer than for any call. */
  async release(handle: FileHandle): Promise<void> {
    const closed = this.calls.add(() => handle.close());
    await withTimeout(closed, this.timeoutMs, 'closing a file').catch(() => undefined);
  }

  private countHanging(answer: Promise<unknown>): void {
    this.hanging++;
    void answer.catch(() => undefined).finally(() => this.hanging--);
  }

  /** Looks at the volume and remembers what it saw. Never rejects. Who asks meanwhile gets the same answer. */
  check(): Promise<VolumeStatus> {
    this.checking ??= this.looks.add(() => this.look()).finally(() => (this.checking = null));
    return this.checking;
  }

  /** Room that was found wanting is to be measured anew: a setting has changed. */
  reconsider(): void {
    this.wanting = null;
  }

  private async look(): Promise<VolumeStatus> {
    try {
      // One that hangs is waited for again, never begun a second time: two markers must never be made.
      const space = await this.run(
        'the recordings folder',
        () => (this.inspecting ??= this.inspect().finally(() => (this.inspecting = null))),
      );
      const full = this.stillFull(space.freeBytes);
      this.update({ state: full === null ? 'ready' : 'full', message: full, ...space });
    } catch (error) {
      const failure = error instanceof VolumeError ? error : this.failureOf(error);
      this.update({ state: failure.state, message: failure.message, freeBytes: null, totalBytes: null });
    }
    return this.current;
  }

  /** Free bytes now; throws a `VolumeError` when the volume does not answer. */
  async freeBytes(): Promise<number> {
    return (await this.run('the free space of the recordings folder', () => spaceOf(this.root))).freeBytes;
  }

  /**
   * Notes that a clip did not fit. The volume is ready again when `freeBytes` are free, and after five minutes in
   * any case: the clip may have gone, and of a quota nothing is known.
   */
  noteFull(message: string, freeBytes: number | null): void {
    this.wanting = {
      freeBytes: freeBytes ?? Infinity,
      until: this.deps.clock.now() + retryFullAfterMs,
      message,
    };
    this.update({ ...this.current, state: 'full', message });
  }

  private stillFull(freeBytes: number): string | null {
    if (
      this.wanting &&
      (freeBytes >= this.wanting.freeBytes || this.deps.clock.now() >= this.wanting.until)
    ) {
      this.wanting = null;
    }
    return this.wanting?.message ?? null;
  }

  /** Makes the folder, as it is now, the archive: a new marker, known to this database. */
  accept(): Promise<VolumeStatus> {
    return this.looks.add(async () => {
      if (this.current.state !== 'unmarked' && this.current.state !== 'foreign') {
        throw new AppError(
          'conflict',
          'The recordings folder is not in question; there is nothing to accept.',
        );
      }
      await this.run('writing the marker', () => this.writeMarker());
      return this.look();
    });
  }

  private async inspect(): Promise<Space> {
    if (this.deps.readOnly) return spaceOf(this.root);
    const known = await this.deps.readMarkerId();
    if (known === null) await mkdir(this.root, { recursive: true });
    const entry = await stat(this.root);
    if (!entry.isDirectory())
      throw new VolumeError('missing', `${this.root} is not a folder. Set RECORDINGS to a folder.`);
    await this.compareMarker(known);
    await access(this.root, constants.W_OK | constants.X_OK);
    return spaceOf(this.root);
  }

  private async compareMarker(known: string | null): Promise<void> {
    const found = await readMarker(join(this.root, markerName));
    if (found === null && known === null) {
      await this.refuseIfEmptied();
      return this.writeMarker();
    }
    if (found === null) {
      throw new VolumeError(
        'unmarked',
        `${this.root} is not the archive that was used before: its marker file ${markerName} is missing. ` +
          'Is the share mounted? Nothing is written until it is back or you accept the folder as it is.',
      );
    }
    if (known === null) return this.deps.writeMarkerId(found);
    if (found !== known) {
      throw new VolumeError(
        'foreign',
        `${this.root} holds another archive than the one used before. ` +
          'Mount the right one, or accept this folder from now on.',
      );
    }
  }

  /** A ledger that was taken over may know clips here that an unmounted share does not show. */
  private async refuseIfEmptied(): Promise<void> {
    const clips = await this.deps.knownClips();
    if (clips === 0) return;
    const folder = await opendir(this.root);
    const first = await folder.read();
    await folder.close();
    if (first !== null) return;
    throw new VolumeError(
      'unmarked',
      `${this.root} is empty, but ${clips} clips should be there. Is the share mounted? ` +
        'Nothing is written until they are back or you accept the folder as it is.',
    );
  }

  private async writeMarker(): Promise<void> {
    const id = randomUUID();
    const createdAt = new Date(this.deps.clock.now()).toISOString();
    await writeFileAtomic(
      join(this.root, markerName),
      `${JSON.stringify({ id, createdAt, note: 'This folder is a viofosync archive. Leave this file here.' })}\n`,
    );
    await this.deps.writeMarkerId(id);
  }

  private failureOf(error: unknown): VolumeError {
    const code = errnoOf(error);
    switch (code) {
      case 'ENOENT':
        return new VolumeError(
          'missing',
          `${this.root} does not exist. Mount the recordings volume, or set RECORDINGS to its place.`,
        );
      case 'ENOTDIR':
      case 'EEXIST':
        return new VolumeError(
          'missing',
          `${this.root} is not a folder, or lies below a file. Set RECORDINGS to a folder.`,
        );
      case 'EACCES':
      case 'EPERM':
        return new VolumeError(
          'unwritable',
          `${this.root} cannot be written by the user of this process (uid ${process.getuid?.() ?? '?'}). Change its owner or mode.`,
        );
      case 'EROFS':
        return new VolumeError('unwritable', `${this.root} is mounted read-only.`);
      case 'ENOSPC':
      case 'EDQUOT':
        return new VolumeError(
          'full',
          `${this.root} is full. Free some space; downloads go on by themselves.`,
        );
      default:
        return new VolumeError('missing', `${this.root} cannot be used: ${messageOf(error)}.`, {
          cause: error,
        });
    }
  }

  private slow(what: string, cause?: unknown): VolumeError {
    return new VolumeError(
      'slow',
      `The recordings volume does not answer (${what}). Is the share or its disk asleep or gone?`,
      { cause },
    );
  }

  private update(seen: Omit<VolumeStatus, 'path' | 'checkedAt'>): void {
    const before = this.current;
    this.current = { ...seen, path: this.root, checkedAt: this.deps.clock.now() };
    if (before.state === this.current.state && before.message === this.current.message) return;
    const fields = { state: this.current.state, path: this.root };
    if (this.current.state === 'ready') this.deps.log.info(fields, 'archive volume is ready');
    else this.deps.log.warn({ ...fields, reason: this.current.message }, 'archive volume cannot be used');
    this.deps.onChange(this.current);
  }
}

async function readMarker(path: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return markerSchema.parse(JSON.parse(text)).id;
  } catch {
    throw new VolumeError(
      'foreign',
      `${path} is not a marker this program can read. Restore it, or accept the folder as it is.`,
    );
  }
}

async function spaceOf(root: string): Promise<Space> {
  const space = await statfs(root);
  return { freeBytes: space.bavail * space.bsize, totalBytes: space.blocks * space.bsize };
}
