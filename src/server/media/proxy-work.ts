import { rm, stat } from 'node:fs/promises';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Encoder } from '../../shared/media.ts';
import type { Settings } from '../../shared/settings.ts';
import { isUsable } from '../../shared/status.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { Database } from '../db/open.ts';
import type { ArtifactRow } from '../db/schema-media.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, errnoOf, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ChosenEncoder, EncoderTest } from './encoder-test.ts';
import { nextTryAt } from './cache-policy.ts';
import { FfmpegError, type Artifacts, type Ffmpeg, type MediaTask, type MediaWork } from './media-types.ts';
import { proxyArgs, proxyLike, proxyVersion } from './proxy-args-plan.ts';
import { readProxyFacts } from './proxy-file.ts';
import { repairedPathOf } from './repair-place.ts';
import { askedMs, clipMsOf, mostProxyBytes, proxyNeed } from './proxy-policy.ts';
import {
  countWished,
  nextWished,
  proxyClip,
  retryFailed,
  setWish,
  tryAgain,
  type ProxyClip,
} from './proxy-repository.ts';

export interface ProxyWorkDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  settings: () => Pick<Settings, 'proxies'>;
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'check'>;
  artifacts: Artifacts;
  ffmpeg: Ffmpeg;
  encoders: Pick<EncoderTest, 'choose' | 'note' | 'again'>;
  /** There is something to do: the worker looks. */
  onWished: () => void;
}

const leastRunMs = 5 * 60_000;
/** How many times its length the small copy of a clip may take. */
const slowness = 40;
const quietMs = 90_000;
/** Clips that were opened lately: each of the many requests of a player is no news. */
const mostOpened = 500;

/**
 * Makes small copies of clips that browsers cannot play, or that are too large for a phone: those that somebody asked
 * for at once, then those that were opened, then what `ProxyPlanner` wishes. The original is only read.
 */
export class ProxyWork implements MediaWork {
  readonly kind = 'proxy';
  private readonly deps: ProxyWorkDeps;
  private readonly openedIds = new Set<number>();

  constructor(deps: ProxyWorkDeps) {
    this.deps = deps;
  }

  asked = async (): Promise<MediaTask | null> => {
    if (!this.canWork) return null;
    const now = this.deps.clock.now();
    return this.taskOf(await nextWished(this.deps.db, { now, since: now - askedMs }), false);
  };

  next = async (): Promise<MediaTask | null> => {
    if (!this.canWork) return null;
    return this.taskOf(await nextWished(this.deps.db, { now: this.deps.clock.now() }), true);
  };

  private get canWork(): boolean {
    return this.deps.ffmpeg.isThere && this.deps.settings().proxies !== 'off';
  }

  /** A person wishes the small copy of a clip, also when it failed. Throws an `AppError`. */
  want = async (clipId: number): Promise<void> => {
    const { db, clock, artifacts } = this.deps;
    if (this.deps.settings().proxies === 'off')
      throw new AppError('conflict', 'Small copies are switched off in the settings.');
    const clip = await proxyClip(db, clipId);
    if (!clip) throw new AppError('conflict', 'This clip is not in the archive.');
    if (clip.container === 'jpg') throw new AppError('invalid', 'A photo needs no small copy.');
    const now = clock.now();
    const row = await artifacts.of(db, clipId, 'proxy');
    if (row?.state === 'ready' && !isOlder(row)) return;
    await db.transaction().execute(async (trx) => {
      if (row) await tryAgain(trx, clipId, now);
      await setWish(trx, clipId, now);
    });
    this.deps.onWished();
  };

  waiting = (): Promise<number> => countWished(this.deps.db);

  retry = async (): Promise<void> => {
    const { db, clock, encoders } = this.deps;
    encoders.again();
    while ((await retryFailed(db, clock.now())) > 0) await yieldToOthers();
    this.deps.onWished();
  };

  /** Somebody plays a clip: where that needs a small copy, one is made when there is time. */
  async opened(clipId: number): Promise<void> {
    const { db, clock, settings } = this.deps;
    if (settings().proxies !== 'auto' || this.openedIds.has(clipId)) return;
    if (this.openedIds.size >= mostOpened) this.openedIds.clear();
    this.openedIds.add(clipId);
    const clip = await proxyClip(db, clipId);
    const at = clock.now() - askedMs;
    if (!clip || (clip.proxy_wanted_at ?? -1) >= at || !isNeeded(clip)) return;
    const row = await this.deps.artifacts.of(db, clipId, 'proxy');
    if (row && !isOlder(row)) return;
    await setWish(db, clipId, at);
    this.deps.onWished();
  }

  private taskOf(clip: ProxyClip | undefined, isBackground: boolean): MediaTask | null {
    if (!clip) return null;
    const run = (signal: AbortSignal) => this.make(clip.id, { isBackground, signal });
    return { clipId: clip.id, name: clip.name, kind: 'proxy', run };
  }

