import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { hasMarker } from './import-sources.ts';
import type { ImportFile } from './import-plan.ts';
import type { SourceVolume } from './import-types.ts';

/** A file of a source; `fault`: why it cannot be read. */
export interface SeenFile extends ImportFile {
  hasGpx: boolean;
  fault: string | null;
}

export interface ImportWalkOptions {
  source: SourceVolume;
  signal: AbortSignal;
  /** Of the archive, which is not to be imported into itself; null before there is one. */
  archiveId: string | null;
}

/** The source holds the archive itself, or more than anybody has. */
export class WalkRefusal extends Error {
  override name = 'WalkRefusal';
}

const filesAtOnce = 500;
const maxFiles = 1_000_000;
const maxDepth = 64;
const listTimeoutMs = 120_000;
/** Bytes that are no text; such a file cannot be reached by its name. */
const noText = '\uFFFD';
/** What systems keep for themselves on a disk. */
const systemFolders: ReadonlySet<string> = new Set([
  '@eadir',
  '#recycle',
  '@recycle',
  '$recycle.bin',
  'system volume information',
  'lost+found',
]);
const latestMs = Date.UTC(2100, 0, 1);

/** Looks through a source, some hundred files at a time: nothing is written, no link followed, every call limited. */
export class ImportWalk {
  private readonly options: ImportWalkOptions;
  /** Folders that could not be read, and so were left out. */
  readonly unread: string[] = [];
  private count = 0;

  constructor(options: ImportWalkOptions) {
    this.options = options;
  }

  /** Throws what the source says when its root cannot be read, and a `WalkRefusal`. */
  async *files(): AsyncGenerator<SeenFile[]> {
    const ahead = [''];
    for (let folder = ahead.pop(); folder !== undefined; folder = ahead.pop()) {
      const contents = await this.contents(folder);
      for (let at = 0; at < contents.files.length; at += filesAtOnce) {
        const seen = await this.measure(
          folder,
          contents.files.slice(at, at + filesAtOnce),
          contents.companions,
        );
        this.count += seen.length;
        if (this.count > maxFiles) throw new WalkRefusal(`It has more than ${maxFiles} files.`);
        if (seen.length > 0) yield seen;
      }
      for (const name of contents.folders) ahead.push(below(folder, name));
    }
  }

  private async refuseArchive(folder: string): Promise<void> {
    const { source, archiveId } = this.options;
    if (archiveId === null || !(await this.call(() => hasMarker(source.pathOf(folder), archiveId)))) return;
    throw new WalkRefusal('The archive itself lies in it: an archive is not imported into itself.');
  }

  private async contents(folder: string): Promise<Contents> {
    const { source } = this.options;
    const found: Contents = { folders: [], files: [], companions: new Set() };
    if (folder.split('/').length > maxDepth) {
      this.unread.push(folder);
      return found;
    }
    try {
      await this.refuseArchive(folder);
      const entries = await this.call(
        () => readdir(source.pathOf(folder), { withFileTypes: true }),
        listTimeoutMs,
      );
      for (const entry of entries) sort(entry, found);
    } catch (error) {
      // A folder that cannot be read is left out; a root that cannot is no source.
      if (folder === '' || error instanceof VolumeError || error instanceof WalkRefusal) throw error;
      this.options.signal.throwIfAborted();
      this.unread.push(folder);
    }
    return { ...found, folders: found.folders.toSorted() };
  }

  private async measure(
    folder: string,
    names: readonly string[],
    companions: ReadonlySet<string>,
  ): Promise<SeenFile[]> {
    const { source } = this.options;
    const seen: SeenFile[] = [];
    for (let next = 0; next < names.length;) {
      next = await this.call(async () => {
        const until = performance.now() + 2000;
        let at = next;
        for (; at < names.length && performance.now() < until; at++) {
          const name = names[at] ?? '';
          const hasGpx = companions.has(`${name}.gpx`.toLowerCase());
          seen.push({
            ...(await look(source.pathOf(below(folder, name)))),
            path: below(folder, name),
            hasGpx,
          });
        }
        return at;
      });
    }
    return seen;
  }

  private call<T>(make: () => Promise<T>, timeoutMs?: number): Promise<T> {
    const { source, signal } = this.options;
    signal.throwIfAborted();
    return unlessAborted(source.run('looking at a folder to import from', make, timeoutMs), signal);
  }
}

/** Names in a folder; of companions in lower case. */
interface Contents {
  folders: string[];
  files: string[];
  companions: Set<string>;
}

function sort(entry: Dirent, found: Contents): void {
  const { name } = entry;
  if (name.startsWith('.')) return;
  if (entry.isDirectory() && !systemFolders.has(name.toLowerCase())) found.folders.push(name);
  if (!entry.isFile()) return;
  if (/\.(gpx|json)$/i.test(name)) found.companions.add(name.toLowerCase());
  else found.files.push(name);
}

const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

async function look(place: string): Promise<Pick<SeenFile, 'bytes' | 'mtimeMs' | 'fault'>> {
  try {
    const entry = await lstat(place);
    if (!entry.isFile()) return { bytes: 0, mtimeMs: null, fault: 'It is no plain file.' };
    const mtimeMs = Math.round(Math.min(Math.max(entry.mtimeMs, 0), latestMs));
    return { bytes: entry.size, mtimeMs, fault: null };
  } catch (error) {
    const why = place.includes(noText) ? 'Its name is no text.' : (errnoOf(error) ?? messageOf(error));
    return { bytes: 0, mtimeMs: null, fault: `It cannot be read: ${why}` };
  }
}
