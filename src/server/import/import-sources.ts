import { constants } from 'node:fs';
import { access, open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ImportSource } from '../../shared/imports.ts';
import { readAppState } from '../db/app-state.ts';
import { withTimeout } from '../lib/abort.ts';
import { AppError, errnoOf, messageOf } from '../lib/errors.ts';
import type { ImportDeps } from './import-types.ts';
import { dropFolders, isWithin, mountsOf, sourceRefusal, type SourceMount } from './import-sources-policy.ts';

export type SourcesDeps = Pick<ImportDeps, 'db' | 'volume' | 'settings' | 'mounts'>;

/** A folder that may be read, as it is now. */
export interface ResolvedSource {
  /** Real and absolute. */
  path: string;
  isReadOnly: boolean;
  isSameVolume: boolean;
}

interface Place {
  path: string;
  label: string;
  isReadOnly: boolean;
}

const lookTimeoutMs = 5000;
const markerName = '.viofosync-archive';
/** Looked at one after the other, so that one that hangs keeps one thread at most. */
const maxMounts = 50;

/** Knows where an import may look: folders that the person who runs the program made known, and mounted disks. */
export class ImportSources {
  private readonly deps: SourcesDeps;
  /** A place that did not answer is not asked again while its call is under way. */
  private readonly hanging = new Set<string>();

  constructor(deps: SourcesDeps) {
    this.deps = deps;
  }

  /** Each with its state now; what does not answer in time is unreadable. */
  async list(): Promise<ImportSource[]> {
    const sources: ImportSource[] = [];
    for (const place of await this.places()) {
      const state = await this.stateOf(place.path);
      const isTold = place.path === this.deps.settings().importFolder;
      const isOffered = state !== 'missing' || isTold || place.path === join(this.deps.volume.root, 'import');
      if (!isOffered || (state === 'empty' && basename(place.path) === '.import_tmp')) continue;
      const isReadOnly = place.isReadOnly || (state !== 'missing' && !(await this.isWritable(place.path)));
      sources.push({ path: place.path, label: place.label, state, isReadOnly });
    }
    return sources;
  }

  /** Throws an `AppError` that says why a folder cannot be imported from. */
  async resolve(told: string): Promise<ResolvedSource> {
    if (!told.startsWith('/') || told.includes('\0')) throw refused(told, 'A path begins with /.');
    const path = await this.real(told);
    if (path === null) throw refused(told, 'There is no such folder, or it does not answer.');
    const places = await this.places();
    const roots: string[] = [];
    for (const place of places) {
      const root = await this.real(place.path);
      if (root !== null) roots.push(root);
    }
    const recordings = (await this.real(this.deps.volume.root)) ?? this.deps.volume.root;
    const refusal = sourceRefusal(path, { roots, recordings });
    if (refusal !== null) throw refused(told, refusal);
    return this.look(path, { recordings, mounts: await this.mounts() });
  }

  private async look(
    path: string,
    { recordings, mounts }: { recordings: string; mounts: readonly SourceMount[] },
  ): Promise<ResolvedSource> {
    try {
      const [folder, archive] = await this.ask(path, () => Promise.all([stat(path), stat(recordings)]));
      if (!folder.isDirectory()) throw new AppError('invalid', 'It is no folder.');
      await this.ask(path, () => readdir(path));
      if (!isWithin(path, recordings) && (await this.isOurArchive(path)))
        throw new AppError('invalid', 'It is the archive itself, in another place of this machine.');
      const isMountedSo = mounts.some((mount) => mount.isReadOnly && isWithin(path, mount.point));
      const isReadOnly = isMountedSo || !(await this.isWritable(path));
      return { path, isReadOnly, isSameVolume: folder.dev === archive.dev };
    } catch (error) {
      if (error instanceof AppError) throw refused(path, error.message);
      throw refused(path, `It cannot be read (${errnoOf(error) ?? messageOf(error)}).`);
    }
  }

  /** Our marker in the folder or in one above it: the same archive by another way. */
  private async isOurArchive(path: string): Promise<boolean> {
    const ours = await readAppState(this.deps.db, 'archive.marker');
    if (ours === null) return false;
    for (let folder = path; ; folder = dirname(folder)) {
      if (await this.ask(path, () => hasMarker(folder, ours))) return true;
      if (folder === dirname(folder)) return false;
    }
  }

  private async places(): Promise<Place[]> {
    const { volume, settings } = this.deps;
    const told = settings().importFolder;
    const mounts = (await this.mounts()).slice(0, maxMounts);
    const all: Place[] = [
      ...(told === '' ? [] : [{ path: told, label: 'Folder to import from', isReadOnly: false }]),
      ...dropFolders.map(({ name, label }) => ({ path: join(volume.root, name), label, isReadOnly: false })),
      { path: '/import', label: 'Folder /import', isReadOnly: false },
      ...mounts
        .filter(({ point }) => !isWithin(volume.root, point))
        .map(({ point, isReadOnly }) => ({ path: point, label: `Disk at ${point}`, isReadOnly })),
    ];
    return all.filter((place, at) => all.findIndex((other) => other.path === place.path) === at);
  }

  private async mounts(): Promise<SourceMount[]> {
    const text = this.deps.mounts ?? (await readFile('/proc/mounts', 'utf8').catch(() => ''));
    return mountsOf(text);
  }

  private async stateOf(path: string): Promise<ImportSource['state']> {
    try {
      const names = await this.ask(path, () => readdir(path));
      return names.length === 0 ? 'empty' : 'there';
    } catch (error) {
      return errnoOf(error) === 'ENOENT' ? 'missing' : 'unreadable';
    }
  }

  private async isWritable(path: string): Promise<boolean> {
    return this.ask(path, () => access(path, constants.W_OK)).then(
      () => true,
      () => false,
    );
  }

  private async real(path: string): Promise<string | null> {
    return this.ask(path, () => realpath(path)).catch(() => null);
  }

  /** A call on a place of which nothing is known: within a time, and on the recordings volume by its own rules. */
  private async ask<T>(path: string, call: () => Promise<T>): Promise<T> {
    const { volume } = this.deps;
    if (isWithin(path, volume.root))
      return volume.run('looking at a folder to import from', call, lookTimeoutMs);
    if (this.hanging.has(path)) throw new Error('it does not answer');
    this.hanging.add(path);
    const answer = call().finally(() => this.hanging.delete(path));
    answer.catch(() => undefined);
    return withTimeout(answer, lookTimeoutMs, path);
  }
}

const refused = (path: string, why: string): AppError =>
  new AppError('invalid', `Nothing can be imported from ${path}. ${why}`, [{ field: 'path', message: why }]);

/** Whether the folder has the marker of this archive. */
export async function hasMarker(folder: string, id: string): Promise<boolean> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(folder, markerName), flags).catch(() => null);
  if (!file) return false;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead).toString().includes(JSON.stringify(id));
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
