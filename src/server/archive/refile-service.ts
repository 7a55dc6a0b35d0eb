import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { refileSchema, type Refile, type RefilePreview } from '../../shared/archive-care.ts';
import type { Events } from '../../shared/events.ts';
import type { Layout, Settings } from '../../shared/settings.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { ClipRow } from '../db/schema.ts';
import { Doorbell } from '../lib/abort.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import { RefileFiles, type LeftWhy, type MovedBatch, type RefileFilesDeps } from './refile-files.ts';
import { planRefile, RefileCount } from './refile-plan.ts';
import { cameraFolders, placedAfter } from './refile-repository.ts';

export interface RefileServiceDeps extends RefileFilesDeps {
  events: EventBus<Events>;
  settings: () => Pick<Settings, 'layout'>;
  /** While the archive is looked through, nothing is moved in it. */
  isScanning: () => boolean;
  /** Moves were settled: what was ordered of these clips can be carried out. */
  onSettled: () => void;
  /** After this the volume is tried again. */
  retryMs?: number;
}

const clipsAtOnce = 2000;
const movesAtOnce = 500;
const idleMs = 10 * 60_000;
const scanWaitMs = 500;
const progressEveryMs = 500;
const maxDaysTold = 100;

const never = (layout: Layout): Refile => ({
  state: 'never',
  layout,
  clips: 0,
  moved: 0,
  left: 0,
  message: null,
  startedAt: null,
  finishedAt: null,
});

const leftWords: Record<LeftWhy, string> = {
  busy: 'in use or about to be removed',
  away: 'not where they should be',
  refused: 'refused by the system',
};

/**
 * Moves archived clips into the layout of the settings: when asked, in the background, a second's worth at a time. It
 * goes on after a restart; what a crash left open is settled first, whether or not it goes on.
 */
export class RefileService implements Component {
  private readonly deps: RefileServiceDeps;
  private readonly files: RefileFiles;
  private readonly abort = new AbortController();
  private readonly doorbell = new Doorbell();
  private current: Refile;
  private running: Promise<void> | undefined;
  private stopListening: () => void = () => undefined;
  private isStopping = false;
  /** Of the pass under way: clips up to this id have been looked at. */
  private cursor = 0;
  private left = new Map<LeftWhy, number>();
  private counting = new Map<Layout, Promise<RefilePreview>>();
  private toldAt = -Infinity;
  private untold = new Map<number, Set<string>>();

  constructor(deps: RefileServiceDeps) {
    this.deps = deps;
    this.files = new RefileFiles(deps);
    this.current = never(deps.settings().layout);
  }

  /** As it stands; reading it touches nothing. */
  get status(): Refile {
    return this.current.state === 'never' ? never(this.deps.settings().layout) : this.current;
  }

  async start(): Promise<void> {
    const { db, events } = this.deps;
    const last = readState(await readAppState(db, 'archive.refile'));
    // It begins anew: what is in place by now is only looked at.
    if (last) this.current = last.state === 'running' ? { ...last, left: 0, message: null } : last;
    this.stopListening = events.on('archive.changed', () => this.doorbell.ring());
    this.running = this.run();
  }

  /** Ends after the clip it is at. */
  async stop(): Promise<void> {
    this.stopListening();
    this.abort.abort(new Error('the program ends'));
    await this.running;
  }

  /** What would move; counted out of the ledger, some clips at a time. */
  async preview(layout: Layout): Promise<RefilePreview> {
    const counting = this.counting.get(layout) ?? this.count(layout);
    this.counting.set(layout, counting);
    try {
      return await counting;
    } finally {
      this.counting.delete(layout);
    }
  }

  private async count(layout: Layout): Promise<RefilePreview> {
    const { db } = this.deps;
    const count = new RefileCount({ layout, cameraFolders: await cameraFolders(db) });
    for (let after = 0; ;) {
      const clips = await placedAfter(db, after, clipsAtOnce);
      count.add(clips);
      const last = clips.at(-1);
      if (!last) return count.preview();
      after = last.id;
      await yieldToOthers();
      this.abort.signal.throwIfAborted();
    }
  }

  /** Begins it, or returns the one under way. */
  async begin(): Promise<Refile> {
    if (this.current.state === 'running') return this.current;
    const { layout } = this.deps.settings();
    const { clips } = await this.preview(layout);
    if (this.status.state === 'running') return this.current;
    this.cursor = 0;
    this.left = new Map();
    this.isStopping = false;
    await this.set({ ...never(layout), state: 'running', clips, startedAt: this.deps.clock.now() });
    this.doorbell.ring();
    return this.current;
  }

  /** Stops it after the clip it is at; what has moved stays where it is. */
  async halt(): Promise<Refile> {
    if (this.current.state !== 'running') return this.status;
    this.isStopping = true;
    this.doorbell.ring();
    return { ...this.current, state: 'stopped' };
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      let waitMs = idleMs;
      try {
        waitMs = await this.work(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.deps.log.error({ err: error }, 'clips could not be moved into another layout');
        await this.fail().catch(() => undefined);
      }
      await this.doorbell.wait(waitMs, signal);
    }
  }

