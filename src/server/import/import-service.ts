import { setImmediate as yieldToOthers } from 'node:timers/promises';
import PQueue from 'p-queue';
import type {
  Import,
  ImportItem,
  ImportItemState,
  ImportOptions,
  ImportOptionsPatch,
  ImportSource,
  ImportVerdict,
  UploadFile,
} from '../../shared/imports.ts';
import { importOptionsSchema, importVerdicts } from '../../shared/imports.ts';
import { isUsable } from '../../shared/status.ts';
import type { ClipRow } from '../db/schema.ts';
import type { ImportRow } from '../db/schema-media.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { Component } from '../lib/lifecycle.ts';
import { ImportFiler } from './import-filer.ts';
import { ImportFolders } from './import-folders.ts';
import { ImportJudge } from './import-judge.ts';
import { comesIn } from './import-plan.ts';
import { ImportRepository, isEnded, optionsOf } from './import-repository.ts';
import { ImportRoom } from './import-room.ts';
import { ImportSources } from './import-sources.ts';
import { ImportStage } from './import-stage.ts';
import { ImportTeller } from './import-teller.ts';
import type { ImportDeps } from './import-types.ts';
import { ImportUploads } from './import-uploads.ts';
import { importItemView, importView } from './import-view.ts';
import type { UploadPiece } from './upload-body.ts';

export interface PlanRequest {
  path: string;
  cameraId: number | null;
  options: ImportOptions;
}

export interface UploadRequest {
  name: string;
  cameraId: number | null;
  options: ImportOptions;
}

export interface ItemsQuery {
  verdict?: ImportVerdict | undefined;
  state?: ImportItemState | undefined;
  limit: number;
  offset: number;
}

/** Recordings from folders, cards and browsers, through the same ledger and the same rules as those of a camera. */
export class ImportService implements Component {
  private readonly deps: ImportDeps;
  private readonly repository = new ImportRepository();
  private readonly sources: ImportSources;
  private readonly judge: ImportJudge;
  private readonly stage: ImportStage;
  private readonly filer: ImportFiler;
  private readonly room: ImportRoom;
  private readonly uploads: ImportUploads;
  private readonly teller: ImportTeller;
  private readonly folders: ImportFolders;
  private readonly filing = new PQueue({ concurrency: 1 });
  private readonly ending = new AbortController();
  private stopListening: () => void = () => undefined;
  private recovering: Promise<void> | null = null;
  private hasRecovered = false;

  constructor(deps: ImportDeps) {
    const { repository } = this;
    this.deps = deps;
    this.sources = new ImportSources(deps);
    this.judge = new ImportJudge(deps);
    this.stage = new ImportStage(deps);
    this.filer = new ImportFiler(deps);
    this.room = new ImportRoom(deps);
    this.teller = new ImportTeller(deps);
    const { judge, stage, filer, room, teller } = this;
    const shared = {
      ...deps,
      repository,
      judge,
      stage,
      filer,
      room,
      inTurn: <T>(work: () => Promise<T>) => this.filing.add(work),
      onArchived: (clip: ClipRow, wasWanted: boolean) => teller.archived(clip, wasWanted),
    };
    this.uploads = new ImportUploads({ ...shared, onChange: (importId) => teller.changed(importId) });
    this.folders = new ImportFolders({ ...shared, teller, sources: this.sources });
  }

  /** What a restart cut short goes on as soon as the recordings volume is there. */
  start(): void {
    this.stopListening = this.deps.events.on('archive.changed', () => this.tryRecover());
    this.tryRecover();
  }

  async stop(): Promise<void> {
    this.stopListening();
    this.ending.abort(new Error('the program ends'));
    await this.uploads.stop();
    await this.folders.stop();
    await this.recovering;
    await this.filing.onIdle();
    this.teller.stop();
  }

  /** Ends when nothing is under way. */
  async idle(): Promise<void> {
    await this.recovering;
    await this.folders.idle();
  }

