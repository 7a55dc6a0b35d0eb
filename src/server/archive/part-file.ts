import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ArchiveVolume } from './archive-volume.ts';
import { blockBytes } from './write-blocks.ts';

const syncTimeoutMs = 120_000;

/** What a part file needs of the volume that it is on. */
export type PartVolume = Pick<ArchiveVolume, 'run' | 'release' | 'blocks'>;

/** The bytes of an unfinished download, with the SHA-256 of all of them carried along. */
export class PartFile {
  private readonly volume: PartVolume;
  private readonly handle: FileHandle;
  private hash: Hash = createHash('sha256');
  /** What was taken in and is not written yet: its first `pendingBytes`. */
  private pending: Buffer | null = null;
  private pendingBytes = 0;
  private writtenBytes = 0;
  /** Its last bytes were left out: its length is to be set. */
  private endsInHole = false;
  private writing: Promise<void> = Promise.resolve();

  private constructor(volume: PartVolume, handle: FileHandle) {
    this.volume = volume;
    this.handle = handle;
  }

  /** Opens or makes the file, cuts it to the bytes that can be trusted, and hashes them (one read of the file). */
  static async open(volume: PartVolume, path: string, trustedBytes: number): Promise<PartFile> {
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

  /**
   * Takes in the next bytes; their memory is the caller's again. Waits for the disk only when a write is still under
   * way as the next is due.
   */
  async append(chunk: Uint8Array): Promise<void> {
    this.hash.update(chunk);
    for (let done = 0; done < chunk.length;) {
      this.pending ??= this.volume.blocks.take();
      const some = chunk.subarray(done, done + blockBytes - this.pendingBytes);
      this.pending.set(some, this.pendingBytes);
      this.pendingBytes += some.length;
      done += some.length;
      if (this.pendingBytes < blockBytes) return;
      await this.writing;
      this.writing = this.writeOut();
      this.writing.catch(() => undefined);
    }
  }

  /** Takes in zeros without writing them: a hole, where the file system knows such. */
  async appendHole(zeros: Uint8Array): Promise<void> {
    this.hash.update(zeros);
    await this.writing;
    await this.writeOut();
    this.writtenBytes += zeros.length;
    this.endsInHole = true;
  }

  /** Everything taken in is with the operating system. */
  async flush(): Promise<void> {
    await this.writing;
    await this.writeOut();
    if (!this.endsInHole) return;
    await this.volume.run('writing a clip', () => this.handle.truncate(this.writtenBytes));
    this.endsInHole = false;
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
    const block = this.pending;
    if (block === null) return;
    const bytes = block.subarray(0, this.pendingBytes);
    this.pending = null;
    this.pendingBytes = 0;
    const at = this.writtenBytes;
    this.writtenBytes += bytes.length;
    this.endsInHole = false;
    await this.volume.run('writing a clip', () => writeAll(this.handle, bytes, at));
    this.volume.blocks.give(block);
  }

  private async rehash(bytes: number): Promise<void> {
    if (bytes === 0) return;
    const block = this.volume.blocks.take();
    while (this.writtenBytes < bytes) {
      const want = Math.min(blockBytes, bytes - this.writtenBytes);
      const { bytesRead } = await this.volume.run('reading a part file', () =>
        this.handle.read(block, 0, want, this.writtenBytes),
      );
      if (bytesRead === 0) throw new Error('a part file is shorter than it was a moment ago');
      this.hash.update(block.subarray(0, bytesRead));
      this.writtenBytes += bytesRead;
    }
    this.volume.blocks.give(block);
  }
}

/** A write may take less than it was given (a full disk, a quota): goes on until all is written or it fails. */
async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}
