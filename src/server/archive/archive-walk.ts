import { lstat, readdir } from 'node:fs/promises';
import { errnoOf, messageOf } from '../lib/errors.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { isClipFile, isScannedFolder } from './place-policy.ts';
import type { FoundFile } from './scan-plan.ts';
import { readSidecarFile } from './sidecar-file.ts';
import { sidecarPlaces } from './sidecar.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';

/** What a scan could not take in, for people. */
export type ScanNote = (
  what: 'unreadable' | 'empty' | 'vanished' | 'name' | 'sidecar',
  detail: string,
) => void;

/** What of a folder matters to a scan; names only, in order. */
export interface FolderContents {
  /** Below the archive root; empty for the root itself. */
  path: string;
  folders: string[];
  clips: string[];
  /** Names in lower case of what may belong to a clip: `.gpx`, `.json`. */
  companions: Set<string>;
}

export interface ArchiveWalkOptions {
  volume: ArchiveVolume;
  note: ScanNote;
  signal: AbortSignal;
  /** For one folder of any number of files; a network share hands them out by the hundred. */
  listTimeoutMs: number;
}

/** After this long a call that measures many files hands over what it has, so that no call lasts long. */
const measureForMs = 2000;
const maxDepth = 64;
/** Stands for bytes that are no text: such a name cannot be kept, nor the file reached by it. */
const noText = '\uFFFD';
const latestMs = Date.UTC(2100, 0, 1);

/** Looks at the recordings volume for a scan: nothing is written, no link followed, every call limited and abortable. */
export class ArchiveWalk {
  private readonly options: ArchiveWalkOptions;

  constructor(options: ArchiveWalkOptions) {
    this.options = options;
  }

  /** Folder by folder, the root first. One that cannot be read is noted and left out; the root must be readable. */
  async *folders(): AsyncGenerator<FolderContents> {
    const ahead = [''];
    for (let path = ahead.pop(); path !== undefined; path = ahead.pop()) {
      const contents = await this.contentsOf(path);
      if (!contents) continue;
      yield contents;
      for (const name of contents.folders) ahead.push(path === '' ? name : `${path}/${name}`);
    }
  }

  private async contentsOf(path: string): Promise<FolderContents | null> {
    const { volume, listTimeoutMs, note } = this.options;
    if (path.split('/').length > maxDepth) {
      note('unreadable', `${path} (too many folders in one another)`);
      return null;
    }
    try {
      const entries = await this.call('reading a folder', listTimeoutMs, () =>
        readdir(volume.pathOf(path), { withFileTypes: true }),
      );
      const contents: FolderContents = { path, folders: [], clips: [], companions: new Set() };
      for (const entry of entries) {
        if (entry.isDirectory()) {
          if (isScannedFolder(path, entry.name)) contents.folders.push(entry.name);
        } else if (entry.isFile()) takeFile(contents, entry.name);
      }
      contents.folders.sort();
      contents.clips.sort();
      return contents;
    } catch (error) {
      if (path === '') throw error;
      this.noteFailure(error, path);
      return null;
    }
  }

  /** Size and time of each file, with what lies beside it; what is no clip after all is noted and left out. */
  async measure(contents: FolderContents, names: readonly string[]): Promise<FoundFile[]> {
    const files: FoundFile[] = [];
    for (let next = 0; next < names.length;) {
      const seen = await this.call('looking at clips', undefined, () => this.look(contents, names, next));
      for (const { name, size, mtimeMs } of seen.files) {
        const path = contents.path === '' ? name : `${contents.path}/${name}`;
        const sidecar = await this.sidecarOf(contents, { path, name });
        const hasGpx = contents.companions.has(`${name}.gpx`.toLowerCase());
        files.push({ path, sizeBytes: size, mtimeMs: plausible(mtimeMs), hasGpx, sidecar });
      }
      next = seen.next;
    }
    return files;
  }

  /** One file after the other: a hanging share must not take more than one of the process's threads for it. */
  private async look(
    contents: FolderContents,
    names: readonly string[],
    first: number,
  ): Promise<{ files: { name: string; size: number; mtimeMs: number }[]; next: number }> {
    const { volume, note, signal } = this.options;
    const began = performance.now();
    const files: { name: string; size: number; mtimeMs: number }[] = [];
    let next = first;
    while (next < names.length && performance.now() - began < measureForMs && !signal.aborted) {
      const name = names[next++] ?? '';
      const path = contents.path === '' ? name : `${contents.path}/${name}`;
      try {
        const entry = await lstat(volume.pathOf(path));
        if (!entry.isFile()) continue;
        if (entry.size === 0) note('empty', path);
        else files.push({ name, size: entry.size, mtimeMs: entry.mtimeMs });
      } catch (error) {
        this.noteFailure(error, path);
      }
    }
    return { files, next };
  }

  private async sidecarOf(
    contents: FolderContents,
    { path, name }: { path: string; name: string },
  ): Promise<FoundFile['sidecar']> {
    // The second place is ours for certain; at the first there may be another program's file.
    for (const place of sidecarPlaces(path).toReversed()) {
      const beside = `${name}${place.slice(path.length)}`;
      if (!contents.companions.has(beside.toLowerCase())) continue;
      const read = await this.readable(place);
      if (read?.kind === 'ours') return read.facts;
      if (read?.kind === 'broken') this.options.note('sidecar', `${place} (${read.reason})`);
    }
    return null;
  }

  private async readable(place: string) {
    try {
      return await unlessAborted(readSidecarFile(this.options.volume, place), this.options.signal);
    } catch (error) {
      this.noteFailure(error, place);
      return null;
    }
  }

  /** Those of the paths at which there is nothing, beyond doubt. */
  async vanished(paths: readonly string[]): Promise<Set<string>> {
    const gone = new Set<string>();
    for (const path of paths) {
      await this.call('looking for a clip', undefined, async () => {
        await lstat(this.options.volume.pathOf(path)).catch((error: unknown) => {
          if (errnoOf(error) === 'ENOENT') gone.add(path);
        });
      });
    }
    return gone;
  }

  private call<T>(what: string, timeoutMs: number | undefined, make: () => Promise<T>): Promise<T> {
    const { volume, signal } = this.options;
    signal.throwIfAborted();
    return unlessAborted(volume.run(what, make, timeoutMs), signal);
  }

  /** A volume that does not answer ends the scan; a single thing that cannot be read does not. */
  private noteFailure(error: unknown, path: string): void {
    this.options.signal.throwIfAborted();
    if (error instanceof VolumeError) throw error;
    if (path.includes(noText)) this.options.note('name', path);
    else if (errnoOf(error) === 'ENOENT') this.options.note('vanished', path);
    else this.options.note('unreadable', `${path} (${errnoOf(error) ?? messageOf(error)})`);
  }
}

function takeFile(contents: FolderContents, name: string): void {
  if (isClipFile(name)) contents.clips.push(name);
  else if (/\.(gpx|json)$/i.test(name)) contents.companions.add(name.toLowerCase());
}

/** A time of last write that a calendar can show. */
const plausible = (ms: number) => Math.round(Math.min(Math.max(ms, 0), latestMs));