  private tryRecover(): void {
    if (this.hasRecovered || this.recovering || this.ending.signal.aborted) return;
    if (!isUsable(this.deps.volume.status)) return;
    this.recovering = this.recover()
      .then(() => void (this.hasRecovered = true))
      .catch((error: unknown) =>
        this.deps.log.warn(
          { reason: messageOf(error) },
          'imports could not be taken up again; it is tried later',
        ),
      )
      .finally(() => (this.recovering = null));
  }

  private async recover(): Promise<void> {
    const { db } = this.deps;
    await this.stage.sweep((ids) => this.repository.stillStaged(db, ids));
    for (const row of await this.repository.inState(db, ['planning', 'running', 'paused', 'ready'])) {
      if (row.kind === 'upload') await this.uploads.recover(row);
      else if (row.state === 'planning' || row.state === 'running') this.folders.begin(row.id);
    }
  }

  listSources(): Promise<ImportSource[]> {
    return this.sources.list();
  }

  async list(): Promise<Import[]> {
    const rows = await this.repository.list(this.deps.db);
    return Promise.all(rows.map((row) => this.view(row)));
  }

  /** Throws an `AppError('not_found')`. */
  async get(id: number): Promise<Import> {
    return this.view(await this.required(id));
  }

  async items(id: number, query: ItemsQuery): Promise<{ items: ImportItem[]; total: number }> {
    await this.required(id);
    const { items, total } = await this.repository.page(this.deps.db, id, query);
    return { items: items.map(importItemView), total };
  }

  /** Begins a dry run. Throws an `AppError` that says why the folder cannot be read. */
  async plan({ path, cameraId, options }: PlanRequest): Promise<Import> {
    await this.requireCamera(cameraId);
    const source = await this.sources.resolve(path);
    const { db, clock } = this.deps;
    const row = await this.repository.add(db, {
      kind: 'folder',
      source: source.path,
      camera_id: cameraId,
      options: JSON.stringify(options),
      state: 'planning',
      is_same_volume: source.isSameVolume ? 1 : 0,
      is_read_only: source.isReadOnly ? 1 : 0,
      created_at: clock.now(),
    });
    await this.prune();
    this.folders.begin(row.id);
    this.teller.changed(row.id);
    return this.view(row);
  }

  /** Throws an `AppError('conflict')` for one that has ended, or that is to move what cannot be deleted. */
  async startImport(id: number, change: ImportOptionsPatch): Promise<Import> {
    const row = await this.required(id);
    if (row.state === 'planning') throw new AppError('conflict', 'It is still being looked what is there.');
    if (row.state === 'cancelled' || row.state === 'failed')
      throw new AppError('conflict', 'This import has ended. Look at the folder anew.');
    if (this.folders.isAt(id)) return this.view(row);
    const options = importOptionsSchema.parse({ ...optionsOf(row), ...change });
    if (options.move && (row.is_read_only === 1 || row.kind === 'upload'))
      throw new AppError('conflict', 'Files can only be moved from a folder that can be written.');
    await this.apply(row, options);
    const fresh = await this.required(id);
    if (fresh.kind === 'folder') this.folders.begin(id);
    this.teller.changed(id);
    return this.view(fresh);
  }

  /** Which files are to come in depends on what is wished; a thousand of them a transaction. */
  private async apply(row: ImportRow, options: ImportOptions): Promise<void> {
    const { db, clock } = this.deps;
    const wished = (what: ImportVerdict) =>
      comesIn(what, options) ||
      what === 'too_big' ||
      (what === 'known' && row.kind === 'folder' && options.move);
    const [come, stay] = [
      importVerdicts.filter(wished),
      importVerdicts.filter((what) => !wished(what) && what !== 'known'),
    ];
    for (const change of [
      { verdicts: come, from: 'left' as const, to: 'planned' as const },
      { verdicts: stay, from: 'planned' as const, to: 'left' as const },
    ])
      while ((await this.repository.moveItems(db, row.id, change)) > 0) await yieldToOthers();
    await this.repository.change(db, row.id, {
      options: JSON.stringify(options),
      state: 'running',
      message: null,
      started_at: row.started_at ?? clock.now(),
      ended_at: null,
    });
  }

