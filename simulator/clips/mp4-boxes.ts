/** One ISO base media box; `body` is what follows its header, `offset` where the header starts in its parent. */
export interface Box {
  type: string;
  offset: number;
  body: Buffer;
}

/** Builds `u32 size | type | parts`. */
export function box(type: string, ...parts: Uint8Array[]): Buffer {
  const bodyBytes = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([u32s(8 + bodyBytes), Buffer.from(type, 'latin1'), ...parts]);
}

/** A box with a version byte and 24 flag bits in front of its parts. */
export function fullBox(type: string, flags: number, ...parts: Uint8Array[]): Buffer {
  return box(type, u32s(flags), ...parts);
}

/** Big-endian 32-bit words. */
export function u32s(...values: number[]): Buffer {
  return u32Table(values);
}

/** Big-endian 32-bit words of a list of any length; values wrap at 2^32 as a camera's offsets do. */
export function u32Table(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}

/** Big-endian 64-bit words. */
export function u64Table(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64BE(BigInt(value), index * 8);
  return bytes;
}

/** Big-endian 16-bit words. */
export function u16s(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

/** The boxes that stand one behind the other in `bytes`; stops at a size that cannot be. */
export function readBoxes(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  let offset = 0;
  while (offset + 8 <= bytes.length) {
    const { headerBytes, sizeBytes } = readSize(bytes, offset);
    if (sizeBytes < headerBytes || offset + sizeBytes > bytes.length) break;
    boxes.push({
      type: bytes.toString('latin1', offset + 4, offset + 8),
      offset,
      body: bytes.subarray(offset + headerBytes, offset + sizeBytes),
    });
    offset += sizeBytes;
  }
  return boxes;
}

/** Size 1 announces a 64-bit size behind the type, size 0 reaches to the end (ISO 14496-12, 4.2). */
function readSize(bytes: Buffer, offset: number): { headerBytes: number; sizeBytes: number } {
  const size = bytes.readUInt32BE(offset);
  if (size === 0) return { headerBytes: 8, sizeBytes: bytes.length - offset };
  if (size !== 1) return { headerBytes: 8, sizeBytes: size };
  if (offset + 16 > bytes.length) return { headerBytes: 16, sizeBytes: 0 };
  return { headerBytes: 16, sizeBytes: Number(bytes.readBigUInt64BE(offset + 8)) };
}

/** The body of the first box at `path` (`['mdia', 'minf', 'stbl']`), or null. */
export function findBox(bytes: Buffer, path: readonly string[]): Buffer | null {
  let body = bytes;
  for (const type of path) {
    const found = readBoxes(body).find((candidate) => candidate.type === type);
    if (!found) return null;
    body = found.body;
  }
  return body;
}

/** As {@link findBox}, for a box that must be there. */
export function requireBox(bytes: Buffer, ...path: string[]): Buffer {
  const body = findBox(bytes, path);
  if (!body) throw new Error(`The footage has no ${path.join('/')} box`);
  return body;
}