  private async fail(): Promise<void> {
    if (this.current.state !== 'running') return;
    await this.finish('failed', 'Something went wrong; the log of the program says what. Clips are safe.');
  }

  /** How long to wait before there may be more to do. */
  private async work(signal: AbortSignal): Promise<number> {
    const { retryMs = 60_000 } = this.deps;
    if (this.isStopping) await this.finish('stopped', null);
    while (!signal.aborted && (await this.files.hasOpen())) {
      const batch = await this.files.recover(signal);
      await this.note({ ...batch, left: [], untouched: [] });
      if (batch.obstacle !== null) return retryMs;
    }
    while (!signal.aborted && this.current.state === 'running') {
      if (this.isStopping) await this.finish('stopped', null);
      else if (this.deps.settings().layout !== this.current.layout)
        await this.finish('stopped', 'The layout in the settings is another one now.');
      else if (this.deps.isScanning()) return scanWaitMs;
      else if (!(await this.step(signal))) return retryMs;
      await yieldToOthers();
    }
    return idleMs;
  }

  /** The next clips. False when the volume does not let it go on. */
  private async step(signal: AbortSignal): Promise<boolean> {
    const { db } = this.deps;
    const clips = await placedAfter(db, this.cursor, clipsAtOnce);
    const last = clips.at(-1);
    if (!last) {
      await this.finish('done', this.leftMessage());
      return true;
    }
    const { layout } = this.current;
    let moves = planRefile(clips, { layout, cameraFolders: await cameraFolders(db) });
    while (moves.length > 0) {
      if (this.mustPause(signal)) return true;
      const some = moves.slice(0, movesAtOnce);
      const batch = await this.files.move(some, signal);
      await this.note(batch);
      moves = [...batch.untouched, ...moves.slice(some.length)];
      // Those that have moved are in place when these clips are looked at again.
      this.cursor = Math.max(this.cursor, (moves[0]?.clipId ?? last.id) - 1);
      if (batch.obstacle !== null) return false;
      await yieldToOthers();
    }
    this.cursor = last.id;
    return true;
  }

  private mustPause(signal: AbortSignal): boolean {
    const { settings, isScanning } = this.deps;
    return signal.aborted || this.isStopping || isScanning() || settings().layout !== this.current.layout;
  }

  private async note({ moved, left, obstacle }: MovedBatch): Promise<void> {
    for (const { why } of left) this.left.set(why, (this.left.get(why) ?? 0) + 1);
    for (const clip of moved) this.remember(clip);
    if (moved.length > 0) this.deps.onSettled();
    const isQuiet = moved.length === 0 && left.length === 0 && obstacle === this.current.message;
    if (this.current.state !== 'running' || isQuiet) return this.tell();
    await this.set({
      ...this.current,
      moved: this.current.moved + moved.length,
      left: [...this.left.values()].reduce((sum, count) => sum + count, 0),
      message: obstacle,
    });
  }

  private leftMessage(): string | null {
    const parts = (['busy', 'away', 'refused'] as const).flatMap((why) => {
      const count = this.left.get(why) ?? 0;
      return count === 0 ? [] : [`${count} ${leftWords[why]}`];
    });
    return parts.length === 0 ? null : `Left where they are: ${parts.join(', ')}.`;
  }

  private async finish(state: 'done' | 'stopped' | 'failed', message: string | null): Promise<void> {
    this.isStopping = false;
    await this.set({ ...this.current, state, message, finishedAt: this.deps.clock.now() });
    const { layout, moved, left } = this.current;
    this.deps.log.info({ state, layout, moved, left }, 'the moving of clips into another layout ended');
    this.tell(true);
  }

  private async set(refile: Refile): Promise<void> {
    this.current = refile;
    await writeAppState(this.deps.db, 'archive.refile', JSON.stringify(refile));
    this.tell(refile.moved === 0);
  }

  private remember({ camera_id, local_day }: Pick<ClipRow, 'camera_id' | 'local_day'>): void {
    this.untold.set(camera_id, (this.untold.get(camera_id) ?? new Set()).add(local_day));
  }

  private tell(isNow = false): void {
    if (!isNow && performance.now() - this.toldAt < progressEveryMs) return;
    this.toldAt = performance.now();
    const { events } = this.deps;
    const { untold } = this;
    this.untold = new Map();
    for (const [cameraId, days] of untold)
      events.emit('clips.changed', { cameraId, localDays: [...days].toSorted().slice(-maxDaysTold) });
    events.emit('system.changed', {});
  }
}

/** Null for what is not there or cannot be read. */
function readState(text: string | null): Refile | null {
  if (text === null) return null;
  try {
    return refileSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
