import { setImmediate as yieldToOthers } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { ImportRow } from '../db/schema-media.ts';
import { sleep } from '../lib/abort.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { RateMeter } from '../lib/rate-meter.ts';
import { ImportPlanner } from './import-planner.ts';
import { optionsOf } from './import-repository.ts';
import { ImportRun, SourceGone, type RunDeps } from './import-run.ts';
import type { ImportSources, ResolvedSource } from './import-sources.ts';
import type { ImportTeller } from './import-teller.ts';
import type { ImportDeps } from './import-types.ts';
import { WalkRefusal } from './import-walk.ts';

export interface FoldersDeps extends Omit<RunDeps, 'onProgress'>, Pick<ImportDeps, 'openSource' | 'retryMs'> {
  sources: ImportSources;
  teller: ImportTeller;
}

/** An import of a folder whose turn it is. */
interface Work {
  abort: AbortController;
  ended: Promise<void>;
  /** Bytes of the file that is just being copied. */
  coming: number;
  meter: RateMeter;
}

/** Looks through folders and brings their files in, in the background, one folder at a time. */
export class ImportFolders {
  private readonly deps: FoldersDeps;
  private readonly turns = new PQueue({ concurrency: 1 });
  private readonly works = new Map<number, Work>();
  private readonly ending = new AbortController();

  constructor(deps: FoldersDeps) {
    this.deps = deps;
  }

  isAt(id: number): boolean {
    return this.works.has(id);
  }

  /** Bytes of the file that it is just copying. */
  coming(id: number): number {
    return this.works.get(id)?.coming ?? 0;
  }

  /** Bytes a second that it copies; null while it copies nothing. */
  rate(id: number): number | null {
    return this.works.get(id)?.meter.rate(performance.now()) ?? null;
  }

  /** Stops it after the bytes that are on their way. */
  async halt(id: number, why: string): Promise<void> {
    const work = this.works.get(id);
    work?.abort.abort(new Error(why));
    await work?.ended;
    this.deps.teller.changed(id);
  }

  async idle(): Promise<void> {
    await Promise.all([...this.works.values()].map((work) => work.ended));
  }

  async stop(): Promise<void> {
    this.ending.abort(new Error('the program ends'));
    await this.idle();
  }

  /** Waits for its turn. */
  begin(id: number): void {
    if (this.works.has(id) || this.ending.signal.aborted) return;
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.ending.signal]);
    const ended = this.turns
      .add(() => this.work(id, signal))
      .catch((error: unknown) => this.deps.log.error({ err: error, importId: id }, 'an import failed'))
      .finally(() => {
        this.works.delete(id);
        this.deps.teller.changed(id);
      });
    this.works.set(id, { abort, ended, coming: 0, meter: new RateMeter() });
  }

  /** One folder, until it has ended or a person is asked; a volume that is not ready is waited for. */
  private async work(id: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const row = await this.deps.repository.byId(this.deps.db, id);
      if (!row || (row.state !== 'planning' && row.state !== 'running')) return;
      const outcome = await this.tryWork(row, signal);
      if (outcome !== 'waits') return;
      await sleep(this.deps.retryMs ?? 30_000, signal);
    }
  }

  private async tryWork(row: ImportRow, signal: AbortSignal): Promise<'ended' | 'waits'> {
    try {
      const resolved = await this.resolve(row);
      if (row.state === 'planning') await this.look(row, resolved, signal);
      else await this.run(row, resolved, signal);
      return 'ended';
    } catch (error) {
      if (signal.aborted) return 'ended';
      return this.note(row, error);
    }
  }

  private async note(row: ImportRow, error: unknown): Promise<'ended' | 'waits'> {
    const { db, log, clock } = this.deps;
    const message = messageOf(error);
    log.warn({ importId: row.id, reason: message }, 'an import cannot go on');
    this.deps.teller.changed(row.id);
    if (error instanceof VolumeError) {
      await this.deps.repository.change(db, row.id, { message: `It waits: ${message}` });
      return 'waits';
    }
    const isGone = error instanceof SourceGone || error instanceof AppError;
    if (isGone && row.state === 'running') {
      await this.deps.repository.change(db, row.id, { state: 'paused', message });
      return 'ended';
    }
    if (!isGone && !(error instanceof WalkRefusal))
      log.error({ err: error, importId: row.id }, 'an import failed');
    await this.deps.repository.change(db, row.id, { state: 'failed', message, ended_at: clock.now() });
    return 'ended';
  }

  /** What may be read may have changed since; a card may be in another place. */
  private async resolve(row: ImportRow): Promise<ResolvedSource> {
    const resolved = await this.deps.sources.resolve(row.source);
    if (resolved.path !== row.source) throw new SourceGone(`${row.source} leads elsewhere now.`);
    return resolved;
  }

  private async look(row: ImportRow, { path }: ResolvedSource, signal: AbortSignal): Promise<void> {
    const { db, log } = this.deps;
    // Begun anew after a restart: what was found before may have changed.
    while ((await this.deps.repository.dropItems(db, row.id)) > 0) await yieldToOthers();
    const source = this.deps.openSource(path);
    try {
      const planner = new ImportPlanner({ ...this.deps, onProgress: () => this.deps.teller.changed(row.id) });
      const message = await planner.plan(row, source, signal);
      await this.deps.repository.change(db, row.id, { state: 'ready', message });
      log.info({ importId: row.id }, 'a folder was looked through for an import');
    } finally {
      await source.stop();
    }
  }

  private async run(row: ImportRow, resolved: ResolvedSource, signal: AbortSignal): Promise<void> {
    const { db, clock, log } = this.deps;
    if (optionsOf(row).move && resolved.isReadOnly)
      throw new SourceGone(`${row.source} cannot be written any more.`);
    const source = this.deps.openSource(resolved.path);
    try {
      const onProgress = (coming: { bytes: number } | null): void => this.progress(row.id, coming);
      const run = new ImportRun({ ...this.deps, onProgress }, { row, source, signal });
      await run.run();
      await this.deps.repository.change(db, row.id, { state: 'done', message: null, ended_at: clock.now() });
      log.info({ importId: row.id }, 'an import ended');
    } finally {
      this.deps.teller.flushWanted();
      await source.stop();
    }
  }

  private progress(id: number, coming: { bytes: number } | null): void {
    const work = this.works.get(id);
    if (work) {
      if (coming) work.meter.add(Math.max(coming.bytes - work.coming, 0), performance.now());
      work.coming = coming?.bytes ?? 0;
    }
    this.deps.teller.changed(id);
  }
}
