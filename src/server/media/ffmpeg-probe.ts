import type { Status } from '../../shared/status.ts';
import { runProcess } from '../lib/run-process.ts';
import type { Logger } from '../lib/logger.ts';

const probeTimeoutMs = 10_000;

/** Looks for ffmpeg in the background, and for what it can do; nothing waits for it. */
export class FfmpegProbe {
  private readonly path: string;
  private readonly log: Logger;
  private readonly onChange: () => void;
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;
  private found: Status['ffmpeg'] = { state: 'checking', version: null };
  private webp = false;
  private isLooking = false;

  constructor(options: { path: string; log: Logger; onChange: () => void }) {
    this.path = options.path;
    this.log = options.log;
    this.onChange = options.onChange;
  }

  get status(): Status['ffmpeg'] {
    return this.found;
  }

  /** Whether it can write WebP. */
  get hasWebp(): boolean {
    return this.webp;
  }

  start(): void {
    this.running = this.probe();
  }

  /** Looks again: it may have been installed, or removed. Harmless while it is looking. */
  look(): void {
    const before = this.running;
    if (this.isLooking || this.abort.signal.aborted) return;
    this.running = (before ?? Promise.resolve()).then(() => this.probe());
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  private async probe(): Promise<void> {
    this.isLooking = true;
    try {
      const version = /^ffmpeg version (\S+)/.exec(await this.ask('-version'))?.[1] ?? 'unknown';
      this.webp = /\blibwebp\b/.test(await this.ask('-encoders'));
      this.found = { state: 'found', version };
    } catch {
      if (this.abort.signal.aborted) return;
      this.found = { state: 'missing', version: null };
      this.log.warn({ path: this.path }, 'ffmpeg was not found; fetching and playing work without it');
    } finally {
      this.isLooking = false;
    }
    this.onChange();
  }

  private async ask(what: string): Promise<string> {
    const options = { signal: this.abort.signal, timeoutMs: probeTimeoutMs };
    return (await runProcess(this.path, ['-hide_banner', what], options)).stdout;
  }
}
