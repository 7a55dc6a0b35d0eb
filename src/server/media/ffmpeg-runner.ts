import { stat } from 'node:fs/promises';
import { sleep } from '../lib/abort.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { InputError, WatchedProcess, type WatchedEnd } from '../lib/run-process.ts';
import { ffmpegArgs, judgeEnd, lastProgress } from './ffmpeg-policy.ts';
import { FfmpegError, type Ffmpeg } from './media-types.ts';

export interface FfmpegRunnerDeps {
  path: string;
  /** Whether it was found. */
  isThere: () => boolean;
  /** Downloads or a player need the disk: what nobody waits for stands still. */
  isBusy: () => boolean;
  /** How often a run is looked at. */
  lookMs?: number;
}

type RunOptions = Parameters<Ffmpeg['run']>[1];

const defaultThreads = 2;
const defaultQuietMs = 30_000;
/** Gives way to everything else on this machine. */
const niceness = 15;
const keptOutput = 4000;

/** Runs ffmpeg so that it cannot hurt: see `Ffmpeg`. */
export class FfmpegRunner implements Ffmpeg {
  private readonly deps: FfmpegRunnerDeps;

  constructor(deps: FfmpegRunnerDeps) {
    this.deps = deps;
  }

  get isThere(): boolean {
    return this.deps.isThere();
  }

  async run(args: readonly string[], options: RunOptions): Promise<{ stderrTail: string }> {
    options.signal.throwIfAborted();
    const run = new FfmpegRun(this.deps, args, options);
    return run.finish();
  }
}

/** One run, with what watches over it. */
class FfmpegRun {
  private readonly deps: FfmpegRunnerDeps;
  private readonly options: RunOptions;
  private readonly output: string;
  private readonly killing = new AbortController();
  private readonly process: WatchedProcess;
  private said = '';
  private mark = '';
  /** Milliseconds in which it did not stand still, and how many of them since it last got on. */
  private workedMs = 0;
  private quietMs = 0;
  private isPaused = false;

  constructor(deps: FfmpegRunnerDeps, args: readonly string[], options: RunOptions) {
    this.deps = deps;
    this.options = options;
    this.output = args.at(-1) ?? '';
    this.process = new WatchedProcess(deps.path, ffmpegArgs(args, options.threads ?? defaultThreads), {
      signal: AbortSignal.any([options.signal, this.killing.signal]),
      niceness,
      onOutput: (text) => this.hear(text),
      ...(options.input && { input: options.input }),
    });
  }

  async finish(): Promise<{ stderrTail: string }> {
    const over = new AbortController();
    const watching = this.watch(over.signal);
    try {
      const end = await this.process.ended;
      return this.judge(end);
    } catch (error) {
      throw this.errorOf(error);
    } finally {
      over.abort();
      await watching;
    }
  }

  private judge(end: WatchedEnd): { stderrTail: string } {
    const verdict = judgeEnd(end);
    if (verdict) throw new FfmpegError(verdict.reason, verdict.message);
    return { stderrTail: end.stderrTail };
  }

  private errorOf(error: unknown): unknown {
    if (error instanceof FfmpegError || this.options.signal.aborted) return error;
    if (error instanceof InputError) return error.cause;
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'EACCES')
      return new FfmpegError('missing', 'ffmpeg could not be started: it was not found where it was.');
    return new FfmpegError('crashed', `ffmpeg could not be started (${code ?? messageOf(error)}).`);
  }

  private hear(text: string): void {
    this.said = (this.said + text).slice(-keptOutput);
    const progress = lastProgress(this.said);
    if (!progress || progress.mark === this.mark) return;
    this.mark = progress.mark;
    this.quietMs = 0;
    if (progress.seconds !== null) this.options.onProgress?.(progress.seconds);
  }

  private async watch(over: AbortSignal): Promise<void> {
    const lookMs = this.deps.lookMs ?? 500;
    for (let at = performance.now(); ;) {
      await sleep(lookMs, over);
      if (over.aborted) return;
      const passed = performance.now() - at;
      at += passed;
      this.yieldWhileBusy();
      if (!this.isPaused) this.count(passed);
      await this.checkSize();
    }
  }

  private yieldWhileBusy(): void {
    const wants = this.options.isBackground === true && this.deps.isBusy();
    if (wants === this.isPaused) return;
    this.isPaused = wants;
    if (wants) this.process.pause();
    else this.process.resume();
  }

  private count(ms: number): void {
    this.workedMs += ms;
    this.quietMs += ms;
    if (this.workedMs >= this.options.timeoutMs)
      this.kill('hung', `ffmpeg was not done in ${seconds(this.options.timeoutMs)}.`);
    const { quietMs = defaultQuietMs } = this.options;
    if (this.quietMs >= quietMs) this.kill('hung', `ffmpeg did nothing for ${seconds(quietMs)}.`);
  }

  private async checkSize(): Promise<void> {
    const { maxBytes } = this.options;
    if (maxBytes === undefined) return;
    const bytes = await stat(this.output).then(
      ({ size }) => size,
      () => 0,
    );
    if (bytes > maxBytes)
      this.kill('input', `ffmpeg wrote more than the ${Math.ceil(maxBytes / 1e6)} MB that this can need.`);
  }

  private kill(reason: FfmpegError['reason'], message: string): void {
    this.killing.abort(new FfmpegError(reason, message));
  }
}

const seconds = (ms: number): string => `${Math.max(1, Math.round(ms / 1000))} s`;