  private async make(id: number, how: { isBackground: boolean; signal: AbortSignal }): Promise<void> {
    const { db, artifacts } = this.deps;
    const clip = await proxyClip(db, id);
    if (!clip || clip.path === null) return setWish(db, id, null);
    // Of an earlier database: its file is there.
    if (await artifacts.adopt(clip, 'proxy', proxyLike)) return setWish(db, id, null);
    try {
      await this.encode(clip, how);
      await setWish(db, id, null);
    } catch (error) {
      await this.fail(clip, error, how.signal);
    }
  }

  private async encode(clip: ProxyClip, how: { isBackground: boolean; signal: AbortSignal }): Promise<void> {
    const { artifacts, encoders } = this.deps;
    const input = await this.inputOf(clip, how.signal);
    const chosen = await encoders.choose(how.signal);
    if (!chosen) throw new NoEncoderError(noEncoder);
    const draft = await artifacts.draft('proxy', 'mp4');
    try {
      const encoder = await this.encodeWith(chosen, { clip, input, draft, ...how });
      const facts = await readProxyFacts(draft);
      await artifacts.keep(clip, 'proxy', {
        draft,
        format: 'mp4',
        detail: { ...facts, encoder },
        version: proxyVersion,
      });
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** The clip's file, or what a repair made of it; what the volume says of it is thrown. */
  private async inputOf(clip: ProxyClip, signal: AbortSignal): Promise<string> {
    const { db, volume, artifacts } = this.deps;
    const repair = clip.repair === 'repaired' ? await artifacts.of(db, clip.id, 'repair') : null;
    const path = volume.pathOf(repairedPathOf(repair) ?? clip.path ?? '');
    await unlessAborted(
      volume.run('a look at a clip', () => stat(path)),
      signal,
    );
    return path;
  }

  /** With the encoder that was chosen; what it cannot do, software may. */
  private async encodeWith(chosen: ChosenEncoder, job: EncodeJob): Promise<Encoder> {
    try {
      await this.run(chosen, job);
      this.deps.encoders.note(chosen.encoder, true);
      return chosen.encoder;
    } catch (error) {
      const isChips = error instanceof FfmpegError && !['missing', 'full'].includes(error.reason);
      if (chosen.encoder === 'software' || !isChips) throw error;
    }
    await this.run({ encoder: 'software', device: null }, job);
    this.deps.encoders.note(chosen.encoder, false);
    return 'software';
  }

  private async run({ encoder, device }: ChosenEncoder, job: EncodeJob): Promise<void> {
    const { clip, input, draft, isBackground, signal } = job;
    const ms = clipMsOf(clip);
    await this.deps.ffmpeg.run(proxyArgs({ encoder, device, input, output: draft, fps: clip.fps }), {
      signal,
      isBackground,
      quietMs,
      timeoutMs: leastRunMs + slowness * ms,
      maxBytes: mostProxyBytes(ms),
    });
  }

  /** A clip that cannot be made smaller is noted, with its reason; when it is the world, all of them wait. */
  private async fail(clip: ProxyClip, error: unknown, signal: AbortSignal): Promise<void> {
    const { db, artifacts, clock, log } = this.deps;
    signal.throwIfAborted();
    await this.throwOfWorld(error, signal);
    const now = clock.now();
    const before = await artifacts.of(db, clip.id, 'proxy');
    const attempts = (before?.attempts ?? 0) + 1;
    const retryAt = error instanceof NoEncoderError ? now + dayMs : nextTryAt(attempts, now);
    const reason = reasonOf(error);
    await artifacts.fail(clip, 'proxy', { error: reason, version: proxyVersion, retryAt });
    if (retryAt === null) await setWish(db, clip.id, null);
    log.warn({ clip: clip.name, reason }, 'a small copy could not be made');
  }

  private async throwOfWorld(error: unknown, signal: AbortSignal): Promise<void> {
    if (isFull(error)) throw new FfmpegError('full', fullDisk);
    if (error instanceof VolumeError) throw error;
    if (error instanceof FfmpegError && error.reason === 'missing') throw error;
    const status = await unlessAborted(this.deps.volume.check(), signal);
    if (!isUsable(status) && status.state !== 'full')
      throw new VolumeError(status.state, status.message ?? status.state);
  }
}

interface EncodeJob {
  clip: ProxyClip;
  input: string;
  draft: string;
  isBackground: boolean;
  signal: AbortSignal;
}

class NoEncoderError extends Error {}

const noEncoder =
  'This ffmpeg has no encoder for H.264 that works; the page Health says what each of them lacks.';
const fullDisk = 'The disk of the configuration folder is full.';
const dayMs = 24 * 3_600_000;

/** One that serves until there is one by the recipe of today. */
const isOlder = ({ state, version }: Pick<ArtifactRow, 'state' | 'version'>): boolean =>
  state === 'ready' && version !== proxyVersion;

const isNeeded = (clip: ProxyClip): boolean => ['unplayable', 'large'].includes(proxyNeed(clip));

const isFull = (error: unknown): boolean =>
  error instanceof FfmpegError
    ? error.reason === 'full'
    : ['ENOSPC', 'EDQUOT'].includes(errnoOf(error) ?? '');

function reasonOf(error: unknown): string {
  const code = errnoOf(error);
  if (code === 'ENOENT') return 'The file is not there now.';
  if (code !== undefined) return `The file could not be read or written (${code}).`;
  return messageOf(error);
}
