import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Events } from '../../shared/events.ts';
import type { MediaStatus } from '../../shared/media.ts';
import { isUsable } from '../../shared/status.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { Doorbell } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { FactsWork } from './facts-work.ts';
import type { MadeNews } from './made-news.ts';
import type { MediaAhead } from './media-ahead.ts';
import {
  FfmpegError,
  type Ffmpeg,
  type MediaTask,
  type MediaWork,
  type PlaybackWatch,
} from './media-types.ts';
import type { PictureWork } from './picture-work.ts';

export interface MediaServiceDeps {
  ffmpeg: Ffmpeg;
  artifacts: Pick<ArtifactStore, 'tidy' | 'sweepStrays'>;
  volume: Pick<ArchiveVolume, 'check' | 'status'>;
  events: EventBus<Events>;
  clock: Clock;
  log: Logger;
  facts: FactsWork;
  pictures: PictureWork;
  /** What else is made: repairs before pictures, everything else after them. */
  work: readonly MediaWork[];
  ahead: MediaAhead;
  news: MadeNews;
  playback: PlaybackWatch;
  /** Bytes are coming in from a camera. */
  isDownloading: () => boolean;
  /** Looks for ffmpeg again. */
  lookForFfmpeg: () => void;
  /** The disk of the cache is full; null when something was written again. */
  onFull: (message: string | null) => void;
  pace?: Partial<MediaPace>;
}

export interface MediaPace {
  /** How often it looks without having heard of anything: by indexes, and without touching the volume. */
  idleMs: number;
  /** How often it asks whether downloads or a player have ended. */
  busyMs: number;
  /** How long a kind of work rests of which something went wrong that has to do with no clip. */
  restMs: number;
}

export const defaultMediaPace: MediaPace = { idleMs: 60_000, busyMs: 2000, restMs: 5 * 60_000 };

/** A volume that was seen well this long ago is taken to be so. */
const volumeTrustMs = 30_000;
const straysEveryMs = 24 * 60 * 60_000;

interface Source {
  next: () => Promise<MediaTask | null>;
  work: object;
}

/**
 * Makes of clips what can be made again: reads what their files tell, makes pictures, small copies and repairs. One
 * thing at a time in the background, the newest first, while nothing else needs the disk; what a person waits for goes
 * before all of it, and the background stands still meanwhile.
 */
export class MediaService implements Component {
  private readonly deps: MediaServiceDeps;
  private readonly pace: MediaPace;
  private readonly abort = new AbortController();
  private readonly bell = new Doorbell();
  private readonly askedBell = new Doorbell();
  private stopListening: (() => void)[] = [];
  private running: Promise<unknown> | undefined;
  private volumeSeenAt = -Infinity;
  private straysAt: number | null = null;
  private state: Pick<MediaStatus, 'state' | 'message'> = { state: 'idle', message: null };
  private inBackground: { task: MediaTask; done: Promise<void> } | null = null;
  private forPerson: MediaTask | null = null;
  /** A person waits for what the background is at. */
  private isHurried = false;
  /** Until when a kind of work rests, in the background and for people. */
  private readonly resting = new Map<object, number>();
  private readonly restingAsked = new Map<object, number>();
  /** Until something was written: a problem may be left of an earlier process. */
  private isFull = true;

  constructor(deps: MediaServiceDeps) {
    this.deps = deps;
    this.pace = { ...defaultMediaPace, ...deps.pace };
  }

  start(): void {
    const { events, facts, ahead } = this.deps;
    const names = ['clips.changed', 'retention.changed', 'import.changed'] as const;
    this.stopListening = [
      events.on('clip.archived', ({ clipId }) => {
        facts.arrive(clipId);
        this.nudge();
      }),
      events.on('settings.changed', () => {
        ahead.settingsChanged();
        this.nudge();
      }),
      // The volume is back, or ffmpeg was found.
      events.on('archive.changed', () => this.nudgeAsked()),
      ...names.map((name) => events.on(name, () => this.nudge())),
    ];
    this.running = Promise.all([this.runBackground(), this.runAsked()]);
  }

