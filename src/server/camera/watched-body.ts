import { Readable } from 'node:stream';
import { TransportError, transportCodes } from './failures.ts';
import { transportError } from './hfs-exchange.ts';
import type { IncomingMessage } from 'node:http';

export interface BodyWatch {
  /** Bytes the answer promised; null when it ends with the connection. */
  expectedBytes: number | null;
  /** Longest silence. */
  idleMs: number;
  /** The body must bring `minBytesPerSecond` over each stretch of this length. */
  trickleMs: number;
  minBytesPerSecond: number;
  signal: AbortSignal;
  /** Makes the error the reader sees. */
  asFailure: (error: unknown) => Error;
}

/**
 * An answer's body that ends well only when all promised bytes came. Time counts only while the reader wants more, so
 * a slow disk here is never taken for a slow camera. Destroying it closes the connection.
 */
export class WatchedBody extends Readable {
  readonly #source: IncomingMessage;
  readonly #watch: BodyWatch;
  readonly #abort: () => void;
  #receivedBytes = 0;
  #silence: NodeJS.Timeout | null = null;
  /** Since when the reader wants more, in this stretch; what it wanted before counts in `#stretchMs`. */
  #wantedSince = 0;
  #stretchMs = 0;
  #stretchBytes = 0;
  #over = false;

  constructor(source: IncomingMessage, watch: BodyWatch) {
    super();
    this.#source = source;
    this.#watch = watch;
    this.#abort = () => this.destroy(asError(watch.signal.reason));
    // An error nobody listens to yet must not end the process; whoever reads gets it all the same.
    this.on('error', () => undefined);
    source.pause();
    source.on('data', (chunk: Buffer) => this.#take(chunk));
    source.once('end', () => this.#end());
    source.on('error', (error) => this.#fail(transportError(error, 'body')));
    source.once('close', () => this.#fail(new TransportError('body', transportCodes.tooShort)));
    watch.signal.addEventListener('abort', this.#abort, { once: true });
    if (watch.signal.aborted) this.#abort();
  }

  override _read(): void {
    if (this.#silence) return;
    const { idleMs } = this.#watch;
    this.#silence = setTimeout(() => this.#fail(new TransportError('body', transportCodes.stalled)), idleMs);
    this.#wantedSince = performance.now();
    this.#source.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#stopWatching();
    this.#watch.signal.removeEventListener('abort', this.#abort);
    this.#source.destroy();
    callback(error);
  }

  #take(chunk: Buffer): void {
    if (this.#over) return;
    this.#receivedBytes += chunk.length;
    this.#stretchBytes += chunk.length;
    this.#silence?.refresh();
    if (this.#isTrickle()) {
      this.#fail(new TransportError('body', transportCodes.tooSlow));
      return;
    }
    if (!this.push(chunk)) {
      this.#source.pause();
      this.#stretchMs += performance.now() - this.#wantedSince;
      this.#stopWatching();
    }
  }

  /**
   * Looks once at the end of each stretch; silence within one is the other limit's matter. A stretch goes on over the
   * pauses of the reader, for each large chunk makes one.
   */
  #isTrickle(): boolean {
    const elapsedMs = this.#stretchMs + performance.now() - this.#wantedSince;
    if (elapsedMs < this.#watch.trickleMs) return false;
    const isTooSlow = (this.#stretchBytes / elapsedMs) * 1000 < this.#watch.minBytesPerSecond;
    this.#wantedSince = performance.now();
    this.#stretchMs = 0;
    this.#stretchBytes = 0;
    return isTooSlow;
  }

  #end(): void {
    if (this.#over) return;
    this.#stopWatching();
    const { expectedBytes } = this.#watch;
    if (expectedBytes !== null && this.#receivedBytes < expectedBytes) {
      this.#fail(new TransportError('body', transportCodes.tooShort));
      return;
    }
    this.#over = true;
    this.push(null);
  }

  #fail(error: TransportError): void {
    if (this.#over || this.destroyed) return;
    this.#over = true;
    this.destroy(this.#watch.asFailure(error));
  }

  #stopWatching(): void {
    if (this.#silence) clearTimeout(this.#silence);
    this.#silence = null;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('the transfer was ended', { cause: reason });
}
