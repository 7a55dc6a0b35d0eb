import { maxPieceBytes, type ImportItem, type UploadFile } from '../../shared/imports.ts';
import type { PartFile } from '../archive/part-file.ts';
import type { ClipRow } from '../db/schema.ts';
import type { ImportItemRow, ImportRow } from '../db/schema-media.ts';
import { AppError, errnoOf, messageOf } from '../lib/errors.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { hashOf } from './import-bytes.ts';
import type { Filed, ImportFiler } from './import-filer.ts';
import type { ImportJudge, JudgedFile } from './import-judge.ts';
import { cleanUploadPath, clipOfCompanion } from './import-name-policy.ts';
import { comesIn, firstState, type ImportFile } from './import-plan.ts';
import { itemRow } from './import-planner.ts';
import { isEnded, optionsOf, type ImportRepository } from './import-repository.ts';
import { NoRoom, type ImportRoom } from './import-room.ts';
import type { ImportStage } from './import-stage.ts';
import type { ImportDeps } from './import-types.ts';
import { importItemView } from './import-view.ts';
import {
  chunksOf,
  passOver,
  refuseTooMuch,
  SenderGone,
  tooMuch,
  wantedOffset,
  type UploadPiece,
} from './upload-body.ts';
import { asCompanion, isOutdated, plausible } from './upload-files-policy.ts';

export interface UploadsDeps extends Pick<ImportDeps, 'db' | 'volume' | 'clock' | 'log'> {
  repository: ImportRepository;
  judge: ImportJudge;
  stage: ImportStage;
  filer: ImportFiler;
  room: ImportRoom;
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  onArchived: (clip: ClipRow, wasWanted: boolean) => void;
  /** Something of the upload is another than before. */
  onChange: (importId: number) => void;
}

/** A file that is coming in, with its bytes hashed as far as they are here. */
interface Incoming {
  file: PartFile;
  giveBack: () => void;
  usedAt: number;
}

/** Files kept open between their pieces, so that none is hashed again for each. */
const maxOpen = 4;

/** Files that a browser sends, piece by piece; what is durable is remembered, so that it goes on from there. */
export class ImportUploads {
  private readonly deps: UploadsDeps;
  private readonly incoming = new Map<number, Incoming>();
  /** The request that brings bytes of a file now; the next one takes its place. */
  private readonly underWay = new Map<number, { abort: AbortController; ended: Promise<unknown> }>();
  private readonly ending = new AbortController();

  constructor(deps: UploadsDeps) {
    this.deps = deps;
  }

  /** Notes what files there are; in their order, with what of them is here already. */
  async addFiles(row: ImportRow, told: readonly UploadFile[]): Promise<ImportItem[]> {
    const { db, repository, judge } = this.deps;
    const files = told.map((one) => ({
      path: cleanUploadPath(one.path),
      bytes: one.bytes,
      mtimeMs: plausible(one.modifiedAt),
    }));
    const paths = files.map((file) => file.path);
    const before = new Map((await repository.itemsAt(db, row.id, paths)).map((item) => [item.path, item]));
    const isNews = (file: ImportFile) => isOutdated(before.get(file.path), file);
    const judged = await judge.judge(files.filter(isNews), row.camera_id);
    for (const one of judged) await this.note(row, one, before.get(one.file.path));
    const now = new Map((await repository.itemsAt(db, row.id, paths)).map((item) => [item.path, item]));
    this.deps.onChange(row.id);
    return files.flatMap((file) => now.get(file.path) ?? []).map(importItemView);
  }

  private async note(row: ImportRow, judged: JudgedFile, before: ImportItemRow | undefined): Promise<void> {
    const { db, repository, stage } = this.deps;
    const one = asCompanion(judged);
    const state = firstState(one.verdict, { options: optionsOf(row), isUpload: true });
    const item = itemRow(row.id, one, { state, hasGpx: false });
    if (!before) return repository.addItems(db, [item]);
    await this.close(before.id);
    await stage.drop(before.id);
    await repository.changeItem(db, before.id, { ...item, received_bytes: 0 });
  }