  async stop(): Promise<void> {
    for (const stop of this.stopListening) stop();
    this.abort.abort();
    await this.running;
    this.deps.news.tell();
  }

  /** Something may be due. */
  nudge(): void {
    this.bell.ring();
  }

  /** A person waits for something. */
  nudgeAsked(): void {
    this.askedBell.ring();
    this.bell.ring();
  }

  /** Downloads, a player, or somebody who waits need the disk: what is made in the background stands still. */
  isBusy(): boolean {
    return !this.isHurried && (this.forPerson !== null || this.waitsFor() !== null);
  }

  /** What it is at, without a touch of the volume or the database. */
  get view(): Pick<MediaStatus, 'state' | 'message'> & { current: MediaTask | null } {
    const current = this.forPerson ?? this.inBackground?.task ?? null;
    if (this.forPerson) return { state: 'working', message: null, current };
    const waits = this.inBackground && !this.isHurried ? this.waitsFor() : null;
    return { ...(waits === null ? this.state : { state: 'paused', message: waits }), current };
  }

  private waitsFor(): string | null {
    if (this.deps.isDownloading()) return 'Recordings are being downloaded: they come first.';
    return this.deps.playback.isPlaying() ? 'Somebody is watching: that comes first.' : null;
  }

  private tell(state: MediaStatus['state'], message: string | null): void {
    if (this.state.state === state && this.state.message === message) return;
    this.state = { state, message };
    this.deps.news.changed();
  }

  private async runBackground(): Promise<void> {
    const { signal } = this.abort;
    await this.guarded(() => this.deps.ahead.begin(signal));
    while (!signal.aborted) {
      await yieldToOthers();
      const waitMs = await this.step().catch((error: unknown) => this.stumble(error));
      if (waitMs > 0 && !signal.aborted) await this.bell.wait(waitMs, signal);
    }
  }

  /** Does one thing; answers how long to wait for the next. */
  private async step(): Promise<number> {
    const { signal } = this.abort;
    const waits = this.waitsFor();
    await this.deps.artifacts.tidy();
    await this.deps.ahead.step(signal);
    const found = await this.firstOf(waits === null ? this.sources() : [this.freshFacts()]);
    if (!found) return this.rest(waits);
    if (!(await this.canUseVolume())) {
      this.tell('paused', this.deps.volume.status.message);
      return this.pace.busyMs;
    }
    this.tell('working', null);
    return this.performInBackground(found);
  }

  private freshFacts(): Source {
    return { work: this.deps.facts, next: () => this.deps.facts.fresh() };
  }

  private sources(): Source[] {
    const { facts, pictures, work } = this.deps;
    const repairs = work.filter(({ kind }) => kind === 'repair');
    const others = work.filter(({ kind }) => kind !== 'repair');
    return [facts, ...repairs, pictures, ...others].map((each) => ({ work: each, next: () => each.next() }));
  }

  private async firstOf(
    sources: readonly Source[],
    resting: ReadonlyMap<object, number> = this.resting,
  ): Promise<{ task: MediaTask; work: object } | null> {
    for (const { work, next } of sources) {
      if ((resting.get(work) ?? 0) > performance.now()) continue;
      const task = await next();
      if (task) return { task, work };
    }
    return null;
  }

  /** Nothing to do now. */
  private async rest(waits: string | null): Promise<number> {
    this.deps.news.tell();
    if (waits !== null) {
      this.tell('paused', waits);
      return this.pace.busyMs;
    }
    if (!this.deps.ffmpeg.isThere) {
      this.tell('off', noFfmpeg);
      return this.pace.idleMs;
    }
    this.tell('idle', null);
    await this.sweepStrays();
    return this.pace.idleMs;
  }

  /** When every clip has had its turn, files that nobody took over are of no use. */
  private async sweepStrays(): Promise<void> {
    const now = this.deps.clock.now();
    if (this.straysAt !== null && now - this.straysAt < straysEveryMs) return;
    this.straysAt = now;
    await this.deps.artifacts.sweepStrays();
    for (const { tidy } of this.deps.work) await tidy?.(this.abort.signal);
  }

