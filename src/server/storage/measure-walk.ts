import type { Measure } from '../../shared/storage.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { sleep } from '../lib/abort.ts';
import { errnoOf } from '../lib/errors.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import type { FolderEntry, MeasureFiles, OpenFolder } from './measure-files.ts';
import { clipBeside, purposeOf, shareOf, type Purpose } from './measure-policy.ts';

/** What a walk found, in bytes as the files' lengths are: what the disk gives up for them may be a little more. */
export type Measured = Omit<Measure, 'state' | 'startedAt' | 'finishedAt' | 'message'>;

export const nothingMeasured: Measured = {
  files: 0,
  exportsBytes: 0,
  partsBytes: 0,
  importBytes: 0,
  cachesBytes: 0,
  recycleBytes: 0,
  trashStrayBytes: 0,
  otherBytes: 0,
  unreadable: 0,
};

export interface MeasureWalkDeps {
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'root'>;
  files: MeasureFiles;
  /** Those of the paths at which the ledger has a clip. */
  archivedPaths: (paths: readonly string[]) => Promise<Set<string>>;
  /** Those of the places in the trash that the ledger knows. */
  knownTrash: (paths: readonly string[]) => Promise<Set<string>>;
  /** Rests so many times as long as each call took: others need the disk more. */
  restFactor: number;
  /** For some hundred names of a folder; a network share is slow to hand them out. */
  listTimeoutMs: number;
  /** Files seen so far. */
  onProgress: (files: number) => void;
}

interface Place {
  /** Below the archive root; empty for the root itself. */
  path: string;
  purpose: Purpose;
  depth: number;
}

const namesAtOnce = 500;
/** After this long a call that measures many files hands over what it has, so that no call lasts long. */
const measureForMs = 1000;
const maxRestMs = 5000;
const maxDepth = 64;

/**
 * Goes once through the recordings folder for what is not in the ledger: one file system, no link followed, every call
 * limited, a rest after each. What the ledger knows is not looked at, only its name is compared.
 */
export class MeasureWalk {
  private readonly deps: MeasureWalkDeps;
  private readonly signal: AbortSignal;
  private readonly found: Measured = { ...nothingMeasured };
  private readonly ahead: Place[] = [{ path: '', purpose: 'archive', depth: 0 }];
  private device: number | null = null;

  constructor(deps: MeasureWalkDeps, signal: AbortSignal) {
    this.deps = deps;
    this.signal = signal;
  }

  /**
   * A folder or file that cannot be read is counted and left out. Rejects with a `VolumeError` when the volume does not
   * answer, with the signal's reason when aborted, and when the root cannot be read.
   */
  async run(): Promise<Measured> {
    for (let place = this.ahead.pop(); place !== undefined; place = this.ahead.pop()) {
      try {
        await this.goThrough(place);
      } catch (error) {
        if (place.path === '') throw error;
        this.noteFailure(error);
      }
    }
    return this.found;
  }

  private async goThrough(place: Place): Promise<void> {
    const folder = await this.open(place);
    try {
      await this.read(place, folder);
    } catch (error) {
      // Nobody waits for it: a reading that hangs would be waited for a second time.
      folder.close().catch(() => undefined);
      throw error;
    }
    await this.call('closing a folder', () => folder.close());
  }

  /** One that is opened when nobody waits for it any more is closed again. */
  private async open({ path }: Place): Promise<OpenFolder> {
    const { files, volume } = this.deps;
    let isAbandoned = false;
    try {
      return await this.call('reading a folder', async () => {
        const folder = await files.folder(volume.pathOf(path));
        if (isAbandoned) await folder.close();
        return folder;
      });
    } catch (error) {
      isAbandoned = true;
      throw error;
    }
  }

  private async read(place: Place, folder: OpenFolder): Promise<void> {
    const { listTimeoutMs } = this.deps;
    this.device ??= folder.device;
    if (folder.device !== this.device) return;
    const read = () => this.call('reading a folder', () => folder.read(namesAtOnce), listTimeoutMs);
    for (let entries = await read(); entries.length > 0; entries = await read()) {
      const namesOf = (kind: FolderEntry['kind']) =>
        entries.filter((entry) => entry.kind === kind).map((entry) => entry.name);
      this.remember(place, namesOf('folder'));
      await this.count(place, namesOf('file'));
    }
  }

  private remember(parent: Place, names: readonly string[]): void {
    for (const name of names) {
      const purpose = purposeOf(parent, name);
      if (purpose === null) continue;
      if (parent.depth >= maxDepth) this.found.unreadable++;
      else this.ahead.push({ path: below(parent.path, name), purpose, depth: parent.depth + 1 });
    }
  }

  private async count(place: Place, names: readonly string[]): Promise<void> {
    const known = await this.known(
      place,
      names.map((name) => below(place.path, name)),
    );
    const unknown = names.filter((name) => !known.has(below(place.path, name)));
    for (let next = 0; next < unknown.length;) {
      const first = next;
      next = await this.call('measuring files', () => this.measure(place, unknown, first));
    }
    this.found.files += names.length;
    this.deps.onProgress(this.found.files);
  }

  /** Of the trash, what lies there beside a clip belongs to it. */
  private async known(place: Place, paths: readonly string[]): Promise<Set<string>> {
    if (paths.length === 0) return new Set();
    if (place.purpose === 'archive') return this.deps.archivedPaths(paths);
    if (place.purpose !== 'trash') return new Set();
    const clips = new Map(paths.map((path) => [path, clipBeside(path)]));
    const lying = await this.deps.knownTrash([...new Set([...paths, ...clips.values()])]);
    return new Set(paths.filter((path) => lying.has(path) || lying.has(clips.get(path) ?? '')));
  }

  /** One file after the other, from `first` on: a hanging share must not take more than one thread for it. */
  private async measure(place: Place, names: readonly string[], first: number): Promise<number> {
    const { files, volume } = this.deps;
    const began = performance.now();
    let next = first;
    while (next < names.length && performance.now() - began < measureForMs && !this.signal.aborted) {
      const name = names[next++] ?? '';
      try {
        const bytes = await files.sizeOf(volume.pathOf(below(place.path, name)));
        if (bytes !== null) this.found[shareOf(place.purpose, name)] += bytes;
      } catch (error) {
        this.noteFailure(error);
      }
    }
    return next;
  }

  private async call<T>(what: string, make: () => Promise<T>, timeoutMs?: number): Promise<T> {
    const { volume, restFactor } = this.deps;
    this.signal.throwIfAborted();
    const began = performance.now();
    const answer = await unlessAborted(volume.run(what, make, timeoutMs), this.signal);
    await sleep(Math.min((performance.now() - began) * restFactor, maxRestMs), this.signal);
    return answer;
  }

  private noteFailure(error: unknown): void {
    this.signal.throwIfAborted();
    if (error instanceof Error && error.name === 'VolumeError') throw error;
    if (errnoOf(error) !== 'ENOENT') this.found.unreadable++;
  }
}

const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
