import type { ByteSource } from '../lib/mp4-boxes.ts';

const windowBytes = 256 * 1024;

/** A file read forwards through one buffer: small looks at neighbouring bytes cost one read. */
export class Window {
  readonly sizeBytes: number;
  private readonly source: ByteSource;
  private readonly signal: AbortSignal | undefined;
  private start = 0;
  private held: Buffer = Buffer.alloc(0);

  constructor(source: ByteSource, signal?: AbortSignal) {
    this.source = source;
    this.sizeBytes = source.sizeBytes;
    this.signal = signal;
  }

  /** Bytes from `at` on: so many, or fewer at the end of the file. Good until the next call. */
  async look(at: number, length: number): Promise<Buffer> {
    const from = at - this.start;
    if (from < 0 || from + length > this.held.length) await this.load(at, length);
    return this.held.subarray(at - this.start, at - this.start + length);
  }

  /** What is held from `at` on: at least `length` bytes where the file has them. */
  async rest(at: number, length: number): Promise<Buffer> {
    await this.look(at, length);
    return this.held.subarray(at - this.start);
  }

  private async load(at: number, length: number): Promise<void> {
    this.signal?.throwIfAborted();
    const bytes = await this.source.read(
      at,
      Math.min(Math.max(length, windowBytes), Math.max(0, this.sizeBytes - at)),
    );
    this.held = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.start = at;
  }
}
