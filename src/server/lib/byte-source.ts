import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from './mp4-boxes.ts';

/** An open file as a byte source; the caller closes the handle. */
export function fileSource(file: FileHandle, sizeBytes: number): ByteSource {
  return {
    sizeBytes,
    async read(offset, length, into) {
      const wanted = Math.max(0, Math.min(length, sizeBytes - offset));
      const buffer = into && into.length >= wanted ? into.subarray(0, wanted) : Buffer.alloc(wanted);
      const { bytesRead } = await file.read(buffer, 0, wanted, offset);
      return buffer.subarray(0, bytesRead);
    },
  };
}

/** Bytes in memory as a byte source. */
export function bufferSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** Reads at least a block at a time, and small pieces out of the last one: for a share that takes long for each answer. */
export function bufferedSource(source: ByteSource, blockBytes = 128 * 1024): ByteSource {
  let block: { offset: number; bytes: Uint8Array } = { offset: 0, bytes: new Uint8Array() };
  const holds = (offset: number, length: number) =>
    offset >= block.offset && offset + length <= block.offset + block.bytes.length;
  return {
    sizeBytes: source.sizeBytes,
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, source.sizeBytes - offset));
      if (wanted >= blockBytes) return source.read(offset, wanted);
      if (!holds(offset, wanted)) block = { offset, bytes: await source.read(offset, blockBytes) };
      const from = offset - block.offset;
      return block.bytes.subarray(from, from + wanted);
    },
  };
}
