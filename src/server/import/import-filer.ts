import { constants } from 'node:fs';
import { open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { archivePath, numberedPath } from '../archive/layout.ts';
import type { SidecarFacts } from '../archive/sidecar.ts';
import type { FoundFile } from '../archive/scan-plan.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { fileSource } from '../lib/byte-source.ts';
import { readClipFacts } from '../lib/clip-structure.ts';
import { AppError } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';
import type { Mp4Facts } from '../lib/mp4-boxes.ts';
import { hashOf, SourceError } from './import-bytes.ts';
import { nothingSaid } from './import-judge.ts';
import { commitClip, type ImportLedgerDeps, type ImportPatch } from './import-ledger.ts';
import type { ImportName } from './import-name-policy.ts';
import { ImportRepository } from './import-repository.ts';
import { bytesAt, makeFolderOf } from './import-stage.ts';
import type { ImportDeps } from './import-types.ts';

export type FilerDeps = ImportLedgerDeps & Pick<ImportDeps, 'volume' | 'settings' | 'log'>;

/** A file whose bytes are all here. */
export interface Arrived {
  itemId: number;
  name: ImportName;
  cameraId: number | null;
  /** Where they are, below the archive root. */
  staged: string;
  bytes: number;
  sha256: string;
  mtimeMs: number;
  /** Of the GPX file that came along. */
  gpx: Uint8Array | null;
  /** What its sidecar says, where it comes from an archive. */
  sidecar: SidecarFacts | null;
  /** A rule would delete it: it is pinned. */
  pin: boolean;
  /** State of the row of the import once the clip is in the ledger. */
  itemState: 'coming' | 'done';
}

/**
 * `filed`: the clip is in the archive; `known`: the same bytes were there, and nothing was filed; `busy`: just being
 * fetched from its camera.
 */
export type Filed =
  { kind: 'filed'; clip: ClipRow; wasWanted: boolean } | { kind: 'known'; clip: ClipRow } | { kind: 'busy' };

const maxNumber = 100;
const fsyncTimeoutMs = 120_000;
const never = new AbortController().signal;

/**
 * Files what an import brought: structure read, time set, fsync, rename, fsync of the folder, then one transaction that
 * says so, through the same decisions as a scan. A crash between any two leaves a file that the next try recognises
 * by its content.
 */
export class ImportFiler {
  private readonly deps: FilerDeps;
  private readonly repository = new ImportRepository();

  constructor(deps: FilerDeps) {
    this.deps = deps;
  }

  async file(arrived: Arrived): Promise<Filed> {
    const { db, clips } = this.deps;
    const twin = await this.twinOf(arrived);
    if (twin) return { kind: 'known', clip: await this.markLocked(twin, arrived) };
    const camera = await this.cameraOf(db, arrived.cameraId);
    const facts = await this.settle(arrived);
    const wished = this.wishedPath(arrived, camera);
    const taker = await this.takerOf(arrived, camera, wished);
    if (taker === 'busy') return { kind: 'busy' };
    const place = await this.choose(wished, arrived, taker);
    const hasGpx = await this.bringGpx(place.path, arrived.gpx);
    if (!place.isThere) await this.moveIntoPlace(arrived, place.path);
    const found = foundFile(arrived, { path: place.path, hasGpx });
    const done = await db.transaction().execute(async (trx) => {
      const committed = await commitClip(this.deps, trx, {
        found,
        camera,
        kind: arrived.name.kind,
        patch: patchOf(arrived, facts, this.deps.clock.now()),
      });
      const clip = committed && (await clips.byId(trx, committed.id));
      if (!clip || !committed) return null;
      await this.repository.changeItem(trx, arrived.itemId, {
        state: arrived.itemState,
        clip_id: clip.id,
        received_bytes: arrived.bytes,
        message: facts.flaw,
      });
      return { clip, wasWanted: committed.wasWanted };
    });
    // The file stays, and a scan takes it in should nobody else: its row is just being changed by somebody else.
    return done === null ? { kind: 'busy' } : { kind: 'filed', ...done };
  }

  /** Where a crash right after the rename left these bytes without a row; null when it did not. */
  async leftInPlace({
    name,
    cameraId,
    mtimeMs,
    bytes,
  }: Pick<Arrived, 'name' | 'cameraId' | 'mtimeMs' | 'bytes'>) {
    const { db, clips, volume } = this.deps;
    const wished = this.wishedPath({ name, mtimeMs }, await this.cameraOf(db, cameraId));
    const isFree = !(await clips.pathIsTaken(db, wished, 0));
    return isFree && (await bytesAt(volume, wished)) === bytes ? wished : null;
  }

  private wishedPath(
    { name, mtimeMs }: Pick<Arrived, 'name' | 'mtimeMs'>,
    camera: { archive_folder: string },
  ): string {
    return archivePath({
      name: name.name,
      localStart: name.parsed?.localStart ?? localOf(mtimeMs),
      kind: name.kind,
      layout: this.deps.settings().layout,
      cameraFolder: camera.archive_folder,
    });
  }

  /** An archived clip with the same bytes: by its hash under any name, or under its name by reading it. */
  private async twinOf(arrived: Arrived): Promise<ClipRow | undefined> {
    const { db, clips, ledger } = this.deps;
    const [same] = await this.repository.clipsOfContent(db, arrived.bytes, arrived.sha256);
    if (same !== undefined) return clips.byId(db, same);
    const rows = await ledger.rowsOf(db, { names: [arrived.name.name], paths: [] });
    const alike = rows.filter((row) => row.state === 'archived' && row.size_bytes === arrived.bytes);
    for (const { id, path } of alike) {
      const row = await clips.byId(db, id);
      if (path === null || !row) continue;
      if (await this.hasContent(path, arrived.sha256)) return row;
    }
    return undefined;
  }

  private async hasContent(path: string, sha256: string): Promise<boolean> {
    const read = await hashOf(this.deps.volume, path, never).catch((error: unknown) => {
      if (error instanceof SourceError) return null;
      throw error;
    });
    return read?.sha256 === sha256;
  }

  /** What the card says to be write-protected, is so here too. */
  async markLocked(clip: ClipRow, { name }: Pick<Arrived, 'name'>): Promise<ClipRow> {
    if (!name.locked || clip.locked === 1) return clip;
    const { db, clips } = this.deps;
    await db.transaction().execute((trx) => clips.patch(trx, clip.id, { locked: 1 }));
    return { ...clip, locked: 1 };
  }

  /** As a scan does it: a clip belongs to a camera, before there is one to one whose address is still to be told. */
  private async cameraOf(db: Db, id: number | null): Promise<{ id: number; archive_folder: string }> {
    const known = await db.selectFrom('camera').select(['id', 'archive_folder']).orderBy('id').execute();
    const camera = known.find((one) => one.id === id) ?? (id === null ? known[0] : undefined);
    if (camera) return camera;
    if (known.length > 0) throw new AppError('not_found', `There is no camera ${id}.`);
    return db
      .insertInto('camera')
      .values({
        name: 'Dashcam',
        address: '',
        archive_folder: '',
        enabled: 0,
        created_at: this.deps.clock.now(),
      })
      .returning(['id', 'archive_folder'])
      .executeTakeFirstOrThrow();
  }

  /** Reads the structure, sets the file's time and brings everything to the disk itself. */
  private async settle(arrived: Arrived): Promise<Mp4Facts> {
    const { volume } = this.deps;
    const place = volume.pathOf(arrived.staged);
    const handle = await volume.run('opening a clip', () => open(place, constants.O_RDWR));
    try {
      const { size } = await volume.run('measuring a clip', () => handle.stat());
      if (size !== arrived.bytes)
        throw new Error(`${size} bytes are on the disk of ${arrived.bytes} that came.`);
      const container = arrived.name.parsed?.container ?? containerOf(arrived.name.name);
      const facts = await volume.run('checking a clip', () =>
        readClipFacts(fileSource(handle, size), container),
      );
      const seconds = arrived.mtimeMs / 1000;
      await volume.run('setting the time of a clip', () => handle.utimes(seconds, seconds));
      await volume.run('writing a clip to the disk', () => handle.sync(), fsyncTimeoutMs);
      return facts;
    } finally {
      await volume.release(handle);
    }
  }

  /** The row that this file will give a file, whose place may be its; null: it gets one of its own. */
  private async takerOf(
    arrived: Arrived,
    camera: { id: number; archive_folder: string },
    path: string,
  ): Promise<number | 'busy' | null> {
    const { db, ledger, clock, times } = this.deps;
    const found = foundFile(arrived, { path, hasGpx: false });
    const named = await ledger.rowsOf(db, { names: [arrived.name.name], paths: [] });
    const known = named.filter((row) => row.camera_id === camera.id);
    const place = await times.of(db, camera.id);
    const plan = ledger.planScan({
      files: [found],
      cameras: [camera],
      known: known.map((row) => (row.path === path ? { ...row, path: null } : row)),
      targets: new Set(),
      vanished: new Set(),
      lookedAt: clock.now(),
      now: clock.now(),
      place: (localStart) => place.place(localStart),
    });
    if (plan.left > 0) return 'busy';
    const attach = plan.steps.find((step) => step.kind === 'attach');
    return attach?.id ?? null;
  }

  /** A free place, or one where these very bytes lie without a row: from a try that a crash cut short. */
  private async choose(
    wished: string,
    arrived: Arrived,
    taker: number | null,
  ): Promise<{ path: string; isThere: boolean }> {
    const { db, clips, volume } = this.deps;
    for (let number = 1; number <= maxNumber; number++) {
      const path = number === 1 ? wished : numberedPath(wished, number);
      if (await clips.pathIsTaken(db, path, taker ?? 0)) continue;
      const bytes = await bytesAt(volume, path);
      if (bytes === null) return { path, isThere: false };
      if (path === arrived.staged) return { path, isThere: true };
      if (bytes === arrived.bytes && (await this.hasContent(path, arrived.sha256)))
        return { path, isThere: true };
    }
    throw new Error(`${wished} and ${maxNumber - 1} numbered names beside it are other files.`);
  }

  private async moveIntoPlace({ staged }: Arrived, path: string): Promise<void> {
    const { volume } = this.deps;
    await makeFolderOf(volume, path);
    if ((await bytesAt(volume, path)) !== null)
      throw new Error(`${path} appeared just now; it is left alone.`);
    await volume.run('filing a clip', async () => {
      await rename(volume.pathOf(staged), volume.pathOf(path));
      await fsyncFolder(dirname(volume.pathOf(path)));
    });
  }

  /** Puts the GPX file beside the clip, unless one lies there; returns whether one does. */
  private async bringGpx(path: string, gpx: Uint8Array | null): Promise<boolean> {
    const { volume } = this.deps;
    const place = `${path}.gpx`;
    if ((await bytesAt(volume, place)) !== null) return true;
    if (gpx === null) return false;
    await makeFolderOf(volume, place);
    await volume.run('writing a GPX file', async () => {
      // Begun under another name: half of one would be read as a short drive.
      const temporary = `${volume.pathOf(place)}.import.tmp`;
      await writeFile(temporary, gpx, { flush: true });
      await rename(temporary, volume.pathOf(place));
      await fsyncFolder(dirname(temporary));
    });
    return true;
  }

  /** A GPX file that came after its clip: put beside it, and its positions are read anew. False: there is one. */
  async addGpx(clipId: number, gpx: Uint8Array): Promise<boolean> {
    const { db, clips, volume } = this.deps;
    const clip = await clips.byId(db, clipId);
    if (!clip || clip.path === null || clip.state !== 'archived') return false;
    if ((await bytesAt(volume, `${clip.path}.gpx`)) !== null) return false;
    await this.bringGpx(clip.path, gpx);
    await db.transaction().execute((trx) => clips.patch(trx, clipId, { gpx_sidecar: 1, track_due: 1 }));
    return true;
  }
}

const localOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

const containerOf = (name: string): 'mp4' | 'mov' | 'ts' | 'jpg' => {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return ending === 'mov' || ending === 'ts' || ending === 'jpg' ? ending : 'mp4';
};

function foundFile(arrived: Arrived, { path, hasGpx }: { path: string; hasGpx: boolean }): FoundFile {
  const { sidecar, name, pin, bytes, mtimeMs } = arrived;
  const said = sidecar ?? nothingSaid;
  return {
    path,
    sizeBytes: bytes,
    mtimeMs,
    hasGpx,
    sidecar: {
      ...said,
      name: said.name ?? name.name,
      locked: said.locked || name.locked,
      kept: said.kept || pin,
    },
  };
}

/** A copy that is no whole recording counts as found: should its camera list it, that one is fetched as well. */
function patchOf(arrived: Arrived, facts: Mp4Facts, now: number): ImportPatch {
  return {
    origin: facts.complete ? 'import' : 'found',
    sha256: arrived.sha256,
    verified_at: now,
    archived_at: now,
    media_duration_ms: facts.durationMs,
    duration_ms: facts.durationMs,
    video_codec: facts.videoCodec,
    audio_codec: facts.audioCodec,
    width: facts.width,
    height: facts.height,
    fps: facts.fps,
    complete: facts.complete ? 1 : 0,
    media_due: 1,
    track_due: 1,
    last_error: facts.flaw,
  };
}