  private async performInBackground({ task, work }: { task: MediaTask; work: object }): Promise<number> {
    const running = this.perform(task);
    this.inBackground = {
      task,
      done: running.then(
        () => undefined,
        () => undefined,
      ),
    };
    this.deps.news.changed();
    try {
      await running;
      return 0;
    } catch (error) {
      const waitMs = this.stumble(error);
      if (!(error instanceof VolumeError)) this.resting.set(work, performance.now() + this.pace.restMs);
      return error instanceof VolumeError ? waitMs : 0;
    } finally {
      this.inBackground = null;
      this.deps.news.changed();
    }
  }

  private async perform(task: MediaTask): Promise<void> {
    await task.run(this.abort.signal);
    if (!this.isFull || task.kind === 'facts') return;
    this.isFull = false;
    this.deps.onFull(null);
  }

  /** The world is not ready, or a mistake of this program; answers how long to wait. */
  private stumble(error: unknown): number {
    if (this.abort.signal.aborted) return 0;
    if (error instanceof VolumeError) {
      this.volumeSeenAt = -Infinity;
      this.tell('paused', error.message);
    } else if (error instanceof FfmpegError) this.noteFault(error);
    else this.deps.log.error({ err: error }, 'media work failed');
    return this.pace.busyMs;
  }

  private noteFault(error: FfmpegError): void {
    this.deps.log.warn({ reason: error.message }, 'media work has to wait');
    if (error.reason === 'missing') this.deps.lookForFfmpeg();
    if (error.reason !== 'full') return;
    this.isFull = true;
    this.deps.onFull(error.message);
  }

  private async guarded(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => {
      if (!this.abort.signal.aborted) this.deps.log.error({ reason: messageOf(error) }, 'media work failed');
    });
  }

  /** A disk is not asked before each clip, and one that is asleep not for nothing. */
  private async canUseVolume(): Promise<boolean> {
    const { volume } = this.deps;
    if (performance.now() - this.volumeSeenAt >= volumeTrustMs) {
      await unlessAborted(volume.check(), this.abort.signal);
      this.volumeSeenAt = performance.now();
    }
    // A full one can still be read.
    return isUsable(volume.status) || volume.status.state === 'full';
  }

  private async runAsked(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      const waitMs = await this.stepAsked().catch((error: unknown) => this.stumble(error));
      if (waitMs > 0 && !signal.aborted) await this.askedBell.wait(waitMs, signal);
    }
  }

  private async stepAsked(): Promise<number> {
    const found = await this.firstAsked();
    if (!found) return this.pace.idleMs;
    if (!(await this.canUseVolume())) return this.pace.busyMs;
    if (await this.hurry(found.task)) return 0;
    this.forPerson = found.task;
    this.deps.news.changed();
    try {
      await this.perform(found.task);
      return 0;
    } catch (error) {
      if (!(error instanceof VolumeError))
        this.restingAsked.set(found.work, performance.now() + this.pace.restMs / 10);
      throw error;
    } finally {
      this.forPerson = null;
      this.bell.ring();
      this.deps.news.tell();
    }
  }

  private async firstAsked(): Promise<{ task: MediaTask; work: object } | null> {
    const { pictures, work } = this.deps;
    const sources = [pictures, ...work].map((each) => ({ work: each, next: () => each.asked() }));
    return this.firstOf(sources, this.restingAsked);
  }

  /** The background is at it already: it goes on whatever else is going on, and is waited for. */
  private async hurry({ clipId, kind }: MediaTask): Promise<boolean> {
    const { inBackground } = this;
    if (inBackground?.task.clipId !== clipId || inBackground.task.kind !== kind) return false;
    this.isHurried = true;
    await inBackground.done;
    this.isHurried = false;
    return true;
  }
}

const noFfmpeg =
  'ffmpeg was not found: thumbnails, filmstrips and small copies cannot be made. Fetching, keeping and playing work without it.';
