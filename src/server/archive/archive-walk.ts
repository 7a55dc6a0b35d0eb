import type { Clock } from '../lib/clock.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import {
  type Fault,
  type FolderOrder,
  type FolderReading,
  type Measured,
  type PreparedClips,
} from './folder-reader.ts';
import type { FolderReadings, FolderSource, MeasuredSome } from './folder-source.ts';
import { recordedAs } from './place-policy.ts';
import type { FirstBatch } from './scan-first-plan.ts';
import type { ScanNote } from './scan-notes.ts';
import type { FoundFile } from './scan-plan.ts';
import { readSidecarFile } from './sidecar-file.ts';
import { isSidecarOf, sidecarPlaces } from './sidecar.ts';
import { below, plausibleMs } from './folder-path-policy.ts';

/** A folder as a look at it found it. */
export interface FolderContents {
  /** Below the archive root; empty for the root itself. */
  path: string;
  /** Null when it is to be looked at again in any case. */
  stamp: string | null;
  isMounted: boolean;
  /** It has the stamp of the last look: nothing was read. */
  isUnchanged: boolean;
  folders: readonly string[];
  clips: readonly string[];
  /** Names in lower case of what may belong to a clip: `.gpx`, `.json`. */
  companions: ReadonlySet<string>;
  /** Sizes and times of the first clips, where they were read along. */
  measured: Measured;
  /** Its clips are in a batch that comes with it. */
  prepared: PreparedClips | null;
}

/** Folders, and clips in them that need no more looking at. */
export interface WalkStep {
  folders: FolderContents[];
  batches: readonly FirstBatch[];
}

/** What earlier looks know of folders. */
export interface KnownFolders {
  has(path: string): boolean;
  stampOf(path: string): string | null;
  childrenOf(path: string): readonly string[];
}

export interface ArchiveWalkOptions {
  volume: ArchiveVolume;
  source: FolderSource & { readonly isFast: boolean };
  note: ScanNote;
  signal: AbortSignal;
  /** For one folder of any number of files; a network share hands them out by the hundred. */
  listTimeoutMs: number;
  known: KnownFolders;
  clock: Clock;
  /** Every clip is measured at once: none of them is known. */
  measures: boolean;
  /** Only the folders that are asked for, and below them what nobody has looked at. */
  isPartial: boolean;
}

/** A clip's file as it lies there. */
export interface MeasuredClip {
  name: string;
  sizeBytes: number;
  mtimeMs: number;
}

/** Clips that are measured before others get their turn. */
export interface MeasureStep {
  clips: MeasuredClip[];
  /** Or they were prepared. */
  batches: readonly FirstBatch[];
}

const maxDepth = 64;
const firstFoldersAtOnce = 64;
const mostFoldersAtOnce = 512;
const namesAtOnce = 4000;
const companionEndings = ['.gpx', '.json', '.viofosync.json'];
const depthAtOnce = 8;
/** Stands for bytes that are no text: such a name cannot be kept, nor the file reached by it. */
const noText = '\uFFFD';

/** Looks at the recordings volume for a scan: nothing is written, no link followed, every call limited and abortable. */
export class ArchiveWalk {
  private readonly options: ArchiveWalkOptions;
  private ahead: string[] = [];
  /** As many as are read in one call, and some more: what is asked for in vain costs too. */
  private foldersAtOnce = firstFoldersAtOnce;

  constructor(options: ArchiveWalkOptions) {
    this.options = options;
  }

  /**
   * From these folders down, as they come, the latest names first. One that cannot be read is noted and left out; the
   * root must be readable. While the caller works on some, a fast source reads the next.
   */
  async *folders(from: readonly string[] = ['']): AsyncGenerator<WalkStep> {
    this.ahead = from.toReversed();
    let coming = this.next();
    while (coming) {
      const { readings, batches } = await coming;
      const folders = this.take(readings);
      coming = this.options.source.isFast ? this.next() : null;
      // Its failure is heard of when its turn comes.
      coming?.catch(() => undefined);
      yield { folders, batches };
      coming ??= this.next();
    }
  }

