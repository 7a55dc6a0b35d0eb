import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { lstat, readdir } from 'node:fs/promises';
import type { ImportOptions, ImportVerdict } from '../../shared/imports.ts';
import { isUsable } from '../../shared/status.ts';
import type { PartFile } from '../archive/part-file.ts';
import { decodeSidecar, isSidecarOf, sidecarPlaces, type SidecarFacts } from '../archive/sidecar.ts';
import type { ClipRow } from '../db/schema.ts';
import type { ImportItemRow, ImportRow } from '../db/schema-media.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { VolumeError } from '../lib/volume-error.ts';
import {
  hashOf,
  lookAlike,
  OpenSource,
  removeSource,
  runsOf,
  SourceError,
  type FileStamp,
} from './import-bytes.ts';
import type { Filed, ImportFiler } from './import-filer.ts';
import type { ImportJudge, JudgedFile } from './import-judge.ts';
import { comesIn } from './import-plan.ts';
import { optionsOf, type ImportRepository } from './import-repository.ts';
import { NoRoom, type ImportRoom } from './import-room.ts';
import type { ImportStage } from './import-stage.ts';
import type { ImportDeps, SourceVolume } from './import-types.ts';

export interface RunDeps extends Pick<ImportDeps, 'db' | 'clips' | 'volume' | 'clock' | 'log'> {
  repository: ImportRepository;
  judge: ImportJudge;
  stage: ImportStage;
  filer: ImportFiler;
  room: ImportRoom;
  /** One file is filed at a time, whatever it came from. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  onArchived: (clip: ClipRow, wasWanted: boolean) => void;
  /** Bytes of the file that is coming in; null when none is. */
  onProgress: (coming: { itemId: number; bytes: number } | null) => void;
}

/** The source of an import is not there as a whole: it waits for a person to bring it back. */
export class SourceGone extends Error {
  override name = 'SourceGone';
}

const pageSize = 200;
const maxGpxBytes = 64 * 1024 * 1024;
const maxSidecarBytes = 1024 * 1024;

/** A file that is copied, with all that is known of it. */
interface Copied {
  sha256: string;
  bytes: number;
  stamp: FileStamp;
}

/** Brings the files of one folder in, the newest first, each of them whole before the next. */
export class ImportRun {
  private readonly deps: RunDeps;
  private readonly row: ImportRow;
  private readonly options: ImportOptions;
  private readonly source: SourceVolume;
  private readonly signal: AbortSignal;

  constructor(deps: RunDeps, on: { row: ImportRow; source: SourceVolume; signal: AbortSignal }) {
    this.deps = deps;
    this.row = on.row;
    this.options = optionsOf(on.row);
    this.source = on.source;
    this.signal = on.signal;
  }

  /**
   * To its end; what came in stays, whatever stops it. Rejects with `SourceGone`, a `VolumeError` (of the recordings
   * volume, or of a source that does not answer), and the signal's reason.
   */
  async run(): Promise<void> {
    await this.recover();
    for (const known of [false, true]) {
      for (;;) {
        const { repository, db } = this.deps;
        const items = await repository.planned(db, this.row.id, { known, limit: pageSize });
        if (items.length === 0) break;
        for (const item of items) {
          this.signal.throwIfAborted();
          await this.bring(item);
          this.deps.onProgress(null);
        }
        await yieldToOthers();
      }
    }
  }

  /** What was on its way when the program ended: copied anew, or already in the ledger and only to be finished. */
  private async recover(): Promise<void> {
    const { repository, db } = this.deps;
    for (const item of await repository.itemsInState(db, this.row.id, 'coming')) {
      if (item.clip_id === null)
        await repository.changeItem(db, item.id, { state: 'planned', received_bytes: 0 });
      else await this.finishMove(item, item.clip_id);
    }
  }

  private async bring(item: ImportItemRow): Promise<void> {
    try {
      await (item.verdict === 'known' ? this.compare(item) : this.take(item));
    } catch (error) {
      this.signal.throwIfAborted();
      await this.note(item, error);
    }
  }

