import { sql } from 'kysely';
import type { Db } from '../db/open.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { FolderRow } from '../db/schema-media.ts';
import { chunks } from '../lib/chunks.ts';
import type { KnownFolders } from './archive-walk.ts';

type Known = Pick<FolderRow, 'stamp' | 'clips'> & { isMounted: boolean };

/** What a look found a folder to be. */
export interface FolderNote {
  path: string;
  /** Null when it is to be read again the next time. */
  stamp: string | null;
  isMounted: boolean;
  clips: number;
}

/** Raised when what a scan takes in changes: every folder is read again then. */
const rulesVersion = '1';
const rowsAtOnce = 1000;
/** Ends the stamp of a folder that was on another file system than the archive's root. */
const mountedMark = ' mounted';

/**
 * The folders of the archive as earlier scans saw them. One whose stamp is still the same has the same entries, so
 * that only its stamp is looked at; it is stored only after what it holds is in the ledger.
 */
export class FolderBook implements KnownFolders {
  private readonly known = new Map<string, Known>();
  private readonly children = new Map<string, string[]>();
  private noted: FolderNote[] = [];
  private dropped: string[] = [];
  /** Stamps are passed over: everything is read. */
  private readonly isThorough: boolean;

  private constructor(isThorough: boolean) {
    this.isThorough = isThorough;
  }

  static async load(db: Db, { isThorough }: { isThorough: boolean }): Promise<FolderBook> {
    const isOld = (await readAppState(db, 'folders.rules')) !== rulesVersion;
    const book = new FolderBook(isThorough || isOld);
    const rows = await db.selectFrom('folder').select(['path', 'parent', 'stamp', 'clips']).execute();
    for (const { path, parent, stamp, clips } of rows) {
      book.known.set(path, { stamp, clips, isMounted: stamp?.endsWith(mountedMark) ?? false });
      if (parent === null) continue;
      const siblings = book.children.get(parent);
      const name = path.slice(parent === '' ? 0 : parent.length + 1);
      if (siblings) siblings.push(name);
      else book.children.set(parent, [name]);
    }
    for (const names of book.children.values()) names.sort();
    return book;
  }

  stampOf(path: string): string | null {
    if (this.isThorough) return null;
    const { stamp = null, isMounted = false } = this.known.get(path) ?? {};
    if (stamp === null || !isMounted) return stamp;
    return stamp.length > mountedMark.length ? stamp.slice(0, -mountedMark.length) : null;
  }

  childrenOf(path: string): readonly string[] {
    return this.children.get(path) ?? [];
  }

  clipsOf(path: string): number {
    return this.known.get(path)?.clips ?? 0;
  }

  wasMounted(path: string): boolean {
    return this.known.get(path)?.isMounted ?? false;
  }

  has(path: string): boolean {
    return this.known.has(path);
  }

  /** Of this folder or of one in it. */
  hadMounted(path: string): boolean {
    if (this.wasMounted(path)) return true;
    return this.childrenOf(path).some((name) => this.hadMounted(path === '' ? name : `${path}/${name}`));
  }

  /** Written by the next `save`. */
  note(folder: FolderNote): void {
    this.noted.push(folder);
  }

  /** A folder that is not there any more, with all that was in it. */
  drop(path: string): void {
    this.dropped.push(path);
  }

  /** What was noted of it and is not saved yet is not to be relied on: it is read again the next time. */
  unsettle(path: string): void {
    for (const folder of this.noted) if (folder.path === path) folder.stamp = null;
  }

  /** What was to be dropped stays, for it may come back. */
  keepDropped(): void {
    this.dropped = [];
  }

  /** What was noted, but for folders of which not everything is in the ledger yet. */
  async save(db: Db, { now, butFor }: { now: number; butFor: ReadonlySet<string> }): Promise<void> {
    const noted = this.noted.filter((folder) => !butFor.has(folder.path));
    this.noted = this.noted.filter((folder) => butFor.has(folder.path));
    for (const some of chunks(noted, rowsAtOnce)) await saveNotes(db, some, now);
  }

  /** At the end of a scan: what is left, and what was dropped. */
  async saveRest(db: Db, now: number): Promise<void> {
    const { dropped } = this;
    this.dropped = [];
    for (const path of dropped)
      await db
        .deleteFrom('folder')
        .where((eb) =>
          eb.or([eb('path', '=', path), eb.and([eb('path', '>=', `${path}/`), eb('path', '<', `${path}0`)])]),
        )
        .execute();
    await this.save(db, { now, butFor: new Set() });
    await writeAppState(db, 'folders.rules', rulesVersion);
  }
}

async function saveNotes(db: Db, noted: readonly FolderNote[], now: number): Promise<void> {
  const rows = noted.map(({ path, stamp, isMounted, clips }) => [
    path,
    parentOf(path),
    isMounted ? `${stamp ?? ''}${mountedMark}` : stamp,
    clips,
  ]);
  await sql`insert into folder (path, parent, stamp, clips, seen_at)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, ${now} from jsonb_each(${JSON.stringify(rows)})
    where true on conflict (path) do update
    set stamp = excluded.stamp, clips = excluded.clips, seen_at = excluded.seen_at`.execute(db);
}

function parentOf(path: string): string | null {
  if (path === '') return null;
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}