  private next(): Promise<FolderReadings> | null {
    const { source, listTimeoutMs, clock } = this.options;
    const paths: string[] = [];
    const { isFast } = source;
    const atOnce = isFast ? this.foldersAtOnce : 1;
    while (paths.length < atOnce && this.ahead.length > 0) paths.push(this.ahead.pop() ?? '');
    if (paths.length === 0) return null;
    const now = clock.now();
    const orders = paths.map((path) => this.orderOf(path));
    return this.call('reading a folder', listTimeoutMs, () => source.read(orders, now)).then((seen) => {
      const done = new Set(seen.readings.map((reading) => reading.path));
      const left = paths.filter((path) => !done.has(path));
      this.ahead.push(...left.toReversed());
      if (isFast) this.foldersAtOnce = Math.min(2 * (paths.length - left.length), mostFoldersAtOnce);
      return seen;
    });
  }

  private orderOf(path: string): FolderOrder {
    const { source, known, measures } = this.options;
    return {
      path,
      stamp: known.stampOf(path),
      measures: measures && source.isFast,
      depth: measures && source.isFast ? depthAtOnce : 0,
    };
  }

  /** Notes what could not be read, and what is to be read next. */
  private take(readings: readonly FolderReading[]): FolderContents[] {
    const read = new Set(readings.map((reading) => reading.path));
    const seen: FolderContents[] = [];
    const next: string[] = [];
    for (const reading of readings) {
      const contents = this.contentsOf(reading);
      if (!contents) continue;
      seen.push(contents);
      for (const name of contents.folders) {
        const path = below(contents.path, name);
        if (!read.has(path) && this.isWanted(path)) next.push(path);
      }
    }
    // Where nothing is known yet, in the order of time: SQLite appends rows for two thirds of what it costs to insert them.
    if (this.options.measures) next.reverse();
    for (const path of next) if (this.isShallow(path)) this.ahead.push(path);
    return seen;
  }

  private isWanted(path: string): boolean {
    const { isPartial, known } = this.options;
    return !isPartial || !known.has(path);
  }

  private isShallow(path: string): boolean {
    if (path.split('/').length <= maxDepth) return true;
    this.options.note('unreadable', `${path} (too many folders in one another)`);
    return false;
  }

  private contentsOf(reading: FolderReading): FolderContents | null {
    const { path, fault } = reading;
    if (fault) {
      if (path === '') throw rootError(fault);
      this.noteFault(fault);
      return null;
    }
    const isUnchanged = reading.state === 'unchanged';
    return {
      path,
      stamp: reading.stamp,
      isMounted: reading.isMounted,
      isUnchanged,
      folders: isUnchanged ? this.options.known.childrenOf(path) : reading.folders,
      clips: reading.clips,
      companions: new Set(reading.companions.map((name) => name.toLowerCase())),
      measured: reading.measured,
      prepared: reading.prepared,
    };
  }

  /**
   * Size and time of each of these clips; what is no file after all is left out, what cannot be seen or is empty is
   * noted. `names` are some of `contents.clips`, in their order. A fast source goes on while the caller works.
   */
  async *measure(contents: FolderContents, names: readonly string[]): AsyncGenerator<MeasureStep> {
    const { path, prepared } = contents;
    if (prepared) this.noteFaults(path, prepared, contents.measured);
    const { measured } = names.length === contents.clips.length ? contents : { measured: nothing };
    let done = measured.sizes.length;
    if (done > 0) yield { clips: this.seen(path, names.slice(0, done), measured), batches: [] };
    let coming = this.measureFrom(contents, names, done);
    while (coming) {
      const some = await coming;
      const count = some.prepared?.count ?? some.measured.sizes.length;
      const seen = names.slice(done, done + count);
      done += count;
      coming = this.options.source.isFast ? this.measureFrom(contents, names, done) : null;
      // Its failure is heard of when its turn comes.
      coming?.catch(() => undefined);
      if (some.prepared) this.noteFaults(path, some.prepared, some.measured);
      yield { clips: some.prepared ? [] : this.seen(path, seen, some.measured), batches: some.batches };
      coming ??= this.measureFrom(contents, names, done);
    }
  }

  private measureFrom(
    { path, companions }: FolderContents,
    names: readonly string[],
    from: number,
  ): Promise<MeasuredSome> | null {
    if (from >= names.length) return null;
    const { source, measures } = this.options;
    const some = names.slice(from, from + namesAtOnce);
    const beside = () => (companions.size === 0 ? [] : some.flatMap((name) => besideOf(companions, name)));
    const order = { folder: path, names: some, companions: measures && source.isFast ? beside() : null };
    return this.call('looking at clips', undefined, () => source.measure(order));
  }

