import type { ClipSource } from './clip-source.ts';
import { bytesSource } from './pattern-source.ts';

const headBytes = 131_072;

/** The JPEG of the `thma` box in the front `skip` (camera.md 6), which 4001 serves first (camera.md 1.9). */
export async function embeddedThumbnail(source: ClipSource): Promise<ClipSource | null> {
  const parts: Uint8Array[] = [];
  for await (const chunk of source.read(0, Math.min(headBytes, source.sizeBytes))) parts.push(chunk);
  const head = Buffer.concat(parts);
  const type = head.indexOf('thma', 0, 'latin1');
  if (type < 4) return null;
  const jpeg = head.subarray(
    head.indexOf(Buffer.from([0xff, 0xd8]), type),
    type - 4 + head.readUInt32BE(type - 4),
  );
  return jpeg.length > 2 && jpeg[0] === 0xff ? bytesSource(Uint8Array.from(jpeg)) : null;
}
