import { among } from '../db/bulk.ts';
import type { Database } from '../db/open.ts';
import { fileNameOf } from '../archive/place-policy.ts';
import type { RemovalFiles } from './removal-files.ts';
import { folderOf, freePlace, isFreeAmong } from './removal-policy.ts';
import { TrashRepository } from './trash-repository.ts';

export interface RemovalPlacesDeps {
  db: Database;
  files: RemovalFiles;
}

type Taken = (places: readonly string[]) => Promise<Set<string>>;

/** Finds places for clips that are moved: free on the volume, in the ledger, and among one another. */
export class RemovalPlaces {
  private readonly deps: RemovalPlacesDeps;
  private readonly trash = new TrashRepository();

  constructor(deps: RemovalPlacesDeps) {
    this.deps = deps;
  }

  /** In the trash, in the order of what is wished. Throws a `VolumeError`, and the signal's reason. */
  inTrash(wished: readonly string[], signal: AbortSignal): Promise<string[]> {
    return this.free(wished, signal, (places) => this.trash.takenAmong(this.deps.db, places));
  }

  /** In the archive, in the order of what is wished; also not where a download will be. Throws as `inTrash` does. */
  inArchive(wished: readonly string[], signal: AbortSignal): Promise<string[]> {
    return this.free(wished, signal, (places) => this.takenInArchive(places));
  }

  private async takenInArchive(places: readonly string[]): Promise<Set<string>> {
    const { db } = this.deps;
    const clips = await db.selectFrom('clip').select('path').where(among('path', places)).execute();
    const parts = await db.selectFrom('part').select('path').where(among('path', places)).execute();
    return new Set([...clips, ...parts].flatMap(({ path }) => path ?? []));
  }

  private async free(wished: readonly string[], signal: AbortSignal, takenOf: Taken): Promise<string[]> {
    if (wished.length === 0) return [];
    const names = await this.deps.files.names(wished.map(folderOf), signal);
    const isThere = (place: string) =>
      !isFreeAmong(names.get(folderOf(place)) ?? new Set(), fileNameOf(place));
    const taken = await takenOf(wished);
    for (;;) {
      const given = new Set<string>();
      const places = wished.map((path) => {
        const place = freePlace(path, (at) => given.has(at) || taken.has(at) || isThere(at));
        given.add(place);
        return place;
      });
      const more = await takenOf(places);
      if (more.size === 0) return places;
      for (const place of more) taken.add(place);
    }
  }
}
