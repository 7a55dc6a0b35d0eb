import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PartFile } from '../archive/part-file.ts';
import { errnoOf } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';
import type { ImportDeps } from './import-types.ts';

export type StageDeps = Pick<ImportDeps, 'volume' | 'openPart'>;

/** On the recordings volume, so that a whole file is filed by a rename; no scan looks there. */
const stageFolder = '.viofosync/import';
const partPattern = /^(\d+)\.part$/;
const readMs = 10 * 60_000;

/** The bytes of files that are coming in, each by the number of its row: a name from outside never is one here. */
export class ImportStage {
  private readonly deps: StageDeps;
  private hasFolder = false;

  constructor(deps: StageDeps) {
    this.deps = deps;
  }

  /** Below the archive root. */
  pathOf(itemId: number): string {
    return `${stageFolder}/${itemId}.part`;
  }

  /** Opens or makes the file with the bytes of it that can be trusted; they are hashed again. */
  async open(itemId: number, trustedBytes: number): Promise<PartFile> {
    await this.makeFolder();
    return this.deps.openPart(this.deps.volume.pathOf(this.pathOf(itemId)), trustedBytes);
  }

  /** Null when there is nothing. */
  async bytes(itemId: number): Promise<number | null> {
    return bytesAt(this.deps.volume, this.pathOf(itemId));
  }

  async drop(itemId: number): Promise<void> {
    const { volume } = this.deps;
    await volume.run('removing an imported file', () =>
      rm(volume.pathOf(this.pathOf(itemId)), { force: true }),
    );
  }

  /** Writes a small file durably, such as a GPX file on its way to its clip. */
  async put(itemId: number, bytes: Uint8Array): Promise<void> {
    await this.makeFolder();
    const { volume } = this.deps;
    await volume.run('writing an imported file', () =>
      writeFile(volume.pathOf(this.pathOf(itemId)), bytes, { flush: true }),
    );
  }

  async read(itemId: number): Promise<Buffer> {
    const { volume } = this.deps;
    return volume.run(
      'reading an imported file',
      async () => {
        const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
        const file = await open(volume.pathOf(this.pathOf(itemId)), flags);
        try {
          return await file.readFile();
        } finally {
          await file.close();
        }
      },
      readMs,
    );
  }

  /** Removes what nobody waits for any more; `needed` says which of these numbers are. */
  async sweep(needed: (itemIds: readonly number[]) => Promise<ReadonlySet<number>>): Promise<void> {
    const { volume } = this.deps;
    const names = await volume
      .run('looking for imported files', () => readdir(volume.pathOf(stageFolder)))
      .catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return [];
        throw error;
      });
    const ids = names.flatMap((name) => partPattern.exec(name)?.[1] ?? []).map(Number);
    const keep = await needed(ids);
    for (const id of ids) if (!keep.has(id)) await this.drop(id);
  }

  private async makeFolder(): Promise<void> {
    if (this.hasFolder) return;
    await makeFolderOf(this.deps.volume, this.pathOf(0));
    this.hasFolder = true;
  }

  /** The folder may have gone with a volume that was replaced. */
  forget(): void {
    this.hasFolder = false;
  }
}

/** Size of what is at a place below the archive root; -1 when it is no file, null when there is nothing. */
export async function bytesAt(volume: ImportDeps['volume'], path: string): Promise<number | null> {
  try {
    const entry = await volume.run('looking for a clip', () => lstat(volume.pathOf(path)));
    return entry.isFile() ? entry.size : -1;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Makes the folder of a place below the archive root, durably. */
export async function makeFolderOf(volume: ImportDeps['volume'], path: string): Promise<void> {
  const folder = dirname(volume.pathOf(path));
  const made = await volume.run('making a folder', () => mkdir(folder, { recursive: true }));
  if (made !== undefined) await volume.run('making a folder', () => fsyncFolder(dirname(made)));
}
