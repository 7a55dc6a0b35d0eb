import { containerOfName } from '../../shared/clip-name.ts';
import type { DeletionWhy } from '../../shared/retention.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { FilePort } from '../archive/file-port.ts';
import { fileNameOf } from '../archive/place-policy.ts';
import type { ScanFiling } from '../archive/scan-filing.ts';
import type { FoundFile } from '../archive/scan-plan.ts';
import { decodeSidecar, isSidecarOf, sidecarPlaces, type SidecarFacts } from '../archive/sidecar.ts';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import type { ClipRow, TrashRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';
import { errnoOf } from '../lib/errors.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { AuditRepository } from './audit-repository.ts';
import { isAbsence, trashFolder } from './removal-policy.ts';
import { endClips } from './removal-settlement.ts';
import type { Remover } from './remover.ts';
import { TrashRepository } from './trash-repository.ts';

export interface TrashAdoptionDeps {
  db: Database;
  clips: ClipRepository;
  volume: ArchiveVolume;
  files: FilePort;
  filing: Pick<ScanFiling, 'file'>;
  remover: Pick<Remover, 'changeTrash' | 'mover'>;
  clock: Clock;
  log: Logger;
  /** A scan has gone through the whole archive. */
  hasScanned: () => boolean;
}

/** A file in the trash that no row tells of. */
interface Orphan {
  trashPath: string;
  /** Where it was, without the trash and its day. */
  path: string;
  file: FoundFile;
}

const filesAtOnce = 200;
const maxDepth = 16;
const maxSidecarBytes = 1024 * 1024;
const dayPattern = /^\d{4}-\d\d-\d\d$/;

/** Files in the trash of which a database knows nothing, for it was made anew, become clips in the trash again. */
export class TrashAdoption {
  private readonly deps: TrashAdoptionDeps;
  private readonly trash = new TrashRepository();
  private readonly audit = new AuditRepository();

  constructor(deps: TrashAdoptionDeps) {
    this.deps = deps;
  }

  /**
   * Looks through the trash; false while the archive was never looked through, for the clips there come first. They lie
   * in it as long as if they had come just now. Throws a `VolumeError`, what the system says, and the signal's reason.
   */
  async adopt(signal: AbortSignal): Promise<boolean> {
    const { log, hasScanned } = this.deps;
    if (!hasScanned()) return false;
    let clips = 0;
    for (const some of chunks(await this.videosIn(signal), filesAtOnce)) {
      const { trash } = await this.deps.remover.changeTrash(() => this.takeIn(some, signal));
      clips += trash.clips;
    }
    if (clips > 0) log.info({ clips }, 'files in the trash that no row told of are in it again');
    return true;
  }

  /** Paths of clips in the folders of days. */
  private async videosIn(signal: AbortSignal): Promise<string[]> {
    const found: string[] = [];
    const days = await this.names(trashFolder, signal);
    let level = days.filter((name) => dayPattern.test(name)).map((name) => `${trashFolder}/${name}`);
    for (let depth = 0; level.length > 0 && depth < maxDepth; depth++) {
      const below: string[] = [];
      for (const folder of level)
        for (const name of await this.names(folder, signal)) {
          const path = `${folder}/${name}`;
          if (containerOfName(name) !== null) found.push(path);
          else if (!/\.(json|gpx|part|tmp)$/i.test(name)) below.push(path);
        }
      level = below;
    }
    return found;
  }

  private async names(folder: string, signal: AbortSignal): Promise<string[]> {
    const { volume, files } = this.deps;
    const names = volume.run('reading the trash', async () => {
      const facts = await files.facts(volume.pathOf(folder));
      return facts.isFolder ? files.names(volume.pathOf(folder)) : [];
    });
    return unlessAborted(names, signal).catch((error: unknown) => {
      if (isAbsence(errnoOf(error))) return [];
      throw error;
    });
  }

  private async takeIn(trashPaths: readonly string[], signal: AbortSignal) {
    const { db, clock, remover } = this.deps;
    const known = await this.known(db, trashPaths);
    const unknown = trashPaths.filter((path) => !known.has(path));
    const files: Orphan[] = [];
    for (const trashPath of unknown) files.push(...(await this.orphanAt(trashPath, signal)));
    const none = { trash: { clips: 0, bytes: 0 } };
    if (files.length === 0) return none;
    // Somebody may have put another file where it was.
    const wished = files.map((orphan) => orphan.path);
    const places = await remover.mover.places(wished, signal);
    const orphans = files.map((orphan, index) => ({ ...orphan, path: places[index] ?? orphan.path }));
    const now = clock.now();
    let trash = none.trash;
    await this.deps.filing.file(
      orphans.map(({ file, path }) => ({ ...file, path })),
      {
        vanished: new Set(),
        lookedAt: now,
        along: async (trx) => {
          trash = await this.settle(trx, orphans, now);
        },
      },
    );
    return { trash };
  }

  private async known(db: Db, trashPaths: readonly string[]): Promise<Set<string>> {
    const known = await this.trash.takenAmong(db, trashPaths);
    const rows = await db
      .selectFrom('removal')
      .select('trash_path')
      .where(among('trash_path', trashPaths))
      .execute();
    for (const { trash_path: path } of rows) if (path !== null) known.add(path);
    return known;
  }

  private async orphanAt(trashPath: string, signal: AbortSignal): Promise<Orphan[]> {
    const { volume, files } = this.deps;
    const facts = await unlessAborted(
      volume.run('a file in the trash', () => files.facts(volume.pathOf(trashPath))),
      signal,
    ).catch((error: unknown) => {
      if (isAbsence(errnoOf(error))) return null;
      throw error;
    });
    if (!facts?.isFile || facts.sizeBytes === 0) return [];
    const path = trashPath.split('/').slice(2).join('/');
    const { sizeBytes } = facts;
    const file = { path, sizeBytes, mtimeMs: Math.round(facts.mtimeMs), hasGpx: false };
    return [
      {
        trashPath,
        path,
        file: { ...file, sidecar: await this.sidecarOf({ path: trashPath, sizeBytes }, signal) },
      },
    ];
  }

  private async sidecarOf(
    { path, sizeBytes }: { path: string; sizeBytes: number },
    signal: AbortSignal,
  ): Promise<SidecarFacts | null> {
    const { volume, files } = this.deps;
    for (const place of sidecarPlaces(path)) {
      const at = volume.pathOf(place);
      const read = volume.run('a sidecar in the trash', async () => {
        const facts = await files.facts(at);
        return facts.isFile && facts.sizeBytes <= maxSidecarBytes ? files.read(at) : '';
      });
      const text = await unlessAborted(read, signal).catch((error: unknown) => {
        if (isAbsence(errnoOf(error))) return '';
        throw error;
      });
      const sidecar = text === '' ? null : decodeSidecar(text);
      if (sidecar?.kind === 'ours' && isSidecarOf(sidecar, sizeBytes)) return sidecar.facts;
    }
    return null;
  }

  /** They were just filed as clips of the archive, in this very transaction: out of it, and into the trash. */
  private async settle(trx: Db, orphans: readonly Orphan[], now: number) {
    const placeOf = new Map(orphans.map((orphan) => [orphan.path, orphan.trashPath]));
    const rows = await trx
      .selectFrom('clip')
      .selectAll()
      .where(among('path', [...placeOf.keys()]))
      .where('state', '=', 'archived')
      .execute();
    if (rows.length === 0) return { clips: 0, bytes: 0 };
    const auditIds = await this.audit.insert(
      trx,
      rows.map((row) => auditRow(row, now)),
    );
    const trash = rows.map((row, index): TrashRow => ({
      clip_id: row.id,
      audit_id: auditIds[index] ?? 0,
      path: row.path ?? '',
      trash_path: placeOf.get(row.path ?? '') ?? '',
      bytes: row.size_bytes ?? 0,
      why: whyOf(row),
      trashed_at: now,
    }));
    await this.trash.insert(trx, trash);
    const ids = rows.map((row) => row.id);
    await endClips(trx, ids, 'deleted', now);
    await this.deps.clips.refresh(trx, rows);
    return { clips: rows.length, bytes: trash.reduce((sum, { bytes }) => sum + bytes, 0) };
  }
}

/** Nobody knows any more who put it there. One that a person keeps counts as put there by a rule: it never goes by itself. */
function whyOf({ kept }: Pick<ClipRow, 'kept'>): string {
  const why: DeletionWhy = kept === 1 ? { by: 'age', days: 0, rule: null } : { by: 'hand', user: null };
  return JSON.stringify(why);
}

function auditRow(row: ClipRow, at: number) {
  const { camera_id, name, channel, kind, local_start, kept, locked } = row;
  const what = { camera_id, name, channel, kind, local_start, kept, locked, bytes: row.size_bytes ?? 0 };
  return {
    at,
    action: 'trashed' as const,
    clip_id: row.id,
    ...what,
    path: row.path ?? fileNameOf(row.name),
    why: whyOf(row),
    sweep_id: null,
    gone_at: null,
    restored_at: null,
  };
}
