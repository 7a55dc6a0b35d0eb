import type { CarryOutOptions, FileTask, RemovalFiles } from './removal-files.ts';
import { isVolumeError } from './removal-files.ts';
import type { RemovalPlaces } from './removal-places.ts';

export interface FileMoverDeps {
  files: RemovalFiles;
  places: RemovalPlaces;
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Moves files within the archive for whoever keeps a journal of their moves, by the calls of what deletes and never at
 * the same time as it. A clip in that journal (`refile`) is left alone by deletions until it is settled.
 */
export class FileMover {
  private readonly deps: FileMoverDeps;

  constructor(deps: FileMoverDeps) {
    this.deps = deps;
  }

  /** While this runs, nothing is deleted, restored or moved by anybody else. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.deps.inTurn(work);
  }

  /** As `RemovalPlaces.inArchive`. */
  places(wished: readonly string[], signal: AbortSignal): Promise<string[]> {
    return this.deps.places.inArchive(wished, signal);
  }

  /** As `RemovalFiles.carryOut`; what lies beside a clip goes with it, whoever wrote it. */
  carryOut(tasks: readonly FileTask[], options: CarryOutOptions): Promise<ReadonlySet<string>> {
    return this.deps.files.carryOut(tasks, options);
  }

  /** As `RemovalFiles.removeEmpty`. */
  removeEmpty(
    folders: ReadonlySet<string>,
    options: { keep: ReadonlySet<string>; signal: AbortSignal },
  ): Promise<void> {
    return this.deps.files.removeEmpty(folders, options);
  }

  /** Whether the volume as a whole did not answer. */
  isVolumeError(error: unknown): error is Error {
    return isVolumeError(error);
  }
}