  /** One file's own fault is noted with it; anything that would be every file's is thrown. */
  private async note(item: ImportItemRow, error: unknown): Promise<void> {
    const { repository, db, stage, log } = this.deps;
    await this.requireSource();
    if (error instanceof NoRoom) {
      await stage.drop(item.id);
      return this.leave(item, { verdict: 'too_big', message: error.message });
    }
    if (error instanceof SourceError) {
      await stage.drop(item.id);
      const verdict: ImportVerdict = error.isGone ? item.verdict : 'unreadable';
      log.warn(
        { importId: this.row.id, itemId: item.id, reason: error.message },
        'a file could not be imported',
      );
      return repository.changeItem(db, item.id, {
        state: 'failed',
        verdict,
        message: error.message,
        received_bytes: 0,
      });
    }
    if (error instanceof VolumeError) throw error;
    const code = errnoOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      // Half a file would take the room of a smaller one.
      await stage.drop(item.id);
      return this.leave(item, { verdict: 'too_big', message: 'The recordings volume is full.' });
    }
    const status = await this.deps.volume.check();
    if (!isUsable(status))
      throw new VolumeError(status.state, status.message ?? 'The recordings volume is not ready.');
    if (code === undefined) log.error({ err: error, itemId: item.id }, 'a file could not be imported');
    await stage.drop(item.id);
    await repository.changeItem(db, item.id, {
      state: 'failed',
      message: messageOf(error),
      received_bytes: 0,
    });
  }

  /** A card that was pulled fails every file: that is no fault of any of them. */
  private async requireSource(): Promise<void> {
    try {
      await this.source.run('looking at the folder', async () => {
        await lstat(this.source.pathOf(''));
        await readdir(this.source.pathOf(''));
      });
    } catch (error) {
      if (error instanceof VolumeError)
        throw new SourceGone(`${this.row.source} does not answer.`, { cause: error });
      throw new SourceGone(`${this.row.source} is not there any more. Bring it back and go on.`, {
        cause: error,
      });
    }
  }

  private leave(
    item: ImportItemRow,
    change: { verdict: ImportVerdict; message: string | null; clip_id?: number },
  ) {
    const { repository, db } = this.deps;
    return repository.changeItem(db, item.id, { state: 'left', received_bytes: 0, ...change });
  }

  private async take(item: ImportItemRow): Promise<void> {
    const { repository, db } = this.deps;
    // The ledger may have changed since the dry run: a camera has been here, a rule is another one.
    const judged = await this.judged(item);
    if (judged.verdict === 'known') return this.compareWith(item, judged.clipId ?? 0);
    const isWanted = judged.verdict === 'too_big' || comesIn(judged.verdict, this.options);
    if (!isWanted) return this.leave(item, { verdict: judged.verdict, message: judged.message });
    await repository.changeItem(db, item.id, { state: 'coming', message: null });
    const giveBack = await this.makeRoom(item, judged);
    try {
      const copied = await this.copy(item);
      await this.deps.inTurn(() => this.file(item, judged, copied));
    } finally {
      giveBack();
    }
  }

  private makeRoom(item: ImportItemRow, { startedAt }: JudgedFile): Promise<() => void> {
    const { name, bytes } = item;
    return this.deps.room.take({ name, bytes, have: 0, startedAt }, this.signal);
  }

  /** Into the stage, hashed on the way, and on the disk itself at the end; what is a hole at its source stays one. */
  private async copy(item: ImportItemRow): Promise<Copied> {
    const { stage, onProgress } = this.deps;
    const source = await OpenSource.open(this.source, item.path, this.signal);
    try {
      if (source.stamp.bytes !== item.bytes)
        throw new SourceError('It is not the file that was looked at: its size is another.', true);
      const part = await stage.open(item.id, 0);
      try {
        for await (const piece of source.pieces()) {
          this.signal.throwIfAborted();
          if (source.stamp.isSparse) await appendSparse(part, piece);
          else await part.append(piece);
          onProgress({ itemId: item.id, bytes: part.bytes });
        }
        await part.sync();
        await source.requireUnchanged();
        return { sha256: part.digest(), bytes: part.bytes, stamp: source.stamp };
      } finally {
        await part.close();
      }
    } finally {
      await source.close();
    }
  }

  private async file(item: ImportItemRow, judged: JudgedFile, copied: Copied): Promise<void> {
    const { filer, stage, clock, repository, db } = this.deps;
    const { move } = this.options;
    const filed = await filer.file({
      itemId: item.id,
      name: judged.name,
      cameraId: judged.cameraId,
      staged: stage.pathOf(item.id),
      bytes: copied.bytes,
      sha256: copied.sha256,
      mtimeMs: Math.round(item.mtime_ms ?? clock.now()),
      gpx: item.has_gpx === 1 ? await this.companion(`${item.path}.gpx`, maxGpxBytes) : null,
      sidecar: await this.sidecarOf({ path: item.path, sizeBytes: copied.bytes }),
      pin: judged.verdict === 'too_old',
      itemState: move ? 'coming' : 'done',
    });
    await stage.drop(item.id);
    if (filed.kind === 'busy')
      return this.leave(item, { verdict: 'wanted', message: 'It is just being fetched from its camera.' });
    this.tell(filed);
    if (filed.kind === 'known') await repository.changeItem(db, item.id, { verdict: 'known' });
    if (move) return this.remove(item, { clip: filed.clip, sha256: copied.sha256, stamp: copied.stamp });
    if (filed.kind === 'known')
      await this.leave(item, { verdict: 'known', message: null, clip_id: filed.clip.id });
  }

  private tell(filed: Exclude<Filed, { kind: 'busy' }>): void {
    if (filed.kind === 'filed') this.deps.onArchived(filed.clip, filed.wasWanted);
  }

  /** What is known by name and size is looked at: two cameras may name clips alike, and make them of equal size. */
  private async compare(item: ImportItemRow): Promise<void> {
    const judged = await this.judged(item);
    if (judged.verdict !== 'known') return this.take({ ...item, verdict: judged.verdict });
    await this.compareWith(item, judged.clipId ?? 0);
  }

  private async compareWith(item: ImportItemRow, clipId: number): Promise<void> {
    const { db, clips, volume, filer } = this.deps;
    const clip = await clips.byId(db, clipId);
    if (!clip || clip.state !== 'archived' || clip.path === null)
      return this.leave(item, { verdict: 'known', message: item.message, clip_id: clipId });
    const archived = { volume, path: clip.path };
    const isSame = await lookAlike({ volume: this.source, path: item.path }, archived, this.signal);
    if (!isSame) return this.takeOther(item);
    await filer.markLocked(clip, { name: (await this.judged(item)).name });
    if (!this.options.move) return this.leave(item, { verdict: 'known', message: null, clip_id: clipId });
    const { sha256, stamp } = await hashOf(this.source, item.path, this.signal);
    await this.remove(item, { clip, sha256, stamp });
  }

  private judged(item: ImportItemRow): Promise<JudgedFile> {
    const file = { path: item.path, bytes: item.bytes, mtimeMs: item.mtime_ms };
    return this.deps.judge.judgeOne(file, this.row.camera_id);
  }

  /** Other bytes under a name that is here already: a clip of its own. */
  private async takeOther(item: ImportItemRow): Promise<void> {
    const { repository, db } = this.deps;
    const judged = await this.judged(item);
    await repository.changeItem(db, item.id, { state: 'coming', verdict: 'new', message: null });
    const giveBack = await this.makeRoom(item, judged);
    try {
      const copied = await this.copy(item);
      await this.deps.inTurn(() => this.file({ ...item, verdict: 'new' }, judged, copied));
    } finally {
      giveBack();
    }
  }

  private async finishMove(item: ImportItemRow, clipId: number): Promise<void> {
    const { db, clips, repository } = this.deps;
    const clip = await clips.byId(db, clipId);
    try {
      const { sha256, stamp } = await hashOf(this.source, item.path, this.signal);
      if (clip) await this.remove(item, { clip, sha256, stamp });
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      // Gone from the source, as was wished.
      await repository.changeItem(db, item.id, { state: 'done' });
    }
  }

  /** The source's file goes only once what lies in the archive was read again from end to end and is the same. */
  private async remove(
    item: ImportItemRow,
    { clip, sha256, stamp }: { clip: ClipRow; sha256: string; stamp: FileStamp },
  ): Promise<void> {
    const { repository, db, volume } = this.deps;
    const settle = (message: string | null) =>
      repository.changeItem(db, item.id, { state: 'done', clip_id: clip.id, message });
    if (clip.path === null) return settle('It was left at its source: it is not in the archive now.');
    const copy = await hashOf(volume, clip.path, this.signal);
    if (copy.sha256 !== sha256)
      return settle('It was left at its source: the archived file differs from it.');
    const why = await removeSource(this.source, item.path, { stamp, copy: copy.stamp });
    if (why !== null) return settle(`It was left at its source: ${why}`);
    await settle(clip.last_error);
  }

  /** A small file that lies beside the clip; null when there is none that can be read. */
  private async companion(path: string, maxBytes: number): Promise<Buffer | null> {
    try {
      const file = await OpenSource.open(this.source, path, this.signal);
      try {
        if (file.stamp.bytes > maxBytes) return null;
        const pieces: Buffer[] = [];
        for await (const piece of file.pieces()) pieces.push(piece);
        return Buffer.concat(pieces);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (error instanceof SourceError) return null;
      throw error;
    }
  }

  /** What another archive of this program says of the clip. */
  private async sidecarOf({
    path,
    sizeBytes,
  }: {
    path: string;
    sizeBytes: number;
  }): Promise<SidecarFacts | null> {
    for (const place of sidecarPlaces(path).toReversed()) {
      const text = await this.companion(place, maxSidecarBytes);
      const read = text && decodeSidecar(text.toString());
      if (read && read.kind === 'ours' && isSidecarOf(read, sizeBytes)) return read.facts;
    }
    return null;
  }
}

async function appendSparse(part: PartFile, piece: Buffer): Promise<void> {
  for (const { bytes, isHole } of runsOf(piece)) await (isHole ? part.appendHole(bytes) : part.append(bytes));
}
