import { readFile, rm } from 'node:fs/promises';
import PQueue from 'p-queue';
import type { Container } from '../../shared/clips.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { AppError, errnoOf } from '../lib/errors.ts';
import type { Component } from '../lib/lifecycle.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { withClipFile } from './clip-file.ts';
import { frameArgs } from './frame-plan.ts';
import { FfmpegError, type Ffmpeg } from './media-types.ts';

export interface FrameGrabberDeps {
  ffmpeg: Ffmpeg;
  artifacts: Pick<ArtifactStore, 'draft'>;
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'release' | 'status'>;
}

export interface FrameWish {
  /** Below the archive root. */
  path: string;
  container: Container;
  fps: number | null;
  atMs: number;
}

/** Of four lenses, a few at once; who comes later is told to. */
const mostWaiting = 12;
const timeoutMs = 30_000;
const mostBytes = 64e6;

/** Takes single pictures out of clips for people who wait for them: one at a time, and not too many. */
export class FrameGrabber implements Component {
  private readonly deps: FrameGrabberDeps;
  private readonly queue = new PQueue({ concurrency: 1 });
  private readonly abort = new AbortController();

  constructor(deps: FrameGrabberDeps) {
    this.deps = deps;
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.queue.onIdle();
  }

  /** A JPEG. Throws an `AppError` for what keeps it from being made, or the signal's reason. */
  async grab(wish: FrameWish, asked: AbortSignal): Promise<Buffer> {
    const { ffmpeg, volume } = this.deps;
    if (!ffmpeg.isThere) throw new AppError('unavailable', 'ffmpeg was not found: pictures cannot be made.');
    if (volume.status.state === 'slow') throw new AppError('unavailable', volume.status.message ?? 'slow');
    if (this.queue.size >= mostWaiting)
      throw new AppError('unavailable', 'Many pictures are being made already. Try again in a moment.');
    const signal = AbortSignal.any([asked, this.abort.signal]);
    const making = this.queue.add(() => this.make(wish, signal));
    return unlessAborted(making, signal);
  }

  private async make(wish: FrameWish, signal: AbortSignal): Promise<Buffer> {
    signal.throwIfAborted();
    const output = await this.deps.artifacts.draft('thumbnail', 'jpg');
    try {
      // Opened here first: ffmpeg itself would wait without end for a volume that does not answer.
      const files = { volume: this.deps.volume, signal };
      return await withClipFile(wish.path, files, () => this.tryAll(wish, output, signal));
    } catch (error) {
      throw signal.aborted ? error : asAppError(error);
    } finally {
      await rm(output, { force: true });
    }
  }

  private async tryAll(wish: FrameWish, output: string, signal: AbortSignal): Promise<Buffer> {
    const { ffmpeg, volume } = this.deps;
    for (const args of frameArgs({ ...wish, input: volume.pathOf(wish.path), output })) {
      // oxlint-disable-next-line no-await-in-loop -- the next way only where this one found nothing
      await ffmpeg.run(args, { signal, timeoutMs, quietMs: timeoutMs, maxBytes: mostBytes });
      // oxlint-disable-next-line no-await-in-loop -- as above
      const made = await readFile(output).catch(() => null);
      if (made && made.length > 0) return made;
    }
    throw new FfmpegError('input', 'This clip shows no picture there.');
  }
}

function asAppError(error: unknown): unknown {
  if (error instanceof VolumeError) return new AppError('unavailable', error.message);
  if (errnoOf(error) === 'ENOENT')
    return new AppError('not_found', 'This clip is not on the recordings volume now.');
  if (!(error instanceof FfmpegError)) return error;
  return new AppError(error.reason === 'input' ? 'conflict' : 'unavailable', error.message);
}
