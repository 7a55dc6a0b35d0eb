import { constants } from 'node:fs';
import { access, mkdir, stat, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { isUsable, type ArchiveVolume as VolumeStatus } from '../../shared/status.ts';
import { TimeoutError, withTimeout } from '../lib/abort.ts';
import { AppError, errnoOf, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { criticalMessage, volumeFault, type VolumeFault, type VolumeRefusal } from './volume-fault-policy.ts';
import { VolumeMarker, type MarkerDeps } from './volume-marker.ts';
import { VolumeProbe, type ProbeFiles } from './volume-probe.ts';
import { WriteBlocks } from './write-blocks.ts';

/** Proves that a folder is the archive we know: an unmounted share has none, another archive has another id. */
export const markerName = '.viofosync-archive';

/** Calls under way at once: never all threads of the process's pool (4 by default), or a hanging share takes them all. */
const maxConcurrent = 3;
/** Calls that hang beyond their time; from here on new ones fail at once instead of piling up. */
const maxHanging = 2;
const retryFullAfterMs = 5 * 60_000;
const lastCallsMs = 1000;
const watchEveryMs = 30_000;
/** Who wishes something of a volume that was away waits for a look at it so long. */
const wishWaitMs = 5000;
/** After this a look tries anew whether the volume can be written. */
const probeEveryMs = 60 * 60_000;
/** A disk that has to spin up first needs some of it. */
const probeTimeoutFactor = 3;

/** Of what this program could use: the total is what is used and what is free for it, as `df` reckons. */
interface Space {
  freeBytes: number;
  totalBytes: number;
}

/** When a look tries to write: whenever it was not seen to work, when an hour is over too, or in any case. */
type ProbeWhen = 'unproven' | 'due' | 'always';

export interface ArchiveVolumeDeps extends MarkerDeps {
  log: Logger;
  onChange(status: VolumeStatus): void;
  /** Nothing is ever written: the folder counts as the archive whatever its marker, and is not made. */
  readOnly?: boolean;
  /** How long one call may take before the volume counts as slow. */
  timeoutMs?: number;
  /** At so many percent in use, as `df` shows them, downloads stop; 0 for never. */
  criticalPct?: () => number;
  probeFiles?: ProbeFiles;
}

/**
 * The recordings volume: may be slow, asleep, absent, full or not ours. Every touch of it goes through `run`, which
 * limits time and the number of unanswered calls, so that a share that hangs never takes the whole process with it.
 */
export class ArchiveVolume {
  readonly root: string;
  private readonly deps: ArchiveVolumeDeps;
  private readonly timeoutMs: number;
  /** Memory for the part files of this volume. */
  readonly blocks = new WriteBlocks();
  private readonly calls = new PQueue({ concurrency: maxConcurrent });
  /** Looks and the writing of a marker take turns: a look that began before must not have the last word. */
  private readonly looks = new PQueue({ concurrency: 1 });
  private hanging = 0;
  /** After a full disk: free bytes that must be there before it counts as ready again, and until when that holds. */
  private wanting: { freeBytes: number; until: number; message: string } | null = null;
  private current: VolumeStatus;
  private checking: { when: ProbeWhen; status: Promise<VolumeStatus> } | null = null;
  private inspecting: Promise<Space> | null = null;
  private readonly marker: VolumeMarker;
  private readonly probe: VolumeProbe;
  private probing: Promise<void> | null = null;
  /** When it was last seen that it can be written; null when it was not, or failed since. */
  private provenAt: number | null = null;
  private hasCleared = false;
  private readonly ending = new AbortController();
  private watch: NodeJS.Timeout | undefined;

  constructor(deps: ArchiveVolumeDeps) {
    this.deps = deps;
    this.root = deps.root;
    this.timeoutMs = deps.timeoutMs ?? 15_000;
    this.marker = new VolumeMarker(deps, markerName);
    this.probe = new VolumeProbe(deps.root, deps.probeFiles);
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
      if (this.current.state !== 'ready') void this.lookOnce('unproven');
    }, watchEveryMs).unref();
  }

  /** Gives the calls under way a moment to end. */
  async stop(): Promise<void> {
    clearInterval(this.watch);
    this.ending.abort();
    // A look is several calls: between two of them nothing is under way.
    const idle = this.looks.onIdle().then(() => this.calls.onIdle());
    await withTimeout(idle, lastCallsMs, 'the recordings volume').catch(() => undefined);
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

  /**
   * Looks at the volume and remembers what it saw; from time to time, or when asked, tries whether it can be written.
   * Never rejects. Who asks meanwhile gets the same answer.
   */
  check(options: { probe?: boolean } = {}): Promise<VolumeStatus> {
    return this.lookOnce(options.probe === true ? 'always' : 'due');
  }

  /**
   * For whoever wishes something now: a volume that could not be used when it was last seen is looked at anew, and
   * waited for at most `ms`. Never rejects.
   */
  async lookIfAway(ms = wishWaitMs): Promise<VolumeStatus> {
    if (isUsable(this.current)) return this.current;
    await withTimeout(this.lookOnce('unproven'), ms, 'the recordings folder').catch(() => undefined);
    return this.current;
  }

  private lookOnce(when: ProbeWhen): Promise<VolumeStatus> {
    const { checking } = this;
    if (checking && (when !== 'always' || checking.when === 'always')) return checking.status;
    const status = this.looks.add(() => this.look(when));
    const mine = { when, status };
    this.checking = mine;
    void status.finally(() => {
      if (this.checking === mine) this.checking = null;
    });
    return status;
  }

  /** Settings have changed: room that was found wanting is to be measured anew, what was seen judged anew. */
  reconsider(): void {
    this.wanting = null;
    const { freeBytes, totalBytes } = this.current;
    if (isUsable(this.current) && freeBytes !== null && totalBytes !== null)
      this.update(this.judge({ freeBytes, totalBytes }));
  }

  private async look(when: ProbeWhen): Promise<VolumeStatus> {
    try {
      // One that hangs is waited for again, never begun a second time: two markers must never be made.
      const space = await this.run(
        'the recordings folder',
        () => (this.inspecting ??= this.inspect().finally(() => (this.inspecting = null))),
      );
      const fault = await this.prove(when);
      this.update(fault ? { ...fault, ...space } : this.judge(space));
    } catch (error) {
      this.provenAt = null;
      const fault = error instanceof VolumeError ? error : await this.faultOf(error);
      this.update({ state: fault.state, message: fault.message, freeBytes: null, totalBytes: null });
    }
    return this.current;
  }

  private judge(space: Space): Omit<VolumeStatus, 'path' | 'checkedAt'> {
    const full = this.stillFull(space.freeBytes);
    if (full !== null) return { state: 'full', message: full, ...space };
    const critical = criticalMessage(this.root, space, this.deps.criticalPct?.() ?? 0);
    return { state: critical === null ? 'ready' : 'critical', message: critical, ...space };
  }

  /**
   * A trial write, where one is called for. No room for it is told as a fault, for the volume is there and ours all
   * the same; anything else that it refuses is thrown.
   */
  private async prove(when: ProbeWhen): Promise<VolumeFault | null> {
    if (this.deps.readOnly || this.ending.signal.aborted || !this.needsProbe(when)) return null;
    try {
      await this.run(
        'a trial write',
        () => (this.probing ??= this.tryToWrite().finally(() => (this.probing = null))),
        this.probeTimeoutMs,
      );
    } catch (error) {
      this.provenAt = null;
      if (!['ENOSPC', 'EDQUOT'].includes(errnoOf(error) ?? '')) throw error;
      return this.faultOf(error);
    }
    await this.clearEarlier();
    return null;
  }

  private get probeTimeoutMs(): number {
    return this.timeoutMs * probeTimeoutFactor;
  }

  private needsProbe(when: ProbeWhen): boolean {
    if (when === 'always' || this.provenAt === null) return true;
    return when === 'due' && this.deps.clock.now() - this.provenAt >= probeEveryMs;
  }

  private async tryToWrite(): Promise<void> {
    await this.probe.run();
    this.provenAt = this.deps.clock.now();
  }

  /** Once; that trial files of earlier runs could not be found says nothing of the volume. */
  private async clearEarlier(): Promise<void> {
    if (this.hasCleared) return;
    this.hasCleared = true;
    const { signal } = this.ending;
    try {
      await this.run('trial files', () => this.probe.clearEarlier(signal), this.probeTimeoutMs);
    } catch (error) {
      this.deps.log.debug({ reason: messageOf(error) }, 'trial files could not be looked for');
    }
  }

  /** Free bytes now; throws a `VolumeError` when the volume does not answer. */
  async freeBytes(): Promise<number> {
    return (await this.space()).freeBytes;
  }

  /** Free and total bytes now; throws a `VolumeError` when the volume does not answer. */
  space(): Promise<Space> {
    return this.run('the free space of the recordings folder', () => spaceOf(this.root));
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
      await this.run('writing the marker', () => this.marker.write());
      return this.look('always');
    });
  }

  private async inspect(): Promise<Space> {
    if (this.deps.readOnly) return spaceOf(this.root);
    const known = await this.deps.readMarkerId();
    if (known === null) await mkdir(this.root, { recursive: true });
    const entry = await stat(this.root);
    if (!entry.isDirectory())
      throw new VolumeError('missing', `${this.root} is not a folder. Set RECORDINGS to a folder.`);
    const fault = await this.marker.compare(known);
    if (fault) throw new VolumeError(fault.state, fault.message);
    await access(this.root, constants.W_OK | constants.X_OK);
    return spaceOf(this.root);
  }

  private async faultOf(error: unknown): Promise<VolumeFault> {
    return volumeFault({
      root: this.root,
      code: errnoOf(error),
      reason: messageOf(error),
      uid: process.getuid?.() ?? null,
      owner: await this.owner(),
    });
  }

  private async owner(): Promise<VolumeRefusal['owner']> {
    try {
      const what = 'the rights of the recordings folder';
      const { uid, mode } = await this.run(what, () => stat(this.root));
      return { uid, mode: mode & 0o7777 };
    } catch {
      return null;
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
    else if (this.current.state === 'critical')
      this.deps.log.warn({ ...fields, reason: this.current.message }, 'archive volume is nearly full');
    else this.deps.log.warn({ ...fields, reason: this.current.message }, 'archive volume cannot be used');
    this.deps.onChange(this.current);
  }
}

async function spaceOf(root: string): Promise<Space> {
  const space = await statfs(root);
  const usedBlocks = space.blocks - space.bfree;
  return { freeBytes: space.bavail * space.bsize, totalBytes: (usedBlocks + space.bavail) * space.bsize };
}