  /**
   * Takes a piece in. Throws an `AppError`: `conflict` with the offset that is wanted, `invalid` for more bytes than
   * were told, `unavailable` while the recordings volume is not there.
   */
  async send(itemId: number, piece: UploadPiece): Promise<ImportItem> {
    const before = this.underWay.get(itemId);
    before?.abort.abort(new Error('the file is sent anew'));
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.ending.signal]);
    const work = (async () => {
      await before?.ended.catch(() => undefined);
      signal.throwIfAborted();
      return this.receive(itemId, piece, signal);
    })();
    const mine = { abort, ended: work };
    this.underWay.set(itemId, mine);
    try {
      return await work;
    } catch (error) {
      throw this.answerTo(error);
    } finally {
      if (this.underWay.get(itemId) === mine) this.underWay.delete(itemId);
    }
  }

  private answerTo(error: unknown): unknown {
    if (error instanceof AppError) return error;
    if (error instanceof VolumeError) return new AppError('unavailable', error.message);
    const code = errnoOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return new AppError('unavailable', 'The recordings volume is full.');
    if (error instanceof SenderGone) return new AppError('invalid', error.message);
    return error;
  }

  private async receive(itemId: number, piece: UploadPiece, signal: AbortSignal): Promise<ImportItem> {
    const { db, repository } = this.deps;
    const { item, row } = await this.sendable(itemId);
    if (item.state !== 'planned' && item.state !== 'coming') return importItemView(item);
    refuseTooMuch(item, piece);
    const incoming = await this.incomingOf(row, item, signal);
    if (incoming === null) return this.view(itemId);
    if (piece.offset !== incoming.file.bytes) throw wantedOffset(incoming.file.bytes);
    await this.takeIn(item, incoming, { piece, signal });
    const whole = await repository.item(db, itemId);
    if (whole?.state === 'coming' && whole.received_bytes === whole.bytes) await this.finish(row, whole);
    this.deps.onChange(row.id);
    return this.view(itemId);
  }

  private async sendable(itemId: number): Promise<{ item: ImportItemRow; row: ImportRow }> {
    const { db, repository } = this.deps;
    const item = await repository.item(db, itemId);
    const row = item && (await repository.byId(db, item.import_id));
    if (!item || row?.kind !== 'upload')
      throw new AppError('not_found', `There is no file ${itemId} to be sent.`);
    if (item.state !== 'done' && (isEnded(row) || row.state === 'paused'))
      throw new AppError('conflict', `This upload is ${row.state}.`);
    return { item, row };
  }

  private async view(itemId: number): Promise<ImportItem> {
    const item = await this.deps.repository.item(this.deps.db, itemId);
    if (!item) throw new AppError('not_found', `There is no file ${itemId}.`);
    return importItemView(item);
  }

  /** The file with what of it is durable; null when there is no room for it, which its row then says. */
  private async incomingOf(
    row: ImportRow,
    item: ImportItemRow,
    signal: AbortSignal,
  ): Promise<Incoming | null> {
    const open = this.incoming.get(item.id);
    if (open) {
      open.usedAt = performance.now();
      return open;
    }
    const { db, repository, stage } = this.deps;
    const have = await this.trusted(item);
    const giveBack = await this.roomFor(row, item, { have, signal });
    if (giveBack === null) return null;
    try {
      await this.closeOldest();
      const incoming = { file: await stage.open(item.id, have), giveBack, usedAt: performance.now() };
      this.incoming.set(item.id, incoming);
      if (row.state === 'ready')
        await repository.change(db, row.id, { state: 'running', started_at: this.deps.clock.now() });
      await repository.changeItem(db, item.id, { state: 'coming', received_bytes: have, message: null });
      return incoming;
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** What the row says is durable, as far as it is there. */
  private async trusted(item: ImportItemRow): Promise<number> {
    if (item.received_bytes === 0) return 0;
    const there = await this.deps.stage.bytes(item.id);
    return there !== null && there >= item.received_bytes ? item.received_bytes : 0;
  }

  private async roomFor(
    row: ImportRow,
    item: ImportItemRow,
    { have, signal }: { have: number; signal: AbortSignal },
  ): Promise<(() => void) | null> {
    const { db, repository, judge, room, stage } = this.deps;
    const { name, bytes } = item;
    const judged = await judge.judgeOne({ path: item.path, bytes, mtimeMs: item.mtime_ms }, row.camera_id);
    try {
      return await room.take({ name, bytes, have, startedAt: judged.startedAt }, signal);
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      await stage.drop(item.id);
      const left = { state: 'left' as const, verdict: 'too_big' as const, message: error.message };
      await repository.changeItem(db, item.id, { ...left, received_bytes: 0 });
      this.deps.onChange(row.id);
      return null;
    }
  }

  /** Whatever ends the piece, what came of it is made durable and noted; of one that is too long, nothing. */
  private async takeIn(
    item: ImportItemRow,
    { file }: Incoming,
    { piece, signal }: { piece: UploadPiece; signal: AbortSignal },
  ): Promise<void> {
    const { db, repository } = this.deps;
    const limit = Math.min(item.bytes, piece.offset + maxPieceBytes);
    try {
      for await (const chunk of chunksOf(piece.body, signal)) {
        if (file.bytes + chunk.length > limit) throw tooMuch(item, piece);
        await file.append(chunk);
      }
    } catch (error) {
      if (!(error instanceof AppError)) await this.keep(item, file).catch(() => this.close(item.id));
      else await this.refuse(item, error.message);
      await passOver(piece.body);
      throw error;
    }
    await this.keep(item, file).catch(async (error: unknown) => {
      await this.close(item.id);
      throw error;
    });
    if (file.bytes < item.bytes) await repository.changeItem(db, item.id, { state: 'coming' });
  }

  private async keep(item: ImportItemRow, file: PartFile): Promise<void> {
    await file.sync();
    await this.deps.repository.changeItem(this.deps.db, item.id, { received_bytes: file.bytes });
  }

  /** Of a piece that lied about itself nothing is taken: the file is cut to what was durable when it is opened next. */
  private async refuse(item: ImportItemRow, message: string): Promise<void> {
    const { db, repository, log, onChange } = this.deps;
    log.warn({ importId: item.import_id, itemId: item.id, reason: message }, 'a piece was refused');
    await this.close(item.id);
    await repository.changeItem(db, item.id, { message });
    onChange(item.import_id);
  }

  /** All bytes are here: into the archive with it, or beside its clip. */
  private async finish(row: ImportRow, item: ImportItemRow): Promise<void> {
    const { repository, db, inTurn, stage } = this.deps;
    const incoming = this.incoming.get(item.id);
    const sha256 = incoming?.file.digest() ?? null;
    await this.close(item.id, { keepsRoom: true });
    try {
      await inTurn(() =>
        item.verdict === 'companion'
          ? this.placeCompanion(item)
          : this.file(row, item, { staged: stage.pathOf(item.id), sha256 }),
      );
    } catch (error) {
      if (error instanceof VolumeError) throw error;
      this.deps.log.error({ err: error, itemId: item.id }, 'an uploaded file could not be filed');
      await repository.changeItem(db, item.id, { state: 'failed', message: messageOf(error) });
    } finally {
      incoming?.giveBack();
    }
    await this.endWhenAllAreHere(row.id);
  }

  private async file(
    row: ImportRow,
    item: ImportItemRow,
    { staged, sha256: known }: { staged: string; sha256: string | null },
  ): Promise<void> {
    const { db, repository, judge, stage, filer, volume, clock } = this.deps;
    const file = { path: item.path, bytes: item.bytes, mtimeMs: item.mtime_ms };
    const judged = await judge.judgeOne(file, row.camera_id);
    // Rules may have changed since it was told of; what is known is found out by its bytes.
    const isWanted = ['known', 'too_big'].includes(judged.verdict) || comesIn(judged.verdict, optionsOf(row));
    if (!isWanted) {
      await stage.drop(item.id);
      return this.leave(item, { verdict: judged.verdict, message: judged.message });
    }
    const sha256 = known ?? (await hashOf(volume, staged, this.ending.signal)).sha256;
    const filed = await filer.file({
      itemId: item.id,
      name: judged.name,
      cameraId: judged.cameraId,
      staged,
      bytes: item.bytes,
      sha256,
      mtimeMs: item.mtime_ms ?? clock.now(),
      gpx: null,
      sidecar: null,
      pin: judged.verdict === 'too_old',
      itemState: 'done',
    });
    await stage.drop(item.id);
    await this.tell(item, filed);
    if (filed.kind !== 'busy') {
      const companion = await repository.itemAt(db, row.id, `${item.path}.gpx`);
      if (companion?.state === 'coming' && companion.received_bytes === companion.bytes)
        await this.placeCompanion(companion);
    }
  }

  private async tell(item: ImportItemRow, filed: Filed): Promise<void> {
    if (filed.kind === 'filed') return this.deps.onArchived(filed.clip, filed.wasWanted);
    if (filed.kind === 'known')
      return this.leave(item, { verdict: 'known', message: null, clip_id: filed.clip.id });
    return this.leave(item, { verdict: 'wanted', message: 'It is just being fetched from its camera.' });
  }

  private leave(
    item: ImportItemRow,
    change: { verdict: ImportItemRow['verdict']; message: string | null; clip_id?: number },
  ): Promise<void> {
    return this.deps.repository.changeItem(this.deps.db, item.id, {
      state: 'left',
      received_bytes: 0,
      ...change,
    });
  }

  /** A GPX file goes beside its clip; while that is still to come, it waits for it. */
  private async placeCompanion(item: ImportItemRow): Promise<void> {
    const { db, repository, stage, filer } = this.deps;
    const clipPath = clipOfCompanion(item.path);
    const clip = clipPath === null ? undefined : await repository.itemAt(db, item.import_id, clipPath);
    if (clip?.state === 'planned' || clip?.state === 'coming') return;
    const isPlaced = clip?.clip_id ? await filer.addGpx(clip.clip_id, await stage.read(item.id)) : false;
    await stage.drop(item.id);
    const message = isPlaced ? null : 'It has no clip here that needs it.';
    await repository.changeItem(db, item.id, {
      state: isPlaced ? 'done' : 'left',
      clip_id: clip?.clip_id ?? null,
      message,
    });
  }

  private async endWhenAllAreHere(importId: number): Promise<void> {
    const { db, repository, clock } = this.deps;
    for (const item of await repository.itemsInState(db, importId, 'coming'))
      if (item.verdict === 'companion' && item.received_bytes === item.bytes) await this.placeCompanion(item);
    if (await repository.hasAny(db, importId, ['planned', 'coming'])) return;
    await repository.change(db, importId, { state: 'done', ended_at: clock.now(), message: null });
  }

  /** Files whose bytes were all here when the program ended: filed now, or recognised where they were filed. */
  async recover(row: ImportRow): Promise<void> {
    const { db, repository, stage } = this.deps;
    for (const item of await repository.itemsInState(db, row.id, 'coming')) {
      const there = await stage.bytes(item.id);
      const isWhole = item.received_bytes === item.bytes;
      if (isWhole && there === item.bytes) await this.finish(row, item);
      else if (isWhole && there === null && (await this.recoverFiled(row, item))) continue;
      else if (there === null || there < item.received_bytes)
        await repository.changeItem(db, item.id, { received_bytes: 0 });
    }
    await this.endWhenAllAreHere(row.id);
  }

  /** It was in its place already, and the ledger, or a scan since, may have it. */
  private async recoverFiled(row: ImportRow, item: ImportItemRow): Promise<boolean> {
    const { repository, db, judge, filer, clock, inTurn } = this.deps;
    const file = { path: item.path, bytes: item.bytes, mtimeMs: item.mtime_ms };
    const { verdict, clipId, name, cameraId } = await judge.judgeOne(file, row.camera_id);
    if (verdict === 'known') {
      await repository.changeItem(db, item.id, { state: 'done', clip_id: clipId });
      return true;
    }
    const place = { name, cameraId, bytes: item.bytes, mtimeMs: item.mtime_ms ?? clock.now() };
    const path = await filer.leftInPlace(place);
    if (path === null) return false;
    await inTurn(() => this.file(row, item, { staged: path, sha256: null }));
    return true;
  }

  /** The bytes that are on their way are made durable; the sender goes on later. */
  async pause(importId: number): Promise<void> {
    await this.eachOf(importId, async (itemId) => {
      this.underWay.get(itemId)?.abort.abort(new Error('the upload is paused'));
      await this.underWay.get(itemId)?.ended.catch(() => undefined);
      await this.close(itemId);
    });
  }

  async cancel(importId: number): Promise<void> {
    await this.pause(importId);
    for (const item of await this.deps.repository.itemsInState(this.deps.db, importId, 'coming'))
      await this.deps.stage.drop(item.id);
  }

  async stop(): Promise<void> {
    this.ending.abort(new Error('the program ends'));
    await Promise.all([...this.underWay.values()].map(({ ended }) => ended.catch(() => undefined)));
    for (const itemId of this.incoming.keys()) await this.close(itemId);
  }

  private async eachOf(importId: number, act: (itemId: number) => Promise<void>): Promise<void> {
    for (const itemId of new Set([...this.incoming.keys(), ...this.underWay.keys()])) {
      const item = await this.deps.repository.item(this.deps.db, itemId);
      if (item?.import_id === importId) await act(itemId);
    }
  }

  private async closeOldest(): Promise<void> {
    const idle = [...this.incoming]
      .filter(([id]) => !this.underWay.has(id))
      .toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [id] of idle.slice(0, Math.max(0, this.incoming.size - maxOpen + 1))) await this.close(id);
  }

  private async close(itemId: number, { keepsRoom = false } = {}): Promise<void> {
    const open = this.incoming.get(itemId);
    if (!open) return;
    this.incoming.delete(itemId);
    if (!keepsRoom) open.giveBack();
    await open.file.close();
  }
}