  private noteFaults(folder: string, { empty }: PreparedClips, { faults }: Measured): void {
    for (const name of empty) this.options.note('empty', below(folder, name));
    for (const fault of faults) this.noteFault(fault);
  }

  private seen(
    folder: string,
    names: readonly string[],
    { sizes, mtimes, faults }: Measured,
  ): MeasuredClip[] {
    for (const fault of faults) this.noteFault(fault);
    const clips: MeasuredClip[] = [];
    for (const [index, name] of names.entries()) {
      const sizeBytes = sizes[index] ?? -1;
      if (sizeBytes === 0) this.options.note('empty', below(folder, name));
      else if (sizeBytes > 0) clips.push({ name, sizeBytes, mtimeMs: plausibleMs(mtimes[index] ?? 0) });
    }
    return clips;
  }

  /** A clip with what lies beside it. */
  found(
    contents: FolderContents,
    { name, sizeBytes, mtimeMs }: MeasuredClip,
  ): FoundFile | Promise<FoundFile> {
    const path = below(contents.path, name);
    const recorded = recordedAs(name);
    const alone = { path, sizeBytes, mtimeMs, recorded, hasGpx: false, sidecar: null };
    return contents.companions.size === 0 ? alone : this.withCompanions(contents, alone, name);
  }

  private async withCompanions(contents: FolderContents, file: FoundFile, name: string): Promise<FoundFile> {
    const hasGpx = contents.companions.has(`${name}.gpx`.toLowerCase());
    return { ...file, hasGpx, sidecar: await this.sidecarOf(contents, { ...file, name }) };
  }

  private async sidecarOf(
    contents: FolderContents,
    { path, name, sizeBytes }: { path: string; name: string; sizeBytes: number },
  ): Promise<FoundFile['sidecar']> {
    // The second place is ours for certain; at the first there may be another program's file.
    for (const place of sidecarPlaces(path).toReversed()) {
      const beside = `${name}${place.slice(path.length)}`;
      if (!contents.companions.has(beside.toLowerCase())) continue;
      const read = await this.readable(place);
      if (read?.kind === 'ours' && isSidecarOf(read, sizeBytes)) return read.facts;
      if (read?.kind === 'broken') this.options.note('sidecar', `${place} (${read.reason})`);
    }
    return null;
  }

  private async readable(place: string) {
    try {
      return await unlessAborted(readSidecarFile(this.options.volume, place), this.options.signal);
    } catch (error) {
      this.options.signal.throwIfAborted();
      if (error instanceof VolumeError) throw error;
      this.noteFault({ path: place, code: errnoOf(error) ?? null, message: messageOf(error) });
      return null;
    }
  }

  /** Those of the paths at which there is nothing, beyond doubt. */
  async vanished(paths: readonly string[]): Promise<Set<string>> {
    const gone = new Set<string>();
    for (let done = 0; done < paths.length;) {
      const names = paths.slice(done, done + namesAtOnce);
      const { measured } = await this.call('looking for clips', undefined, () =>
        this.options.source.measure({ folder: '', names, companions: null }),
      );
      const { sizes, faults } = measured;
      for (const { path, code } of faults) if (code === 'ENOENT') gone.add(path);
      done += sizes.length;
    }
    return gone;
  }

  private call<T>(what: string, timeoutMs: number | undefined, make: () => Promise<T>): Promise<T> {
    const { volume, signal } = this.options;
    signal.throwIfAborted();
    return unlessAborted(volume.run(what, make, timeoutMs), signal);
  }

  private noteFault({ path, code, message }: Fault): void {
    if (path.includes(noText)) this.options.note('name', path);
    else if (code === 'ENOENT') this.options.note('vanished', path);
    else this.options.note('unreadable', `${path} (${code ?? message})`);
  }
}

/** Those of the names beside a clip that belong to it. */
function besideOf(companions: ReadonlySet<string>, name: string): string[] {
  const lower = name.toLowerCase();
  return companionEndings.map((ending) => lower + ending).filter((beside) => companions.has(beside));
}

const nothing: Measured = { sizes: [], mtimes: [], faults: [] };

function rootError({ code, message }: Fault): Error {
  return Object.assign(new Error(message), code !== null && { code });
}
