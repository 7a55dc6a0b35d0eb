import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';
import type { Logger } from '../lib/logger.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { bookPlaces, decodeBook, type Book, type BookReading } from './book.ts';

/** A file of the book is far smaller; what is larger is another program's. */
const maxBookBytes = 64 * 1024 * 1024;

export type BookFile<T> = (BookReading<T> & { text: string }) | { kind: 'none' };

/** Reads what is at a place of the book. Throws what the volume says, but not when nothing is there. */
export async function readBookFile<T>(
  volume: ArchiveVolume,
  path: string,
  { key, schema }: { key: string; schema: z.ZodType<T> },
): Promise<BookFile<T>> {
  const text = await volume.run('reading what is kept beside the recordings', () =>
    readSmallText(volume.pathOf(path), maxBookBytes).catch((error: unknown) => {
      if (['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return new Error(messageOf(error));
      throw error;
    }),
  );
  if (text instanceof Error) return { kind: 'broken', reason: text.message, text: '' };
  if (text === null) return { kind: 'none' };
  return text === '' ? { kind: 'foreign', text } : { ...decodeBook(text, key, schema), text };
}

/** Whether something is there of which nothing can be told, not even that it is another program's. */
export const isUnreadable = (file: BookFile<unknown>): boolean =>
  file.kind === 'broken' || (file.kind === 'foreign' && file.text === '');

/** The contents of a file of the book; null where there is none that can be read. */
export async function readBook<T>(
  { volume, log }: { volume: ArchiveVolume; log: Logger },
  book: Book<T>,
): Promise<T | null> {
  for (const path of bookPlaces(book.name)) {
    const file = await readBookFile(volume, path, { key: book.name, schema: book.schema });
    if (file.kind === 'ours') return file.contents;
    if (file.kind === 'broken')
      log.warn({ path, reason: file.reason }, 'it cannot be read; it is left as it is');
  }
  return null;
}

/**
 * The text of a file: null when there is nothing, empty for what is no file of ours (a link, a pipe, larger than
 * `maxBytes`).
 */
export async function readSmallText(path: string, maxBytes: number): Promise<string | null> {
  // A pipe would wait for a writer for ever, a link may lead anywhere.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: unknown) => {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'ELOOP' || code === 'ENXIO') return undefined;
    throw error;
  });
  if (!file) return file === null ? null : '';
  try {
    const entry = await file.stat();
    return entry.isFile() && entry.size <= maxBytes ? await file.readFile('utf8') : '';
  } finally {
    await file.close();
  }
}

/** Makes a folder below the root with those above it, durably; throws where something else, or a link, is in its place. */
export async function makeFolders(root: string, folder: string): Promise<void> {
  let at = root;
  for (const part of folder.split('/')) {
    at = join(at, part);
    const made = await mkdir(at).then(
      () => true,
      (error: unknown) => {
        if (errnoOf(error) !== 'EEXIST') throw error;
        return false;
      },
    );
    if (made) await fsyncFolder(dirname(at));
    else if (!(await lstat(at)).isDirectory())
      throw Object.assign(new Error(`${at} is not a folder`), { code: 'ENOTDIR' });
  }
}

/** Removes what writes that were cut off left in a folder of the book. */
export async function clearUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  });
  for (const name of names)
    if (/\.json\.[\da-f]{8}\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
}
