import type { Dir } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';

export interface FolderEntry {
  name: string;
  kind: 'folder' | 'file' | 'other';
}

/** A folder that is being read. */
export interface OpenFolder {
  /** Of the file system it is on: another below it is a mount of its own. */
  device: number;
  /** The next names, at most so many; none at the end. */
  read(limit: number): Promise<FolderEntry[]>;
  /** As soon as the reading under way has ended. */
  close(): Promise<void>;
}

/** The calls of a walk, by absolute path, none of which follows a link; a port, for folders that refuse or hang. */
export interface MeasureFiles {
  folder(path: string): Promise<OpenFolder>;
  /** Its apparent size; null for what is no regular file. */
  sizeOf(path: string): Promise<number | null>;
}

export const nodeMeasureFiles: MeasureFiles = {
  async folder(path) {
    // Looked at first: a folder that has become a link meanwhile is not gone into.
    const entry = await lstat(path);
    if (!entry.isDirectory()) throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' });
    const folder = await opendir(path, { bufferSize: 256 });
    let reading: Promise<unknown> = Promise.resolve();
    return {
      device: entry.dev,
      read(limit) {
        const entries = readSome(folder, limit);
        reading = entries.catch(() => undefined);
        return entries;
      },
      async close() {
        await reading;
        await folder.close();
      },
    };
  },
  async sizeOf(path) {
    const entry = await lstat(path);
    return entry.isFile() ? entry.size : null;
  },
};

async function readSome(folder: Dir, limit: number): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  while (entries.length < limit) {
    const next = await folder.read();
    if (next === null) break;
    entries.push({ name: next.name, kind: next.isDirectory() ? 'folder' : fileOrOther(next.isFile()) });
  }
  return entries;
}

const fileOrOther = (isFile: boolean) => (isFile ? 'file' : 'other');
