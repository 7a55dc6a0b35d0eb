import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isUsable } from '../../shared/status.ts';
import { readAppState } from '../db/app-state.ts';
import type { Database, Db } from '../db/open.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { fsyncFolder, writeFileAtomic } from '../lib/files.ts';
import type { Logger } from '../lib/logger.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { bookFolder, bookPlaces, encodeBook, type Book, type BookName } from './book.ts';
import { clearUnfinished, isUnreadable, makeFolders, readBookFile, type BookFile } from './book-file.ts';

export interface BookWriterDeps {
  db: Database;
  volume: ArchiveVolume;
  log: Logger;
  books: readonly Book<unknown>[];
  /** Makes a change of the volume when those before it have ended. */
  inTurn: (change: () => Promise<void>) => Promise<void>;
  /** A file of the book that cannot be read, which stays as it is; null: there is none. */
  onUnreadable?: ((name: BookName, path: string | null) => Promise<void>) | undefined;
  /** The call's outcome, or an error when the program ends. */
  unlessStopped: <T>(call: Promise<T>) => Promise<T>;
}

type Usable = Extract<BookFile<unknown>, { kind: 'ours' | 'none' }>;

/** Whole-volume trouble: the same would be said of every file. */
const ofVolume = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/**
 * Writes the book of the archive, so that what only this program knows outlives the database. What it wrote last is
 * remembered: as long as nothing changes, the volume is not touched.
 */
export class BookWriter {
  private readonly deps: BookWriterDeps;
  private readonly written = new Map<BookName, string>();
  private due: Set<BookName>;
  private refused = new Set<BookName>();
  private hasCleared = false;

  constructor(deps: BookWriterDeps) {
    this.deps = deps;
    this.due = this.all();
  }

  /** Something of it may be other than it was; nothing named: all of it. */
  note(...names: BookName[]): void {
    for (const name of names.length > 0 ? names : this.all()) this.due.add(name);
  }

  /** A few small queries where nothing is to be written. Throws what the volume says. */
  async bringUpToDate(): Promise<void> {
    const { db, volume, books } = this.deps;
    if (this.due.size === 0 || !isUsable(volume.status)) return;
    const marker = await readAppState(db, 'archive.marker');
    // What the archive tells must be read before it is written over.
    if (marker === null || (await unreadBook(db)) !== null) return;
    const { due } = this;
    this.due = new Set();
    try {
      for (const book of books) if (due.has(book.name)) await this.bring(book, marker);
    } catch (error) {
      for (const name of due) this.due.add(name);
      throw error;
    }
  }

  private async bring(book: Book<unknown>, marker: string): Promise<void> {
    const { volume, log, unlessStopped, db } = this.deps;
    const said = await book.said(db);
    const told = JSON.stringify([marker, said]);
    if (told === this.written.get(book.name)) return;
    // A share that was unmounted must not be written into.
    if (!isUsable(await unlessStopped(volume.check()))) return this.note(book.name);
    try {
      const place = await this.place(book);
      if (place) await this.write(place, said, book.name);
      this.written.set(book.name, told);
    } catch (error) {
      const code = errnoOf(error);
      if (code === undefined || ofVolume.has(code)) throw error;
      // Of this one file: the next change of it tries again.
      if (!this.refused.has(book.name))
        log.warn(
          { book: book.name, reason: messageOf(error) },
          'a copy beside the recordings was not written',
        );
      this.refused.add(book.name);
    }
  }

  private async write(
    { path, before }: { path: string; before: Usable },
    said: object | null,
    key: BookName,
  ): Promise<void> {
    const text = encodeBook(key, said, before.kind === 'ours' ? before.rest : {});
    if (text === (before.kind === 'ours' ? before.text : null)) return;
    const { volume, inTurn, unlessStopped } = this.deps;
    await unlessStopped(
      inTurn(async () => {
        await replaceText(volume, path, text);
        if (!this.hasCleared) await clearUnfinished(volume.pathOf(bookFolder));
        this.hasCleared = true;
      }),
    );
  }

  private async place({
    name,
    schema,
  }: Book<unknown>): Promise<{ path: string; before: Usable } | undefined> {
    const { volume, unlessStopped } = this.deps;
    let free: { path: string; before: Usable } | undefined;
    let unreadable: string | null = null;
    for (const path of bookPlaces(name)) {
      const before = await unlessStopped(readBookFile(volume, path, { key: name, schema }));
      if (isUnreadable(before)) unreadable ??= path;
      if (before.kind === 'none') free ??= { path, before };
      if (before.kind !== 'ours') continue;
      free = { path, before };
      break;
    }
    await this.deps.onUnreadable?.(name, unreadable);
    return free;
  }

  private all(): Set<BookName> {
    return new Set(this.deps.books.map((book) => book.name));
  }
}

/** The id of the archive, when it was not read yet what its book tells. */
export async function unreadBook(db: Db): Promise<string | null> {
  const marker = await readAppState(db, 'archive.marker');
  return marker === (await readAppState(db, 'archive.book')) ? null : marker;
}

/** Puts a text at a place below the archive root, whole at any moment; null: nothing is to be there. */
export async function replaceText(volume: ArchiveVolume, path: string, text: string | null): Promise<void> {
  const file = volume.pathOf(path);
  if (text !== null) {
    await makeFolders(volume.root, dirname(path));
    return writeFileAtomic(file, text);
  }
  await rm(file, { force: true });
  await fsyncFolder(dirname(file));
}
