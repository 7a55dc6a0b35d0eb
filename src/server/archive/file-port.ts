import { lstat, mkdir, readdir, readFile, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';

/** What a file is, without following links. */
export interface FileFacts {
  isFile: boolean;
  isFolder: boolean;
  sizeBytes: number;
  mtimeMs: number;
  /** Owner, and permissions as in `0o755`. */
  uid: number;
  mode: number;
}

/**
 * The calls by which files of the archive are moved and deleted, by absolute path. A port, so that tests can have a
 * volume that refuses, hangs or loses its power. Errors are Node's, with their `code`.
 */
export interface FilePort {
  facts: (path: string) => Promise<FileFacts>;
  /** Within one file system; an existing target is replaced, so look first. */
  rename: (from: string, to: string) => Promise<void>;
  unlink: (path: string) => Promise<void>;
  /** With all above it; the topmost one that was made, undefined when it was there. */
  makeFolder: (path: string) => Promise<string | undefined>;
  /** Only when it is empty. */
  removeFolder: (path: string) => Promise<void>;
  names: (folder: string) => Promise<string[]>;
  read: (path: string) => Promise<string>;
  /** Makes what was renamed or deleted in the folder durable. */
  syncFolder: (path: string) => Promise<void>;
}

export const nodeFiles: FilePort = {
  async facts(path) {
    const entry = await lstat(path);
    return {
      isFile: entry.isFile(),
      isFolder: entry.isDirectory(),
      sizeBytes: entry.size,
      mtimeMs: entry.mtimeMs,
      uid: entry.uid,
      mode: entry.mode & 0o7777,
    };
  },
  rename,
  unlink,
  makeFolder,
  removeFolder: rmdir,
  names: (folder) => readdir(folder),
  read: (path) => readFile(path, 'utf8'),
  syncFolder: fsyncFolder,
};

/** Step by step: Node's own recursive call says ENOENT when the disk is full. */
async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return undefined;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path) throw error;
    const first = await makeFolder(above);
    await mkdir(path).catch((again: unknown) => {
      if (errnoOf(again) !== 'EEXIST') throw again;
    });
    return first ?? path;
  }
}
