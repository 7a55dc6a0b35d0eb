import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { errnoOf, messageOf } from '../lib/errors.ts';

export const logFileName = 'viofosync.log';

export interface LogFileOptions {
  folder: string;
  /** Of one file, as `4M`. */
  size: string;
  /** Kept beside the one that is written. */
  rotated: number;
  /** Lines that wait for a slow disk, in bytes; what comes beyond is not written. */
  maxWaitingBytes: number;
  /** After a failure the file is left alone for so long. */
  retryMs: number;
  /** It cannot be written, or can again (null). Told once each. */
  onFault(reason: string | null): void;
}

/**
 * The log on the disk: bounded in size and number, the oldest is overwritten. Whatever the disk does, nobody who logs
 * waits or fails: lines are left out, and that is told once.
 */
export class LogFile {
  private readonly options: LogFileOptions;
  private stream: RotatingFileStream | null = null;
  private fault: string | null = null;
  private retryAt = 0;
  /** Lines that were not written, for good. */
  dropped = 0;

  constructor(options: LogFileOptions) {
    this.options = options;
  }

  get isWritten(): boolean {
    return this.fault === null;
  }

  /** `now`: of a clock that never goes back. */
  write(line: string, now: number): void {
    const stream = this.stream ?? this.open(now);
    if (stream === null || stream.writableLength > this.options.maxWaitingBytes) {
      this.dropped += 1;
      return;
    }
    stream.write(line, (error) => {
      if (!error && this.stream === stream) this.tell(null);
    });
  }

  /** Resolves when what waits is written, or after `limitMs`. */
  async close(limitMs = 1000): Promise<void> {
    const { stream } = this;
    this.stream = null;
    this.retryAt = Infinity;
    if (stream === null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      stream.on('error', end);
      stream.end(end);
    });
  }

  private open(now: number): RotatingFileStream | null {
    if (now < this.retryAt) return null;
    const { folder, size, rotated } = this.options;
    const stream = createStream(logFileName, { path: folder, size, rotate: rotated, mode: 0o600 });
    const fail = (error: Error) => this.failed(stream, error, now);
    stream.on('error', fail);
    stream.on('warning', fail);
    this.stream = stream;
    return stream;
  }

  private failed(stream: RotatingFileStream, error: Error, now: number): void {
    if (this.stream !== stream) return;
    this.stream = null;
    this.retryAt = Math.max(now, performance.now()) + this.options.retryMs;
    this.tell(errnoOf(error) ?? messageOf(error));
    stream.destroy();
  }

  private tell(reason: string | null): void {
    const isNews = (reason === null) !== (this.fault === null);
    this.fault = reason;
    if (isNews) this.options.onFault(reason);
  }
}
