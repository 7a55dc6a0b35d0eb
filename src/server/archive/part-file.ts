import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ArchiveVolume } from './archive-volume.ts';

const readBytes = 1024 * 1024;
/** Small writes are gathered to this much: one round trip to a network share instead of sixteen. */
const flushBytes = 1024 * 1024;
const syncTimeoutMs = 120_000;

/** The bytes of an unfinished download, with the SHA-256 of all of them carried along. */
export class PartFile {
  private readonly volume: ArchiveVolume;
  private readonly handle: FileHandle;
  private hash: Hash = createHash('sha256');
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private writtenBytes = 0;
  private writing: Promise<void> = Promise.resolve();

  private constructor(volume: ArchiveVolume, handle: FileHandle) {
    this.volume = volume;
    this.handle = handle;
  }

  /** Opens or makes the file, cuts it to the bytes that can be trusted, and hashes them (one read of the file). */
  static async open(volume: ArchiveVolume, path: string, trustedBytes: number): Promise<PartFile> {
    const handle = await volume.run('opening a part file', () =>
      open(path, constants.O_RDWR | constants.O_CREAT, 0o666),
    );
    const part = new PartFile(volume, handle);
    try {
      await volume.run('cutting a part file', () => handle.truncate(trustedBytes));
      await part.rehash(trustedBytes);
    } catch (error) {
      await volume.release(handle);
      throw error;
    }
    return part;
  }

  /** All bytes taken in, written or not. */
  get bytes(): number {
    return this.writtenBytes + this.pendingBytes;
  }

  /** Takes in the next bytes. Waits for the disk only when a write is still under way as the next is due. */
  async append(chunk: Uint8Array): Promise<void> {
    this.hash.update(chunk);
    this.pending.push(chunk);
    this.pendingBytes += chunk.length;
    if (this.pendingBytes < flushBytes) return;
    await this.writing;
    this.writing = this.writeOut();
    this.writing.catch(() => undefined);
  }

  /** Everything taken in is with the operating system. */
  async flush(): Promise<void> {
    await this.writing;
    await this.writeOut();
  }

  /** Everything taken in is on the disk itself. */
  async sync(): Promise<void> {
    await this.flush();
    await this.volume.run('writing a clip to the disk', () => this.handle.datasync(), syncTimeoutMs);
  }

  /** Begins anew with nothing. */
  async restart(): Promise<void> {
    await this.flush();
    await this.volume.run('cutting a part file', () => this.handle.truncate(0));
    this.hash = createHash('sha256');
    this.writtenBytes = 0;
  }

  /** The bytes `[from, to)` as they are in the file. */
  async read(from: number, to: number): Promise<Buffer> {
    await this.flush();
    const buffer = Buffer.alloc(to - from);
    const { bytesRead } = await this.volume.run('reading a part file', () =>
      this.handle.read(buffer, 0, buffer.length, from),
    );
    return buffer.subarray(0, bytesRead);
  }

  /** SHA-256 of all bytes, in hex. */
  digest(): string {
    return this.hash.copy().digest('hex');
  }

  /** Keeps what was taken in, so that an interrupted download goes on from there; not behind a write that failed. */
  async close(): Promise<void> {
    await this.flush().catch(() => undefined);
    await this.volume.release(this.handle);
  }

  private async writeOut(): Promise<void> {
    const chunks = this.pending;
    if (chunks.length === 0) return;
    const bytes = this.pendingBytes;
    this.pending = [];
    this.pendingBytes = 0;
    const at = this.writtenBytes;
    this.writtenBytes += bytes;
    await this.volume.run('writing a clip', () => writeAll(this.handle, chunks, at));
  }

  private async rehash(bytes: number): Promise<void> {
    while (this.writtenBytes < bytes) {
      const want = Math.min(readBytes, bytes - this.writtenBytes);
      const buffer = Buffer.alloc(want);
      const { bytesRead } = await this.volume.run('reading a part file', () =>
        this.handle.read(buffer, 0, want, this.writtenBytes),
      );
      if (bytesRead === 0) throw new Error('a part file is shorter than it was a moment ago');
      this.hash.update(buffer.subarray(0, bytesRead));
      this.writtenBytes += bytesRead;
    }
  }
}

/** `writev` may write less than it was given (a full disk, a quota): goes on until all is written or it fails. */
async function writeAll(handle: FileHandle, chunks: Uint8Array[], at: number): Promise<void> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const { bytesWritten } = await handle.writev(chunks, at);
  if (bytesWritten === total) return;
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  for (let done = 0; done < rest.length;) {
    const { bytesWritten: more } = await handle.write(
      rest,
      done,
      rest.length - done,
      at + bytesWritten + done,
    );
    done += more;
  }
}
