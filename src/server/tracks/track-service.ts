import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Events } from '../../shared/events.ts';
import type { Settings } from '../../shared/settings.ts';
import { isUsable } from '../../shared/status.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database } from '../db/open.ts';
import { Doorbell } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { GpxKeeper } from './gpx-keeper.ts';
import {
  countDue,
  dueById,
  nextDue,
  retryFailed,
  reviseOld,
  settlePictures,
  type DueClip,
} from './track-due.ts';
import { readTrack, type TrackFound } from './track-reader.ts';
import { trackVersion, type TrackRepository } from './track-repository.ts';

export interface TrackServiceDeps {
  db: Database;
  tracks: TrackRepository;
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'release' | 'check' | 'status'>;
  events: EventBus<Events>;
  clock: Clock;
  log: Logger;
  settings: () => Pick<Settings, 'writeGpx'>;
  /** Something is being downloaded: what lies in the archive from before can wait. */
  isDownloading: () => boolean;
  /** How often it looks without having heard of anything; indexed queries, and no touch of the volume. */
  idleMs?: number;
  /** How often it asks whether downloads have ended. */
  busyMs?: number;
  /** After this, what could not be written is tried again. */
  retryMs?: number;
}

/** Where the reading of positions is at. */
export interface TrackProgress {
  /** Archived clips still to be read, and those that could not be read. */
  due: number;
  failed: number;
  state: 'idle' | 'reading' | 'downloads' | 'volume';
}

/** A volume that was seen well this long ago is taken to be so. */
const volumeTrustMs = 30_000;
/** Pages hear of new positions at most this often while many clips are read. */
const tellEveryMs = 5000;

/**
 * Reads the positions of archived clips in the background, one clip at a time, the newest first, and keeps the GPX
 * files beside them true. A clip that has just arrived is read at once: its bytes are still in memory. All others wait
 * while something is downloaded, and nothing is read while the volume cannot be used.
 */
export class TrackService implements Component {
  private readonly deps: TrackServiceDeps;
  private readonly gpx: GpxKeeper;
  private readonly abort = new AbortController();
  private readonly doorbell = new Doorbell();
  /** Clips that arrived in this process and were not read yet. */
  private readonly arrived = new Set<number>();
  private stopListening: (() => void)[] = [];
  private running: Promise<void> | undefined;
  /** Idle is who has looked. */
  private state: TrackProgress['state'] = 'reading';
  private volumeSeenAt = -Infinity;
  private readonly changedDays = new Set<string>();
  private toldAt = -Infinity;

  constructor(deps: TrackServiceDeps) {
    this.deps = deps;
    this.gpx = new GpxKeeper({ ...deps, signal: this.abort.signal });
  }

  start(): void {
    const { events } = this.deps;
    const names = ['clips.changed', 'archive.changed', 'settings.changed', 'clock.changed'] as const;
    this.stopListening = [
      events.on('clip.archived', ({ clipId }) => {
        this.arrived.add(clipId);
        this.nudge();
      }),
      ...names.map((name) => events.on(name, () => this.nudge())),
    ];
    this.running = this.run();
  }

  async stop(): Promise<void> {
    for (const stop of this.stopListening) stop();
    this.abort.abort();
    await this.running;
  }

  /** Something may be due. */
  nudge(): void {
    this.doorbell.ring();
  }

  /** Indexed counts; touches no volume. */
  async progress(): Promise<TrackProgress> {
    return { ...(await countDue(this.deps.db)), state: this.state };
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    await this.begin().catch((error: unknown) => this.report(error));
    while (!signal.aborted) {
      this.state = await this.drain().catch((error: unknown) => this.report(error));
      if (signal.aborted) return;
      this.tell();
      const { idleMs = 60_000, busyMs = 2000 } = this.deps;
      await this.doorbell.wait(this.state === 'downloads' ? busyMs : idleMs, signal);
    }
  }

  /** The world is not ready: the volume says so itself. Anything else is a mistake of this program. */
  private report(error: unknown): 'volume' | 'idle' {
    this.volumeSeenAt = -Infinity;
    if (error instanceof VolumeError) return 'volume';
    if (!this.abort.signal.aborted)
      this.deps.log.error({ reason: messageOf(error) }, 'positions were not read');
    return 'idle';
  }

