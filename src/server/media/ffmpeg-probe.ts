import type { Status } from '../../shared/status.ts';
import { runProcess } from '../lib/run-process.ts';
import type { Logger } from '../lib/logger.ts';

const probeTimeoutMs = 10_000;

/** Looks for ffmpeg in the background; nothing waits for it. */
export class FfmpegProbe {
  private readonly path: string;
  private readonly log: Logger;
  private readonly onChange: () => void;
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;
  private found: Status['ffmpeg'] = { state: 'checking', version: null };

  constructor(options: { path: string; log: Logger; onChange: () => void }) {
    this.path = options.path;
    this.log = options.log;
    this.onChange = options.onChange;
  }

  get status(): Status['ffmpeg'] {
    return this.found;
  }

  start(): void {
    this.running = this.probe();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  private async probe(): Promise<void> {
    try {
      const result = await runProcess(this.path, ['-hide_banner', '-version'], {
        signal: this.abort.signal,
        timeoutMs: probeTimeoutMs,
      });
      const version = /^ffmpeg version (\S+)/.exec(result.stdout)?.[1] ?? 'unknown';
      this.found = { state: 'found', version };
    } catch {
      if (this.abort.signal.aborted) return;
      this.found = { state: 'missing', version: null };
      this.log.warn({ path: this.path }, 'ffmpeg was not found; fetching and playing work without it');
    }
    this.onChange();
  }
}