  /** What is on its way is made durable or begun anew later; nothing that came in goes. */
  async pause(id: number): Promise<Import> {
    const row = await this.required(id);
    if (row.state !== 'running') throw new AppError('conflict', `This import is ${row.state}.`);
    await this.repository.change(this.deps.db, id, { state: 'paused', message: null });
    await this.folders.halt(id, 'it is paused');
    if (row.kind === 'upload') await this.uploads.pause(id);
    return this.get(id);
  }

  async cancel(id: number): Promise<Import> {
    const row = await this.required(id);
    if (isEnded(row)) return this.view(row);
    const { db, clock } = this.deps;
    await this.repository.change(db, id, { state: 'cancelled', ended_at: clock.now() });
    await this.folders.halt(id, 'it is cancelled');
    if (row.kind === 'upload') await this.uploads.cancel(id).catch(() => undefined);
    for (const from of ['coming', 'planned'] as const)
      while ((await this.repository.moveItems(db, id, { from, to: 'left' })) > 0) await yieldToOthers();
    if (isUsable(this.deps.volume.status))
      await this.stage.sweep((ids) => this.repository.stillStaged(db, ids)).catch(() => undefined);
    this.teller.changed(id);
    return this.get(id);
  }

  /** Begins an upload, or finds the one of this name that has not ended. */
  async beginUpload({ name, cameraId, options }: UploadRequest): Promise<Import> {
    await this.requireCamera(cameraId);
    const { db, clock } = this.deps;
    const before = await this.repository.openUpload(db, name);
    if (before) return this.view(before);
    const row = await this.repository.add(db, {
      kind: 'upload',
      source: name,
      camera_id: cameraId,
      options: JSON.stringify({ ...options, move: false }),
      state: 'ready',
      created_at: clock.now(),
    });
    await this.prune();
    this.teller.changed(row.id);
    return this.view(row);
  }

  async addFiles(id: number, files: readonly UploadFile[]): Promise<{ import: Import; items: ImportItem[] }> {
    const row = await this.required(id);
    if (row.kind !== 'upload') throw new AppError('conflict', 'This import is one of a folder.');
    if (row.state === 'cancelled' || row.state === 'failed')
      throw new AppError('conflict', 'This upload has ended.');
    const items = await this.uploads.addFiles(row, files);
    const isMore = row.state === 'done' && items.some(({ state }) => state === 'planned');
    if (isMore) await this.repository.change(this.deps.db, id, { state: 'running', ended_at: null });
    return { import: await this.get(id), items };
  }

  /** See `ImportUploads.send`. */
  async sendPiece(itemId: number, piece: UploadPiece): Promise<ImportItem> {
    await this.recovering;
    return this.uploads.send(itemId, piece);
  }

  private async view(row: ImportRow): Promise<Import> {
    const { db, volume } = this.deps;
    return importView(row, await this.repository.tally(db, row.id), {
      freeBytes: volume.status.freeBytes,
      coming: this.folders.coming(row.id),
      bytesPerSecond: this.folders.rate(row.id),
    });
  }

  private async required(id: number): Promise<ImportRow> {
    const row = await this.repository.byId(this.deps.db, id);
    if (!row) throw new AppError('not_found', `There is no import ${id}.`);
    return row;
  }

  private async requireCamera(id: number | null): Promise<void> {
    if (id === null) return;
    const camera = await this.deps.db
      .selectFrom('camera')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst();
    if (!camera) throw new AppError('not_found', `There is no camera ${id}.`);
  }

  private async prune(): Promise<void> {
    const { db } = this.deps;
    for (const id of await this.repository.forgotten(db)) {
      while ((await this.repository.dropItems(db, id)) > 0) await yieldToOthers();
      await this.repository.drop(db, id);
    }
  }
}