  /** At a start, what failed is tried once more, and what another version of the parser read is due again. */
  private async begin(): Promise<void> {
    const { db } = this.deps;
    const { signal } = this.abort;
    while (!signal.aborted && (await retryFailed(db)) > 0) await yieldToOthers();
    if ((await readAppState(db, 'tracks.version')) === String(trackVersion)) return;
    for (let after: number | null = 0; after !== null && !signal.aborted; await yieldToOthers())
      after = await reviseOld(db, trackVersion, after);
    if (!signal.aborted) await writeAppState(db, 'tracks.version', String(trackVersion));
  }

  /** Works until nothing is due that can be done now; says why it ended. */
  private async drain(): Promise<TrackProgress['state']> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      await yieldToOthers();
      const clip = await this.nextClip();
      const isIdle = !clip && (this.deps.isDownloading() || !(await this.gpx.isDue()));
      if (isIdle) return this.deps.isDownloading() ? 'downloads' : 'idle';
      if (!(await this.canUseVolume())) return 'volume';
      this.state = 'reading';
      if (clip) await this.read(clip);
      else await this.gpx.writeNext();
      if (performance.now() - this.toldAt > tellEveryMs) this.tell();
    }
    return 'idle';
  }

  private async nextClip(): Promise<DueClip | undefined> {
    const { db } = this.deps;
    for (const id of this.arrived) {
      const clip = await dueById(db, id);
      if (clip && clip.container !== 'jpg') return clip;
      this.arrived.delete(id);
    }
    if (this.deps.isDownloading()) return undefined;
    const clip = await nextDue(db);
    if (clip?.container !== 'jpg') return clip;
    await settlePictures(db);
    return this.nextClip();
  }

  /** A disk is not asked before each clip, and one that is asleep not for nothing. */
  private async canUseVolume(): Promise<boolean> {
    if (performance.now() - this.volumeSeenAt < volumeTrustMs) return isReadable(this.deps.volume.status);
    const status = await unlessAborted(this.deps.volume.check(), this.abort.signal);
    this.volumeSeenAt = performance.now();
    return isReadable(status);
  }

  private async read(clip: DueClip): Promise<void> {
    this.arrived.delete(clip.id);
    try {
      const { path } = clip;
      if (path === null) throw new Error('This clip has no file.');
      const { volume } = this.deps;
      const found = await readTrack({ ...clip, path }, { volume, signal: this.abort.signal });
      if (await this.keep(clip, found)) await this.gpx.write(clip.id);
    } catch (error) {
      await this.fail(clip, error);
    }
  }

  /** False when the clip has another file by now, or none. */
  private async keep(clip: DueClip, found: TrackFound): Promise<boolean> {
    const { db, tracks, clock } = this.deps;
    const { samples, source, gpxFor } = found;
    const isKept = await db.transaction().execute(async (trx) => {
      const now = await dueById(trx, clip.id);
      if (now?.path !== clip.path) return false;
      const gpx_sidecar = found.hasGpx ? 1 : 0;
      if (now.gpx_sidecar !== gpx_sidecar)
        await trx.updateTable('clip').set({ gpx_sidecar }).where('id', '=', clip.id).execute();
      return tracks.put(trx, { clip, samples, source, gpxFor, readAt: clock.now() });
    });
    if (isKept) this.changedDays.add(clip.local_day);
    return isKept && samples.some((sample) => sample.isFix);
  }

  /** A clip that cannot be read is left until the next start; when it is the volume, all of them wait. */
  private async fail(clip: DueClip, error: unknown): Promise<void> {
    if (error instanceof VolumeError || this.abort.signal.aborted) throw error;
    const { db, volume, log } = this.deps;
    const status = await unlessAborted(volume.check(), this.abort.signal);
    if (!isReadable(status)) throw new VolumeError(status.state, status.message ?? status.state);
    const track_error = reasonOf(error);
    const now = await dueById(db, clip.id);
    if (now?.path !== clip.path) return;
    await db.updateTable('clip').set({ track_due: 0, track_error }).where('id', '=', clip.id).execute();
    log.warn({ path: clip.path, reason: track_error }, 'the positions of a clip could not be read');
  }

  private tell(): void {
    if (this.changedDays.size === 0) return;
    const localDays = [...this.changedDays];
    this.changedDays.clear();
    this.toldAt = performance.now();
    this.deps.events.emit('journeys.changed', { localDays });
  }
}

/** A full one can still be read. */
const isReadable = (status: Parameters<typeof isUsable>[0]): boolean =>
  isUsable(status) || status.state === 'full';

function reasonOf(error: unknown): string {
  const code = errnoOf(error);
  if (code === 'ENOENT') return 'The file is not there now.';
  return code === undefined ? messageOf(error) : `The file could not be read (${code}).`;
}
