import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { among } from '../db/bulk.ts';
import type { Database } from '../db/open.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { readSmallText } from './book-file.ts';
import { fileNameOf } from './place-policy.ts';
import { writeGpxAnew, type ClipMove } from './scan-moves.ts';
import { readSidecarFile, type SidecarFile } from './sidecar-file.ts';
import { isSidecarOf, sidecarPlaces } from './sidecar.ts';

export interface FollowDeps {
  db: Database;
  volume: ArchiveVolume;
  log: Logger;
  signal: AbortSignal;
  /** Whether a GPX file is of our making; left out: none is touched. */
  isOwnGpx?: (text: string) => boolean;
}

const maxGpxBytes = 4 * 1024 * 1024;

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/**
 * Somebody moved clips without what lies beside them: our own files are brought along, so that none says anything of
 * another clip that comes into the old place. What another program wrote, and what is in doubt, stays. The ledger has
 * followed already; what cannot be brought is left, and said in the log. Cost: a look at each folder that something
 * left, and the files that lie there. Throws the signal's reason.
 */
export async function followMoves(deps: FollowDeps, moves: readonly ClipMove[]): Promise<void> {
  const folders = new Map<string, ClipMove[]>();
  for (const move of moves) {
    const folder = folderOf(move.from);
    const some = folders.get(folder);
    if (some) some.push(move);
    else folders.set(folder, [move]);
  }
  const follower = new Follower(deps);
  for (const [folder, some] of folders) await follower.follow(folder, some);
  await follower.end();
}

class Follower {
  private readonly deps: FollowDeps;
  private readonly sidecars: number[] = [];
  private readonly gpx: number[] = [];
  private readonly touched = new Set<string>();

  constructor(deps: FollowDeps) {
    this.deps = deps;
  }

  async follow(folder: string, moves: readonly ClipMove[]): Promise<void> {
    await this.inPeace(folder, async () => {
      const names = await this.namesIn(folder);
      for (const move of moves) {
        // Another clip is there by now: what lies beside it may be its own.
        if (names.has(fileNameOf(move.from))) continue;
        await this.inPeace(move.from, () => this.bring(move, names));
      }
    });
  }

  /** What was brought is brought up to date by whoever writes it: it may tell of the old place. */
  async end(): Promise<void> {
    const { db } = this.deps;
    for (const folder of this.touched)
      await this.inPeace(folder, () =>
        this.run('making a folder durable', () => fsyncFolder(this.pathOf(folder))),
      );
    if (this.sidecars.length + this.gpx.length === 0) return;
    await db.transaction().execute(async (trx) => {
      const archived = trx.updateTable('clip').where('state', '=', 'archived');
      await archived.set({ sidecar_due: 1 }).where(among('id', this.sidecars)).execute();
      await archived.set({ gpx_sidecar: 1 }).where(among('id', this.gpx)).execute();
      await writeGpxAnew(trx, this.gpx);
    });
  }

  private async bring(move: ClipMove, names: ReadonlySet<string>): Promise<void> {
    for (const place of sidecarPlaces(move.from))
      if (names.has(fileNameOf(place))) await this.bringSidecar(move, place);
    const gpx = `${move.from}.gpx`;
    if (names.has(fileNameOf(gpx)) && (await this.isOwnGpx(gpx))) await this.bringGpx(move, gpx);
  }

  private async bringSidecar(move: ClipMove, from: string): Promise<void> {
    const old = await this.sidecarAt(from);
    if (old.kind !== 'ours' || !isSidecarOf(old, move.file.sizeBytes)) return;
    for (const place of sidecarPlaces(move.file.path)) {
      const there = await this.sidecarAt(place);
      if (there.kind === 'none') {
        await this.rename(from, place);
        this.sidecars.push(move.id);
        return;
      }
      // It was copied along, or was written anew. What others wrote into the old one is not ours to throw away.
      if (there.kind === 'ours') {
        if (Object.keys(old.rest).length === 0) await this.remove(from);
        return;
      }
    }
  }

  private async bringGpx(move: ClipMove, from: string): Promise<void> {
    const to = `${move.file.path}.gpx`;
    if (await this.isThere(to)) {
      if (await this.isOwnGpx(to)) await this.remove(from);
      return;
    }
    await this.rename(from, to);
    this.gpx.push(move.id);
  }

  private async isOwnGpx(path: string): Promise<boolean> {
    const { isOwnGpx } = this.deps;
    if (!isOwnGpx) return false;
    const text = await this.run('reading a GPX file', () => readSmallText(this.pathOf(path), maxGpxBytes));
    return text !== null && isOwnGpx(text);
  }

  private sidecarAt(path: string): Promise<SidecarFile> {
    return unlessAborted(readSidecarFile(this.deps.volume, path), this.deps.signal);
  }

  private isThere(path: string): Promise<boolean> {
    return this.run('looking for a GPX file', () =>
      lstat(this.pathOf(path)).then(
        () => true,
        (error: unknown) => {
          if (errnoOf(error) === 'ENOENT') return false;
          throw error;
        },
      ),
    );
  }

  private async rename(from: string, to: string): Promise<void> {
    await this.run('bringing along what lay beside a clip', () => rename(this.pathOf(from), this.pathOf(to)));
    this.touched.add(folderOf(from)).add(folderOf(to));
  }

  private async remove(path: string): Promise<void> {
    await this.run('removing what stayed behind', () => rm(this.pathOf(path), { force: true }));
    this.touched.add(folderOf(path));
  }

  private async namesIn(folder: string): Promise<Set<string>> {
    const names = await this.run('looking for what stayed behind', () =>
      readdir(this.pathOf(folder)).catch((error: unknown) => {
        if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
        throw error;
      }),
    );
    return new Set(names);
  }

  private async inPeace(path: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.deps.signal.throwIfAborted();
      this.deps.log.warn({ path, reason: messageOf(error) }, 'what lay beside a moved clip stayed behind');
    }
  }

  private run<T>(what: string, call: () => Promise<T>): Promise<T> {
    const { volume, signal } = this.deps;
    signal.throwIfAborted();
    return unlessAborted(volume.run(what, call), signal);
  }

  private pathOf(path: string): string {
    return this.deps.volume.pathOf(path);
  }
}
